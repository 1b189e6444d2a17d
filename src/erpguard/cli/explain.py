"""`erpguard explain`: a policy for people."""

from __future__ import annotations

import json
import re
import textwrap
from argparse import Namespace
from typing import Any

from erpguard.cli import environment
from erpguard.cli.command_parser import CommandParser
from erpguard.cli.common_arguments import add_named_policy
from erpguard.cli.policies import find_policy
from erpguard.model import Policy


def add_arguments(command: CommandParser) -> None:
    """Add what the command takes."""
    command.set_defaults(run=run)
    add_named_policy(command)


def run(options: Namespace) -> int:
    """Print what, why, a bad and a good example, the remedy and the sources."""
    library, _ = environment.library(options)
    policy = find_policy(library, options.policy)
    print(f"{policy.id} {policy.name} ({policy.severity})\n{policy.title}\n")
    print(_wrapped(policy.description))
    path = library.examples(policy)
    examples = _examples(path) if path else {}
    for label, outcome in (("Fails", "fail"), ("Passes", "pass")):
        for example in (examples.get(outcome) or ())[:1]:
            print(f"\n{label}: {example['name']}\n")
            print(textwrap.indent(_text(example), "    "))
    print("\nRemedy\n" + _wrapped(policy.remediation, "  "))
    _print_parameters(policy)
    print("\nIgnore one finding, with a reason, on its line or the line above:")
    print(f"  # erpguard: ignore[{policy.id}] why this is acceptable here")
    if policy.controls:
        print("\nControls")
        for control in policy.controls:
            print(_wrapped(str(control), "  "))
    if policy.references:
        print("\nSources")
        for reference in policy.references:
            print(f"  {reference.description}\n    {reference.url}")
    return 0


_MARK = re.compile(r"[ \t]*(?:#|//) finding(?::.*)?$", re.MULTILINE)
_FORMS = ("manifest", "plan", "preview")
"""The key of an example that holds its text: manifests and Azure resources, a Terraform plan, a Pulumi preview."""


def _examples(path: str) -> dict[str, Any]:
    import yaml

    with open(path, encoding="utf-8") as opened:
        # Everything as text: a name such as `off` is no boolean.
        found: dict[str, Any] = yaml.load(opened, Loader=yaml.CBaseLoader)
    return found


def _text(example: dict[str, Any]) -> str:
    """The text of an example, without the marks that the tests read."""
    files = example.get("files") or {"": next(example[form] for form in _FORMS if form in example)}
    parts = [f"# {name}\n{text.strip()}" if name else text.strip() for name, text in files.items()]
    return _MARK.sub("", "\n---\n".join(parts))


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(" ".join(text.split()), environment.width(), initial_indent=indent, subsequent_indent=indent)


def _print_parameters(policy: Policy) -> None:
    if policy.parameters:
        print("\nParameters")
    for parameter in policy.parameters:
        special = "".join(f", in {name} {json.dumps(value)}" for name, value in sorted(parameter.environments.items()))
        default = json.dumps(parameter.default) + special
        print(_wrapped(f"{parameter.name} (default {default}): {parameter.description}", "  "))
