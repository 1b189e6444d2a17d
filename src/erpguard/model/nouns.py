"""Types in people's words: `Microsoft.RecoveryServices/vaults` is a Recovery Services vault, `core/Secret` a Secret."""

from __future__ import annotations

import re

_NAMED = {
    "microsoft.authorization/locks": "management lock",
    "microsoft.cache/redis": "Redis cache",
    "microsoft.cache/redisenterprise": "Redis Enterprise cluster",
    "microsoft.cache/redisenterprise/databases": "Redis Enterprise database",
    "microsoft.cdn/profiles": "Front Door profile",
    "microsoft.cdn/profiles/afdendpoints": "Front Door endpoint",
    "microsoft.cdn/profiles/afdendpoints/routes": "Front Door route",
    "microsoft.cdn/profiles/customdomains": "Front Door domain",
    "microsoft.cdn/profiles/origingroups": "Front Door origin group",
    "microsoft.cdn/profiles/origingroups/origins": "Front Door origin",
    "microsoft.cdn/profiles/securitypolicies": "Front Door security policy",
    "microsoft.compute/disks": "managed disk",
    "microsoft.containerregistry/registries": "container registry",
    "microsoft.containerservice/managedclusters": "AKS cluster",
    "microsoft.containerservice/managedclusters/agentpools": "node pool",
    "microsoft.dataprotection/backupvaults": "Backup vault",
    "microsoft.dbformysql/flexibleservers": "MySQL flexible server",
    "microsoft.dbformysql/flexibleservers/configurations": "parameter of a MySQL server",
    "microsoft.dbformysql/servers": "MySQL single server",
    "microsoft.dbforpostgresql/flexibleservers": "PostgreSQL flexible server",
    "microsoft.dbforpostgresql/flexibleservers/configurations": "parameter of a PostgreSQL server",
    "microsoft.dbforpostgresql/servers": "PostgreSQL single server",
    "microsoft.keyvault/vaults": "key vault",
    "microsoft.network/applicationgatewaywebapplicationfirewallpolicies": "web application firewall policy",
    "microsoft.network/frontdoors": "Front Door",
    "microsoft.network/frontdoorwebapplicationfirewallpolicies": "web application firewall policy",
    "microsoft.operationalinsights/workspaces": "Log Analytics workspace",
    "microsoft.recoveryservices/vaults": "Recovery Services vault",
    "microsoft.recoveryservices/vaults/backupconfig": "backup configuration of a vault",
    "microsoft.recoveryservices/vaults/backupstorageconfig": "backup storage configuration of a vault",
    "microsoft.servicebus/namespaces": "Service Bus namespace",
    "microsoft.sql/managedinstances": "SQL managed instance",
    "microsoft.sql/managedinstances/azureadonlyauthentications": "setting for Entra-only authentication",
    "microsoft.sql/managedinstances/databases": "database of a SQL managed instance",
    "microsoft.sql/managedinstances/databases/backuplongtermretentionpolicies": "long-term retention policy",
    "microsoft.sql/managedinstances/databases/backupshorttermretentionpolicies": "short-term retention policy",
    "microsoft.sql/servers": "SQL server",
    "microsoft.sql/servers/azureadonlyauthentications": "setting for Entra-only authentication",
    "microsoft.sql/servers/databases": "SQL database",
    "microsoft.sql/servers/databases/backuplongtermretentionpolicies": "long-term retention policy",
    "microsoft.sql/servers/databases/backupshorttermretentionpolicies": "short-term retention policy",
    "microsoft.storage/storageaccounts/fileservices/shares": "file share",
    "microsoft.web/sites": "web app",
    "microsoft.web/sites/config": "configuration of a web app",
    "microsoft.web/sites/slots": "deployment slot",
    "microsoft.web/sites/slots/config": "configuration of a deployment slot",
}
"""Types, in lower case, whose last segment says too little, or says it in another way than people do."""

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z]|$|s$)|[A-Z]?[a-z0-9]+|[A-Z]+")
_UPPER = frozenset(("dns", "ip", "nat", "sql", "tls"))
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ss", "ss"), ("s", ""))


def noun(type_: str) -> str:
    """What one object of a type is called, without an article."""
    named = _NAMED.get(type_.lower())
    if named or "/" not in type_:
        return named or type_
    last = type_.rpartition("/")[2]
    if not type_.lower().startswith("microsoft."):
        return last  # a kind of Kubernetes is a name
    words = [word.lower() for word in _WORD.findall(last)] or [last]
    words[-1] = _singular(words[-1])
    return " ".join(word.upper() if word in _UPPER else word for word in words)


def one(type_: str) -> str:
    """The same with its article: `a storage account`, `an Ingress`."""
    called = noun(type_)
    return f"{'an' if called[:1].lower() in ('a', 'e', 'i', 'o', 'u') else 'a'} {called}"


def _singular(word: str) -> str:
    for ending, replaced in _ENDINGS:
        if word.endswith(ending):
            return word.removesuffix(ending) + replaced
    return word
