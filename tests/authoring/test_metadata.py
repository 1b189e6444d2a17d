"""METADATA with its lines, its schema, and the page that explains both."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.authoring.examples import examples
from erpguard.authoring.metadata import metadata
from erpguard.packs import read_entries
from erpguard.reads import parse_path
from erpguard.shipped import shipped

PAGE = Path(__file__).parent.parent.parent / "docs" / "writing-policies.md"


def schema(name: str) -> Any:
    """A schema that ships."""
    return json.loads(Path(shipped("schemas"), f"{name}.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["policy-metadata", "policy-examples"])
def test_the_schemas_are_valid(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


def test_both_readers_read_the_same() -> None:
    for file, entry in read_entries(shipped("policies")):
        told = metadata(Path(shipped("policies"), file).read_text(encoding="utf-8"), file)
        assert {**told.value, "package": entry["package"]} == entry
        assert told.complaints == ()


def test_lines() -> None:
    told = metadata(
        "# A policy.\n\n# METADATA\n# title: a\n# description: |\n#   b\n#\n#   c\n# custom:\n#   id: ACME001\n"
        "#   severity: low\n#   resource_types:\n#   - core/Pod\n#   - core/Service\n#   reads: []\n#   message: a\n"
        "#   remediation: b\npackage a\n",
        "a.rego",
    )
    assert told.complaints == ()
    assert told.value["description"] == "b\n\nc\n"
    assert [told.line(*path) for path in ((), ("custom", "id"), ("custom", "resource_types", 1), ("nothing",))] == [
        4,
        10,
        14,
        4,
    ]


READ = re.compile(schema("policy-metadata")["properties"]["custom"]["properties"]["reads"]["items"]["pattern"])


@given(st.text('ab.[]*"_$-1 ', max_size=12))
def test_reads_that_the_schema_allows_are_paths(text: str) -> None:
    if READ.search(text):
        assert parse_path(text)


@pytest.mark.parametrize(
    ("read", "is_good"),
    [
        ("environment", True),
        ("views.pods.tier", True),
        ('data["odoo.conf"]', True),
        ("spec.rules[*].host", True),
        ("views.pods", False),
        ("views", False),
        ("spec..a", False),
        ("a" * 50_000 + "!", False),
    ],
    ids=lambda value: str(value)[:20],
)
def test_reads(read: str, is_good: bool) -> None:
    assert (READ.search(read) is not None) is is_good


def _table(heading: str) -> set[str]:
    """The names in the first column of the table below a heading."""
    text = PAGE.read_text(encoding="utf-8").partition(heading)[2].partition("\n\n")[0]
    return {
        name for row in text.split("\n") for name in re.findall("`(\\w+)`", row.split("|")[1] if "|" in row else "")
    }


def test_the_page_explains_every_key_of_metadata() -> None:
    custom = schema("policy-metadata")["properties"]["custom"]["properties"]
    assert _table("| METADATA `custom` | Meaning |") == custom.keys()


def test_the_page_explains_every_key_of_examples() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## The examples")[2].partition("\n## ")[0]
    given_schema = schema("policy-examples")
    keys = {*given_schema["properties"], *given_schema["$defs"]["example"]["properties"]}
    assert {key for key in keys if key not in text} == set()


def test_examples_with_names_of_other_types() -> None:
    found, wrong = examples("A001", "pass:\n- {name: off, manifest: a}\n- {name: 3, plan: '{}'}\nfail:\n", "a.yaml")
    assert wrong == []
    assert [(one.name, list(one.files), one.line) for one in found] == [
        ("False", ["manifest.yaml"], 2),
        ("3", ["plan.json"], 3),
    ]
