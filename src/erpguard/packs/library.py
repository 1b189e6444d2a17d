"""Finds the packs: those that ship, and own ones.

A policy is `<folder>/<pack>/<policy_name>.rego`. A wheel carries `index.json`, the same metadata read beforehand.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from erpguard.errors import PackError
from erpguard.model import Part, Policy
from erpguard.packs.files import files
from erpguard.packs.metadata import LIBRARY, Misfit, add_controls, is_module, make_index, make_policy, read_policy
from erpguard.shipped import shipped

INDEX = "index.json"
COMPARISONS = "drift"


class Library(NamedTuple):
    """The packs of some folders: what ships with erpguard first, then own ones."""

    parts: tuple[Part, ...]
    policies: Mapping[str, Policy]

    @classmethod
    def of(cls, *parts: Part) -> Library:
        """The library of some parts, all its policies by id."""
        found = {id_: policy for part in parts for id_, policy in part.policies.items()}
        return cls(parts, dict(sorted(found.items())))

    def joined(self, others: Mapping[str, Policy]) -> Library:
        """The library with policies of others, which are in no folder of it; PackError for an id that both have."""
        for name, policy in others.items():
            if name in self.policies:
                raise PackError(f"{policy.file}: the id {name} is used already by {self.policies[name].file}")
        return self._replace(policies=dict(sorted({**self.policies, **others}.items())))

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

    def names(self, folders: Iterable[str]) -> list[str]:
        """The packs that some folders of own packs hold, and those of plugins."""
        named = {*folders, ""}
        return sorted({one.pack for part in self.parts if part.folder in named for one in part.policies.values()})

    def own_digests(self) -> list[str]:
        """What own packs consist of: the name and the SHA-256 of each file."""
        from erpguard.digests import sha256

        return [
            f"{part.shown}{name} {sha256(_bytes(os.path.join(part.folder, name)))}"
            for part in self.parts
            if part.folder and not part.is_shipped
            for name in files(part.folder)
        ]

    def examples(self, policy: Policy) -> str:
        """The file of a policy's examples; empty if there is none."""
        for part in self.parts:
            path = os.path.join(part.folder, policy.file.removesuffix(".rego") + ".yaml")
            if policy.id in part.policies and os.path.isfile(path):
                return path
        return ""


def load(folder: str | None = None, own: Iterable[str] = (), plugins: Iterable[str] = ()) -> Library:
    """All policies of a folder (by default the ones that ship with erpguard), of folders of own packs, and of plugins.

    Raises PackError where metadata is missing or wrong, an id or the name of a pack is used twice, a control names no
    policy, an own folder holds no policy or one that would be silent, or a plugin cannot be loaded; UsageError for a
    plugin that is not installed.
    """
    parts, policies = list[Part](), dict[str, Policy]()
    for given in (folder or shipped("policies"), *own):
        part = _own_part(given, parts, policies) if parts else _part(given, "", policies)
        # Its controls may be about policies of the others.
        parts = [one._replace(policies={id_: policies[id_] for id_ in one.policies}) for one in (*parts, part)]
    if plugins:
        from erpguard.packs.plugins import load_plugins

        for part in load_plugins(plugins):
            _check_names(part, parts)
            parts.append(part)
    return Library.of(*parts)


def _part(folder: str, shown: str, known: dict[str, Policy]) -> Part:
    """A folder of packs, beside policies that are known: its own ones are added, with all controls that they check."""
    path = os.path.join(folder, INDEX)
    is_packaged = not shown and os.path.isfile(path)
    index = _read_index(path) if is_packaged else make_index(folder)
    make = read_policy if is_packaged else make_policy  # packaging has checked what it wrote
    policies: dict[str, Policy] = {}
    for entry in index["policies"]:
        file, policy = entry["file"], make(entry["file"], entry["metadata"], shown)
        if policy.id in policies:
            raise Misfit(file, f"the id {policy.id} is used already by {policies[policy.id].file}", "id")
        policies[policy.id] = policy
    known |= policies
    add_controls(index["controls"], known)
    library = os.path.join(folder, LIBRARY)
    modules = sorted(filter(is_module, os.listdir(library))) if os.path.isdir(library) else []
    return Part(folder, shown, dict(sorted(policies.items())), tuple(f"{LIBRARY}/{name}" for name in modules))


def _read_index(path: str) -> dict[str, Any]:
    import json

    with open(path, encoding="utf-8") as file:
        index: dict[str, Any] = json.load(file)
    return index


def _own_part(folder: str, others: Sequence[Part], known: dict[str, Policy]) -> Part:
    """A folder of own packs, which may not stand in the way of others; errors begin with the folder as it was given."""
    from erpguard.packs import own

    named = os.path.basename(os.path.abspath(folder)) if os.path.isabs(folder) else folder
    shown = named.replace(os.sep, "/").removeprefix("./").rstrip("/") + "/"
    try:
        files(folder)
        part = _part(folder, shown, known)
        own.check(part)
        _check_names(part, others)
    except PackError as error:
        raise PackError(shown + (error.placed(folder) if isinstance(error, Misfit) else str(error))) from error
    except OSError as error:
        raise PackError(f"{error.filename or folder}: cannot be read: {error.strerror}") from error
    if not part.policies:
        raise PackError(f"{shown}: no policy in it: one is {shown}PACK/NAME.rego; `erpguard policies new` makes it")
    return part


def _bytes(path: str) -> bytes:
    with open(path, "rb") as opened:
        return opened.read()


def _check_names(part: Part, others: Sequence[Part]) -> None:
    """PackError where the policies of a part stand in the way of others, or are not called as their files."""
    taken = {one.pack for other in others for one in other.policies.values()} | {COMPARISONS}
    used = {id_: f"{other.shown}{one.file}" for other in others for id_, one in other.policies.items()}
    for policy in part.policies.values():
        if policy.pack in taken:
            text = f"there is a pack named {policy.pack} already: call this one otherwise"
            raise Misfit(policy.file, text, "package")
        if policy.id in used:
            raise Misfit(policy.file, f"the id {policy.id} is used already by {used[policy.id]}", "id")
        package = "erpguard." + os.path.splitext(policy.file)[0].replace("/", ".")
        if policy.package != package:
            raise Misfit(policy.file, f"the package has to be {package}, as the file is called", "package")
