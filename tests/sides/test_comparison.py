"""What `--compare A,B` may name, and what it says where it names nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from erpguard.errors import UsageError
from erpguard.model import Resource
from erpguard.sides.comparison import Comparison, comparison
from erpguard.sources import Input
from erpguard.sources.discovery import Discovered
from tests.analysis.estates import FakeOrigin

LIVE = "azure_live"


def inputs(tmp_path: Path) -> dict[str, list[Input]]:
    """A manifest, two plans and two snapshots."""
    named = {
        "kubernetes_manifest": ["deploy/web.yaml"],
        "terraform_plan": ["plan.json", "next.json"],
        "snapshot": ["old.gz", "new.gz"],
    }
    (tmp_path / "deploy").mkdir(exist_ok=True)
    return {source: [Input(name, str(tmp_path / name)) for name in names] for source, names in named.items()}


def compared(tmp_path: Path, *names: str, addresses: tuple[str, ...] = ()) -> Comparison:
    """The comparison of two names, among those inputs."""
    found = Discovered()
    found.addresses = list(addresses)
    paths = [str(tmp_path / name) if "." in name or name == "deploy" else name for name in names]
    return comparison(paths, found, inputs(tmp_path))


def resource(source: str, file: str = "", given: str = "", cluster: str = "") -> Resource:
    """A resource of an input."""
    made = Resource("x", "x", "x", "", {}, FakeOrigin(file), source, cluster=cluster)
    made.input = given
    return made


ALL = {
    "manifest": resource("kubernetes_manifest", "deploy/web.yaml"),
    "plan": resource("terraform_plan", "plan.json"),
    "next": resource("terraform_plan", "next.json"),
    "preview": resource("pulumi", "preview.json"),
    "old": resource(LIVE, given="old.gz"),
    "new": resource("kubernetes_cluster", given="new.gz"),
    "memory": resource("azure_resources"),
    "a": resource(LIVE, given="azure:A, azure:b", cluster="a"),
    "b": resource(LIVE, given="azure:A, azure:b", cluster="b"),
}


def taken(found: Comparison) -> tuple[set[str], set[str]]:
    """Which resources each of the two takes."""
    sides = (found.reference, found.actual)
    one, other = ({name for name, made in ALL.items() if side.takes(made)} for side in sides)
    return one, other


DECLARED = {"manifest", "plan", "next", "preview", "memory"}


@pytest.mark.parametrize(
    ("names", "reference", "actual"),
    [
        (("plan", "live"), {"plan", "next", "preview"}, {"old", "new", "a", "b"}),
        (("live", "plan"), {"plan", "next", "preview"}, {"old", "new", "a", "b"}),
        (("declared", "live"), DECLARED, {"old", "new", "a", "b"}),
        (("manifests", "snapshot"), {"manifest", "memory"}, {"old", "new"}),
        (("plan", "manifests"), {"plan", "next", "preview"}, {"manifest", "memory"}),
        (("old.gz", "new.gz"), {"old"}, {"new"}),
        (("new.gz", "old.gz"), {"new"}, {"old"}),
        (("snapshot", "live"), {"old", "new"}, {"a", "b"}),
        (("old.gz", "live"), {"old"}, {"new", "a", "b"}),
        (("plan.json", "next.json"), {"plan"}, {"next"}),
        (("plan.json", "declared"), {"plan"}, DECLARED - {"plan"}),
        (("deploy", "plan.json"), {"manifest"}, {"plan"}),
        (("plan.json", "azure:A"), {"plan"}, {"a"}),
        (("azure:A", "azure:b"), {"a"}, {"b"}),
    ],
)
def test_sides(tmp_path: Path, names: tuple[str, str], reference: set[str], actual: set[str]) -> None:
    found = compared(tmp_path, *names, addresses=("azure:A", "azure:b"))
    assert taken(found) == (reference, actual)


def test_the_only_address_of_a_platform_is_all_of_it(tmp_path: Path) -> None:
    """A subscription may go by its name, the current context by none."""
    found = compared(tmp_path, "plan", "azure:ERP Production", addresses=("azure:ERP Production", "kubernetes:"))
    given = "azure:ERP Production, kubernetes:"
    assert found.actual.takes(resource(LIVE, given=given, cluster="1111"))
    assert not found.actual.takes(resource("kubernetes_cluster", given=given, cluster="aks"))


@pytest.mark.parametrize(
    ("names", "is_apart", "is_versions"),
    [
        (("plan", "live"), False, False),
        (("old.gz", "new.gz"), True, True),
        (("plan.json", "next.json"), True, True),
        (("plan", "manifests"), True, False),
    ],
)
def test_two_of_one_kind_are_versions(
    tmp_path: Path, names: tuple[str, str], is_apart: bool, is_versions: bool
) -> None:
    found = compared(tmp_path, *names)
    assert (found.is_apart, found.is_versions) == (is_apart, is_versions)


@pytest.mark.parametrize("names", [(), ("plan",), ("plan", "plan"), ("plan", "live", "snapshot")])
def test_two_different_sides_are_needed(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="name two different sides, such as plan,live"):
        compared(tmp_path, *names)


def test_a_name_that_is_no_input() -> None:
    found = Discovered()
    found.addresses = ["azure:a"]
    given = {"terraform_plan": [Input("p.json", "/p.json")], "snapshot": [Input("", data=b"")]}
    with pytest.raises(UsageError) as raised:
        comparison(("plan", "other.json"), found, given)
    there = "plan, declared, live, snapshot, azure:a, /p.json, -"
    assert str(raised.value) == f"--compare: other.json is no input of this scan: there is {there}"


def test_a_word_for_what_is_not_there() -> None:
    with pytest.raises(UsageError) as raised:
        comparison(("plan", "live"), Discovered(), {"terraform_plan": [Input("p.json", "/p.json")]})
    assert str(raised.value) == "--compare: live is nothing in this scan: there is plan, declared, /p.json"


def test_a_folder_of_snapshots_and_manifests(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds snapshots and other files: name one of them"):
        comparison((str(tmp_path), "live"), Discovered(), inputs(tmp_path))


def test_standard_input_and_objects_in_memory() -> None:
    given = {"terraform_plan": [Input("", data=b"{}")], "snapshot": [Input("s.gz", "/s.gz")]}
    assert comparison(("-", "live"), Discovered(), given).reference.kind == "plan"
    found = comparison(("manifests", "live"), Discovered(), {"snapshot": given["snapshot"]}, in_memory=True)
    assert found.reference.takes(ALL["memory"])
