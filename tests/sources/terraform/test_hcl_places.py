"""Findings point into the configuration, where it is at hand."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path as File
from typing import Any

import pytest

from erpguard.model import Origin, Path
from erpguard.sources import Input
from erpguard.sources.json_members import JsonText
from erpguard.sources.terraform import TerraformPlans
from erpguard.sources.terraform.contents import read
from erpguard.sources.terraform.declaring import Declaring
from erpguard.sources.terraform.hcl_places import HclPlaces
from erpguard.sources.terraform.module_files import Folder
from erpguard.sources.terraform.origins import PlanText
from erpguard.sources.terraform.provider_versions import locked
from tests.sources.terraform.plans import Json, change, plan, written

MAIN = """\
# The platform.
resource "azurerm_network_security_group" "erp" {
  name = "nsg-erp" # here
  tags = {
    owner = "platform"
  }

  security_rule {
    name     = "ssh"
    priority = 100
  }
  security_rule {
    name     = "https"
    priority = 110
    ports    = [
      "443",
      "8443",
    ]
  }
  dynamic "ip_rule" {
    for_each = local.rules
    content {
      action = ip_rule.value
    }
  }
}

resource "azapi_resource" "db" {
  type = "Microsoft.Cache/redis@2024-11-01"
  body = jsonencode({
    properties = {
      enableNonSslPort = true
    }
  })
  yaml_body = <<-YAML
    kind: Secret
    type: Opaque
  YAML
}

