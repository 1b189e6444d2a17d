"""From a plan to the estate: Azure resources, Kubernetes objects, and real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from erpguard.model import Place, Resource
from erpguard.sources import Input
from erpguard.sources.terraform import TerraformPlans
from tests.sources.terraform.plans import change, collect, plan, resource, written

CORPORA = Path(__file__).parents[4] / "shared" / "data" / "terraform"
needs_corpora = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside the checkout")

KUBERNETES = "registry.terraform.io/hashicorp/kubernetes"


def corpus(*names: str) -> Any:
    return TerraformPlans().collect([Input(name, str(CORPORA / name)) for name in names])


def test_azure_resources() -> None:
    group = change("azurerm_resource_group.erp", {"name": "rg-erp-prod", "location": "westeurope"})
    cache = change(
        "azurerm_redis_cache.erp",
        {"name": "redis-erp", "resource_group_name": "rg-erp-prod", "minimum_tls_version": "1.0"},
        "update",
        before={"name": "redis-erp", "minimum_tls_version": "1.2"},
    )
    collected = collect(("plan.json", plan(group, cache)))
    found = {one.type: one for one in collected.resources}
    assert set(found) == {"Microsoft.Resources/resourceGroups", "Microsoft.Cache/redis"}
    redis = found["Microsoft.Cache/redis"]
    assert redis.body["properties"]["minimumTlsVersion"] == "1.0"
    assert redis.before is not None and redis.before["properties"]["minimumTlsVersion"] == "1.2"
    assert (redis.source, redis.change, redis.namespace) == ("terraform_plan", "update", "rg-erp-prod")
    place = redis.origin.place(("properties", "minimumTlsVersion"))
    assert (place.file, place.line, place.object_id) == ("plan.json", 1, "azurerm_redis_cache.erp")


def test_resources_that_do_not_exist_yet_are_joined() -> None:
    subnet, nsg = "azurerm_subnet.db", "azurerm_network_security_group.db"
    link = "azurerm_subnet_network_security_group_association.db"
    network = {"virtual_network_name": "vnet", "resource_group_name": "rg"}
    entries = [
        change(
            "azurerm_virtual_network.erp", {"name": "vnet", "resource_group_name": "rg"}, after_unknown={"id": True}
        ),
        change(subnet, {"name": "db", **network}, after_unknown={"id": True}),
        change(nsg, {"name": "nsg", "resource_group_name": "rg"}, after_unknown={"id": True}),
        change(link, {}, after_unknown={"id": True, "subnet_id": True, "network_security_group_id": True}),
    ]
    asked = resource(link, subnet_id=f"{subnet}.id", network_security_group_id=f"{nsg}.id")
    collected = collect(("plan.json", plan(*entries, configuration=written(asked))))
    (vnet,) = (one for one in collected.resources if one.type == "Microsoft.Network/virtualNetworks")
    assert vnet.body["properties"]["subnets"][0]["properties"]["networkSecurityGroup"]["id"] == nsg
    assert collected.problems == []


def test_kubernetes_objects() -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "odoo", "namespace": "erp"}, "data": {}}
    yaml = "apiVersion: v1\nkind: Service\nmetadata:\n  name: odoo\n  namespace: erp\n"
    entries = [
        change("kubernetes_manifest.a", {"manifest": manifest}, provider_name=KUBERNETES),
        change("kubectl_manifest.b", {"yaml_body": yaml}, provider_name="registry.terraform.io/gavinbunny/kubectl"),
        change(
            "kubectl_manifest.c", {"yaml_body": "a: b: c"}, provider_name="registry.terraform.io/gavinbunny/kubectl"
        ),
        change("helm_release.d", {"name": "velero"}, provider_name="registry.terraform.io/hashicorp/helm"),
        change(
            "kubernetes_namespace.e",
            {"metadata": [{"name": "erp", "labels": {"environment": "test"}}]},
            provider_name=KUBERNETES,
        ),
    ]
    collected = collect(("plan.json", plan(*entries)))
    found = {one.type: one for one in collected.resources}
    assert set(found) == {"core/ConfigMap", "core/Service", "core/Namespace"}
    assert found["core/Namespace"].labels == {"environment": "test"}
    assert found["core/Service"].origin.place(("metadata", "name")).object_id == "kubectl_manifest.b"
    assert [problem.code for problem in collected.problems] == ["yaml-syntax", "helm-release"]
    assert "batch/CronJob" in collected.open_types


def test_two_plans_of_one_scan() -> None:
    first = plan(change("azurerm_resource_group.erp", {"name": "rg-a"}))
    second = plan(change("azurerm_resource_group.erp", {"name": "rg-b"}))
    collected = collect(("a/plan.json", first), ("b/plan.json", second))
    assert [(one.name, one.origin.file) for one in collected.resources] == [
        ("rg-a", "a/plan.json"),
        ("rg-b", "b/plan.json"),
    ]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "plan.json").mkdir()
    collected = TerraformPlans().collect(
        [Input("plan.json", str(tmp_path / "plan.json")), Input("b", str(tmp_path / "b"))]
    )
    assert [problem.code for problem in collected.problems] == ["unreadable", "unreadable"]
    assert collected.open_types == {"*"}


@needs_corpora
def test_every_file_of_the_corpora_is_read_or_refused() -> None:
    for path in sorted(CORPORA.iterdir()):
        collected = corpus(path.name)
        errors = [problem.code for problem in collected.problems if problem.code.startswith("terraform")]
        if path.name.endswith(".json"):
            assert errors == [] and collected.documents == 1
            given = json.loads(path.read_text())
            shown = {address for one in collected.resources for address in _addresses(one)}
            kept = sum(collected.not_judged.values()) + len(shown)
            deleted = sum(one["change"]["actions"] == ["delete"] for one in given["resource_changes"])
            assert kept + deleted >= len(given["resource_changes"])
        else:
            assert len(errors) == 1 and collected.open_types == {"*"}


def _addresses(resource_: Resource) -> set[str]:
    """The addresses of a resource and of those that were folded into it."""
    return {resource_.origin.place(path).object_id for path in ((), *resource_.parts.values())}


@needs_corpora
def test_no_secret_of_the_corpora_is_in_the_estate() -> None:
    for name in ("terraform-data-create.plan.json", "terraform-data-mixed-actions.plan.json"):
        collected = corpus(name)
        assert "hunter2" not in json.dumps([one.body for one in collected.resources])
        assert "hunter2" not in str(collected.problems)


@needs_corpora
def test_a_real_binary_plan_gives_places() -> None:
    from tests.sources.terraform.plans import contents

    name = "terraform-data-mixed-actions"
    held = contents((CORPORA / f"{name}.plan.json").read_text())
    from erpguard.sources.terraform import binary_plan
    from erpguard.sources.terraform.configuration import Configuration
    from erpguard.sources.terraform.hcl_places import HclPlaces
    from erpguard.sources.terraform.module_files import Archived

    members = binary_plan.members((CORPORA / f"{name}.tfplan").read_bytes(), Input("infra/x.tfplan"))
    assert isinstance(members, dict)
    places = HclPlaces(Archived(members, "infra"), Configuration(held.configuration))

    def place(address: str, *path: Any) -> Place | None:
        return places.place(address, path, dict)

    assert place("terraform_data.one", "input", "tls") == Place(
        "infra/main.tf", 8, 13, 8, 27, object_id="terraform_data.one"
    )
    found = place('module.m["a"].terraform_data.in["k1"]', "input")
    assert found is not None and found.file == "infra/mod/main.tf"
    assert place("terraform_data.cnt[1]", "input") is None
