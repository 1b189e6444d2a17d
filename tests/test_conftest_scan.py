"""Packages in a scan: findings, places, exceptions, exit codes; and what hostile packages and documents do to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from erpguard import ConftestOptions, Outcome, PackError, ScanResult, UsageError, scan
from erpguard.engines.child import Limits
from erpguard.model import Counts

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - name: web
        image: shop:latest
      - name: side
        image: side:1.4
"""
LATEST = """\
package main

deny_latest contains {"msg": msg, "path": ["spec", "template", "spec", "containers", i, "image"]} if {
	some i, container in input.spec.template.spec.containers
	endswith(container.image, ":latest")
	msg := sprintf("%s has no version", [container.name])
}

warn contains "no labels" if not input.metadata.labels
"""

TWO = "\ntwo := 1 if input.kind\n\ntwo := 2 if input.kind\n"
"""A rule that says two things of an object, which is an error when it is asked for."""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a package and a document."""
    monkeypatch.chdir(tmp_path)
    _write("policy/main.rego", LATEST)
    _write("deploy/shop.yaml", DEPLOYMENT)
    return tmp_path


def _write(name: str, text: str | bytes) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def _scan(*paths: str, conftest: Mapping[str, Any] | None = None, **options: Any) -> ScanResult:
    asked = ConftestOptions(("policy",), **(conftest or {}))
    return scan(paths or ["deploy"], conftest=asked, **{"packs": ["conftest"], **options})


def _told(result: ScanResult) -> list[tuple[str, str, str]]:
    return [(str(one.place), one.policy, one.message) for one in result.findings]


def test_findings_stand_at_the_node_that_a_message_names() -> None:
    result = _scan()
    assert _told(result) == [
        ("deploy/shop.yaml:1:1", "main.warn", "no labels"),
        ("deploy/shop.yaml:12:9", "main.deny_latest", "web has no version"),
    ]
    latest = result.findings[1]
    assert (latest.outcome, latest.severity) == (Outcome.FAIL, "high")
    assert (latest.resource_type, latest.resource_id) == ("apps/Deployment", "default/apps/Deployment/default/shop")
    assert latest.path == ("spec", "template", "spec", "containers", 0, "image")
    assert latest.place.pointer == "/spec/template/spec/containers/0/image"
    assert result.counts == {"main.deny_latest": Counts(failed=1), "main.warn": Counts(failed=1)}
    assert result.resources == {"apps/Deployment": 1}
    assert result.problems == []


def test_a_finding_stays_the_same_when_its_document_moves() -> None:
    before = _scan().findings[1].fingerprint
    Path("deploy/shop.yaml").unlink()
    reordered = DEPLOYMENT.replace("      - name: web\n        image: shop:latest\n", "") + (
        "      - name: web\n        image: shop:latest\n"
    )
    _write("deploy/other/moved.yaml", "kind: X\n---\n# moved\n" + reordered)
    moved = [one for one in _scan().findings if one.policy == "main.deny_latest"]
    assert [(one.place.line, one.path[4], one.fingerprint) for one in moved] == [(17, 1, before)]


@pytest.mark.parametrize(("fail_on_warn", "code"), [(False, 0), (True, 1)])
def test_warnings_alone_fail_only_where_that_is_asked_for(fail_on_warn: bool, code: int) -> None:
    _write("deploy/shop.yaml", DEPLOYMENT.replace(":latest", ":1"))
    result = _scan(conftest={"fail_on_warn": fail_on_warn})
    assert [one.policy for one in result.findings] == ["main.warn"]
    assert result.exit_code() == code
    assert bool(result.failing()) == bool(code)


def test_the_policies_that_ship_judge_as_well_unless_others_are_named() -> None:
    _write("deploy/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true}\n")

    def policies(**options: Any) -> set[str]:
        return {one.policy for one in _scan(**options).findings}

    assert {"main.deny_latest", "main.warn", "NET008"} <= policies(packs=())
    assert policies(packs=["conftest"]) == {"main.deny_latest", "main.warn"}
    assert policies(packs=(), select=["NET008", "main.warn"]) == {"NET008", "main.warn"}
    assert policies(packs=(), select=["NET008", "main"]) == {"NET008", "main.warn", "main.deny_latest"}
    assert policies(packs=["conftest"], ignore=["main.warn"]) == {"main.deny_latest"}
    assert {"NET008", "main.warn"} <= policies(packs=["network"])
    assert "TLS001" not in _scan(packs=["network"]).policies


def test_an_id_means_itself_and_not_what_goes_on_like_it() -> None:
    _write("policy/main.rego", "package main\n\ndeny contains 1\n\ndeny_more contains 1\n")
    assert list(_scan(ignore=["main.deny"]).policies) == ["main.deny_more"]
    with pytest.raises(UsageError, match="no policy matches 'main.den'"):
        _scan(select=["main.den"])


def test_ids_of_ours_are_taken() -> None:
    _write("policy/main.rego", "package main\n\n# METADATA\n# custom: {id: NET008}\ndeny contains 1\n")
    with pytest.raises(PackError, match=r"^policy/main\.rego: the id NET008 is used already by network/"):
        _scan()


@pytest.mark.parametrize("packs", [["conftest"], []])
def test_ignores_work_by_id(packs: list[str]) -> None:
    ignored = DEPLOYMENT.replace("shop:latest", "shop:latest  # erpguard: ignore[main.deny_latest] pinned by a digest")
    annotated = "metadata:\n  annotations: {erpguard.io/ignore: 'main.warn: has none'}\n"
    _write("deploy/shop.yaml", ignored.replace("metadata:\n", annotated))
    result = _scan(packs=packs, select=["main"] if not packs else ())
    assert result.findings == []
    assert [(one.policy, one.suppression and one.suppression.reason) for one in result.suppressed] == [
        ("main.warn", "has none"),
        ("main.deny_latest", "pinned by a digest"),
    ]
    assert result.problems == []


def test_an_ignore_of_a_rule_that_finds_nothing_is_told() -> None:
    _write("deploy/shop.yaml", DEPLOYMENT.replace("side:1.4", "side:1.4  # erpguard: ignore[main.deny_latest] why"))
    assert [one.code for one in _scan().problems] == ["ignore-unused"]


def test_exceptions_are_suppressed_findings() -> None:
    _write("policy/exception.rego", 'package main\n\nexception contains ["latest"] if input.metadata.name == "shop"\n')
    result = _scan()
    assert [one.policy for one in result.findings] == ["main.warn"]
    ((excepted),) = result.suppressed
    assert (excepted.policy, excepted.message) == ("main.deny_latest", "web has no version")
    assert excepted.suppression is not None
    assert excepted.suppression.reason == "an exception of the package main (policy/exception.rego:3)"
    assert result.counts["main.deny_latest"] == Counts(failed=1)
    assert result.exit_code() == 0


def test_exceptions_that_fail_excuse_nothing() -> None:
    _write("policy/exception.rego", 'package main\n\nexception contains ["latest"] if two == 1\n' + TWO)
    result = _scan()
    assert [one.policy for one in result.findings] == ["main.warn", "main.deny_latest"]
    assert {one.code for one in result.problems} == {"policy-failed"}
    assert result.exit_code() == 3


def test_what_the_platform_does_not_judge_is_judged() -> None:
    _write("deploy/values.yaml", "name: x\n")
    _write("deploy/conf.toml", 'name = "x"\n')
    _write("deploy/Dockerfile", "FROM scratch\n")
    _write("deploy/main.tf", "a {}\n")
    for packs in (["conftest"], ["tls"]):
        result = _scan(packs=packs)
        assert result.resources == {"apps/Deployment": 1, "erpguard/Document": 3}
        assert result.not_judged == {"file in a format that only conftest reads: HCL": 1}
        assert [str(one.place) for one in result.findings if one.policy == "main.warn"] == [
            "deploy/Dockerfile:1:1",
            "deploy/conf.toml:1:1",
            "deploy/shop.yaml:1:1",
            "deploy/values.yaml:1:1",
        ]
        assert result.problems == []
    strict = _scan(strict=True)
    assert [(one.code, strict.exit_code()) for one in strict.problems] == [("not-judged", 3)]


def test_a_document_that_both_read_has_its_problems_told_once() -> None:
    _write("deploy/broken.yaml", "a: [\n")
    result = _scan(packs=[])
    assert [(one.code, one.place.file) for one in result.problems] == [("yaml-syntax", "deploy/broken.yaml")]


def test_a_named_file_that_cannot_be_read_is_a_problem() -> None:
    _write("main.tf", "a {}\n")
    for packs in (["conftest"], []):
        result = _scan("main.tf", packs=packs)
        assert [(one.code, result.exit_code()) for one in result.problems] == [("unread-format", 3)]


def test_a_parser_reads_what_its_name_does_not_tell_and_the_platform_leaves_it_alone() -> None:
    _write("policy/main.rego", 'package main\n\ndeny contains {"msg": "x", "path": ["a", "b"]} if input.a.b\n')
    _write("odoo.conf", "[a]\nb = 1\n")
    for packs in (["conftest"], []):
        result = _scan("odoo.conf", packs=packs, conftest={"parser": "ini"})
        assert [(str(one.place), one.policy) for one in result.findings] == [("odoo.conf:2:1", "main.deny")]
        assert result.problems == []


def test_what_is_neither_yaml_nor_known_is_told_once() -> None:
    _write("odoo.conf", "[a]\nb = 1\n")
    _write("nginx.cfg", "server {\n  listen 80;\n}\n")
    for packs in (["conftest"], []):
        result = _scan("odoo.conf", "nginx.cfg", packs=packs)
        assert [(one.code, str(one.place)) for one in result.problems] == [
            ("unknown-format", "nginx.cfg"),
            ("yaml-syntax", "odoo.conf:2:1"),
        ]
        assert all("--parser" in one.message for one in result.problems)


def test_templates_of_charts_are_not_read() -> None:
    _write("chart/Chart.yaml", "name: x\n")
    _write("chart/values.yaml", "a: 1\n")
    _write("chart/templates/a.yaml", "a: {{ .Values.a }}\n")
    result = _scan("chart")
    assert result.problems == []
    assert {one.place.file for one in result.findings} == {"chart/Chart.yaml", "chart/values.yaml"}
    assert [reason.partition(" (")[0] for reason in result.not_judged] == ["Helm chart template"]


def test_one_input_of_all_documents() -> None:
    _write("a.yaml", "name: x\n---\nname: y\n")
    _write("b.json", '[{"name": "x"}]')
    rego = """package main

