"""Where findings point: the property within its step, or the line of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from erpguard.model import Path as Steps
from erpguard.model import Place
from tests.sources.pulumi.programs import (
    CACHE,
    DEPLOYMENT,
    Json,
    collect,
    declared,
    exported,
    preview,
    state,
    step,
    urn,
)

ODOO: Json = {
    "metadata": {"name": "odoo", "namespace": "erp"},
    "spec": {
        "selector": {"matchLabels": {"app": "odoo"}},
        "template": {"spec": {"containers": [{"name": "odoo", "image": "odoo:17"}]}},
    },
}


def shown(text: str, place: Place) -> str:
    """What stands at a place of one line."""
    assert place.line == place.end_line
    return text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("enableNonSslPort",), '"enableNonSslPort": true'),
        (("sku",), '"sku"'),
        (("sku", "family"), '"family": "P"'),
        (("sku", "missing"), '"sku"'),
        (("missing",), '"inputs"'),
        ((), '"inputs"'),
    ],
)
def test_properties(path: Steps, expected: str) -> None:
    before, after = (step("create", state(CACHE, name, {"enableNonSslPort": False, "sku": {}})) for name in "ad")
    text = preview(before, step("create", state(CACHE, "c", {"enableNonSslPort": True, "sku": {"family": "P"}})), after)
    (found,) = (one for one in declared(text) if one.address == urn(CACHE, "c"))
    place = found.origin.place(path)
    assert (place.file, place.object_id, shown(text, place)) == ("preview.json", urn(CACHE, "c"), expected)
    assert place.line > text[: text.index("::c")].count("\n")
    assert found.origin.place_of_line(path, 2) == place
    assert found.origin.text(path) == ""


def test_outputs_and_inputs_of_a_state() -> None:
    text = exported(state(CACHE, "c", {"a": 1, "b": 2}, outputs={"b": 3}))
    (found,) = declared(text)
    assert shown(text, found.origin.place(("b",))) == '"b": 3'
    assert shown(text, found.origin.place(("a",))) == '"a": 1'
    assert shown(text, found.origin.place(())) == '"outputs"'
    text = exported(state(CACHE, "c", {"a": 1}))
    assert shown(text, declared(text)[0].origin.place(())) == '"inputs"'


def test_what_is_deleted() -> None:
    text = preview(step("delete", None, state(CACHE, "c", {"a": 1}, outputs={"a": 2})))
    (found,) = declared(text)
    assert shown(text, found.origin.place(("a",))) == '"a": 2'


def test_standard_input_has_no_places() -> None:
    (found,) = declared(preview(step("create", state(CACHE, "c", {"a": 1}))), file="")
    assert found.origin.place(("a",)) == Place(object_id=urn(CACHE, "c"), pointer="/a")


def test_kubernetes_objects() -> None:
    text = preview(step("create", state(DEPLOYMENT, "odoo", ODOO)))
    (made,) = collect(text).resources
    place = made.origin.place(("spec", "template", "spec", "containers", 0, "image"))
    assert (shown(text, place), place.object_id) == ('"image": "odoo:17"', urn(DEPLOYMENT, "odoo"))


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in a folder of the scanned tree, and a file outside of it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "infra"
    (folder / "src").mkdir(parents=True)
    (folder / "index.ts").write_text("import * as k8s;\n\n  new Deployment('odoo')\n")
    (folder / "src" / "a b.ts").write_text("one\ntwo\n")
    (tmp_path / "secret.txt").write_text("secret\nsecret\n")
    (folder / "link.ts").symlink_to(tmp_path / "secret.txt")
    return folder


def place_of(position: str, source_dir: str = "infra") -> Place:
    """The place of the Deployment that a program declares."""
    text = preview(step("create", state(DEPLOYMENT, "odoo", ODOO, sourcePosition=position)))
    (made,) = collect(text, source_dir=source_dir).resources
    return made.origin.place(("spec", "replicas"))


def test_lines_of_the_program(program: Path) -> None:
    place = place_of("project:///index.ts#3,7")
    assert place == Place("infra/index.ts", 3, 3, 3, 25, object_id=urn(DEPLOYMENT, "odoo"))
    assert place_of("project:///src/a%20b.ts#2").file == "infra/src/a b.ts"
    assert place_of("project:///index.ts#3", ".").file == "preview.json"
    assert place_of("project:///index.ts#3", str(program)).file == "infra/index.ts"


def test_names_are_relative_to_the_root(program: Path) -> None:
    text = preview(step("create", state(DEPLOYMENT, "odoo", ODOO, sourcePosition="project:///index.ts#3")))
    for root, name in ((program, "index.ts"), (program / "src", "index.ts"), (program.parent, "infra/index.ts")):
        (made,) = collect(text, source_dir=str(program), root=str(root)).resources
        assert made.origin.place(("spec",)).file == name


@pytest.mark.parametrize(
    "position",
    [
        "project:///index.ts",
        "project:///index.ts#0",
        "project:///index.ts#2",
        "project:///index.ts#99",
        "project:///missing.ts#1",
        "project:///../secret.txt#1",
        "project:///%2e%2e/secret.txt#1",
        "project:////etc/passwd#1",
        "project:///link.ts#1",
        "project:///src#1",
        "project:///a%00b#1",
        "file:///etc/passwd#1",
        "index.ts#3",
        "",
    ],
)
def test_positions_that_lead_nowhere(program: Path, position: str) -> None:
    """A preview cannot make the scan read other files."""
    assert place_of(position).file == "preview.json"


def test_without_a_folder_positions_are_not_followed(program: Path) -> None:
    assert place_of("project:///index.ts#3", "").file == "preview.json"
    assert place_of("project:///index.ts#3", "missing").file == "preview.json"
