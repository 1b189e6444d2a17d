"""How long Traefik's entry points read a request, by setting or by the default of the version.

doc.traefik.io/traefik/reference/install-configuration/entrypoints/, respondingTimeouts.
"""

from __future__ import annotations

import re

from erpguard.analysis.routing.traefik_static import StaticConfiguration


def zero_duration(text: str) -> bool | None:
    """Whether a duration, as Go or in seconds, sets no bound: zero or negative. None where it is none."""
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h)?)+", text.strip()):
        return None
    return text.strip().startswith("-") or not re.search(r"[1-9]", text)


def read_timeout_off(configuration: StaticConfiguration, entry_point: str) -> bool | None:
    """Whether an entry point reads requests without a bound in time.

    The default is no bound before 2.11.2 and 60 seconds from then on (doc.traefik.io/traefik/v2.11/migration/v2/).
    """
    setting = configuration.get(read_timeout_name(entry_point))
    if setting.value is not None:
        return zero_duration(setting.value)
    if not setting.known or configuration.version is None:
        return None
    major, minor, patch = configuration.version
    if (major, minor) == (2, 11):
        return None if patch is None else patch < 2
    return (major, minor) < (2, 11)


def read_timeout_name(entry_point: str) -> str:
    """The option that bounds the reading of a request."""
    return f"entrypoints.{entry_point}.transport.respondingtimeouts.readtimeout"
