"""Types in people's words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import erpguard
from erpguard.model.nouns import noun, one
from erpguard.normalize.azure.arm_types import arm_type
from tests.policy_examples import LIBRARY

SOURCE = Path(erpguard.__file__).parent
TYPES = sorted(
    str(arm_type(path.stem.replace(".", "/").replace("/", ".", 1)).name)  # type: ignore[union-attr]
    for path in (SOURCE / "normalize" / "azure" / "types").glob("*.json")
)
ABSENT = sorted({type_ for policy in LIBRARY.policies.values() for type_ in policy.absence_of})


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("Microsoft.Storage/storageAccounts", "a storage account"),
        ("microsoft.storage/STORAGEACCOUNTS/blobServices", "a blob service"),
        ("Microsoft.Authorization/roleAssignmentScheduleInstances", "a role assignment schedule instance"),
        ("Microsoft.DataProtection/backupVaults/backupInstances", "a backup instance"),
        ("Microsoft.DataProtection/backupVaults/backupPolicies", "a backup policy"),
        ("Microsoft.ContainerService/managedClusters/agentPools", "a node pool"),
        ("Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "a private DNS zone group"),
        ("Microsoft.Network/publicIPAddresses", "a public IP address"),
        ("Microsoft.Sql/servers/azureADOnlyAuthentications", "a setting for Entra-only authentication"),
        ("Microsoft.Network/applicationGateways", "an application gateway"),
        ("Microsoft.Compute/virtualMachines", "a virtual machine"),
        ("Microsoft.ContainerRegistry/registries", "a container registry"),
        ("networking.k8s.io/Ingress", "an Ingress"),
        ("core/Secret", "a Secret"),
        ("policy.networking.k8s.io/AdminNetworkPolicy", "an AdminNetworkPolicy"),
        ("odd", "an odd"),
    ],
)
def test_words(type_: str, words: str) -> None:
    assert one(type_) == words


@pytest.mark.parametrize("type_", ABSENT)
def test_whatever_may_be_absent_reads_well(type_: str) -> None:
    """A singular with its article; nothing of ARM's spelling is left, and a kind of Kubernetes is written as it is."""
    article, _, called = one(type_).partition(" ")
    assert article == ("an" if called[0].lower() in "aeiou" else "a")
    if type_.startswith("Microsoft."):
        reads_well(called)
    else:
        assert called == type_.rpartition("/")[2]


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_of_azure_reads_well(type_: str) -> None:
    reads_well(noun(type_))


def reads_well(called: str) -> None:
    """Fail where something looks like a plural, or like a name in camelCase."""
    assert re.fullmatch(r"[A-Za-z]+([ -][A-Za-z]+)*", called), called
    assert not re.search(r"[a-z][A-Z](?!L\b)", called.replace("PostgreSQL", "").replace("MySQL", "")), called
    assert not re.search(r"(?<![su])s$", called.replace("Redis", "").replace("address", "")), called


def test_every_type_that_is_named_exists() -> None:
    from erpguard.model import nouns

    known = {type_.lower() for type_ in TYPES}
    assert set(nouns._NAMED) <= known