deny contains {"msg": "twice", "path": [j, "contents", "name"]} if {
	some i, j
	i < j
	input[i].contents.name == input[j].contents.name
}

deny_paths contains concat(" ", [one.path | some one in input])

deny_file contains {"msg": "named", "file": "b.json"}
"""
    _write("policy/main.rego", rego)
    result = _scan("b.json", "./a.yaml", conftest={"combine": True})
    assert [(*told, one.resource_id) for told, one in zip(_told(result), result.findings, strict=True)] == [
        ("Combined", "main.deny_paths", "a.yaml a.yaml b.json", "Combined"),
        ("b.json:1:2", "main.deny_file", "named", "b.json"),
        ("b.json:1:3", "main.deny", "twice", "b.json"),
    ]
    assert result.counts["main.deny"] == Counts(failed=1)


def test_where_the_file_is_told_to_the_rules() -> None:
    _write(
        "policy/main.rego", 'package main\n\ndeny contains concat("|", [f.name, f.dir]) if f := data.conftest.file\n'
    )
    _write("deploy/b.yaml", "a: 1\n")
    folder = str(Path.cwd() / "deploy")
    assert [one.message for one in _scan(packs=[], select=["main"]).findings] == [
        f"b.yaml|{folder}",
        f"shop.yaml|{folder}",
    ]


def test_standard_input_and_objects_in_memory() -> None:
    given = _scan("-", stdin=DEPLOYMENT.encode())
    assert [str(one.place) for one in given.findings] == [
        "default/apps/Deployment/default/shop",
        "default/apps/Deployment/default/shop/spec/template/spec/containers/0/image",
    ]
    named = _scan("-", stdin=DEPLOYMENT.encode(), stdin_path="x.yaml")
    assert [str(one.place) for one in named.findings] == ["x.yaml:1:1", "x.yaml:12:9"]
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
    for packs in (["conftest"], []):
        result = scan(resources=[body, {"a": 1}], conftest=ConftestOptions(("policy",)), packs=packs, select=["main"])
        assert [(one.policy, one.resource_id) for one in result.findings] == [
            ("main.warn", "default/core/Pod/default/a"),
            ("main.warn", "item"),
        ]


def test_loc_is_a_line_of_the_document_and_of_no_other_file() -> None:
    rego = """package main

