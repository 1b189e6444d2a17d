"""`erpguard policies new`: a policy with a test and examples that pass, to be changed into what is wanted.

The policy asks for a label (of Azure resources a tag), which every type has.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from erpguard.authoring.folder import examples_of, is_shipped, tests_of
from erpguard.authoring.skeletons import minimal
from erpguard.errors import PackError, UsageError
from erpguard.packs import COMPARISONS, CONTROLS, LIBRARY, Library, load, read_entries
from erpguard.packs.types import resolve

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = (COMPARISONS, LIBRARY, CONTROLS)
_LABEL = "owner"


class Made(NamedTuple):
    """The files that were written, and what to do next."""

    files: tuple[str, ...]
    next_steps: tuple[str, ...]


def new(folder: str, wanted: str, type_: str) -> Made:
    """Write the files of the policy `pack/name`. UsageError where the name will not do, or a file is there already."""
    pack, name = _names(wanted)
    judged = resolve(type_)
    library = load()
    is_own = not is_shipped(folder)
    if pack in _RESERVED or (is_own and pack in library.packs):
        raise UsageError(f"{wanted}: the name {pack} is taken by erpguard: choose another one")
    policy = f"{pack}/{name}.rego"
    id_ = _next_id(pack, _ids(folder, library), {id_[:-3] for id_ in library.rules} if is_own else set())
    texts = {
        policy: _policy(pack, name, id_, judged),
        tests_of(policy): _test(pack, name, judged),
        examples_of(policy): _examples(judged),
    }
    written = {os.path.normpath(os.path.join(folder, file)).replace(os.sep, "/"): text for file, text in texts.items()}
    _write(written)
    return Made(tuple(written), tuple(_next_steps(folder, policy, id_)))


def _names(wanted: str) -> tuple[str, str]:
    pack, _, name = wanted.replace("-", "_").partition("/")
    if not (_NAME.fullmatch(pack) and _NAME.fullmatch(name)):
        raise UsageError(
            f"{wanted}: not PACK/NAME of small letters, digits and underscores, such as acme/owner_missing"
        )
    if name.endswith("_test"):
        raise UsageError(f"{wanted}: names that end with _test are those of unit tests: choose another name")
    return pack, name


def _write(texts: Mapping[str, str]) -> None:
    for file in texts:
        if os.path.lexists(file):
            raise UsageError(f"{file}: is there already: choose another name, or remove it")
    for file, text in texts.items():
        try:
            os.makedirs(os.path.dirname(file), exist_ok=True)
            with open(file, "x", encoding="utf-8", newline="\n") as opened:
                opened.write(text)
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror}") from error


def _ids(folder: str, library: Library) -> dict[str, str]:
    """The ids that are taken -> their packs."""
    found = {policy.id: policy.pack for policy in library.rules.values()}
    try:
        entries = read_entries(folder) if os.path.isdir(folder) else []
    except (PackError, OSError, UnicodeError) as error:
        raise UsageError(f"{os.path.join(folder, '')}{error}: mend it first") from error
    for file, metadata in entries:
        custom = metadata.get("custom")
        if isinstance(custom, dict):
            found[str(custom.get("id"))] = file.partition("/")[0]
    return found


def _next_id(pack: str, taken: Mapping[str, str], reserved: Collection[str]) -> str:
    """The number after the last one of the pack's prefix; that of a new pack is its name, if it is not reserved."""
    own = sorted(id_ for id_, of in taken.items() if of == pack and re.fullmatch(r"[A-Z]+[0-9]{3}", id_))
    prefix = own[-1][:-3] if own else re.sub("[^A-Z]", "", pack.upper())[:8]
    while prefix in reserved:
        prefix += "X"
    numbers = [int(id_[-3:]) for id_ in taken if re.fullmatch(prefix + "[0-9]{3}", id_)]
    number = max(numbers, default=0) + 1
    if number > 999:
        raise UsageError(f"{pack}: all ids of {prefix} are taken: begin another pack")
    return f"{prefix}{number:03}"


