"""What a hostile tree can put into names and values stays harmless in every output, on both streams."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from erpguard.shipped import shipped
from tests.e2e.test_command import BAD, erpguard

NASTY = {
    "ansi": "\x1b[31mred\x1b]0;title\x07\x9b2J",
    "vso": "##vso[task.setvariable variable=x]y",
    "error": "##[error]no",
    "github": "::error file=a::b",
    "output": "\n::set-output name=a::b\r\n##vso[task.complete]",
    "html": "<script>alert(1)</script><img src=x onerror=y>",
    "markdown": "[click](https://evil.example) ![x](y) ```\n# a `b` {0} {{1}}",
    "bidi": "a\u202eb\u2066c\u200bd\ufeff\u00ade",
    "surrogate": "\ud800x\udfff",
    "lines": "one\ntwo\r\nthree\u2028four\x85five\x0b\x0c",
    "long": "x" * 10_000,
}
FORMATS = (
    ["--quiet"],
    ["--format", "text"],
    ["--verbose"],
    ["--format", "json"],
    ["--format", "sarif"],
    ["--verbose", "--include-passed"],
)
SCHEMA = json.loads((Path(shipped("schemas")) / "sarif-2.1.0.json").read_text())
COMMANDS = re.compile(r"##\w*\[|^\s*::")


def assert_harmless(text: str) -> None:
    """No control, bidi or invisible characters, no command of a CI system, nothing endless."""
    unsafe = {
        char for char in text if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    }
    assert unsafe == set()
    assert [line for line in text.split("\n") if COMMANDS.search(line)] == []
    assert max(map(len, text.split("\n"))) < 30_000


def hostile_pod(text: str) -> dict[str, Any]:
    """A pod with the text wherever one fits, and findings to show it."""
    container = {"name": text, "image": text, "args": [text], "env": [{"name": text, "value": text}]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": text,
            "namespace": text,
            "labels": {text: text, "app": text, "environment": text},
            "annotations": {text: text, "erpguard.io/ignore": f"NET008: {text}; {text}: because; {text}"},
        },
        "spec": {
            "hostNetwork": True,
            "serviceAccountName": text,
            "priorityClassName": text,
            "containers": [{**container, "resources": {"limits": {"cpu": text, text: text}}}],
            "volumes": [{"name": text, "hostPath": {"path": text}}, {"name": "pvc", "persistentVolumeClaim": [text]}],
        },
    }


def route(text: str) -> dict[str, Any]:
    """Another kind, whose policies show other values."""
    return {
        "apiVersion": "traefik.io/v1alpha1",
        "kind": "IngressRoute",
        "metadata": {"name": text, "namespace": text},
        "spec": {
            "entryPoints": [text, "web"],
            "routes": [{"kind": "Rule", "match": f"Host(`{text}`)", "services": [{"name": text, "port": text}]}],
            "tls": {"secretName": text, "options": {"name": text}},
        },
    }


@pytest.fixture(params=NASTY)
def hostile(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A repository in which one hostile text stands everywhere."""
    text = NASTY[request.param]
    (tmp_path / ".git").mkdir()
    objects = [hostile_pod(text), route(text), {"apiVersion": text, "kind": text, "metadata": {"name": text}}]
    (tmp_path / "a.json").write_text("\n".join(map(json.dumps, objects)))
    name = text.replace("/", "_").encode("utf-8", "replace")[:100].decode("utf-8", "ignore")
    (tmp_path / f"{name}.yaml").write_text(BAD)
    reason = " ".join("".join(char for char in text if char.isprintable()).split())
    (tmp_path / "b.yaml").write_text(
        BAD.replace("true", f"true  # erpguard: ignore[NET008] {reason}").replace("bad", "b")
        + f"  {json.dumps(text)}: 1\n  {json.dumps(text)}: 2\n---\na: [{json.dumps(text)}, *x]\n"
    )
    return tmp_path


@pytest.mark.parametrize("arguments", FORMATS, ids=" ".join)
def test_every_output_is_harmless(hostile: Path, arguments: list[str]) -> None:
    first, second = (erpguard("scan", ".", *arguments, cwd=hostile) for _ in range(2))
    assert first.returncode == 3  # the broken alias and the wrong types
    assert first.stderr == ""
    assert first.stdout == second.stdout
    assert "NET008" in first.stdout
    assert len(first.stdout) < 3_000_000
    if arguments[-1] not in ("json", "sarif"):
        assert_harmless(first.stdout)
        return
    report = json.loads(first.stdout)
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", first.stdout) is None
    assert [line for line in first.stdout.split("\n") if line.lstrip().startswith("::")] == []
    if arguments[-1] == "json":
        for message in [one["message"] for one in (*report["findings"], *report["undetermined"], *report["problems"])]:
            assert_no_controls(message)
        return
    jsonschema.Draft7Validator(SCHEMA).validate(report)
    results = report["runs"][0]["results"]
    for message in (one["message"] for one in results):
        assert_no_controls(message["text"])
        assert re.search(r"(?<!\\)\[[^\]]*\]\(", message["text"]) is None
        assert "<script" not in message.get("markdown", "")


