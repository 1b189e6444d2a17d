"""The TLS policies of application gateways: the gateway's own, and those of profiles that listeners may have instead.

Predefined policies, custom ones, and what holds without any:
https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview. Profiles:
https://learn.microsoft.com/azure/application-gateway/application-gateway-configure-listener-specific-ssl-policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.azure.application_gateways import GATEWAY, part
from erpguard.analysis.azure.properties import items, read
from erpguard.analysis.values.selectors import any_of
from erpguard.analysis.values.tls_versions import lowest, version
from erpguard.model import Path, Resource
from erpguard.normalize.azure.arm_defaults import made_by

PREDEFINED = {
    "appgwsslpolicy20150501": "1.0",
    "appgwsslpolicy20170401": "1.1",
    "appgwsslpolicy20170401s": "1.2",
    "appgwsslpolicy20220101": "1.2",
    "appgwsslpolicy20220101s": "1.2",
}
"""Name in lower case -> the lowest version that it accepts."""

_OWN: Path = ("properties", "sslPolicy")
_VERSIONS = ("1.0", "1.1", "1.2")
_DEFAULT_BEFORE, _DEFAULT_SINCE = "AppGwSslPolicy20150501", "AppGwSslPolicy20220101"
_SINCE = "2023-02-01"


class Accepted(NamedTuple):
    """The lowest version that a policy accepts; `version` is None where that is not known.

    path  the key that says it
    how   the same for messages
    """

    resource: Resource
    path: Path
    version: str | None
    how: str


def gateway_policies(analyses: Analyses) -> Iterator[Accepted]:
    """The policies that listeners of TLS have, or may have."""
    for gateway in analyses.estate.of_type(GATEWAY):
        profiles = _profiles(gateway)
        for path, used in {_OWN: _uses_own(gateway, profiles), **profiles}.items():
            if used is False:
                continue
            accepted = _accepted(gateway, path)
            yield accepted if used else accepted._replace(version=None)


def _profiles(gateway: Resource) -> dict[Path, bool | None]:
    """The policies of profiles, and whether a TLS listener has each of them."""
    found: dict[Path, bool | None] = {}
    for profile in items(gateway, "properties", "sslProfiles")[0]:
        policy = read(gateway, *profile, "properties", "sslPolicy")
        if policy.value or not policy.known or not gateway.is_known(policy.path):
            found[policy.path] = any_of(
                _has(gateway, listener, profile, certain) for listener, certain in _tls_listeners(gateway)
            )
    return found


def _has(gateway: Resource, listener: Path, profile: Path, certain: bool) -> bool | None:
    """Whether a listener, which is surely or maybe one of TLS, has a profile."""
    chosen = part(gateway, "sslProfiles", read(gateway, *listener, "properties", "sslProfile", "id"))
    if chosen.present is False or (chosen.path and chosen.path != profile):
        return False
    return True if certain and chosen.path else None


def _uses_own(gateway: Resource, profiles: dict[Path, bool | None]) -> bool | None:
    """Whether a TLS listener has no profile, or one without a policy."""
    return any_of(_is_without(gateway, listener, profiles, certain) for listener, certain in _tls_listeners(gateway))


def _is_without(gateway: Resource, listener: Path, profiles: dict[Path, bool | None], certain: bool) -> bool | None:
    chosen = part(gateway, "sslProfiles", read(gateway, *listener, "properties", "sslProfile", "id"))
    policy = (*chosen.path, "properties", "sslPolicy")
    if chosen.path and policy in profiles:
        return False if read(gateway, *policy).value else None
    if chosen.present is None:
        return None
    return True if certain else None


def _tls_listeners(gateway: Resource) -> Iterator[tuple[Path, bool]]:
    """The listeners that are (False: may be) of TLS."""
    for collection, protocol in (("httpListeners", "Https"), ("listeners", "Tls")):
        listeners, known = items(gateway, "properties", collection)
        if not known:
            yield ("properties", collection), False
        for path in listeners:
            is_one = read(gateway, *path, "properties", "protocol").is_one_of(protocol)
            if is_one is not False:
                yield path, is_one is True


def _accepted(gateway: Resource, path: Path) -> Accepted:
    policy = read(gateway, *path)
    if path == _OWN and policy.value is None and gateway.is_known(path):
        return _default(gateway)
    kind, name = read(gateway, *path, "policyType"), read(gateway, *path, "policyName")
    least, disabled = read(gateway, *path, "minProtocolVersion"), read(gateway, *path, "disabledSslProtocols")
    if not kind.known or not gateway.is_known(disabled.path):
        return Accepted(gateway, path, None, "a policy that is not known")
    if kind.is_one_of("Predefined") or (not kind.value and (name.value or not name.known)):
        return Accepted(gateway, name.path, _predefined(name.value), f"policy {name.value}")
    if least.value or not least.known:
        return Accepted(gateway, least.path, version(least.value), f"minProtocolVersion {least.value}")
    if isinstance(disabled.value, list):
        off = {version(one) for one in disabled.value}
        left = lowest([one for one in _VERSIONS if one not in off])
        return Accepted(gateway, disabled.path, left, "disabledSslProtocols")
    return Accepted(gateway, path, None, "a policy without a minimum")


def _predefined(name: object) -> str | None:
    return PREDEFINED.get(name.lower()) if isinstance(name, str) else None


def _default(gateway: Resource) -> Accepted:
    """What holds without a policy: ARM says it of a gateway that is there, the API version of one that is made."""
    stated = read(gateway, "properties", "defaultPredefinedSslPolicy")
    name = stated.value
    api_version = made_by(gateway)
    if not name and stated.known and api_version:
        name = _DEFAULT_SINCE if api_version >= _SINCE else _DEFAULT_BEFORE
    return Accepted(gateway, _OWN, _predefined(name), f"the default policy, {name}")