def _next_steps(folder: str, policy: str, id_: str) -> Iterable[str]:
    shown = os.path.normpath(folder).replace(os.sep, "/")
    as_pack = shown if "/" in shown else f"./{shown}"
    beside = examples_of(policy)
    yield "It asks for a label, as a beginning. Next:"
    yield f"  1. write what has to fail into {shown}/{beside}, marked with `# finding`"
    yield f"  2. change the condition, and the METADATA, in {shown}/{policy}"
    yield f"  3. erpguard policies test {shown} --select {id_} --watch"
    yield f"  4. erpguard policies check {shown}"
    yield f"  5. erpguard scan . --pack {as_pack}"


def _is_azure(type_: str) -> bool:
    return type_.startswith("Microsoft.")


def _path(type_: str) -> tuple[str, ...]:
    return ("tags",) if _is_azure(type_) else ("metadata", "labels")


def _noun(type_: str) -> str:
    return "tag" if _is_azure(type_) else "label"


def _policy(pack: str, name: str, id_: str, type_: str) -> str:
    path, noun = _path(type_), _noun(type_)
    title = name.replace("_", " ").capitalize()
    return f"""\
# METADATA
# title: {title}
# description: >-
#   Say here why it is bad. As it stands: nobody knows whom to ask about a resource without a {noun} for its owner.
# custom:
#   id: {id_}
#   severity: medium
#   resource_types: [{type_}]
#   reads: [{".".join(path)}]
#   message: "{{kind}} {{name}} has no {noun} {{{noun}}}"
#   remediation: Add the {noun}.
#   parameters:
#     {noun}:
#       description: The {noun} that every resource needs.
#       schema: {{type: string, minLength: 1}}
#       default: {_LABEL}
package erpguard.{pack}.{name}

import data.erpguard.lib.finding

deny contains finding.at(resource, {json.dumps(list(path))}, {{"{noun}": {noun}}}) if {{
	some resource in input.resources[{json.dumps(type_)}]
	{noun} := input.settings.{pack}.{name}[resource.environment].{noun}
	not resource.body.{".".join(path)}[{noun}]
}}
"""


def _test(pack: str, name: str, type_: str) -> str:
    path, noun = _path(type_), _noun(type_)
    return f"""\
package erpguard.{pack}.{name}_test

import data.erpguard.{pack}.{name} as policy

_input({noun}s) := {{
	"settings": {{"{pack}": {{"{name}": {{"production": {{"{noun}": "{_LABEL}"}}}}}}}},
	"resources": {{{json.dumps(type_)}: {{"one": {{
		"key": "one",
		"resource": "one",
		"path": [],
		"environment": "production",
		"body": {_nested(path, f"{noun}s")},
	}}}}}},
}}

test_without_the_{noun} if {{
	found := policy.deny with input as _input({{"team": "erp"}})
	{{finding.path | some finding in found}} == {{{json.dumps(list(path))}}}
}}

test_with_the_{noun} if {{
	count(policy.deny) == 0 with input as _input({{"{_LABEL}": "erp"}})
}}
"""


def _nested(path: tuple[str, ...], inner: str) -> str:
    for step in reversed(path):
        inner = f'{{"{step}": {inner}}}'
    return inner


def _examples(type_: str) -> str:
    noun = _noun(type_)
    return "\n".join(
        (
            "fail:",
            _example(f"a {noun} of another name", type_, "team", "erp", True),
            "pass:",
            _example(f"the {noun} is there", type_, _LABEL, "erp", False),
            "undetermined:",
            _example("a placeholder decides", type_, _LABEL, "${OWNER}", False),
            "",
        )
    )


def _example(name: str, type_: str, label: str, value: str, has_finding: bool) -> str:
    """One example; the mark stands at the line of the labels."""
    import yaml

    body: dict[str, Any] = minimal(type_)
    holder = body if _is_azure(type_) else body["metadata"]
    holder[_path(type_)[-1]] = {label: value}
    text = yaml.safe_dump(body, sort_keys=False, allow_unicode=True)
    if has_finding:
        text = re.sub(rf"^( *{_path(type_)[-1]}:)$", r"\1  # finding", text, count=1, flags=re.MULTILINE)
    indented = "".join(f"    {line}\n" for line in text.splitlines())
    return f"- name: {name}\n  manifest: |\n{indented}".rstrip()