module "net" {
  source = "./modules/net"
}
module "remote" {
  source = "Azure/aks/azurerm"
}
"""
NET = 'resource "azurerm_subnet" "db" {\n  name = "db"\n}\nmodule "deep" {\n  source = "../deep"\n}\n'
DEEP = 'resource "azurerm_subnet" "deep" {\n  name = "deep"\n}\n'

NSG, DB = "azurerm_network_security_group.erp", "azapi_resource.db"
AFTER: dict[str, Json] = {
    # A set, in Terraform's own order.
    NSG: {"security_rule": [{"name": "https", "priority": 110}, {"name": "ssh", "priority": 100}], "ip_rule": [{}]},
    DB: {"body": "{}"},
}


@pytest.fixture
def project(tmp_path: File) -> File:
    folder = tmp_path / "repo" / "infra"
    for name, text in {"main.tf": MAIN, "modules/net/main.tf": NET, "modules/deep/main.tf": DEEP}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def configuration() -> Json:
    deep = {"source": "../deep", "module": {}}
    net = {"source": "./modules/net", "module": {"module_calls": {"deep": deep}}}
    remote = {"source": "Azure/aks/azurerm", "module": {}}
    return written(module_calls={"net": net, "remote": remote})


def origins(project: File, *addresses: str) -> dict[str, Origin]:
    """The origins of resources of a plan whose project is in a folder."""
    given = plan(*(change(one, AFTER.get(one, {})) for one in addresses), configuration=configuration())
    text = JsonText(json.dumps(given), "plan.json")
    plan_text = PlanText(text.text, text.file, text.positions)
    declaring = Declaring(read(text), plan_text, {})
    plan_text.hcl = HclPlaces(Folder(str(project), str(project.parent)), declaring.configuration)
    return {one.address: one.origin for one in declaring.run()}


def at(project: File, address: str, *path: Any, line: int | None = None) -> str:
    """The file and the text that a path leads to."""
    origin = origins(project, address)[address]
    place = origin.place(path) if line is None else origin.place_of_line(path, line)
    assert place.object_id == address
    if place.file == "plan.json":
        return "plan.json"
    lines = (project.parent / place.file).read_text().split("\n")
    assert place.line == place.end_line
    return f"{place.file}:{place.line}: {lines[place.line - 1][place.column - 1 : place.end_column - 1]}"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), '2: resource "azurerm_network_security_group" "erp"'),
        (("name",), '3: name = "nsg-erp"'),
        (("missing",), '2: resource "azurerm_network_security_group" "erp"'),
        (("tags",), "4: tags"),
        (("tags", "owner"), '5: owner = "platform"'),
        (("tags", "missing"), "4: tags"),
        (("security_rule",), "8: security_rule"),
        (("security_rule", 0, "name"), '13: name     = "https"'),
        (("security_rule", 1, "priority"), "10: priority = 100"),
        (("security_rule", 1, "missing"), "8: security_rule"),
        (("security_rule", 0, "ports"), "15: ports"),
        (("security_rule", 0, "ports", 1), '17: "8443"'),
        (("ip_rule", 0, "action"), "23: action = ip_rule.value"),
        (("ip_rule", 0, "missing"), "22: content"),
    ],
)
def test_attributes_and_blocks(project: File, path: Path, expected: str) -> None:
    assert at(project, NSG, *path) == f"infra/main.tf:{expected}"


def kinds(project: File, address: str) -> set[Path] | None:
    """What `dynamic` blocks make in a resource."""
    text = JsonText(json.dumps(plan(configuration=configuration())), "plan.json")
    given = Declaring(read(text), PlanText(text.text, text.file, text.positions), {}).configuration
    found = HclPlaces(Folder(str(project), str(project.parent)), given).dynamic(address)
    return None if found is None else set(found)


def test_kinds_of_dynamic_blocks(project: File) -> None:
    assert kinds(project, NSG) == {("ip_rule",)}
    assert kinds(project, f"{NSG}[0]") == {("ip_rule",)}
    assert kinds(project, "module.net.azurerm_subnet.db") == set()
    assert kinds(project, "azurerm_subnet.gone") is None
    assert kinds(project, "module.remote.azurerm_subnet.x") is None
    (project / "z_override.tf").write_text(
        'resource "azurerm_network_security_group" "erp" {\n  a {\n    dynamic "b" {\n      content {\n'
        '        dynamic "c" {\n          for_each = d\n        }\n        e {}\n      }\n    }\n  }\n}\n'
    )
    assert kinds(project, NSG) == {("ip_rule",), ("a", "b"), ("a", "b", "c")}


SETS = """\
resource "azurerm_network_security_group" "sets" {
  prefixes = ["10.0.0.0/8", "0.0.0.0/0", "192.168.0.0/16"]
  mixed    = [var.office, "0.0.0.0/0"]
  two      = [var.office, "0.0.0.0/0", var.home]
  numbers  = [443, 22]
  looped   = [for one in var.list : one.cidr]
  given    = var.list
  security_rule {
    name     = var.name
    priority = 100
  }
  security_rule {
    name     = "https"
    priority = var.priority
  }
  dynamic "security_rule" {
    for_each = var.rules
    content {
      name      = security_rule.value.name
      direction = "Inbound"
    }
  }
  one {
    a = "1"
  }
  dynamic "one" {
    for_each = var.rules
    content {
      a = one.value
    }
  }
  tags = merge(local.tags, { a = "1", b = "2" }, merge({ b = "3" }, var.tags))

  pair = [var.first, var.second]
}
"""
MERGED = 'tags = merge(local.tags, { a = "1", b = "2" }, merge({ b = "3" }, var.tags))'
IN_SETS = "azurerm_network_security_group.sets"
AFTER[IN_SETS] = {
    "prefixes": ["0.0.0.0/0", "10.0.0.0/8", "192.168.0.0/16"],
    "mixed": ["0.0.0.0/0", "203.0.113.7"],
    "two": ["0.0.0.0/0", "203.0.113.7", "203.0.113.9"],
    "numbers": [22, 443],
    "looped": ["10.0.0.0/8", "0.0.0.0/0"],
    "pair": ["a", "b"],
    "given": ["10.0.0.0/8"],
    "security_rule": [
        {"name": "https", "priority": 110, "direction": "Outbound"},
        {"name": "made", "priority": 120, "direction": "Inbound"},
        {"name": "ssh", "priority": 100, "direction": "Outbound"},
    ],
    "one": [{"a": "2"}, {"a": "1"}],
    "tags": {"a": "1", "b": "3", "c": "4"},
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("prefixes", 0), '2: "0.0.0.0/0"'),
        (("prefixes", 1), '2: "10.0.0.0/8"'),
        (("prefixes", 2), '2: "192.168.0.0/16"'),
        (("mixed", 0), '3: "0.0.0.0/0"'),
        (("mixed", 1), "3: var.office"),
        (("two", 1), "4: two"),  # either of the two
        (("pair", 1), "34: var.second"),
        (("numbers", 0), "5: 22"),
        (("looped", 0), "6: for one in var.list : one.cidr"),
        (("looped", 1), "6: for one in var.list : one.cidr"),
        (("given", 0), "7: given    = var.list"),
        (("security_rule", 0, "name"), '13: name     = "https"'),
        (("security_rule", 1, "name"), "19: name      = security_rule.value.name"),
        (("security_rule", 2, "name"), "9: name     = var.name"),
        (("one", 0, "a"), "29: a = one.value"),
        (("one", 1, "a"), '24: a = "1"'),
        (("tags", "a"), '32: a = "1"'),
        (("tags", "b"), '32: b = "3"'),
        (("tags", "c"), f"32: {MERGED}"),
    ],
)
def test_items_of_sets_are_found_by_what_they_have(project: File, path: Path, expected: str) -> None:
    (project / "main.tf").write_text(SETS)
    assert at(project, IN_SETS, *path) == f"infra/main.tf:{expected}"


def test_a_block_that_says_otherwise_is_not_the_one(project: File) -> None:
    """A constant that the item does not have: then the block around them is all that is known."""
    text = SETS.replace("name     = var.name", 'name     = "x"').replace('direction = "Inbound"', 'direction = "Any"')
    (project / "main.tf").write_text(text)
    head = 'infra/main.tf:1: resource "azurerm_network_security_group" "sets"'
    assert at(project, IN_SETS, "security_rule", 2, "name") == head


def test_written_json(project: File) -> None:
    assert at(project, DB, "body", "properties", "enableNonSslPort") == "infra/main.tf:32: enableNonSslPort = true"
    assert at(project, DB, "body", "properties", "other") == "infra/main.tf:31: properties"


def test_lines_of_texts(project: File) -> None:
    assert at(project, DB, "yaml_body", line=1) == "infra/main.tf:37: type: Opaque"
    assert at(project, DB, "yaml_body", line=9) == "infra/main.tf:35: yaml_body"
    assert at(project, DB, "type", line=0) == 'infra/main.tf:29: type = "Microsoft.Cache/redis@2024-11-01"'


def test_modules(project: File) -> None:
    assert at(project, "module.net.azurerm_subnet.db", "name") == 'infra/modules/net/main.tf:2: name = "db"'
    address = 'module.net["a"].module.deep[0].azurerm_subnet.deep[1]'
    assert at(project, address, "name") == 'infra/modules/deep/main.tf:2: name = "deep"'


def test_a_downloaded_module_is_shown_by_its_call(project: File) -> None:
    downloaded = project / ".terraform" / "modules" / "remote"
    downloaded.mkdir(parents=True)
    (downloaded / "main.tf").write_text('resource "azurerm_subnet" "x" {\n name = "x"\n}\n')
    modules = [{"Key": "", "Dir": "."}, {"Key": "remote", "Source": "x", "Dir": ".terraform/modules/remote"}]
    (downloaded.parent / "modules.json").write_text(json.dumps({"Modules": modules}))
    assert at(project, "module.remote.azurerm_subnet.x", "name") == 'infra/main.tf:44: module "remote"'
    assert at(project, "module.remote.module.y.azurerm_subnet.x", "name") == 'infra/main.tf:44: module "remote"'


def test_what_is_not_in_the_configuration_is_shown_in_the_plan(project: File) -> None:
    assert at(project, "azurerm_subnet.gone", "name") == "plan.json"
    assert at(project, "module.gone.azurerm_subnet.x", "name") == "plan.json"
    assert at(project, "module.net.azurerm_subnet.gone", "name") == "plan.json"


def test_nothing_outside_of_the_root_is_read(project: File, tmp_path: File) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text('resource "azurerm_subnet" "db" {\n  name = "secret"\n}\n')
    (project / ".terraform" / "modules").mkdir(parents=True)
    modules = project / ".terraform" / "modules" / "modules.json"
    for folder in ("../../outside", str(outside)):
        modules.write_text(json.dumps({"Modules": [{"Key": "net", "Dir": folder}]}))
        assert at(project, "module.net.azurerm_subnet.db", "name") in ("plan.json", 'infra/main.tf:41: module "net"')
    modules.unlink()
    (project / "modules" / "net" / "main.tf").unlink()
    (project / "modules" / "net" / "main.tf").symlink_to(outside / "main.tf")
    assert "outside" not in at(project, "module.net.azurerm_subnet.db", "name")


def test_a_project_outside_of_the_root_is_its_own(project: File) -> None:
    given = plan(change(NSG, {"name": "x"}), configuration=configuration())
    inputs = [Input("plan.json", data=json.dumps(given).encode())]
    settings = {"source_dir": str(project), "root": str(project.parent.parent / "elsewhere")}
    (made,) = TerraformPlans().collect(inputs, settings).resources
    assert made.origin.place(("name",)).file == "main.tf"


@pytest.mark.parametrize("text", ["resource {", "\x00", "", 'resource "a" "b" {'])
def test_files_that_cannot_be_read_leave_the_plan(project: File, text: str) -> None:
    (project / "main.tf").write_text(text)
    assert at(project, NSG, "name") == "plan.json"


def test_modules_json_may_be_anything(project: File) -> None:
    (project / ".terraform" / "modules").mkdir(parents=True)
    for text in ("{", "[1]", '{"Modules": 1}', '{"Modules": [{"Key": 1}]}', "[" * 100_000):
        (project / ".terraform" / "modules" / "modules.json").write_text(text)
        assert at(project, NSG, "name") == 'infra/main.tf:3: name = "nsg-erp"'


def test_the_lock_file_tells_the_version(project: File) -> None:
    lock = 'provider "registry.terraform.io/hashicorp/azurerm" {\n  version     = "3.116.0"\n  hashes = []\n}\n'
    (project / ".terraform.lock.hcl").write_text(lock)
    assert locked(Folder(str(project), str(project)).lock()) == {"azurerm": 3}


def told(project: File) -> list[tuple[str, str, str]]:
    """Code, level and file of the problems of a plan whose project is in a folder."""
    given = plan(change(NSG, {"name": "x"}), configuration=configuration())
    inputs = [Input(name, data=json.dumps(given).encode()) for name in ("plan.json", "again.json")]
    collected = TerraformPlans().collect(inputs, {"source_dir": str(project), "root": str(project.parent)})
    return [(one.code, one.level, one.place.file) for one in collected.problems]


def test_a_folder_without_configuration_is_told(project: File) -> None:
    assert told(project) == []
    assert told(project / "modules") == [("no-configuration", "warning", "modules")]


def refusing(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Files and folders of these names cannot be read, as by another user: who runs the tests may read everything."""

    def guarded(function: Any) -> Any:
        def call(path: Any, *more: Any) -> Any:
            if os.path.basename(str(path)) in names:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
            return function(path, *more)

        return call

    monkeypatch.setattr(os, "listdir", guarded(os.listdir))
    monkeypatch.setattr(os, "open", guarded(os.open))


def test_what_cannot_be_read_is_told_once(project: File, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may hold an ignore, or a dynamic block: without it the scan is not complete."""
    refusing(monkeypatch, "main.tf")
    nested = [f"infra/modules/{name}/main.tf" for name in ("deep", "net")]
    assert sorted(told(project)) == [("unreadable", "error", name) for name in ("infra/main.tf", *nested)]
    refusing(monkeypatch, "infra", "net")
    assert told(project) == [("unreadable", "error", "infra")]


def test_what_is_no_text_is_told(project: File) -> None:
    (project / "main.tf").write_bytes(b"a = \xff")
    assert told(project) == [("hcl-syntax", "warning", "infra/main.tf")]
