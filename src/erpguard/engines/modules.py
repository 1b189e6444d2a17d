"""The files of packs as engines compile them: shared modules and policies, each in its place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from erpguard.digests import sha256
from erpguard.errors import PackError
from erpguard.model import Part, Policy

_PACKAGE = re.compile(r"\s*(?:#.*\n\s*)*package\s+(\S+)")
"""At the start of a module, after comments: what looks like one in a text further down is none."""

_POLICY_PACKAGE = re.compile(r"erpguard\.(?!lib\.)\w+\.\w+")
_SHARED_PACKAGE = re.compile(r"erpguard\.lib(\.\w+)+")
_NAMED = re.compile(r"\bdata\.(erpguard\.\w+\.\w+)")
_RESERVED = "erpguard.lib.scan"
"""The package of what a server answers a scan by."""


class Module(NamedTuple):
    """One file of Rego.

    policy  the id of the policy that it holds; empty for shared ones
    folder  what messages show before the file; empty for what ships
    """

    file: str
    package: str
    text: str
    policy: str = ""
    folder: str = ""

    @property
    def shown(self) -> str:
        """The file in messages."""
        return f"{self.folder}{self.file}"

    @property
    def digest(self) -> str:
        """The SHA-256 of the text."""
        return sha256(self.text.encode())


def read(parts: Sequence[Part], policies: Sequence[Policy]) -> list[Module]:
    """The modules of folders of packs in the order in which engines take them: what is imported first.

    Of own packs these are the modules of the policies, and of those that they name.
    PackError for a package that is not `erpguard.<pack>.<policy>` or `erpguard.lib.<name>`, or that is there twice.
    """
    shared = [_module(part, file) for part in parts for file in part.modules]
    own = [module for part in parts for module in _named(part, [one for one in policies if one.id in part.policies])]
    return _checked([*shared, *own])


def _named(part: Part, policies: Iterable[Policy]) -> list[Module]:
    """The modules of policies of a part, and in an own one those of the policies that they name."""
    others = {} if part.is_shipped else {policy.package: policy for policy in part.policies.values()}
    found: dict[str, Module] = {}
    waiting = list(policies)
    for policy in waiting:
        if policy.id not in found:
            found[policy.id] = module = _policy(part, policy)
            waiting += [others[name] for name in _NAMED.findall(module.text) if name in others]
    return list(found.values())


def _module(part: Part, file: str) -> Module:
    with open(os.path.join(part.folder, file), encoding="utf-8-sig", newline="") as opened:
        text = opened.read()
    package = _PACKAGE.match(text)
    if package is None:
        raise PackError(f"{part.shown}{file}: there is no package in it")
    return Module(file, package[1], text, folder=part.shown)


def _policy(part: Part, policy: Policy) -> Module:
    module = _module(part, policy.file)
    if module.package != policy.package:
        raise PackError(f"{module.shown}: the package is {module.package}, and not {policy.package}")
    return module._replace(policy=policy.id)


def _checked(modules: list[Module]) -> list[Module]:
    """The modules, if they keep to their place on a server, which may hold others, and rules for itself."""
    for module in modules:
        check_package(module.file, module.package, module.shown)
    check_twins(modules, [module.package for module in modules], "two modules have its package")
    return modules


def check_package(file: str, package: str, shown: str = "") -> None:
    """PackError for a package that a module of this name must not have."""
    kind, pattern = "<pack>.<policy>", _POLICY_PACKAGE
    if file.startswith("lib/"):
        kind, pattern = "lib.<name>", _SHARED_PACKAGE
    if not pattern.fullmatch(package) or package == _RESERVED:
        raise PackError(f"{shown or file}: the package {package} is not erpguard.{kind}")


def check_twins(modules: Sequence[Module], names: Sequence[str], text: str) -> None:
    """PackError, with this text, where one of the names, each that of a module, is there twice."""
    seen: set[str] = set()
    for module, name in zip(modules, names, strict=True):
        if name in seen:
            raise PackError(f"{module.shown}: {text}: give one of them another")
        seen.add(name)