def assert_no_controls(message: str) -> None:
    assert message.isprintable()
    assert len(message) <= 1_100


@pytest.mark.parametrize("text", [NASTY["ansi"], NASTY["output"], NASTY["bidi"]])
@pytest.mark.parametrize(
    "arguments",
    [["{}"], ["scan", "{}"], ["scan", "--{}"], ["scan", ".", "--select", "{}"], ["scan", ".", "--pack", "{}"],
     ["scan", ".", "--format", "{}"], ["scan", ".", "--format", "json:{}/x"], ["scan", ".", "--as-of", "{}"],
     ["scan", ".", "--config", "{}"], ["scan", ".", "--fail-on", "{}"], ["explain", "{}"], ["policies", "show", "{}"],
     ["policies", "list", "--pack", "{}"], ["scan", ".", "--sarif-profile={}"]],
    ids=" ".join,
)  # fmt: skip
def test_usage_errors_are_one_harmless_line(tmp_path: Path, arguments: list[str], text: str) -> None:
    done = erpguard(*(argument.replace("{}", text) for argument in arguments), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("erpguard")
    assert done.stderr.count("\n") == 1
    assert_harmless(done.stderr)


def test_undecodable_arguments(tmp_path: Path) -> None:
    done = erpguard("scan", "\udcff\udc9b[31m", cwd=tmp_path)
    assert done.returncode == 2
    assert_harmless(done.stderr)


@pytest.mark.parametrize("text", [NASTY["ansi"], NASTY["vso"], NASTY["lines"], NASTY["bidi"]])
def test_errors_of_the_configuration_are_one_harmless_line(tmp_path: Path, text: str) -> None:
    for given in ({text: 1}, {"select": [text]}, {"fail_on": text}, {"parameters": {"RES004": {text: 1}}}):
        (tmp_path / "erpguard.yaml").write_text(json.dumps(given))
        done = erpguard("scan", ".", cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert_harmless(done.stderr)


PLANTED = ("hunter2-in-data", "hunter2-in-string-data", "hunter2-last-applied", "918273645546", "hunter2-in-items")


def test_values_of_secrets_appear_nowhere(tmp_path: Path) -> None:
    data, text, applied, number, item = PLANTED
    secret: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "db",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"stringData": applied})},
        },
        "data": {"PGPASSWORD": base64.b64encode(data.encode()).decode(), "numeric": int(number)},
        "stringData": {"PGPASSWORD": text, "PGHOST": text, "odd": [text]},
    }
    items = {**secret, "metadata": {"name": "b"}, "data": item, "stringData": [item]}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web"},
        "spec": {
            "containers": [{"name": "web", "image": "postgres", "envFrom": [{"secretRef": {"name": "db"}}]}],
            "hostNetwork": True,
        },
    }
    objects = [secret, {"apiVersion": "v1", "kind": "List", "items": [items]}, pod]
    (tmp_path / "a.json").write_text("\n".join(json.dumps(one) for one in objects))
    (tmp_path / "b.yaml").write_text(
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: c}}\nstringData: {{a: {text}, a: {text}}}\n"
        f"---\napiVersion: v1\nkind: Secret\nstringData:\n  a: {text}: {text}\n"
    )
    encoded = base64.b64encode(data.encode()).decode()
    for arguments in FORMATS:
        done = erpguard("scan", ".", *arguments, cwd=tmp_path)
        assert done.returncode == 3
        output = done.stdout + done.stderr
        assert [one for one in (*PLANTED, encoded, "hunter2") if one in output] == []
    told = [line.split(":")[0:3] for line in erpguard("scan", "a.json", "--quiet", cwd=tmp_path).stdout.splitlines()
            if "invalid-value" in line]  # fmt: skip
    assert len(told) == 4  # a number and a list as values, and two that are no objects


def test_the_model_never_holds_the_values_of_secrets() -> None:
    from erpguard.sources.kubernetes_manifest import from_memory

    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "a"},
        "data": {"full": "aHVudGVy", "empty": ""},
        "stringData": {"full": "hunter"},
    }
    (resource,) = from_memory([body]).resources
    assert resource.body["data"] == {"full": "(removed)", "empty": ""}
    assert resource.body["stringData"] == {"full": "(removed)"}
    assert body["stringData"] == {"full": "hunter"}


def test_names_of_files_are_harmless(tmp_path: Path) -> None:
    for name in ("\x1b[31m.yaml", "a\n::error::b.yaml", "##vso[x].yaml", "\u202egnp.yaml", "a b.yaml", "ü.yaml"):
        (tmp_path / name).write_text(BAD)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    done = erpguard("scan", ".", "--select", "NET008", "--quiet", cwd=tmp_path)
    assert_harmless(done.stdout)
    assert done.stdout.count("NET008") == 6
    report = json.loads(erpguard("scan", ".", "--select", "NET008", "--format", "sarif", cwd=tmp_path).stdout)
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in report["runs"][0]["results"]}
    assert uris >= {"a%20b.yaml", "%1B%5B31m.yaml", "%C3%BC.yaml"}
