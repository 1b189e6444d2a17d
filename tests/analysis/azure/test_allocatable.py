"""What nodes have for pods, by the size of their machines, and whether pods fit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from erpguard.analysis.azure.allocatable import MB, MIB, Allocatable, allocatable
from erpguard.analysis.azure.vm_sizes import Size, size_of
from tests.analysis.azure.arm_estates import analyses, body

GIB = 2**30
CLUSTER = "Microsoft.ContainerService/managedClusters"


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Standard_D4s_v5", Size(4, 16, 16)),
        ("standard_d96ads_v5", Size(96, 384, 384)),
        ("Standard_D2_v3", Size(2, 8, 8)),
        ("Standard_D8lds_v5", Size(8, 16, 16)),
        ("Standard_D64ps_v5", Size(64, 208, 256)),
        ("Standard_DS2_v2", Size(2, 7, 7)),
        ("Standard_D14_v2", Size(16, 112, 112)),
        ("Standard_E8s_v5", Size(8, 64, 64)),
        ("Standard_E32-8s_v5", Size(8, 256, 256)),
        ("Standard_E96ds_v5", Size(96, 576, 768)),
        ("Standard_F16s_v2", Size(16, 32, 32)),
        ("Standard_L8s_v3", Size(8, 64, 64)),
        ("Standard_B2s", Size(2, 4, 4)),
        ("Standard_B4ms", Size(4, 16, 16)),
        ("Standard_B4s_v2", Size(4, 16, 16)),
        ("Standard_B4ls_v2", Size(4, 8, 8)),
        ("Standard_B2ts_v2", Size(2, 1, 1)),
        ("Standard_NC24ads_A100_v4", None),
        ("Standard_DC4s_v3", None),
        ("Standard_M64s", None),
        ("Standard_E192is_v6", None),
        ("Standard_D2s_v9", None),
        ("Standard_D9_v2", None),
        ("", None),
    ],
)
def test_sizes(name: str, size: Size | None) -> None:
    assert size_of(name) == size


def only(pool: dict[str, Any], **cluster: Any) -> Allocatable:
    made = analyses(body(CLUSTER, "aks", {"agentPoolProfiles": [{"name": "apps", **pool}], **cluster}))
    ((found,),) = allocatable(made).values()
    return found


def test_memory_since_1_29() -> None:
    """The documented example: 8 GB and 30 pods leave 8 GB less 650 MB and 100 Mi."""
    found = only({"vmSize": "Standard_D2s_v5", "maxPods": 30, "currentOrchestratorVersion": "1.31.4"})
    assert found.cores == Fraction(19, 10)
    assert found.most == 8 * GIB - 650 * MB - 100 * MIB
    assert found.least == Fraction(8 * 95, 100) * GIB - 650 * MB - 100 * MIB


def test_a_quarter_is_the_most_that_is_kept() -> None:
    found = only({"vmSize": "Standard_B2s", "maxPods": 70}, kubernetesVersion="1.30")
    assert found.most == 3 * GIB - 100 * MIB


def test_memory_up_to_1_28() -> None:
    """7 GiB: a quarter of four and a fifth of three are kept, and 750 Mi."""
    found = only({"vmSize": "Standard_DS2_v2", "maxPods": 110, "orchestratorVersion": "1.28"}, kubernetesVersion="1.31")
    assert found.most == 7 * GIB - Fraction(16, 10) * GIB - 750 * MIB


def test_what_is_not_known_makes_a_wider_range() -> None:
    found = only({"vmSize": "Standard_D4s_v5"})
    assert found.most == 16 * GIB - 250 * MB - 100 * MIB
    assert found.least == Fraction(16 * 95, 100) * GIB - 4 * GIB - 100 * MIB


@pytest.mark.parametrize(("processors", "kept"), [(2, 100), (4, 140), (8, 180), (16, 260), (32, 420), (64, 740)])
def test_cores_by_the_documented_table(processors: int, kept: int) -> None:
    found = only({"vmSize": f"Standard_D{processors}s_v5"})
    assert found.cores == processors - Fraction(kept, 1000)


def test_whether_a_pod_fits() -> None:
    pool = only({"vmSize": "Standard_D4s_v5", "maxPods": 30, "currentOrchestratorVersion": "1.31.4"})
    assert pool.fits(Fraction(3), Fraction(8 * GIB)) is True
    assert pool.fits(Fraction(4), Fraction(0)) is False
    assert pool.fits(Fraction(1), Fraction(16 * GIB)) is False
    assert pool.fits(Fraction(1), Fraction(15 * GIB)) is None
    assert only({"vmSize": "Standard_M64s"}).fits(Fraction(1), Fraction(1)) is None


def test_clusters_that_make_nodes_of_any_size() -> None:
    profile = {
        "agentPoolProfiles": [{"name": "a", "vmSize": "Standard_D2s_v5"}],
        "nodeProvisioningProfile": {"mode": "Auto"},
    }
    assert allocatable(analyses(body(CLUSTER, "aks", profile))) == {}
    profile.pop("nodeProvisioningProfile")
    assert allocatable(analyses(body(CLUSTER, "aks", profile, sku={"name": "Automatic"}))) == {}
