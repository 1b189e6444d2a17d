"""Fixes: what they change is exactly the finding, in every style that it may be written in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import erpguard
from erpguard.errors import PackError
from erpguard.model import Place
from erpguard.packs import make_policy
from erpguard.reporters.json_report import report
from tests.policy_examples import LIBRARY, Case, cases, judge

FIXABLE = [policy.id for policy in LIBRARY.policies.values() if policy.fix]


def replaced(text: str, region: dict[str, int], new: str) -> str:
    """The text with another content of a SARIF region, whose columns count UTF-16 code units."""
    lines = text.split("\n")
    assert region["startLine"] == region["endLine"]
    line = lines[region["startLine"] - 1].encode("utf-16-le")
    start, end = (2 * (region[name] - 1) for name in ("startColumn", "endColumn"))
    lines[region["startLine"] - 1] = (line[:start] + new.encode("utf-16-le") + line[end:]).decode("utf-16-le")
    return "\n".join(lines)


def styles(case: Case) -> Iterator[Case]:
    """The example as it is, in flow style, and as JSON of two layouts."""
    yield case
    documents = [
        document
        for text in case.files.values()
        for document in yaml.load_all(text, Loader=yaml.CSafeLoader)
        if document is not None
    ]
    flow = [yaml.safe_dump(one, default_flow_style=True, width=10_000) for one in documents]
    for files in (
        {"flow.yaml": "---\n".join(flow)},
        {f"{number}.json": json.dumps(one, indent=2) for number, one in enumerate(documents)},
        {f"{number}.json": json.dumps(one, separators=(",", ":")) for number, one in enumerate(documents)},
    ):
        yield Case(case.policy, case.outcome, case.name, files, case.options)


STYLED = [(style, one) for name in FIXABLE for case in cases(name) for style, one in enumerate(styles(case))]


def fixes(result: erpguard.ScanResult) -> Iterator[tuple[str, dict[str, Any]]]:
    """(fingerprint, the one artifact change) of every SARIF result with a fix."""
    for one in result.to_sarif()["runs"][0]["results"]:
        for fix in one.get("fixes", []):
            (change,) = fix["artifactChanges"]
            yield one["partialFingerprints"]["erpguardResource/v1"], change


@pytest.mark.parametrize(("style", "case"), STYLED, ids=str)
def test_a_fix_removes_exactly_its_finding(style: int, case: Case, tmp_path: Path) -> None:
    before = judge(case, str(tmp_path))
    known = {finding.fingerprint for finding in before.findings}
    for fingerprint, change in fixes(before):
        (replacement,) = change["replacements"]
        file, new = change["artifactLocation"]["uri"], replacement["insertedContent"]["text"]
        text = replaced(case.files[file], replacement["deletedRegion"], new)
        list((yaml.safe_load_all if file.endswith("yaml") else json.loads)(text))  # still valid
        assert [line.partition("#")[2] for line in text.split("\n")] == [
            line.partition("#")[2] for line in case.files[file].split("\n")
        ], "a comment is gone"
        fixed = Case(case.policy, case.outcome, case.name, {**case.files, file: text}, case.options)
        after = judge(fixed, str(tmp_path))
        assert after.problems == before.problems
        assert {finding.fingerprint for finding in after.findings} == known - {fingerprint}


@pytest.mark.parametrize("policy_id", FIXABLE)
def test_every_key_that_has_a_fix_is_fixed_in_every_style(policy_id: str, tmp_path: Path) -> None:
    met: set[tuple[str, str]] = set()
    for number, case in enumerate(one for example in cases(policy_id) for one in styles(example)):
        (tmp_path / str(number)).mkdir()
        result = judge(case, str(tmp_path / str(number)))
        kind = "flow" if "flow.yaml" in case.files else "json" if "0.json" in case.files else "block"
        met |= {(str(finding.path[-1]), kind) for finding in result.findings if finding.fix}
    assert met == {(key, kind) for key in LIBRARY.policies[policy_id].fix for kind in ("block", "flow", "json")}


HEAD = "apiVersion: traefik.io/v1alpha1\nkind: TLSOption\nmetadata: {name: default}\n"


@pytest.mark.parametrize(
    ("spec", "fix"),
    [
        ("spec:\n  sniStrict: false # why\n", "sniStrict: true"),
        ("spec: {'sniStrict' : no, x: 1}\n", "'sniStrict' : true"),
        ('spec: {"😀": ü, "sniStrict":false}\n', '"sniStrict":true'),
        ("spec:\n  sniStrict:   !!bool 'false'\n", ""),
        ("spec:\n  sniStrict: &a false\n  other: *a\n", ""),
        ("x: &a false\nspec:\n  sniStrict: *a\n", ""),
        ("x: &a {sniStrict: false}\nspec: *a\n", ""),
        ("x: &a {sniStrict: false}\nspec:\n  <<: *a\n", ""),
        ("spec: &a\n  sniStrict: false\nx: *a\n", ""),
        ("spec:\n  sniStrict:\n    false\n", ""),
        ("spec:\n  ? sniStrict\n  : false\n", ""),
    ],
)
def test_only_what_is_one_change_of_one_line_is_proposed(spec: str, fix: str, tmp_path: Path) -> None:
    case = Case("TLS005", "fail", "a", {"a.yaml": HEAD + spec})
    (finding,) = judge(case, str(tmp_path)).findings
    assert finding.fix == fix
    if fix:
        ((_, change),) = fixes(judge(case, str(tmp_path)))
        (replacement,) = change["replacements"]
        text = replaced(HEAD + spec, replacement["deletedRegion"], replacement["insertedContent"]["text"])
        assert text.count(fix) == 1 and len(text) - len(HEAD + spec) in (-1, 2)
        assert judge(Case("TLS005", "fail", "a", {"a.yaml": text}), str(tmp_path)).findings == []


def test_objects_without_a_file_have_no_fix() -> None:
    body = {**yaml.safe_load(HEAD), "spec": {"sniStrict": False}}
    (finding,) = erpguard.scan(resources=[body], select=["TLS005"]).findings
    assert finding.fix == ""


def test_fix_is_in_the_reports_where_the_region_is_known(tmp_path: Path) -> None:
    result = judge(Case("TLS005", "fail", "a", {"a.yaml": f"{HEAD}spec: {{sniStrict: false}}\n"}), str(tmp_path))
    assert report(result)["findings"][0]["fix"] == "sniStrict: true"
    assert result.to_sarif()["runs"][0]["results"][0]["fixes"] == [
        {
            "description": {"text": "Write sniStrict: true"},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "a.yaml", "uriBaseId": "SRCROOT"},
                    "replacements": [
                        {
                            "deletedRegion": {"startLine": 4, "startColumn": 8, "endLine": 4, "endColumn": 24},
                            "insertedContent": {"text": "sniStrict: true"},
                        }
                    ],
                }
            ],
        }
    ]
    (finding,) = result.findings
    result.findings = [
        finding._replace(place=Place("a.yaml", 4)),
        finding._replace(place=Place()),
        finding._replace(fix="a\x1b"),
    ]
    assert not list(fixes(result))


def test_a_fix_is_a_scalar() -> None:
    custom = {"id": "NET001", "severity": "low", "resource_types": [], "reads": [], "message": "", "remediation": ""}
    metadata = {"package": "p", "title": "", "description": "", "custom": {**custom, "fix": {"a": [1]}}}
    with pytest.raises(PackError, match="the fix of a is no scalar"):
        make_policy("network/a.rego", metadata)
