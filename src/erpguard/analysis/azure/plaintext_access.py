"""Services that speak TLS, and whether they speak plaintext too.

Sources: https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure (non-TLS port),
https://learn.microsoft.com/azure/storage/common/storage-require-secure-transfer,
https://learn.microsoft.com/azure/postgresql/security/security-tls and
https://learn.microsoft.com/azure/mysql/flexible-server/security-tls (`require_secure_transport`, on by default),
https://learn.microsoft.com/azure/app-service/configure-ssl-bindings (HTTPS only).
"""

from __future__ import annotations

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.properties import read
from erpguard.analysis.azure.server_parameters import MYSQL, POSTGRES, configurations, parameters
from erpguard.model import Path, Resource

_FLAGS = {
    "Microsoft.Cache/redis": ("enableNonSslPort", True),
    "Microsoft.Storage/storageAccounts": ("supportsHttpsTrafficOnly", False),
    "Microsoft.Web/sites": ("httpsOnly", False),
    "Microsoft.Web/sites/slots": ("httpsOnly", False),
}
"""Type -> a property that is true or false, and which of both lets plaintext in."""

_NAMES = {
    "Microsoft.Cache/redisEnterprise/databases": ("clientProtocol", "Plaintext"),
    "Microsoft.DBforPostgreSQL/servers": ("sslEnforcement", "Disabled"),
    "Microsoft.DBforMySQL/servers": ("sslEnforcement", "Disabled"),
}
"""Type -> a property with names as values, and the name that lets plaintext in."""

_PARAMETER = "require_secure_transport"


def plaintext_access(analyses: Analyses) -> View:
    """One row per service, at the setting that decides; for databases at the parameter, if there is one.

    Fields: plaintext (whether it is accepted), setting.
    """
    view = View()
    for type_, (name, flag) in _FLAGS.items():
        for resource in analyses.estate.of_type(type_):
            found = read(resource, "properties", name)
            is_plain = found.value == flag if found.known and isinstance(found.value, bool) else None
            _add(view, resource, found.path, is_plain, f"{name} is {str(flag).lower()}")
    for type_, (name, value) in _NAMES.items():
        for resource in analyses.estate.of_type(type_):
            found = read(resource, "properties", name)
            is_plain = found.is_one_of(value) if found.value else None
            _add(view, resource, found.path, is_plain, f"{name} is {value}")
    for type_ in (POSTGRES, MYSQL):
        _add_parameters(view, analyses, type_)
    return view


def _add_parameters(view: View, analyses: Analyses, type_: str) -> None:
    for parameter in parameters(analyses, type_, _PARAMETER):
        if parameter.value is None:
            is_plain = None if analyses.estate.is_open(configurations(type_)) else False
            _add(view, parameter.resource, ("name",), is_plain, "")
            continue
        is_on = parameter.is_on()
        setting = f"{_PARAMETER} of {parameter.server} is off"
        _add(view, parameter.resource, parameter.value.path, None if is_on is None else not is_on, setting)


def _add(view: View, resource: Resource, path: Path, is_plain: bool | None, setting: str) -> None:
    view.add(resource, path, {"plaintext": is_plain, "setting": setting}, ["plaintext"] if is_plain is None else [])
