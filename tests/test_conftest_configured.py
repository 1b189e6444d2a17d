"""The section `conftest` of a configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from erpguard import ConftestOptions, scan
from erpguard.config import from_mapping, load
from erpguard.errors import ConfigurationError
from erpguard.trust import packages

POLICY = (
    'package main\n\ndeny contains "bad" if input.bad == data.rules.bad.is\n\nwarn contains "so so" if input.soso\n'
)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a package, its data and documents, which is not the working directory."""
    for name, text in {
        "sub/policy/main.rego": POLICY,
        "sub/data/bad/is.yaml": "is: very\n",
        "sub/deploy/one.yaml": "bad: very\n",
        "sub/deploy/two.yaml": "soso: true\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _written(tree: Path, text: str) -> str:
    (tree / "sub" / "erpguard.yaml").write_text(text)
    return "sub/erpguard.yaml"


def test_nothing_is_configured_by_default() -> None:
    assert packages(from_mapping({})) is None


def test_all_that_can_be_said(tree: Path) -> None:
    text = """\
conftest:
  policies: [policy]
  data: [data, "rules:data", deploy]
  namespaces: [main, "team.*"]
  combine: true
  fail_on_warn: true
  rego_version: v0
"""
    assert packages(load(_written(tree, text))) == ConftestOptions(
        policies=("sub/policy",),
        data=("sub/data", "rules:sub/data", "sub/deploy"),
        namespaces=("main", "team.*"),
        combine=True,
        fail_on_warn=True,
        rego_version="v0",
    )


def test_the_names_are_those_of_the_options_in_python(tree: Path) -> None:
    found = packages(from_mapping({"conftest": {"policies": ["sub/policy"], "all_namespaces": True}}))
    assert found == ConftestOptions(("sub/policy",), all_namespaces=True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("conftest: {}\n", "sub/erpguard.yaml:1: conftest: 'policies' is a required property"),
        ("conftest:\n  policies: []\n", "sub/erpguard.yaml:2: conftest.policies: [] should be non-empty"),
        (
            "conftest:\n  policies: [policy]\n  rego_version: v2\n",
            "sub/erpguard.yaml:3: conftest.rego_version: 'v2' is not one of ['v0', 'v1']",
        ),
        (
            "conftest:\n  policies:\n  - policy\n  - nowhere\n",
            "sub/erpguard.yaml:4: conftest: nowhere: no such file or folder",
        ),
        (
            "conftest:\n  policies: [policy]\n  data: ['a:nowhere']\n",
            "sub/erpguard.yaml:3: conftest: a:nowhere: no such file or folder",
        ),
        (
            "conftest:\n  policies: [policy]\n  namespaces: [main]\n  all_namespaces: true\n",
            "sub/erpguard.yaml:4: conftest: namespaces and all_namespaces: give one of them",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tree: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        packages(load(_written(tree, text)))
    assert str(caught.value) == says


def _told(result: Any) -> list[tuple[str, str]]:
    return [(one.policy, one.place.file) for one in result.findings]


def test_a_scan_judges_by_what_is_configured(tree: Path) -> None:
    text = 'packs: [conftest]\nconftest:\n  policies: [policy]\n  data: ["rules:data"]\n'
    file = _written(tree, text)
    for given in (file, Path(file)):
        assert _told(scan(["sub/deploy"], config=given)) == [
            ("main.deny", "sub/deploy/one.yaml"),
            ("main.warn", "sub/deploy/two.yaml"),
        ]


def test_what_is_given_wins_whole(tree: Path) -> None:
    file = _written(tree, "packs: [conftest]\nconftest:\n  policies: [policy]\n")
    (tree / "other.rego").write_text('package main\n\ndeny contains "all" if true\n')
    given = ConftestOptions(("other.rego",))
    assert _told(scan(["sub/deploy/one.yaml"], config=file, conftest=given)) == [("main.deny", "sub/deploy/one.yaml")]