deny contains {"msg": "own", "_loc": {"file": "shop.yaml", "line": 4}}

deny contains {"msg": "other", "_loc": {"file": "../../etc/passwd", "line": 4}}

deny contains {"msg": "beyond", "_loc": {"line": 400}}
"""
    _write("policy/main.rego", rego)
    assert sorted((one.message, one.place.line) for one in _scan().findings) == [
        ("beyond", 1),
        ("other", 1),
        ("own", 4),
    ]


def test_a_rule_that_fails_is_a_problem_and_the_others_count() -> None:
    _write("policy/bad.rego", 'package main\n\ndeny_bad contains "x" if two == 1\n' + TWO)
    _write("policy/worse.rego", 'package main\n\nviolation contains {"message": "x"}\n')
    result = _scan()
    assert {one.policy for one in result.findings} == {"main.deny_latest", "main.warn"}
    bad, worse = result.problems
    assert (bad.code, bad.level, bad.stage) == ("policy-failed", "error", "policy")
    assert bad.message.startswith("main.deny_bad: policy/bad.rego:7:1: rule conflicts with rule at policy/bad.rego:5:1")
    assert bad.message.endswith(": 1 document was not judged by it")
    assert worse.message.startswith("main.violation: gives an object whose `msg` is missing or no text: 1 document was")
    assert result.counts["main.deny_bad"] == Counts()
    assert result.exit_code() == 3


ENDLESS = """package main

