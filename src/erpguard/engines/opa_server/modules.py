"""The Rego that goes to a server: that of the packs, and the one rule that answers for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from erpguard.digests import sha256
from erpguard.engines import modules
from erpguard.engines.modules import Module, check_twins
from erpguard.model import Part, Policy

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

_SCAN = Module("lib/scan.rego", "erpguard.lib.scan", AGGREGATE)


def read(parts: Sequence[Part], policies: Sequence[Policy]) -> list[Module]:
    """The modules in the order in which a server takes them: what is imported first. PackError as `modules.read`."""
    return sorted([_SCAN, *modules.read(parts, policies)], key=lambda one: bool(one.policy))


def every(parts: Sequence[Part]) -> list[Module]:
    """All modules of folders of packs, and the aggregating rule; sorted by file.

    PackError as for `read`, and for a file that would stand in the place of another.
    """
    found = read(parts, [policy for part in parts for policy in part.policies.values()])
    check_twins(found, [module.file for module in found], "two modules have this name")
    return sorted(found)


def revision(modules: Iterable[Module]) -> str:
    """What a bundle of these modules is called: it changes with every byte and every name."""
    return sha256("".join(f"{module.digest} {module.file}\n" for module in sorted(modules)).encode())
