"""`policies test`: what passes, what fails and how that is told, and what cannot be used."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable

import pytest

from erpguard.authoring.folder import open_folder
from erpguard.authoring.running import Report, run
from erpguard.authoring.telling import as_json, lines
from erpguard.authoring.tracing import Compiled, compiled
from erpguard.engines.child import Limits, Source
from erpguard.errors import UsageError
from tests.authoring.packs import EXAMPLES, POLICY, TESTS, Pack, pack
from tests.engines.opa import needs_opa, program

__all__ = ["pack"]

GOOD = "2 tests and 3 examples of 1 policy"


def report(made: Pack, *select: str) -> Report:
    """What a run gives."""
    return run(open_folder(str(made.folder)), select, Limits(seconds=60))


def told(made: Pack, percent: float = 0, verbose: bool = False) -> list[str]:
    """The lines of a run, without the folder."""
    folder = open_folder(str(made.folder))
    shown = [line.replace(folder.display("acme"), "acme") for line in lines(report(made), percent, verbose=verbose)]
    return [line.replace(str(made.folder), "policies") for line in shown]


def test_what_new_makes_passes(pack: Pack) -> None:
    assert told(pack) == [f"policies: {GOOD}: all pass"]
    assert report(pack).is_good(100)


def test_coverage_is_told(pack: Pack) -> None:
    assert told(pack, verbose=True) == [
        f"acme/{TESTS}:16: test_without_the_label: pass",
        f"acme/{TESTS}:21: test_with_the_label: pass",
        f"acme/{EXAMPLES}:2: ACME001: fail: a label of another name: pass",
        f"acme/{EXAMPLES}:23: ACME001: pass: the label is there: pass",
        f"acme/{EXAMPLES}:44: ACME001: undetermined: a placeholder decides: pass",
        "acme/owner_missing.rego: 100% covered",
        f"policies: {GOOD}: all pass",
    ]
    rule = (
        'deny contains finding.at(resource, [], {"label": "a"}) if {\n\tsome resource in input.resources["core/Pod"]\n'
    )
    pack.append(POLICY, rule + "\tresource.kind\n\tresource.name\n}")
    missed = "acme/owner_missing.rego: 62% covered{}, not reached: line 27, 29-30"
    assert told(pack) == [missed.format(""), f"policies: {GOOD}: all pass"]
    assert told(pack, percent=80) == [
        missed.format(" (less than 80%)"),
        f"policies: {GOOD}: 1 policy covered by less than 80%",
    ]
    assert [report(pack).is_good(percent) for percent in (0, 60, 80)] == [True, True, False]


def test_an_example_that_fails_shows_the_input_and_both_sides(pack: Pack) -> None:
    pack.replace(POLICY, "not resource", "resource")
    pack.file(TESTS).unlink()
    assert told(pack)[:15] == [
        "acme/owner_missing.yaml:2: ACME001: fail: a label of another name",
        "  manifest.yaml:5: expected a finding, but there is none",
        "  expected the outcome fail, but of its resources 1 passed",
        "  expected  findings at manifest.yaml:5",
        "  actual    no finding; of its resources 1 passed",
        "  input",
        "    resources:",
        "      apps/Deployment:",
        "        default/apps/Deployment/default/erp:",
        "          key: default/apps/Deployment/default/erp",
        "          resource: default/apps/Deployment/default/erp",
        "          path: []",
        "          name: erp",
        "          namespace: default",
        "          kind: Deployment",
    ]
    assert told(pack)[-1] == "policies: 0 tests and 3 examples of 1 policy: 2 examples failed"


FAILING = [
    (EXAMPLES, "  # finding", "  # finding: high", "manifest.yaml:5: expected the severity high, but it is medium"),
    (EXAMPLES, r"team: erp$", "team: erp  # finding", "manifest.yaml:6: expected a finding, but there is none"),
    (EXAMPLES, r"labels:  # finding", "labels:", "expected the outcome pass, but of its resources 1 failed"),
    (
        EXAMPLES,
        r"owner: erp",
        "ower: erp",
        "manifest.yaml:5: a finding that no mark expects: Deployment erp has no label",
    ),
    (
        EXAMPLES,
        "^    spec:$",
        "    spec:\n      replicas: a",
        "manifest.yaml:8:3: Deployment erp: spec.replicas must be an integer",
    ),
    (EXAMPLES, r"\$\{OWNER\}", "erp", "expected the outcome undetermined, but of its resources 1 passed"),
    (
        EXAMPLES,
        "^undetermined:",
        "not_applicable:",
        "expected the outcome not applicable, but of its resources 1 undetermined",
    ),
    (EXAMPLES, "Deployment", "StatefulSet", "expected the outcome fail, but the policy judged none of its resources"),
    (EXAMPLES, "^pass:", "  parameters: {lable: a}\npass:", "ACME001 has no parameter 'lable'"),
    (EXAMPLES, "^pass:", "  estate: {a: b}\npass:", "estate.a: there is no such setting"),
    (POLICY, r'"label": label', '"lable": label', "manifest.yaml:5: the message has no value for {label}"),
    (
        POLICY,
        "^deny contains .* if",
        "deny contains label if",
        f"ACME001: {{}}/acme/{POLICY}: `deny` holds a string, and has to hold objects such as `finding.at` makes: 1",
    ),
    (
        POLICY,
        r"not resource\.body",
        "_number == 1\n\tnot resource.body",
        "rules must not produce multiple outputs: Deployment erp was not judged by it",
    ),
]


@pytest.mark.parametrize(("name", "old", "wanted", "says"), FAILING, ids=lambda value: str(value)[:40])
def test_examples_that_fail_say_why(pack: Pack, name: str, old: str, wanted: str, says: str) -> None:
    if says.startswith("expected the outcome pass"):
        pack.replace(EXAMPLES, "^fail:", "pass:")
        pack.replace(EXAMPLES, "(?s)\n^pass:\n- name: the.*", "\n")
    pack.replace(name, old, wanted)
    pack.append(POLICY, "_number := number if some number in [1, 2]\n")
    found = report(pack)
    assert not found.is_good()
    differences = [text for one in found.examples for text in one.differences]
    assert any(says.replace("{}", str(pack.folder), 1) in text for text in differences), differences


def test_what_policies_print_is_shown_with_an_example_that_fails(pack: Pack) -> None:
    pack.replace(POLICY, "^\tnot resource", '\tprint("label", label)\n\tresource')
    pack.file(TESTS).unlink()
    assert f"  printed at acme/{POLICY}:24: label owner" in told(pack)


def test_parameters_files_and_partial_of_an_example(pack: Pack) -> None:
    pack.replace(
        EXAMPLES, "^undetermined:", "  parameters: {label: owner}\n  partial: true\n  estate: {}\nundetermined:"
    )
    pack.replace(EXAMPLES, "a label of another name\n  manifest: .", "a\n  lines: [5]\n  files:\n   base/a.yaml: |")
    pack.replace(EXAMPLES, "  # finding", "")
    assert told(pack) == [f"policies: {GOOD}: all pass"]


UNIT_TESTS = """
test_printing if {
	print("hello", 1)
	x := 3
	x == 4
}

