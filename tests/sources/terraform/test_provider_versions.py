"""The major version of a provider: from the lock file, else where constraints leave only one."""

from __future__ import annotations

import pytest

from erpguard.sources.terraform.provider_versions import constrained, locked
from tests.sources.terraform.plans import AZURERM, change, declared, plan


@pytest.mark.parametrize(
    ("constraint", "major"),
    [
        ("3.116.0", 3),
        ("= 4.1.0", 4),
        ("~> 3.0", 3),
        ("~> 3.116.1", 3),
        ("~> 3", 0),
        (">= 3.0, < 4.0", 3),
        (">= 3.0, < 4.0.0", 3),
        (">= 3.0, < 4.5", 0),
        (">= 3.0, <= 3.99", 3),
        (">= 4.0", 0),
        ("< 4.0", 0),
        ("!= 3.1.0, ~> 3.0", 3),
        ("> 3.5, ~> 3.0", 3),
        ("~> 4.0.0-beta1", 4),
        ("~> 3.0, ~> 4.0", 0),
        ("", 0),
        ("anything", 0),
        ("v4.2.0", 4),
    ],
)
def test_constraints(constraint: str, major: int) -> None:
    assert constrained({"azurerm": {"full_name": AZURERM, "version_constraint": constraint}}).get("azurerm", 0) == major


def test_constraints_of_several_modules_add_up() -> None:
    providers = {
        "azurerm": {"name": "azurerm", "version_constraint": ">= 3.0"},
        "module.a:azurerm": {"name": "azurerm", "full_name": AZURERM, "version_constraint": "< 4.0"},
        "random": {"name": "random"},
    }
    assert constrained(providers) == {"azurerm": 3}


def test_lock_files() -> None:
    text = """
provider "registry.terraform.io/azure/azapi" {
  version     = "2.4.0"
  constraints = "~> 1.0"
}
provider "registry.terraform.io/hashicorp/azurerm" {
  constraints = "~> 3.0"
  version     = "4.27.0"
}
"""
    assert locked(text) == {"azapi": 2, "azurerm": 4}
    assert locked("provider {") == {}


def test_declarations_know_their_version() -> None:
    configuration = {"provider_config": {"azurerm": {"full_name": AZURERM, "version_constraint": "~> 3.0"}}}
    one = declared(plan(change("azurerm_x.y", {}), configuration={**configuration, "root_module": {}}))["azurerm_x.y"]
    assert one.defaults == 3
    assert declared(plan(change("azurerm_x.y", {})))["azurerm_x.y"].defaults == 0
