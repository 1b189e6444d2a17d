"""The engine for own packs: what it refuses, because a policy would be silent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from erpguard.engines.child import ChildEngine
from erpguard.errors import PackError
from erpguard.model import Part
from erpguard.packs import make_policy

CUSTOM = {
    "id": "ACME001",
    "severity": "high",
    "resource_types": ["apps/Deployment"],
    "reads": ["spec.replicas"],
    "message": "",
    "remediation": "",
    "parameters": {"least": {"schema": {"type": "integer"}, "default": 2}},
}
MODULE = """\
package erpguard.acme.one

deny contains resource.key if {
	some resource in input.resources["apps/Deployment"]
	resource.body.spec.replicas < input.settings.acme.one[resource.environment].least
}
"""


def opened(folder: Path, text: str, **custom: Any) -> ChildEngine:
    """The engine of one policy."""
    os.makedirs(folder / "acme", exist_ok=True)
    (folder / "acme" / "one.rego").write_text(text)
    metadata = {"package": "erpguard.acme.one", "title": "", "description": "", "custom": {**CUSTOM, **custom}}
    policy = make_policy("acme/one.rego", metadata)
    return ChildEngine([Part(str(folder), "own/", {policy.id: policy}, ())], [policy])


def test_a_policy_that_uses_what_it_is_given_is_taken(tmp_path: Path) -> None:
    opened(tmp_path, MODULE).close()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("replicas <", "replica <", "5: reads spec.replica, which is not in METADATA: add it to reads"),
        ("body.spec.replicas", "labels.size", "5: reads labels, which is not in METADATA: add it to reads"),
        ("input.resources", "input.resource", "3: input has no resource: it has resources, views and settings"),
        ("/Deployment", "/Deploymnt", "3: apps/Deploymnt is not among resource_types: a policy is given what it judg"),
        ("resource.body.spec", "resource.spec", "5: a resource has no spec: write .body.spec"),
        ("acme.one[", "acme.two[", "5: the settings of another policy: write input.settings.acme.one"),
        (
            "input.resources",
            "data.resources",
            '4: there is no data.resources["apps/Deployment"]: write it into a module, such ',
        ),
        ("input.resources", "data.erpguard.acme.one.wanted", "4: there is no data.erpguard.acme.one.wanted["),
        ("deny", "import data.erpguard.lib.a\n\ndeny", "3: there is no data.erpguard.lib.a: write it into a module, "),
        (
            'input.resources["apps',
            'data["a-b"].x["apps',
            '4: there is no data.a-b.x["apps/Deployment"]: write it into a ',
        ),
        (".least", ".least + count([], 2)", "5:86: count takes 1 argument, and is given 2"),
        (".least", ".lest", "5: the parameter lest is not in METADATA"),
        ("one[resource.environment]", "one", "5: input.settings.acme.one.least: by environment first: [resource.env"),
    ],
)
def test_what_is_never_there_is_refused_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in MODULE
    with pytest.raises(PackError) as caught:
        opened(tmp_path, MODULE.replace(old, new, 1))
    assert str(caught.value).startswith(f"own/acme/one.rego:{says}")


@pytest.mark.parametrize(
    "rule",
    [
        "_wanted := data.erpguard.acme.one._least",
        "_wanted if data.erpguard.acme.other.x == 1 with data.erpguard.acme.other as {}",
        'import data.erpguard.acme.one as self\n\n_wanted := self["_least"]',
        "_wanted if { some name; data.erpguard.acme[name]._least == 1 }",
    ],
)
def test_what_is_defined_may_be_used(tmp_path: Path, rule: str) -> None:
    opened(tmp_path, MODULE.replace("deny", f"{rule}\n\n_least := 2\n\ndeny", 1)).close()


def test_a_part_of_the_input_under_another_name_is_followed(tmp_path: Path) -> None:
    text = MODULE.replace("deny", "import input.resources as all\n\ndeny", 1).replace("input.resources", "all", 2)
    text = text.replace("import all as all", "import input.resources as all")
    opened(tmp_path, text).close()
    with pytest.raises(PackError, match="^own/acme/one.rego:7: reads spec.replica, which is not in METADATA: add it"):
        opened(tmp_path, text.replace("spec.replicas", "spec.replica"))


def test_of_a_body_that_nothing_is_declared_of_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="^own/acme/one.rego:5: reads the body, which is not in METADATA: add it to re"):
        opened(tmp_path, MODULE.replace("resource.body.spec.replicas", "count(resource.body)"), reads=[])


def test_a_policy_that_another_one_names_is_there(tmp_path: Path) -> None:
    """Also where it does not judge itself."""
    os.makedirs(tmp_path / "acme")
    (tmp_path / "acme" / "one.rego").write_text(
        'package erpguard.acme.one\n\ndeny contains {"n": n} if some n in data.erpguard.acme.two.found\n'
    )
    (tmp_path / "acme" / "two.rego").write_text(
        "package erpguard.acme.two\n\nimport data.erpguard.acme.three\n\ndeny := set()\n\nfound := {three.value}\n"
    )
    (tmp_path / "acme" / "three.rego").write_text("package erpguard.acme.three\n\ndeny := set()\n\nvalue := 3\n")
    policies = [
        make_policy(
            f"acme/{name}.rego",
            {
                "package": f"erpguard.acme.{name}",
                "title": "",
                "description": "",
                "custom": {**CUSTOM, "id": f"ACME00{number}"},
            },
        )
        for number, name in enumerate(("one", "two", "three"), 1)
    ]
    part = Part(str(tmp_path), "own/", {one.id: one for one in policies}, ())
    engine = ChildEngine([part], policies[:1])
    assert engine.evaluate(policies[:1], {"resources": {}, "views": {}, "settings": {}}) == {"ACME001": [{"n": 3}]}
    assert engine.close() == ()