todo_test_later if false

test_twice if true

test_twice if false

test_value := 7

test_false := false

test_conflict if conflict == 1

conflict := number if some number in [1, 2]

test_good := true

not_a_test if false

test_set contains 1

test_object["a"] if true

test_dotted.a if true

cases := {"one": {"a": 1, "b": 1}, "two": {"a": 1, "b": 2}}

test_good_cases[name] if {
	some name, case in cases
	case.a == 1
}

test_cases[name] if {
	some name, case in cases
	case.a == case.b
}

test_values[name] := case.b == 2 if some name, case in cases

test_nested[x][y] if { some x in ["p", "}"]; some y in [1, 2]; y == 1 }

test_terms[case.a] if {
	some case in cases # a comment
	"a" != concat("", [sprintf("%d", [case.b]), "1"])
}

test_declared[name] if {
	some name
	cases[name].b == 2
}

test_no_cases[name] if {
	some name, _ in {}
	false
}

test_good_cases[name] if {
	some name, case in cases
	case.b == 1
}
"""


def test_unit_tests_that_fail_say_why_and_where(pack: Pack) -> None:
    pack.append(TESTS, UNIT_TESTS)
    start = pack.line(TESTS, "test_printing")
    at = {name: f"acme/{TESTS}:{pack.line(TESTS, name)}" for name in re.findall(r"^test_\w+", UNIT_TESTS, re.MULTILINE)}
    again = max(
        number for number, line in enumerate(pack.file(TESTS).read_text().split("\n"), 1) if "test_good_cases" in line
    )
    file = f"acme/{TESTS}"
    assert told(pack) == [
        f"{file}:{start}: test_printing: undefined",
        f"  stopped at line {start + 3}: x == 4",
        "    x = 3",
        f"  printed at {file}:{start + 1}: hello 1",
        f"{file}:{start + 10}: test_twice#01: undefined",
        f"  stopped at line {start + 10}: test_twice if false",
        f"{at['test_value']}: test_value: 7, not true",
        f"{at['test_false']}: test_false: false, not true",
        f"{at['test_conflict']}: test_conflict: {file}:{start + 18}:1: rules must not produce multiple outputs",
        f"{at['test_set']}: test_set: a set, not true",
        f"{at['test_object']}: test_object: an object, not true",
        f"{at['test_dotted']}: test_dotted: an object, not true",
        f"{at['test_cases']}: test_cases: fails for two",
        f"{at['test_values']}: test_values: fails for one",
        f"{at['test_nested']}: test_nested: fails for p 2, }} 2",
        f"{file}:{again}: test_good_cases#01: fails for two",
        "policies: 21 tests and 3 examples of 1 policy: 12 tests failed, 1 skipped",
    ]


# (the body of a test, what it was about where it stopped)
STOPPED = [
    ("x := 3\n\tx == 4", ["x = 3"]),
    ("x := {1, 2}\n\tcount(x) > 2", ["count(x) = 2", "x = [1, 2]"]),
    ("some x in [1, 2]\n\tx == [3]", ["x = 1, 2"]),
    ("x := 3\n\tnot x", ["x = 3"]),
    ("x := []\n\tsome y in x", ["x = []"]),
    ("x := [1]\n\tevery y in x { y == 2 }", ["x = [1]"]),
    ("x := input.a.b", ["input.a.b = undefined"]),
    ('input.a == 2 with input as {"a": "\u00fc"}', ['input.a = "\u00fc"']),
    (
        'startswith("abc", sprintf("%s", ["b"]))',
        ['startswith("abc", sprintf("%s", ["b"])) = false', 'sprintf("%s", ["b"]) = "b"'],
    ),
    ("1 == 2", []),
    ('x := "b"\n\tstartswith("abc", x)', ['startswith("abc", x) = false', 'x = "b"']),
    ("some x in numbers.range(1, 5)\n\tx > 7", ["x = 1, 2, 3, and 2 more"]),
    ("x := 1; false", []),
    ("count([\n\t\tinput,\n\t]) == 2 with input as 1", ["count([ input, ]) = 1", "[ input, ] = [1]"]),
    (
        'x := 1\n\tinput.b == 2 with input as {"a": {"c": x}, "b": {"d": 3, "e": x}} with data.acme as "none"',
        ['input.b = {"d": 3, "e": 1}'],
    ),
    (
        'x := 1\n\tinput == {"a": {"b": x, "c": 2}, "d": 3} with input as "text"',
        ['input = "text"', '{"a": {"b": x, "c": 2}, "d": 3} = {"a": {"b": 1, "c": 2}, "d": 3}'],
    ),
]


@pytest.mark.parametrize(("body", "operands"), STOPPED)
def test_what_the_operands_were_where_a_test_stopped(pack: Pack, body: str, operands: list[str]) -> None:
    pack.append(TESTS, f"test_that_stops if {{\n\t{body}\n}}\n")
    found = run(open_folder(str(pack.folder)), (), Limits(seconds=60), "test_that_stops$")
    assert [list(test.operands) for test in found.tests] == [operands]


@needs_opa
def test_opa_runs_the_same_tests_with_the_same_verdicts(pack: Pack) -> None:
    pack.append(TESTS, UNIT_TESTS)
    done = subprocess.run(
        [program(), "test", "--format", "json", "--ignore", "*.yaml", str(pack.folder), "policies/lib/finding.rego"],
        capture_output=True,
        text=True,
    )
    theirs = {
        one["name"]: "skip" if one.get("skip") else "fail" if one.get("fail") or one.get("error") else "pass"
        for one in json.loads(done.stdout)
    }
    assert {test.name: test.outcome for test in report(pack).tests} == theirs


def test_an_endless_test_costs_no_other(pack: Pack) -> None:
    endless = (
        "xs := numbers.range(1, 3000)\n\tcount([1 | some a in xs; some b in xs; some c in xs; a + b + c < 0]) == 1"
    )
    pack.append(TESTS, f"test_endless if {{\n\t{endless}\n}}\n")
    found = run(open_folder(str(pack.folder)), (), Limits(seconds=1))
    outcomes = {test.name: (test.outcome, test.reason) for test in found.tests}
    assert outcomes == {
        "test_endless": ("fail", "takes longer than 1 second (--policy-timeout): it is left out from here on"),
        "test_with_the_label": ("pass", ""),
        "test_without_the_label": ("pass", ""),
    }
    assert [one.differences for one in found.examples] == [(), (), ()]


def test_an_endless_policy_ends(pack: Pack) -> None:
    endless = (
        "xs := numbers.range(1, 3000)\n\tcount([1 | some a in xs; some b in xs; some c in xs; a + b + c < 0]) == 1"
    )
    pack.replace(POLICY, "^\tnot resource", f"\t{endless}\n\tnot resource")
    pack.file(TESTS).unlink()
    found = run(open_folder(str(pack.folder)), (), Limits(seconds=1))
    assert all("ACME001: takes longer than 1 second" in one.differences[0] for one in found.examples)


@pytest.mark.parametrize(
    ("name", "old", "wanted", "says"),
    [
        (POLICY, "^deny.*", "deny {", "owner_missing.rego:21:6: "),
        (POLICY, "^\tnot resource", "not shout(label)\n\tnot resource", "owner_missing.rego:24:5: shout is neither"),
        (POLICY, "id: ACME001", "id: 3", "owner_missing.rego:6: custom.id: 3 has to be a text"),
        (POLICY, "^package .*", "package a", "owner_missing.rego:17: the package is a, but has to be erpguard.acme."),
        (POLICY, "^deny", "allow", "owner_missing.rego:17: no rule deny: write"),
        (
            POLICY,
            "^deny contains .* if",
            "deny := 3 if",
            "owner_missing.rego:21: deny is no set: write `deny contains ",
        ),
        (
            POLICY,
            r"types: \[apps/",
            "types: [apps/v1/",
            "owner_missing.rego:8: resource_types: apps/v1/Deployment: typ",
        ),
        (EXAMPLES, "^fail:", "fial:", "owner_missing.yaml:1: there is no key 'fial': did you mean fail?"),
        (TESTS, "^package .*", "package {", "owner_missing_test.rego:1:9: "),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_used_is_told_and_the_rest_is_run(
    pack: Pack, name: str, old: str, wanted: str, says: str
) -> None:
    other = pack.folder / "other"
    other.mkdir()
    for file in (POLICY, EXAMPLES, TESTS):
        text = pack.file(file).read_text().replace("acme", "other").replace("ACME", "OTHER")
        (other / file).write_text(text)
    pack.replace(name, old, wanted)
    found = told(pack)
    assert found[0].startswith(f"acme/{says}")
    assert len(found) == 2
    assert not report(pack).is_good()
    assert report(pack, "OTHER001").is_good(100)


def test_ids_that_are_used_twice(pack: Pack) -> None:
    for file in (POLICY, EXAMPLES, TESTS):
        pack.file(f"second{file[13:]}").write_text(pack.file(file).read_text().replace("owner_missing", "second"))
    assert told(pack)[0] == f"acme/second.rego:6: the id ACME001 is used already by acme/{POLICY}: choose another one"


@pytest.mark.parametrize("pattern", ["ACME001", "acme", "owner-missing"])
def test_select(pack: Pack, pattern: str) -> None:
    pack.folder.joinpath("lib").mkdir()
    pack.folder.joinpath("lib", "own_test.rego").write_text("package own_test\n\ntest_no if false\n")
    assert not report(pack).is_good()
    assert len(report(pack, pattern).tests) == 2
    assert report(pack, pattern).is_good(100)


@pytest.mark.parametrize(
    ("only", "names"),
    [
        ("test_with_", ["test_with_the_label"]),
        ("^erpguard.acme.owner_missing_test", ["test_without_the_label", "test_with_the_label"]),
        ("pass: the label", ["the label is there"]),
        ("^ACME001: undet|without", ["test_without_the_label", "a placeholder decides"]),
    ],
)
def test_only_some_are_run(pack: Pack, only: str, names: list[str]) -> None:
    found = run(open_folder(str(pack.folder)), (), Limits(seconds=60), only)
    assert [one.name for one in found.tests] + [one.example.name for one in found.examples] == names


def test_what_is_selected_is_compiled_with_what_it_names_and_nothing_else(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("second", "third"):
        for file in (POLICY, EXAMPLES, TESTS):
            text = pack.file(file).read_text().replace("owner_missing", name).replace("ACME001", f"ACME00{len(name)}")
            pack.file(name + file.removeprefix("owner_missing")).write_text(text)
    pack.append(TESTS, "test_second if count(data.erpguard.acme.second.deny) == 0 with input as {}\n")
    given: list[str] = []

    def noted(some: Iterable[Source], limits: Limits, *, to_run: bool) -> Compiled:
        found = list(some)
        given.extend(source.name for source in found)
        return compiled(found, limits, to_run=to_run)

    monkeypatch.setattr("erpguard.authoring.running.compiled", noted)
    assert report(pack, "ACME001").is_good()
    assert [name for name in given if name.startswith("acme/")] == [
        f"acme/{POLICY}",
        "acme/second.rego",
        f"acme/{TESTS}",
    ]


def test_errors_of_policies_name_the_folder_of_the_packs(pack: Pack) -> None:
    pack.replace(POLICY, r"^\tnot resource", "\t_number == 1\n\tnot resource")
    pack.append(POLICY, "_number := number if some number in [1, 2]\n")
    text = f"acme/{POLICY}:28:1: rules must not produce multiple outputs"
    assert told(pack)[0] == f"acme/{TESTS}:16: test_without_the_label: {text}"
    shown = list(lines(report(pack)))
    assert f"{pack.folder}/{text}" in shown[0]
    assert any(f"ACME001: {pack.folder}/{text}: Deployment erp was not judged by it" in line for line in shown)


def test_only_what_is_not_there(pack: Pack) -> None:
    folder = open_folder(str(pack.folder))
    with pytest.raises(UsageError, match="no test and no example has 'nothing' in its name"):
        run(folder, only="nothing")
    with pytest.raises(UsageError, match="--run a\\(: no regular expression: missing \\)"):
        run(folder, only="a(")


def test_where_nothing_is_run_nothing_is_good(pack: Pack) -> None:
    pack.file(TESTS).unlink()
    pack.file(EXAMPLES).unlink()
    assert not report(pack).is_good()
    assert told(pack)[-1] == "policies: 0 tests and 0 examples of 1 policy: there is nothing to run"


TWINS = """\
fail:
- name: twins
  manifest: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {namespace: a, labels: {team: erp}, name: erp}  # finding
