"""Whatever is wrong with a plan: one clear line with its place, the designed exit code, and nothing else lost."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard.model import ScanResult
from tests.counted import calls
from tests.plans import plan, resource
from tests.sources.terraform.plans import change

LOCATED: dict[str, Any] = {"resource_group_name": "rg-erp-prod", "location": "westeurope"}
REDIS = resource("azurerm_redis_cache", "erp", name="redis-erp", minimum_tls_version="1.0", **LOCATED)
ATTRIBUTES = REDIS["change"]["change"]["after"]
GOOD = plan(REDIS)
TEXT = json.dumps(GOOD)
FINDING = "redis redis-erp: TLS 1.0 is accepted (minimumTlsVersion is 1.0), 1.2 is asked for"
HCL = 'resource "azurerm_redis_cache" "erp" {\n  name                = "redis-erp"\n  minimum_tls_version = "1.0"\n}\n'
MAKE = "make a plan with `terraform plan -out=plan.tfplan && terraform show -json plan.tfplan > plan.json`"
PREVIEW = "make `pulumi preview --json --show-sames > preview.json`, or `pulumi stack export > state.json`"
STATE = {"urn": "urn:pulumi:prod::erp::azure-native:cache:Redis::erp", "type": "azure-native:cache:Redis"}


def scan(data: bytes | str | Any, name: str = "odd.json", **settings: Any) -> ScanResult:
    """The result for one text."""
    if not isinstance(data, (bytes, str)):
        data = json.dumps(data)
    given = data.encode() if isinstance(data, str) else data
    return erpguard.scan(["-"], stdin=given, stdin_path=name, select=["TLS003"], **settings)


def problems(result: ScanResult) -> list[str]:
    """The problems as one line each."""
    return [f"{one.place.file}:{one.place.line}:{one.place.column}: {one.level} {one.code}: {one.message}"
            for one in result.problems]  # fmt: skip


def spoiled(**keys: Any) -> dict[str, Any]:
    """A plan of two changes, of which the first has other keys; a key that is None is left out."""
    first = {**change("azurerm_redis_cache.odd", {"name": "odd"}), **keys}
    return plan({"change": {key: value for key, value in first.items() if value is not None}, "block": {}}, REDIS)


ONE_LINE: list[tuple[Any, str]] = [
    ('{"format_version": "1.2", "resource_changes": [,]}', "1:48: error json-syntax: not valid JSON: .*: make it"),
    (TEXT + "{}", rf"1:{len(TEXT) + 1}: error json-syntax: not valid JSON: extra data: make it again"),
    (TEXT.replace('"1.0"', "NaN", 1), "1:.*: error json-syntax: NaN is no JSON value: make it again"),
    (TEXT.replace('"1.0"', "-Infinity", 1), "1:.*: error json-syntax: -Infinity is no JSON value: make it again"),
    (TEXT.replace('"1.0"', "[" * 10_000 + "]" * 10_000, 1), "1:.*: error too-deep: nested deeper than 64 levels"),
    (TEXT[:-1] + ', "prior_state": ' + '{"a":' * 10_000 + "1" + "}" * 10_001, "1:.*: error too-deep: .*: exclude the"),
    (TEXT.replace("redis-erp", "redis\0erp", 1), "1:.*: error binary-file: .* NUL byte .*: exclude it"),
    (TEXT.replace("redis-erp", "r\xfc", 1).encode("latin-1"), "1:.*: error encoding: .*not valid UTF-8.*: save it as"),
    (TEXT.encode("utf-32"), "0:0: error encoding: the file is encoded in UTF-32: save it as UTF-8"),
    (TEXT.replace('"name": "redis-erp"', '"name": "a", "name": "redis-erp"', 1),
     "1:.*: error duplicate-key: the key 'name' stands twice in one object, as no tool writes it: make it again"),
    ({**GOOD, "format_version": "2.0"}, "1:20: error terraform-version: format version '2.0' is not read.*: make the"),
    ({"version": 3, "terraform_version": "0.11", "modules": []}, "1:13: error terraform-version: state version '3' is"),
    ({**GOOD, "resource_changes": {}}, "1:.*: error terraform-kind: resource_changes must be a list: make the plan"),
    (spoiled(type=None), "1:.*: error terraform-change: a resource change has no type: make the plan again"),
    (spoiled(address=None), "1:.*: error terraform-change: a resource change has no address: make the plan again"),
    (spoiled(address=["a"]), "1:.*: error terraform-change: a resource change has no address: make the plan again"),
    (spoiled(change=None), r"1:.*: error terraform-change: a resource change \(\S+odd\) has no actions: make the plan"),
    (spoiled(change={"actions": ["create"]}), "1:.*: error terraform-change: .*`after`, which is no object: make the"),
    (spoiled(change={"actions": ["explode"]}), "1:.*: error terraform-change: .* the action 'explode', which is not k"),
    (plan(REDIS, REDIS), "1:.*: error duplicate-address: azurerm_redis_cache.erp stands twice in the plan, only the f"),
    ({**GOOD, "errored": True}, "1:1: error terraform-errored: planning ended with an error.*: repair the configurati"),
    ({"format_version": "1.2", "planned_values": {"root_module": {"resources": [{}]}}},
     "1:1: error terraform-no-changes: the plan holds no resource changes .*: make one without that option"),
    ('{"@level":"info","@message":"Terraform 1.11.4"}\n{"@level":"info","type":"planned_change"}\n',
     f"1:1: error terraform-kind: this is the log of `terraform plan -json`, which has no values: {re.escape(MAKE)}"),
    ({"format_version": "1.0", "provider_schemas": {}},
     f"1:1: error terraform-kind: this is the schemas of providers: {re.escape(MAKE)}"),
    ({"changeSummary": {"create": 3}, "steps": []}, "1:1: error pulumi-kind: this is a summary without the resources'"),
    ({"changeSummary": {"create": 3}}, f"1:1: error pulumi-kind: this is a summary .*: {re.escape(PREVIEW)}"),
    ({"result": "succeeded", "summary": {}, "resources": [STATE]}, "1:1: error pulumi-kind: this is the summary of `-"),
    ({"resourcePlans": {}}, "1:1: error pulumi-kind: this is an update plan .*: make `pulumi preview --json"),
    ({"version": 9, "deployment": {}}, "1:13: error pulumi-version: version '9' of a deployment is not read.*: use a"),
    ({"steps": [{"op": "create", "newState": {}}], "config": {}}, "1:.*: error pulumi-step: .* has no urn: make the p"),
    ({"steps": [{"op": "explode", "newState": STATE}], "config": {}}, "1:.*: error pulumi-step: .*'explode', which is"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "line"), ONE_LINE, ids=[line[:60] for _, line in ONE_LINE])
def test_one_line_for_one_problem(data: Any, line: str) -> None:
    result = scan(data)
    (told,) = problems(result)
    assert re.match("odd.json:" + line, told)
    assert "\n" not in told
    assert result.exit_code() == 3


BY_DESIGN: dict[str, Any] = {
    "terraform.tfvars.json": {"location": "westeurope", "version": "4"},
    "package.json": {"name": "shop", "version": "1.0.0", "dependencies": {}},
    "results.sarif.json": {"version": "2.1.0", "runs": [{"results": []}]},
    "template.json": {
        "$schema": "https://x/deploymentTemplate.json#",
        "resources": [{"type": "Microsoft.Cache/redis"}],
    },
    "builds.json": {"count": 1, "value": [{"id": 12, "name": "build", "type": "build"}]},
    "empty.json": {},
    "list.json": [],
    "number.json": 3,
}


@pytest.mark.parametrize("name", BY_DESIGN)
def test_what_is_no_plan_by_design_is_told_apart_from_a_plan(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(json.dumps(BY_DESIGN[name]))
    result = erpguard.scan([str(tmp_path)], root=str(tmp_path))
    assert [(problem.code, problem.level) for problem in result.problems] == [("no-resources", "warning")]
    assert (result.exit_code(), sum(result.not_judged.values())) == (0, 1)
    for type_, code in (("terraform_plan", "terraform-kind"), ("pulumi", "pulumi-kind")):
        result = erpguard.scan([str(tmp_path / name)], root=str(tmp_path), type=type_)
        (problem,) = result.problems
        assert (problem.code, problem.place.file, problem.place.line, result.exit_code()) == (code, name, 1, 3)
        assert re.search("`terraform plan|`pulumi preview", problem.message)


@pytest.mark.parametrize("spelling", ["terraform-v4/plan.json", "pulumi/preview.json", "pulumi/state.json"])
def test_a_file_that_was_cut_off_is_told_where_it_ends(spelling: str) -> None:
    text = (Path(__file__).parents[2] / "examples" / "azure-landing-zone" / spelling).read_text().rstrip()
    for offset in (1_000, *range(7_001, len(text), len(text) // 7), len(text) - 1):
        cut = text[:offset]
        result = scan(cut)
        (problem,) = (one for one in result.problems if one.level == "error")
        lines = cut.split("\n")
        assert (problem.place.line, problem.place.column) == (len(lines), len(lines[-1]) + 1), offset
        assert problem.message == "not valid JSON: it ends too early: make it again"
        assert result.exit_code() == 3
        if offset > len(text) * 0.4:
            assert sum(result.resources.values()) > 10  # what stands before the cut is not lost


def test_events_that_end_between_two_lines() -> None:
    event = {"sequence": 1, "timestamp": 1, "resourcePreEvent": {"metadata": {"op": "create", "new": STATE}}}
    result = scan(json.dumps({"sequence": 0, "timestamp": 1, "preludeEvent": {}}) + "\n" + json.dumps(event) + "\n")
    (told,) = problems(result)
    assert "pulumi-events: the events end before the summary" in told
    assert result.exit_code() == 3


PRINTED = {
    "plan": ("\nTerraform will perform the following actions:\n\n  # azurerm_redis_cache.erp will be created\n", MAKE),
    "colours": ("\x1b[0m\x1b[1mTerraform used the selected providers to generate\x1b[0m\n", MAKE),
    "tofu": ("OpenTofu used the selected providers to generate the following execution plan.\n", MAKE),
    "no changes": ("No changes. Your infrastructure matches the configuration.\n", MAKE),
    "show": (f"# azurerm_redis_cache.erp:\n{HCL}", "make it with `terraform show -json > state.json`"),
    "configuration": (f"# the cache\n\n{HCL}", MAKE),
    "wrapped": (f"[command]/opt/terraform-bin show -json plan\n{TEXT}\n", "leave out what comes before"),
    "pulumi": ("Previewing update (prod):\n     Type  Name\n +   Stack erp-prod create\n", PREVIEW),
}


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed_for_people_is_never_clean(name: str, tmp_path: Path) -> None:
    text, advice = PRINTED[name]
    (problem,) = erpguard.scan(["-"], stdin=text.encode()).problems
    assert problem.message.startswith("standard input, line ") and problem.message.endswith(advice)
    (tmp_path / "plan.txt").write_text(text)
    result = erpguard.scan([str(tmp_path / "plan.txt")], root=str(tmp_path))
    assert [problem.place.file for problem in result.problems] == ["plan.txt"]
    assert result.exit_code() == 3


@pytest.mark.parametrize(
    "data",
    [TEXT.encode("utf-16"), b"\xfe\xff" + TEXT.encode("utf-16-be"), b"\xef\xbb\xbf" + TEXT.encode(),
     json.dumps(GOOD, indent=1).replace("\n", "\r\n").encode(),
     TEXT.replace('"name": "redis-erp"', '"name": "redis-erp", "\\udc00": "\\ud800"').encode(),
     TEXT.replace('"name": "redis-erp"', f'"name": "redis-erp", "shard_count": {"9" * 100_000}').encode(),
     ('{"first": ' + "9" * 100_000 + "," + TEXT[1:]).encode(),
     (TEXT[:-1] + ', "prior_state": {"x": ' + "9" * 100_000 + "}}").encode(),
     TEXT.replace('"name": "redis-erp"', f'"name": "redis-erp", "description": "{"x" * 5_000_000}"').encode()],
    ids=["utf-16", "utf-16-be", "bom", "crlf", "surrogates", "number", "first-number", "passed-number", "text"],
)  # fmt: skip
def test_what_is_unusual_and_readable_is_judged(data: bytes) -> None:
    result = scan(data)
    assert [finding.message for finding in result.findings] == [FINDING]
    assert [problem.code for problem in result.problems if problem.code != "invalid-value"] == []


def test_a_number_of_any_length_in_a_manifest() -> None:
    assert (
        scan('{"apiVersion": "v1", "kind": "Odd", "metadata": {"name": "a"}, "x": ' + "9" * 5000 + "}").exit_code() == 0
    )
    assert scan('{"x": ' + "9" * 5000 + "}").exit_code() == 0


def test_a_plan_is_not_taken_for_a_manifest(tmp_path: Path) -> None:
    """By its name, or by a `--type` that is wrong: what is in there would be lost, and look clean."""
    for name, data in (("plan.yaml", GOOD), ("stack.yaml", {"deployment": {"manifest": {}, "resources": []}})):
        (tmp_path / name).write_text(json.dumps(data))
        result = erpguard.scan([str(tmp_path / name)], root=str(tmp_path))
        (told,) = problems(result)
        assert re.match(rf"{name}:1:1: error not-a-manifest: this is .*: leave out `--type`, and name the file", told)
        assert result.exit_code() == 3
    assert [one.code for one in scan(GOOD, type="kubernetes_manifest").problems] == ["not-a-manifest"]
    assert [one.code for one in scan(GOOD, type="pulumi").problems] == ["pulumi-kind"]
    typed = erpguard.scan([str(tmp_path / "plan.yaml")], type="terraform_plan", select=["TLS003"])
    assert [finding.message for finding in typed.findings] == [FINDING]


def archive(*members: tuple[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of some members, a plan among them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened:
        for name, content in (("tfplan", "x"), ("tfconfig/modules.json", '[{"Key": "", "Dir": "."}]'), *members):
            opened.writestr(name, content)
    return made.getvalue()


def patched(data: bytes, signature: bytes, at: int, value: bytes) -> bytes:
    """An archive with other bytes in its last record of a kind."""
    start = data.rindex(signature) + at
    return data[:start] + value + data[start + len(value) :]


FILE = "tfconfig/m-/main.tf"
MAIN = (FILE, HCL)
LIE = (b"PK\1\2", 24, b"\x0a\0\0\0")
OTHER_NUMBERS = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 9**6, 9**6, 0, 0)
LOCATOR = struct.pack("<IIQI", 0x07064B50, 0, 0, 1)
ARCHIVES: dict[str, tuple[bytes, str]] = {
    "bomb": (archive((FILE, "\0" * 50_000_000)), "unpacks to more than 100 times its size"),
    "bombs": (archive(*((f"tfconfig/m-/{n}.tf", " " * 10**6) for n in range(60))), "unpacks to more than 100 times"),
    "lying": (patched(archive((FILE, " " * 10**7)), *LIE), "cannot be read"),
    "bzip2": (patched(archive((FILE, " " * 10**7), method=zipfile.ZIP_BZIP2), *LIE), "packed in a way that Terraform"),
    "encrypted": (patched(archive(MAIN), b"PK\1\2", 8, b"\1\0"), "packed in a way that Terraform does not use"),
    "members": (archive(*((f"tfconfig/m-/{n}.tf", "") for n in range(10_001))), "more than 10000 members"),
    "zip64": (archive(MAIN).replace(b"PK\5\6", OTHER_NUMBERS + LOCATOR + b"PK\5\6"), "more than 10000 members"),
    "cut": (archive(MAIN)[:-30], "has no end, as if it was cut off: make the plan again"),
    "no plan": (archive(MAIN).replace(b"tfplan", b"readme"), "no binary plan of Terraform: exclude it"),
}  # fmt: skip


@pytest.mark.parametrize("name", ARCHIVES)
def test_hostile_archives_cost_their_places_only(name: str, tmp_path: Path) -> None:
    data, words = ARCHIVES[name]
    (tmp_path / "plan.json").write_text(TEXT)
    (tmp_path / "plan.tfplan").write_bytes(data)
    files = [str(tmp_path / "plan.json"), str(tmp_path / "plan.tfplan")]
    results: list[erpguard.ScanResult] = []
    alone = calls(lambda: results.append(erpguard.scan(files[:1], root=str(tmp_path), select=["TLS003"])))
    both = calls(lambda: results.append(erpguard.scan(files, root=str(tmp_path), select=["TLS003"])))
    assert both < 2 * alone, "the archive is refused before it is unpacked"
    result = results[1]
    (problem,) = result.problems
    assert problem.place.file == "plan.tfplan" and words in problem.message
    assert [finding.place.file for finding in result.findings] == ["plan.json"]
    assert result.exit_code() == 3


@pytest.mark.parametrize("name", ["../../evil.tf", "/etc/evil.tf", "tfconfig/m-/../../evil.tf", "tfconfig/m-/a/b.tf"])
def test_names_in_an_archive_lead_nowhere(name: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(TEXT)
    (tmp_path / "plan.tfplan").write_bytes(archive((name, HCL)))
    files = [str(tmp_path / "plan.json"), str(tmp_path / "plan.tfplan")]
    result = erpguard.scan(files, root=str(tmp_path), select=["TLS003"])
    assert [(one.place.file, one.message) for one in result.findings] == [("plan.json", FINDING)]


@pytest.mark.parametrize("text", ["", "\n", " \t\r\n", "\ufeff"])
@pytest.mark.parametrize("name", ["plan.json", "PLAN.JSON", "folder/plan.json"])
def test_an_empty_file_is_never_clean(name: str, text: str, tmp_path: Path) -> None:
    """`terraform show -json plan.tfplan > plan.json` leaves one behind where Terraform fails."""
    (tmp_path / "folder").mkdir()
    (tmp_path / name).write_text(text, encoding="utf-8")
    for given in (name, "."):
        result = erpguard.scan([str(tmp_path / given)], root=str(tmp_path))
        (problem,) = result.problems
        assert (problem.code, problem.level, problem.place.file) == ("empty-file", "error", name)
        assert problem.message.endswith("did the program that should write it fail? Make it again, or exclude it")
        assert result.exit_code() == 3
