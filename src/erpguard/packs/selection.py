"""Which policies a scan judges by, and with which parameters."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from erpguard.errors import UsageError
from erpguard.model import Parameter, Policy
from erpguard.packs.library import COMPARISONS, Library, load

Names = Sequence[str]


class Wanted(NamedTuple):
    """What `--pack` and `packs:` name: packs, and folders of own packs, which have a slash or are `.` or `..`."""

    names: tuple[str, ...]
    folders: tuple[str, ...]

    @classmethod
    def of(cls, given: Iterable[str], base: str = "") -> Wanted:
        """Names and folders apart; the latter relative to `base`."""
        given = list(given)
        folders = [one for one in given if is_folder(one)]
        names = tuple(one for one in given if one not in folders)
        return cls(names, tuple(os.path.join(base, one) for one in folders))


def is_folder(pack: str) -> bool:
    """Whether what is given as a pack is a folder of own ones."""
    return "/" in pack or os.sep in pack or pack in (".", "..")


def wanted(
    given: Iterable[str], configured: Iterable[str] = (), base: str = "", plugins: Iterable[str] = ()
) -> tuple[Library, list[str]]:
    """The packs that ship and the own ones that are named, and the names of the packs to judge by; empty for all.

    Folders and plugins add, names narrow: beside names, the packs of plugins and of the folders that are given with
    them are meant too. What is given wins over what is configured. Raises PackError and UsageError as `load` does.
    """
    _check_list("packs", given)
    ours, theirs = Wanted.of(given), Wanted.of(configured, base)
    library = load(own=dict.fromkeys((*theirs.folders, *ours.folders)), plugins=plugins)
    for some in (ours, theirs):
        if some.names:
            return library, [*some.names, *library.names((*some.folders, *ours.folders))]
    return library, []


def _check_list(name: str, given: Iterable[str]) -> None:
    """UsageError for one text, whose letters would be names."""
    if isinstance(given, str):
        raise UsageError(f"{name} is one text: give a list, [{given!r}]")


def select(
    library: Library, packs: Names = (), chosen: Names = (), ignored: Names = (), *, comparing: bool = False
) -> dict[str, Policy]:
    """The policies of these packs (all of them by default), narrowed by ids, prefixes of ids and names.

    When `comparing`, the rules of comparisons are among them: all, unless some of them are chosen. Raises UsageError
    for a pack, id or prefix that no policy has. A deprecated policy must be chosen by its id.
    """
    for pack in packs:
        if pack not in (*library.packs, COMPARISONS):
            folder = f"; the folder is ./{pack}" if os.path.isdir(pack) else ""
            raise UsageError(f"there is no pack {pack!r}: choose from {', '.join(library.packs)}{folder}")
    _check_list("select", chosen)
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
    return _is_prefix(pattern, policy.id) or pattern == policy.name or pattern in policy.aliases


def _is_prefix(pattern: str, id_: str) -> bool:
    """Whether an id begins so; one of a foreign package, `main.deny_root`, only with whole names: `main`."""
    if "." in id_:
        return id_ == pattern or id_.startswith(f"{pattern}.")
    return id_.upper().startswith(pattern.upper())


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
