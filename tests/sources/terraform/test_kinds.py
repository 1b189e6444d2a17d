"""What is no plan is said to be what it is, with the way to a plan."""

from __future__ import annotations

import json
from typing import Any

import pytest

from erpguard.sources.terraform.kinds import MAKE
from tests.sources.terraform.plans import collect

LOG = "\n".join(
    json.dumps({"@level": "info", "@message": text, "type": "version"})
    for text in ("Terraform 1.11.4", "Plan: 1 to add")
)


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("log.json", LOG.encode(), "the log of `terraform plan -json`"),
        ("one-line.json", LOG.split("\n")[0].encode(), "the log of `terraform plan -json`"),
        ("schema.json", {"format_version": "1.0", "provider_schemas": {}}, "the schemas of providers"),
        ("erp.tfvars.json", {"location": "westeurope"}, "perhaps the values of variables"),
        ("main.tf.json", {"resource": {"azurerm_redis_cache": {}}}, "configuration in JSON (.tf.json)"),
        (
            "main.tf",
            b'# comment\nresource "azurerm_redis_cache" "erp" {\n}\n',
            "configuration, which holds expressions",
        ),
        ("erp.tfvars", b'location = "westeurope"\n', "configuration, which holds expressions"),
        (".terraform.lock.hcl", b'provider "registry.terraform.io/hashicorp/azurerm" {\n}', "configuration"),
        (
            "plan.txt",
            b"\nTerraform used the selected providers to generate the following execution\nplan.\n",
            "the output of `terraform plan` for people",
        ),
        (
            "colours.txt",
            b"\x1b[1mTerraform will perform the following actions:\x1b[0m\n\n  # azurerm_x.y will be created\n",
            "the output of `terraform plan` for people",
        ),
        ("note.txt", b"hello\n", "neither a Terraform plan nor a state"),
        ("list.json", b"[1, 2]", "neither a Terraform plan nor a state"),
    ],
)
def test_kinds(name: str, given: Any, words: str) -> None:
    collected = collect((name, given))
    (problem,) = collected.problems
    assert problem.code == "terraform-kind" and words in problem.message and MAKE in problem.message
    assert problem.message.startswith("this is ") and "\n" not in problem.message
    assert problem.place.file == name and problem.level == "error"
    assert collected.open_types == {"*"} and collected.documents == 0


def test_a_state_of_pulumi() -> None:
    (problem,) = collect(("stack.json", {"version": 3, "deployment": {}})).problems
    assert "state version '3' is not read" in problem.message
    (problem,) = collect(("stack.json", {"deployment": {}})).problems
    assert problem.message == "this is a state of Pulumi: leave out `--type`"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"format_version": "1.2", "resource_changes": [, ]}', "json-syntax"),
        (b'{"format_version": "1.2"', "json-syntax"),
        (b"{\x00}", "binary-file"),
        (b'{"a": "\xff"}', "encoding"),
        (b'{"format_version": "1.2", "resource_changes": [' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"]}", "too-deep"),
        (b'{"format_version": "1.2", "resource_changes": [' + b"[" * 100_000, "too-deep"),
        (b'{"format_version": "1.2", "configuration": ' + b"[" * 100_000, "too-deep"),
    ],
)
def test_broken_files_are_one_problem(data: bytes, code: str) -> None:
    collected = collect(("plan.json", data))
    assert [problem.code for problem in collected.problems if problem.level == "error"] == [code]
    assert collected.open_types == {"*"}


def test_standard_input_has_no_file() -> None:
    (problem,) = collect(("", b'{"format_version": "9.0"}')).problems
    assert problem.message.startswith("standard input, line 1: format version '9.0' is not read")


def test_a_byte_order_mark_and_utf_16() -> None:
    text = json.dumps({"format_version": "1.2", "resource_changes": []})
    for data in (b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        assert collect(("plan.json", data)).problems == []
