"""The Rego that goes to a server: shared modules, policies, and the one rule that answers for all of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import NamedTuple

from erpguard.digests import sha256
from erpguard.errors import PackError
from erpguard.model import Policy

AGGREGATE = """\
# METADATA
# title: Scan
# description: What the policies of `input.policies` (id -> pack and name) object to, in one answer.
package erpguard.lib.scan

# METADATA
# description: Policy id -> violations. A policy that is not loaded is left out.
violations[id] := data.erpguard[name[0]][name[1]].deny if some id, name in input.policies
"""
"""The names are bound before the packages are looked up, so that only the policies asked for are evaluated."""

RULE = "erpguard/lib/scan"
_PACKAGE = re.compile(r"^package\s+(\S+)", re.MULTILINE)
_POLICY_PACKAGE = re.compile(r"erpguard\.(?!lib\.)\w+\.\w+")


class Module(NamedTuple):
    """One file of Rego; `policy` is the id of the policy that it holds, if any."""

    file: str
    package: str
    text: str
    policy: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of the text."""
        return sha256(self.text.encode())

    @property
    def id(self) -> str:
        """Its name on a server: another text is another name."""
        return f"erpguard/{self.digest[:16]}/{self.file}"


_SCAN = Module("lib/scan.rego", "erpguard.lib.scan", AGGREGATE)


def read(folder: str, shared: Iterable[str], policies: Iterable[Policy]) -> list[Module]:
    """The modules in the order in which a server takes them: what is imported first.

    PackError for a policy whose package is not `erpguard.<pack>.<policy>`.
    """
    found = [_module(folder, file) for file in shared]
    found.append(_SCAN)
    for policy in policies:
        if not _POLICY_PACKAGE.fullmatch(policy.package):
            raise PackError(f"{policy.file}: the package {policy.package} is not erpguard.<pack>.<policy>")
        found.append(_module(folder, policy.file)._replace(policy=policy.id))
    return found


def _module(folder: str, file: str) -> Module:
    with open(os.path.join(folder, file), encoding="utf-8", newline="") as opened:
        text = opened.read()
    package = _PACKAGE.search(text)
    if package is None:
        raise PackError(f"{file}: there is no package in it")
    return Module(file, package[1], text)


def every(folder: str) -> list[Module]:
    """All modules of a folder of packs, tests left out, and the aggregating rule; sorted by file.

    PackError for a file that would stand in the place of another.
    """
    found = [_SCAN]
    for pack in sorted(os.listdir(folder)):
        where = os.path.join(folder, pack)
        for name in sorted(os.listdir(where)) if os.path.isdir(where) else ():
            if name.endswith(".rego") and not name.endswith("_test.rego"):
                found.append(_module(folder, f"{pack}/{name}"))
    if any(one.file == _SCAN.file for one in found[1:]):
        raise PackError(f"{_SCAN.file}: erpguard has a module of this name: give it another one")
    return sorted(found)


def revision(modules: Iterable[Module]) -> str:
    """What a bundle of these modules is called: it changes with every byte and every name."""
    return sha256("".join(f"{module.digest} {module.file}\n" for module in sorted(modules)).encode())
