"""What is no plan and no state, and how to get a plan from it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

MAKE = "`terraform plan -out=plan.tfplan && terraform show -json plan.tfplan > plan.json`"
"""The commands that make a plan in the form that is read."""

Refusal = tuple[str, str]
"""The code and the text of a problem."""

_PLAN = frozenset(("resource_changes", "planned_values", "configuration", "deferred_changes"))
_EMPTY_STATES = (frozenset(("format_version",)), frozenset(("format_version", "terraform_version")))
_STATES = (
    frozenset(("format_version", "values")),
    frozenset(("terraform_version", "values")),
    frozenset(("version", "resources")),
    frozenset(("version", "lineage")),
)
NO_PLANS = frozenset(("@level", "provider_schemas"))
"""Keys that only files of other kinds have."""

_EARLY_VERSIONS = ("0.1", "0.2")
_STYLE = re.compile(r"\x1b\[[\d;]*m")
_HUMAN = re.compile(
    r"^(?:(?:Terraform|OpenTofu) (?:will perform the following actions|used the selected providers)"
    r"|[ \t]{0,8}# [^\n]{1,400} (?:will be (?:created|destroyed|updated|replaced|read)|must be replaced)"
    r"|No changes\. )",
    re.MULTILINE,
)
_SHOWN = re.compile(r"^# [^\n]{1,400}:[ \t]*\r?\n(?:resource|data) \"", re.MULTILINE)
_WRAPPED = re.compile(r"^\{\"format_version\"", re.MULTILINE)
_HCL = re.compile(
    r"^[ \t]*(?:(?:resource|data|module|variable|output|provider)[ \t]+\"|(?:terraform|locals)[ \t]*\{|[\w-]+[ \t]*=)",
    re.MULTILINE,
)
_LOCKED = re.compile(r"^provider \"[\w./-]+\" \{", re.MULTILINE)


def refusal(keys: Collection[str]) -> Refusal | None:
    """Why a JSON object with these keys at its top is neither plan nor state; None if it is one."""
    keys = frozenset(keys)
    if "@level" in keys:
        what = "the log of `terraform plan -json`, which has no values: make a plan with " + MAKE
    elif "provider_schemas" in keys:
        what = "the schemas of providers: make a plan with " + MAKE
    elif keys & _PLAN or keys in _EMPTY_STATES or any(some <= keys for some in _STATES):
        return None
    elif keys & {"checkpoint", "deployment"}:
        what = "a state of Pulumi: leave out `--type`"
    elif {"resource", "variable", "module", "provider", "terraform", "output", "locals"} & keys:
        what = "configuration in JSON (.tf.json), which holds expressions and no values: make a plan with " + MAKE
    else:
        what = "neither a Terraform plan nor a state, perhaps the values of variables: make a plan with " + MAKE
    return "terraform-kind", "this is " + what


def refused_text(text: str) -> Refusal | None:
    """Why a text is no JSON at all; None if it may be."""
    start = text[:20_000].lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return None
    if not start:
        what = "the file is empty: did the program that should write it fail? Make it again, or exclude it"
        return "empty-file", what
    printed = _STYLE.sub("", text[:200_000])
    if _HUMAN.search(printed):
        what = "the output of `terraform plan` for people: make a plan with " + MAKE
    elif _SHOWN.search(printed):
        what = "the output of `terraform show` for people: make it with `terraform show -json > state.json`"
    elif _WRAPPED.search(printed):
        what = (
            "a plan or state behind other output, such as that of a wrapper of Terraform: leave out what comes before"
        )
    elif _LOCKED.search(start) or _HCL.search(start):
        what = "configuration, which holds expressions and no values: make a plan with " + MAKE
    else:
        what = "neither a Terraform plan nor a state: make a plan with " + MAKE
    return "terraform-kind", "this is " + what


def wrong_version(key: str, value: Any, stored: int) -> str:
    """Why a version cannot be read; empty if it can. `key` is `format_version`, or `version` of a stored state."""
    if key == "version":
        if value == stored:
            return ""
        return (
            f"state version {str(value)[:20]!r} is not read, only version {stored}: "
            "run `terraform show -json > state.json` with Terraform 1.x and scan that"
        )
    if isinstance(value, str) and (value in _EARLY_VERSIONS or value.partition(".")[0] == "1"):
        return ""
    return (
        f"format version {str(value)[:20]!r} is not read, only 0.1, 0.2 and 1.x: "
        "make the plan with a Terraform of version 0.13 to 1.x, or use a newer erpguard"
    )
