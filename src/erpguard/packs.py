"""Policy packs: finds the policies, reads their METADATA, resolves selections and parameters.

A policy is `<folder>/<pack>/<policy_name>.rego` with an OPA METADATA block at package scope
(openpolicyagent.org/docs/policy-language/#metadata). A wheel carries `index.json`, the same metadata read beforehand.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from erpguard.errors import PackError, UsageError
from erpguard.model import Parameter, Policy, Reference, Severity
from erpguard.model.kinds import GROUPS
from erpguard.shipped import shipped

INDEX = "index.json"
LIBRARY = "lib"
_ID = re.compile(r"[A-Z]+[0-9]{3}")
_PACKAGE = re.compile(r"^package\s+(\S+)", re.MULTILINE)


class Library(NamedTuple):
    """The packs of one folder: its policies by id, and the shared Rego modules that they import."""

    folder: str
    policies: Mapping[str, Policy]
    modules: tuple[str, ...]

    @property
    def packs(self) -> tuple[str, ...]:
        """The names of the packs, sorted."""
        return tuple(sorted({policy.pack for policy in self.policies.values()}))


def load(folder: str | None = None) -> Library:
    """All policies of a folder (by default the ones that ship with erpguard).

    Raises PackError where metadata is missing or wrong, or an id is used twice.
    """
    folder = folder or shipped("policies")
    index = os.path.join(folder, INDEX)
    entries = _read_index(index) if os.path.isfile(index) else read_entries(folder)
    policies: dict[str, Policy] = {}
    for file, metadata in entries:
        policy = make_policy(file, metadata)
        if policy.id in policies:
            raise PackError(f"{file}: the id {policy.id} is used already by {policies[policy.id].file}")
        policies[policy.id] = policy
    library = os.path.join(folder, LIBRARY)
    modules = sorted(name for name in os.listdir(library) if _is_module(name)) if os.path.isdir(library) else []
    return Library(folder, dict(sorted(policies.items())), tuple(f"{LIBRARY}/{name}" for name in modules))


def _is_module(name: str) -> bool:
    return name.endswith(".rego") and not name.endswith("_test.rego")


def _read_index(path: str) -> list[tuple[str, dict[str, Any]]]:
    import json

    with open(path, encoding="utf-8") as file:
        return [(entry["file"], entry["metadata"]) for entry in json.load(file)]


def read_entries(folder: str) -> list[tuple[str, dict[str, Any]]]:
    """(file relative to the folder, METADATA with the package added) of every policy, sorted by file."""
    entries = []
    for pack in sorted(os.listdir(folder)):
        where = os.path.join(folder, pack)
        if pack == LIBRARY or not os.path.isdir(where):
            continue
        for name in sorted(filter(_is_module, os.listdir(where))):
            file = f"{pack}/{name}"
            with open(os.path.join(where, name), encoding="utf-8") as opened:
                entries.append((file, _metadata(file, opened.read())))
    return entries


def _metadata(file: str, source: str) -> dict[str, Any]:
    import yaml

    lines = source.split("\n")
    if "# METADATA" not in lines:
        raise PackError(f"{file}: no METADATA block: see `erpguard policies show` for how one looks")
    start = lines.index("# METADATA") + 1
    block = []
    for line in lines[start:]:
        if not line.startswith("#"):
            break
        block.append(line[1:].removeprefix(" "))
    try:
        metadata = yaml.load("\n".join(block), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line_number = start + 1 + (mark.line if mark else 0)
        text = getattr(error, "problem", "") or str(error).partition("\n")[0]
        raise PackError(f"{file}:{line_number}: METADATA is not valid YAML: {text}") from error
    package = _PACKAGE.search(source)
    if package is None or not isinstance(metadata, dict):
        raise PackError(f"{file}: a policy needs a package and a METADATA block that is a mapping")
    return {**metadata, "package": package[1]}


def make_policy(file: str, metadata: Mapping[str, Any]) -> Policy:
    """The policy that METADATA describes; PackError names what is missing."""
    custom = metadata.get("custom") or {}
    try:
        severity = Severity(custom["severity"])
        pack, _, name = file.removesuffix(".rego").partition("/")
        policy = Policy(
            id=custom["id"],
            name=name.replace("_", "-"),
            pack=pack,
            package=metadata["package"],
            title=metadata["title"],
            description=metadata["description"],
            severity=severity,
            severities=tuple(Severity(value) for value in custom.get("severities", [severity])),
            resource_types=_types(custom["resource_types"]),
            reads=tuple(sorted(custom["reads"])),
            judged={field: tuple(values) for field, values in custom.get("judged", {}).items()},
            absence_of=tuple(custom.get("absence_of", ())),
            message=custom["message"],
            remediation=custom["remediation"],
            parameters=tuple(_parameter(name, given) for name, given in custom.get("parameters", {}).items()),
            references=tuple(
                Reference(page["ref"], page.get("description", page["ref"]))
                for page in metadata.get("related_resources", ())
            ),
            scope=custom.get("scope", "resource"),
            file=file,
            aliases=tuple(custom.get("aliases", ())),
            deprecated=bool(custom.get("deprecated", False)),
        )
    except KeyError as error:
        raise PackError(f"{file}: METADATA has no {error.args[0]}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise PackError(f"{file}: METADATA: {error}") from error
    if not isinstance(policy.id, str) or not _ID.fullmatch(policy.id):
        raise PackError(f"{file}: the id {policy.id!r} is not letters and three digits")
    return policy


def _types(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(type_ for name in names for type_ in GROUPS.get(name, (name,)))


def _parameter(name: str, given: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name, given.get("description", ""), given["schema"], given["default"], given.get("environments", {})
    )


def select(
    library: Library, packs: Sequence[str] = (), chosen: Sequence[str] = (), ignored: Sequence[str] = ()
) -> dict[str, Policy]:
    """The policies of these packs (all of them by default), narrowed by ids, prefixes of ids and names.

    Raises UsageError for a pack, id or prefix that no policy has. A deprecated policy must be chosen by its id.
    """
    for pack in packs:
        if pack not in library.packs:
            raise UsageError(f"there is no pack {pack!r}: choose from {', '.join(library.packs)}")
    for pattern in (*chosen, *ignored):
        if not any(matches(policy, pattern) for policy in library.policies.values()):
            raise UsageError(f"no policy matches {pattern!r}: `erpguard policies list` shows them all")
    return {
        policy.id: policy
        for policy in library.policies.values()
        if (not packs or policy.pack in packs)
        and (not chosen or any(matches(policy, pattern) for pattern in chosen))
        and not any(matches(policy, pattern) for pattern in ignored)
        and (not policy.deprecated or policy.id in map(str.upper, chosen))
    }


def matches(policy: Policy, pattern: str) -> bool:
    """Whether a pattern means the policy: its id, a prefix of its id such as `TLS` or `NET1`, its name or an alias."""
    if not pattern:
        return False
    return policy.id.startswith(pattern.upper()) or pattern == policy.name or pattern in policy.aliases


def resolve_settings(
    policies: Iterable[Policy], environments: Iterable[str], configured: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    """pack -> policy (snake case) -> environment -> parameter -> value.

    `configured` is the `parameters` section of the configuration: policy id -> parameter -> value, with
    `environments` -> environment -> parameter -> value. The most special one wins: the configured value of the
    environment, the configured value, the default of the environment, the default.
    """
    names = sorted(set(environments))
    settings: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
    for policy in policies:
        given = configured.get(policy.id, {})
        settings.setdefault(policy.pack, {})[policy.name.replace("-", "_")] = {
            environment: {parameter.name: _value(parameter, environment, given) for parameter in policy.parameters}
            for environment in names
        }
    return settings


def _value(parameter: Parameter, environment: str, given: Mapping[str, Any]) -> Any:
    special = given.get("environments", {}).get(environment, {})
    for layer in (
        special,
        given,
        {parameter.name: parameter.environments[environment]} if environment in parameter.environments else {},
    ):
        if parameter.name in layer:
            return layer[parameter.name]
    return parameter.default
