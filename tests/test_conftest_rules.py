"""Which rules judge, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from erpguard import ConftestOptions, PackError, Severity, UsageError
from erpguard.conftest.packages import Packages

FINE = "package main\n\ndeny contains 1 if false\n"


@contextmanager
def packages(folder: Path, *modules: str, **options: object) -> Iterator[Packages]:
    """The packages of some modules."""
    (folder / "policy").mkdir(exist_ok=True)
    for number, text in enumerate(modules):
        (folder / "policy" / f"m{number}.rego").write_text(text)
    found = Packages(ConftestOptions(("policy",), **options))  # type: ignore[arg-type]
    try:
        yield found
    finally:
        found.close()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _refused(folder: Path, *modules: str, **options: object) -> str:
    with pytest.raises((PackError, UsageError)) as caught, packages(folder, *modules, **options):
        pass
    return str(caught.value)


def test_rules_that_judge(here: Path) -> None:
    names = ("deny", "deny_a", "deny_a_2", "violation_x", "warn_y", "deny_", "denyx", "warns", "deny__a", "allow")
    text = "package main\n" + "".join(f"\n{name} contains 1 if false\n" for name in names)
    with packages(here, text) as found:
        assert {rule.name: rule.excused_as for rule in found.rules} == {
            "deny": "",
            "deny_a": "a",
            "deny_a_2": "a_2",
            "violation_x": "x",
            "warn_y": "y",
        }


def test_heads_that_make_objects_are_none(here: Path) -> None:
    text = "package main\n\ndeny[x] := 1 if x := 1\n\ndeny_a.b contains 1\n\nwarn contains 2\n\ndefault deny_c := []\n"
    with packages(here, text) as found:
        assert [rule.name for rule in found.rules] == ["deny_c", "warn"]


def test_an_unwilling_object_is_refused(here: Path) -> None:
    said = _refused(here, 'package main\n\ndeny[msg] if {\n\tmsg := "x"\n}\n')
    assert said == "policy/m0.rego:3: `if` without `contains` makes an object of it, and no messages: write `contains`"


def test_old_syntax_has_sets_in_brackets(here: Path) -> None:
    old = 'package main\n\ndeny[msg] { msg := "x" }\n'
    new = 'package main\n\nimport rego.v1\n\nwarn[x] := "y" if x := "x"\n'
    with packages(here, old, new, rego_version="v0") as found:
        assert [rule.name for rule in found.rules] == ["deny"]


def test_names_severities_and_what_metadata_changes(here: Path) -> None:
    text = """\
# METADATA
# title: Rules of the shop
# related_resources:
# - https://example.com/shop
# custom:
#   severity: low
package shop.rules

# METADATA
# title: An owner is named
# description: Somebody has to be asked.
# related_resources:
# - ref: https://example.com/owners
#   description: Owners
# custom:
#   id: SHOP-1
#   severity: CRITICAL
#   remediation: Add an owner.
deny_owner contains "a" if not input.owner

