"""Services that Entra ID can authenticate to, and whether they still take keys and passwords of their own.

Sources, service by service: https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent,
https://learn.microsoft.com/azure/azure-cache-for-redis/cache-azure-active-directory-for-authentication,
https://learn.microsoft.com/azure/redis/entra-for-authentication,
https://learn.microsoft.com/azure/postgresql/security/security-entra-concepts,
https://learn.microsoft.com/azure/azure-sql/database/authentication-azure-ad-only-authentication,
https://learn.microsoft.com/azure/mysql/flexible-server/security-entra-authentication (`aad_auth_only`, off by default),
https://learn.microsoft.com/azure/container-registry/container-registry-authentication,
https://learn.microsoft.com/azure/service-bus-messaging/disable-local-authentication,
https://learn.microsoft.com/azure/azure-monitor/logs/manage-access and
https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy.
"""

from __future__ import annotations

from collections.abc import Sequence

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.properties import Property, read
from erpguard.analysis.azure.server_parameters import MYSQL, configurations, parameters
from erpguard.model import Path, Resource

SQL = ("Microsoft.Sql/servers", "Microsoft.Sql/managedInstances")
SQL_ENTRA_ONLY = "azureADOnlyAuthentications"

_FLAGS: dict[str, tuple[Path, bool, str]] = {
    "Microsoft.Storage/storageAccounts": (("allowSharedKeyAccess",), True, "account keys and SAS signed with them"),
    "Microsoft.Cache/redis": (("disableAccessKeyAuthentication",), False, "access keys"),
    "Microsoft.ContainerRegistry/registries": (("adminUserEnabled",), True, "the admin user"),
    "Microsoft.ServiceBus/namespaces": (("disableLocalAuth",), False, "SAS keys"),
    "Microsoft.OperationalInsights/workspaces": (("features", "disableLocalAuth"), False, "workspace keys"),
    "Microsoft.KeyVault/vaults": (("enableRbacAuthorization",), False, "access policies instead of Azure RBAC"),
}
"""Type -> a property that is true or false, which of both means local authentication, and what is taken then."""

_NAMES: dict[str, tuple[Path, str]] = {
    "Microsoft.Cache/redisEnterprise/databases": (("accessKeysAuthentication",), "access keys"),
    "Microsoft.DBforPostgreSQL/flexibleServers": (("authConfig", "passwordAuth"), "passwords"),
}
"""Type -> a property that is `Enabled` or not, and what is taken if it is."""

_PARAMETER = "aad_auth_only"
_LOGINS = "SQL logins"


def local_authentication(analyses: Analyses) -> View:
    """One row per service, at the setting that decides; at its name where MySQL has none.

    Fields: accepted (whether local authentication is on), credentials (what is taken), absent (types of which an
    object may still turn it off).
    """
    view = View()
    for type_, (path, flag, credentials) in _FLAGS.items():
        for resource in analyses.estate.of_type(type_):
            found = read(resource, "properties", *path)
            _add(view, resource, found.path, _is(found, flag), credentials)
    for type_, (path, credentials) in _NAMES.items():
        for resource in analyses.estate.of_type(type_):
            found = read(resource, "properties", *path)
            _add(view, resource, found.path, found.is_one_of("Enabled") if found.value else None, credentials)
    for type_ in SQL:
        _add_sql(view, analyses, type_)
    _add_mysql(view, analyses)
    return view


def _add_sql(view: View, analyses: Analyses, type_: str) -> None:
    """What the child says holds; a server that has none says it of its administrators, or there is no Entra at all."""
    entra_only = f"{type_}/{SQL_ENTRA_ONLY}"
    for setting in analyses.estate.of_type(entra_only):
        found = read(setting, "properties", "azureADOnlyAuthentication")
        _add(view, setting, found.path, _is(found, False), _LOGINS)
    for server in analyses.estate.of_type(type_):
        if analyses.estate.children(server, entra_only):
            continue
        found = read(server, "properties", "administrators", "azureADOnlyAuthentication")
        accepted = _is(found, False) if found.value is not None else (True if found.known else None)
        _add(view, server, found.path, accepted, _LOGINS, [] if found.stated else [entra_only])


def _add_mysql(view: View, analyses: Analyses) -> None:
    for parameter in parameters(analyses, MYSQL, _PARAMETER):
        if parameter.value is None:
            _add(view, parameter.resource, ("name",), True, "passwords", [configurations(MYSQL)])
            continue
        is_on = parameter.is_on()
        _add(view, parameter.resource, parameter.value.path, None if is_on is None else not is_on, "passwords")


def _is(found: Property, flag: bool) -> bool | None:
    return found.value == flag if isinstance(found.value, bool) else None


def _add(
    view: View, resource: Resource, path: Path, accepted: bool | None, credentials: str, absent: Sequence[str] = ()
) -> None:
    fields = {"accepted": accepted, "credentials": credentials, "absent": list(absent)}
    view.add(resource, path, fields, ["accepted"] if accepted is None else [])