deny_endless contains "x" if {
	numbers := numbers.range(1, 400)
	count([1 | some a in numbers; some b in numbers; some c in numbers; some d in numbers; a + b + c + d == 0]) > 0
}
"""


def test_a_rule_without_end_is_a_problem_and_the_others_count() -> None:
    _write("policy/endless.rego", ENDLESS.replace("numbers :=", "ns :=").replace("in numbers", "in ns"))
    _write("deploy/b.yaml", "a: 1\n")
    result = _scan(limits=Limits(seconds=5.0))
    assert {one.policy for one in result.findings} == {"main.deny_latest", "main.warn"}
    assert result.counts["main.warn"] == Counts(failed=2)
    ((problem),) = result.problems
    says = "main.deny_endless: takes longer than 5 seconds (--policy-timeout): it is left out from here on: "
    assert problem.message.startswith(says)
    assert problem.message.endswith("2 documents were not judged by it")


def test_an_answer_without_measure_is_a_problem() -> None:
    rego = 'package main\n\ndeny_huge contains sprintf("%d%s", [i, input.text]) if some i in numbers.range(1, 4000)\n'
    _write("policy/huge.rego", rego)
    _write("deploy/b.yaml", f"text: {'x' * 1000}\n")
    result = _scan(limits=Limits(answer=1_000_000))
    assert [one.policy for one in result.findings if one.place.file == "deploy/b.yaml"] == ["main.warn"]
    assert [one.message.partition(": ")[0] for one in result.problems] == ["main.deny_huge"]


def test_messages_beyond_a_thousand_are_counted() -> None:
    rego = 'package main\n\ndeny_many contains sprintf("%d", [i]) if some i in numbers.range(1, 1500)\n'
    _write("policy/many.rego", rego)
    result = _scan()
    assert sum(one.policy == "main.deny_many" for one in result.findings) == 1_000
    assert [(one.code, one.level, one.message) for one in result.problems] == [
        ("many-messages", "warning", "main.deny_many gives 1500 messages for one document: the first 1000 are told")
    ]


def test_bombs_and_binaries_are_problems_with_their_file() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 30)}]\n" for i in range(9)
    )
    _write("deploy/bomb.yaml", bomb)
    _write("deploy/deep.json", "[" * 100_000)
    _write("deploy/binary.yaml", b"a: \0\n")
    _write("deploy/utf16.yaml", "name: x\n".encode("utf-16"))
    result = _scan()
    assert [(one.place.file, one.code) for one in result.problems] == [
        ("deploy/binary.yaml", "binary-file"),
        ("deploy/bomb.yaml", "yaml-alias"),
        ("deploy/deep.json", "too-deep"),
    ]
    assert "deploy/utf16.yaml" in {one.place.file for one in result.findings}


def test_reports_are_made_of_hostile_messages() -> None:
    _write(
        "policy/main.rego", 'package main\n\ndeny contains {"msg": "\\u001b[31m\\u202e##vso[x]", "path": "../../x"}\n'
    )
    result = _scan()
    sarif = result.to_sarif(profile="github")
    ((told),) = sarif["runs"][0]["results"]
    assert told["ruleId"] == "main.deny"
    assert told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "deploy/shop.yaml"
    assert told["message"]["text"].isprintable()
    assert result.to_json()["findings"][0]["message"].isprintable()


def test_nothing_is_left_running(monkeypatch: pytest.MonkeyPatch) -> None:
    from erpguard.engines.child import RegoProcess

    living: list[RegoProcess] = []
    begin = RegoProcess.__init__

    def counted(self: RegoProcess, *given: Any, **named: Any) -> None:
        living.append(self)
        begin(self, *given, **named)

    monkeypatch.setattr(RegoProcess, "__init__", counted)
    _scan()
    with pytest.raises(UsageError):
        _scan(select=["nonsense"])
    assert len(living) == 2
    assert all(one._child is None for one in living)
