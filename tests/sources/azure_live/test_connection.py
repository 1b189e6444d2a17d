"""Clouds and credentials; what is wrong with them is told before anything is asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import azure.identity
import pytest
from azure.core.exceptions import ClientAuthenticationError

from erpguard.errors import UsageError
from erpguard.sources.azure_live import AzureCollector, Limits
from erpguard.sources.azure_live.connection import CLOUDS, KINDS, cloud_of, connect, credential_of
from erpguard.sources.live import AzureConnection, Run
from tests.sources.azure_live.stand_in import ENDPOINT, SUBSCRIPTION, Credential, StandIn


def token_of(connection: AzureConnection) -> None:
    connect(connection, credential_of(connection), Run(1), Limits())


@pytest.mark.parametrize(
    ("cloud", "endpoint", "scope", "authority"),
    [
        ("public", "https://management.azure.com", "https://management.azure.com", "https://login.microsoftonline.com"),
        (
            "china",
            "https://management.chinacloudapi.cn",
            "https://management.chinacloudapi.cn",
            "https://login.chinacloudapi.cn",
        ),
        (
            "us-government",
            "https://management.usgovcloudapi.net",
            "https://management.core.usgovcloudapi.net",
            "https://login.microsoftonline.us",
        ),
    ],
)
def test_clouds(cloud: str, endpoint: str, scope: str, authority: str) -> None:
    assert cloud_of(AzureConnection(cloud=cloud)) == (endpoint, f"{scope}/.default", authority)


def test_clouds_are_where_azure_says() -> None:
    from azure.core import AzureClouds
    from azure.mgmt.core.tools import get_arm_endpoints

    for name, member in (("public", "PUBLIC_CLOUD"), ("china", "CHINA_CLOUD"), ("us-government", "US_GOVERNMENT")):
        known = get_arm_endpoints(AzureClouds[f"AZURE_{member}"])
        assert known["resource_manager"].rstrip("/") == CLOUDS[name].endpoint
        assert known["credential_scopes"] == [CLOUDS[name].scope]


def test_an_endpoint_and_an_authority_of_ones_own() -> None:
    connection = AzureConnection(
        endpoint="https://management.local.example:8443/", authority="https://login.local.example"
    )

    assert cloud_of(connection) == (
        "https://management.local.example:8443",
        "https://management.local.example:8443/.default",
        "https://login.local.example",
    )


@pytest.mark.parametrize(
    ("connection", "text"),
    [
        (AzureConnection(cloud="mars"), "mars: no such cloud: use public, china, us-government"),
        (AzureConnection(ca_file="/no/such.pem"), "/no/such.pem: no such file of certificates"),
        (
            AzureConnection(endpoint="http://x.example"),
            "http://x.example: the ARM endpoint must be https://HOST or https://HOST:PORT",
        ),
        (
            AzureConnection(endpoint="https://x.example/path"),
            "https://x.example/path: the ARM endpoint must be https://HOST or https://HOST:PORT",
        ),
    ],
)
def test_connections_that_cannot_be(connection: AzureConnection, text: str) -> None:
    with pytest.raises(UsageError) as raised:
        AzureCollector(connection, [SUBSCRIPTION])
    assert str(raised.value) == text


def test_an_unknown_kind_of_credential() -> None:
    with pytest.raises(UsageError) as raised:
        token_of(AzureConnection("magic"))
    assert str(raised.value) == (
        "magic: no such kind of credential: use default, cli, environment, managed-identity, workload-identity, "
        "developer-cli, powershell, interactive"
    )


def test_something_that_is_no_credential() -> None:
    with pytest.raises(UsageError, match="has no get_token"):
        token_of(AzureConnection(object()))


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_azure_identity(kind: str, monkeypatch: pytest.MonkeyPatch, arm: StandIn) -> None:
    made: list[dict[str, Any]] = []

    def make(**options: Any) -> Credential:
        made.append(options)
        return Credential()

    monkeypatch.setattr(azure.identity, KINDS[kind], make)
    token_of(AzureConnection(kind, cloud="china"))

    by_a_program = kind in ("cli", "developer-cli", "powershell", "managed-identity")
    assert made == [{} if by_a_program else {"authority": "https://login.chinacloudapi.cn"}]


def test_a_log_in_trusts_the_same_certificates(monkeypatch: pytest.MonkeyPatch, arm: StandIn, tmp_path: Path) -> None:
    made: list[dict[str, Any]] = []
    file = tmp_path / "authority.pem"
    file.write_text("")
    monkeypatch.setattr(azure.identity, "DefaultAzureCredential", lambda **options: made.append(options))
    credential_of(AzureConnection(ca_file=str(file)))

    assert made == [{"authority": "https://login.microsoftonline.com", "connection_verify": str(file)}]


def test_a_kind_that_lacks_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(UsageError, match="^no credential of the kind workload-identity: "):
        token_of(AzureConnection("workload-identity"))


@pytest.mark.parametrize("error", [ClientAuthenticationError("not logged in\nmore"), ValueError("not logged in")])
def test_no_token_at_all(arm: StandIn, error: Exception) -> None:
    connection = AzureConnection(Credential(error=error), endpoint=ENDPOINT)

    with pytest.raises(UsageError) as raised:
        next(AzureCollector(connection, [SUBSCRIPTION]).records(Run(1)))
    assert str(raised.value) == (
        "no token for Azure by the credential Credential: not logged in; log in with `az login`, or set "
        "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
    )
    assert (arm.asked, arm.closed) == ([], True)


@pytest.mark.parametrize("missing", ["azure.identity", "azure.mgmt.network", "azure.mgmt.authorization"])
def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)

    with pytest.raises(UsageError) as raised:
        token_of(AzureConnection("cli"))
    assert str(raised.value) == 'live Azure needs the extra: pip install "erpguard[azure]"'


def test_nothing_of_azure_is_imported_before_it_is_needed() -> None:
    program = f"""
import sys
import erpguard
assert not any(name.startswith("erpguard.sources.azure_live") for name in sys.modules)
from erpguard.sources.azure_live import AzureCollector
from erpguard.sources.live import AzureConnection
AzureCollector(AzureConnection(), ["{SUBSCRIPTION}"]).targets()
print([name for name in sys.modules if name.split(".")[0] in ("azure", "requests", "urllib3", "msal")])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
