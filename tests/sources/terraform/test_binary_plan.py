"""Binary plans: only for places, bounded, and nothing of their state is read."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from typing import Any

import pytest

from erpguard.sources import Collected
from erpguard.sources.terraform import binary_plan
from tests.sources.terraform.plans import change, collect, plan

RG = "azurerm_resource_group.erp"
MAIN = 'resource "azurerm_resource_group" "erp" {\n  name = "rg-erp"\n}\nmodule "m" {\n  source = "./mod"\n}\n'
PARTS: dict[str, str | bytes] = {
    "tfplan": b"\x08\x03",
    "tfstate": json.dumps({"version": 4, "resources": [], "outputs": {"o": {"value": "hunter2-SECRET"}}}),
    "tfconfig/modules.json": json.dumps([{"Key": "", "Dir": "."}, {"Key": "m", "Source": "./mod", "Dir": "mod"}]),
    "tfconfig/m-/main.tf": MAIN,
    "tfconfig/m-m/main.tf": MAIN.partition("module")[0],
    ".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/azurerm" {\n  version = "3.116.0"\n}\n',
}
JSON = plan(change(RG, {"name": "rg-erp"}), change(f"module.m.{RG}", {"name": "rg-erp"}))


def archive(parts: dict[str, str | bytes] | None = None, **more: str | bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in {**(PARTS if parts is None else parts), **more}.items():
            opened.writestr(name, content)
    return made.getvalue()


def places(collected: Collected) -> list[str]:
    found = (one.origin.place(("name",)) for one in collected.resources)
    return [f"{one.file}:{one.line}:{one.column}" for one in found]


def codes(collected: Collected) -> list[str]:
    return [problem.code for problem in collected.problems]


@pytest.mark.parametrize("order", [0, 1])
def test_places_from_the_configuration_within(order: int) -> None:
    files: list[tuple[str, Any]] = [("infra/plan.json", JSON), ("infra/plan.tfplan", archive())]
    collected = collect(*files[order:], *files[:order])
    assert collected.problems == []
    assert places(collected) == ["infra/main.tf:2:3", "infra/mod/main.tf:2:3"]


def test_alone_it_is_refused_with_the_command() -> None:
    collected = collect(("infra/plan.tfplan", archive()))
    (problem,) = collected.problems
    assert problem.code == "terraform-binary-plan"
    assert "run `terraform show -json infra/plan.tfplan > plan.json`" in problem.message
    assert collected.open_types == {"*"} and collected.documents == 0


def test_several_belong_to_the_plans_of_their_names() -> None:
    other = archive({**PARTS, "tfconfig/m-/main.tf": "\n" * 9 + MAIN})
    collected = collect(
        ("a/erp.plan.json", JSON),
        ("a/erp.tfplan", archive()),
        ("b/erp.json", JSON),
        ("b/erp.plan", other),
        ("c.json", JSON),
    )
    assert collected.problems == []
    assert places(collected)[::2] == ["a/main.tf:2:3", "b/main.tf:11:3", places(collected)[4]]
    assert places(collected)[4].startswith("c.json:1:")
    collected = collect(("a/erp.json", JSON), ("b/erp.json", JSON), ("c/x.tfplan", archive()))
    assert codes(collected) == ["terraform-binary-plan"]


def test_a_module_outside_of_the_root_has_no_place() -> None:
    modules = json.dumps([{"Key": "", "Dir": "."}, {"Key": "m", "Dir": "../../mod"}])
    collected = collect(("p.json", JSON), ("p.tfplan", archive({**PARTS, "tfconfig/modules.json": modules})))
    assert places(collected) == ["main.tf:2:3", "main.tf:4:1"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (archive({"a.txt": "x"}), "no binary plan"),
        (archive()[:-30], "the archive has no end"),
        (archive()[:40], "the archive has no end"),
        (b"PK\x03\x04", "the archive has no end"),
        (archive({**PARTS, "tfstate": b"\0" * 50_000_000}), "more than 100 times its size"),
        (
            archive({"tfplan": b"", **{f"tfconfig/m-{index}/x.tf": b"" for index in range(10_001)}}),
            "more than 10000 members",
        ),
        (b"PK\x03\x04" + b"x" * 100 + struct.pack("<4s4HIIH", b"PK\x05\x06", 0, 0, 9, 9, 400, 50, 0), "cannot be read"),
    ],
    ids=["another archive", "cut at its end", "cut early", "a head", "a bomb", "many members", "a broken directory"],
)
def test_archives_that_are_refused(data: bytes, words: str) -> None:
    collected = collect(("plan.tfplan", data), ("plan.json", JSON))
    (problem,) = collected.problems
    assert words in problem.message and problem.place.file == "plan.tfplan" and "\n" not in problem.message
    assert len(collected.resources) == 2 and collected.open_types == {"*"}


def test_a_member_that_is_larger_than_it_says_is_refused() -> None:
    data = archive()
    size = struct.pack("<I", len(MAIN))
    lying = data.replace(size, struct.pack("<I", 5))
    assert lying != data
    assert codes(collect(("plan.tfplan", lying), ("plan.json", JSON))) == ["terraform-archive"]


@pytest.mark.parametrize("seed", range(40))
def test_damaged_archives_never_crash(seed: int) -> None:
    import random

    chance, data = random.Random(seed), bytearray(archive())
    for _ in range(5):
        data[chance.randrange(4, len(data))] = chance.randrange(256)
    collected = collect(("plan.tfplan", bytes(data)), ("plan.json", JSON))
    assert len(collected.resources) == 2


def test_nothing_of_the_state_is_read() -> None:
    from erpguard.sources import Input

    found = binary_plan.members(archive(), Input("plan.tfplan"))
    assert isinstance(found, dict)
    assert set(found) == {name for name in PARTS if name.startswith("tfconfig/") or name == ".terraform.lock.hcl"}
