"""The lowest version of TLS that Azure services accept, with the defaults that they document.

Redis: https://learn.microsoft.com/azure/azure-cache-for-redis/cache-remove-tls-10-11 (1.2 for new caches since 2020,
1.0 before). PostgreSQL and MySQL: https://learn.microsoft.com/azure/postgresql/security/security-tls and
https://learn.microsoft.com/azure/mysql/flexible-server/security-tls (1.2 where nobody sets the parameter). App Service:
https://learn.microsoft.com/azure/app-service/overview-tls (1.2 for new apps; a GET of an app leaves out most of its
`siteConfig`). SQL: https://learn.microsoft.com/azure/azure-sql/database/connectivity-settings (no minimum unless set,
1.2 for servers made since 2026). Defaults that do not depend on anything stand with the types. Storage: no account
takes less than 1.2 since a day in 2026, whatever its minimum says
(https://learn.microsoft.com/azure/storage/common/transport-layer-security-configure-migrate-to-tls2).
"""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.gateway_policies import Accepted, gateway_policies
from erpguard.analysis.azure.properties import read
from erpguard.analysis.azure.server_parameters import MYSQL, POSTGRES, configurations, parameters
from erpguard.analysis.values.tls_versions import lowest, version
from erpguard.model import Resource

SITE = "Microsoft.Web/sites"
SLOT = "Microsoft.Web/sites/slots"

_PROPERTIES = {
    "Microsoft.Cache/redis": "minimumTlsVersion",
    "Microsoft.Cache/redisEnterprise": "minimumTlsVersion",
    "Microsoft.DBforMySQL/servers": "minimalTlsVersion",
    "Microsoft.DBforPostgreSQL/servers": "minimalTlsVersion",
    "Microsoft.Sql/managedInstances": "minimalTlsVersion",
    "Microsoft.Sql/servers": "minimalTlsVersion",
    "Microsoft.Storage/storageAccounts": "minimumTlsVersion",
}
"""Type -> the property that says the lowest version."""

_NEW = {"Microsoft.Cache/redis": "1.2", SITE: "1.2", SLOT: "1.2"}
"""Type -> what a new one gets where nothing is said; of one that is there already that tells nothing."""

_PARAMETERS = {POSTGRES: ("ssl_min_protocol_version", "1.2"), MYSQL: ("tls_version", "1.2")}
"""Server type -> the parameter, and the lowest version where nobody sets it."""

_ENDED = {"Microsoft.Storage/storageAccounts": ("2026-02-03", "1.2")}
"""Type -> the day on which the service stopped to take lower versions, of every resource, and the lowest since.

learn.microsoft.com/azure/storage/common/transport-layer-security-configure-migrate-to-tls2; the day, which was put off
twice, also in Microsoft's own github.com/microsoft/AzUrlShortener/issues/597.
"""

_NO_MINIMUM = ("None", "TLSEnforcementDisabled")


def tls_minimums(analyses: Analyses) -> View:
    """One row per service that speaks TLS, at the key that says the lowest version that it accepts.

    Fields: min_version (`1.0` to `1.3`), how (what says so).
    """
    view = View()
    for accepted in _all(analyses):
        fields = {"min_version": accepted.version, "how": accepted.how}
        view.add(accepted.resource, accepted.path, fields, ["min_version"] if accepted.version is None else [])
    return view


def _all(analyses: Analyses) -> Iterator[Accepted]:
    for type_, name in _PROPERTIES.items():
        for resource in analyses.estate.of_type(type_):
            yield _in_service(_by_property(resource, "properties", name), analyses.as_of)
    for type_ in _PARAMETERS:
        yield from _by_parameter(analyses, type_)
    yield from _sites(analyses)
    yield from gateway_policies(analyses)


def _by_property(resource: Resource, *path: str) -> Accepted:
    found = read(resource, *path)
    name = path[-1]
    if found.is_one_of(*_NO_MINIMUM):
        return Accepted(resource, path, "1.0", f"{name} is {found.value}")
    if found.value is not None:
        said = f"{name} is {found.value}" if found.stated else f"the default of {name}"
        return Accepted(resource, path, version(found.value), said)
    is_new = found.known and resource.change in ("create", "replace")
    return Accepted(resource, path, _NEW.get(resource.type) if is_new else None, f"the default of {name}")


def _in_service(accepted: Accepted, day: str) -> Accepted:
    """What is accepted on a day: no less than what the service still takes."""
    since, least = _ENDED.get(accepted.resource.type, ("", ""))
    if not since or day < since or accepted.version is None or accepted.version >= least:
        return accepted
    return accepted._replace(version=least, how=f"the lowest of the service; {accepted.how}")


def _by_parameter(analyses: Analyses, type_: str) -> Iterator[Accepted]:
    name, default = _PARAMETERS[type_]
    for parameter in parameters(analyses, type_, name):
        if parameter.value is None:
            known = not analyses.estate.is_open(configurations(type_))
            yield Accepted(parameter.resource, ("name",), default if known else None, f"the default of {name}")
            continue
        value = parameter.value.value
        least = lowest(version(one) for one in value.split(",")) if isinstance(value, str) else None
        yield Accepted(parameter.resource, parameter.value.path, least, f"{name} of {parameter.server} is {value}")


def _sites(analyses: Analyses) -> Iterator[Accepted]:
    """What the configuration `web` of an app or slot says holds, then what the app itself says."""
    for type_ in (SITE, SLOT):
        configs = f"{type_}/config"
        for config in analyses.estate.of_type(configs):
            if config.name.lower() == "web":
                yield _by_property(config, "properties", "minTlsVersion")
        for site in analyses.estate.of_type(type_):
            if not any(config.name.lower() == "web" for config in analyses.estate.children(site, configs)):
                yield _by_property(site, "properties", "siteConfig", "minTlsVersion")
