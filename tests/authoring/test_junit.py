"""A run as JUnit XML."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest

from erpguard.authoring.folder import open_folder
from erpguard.authoring.junit import as_xml
from erpguard.authoring.running import run
from tests.authoring.packs import EXAMPLES, POLICY, TESTS, Pack, pack

__all__ = ["pack"]


def suite(made: Pack, monkeypatch: pytest.MonkeyPatch, percent: float = 0) -> Element:
    """The one suite of a run."""
    monkeypatch.chdir(made.folder.parent)
    (found,) = fromstring(as_xml([run(open_folder("policies"))], percent))
    return found


def numbers(found: Element) -> list[str]:
    """How many cases there are, and how many of each kind."""
    return [found.attrib[name] for name in ("tests", "failures", "errors", "skipped")]


def test_what_passes(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    found = suite(pack, monkeypatch, 100)
    assert numbers(found) == ["5", "0", "0", "0"]
    assert [(case.attrib["classname"], case.attrib["line"], case.attrib["name"]) for case in found] == [
        (f"policies/acme/{TESTS}", "16", "test_without_the_label"),
        (f"policies/acme/{TESTS}", "21", "test_with_the_label"),
        (f"policies/acme/{EXAMPLES}", "2", "ACME001: fail: a label of another name"),
        (f"policies/acme/{EXAMPLES}", "23", "ACME001: pass: the label is there"),
        (f"policies/acme/{EXAMPLES}", "44", "ACME001: undetermined: a placeholder decides"),
    ]


def test_what_fails(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    pack.append(TESTS, 'test_one if {\n\tx := "a\\u001b&<"\n\tx == 1\n}\n\ntodo_test_two if false\n')
    pack.replace(EXAMPLES, "  # finding", "  # finding: high")
    pack.append(POLICY, "deny contains x if {\n\tx := input.resources.none\n\tx\n\tx.a\n}\n")
    (pack.folder / "loose.rego").write_text("package loose")
    found = suite(pack, monkeypatch, 90)
    assert numbers(found) == ["9", "3", "1", "1"]
    told = {case.attrib["name"]: (case[0].tag, case[0].text or "") for case in found if len(case)}
    assert told["unread"][0] == "error"
    assert told["unread"][1].startswith("nobody reads this file: ")
    assert told["test_one"] == (
        "failure",
        f'policies/acme/{TESTS}:25: test_one: undefined\n  stopped at line 27: x == 1\n    x = "a\\u001b&<"',
    )
    assert told["todo_test_two"] == ("skipped", "")
    difference = "manifest.yaml:5: expected the severity high, but it is medium"
    assert told["ACME001: fail: a label of another name"][1].startswith(f"{difference}\n")
    assert told["coverage"] == ("failure", "62% covered (less than 90%)")


def test_where_nothing_is_run(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    pack.file(TESTS).unlink()
    pack.file(EXAMPLES).unlink()
    found = suite(pack, monkeypatch)
    assert numbers(found) == ["1", "0", "1", "0"]