SPEC    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {namespace: b, labels: {team: erp}, name: erp}  # finding
SPECpass:
""".replace(
    "SPEC",
    """\
    spec:
      selector: {matchLabels: {app: erp}}
      template: {metadata: {labels: {app: erp}}, spec: {containers: [{name: odoo, image: "odoo:18"}]}}
""",
)


@pytest.mark.parametrize("is_join", [True, False])
def test_resources_that_are_compared(pack: Pack, is_join: bool) -> None:
    pack.replace(EXAMPLES, "^(?s:.*)\n^pass:\n", TWINS)
    if is_join:
        other = 'some other in input.resources["apps/Deployment"]\n\tother.name == resource.name'
        pack.replace(POLICY, "^\tnot resource", f"\t{other}\n\tother.key != resource.key\n\tnot resource")
    pack.file(TESTS).unlink()
    told = [one.differences for one in report(pack).examples if one.example.name == "twins"]
    if is_join:
        assert [[text[:60] for text in one] for one in told] == [
            ["each resource by itself has other violations than all togeth"]
        ]
    else:
        assert told == [()]


def test_files_that_nobody_reads_are_told(pack: Pack) -> None:
    (pack.folder / "loose.rego").write_text("package loose\n\ntest_it if false\n")
    assert told(pack) == [
        "policies/loose.rego:1: nobody reads this file: "
        "policies are PACK/NAME.rego, and what they share is lib/NAME.rego",
        f"policies: {GOOD}: 1 file cannot be used",
    ]


def test_select_what_is_not_there(pack: Pack) -> None:
    with pytest.raises(UsageError, match="no policy matches 'TLS001': there are ACME001$"):
        report(pack, "TLS001")


def test_a_folder_may_have_libraries_of_its_own(pack: Pack) -> None:
    pack.folder.joinpath("lib").mkdir()
    pack.folder.joinpath("lib", "own.rego").write_text(
        "package erpguard.lib.own\n\nlacks(labels, label) if not labels[label]\n"
    )
    pack.replace(POLICY, "^import", "import data.erpguard.lib.own\nimport")
    pack.replace(
        POLICY, r"not resource\.body\.metadata\.labels\[label\]", "own.lacks(resource.body.metadata.labels, label)"
    )
    assert report(pack).is_good(100)


def test_as_json(pack: Pack) -> None:
    pack.replace(EXAMPLES, "  # finding", "")
    pack.append(EXAMPLES, "")
    pack.replace(EXAMPLES, "^fail:", "pass:")
    pack.replace(EXAMPLES, "(?s)\n^pass:\n- name: the.*", "\n")
    told = json.loads(json.dumps(as_json(report(pack))))
    assert told["passed"] is False
    (example,) = told["examples"]
    assert example["expected"] == []
    assert example["actual"] == [{"file": "manifest.yaml", "line": 5, "severity": "medium"}]
    (exchange,) = example["exchanges"]
    assert list(exchange["input"]["resources"]["apps/Deployment"]) == ["default/apps/Deployment/default/erp"]
    assert exchange["deny"][0][0]["values"] == {"label": "owner"}
    assert [test["outcome"] for test in told["tests"]] == ["pass", "pass"]
    assert [one["percent"] for one in told["coverage"].values()] == [100.0]


def test_the_packs_that_ship_pass_and_are_covered() -> None:
    found = run(open_folder("policies"))
    numbers = f"{len(found.tests)} tests and {len(found.examples)} examples of {len(found.policies)} policies"
    assert list(lines(found, 100)) == [f"policies: {numbers}: all pass"]
    assert len(found.examples) > 1000