deny_team contains "b" if not input.team
"""
    with packages(here, text, namespaces=("shop.rules",)) as found:
        owner, team = found.policies.values()
        assert (owner.id, owner.name, owner.pack, owner.package) == ("SHOP-1", "deny-owner", "conftest", "shop.rules")
        assert (owner.title, owner.description) == ("An owner is named", "Somebody has to be asked.")
        assert (owner.severity, owner.remediation) == (Severity.CRITICAL, "Add an owner.")
        assert [(one.url, one.description) for one in owner.references] == [("https://example.com/owners", "Owners")]
        assert (team.id, team.title, team.severity) == ("shop.rules.deny_team", "Rules of the shop", Severity.LOW)
        assert team.description == "shop.rules.deny_team, policy/m0.rego:21"
        assert [one.url for one in team.references] == ["https://example.com/shop"]
        assert not owner.only_advises


@pytest.mark.parametrize(("fail_on_warn", "only_advises"), [(False, True), (True, False)])
def test_severities_by_kind_and_warnings_that_only_advise(here: Path, fail_on_warn: bool, only_advises: bool) -> None:
    text = "package main\n\ndeny contains 1\n\nviolation contains 1\n\nwarn contains 1\n"
    with packages(here, text, fail_on_warn=fail_on_warn) as found:
        assert {rule.name: (rule.policy.severity.value, rule.policy.only_advises) for rule in found.rules} == {
            "deny": ("high", False),
            "violation": ("high", False),
            "warn": ("medium", only_advises),
        }


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["main"]),
        ({"namespaces": ("team.one",)}, ["team.one"]),
        ({"namespaces": ("team.*", "main")}, ["main", "team.one", "team.two"]),
        ({"namespaces": ("*",)}, ["main", "team.one", "team.two"]),
        ({"namespaces": ("team.[^o]*",)}, ["team.two"]),
        ({"namespaces": ("team.???",)}, ["team.one", "team.two"]),
        ({"all_namespaces": True}, ["main", "team.one", "team.two"]),
    ],
)
def test_namespaces(here: Path, options: dict[str, object], names: list[str]) -> None:
    every = [FINE.replace("main", name) for name in ("main", "team.one", "team.two")] + ["package lib\n\nx := 1\n"]
    with packages(here, *every, **options) as found:
        assert [rule.package for rule in found.rules] == names


@pytest.mark.parametrize(
    ("modules", "options", "says"),
    [
        (
            [FINE.replace("main", "other")],
            {},
            "there is no package main in policy: choose with --namespace from other, or --all-namespaces",
        ),
        (
            [FINE],
            {"namespaces": ("team.*",)},
            "there is no package team.* in policy: choose with --namespace from main, or --all-namespaces",
        ),
        (
            ["package main\n\nallow := true\n"],
            {},
            "no rule deny, warn or violation in main: choose with --namespace from main, or --all-namespaces",
        ),
        (["package main\n\ndeny contains x if {\n"], {}, "policy/m0.rego:4:1: "),
        (
            ["package main\n\ndeny[x] { x := 1 }\n"],
            {},
            "policy/m0.rego:3:9: `if` keyword is required before rule body: `opa fmt --v0-v1 --write` adds it, and "
            "--rego-version v0 takes it as it is",
        ),
        (
            ["package main\n\ndeny contains http.send({})\n"],
            {},
            "policy/m0.rego:3:15: http.send is not answered: policies have no network",
        ),
        (["package main\n\ndeny contains nonsense(1)\n"], {}, "policy/m0.rego:3:15: nonsense is neither a builtin nor"),
        (
            ["package main\n\ndeny contains count(1, 2)\n"],
            {},
            "policy/m0.rego:3:15: count takes 1 argument, and is given",
        ),
        (
            ["package erpguard.acme.one\n\ndeny contains data.erpguard.lib.finding.at(1, 2, 3)\n"],
            {"all_namespaces": True},
            "policy/m0.rego:3:15: data.erpguard.lib.finding.at is neither a builtin nor defined in these modules: own "
            "packs are for --pack",
        ),
        (
            ["package main\n\ndeny contains rego.metadata.rule().title\n"],
            {},
            "policy/m0.rego:3:15: rego.metadata.rule is not in the embedded engine",
        ),
        (
            ["package main\n\ndeny contains y if y := [walk(input) | true]\n"],
            {},
            "policy/m0.rego:3:26: walk with one argument finds nothing in the embedded engine",
        ),
    ],
)
def test_what_is_refused(here: Path, modules: list[str], options: dict[str, object], says: str) -> None:
    assert _refused(here, *modules, **options).startswith(says)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (ConftestOptions("policy"), "policies is one text: give a tuple, ('policy',)"),  # type: ignore[arg-type]
        (ConftestOptions((), data="data"), "data is one text: give a tuple, ('data',)"),  # type: ignore[arg-type]
        (ConftestOptions((), namespaces="main"), "namespaces is one text: give a tuple, ('main',)"),  # type: ignore[arg-type]
        (ConftestOptions((), rego_version="v3"), "rego_version is v0 or v1, and not 'v3'"),  # type: ignore[arg-type]
    ],
)
def test_options_of_another_shape_are_refused(options: ConftestOptions, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        Packages(options)
    assert str(caught.value) == f"ConftestOptions: {says}"


def test_metadata_that_means_other_programs(here: Path) -> None:
    """An id that is no word or another rule's too, and a severity of others: conftest reads none of it."""
    module = """\
package main

# METADATA
# custom: {id: A B, severity: ERROR}
deny contains 1

# METADATA
# custom: {id: C-1, severity: Critical}
warn contains 1

# METADATA
# custom: {id: C-1, severity: [low]}
violation contains 1

# METADATA
# custom: {id: main.deny}
deny_x contains 1

# METADATA
# custom: {id: D-1}
deny_y contains 1
"""
    with packages(here, module) as found:
        assert {rule.name: (rule.policy.id, str(rule.policy.severity)) for rule in found.rules} == {
            "deny": ("main.deny", "high"),
            "warn": ("main.warn", "critical"),
            "violation": ("main.violation", "high"),
            "deny_x": ("main.deny_x", "high"),
            "deny_y": ("D-1", "high"),
        }


@pytest.mark.parametrize(
    "call",
    [
        "walk(input, [_, y])",
        "walk(f(input, 1), [_, y])",
        "walk(input, # ) one\n\t[_, y])",
        'walk(input["("], [_, y])',
        "\t\t\t\t[_, y] := walk(input)",
        "y := walk (input)",
        "some y in [z | z := walk(input[f(input, 1)])]",
        'y := walk(input["a,(b"])',
        "y := walk({1, 2})",
        "y := walk(input # , one\n\t)",
    ],
)
def test_walk_has_one_argument_or_two(here: Path, call: str) -> None:
    with packages(here, f"package main\n\ndeny contains y if {{\n\t{call}\n}}\n\nf(x, y) := x\n") as found:
        assert len(found.rules) == 1


def test_the_process_is_ended_where_packages_are_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from erpguard.engines.child import RegoProcess

    closed: list[RegoProcess] = []
    close = RegoProcess.close

    def counted(self: RegoProcess) -> None:
        closed.append(self)
        close(self)

    monkeypatch.setattr(RegoProcess, "close", counted)
    _refused(here, "package other\n\ndeny contains 1\n")
    assert len(closed) == 1
