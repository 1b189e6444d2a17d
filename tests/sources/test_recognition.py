"""What a file is, told by its content."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from erpguard.sources import BUILT_IN, Input
from erpguard.sources.recognition import MANIFESTS, PULUMI, SNAPSHOT, TERRAFORM, by_source, recognize

CASES: list[tuple[Any, str]] = [
    ({"apiVersion": "v1", "kind": "Pod", "steps": 3}, MANIFESTS),
    ({"format_version": "1.2", "planned_values": {}}, TERRAFORM),
    ({"configuration": {"a": [1, {"b": "}"}]}, "resource_changes": []}, TERRAFORM),
    ({"version": 4, "terraform_version": "1.11.4", "resources": []}, TERRAFORM),
    ({"@level": "info", "type": "planned_change"}, TERRAFORM),
    ({"config": {"x": "1"}, "steps": []}, PULUMI),
    ({"version": 3, "deployment": {}}, PULUMI),
    ({"version": 1, "checkpoint": {}}, PULUMI),
    ({"sequence": 1, "timestamp": 2, "preludeEvent": {}}, PULUMI),
    ({"target": "prod", "latest": {}}, PULUMI),
    ({"steps": [{"urn": "urn:pulumi:prod::erp::t::n"}]}, PULUMI),
    ({"result": "succeeded", "summary": {}, "resources": [{"urn": "urn:pulumi:prod::erp::t::n"}]}, PULUMI),
    ({"resourcePlans": {}}, PULUMI),
    ({"trigger": ["main"], "steps": [{"script": "make"}]}, MANIFESTS),
    ({"name": "erp", "latest": "1.2"}, MANIFESTS),
    ({"id": "/subscriptions/1", "type": "Microsoft.Cache/redis"}, MANIFESTS),
    ({"anything": "else"}, MANIFESTS),
    ({}, MANIFESTS),
]


@pytest.mark.parametrize(("value", "expected"), CASES, ids=str)
def test_json_is_told_by_its_keys(value: Any, expected: str, tmp_path: Path) -> None:
    for data in (json.dumps(value), json.dumps(value, indent=4), "\ufeff\n " + json.dumps(value)):
        assert recognize(Input("", data=data.encode())) == expected
        (tmp_path / "x.json").write_text(data, encoding="utf-8")
        assert recognize(Input("x.json", str(tmp_path / "x.json"))) == expected


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("plan.tfplan", b"PK\x03\x04...", TERRAFORM),
        ("plan", b"PK\x03\x04...", TERRAFORM),
        ("main.tf", b'resource "a" "b" {}', TERRAFORM),
        ("a.yaml", b'{"format_version": "1.2"}', MANIFESTS),
        ("a.json", b'{"format_version": "1.2", ', TERRAFORM),
        ("a.json", b'{"a" 1, "format_version": 2}', MANIFESTS),
        ("a.json", b"{" * 100_000, MANIFESTS),
        ("a.json", b"", TERRAFORM),
        ("A.JSON", b"\xef\xbb\xbf \n", TERRAFORM),
        ("a.yaml", b"", MANIFESTS),
        ("a", b"", MANIFESTS),
        ("a.json", '{"format_version": "1.2"}'.encode("utf-16"), TERRAFORM),
        ("a.json", b"\xfe\xff" + '{"changeSummary": {}}'.encode("utf-16-be"), PULUMI),
        ("a.json", '{"format_version": "1.2"}'.encode("utf-32"), MANIFESTS),
        ("a.json", b'{"a": ' + b"9" * 10_000 + b', "format_version": "1.2"}', TERRAFORM),
        ("a.txt", b"\nTerraform will perform the following actions:\n", TERRAFORM),
        ("a.txt", b"\x1b[1mOpenTofu used the selected providers to\x1b[0m\n", TERRAFORM),
        ("a.txt", b'[command]terraform show\n{"format_version":"1.2"}', TERRAFORM),
        ("a.txt", b"Previewing update (prod):\n", PULUMI),
        ("a.txt", b'kind: ConfigMap\ndata:\n  main.tf: |\n    resource "a" "b" {\n    }\n', MANIFESTS),
        ("a.yaml", b"Previewing update (prod):\n", MANIFESTS),
        ("absent.json", None, TERRAFORM),
    ],
)
def test_other_content(name: str, data: bytes | None, expected: str, tmp_path: Path) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert recognize(Input(name, str(tmp_path / name))) == expected


def test_a_key_behind_a_large_value_is_found(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps({"configuration": "x" * 1_000_000, "resource_changes": []}))
    assert recognize(Input("plan.json", str(tmp_path / "plan.json"))) == TERRAFORM


def test_a_type_that_is_named_holds_for_all() -> None:
    inputs = [Input("a.yaml", "a.yaml"), Input("b", data=b"{}")]
    assert by_source(inputs, PULUMI) == {PULUMI: inputs}
    assert by_source(inputs) == {MANIFESTS: inputs}


def test_all_names_are_sources() -> None:
    assert {MANIFESTS, TERRAFORM, PULUMI, SNAPSHOT} == set(BUILT_IN)


def test_a_snapshot_packed_and_unpacked() -> None:
    plain = b'{"erpguard":"0.1.0","record":"snapshot","taken":"2026-11-22T00:00:00Z","targets":[],"version":1}\n{}\n'
    assert recognize(Input("s", data=plain)) == SNAPSHOT
    assert recognize(Input("s", data=gzip.compress(plain))) == SNAPSHOT
    assert recognize(Input("s", data=b'{"record": "snapshot"}')) == MANIFESTS
