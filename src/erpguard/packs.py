"""Policy packs: finds the policies, reads their METADATA, resolves selections and parameters.

A policy is `<folder>/<pack>/<policy_name>.rego` with an OPA METADATA block at package scope
(openpolicyagent.org/docs/policy-language/#metadata). A wheel carries `index.json`, the same metadata read beforehand.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from erpguard.errors import PackError, UsageError
from erpguard.model import Control, Framework, Parameter, Policy, Reference, Severity
from erpguard.model.kinds import GROUPS
from erpguard.shipped import shipped

INDEX = "index.json"
LIBRARY = "lib"
COMPARISONS = "drift"
CONTROLS = "controls"
Names = Sequence[str]
_ID = re.compile(r"[A-Z]+[0-9]{3}")
_PACKAGE = re.compile(r"^package\s+(\S+)", re.MULTILINE)


class Library(NamedTuple):
    """The packs of one folder: its policies by id, and the shared Rego modules that they import."""

    folder: str
    policies: Mapping[str, Policy]
    modules: tuple[str, ...]

    @property
    def comparisons(self) -> Mapping[str, Policy]:
        """The rules of comparisons by id."""
        from erpguard.drift.rules import RULES

        return RULES

    @property
    def rules(self) -> Mapping[str, Policy]:
        """The policies, and the rules of comparisons, by id."""
        return {**self.policies, **self.comparisons}

    @property
    def packs(self) -> tuple[str, ...]:
        """The names of the packs, sorted."""
        return tuple(sorted({policy.pack for policy in self.policies.values()}))


def load(folder: str | None = None) -> Library:
    """All policies of a folder (by default the ones that ship with erpguard).

    Raises PackError where metadata is missing or wrong, an id is used twice, or a control names no policy.
    """
    folder = folder or shipped("policies")
    path = os.path.join(folder, INDEX)
    index = _read_index(path) if os.path.isfile(path) else make_index(folder)
    policies: dict[str, Policy] = {}
    for entry in index["policies"]:
        file, policy = entry["file"], make_policy(entry["file"], entry["metadata"])
        if policy.id in policies:
            raise PackError(f"{file}: the id {policy.id} is used already by {policies[policy.id].file}")
        policies[policy.id] = policy
    _add_controls(index["controls"], policies)
    library = os.path.join(folder, LIBRARY)
    modules = sorted(name for name in os.listdir(library) if _is_module(name)) if os.path.isdir(library) else []
    return Library(folder, dict(sorted(policies.items())), tuple(f"{LIBRARY}/{name}" for name in modules))


def _is_module(name: str) -> bool:
    return name.endswith(".rego") and not name.endswith("_test.rego")


def _read_index(path: str) -> dict[str, Any]:
    import json

    with open(path, encoding="utf-8") as file:
        index: dict[str, Any] = json.load(file)
    return index


def make_index(folder: str) -> dict[str, Any]:
    """What a wheel carries as `index.json`: the METADATA of the policies and the frameworks, by file."""
    policies = [{"file": file, "metadata": metadata} for file, metadata in read_entries(folder)]
    controls = [{"file": file, "framework": framework} for file, framework in _read_frameworks(folder)]
    return {"policies": policies, "controls": controls}


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


def _read_frameworks(folder: str) -> Iterator[tuple[str, Any]]:
    """(file relative to the folder, content) of every `controls/<framework>.yaml`, sorted by file."""
    where = os.path.join(folder, CONTROLS)
    for name in sorted(os.listdir(where)) if os.path.isdir(where) else ():
        if name.endswith(".yaml"):
            import yaml

            file = f"{CONTROLS}/{name}"
            with open(os.path.join(where, name), encoding="utf-8") as opened:
                try:
                    yield file, yaml.load(opened, Loader=yaml.CSafeLoader)
                except yaml.YAMLError as error:
                    raise PackError(f"{file}: not valid YAML: {error}") from error


def _add_controls(entries: Iterable[Mapping[str, Any]], policies: dict[str, Policy]) -> None:
    """Tell the policies which controls they check; PackError for an id that is used twice or that no policy has."""
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        file, given = entry["file"], entry["framework"]
        try:
            framework = Framework(
                given["id"], given["name"], given["version"], given["url"], given.get("organization", "")
            )
            found = [(Control(one["id"], one["title"], framework), one["policies"]) for one in given["controls"]]
        except (AttributeError, KeyError, TypeError) as error:
            raise PackError(f"{file}: missing or wrong: {error}") from error
        for control, names in found:
            if (framework.id, control.id) in seen:
                raise PackError(f"{file}: the control {control.id} of {framework.id} is there twice")
            seen.add((framework.id, control.id))
            for name in names:
                if name not in policies:
                    raise PackError(f"{file}: control {control.id}: there is no policy {name}")
                policies[name] = policies[name]._replace(controls=(*policies[name].controls, control))


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
            fix=_scalars(custom.get("fix", {})),
            only_if=custom.get("only_if", ""),
        )
    except KeyError as error:
        raise PackError(f"{file}: METADATA has no {error.args[0]}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise PackError(f"{file}: METADATA: {error}") from error
    if not isinstance(policy.id, str) or not _ID.fullmatch(policy.id):
        raise PackError(f"{file}: the id {policy.id!r} is not letters and three digits")
    return policy


def _scalars(given: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in given.items():
        if not isinstance(value, (bool, int, str)):
            raise ValueError(f"the fix of {key} is no scalar")
    return dict(given)


def _types(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(type_ for name in names for type_ in GROUPS.get(name, (name,)))


def _parameter(name: str, given: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name, given.get("description", ""), given["schema"], given["default"], given.get("environments", {})
    )


def select(
    library: Library, packs: Names = (), chosen: Names = (), ignored: Names = (), *, comparing: bool = False
) -> dict[str, Policy]:
    """The policies of these packs (all of them by default), narrowed by ids, prefixes of ids and names.

    When `comparing`, the rules of comparisons are among them: all, unless some of them are chosen. Raises UsageError
    for a pack, id or prefix that no policy has. A deprecated policy must be chosen by its id.
    """
    for pack in packs:
        if pack not in (*library.packs, COMPARISONS):
            raise UsageError(f"there is no pack {pack!r}: choose from {', '.join(library.packs)}")
    for pattern in (*chosen, *ignored):
        if not any(matches(policy, pattern) for policy in library.rules.values()):
            raise UsageError(f"no policy matches {pattern!r}: `erpguard policies list` shows them all")

    def is_meant(policy: Policy) -> bool:
        if chosen and not any(matches(policy, pattern) for pattern in chosen):
            return False
        is_wanted = not policy.deprecated or policy.id in map(str.upper, chosen)
        return is_wanted and (not packs or policy.pack in packs) and not is_ignored(policy)

    def is_ignored(policy: Policy) -> bool:
        return any(matches(policy, pattern) for pattern in ignored)

    selected = {policy.id: policy for policy in library.policies.values() if is_meant(policy)}
    rules = library.comparisons if comparing or (not selected and (chosen or packs)) else {}
    meant = {rule.id: rule for rule in rules.values() if is_meant(rule)}
    if comparing:
        return selected | (meant or {rule.id: rule for rule in rules.values() if not is_ignored(rule)})
    if meant:
        raise UsageError(f"{', '.join(meant)}: what compares two sources needs `--compare A,B`")
    return selected


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
