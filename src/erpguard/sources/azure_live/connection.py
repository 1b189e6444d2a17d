"""How the collector reaches Azure: which cloud, which credential, which certificates."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from erpguard.errors import UsageError
from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.hosts import host_of
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.live import AzureConnection, Run

if TYPE_CHECKING:
    from erpguard.sources.azure_live.arm import Arm

EXTRA = 'live Azure needs the extra: pip install "erpguard[azure]"'


class Cloud(NamedTuple):
    """Where a cloud is, and for what a token is asked (azure-mgmt-core's `get_arm_endpoints`)."""

    endpoint: str
    scope: str
    authority: str


CLOUDS = {
    "public": Cloud(
        "https://management.azure.com",
        "https://management.azure.com/.default",
        "https://login.microsoftonline.com",
    ),
    "china": Cloud(
        "https://management.chinacloudapi.cn",
        "https://management.chinacloudapi.cn/.default",
        "https://login.chinacloudapi.cn",
    ),
    "us-government": Cloud(
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net/.default",
        "https://login.microsoftonline.us",
    ),
}

KINDS = {
    "default": "DefaultAzureCredential",
    "cli": "AzureCliCredential",
    "environment": "EnvironmentCredential",
    "managed-identity": "ManagedIdentityCredential",
    "workload-identity": "WorkloadIdentityCredential",
    "developer-cli": "AzureDeveloperCliCredential",
    "powershell": "AzurePowerShellCredential",
    "interactive": "InteractiveBrowserCredential",
}
"""Kind of credential -> the class of azure-identity
(https://learn.microsoft.com/python/api/overview/azure/identity-readme)."""

_OWN_LOGIN = ("cli", "developer-cli", "powershell", "managed-identity")
"""Kinds that ask a program or the machine, which know their cloud by themselves."""


def cloud_of(connection: AzureConnection) -> Cloud:
    """The cloud that a connection names, with its own endpoint and authority; UsageError where it cannot be."""
    known = CLOUDS.get(connection.cloud)
    if known is None:
        raise UsageError(f"{connection.cloud}: no such cloud: use {', '.join(CLOUDS)}")
    if connection.ca_file and not os.path.isfile(connection.ca_file):
        raise UsageError(f"{connection.ca_file}: no such file of certificates")
    endpoint = connection.endpoint.rstrip("/")
    if endpoint and (host_of(endpoint) is None or endpoint.count("/") > 2):
        raise UsageError(f"{connection.endpoint}: the ARM endpoint must be https://HOST or https://HOST:PORT")
    return Cloud(
        endpoint or known.endpoint,
        f"{endpoint}/.default" if endpoint else known.scope,
        connection.authority or known.authority,
    )


def connect(connection: AzureConnection, credential: Any, run: Run, limits: Limits) -> Arm:
    """ARM, with a token of a credential at hand. Raises UsageError for what the user has to mend."""
    cloud = cloud_of(connection)
    try:
        import azure.mgmt.authorization
        import azure.mgmt.network  # noqa: F401

        from erpguard.sources.azure_live.arm import Arm
    except ImportError as error:
        raise UsageError(EXTRA) from error
    arm = Arm(cloud, credential, run, limits, connection.ca_file)
    try:
        arm.log_in()
    except Fault as fault:
        arm.close()
        raise UsageError(_no_token(connection.credential, fault)) from None
    return arm


def credential_of(connection: AzureConnection) -> Any:
    """The credential that a connection names. Raises UsageError for what the user has to mend."""
    cloud = cloud_of(connection)
    kind = connection.credential
    if not isinstance(kind, str):
        if not callable(getattr(kind, "get_token", None)):
            raise UsageError("the credential for Azure has no get_token: give one of azure-identity, or a kind")
        return kind
    if kind not in KINDS:
        raise UsageError(f"{kind}: no such kind of credential: use {', '.join(KINDS)}")
    try:
        import azure.identity
    except ImportError as error:
        raise UsageError(EXTRA) from error
    for logger in map(logging.getLogger, ("azure", "msal")):
        if not logger.handlers:  # without any, Python prints their warnings; what failed is told in one line here
            logger.addHandler(logging.NullHandler())
    make: Callable[..., Any] = getattr(azure.identity, KINDS[kind])
    options: dict[str, Any] = {} if kind in _OWN_LOGIN else {"authority": cloud.authority}
    if options and connection.ca_file:
        options["connection_verify"] = connection.ca_file
    try:
        return make(**options)
    except ValueError as error:  # what it needs of the environment is not there
        raise UsageError(f"no credential of the kind {kind}: {error}") from error


def _no_token(kind: Any, fault: Fault) -> str:
    name = kind if isinstance(kind, str) else type(kind).__name__
    advice = "log in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
    return f"no token for Azure by the credential {name}: {fault.detail}; {advice}"
