"""The Rego that goes to a server: that of the packs, and the one rule that answers for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from erpguard.digests import sha256
from erpguard.engines import modules
from erpguard.engines.modules import Module, check_twins
from erpguard.engines.opa_server.joining import joined
from erpguard.engines.opa_server.uploads import Upload
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


def uploads(parts: Sequence[Part], policies: Iterable[Policy]) -> list[Upload]:
    """What these policies need on a server: what is imported first, then the shortest, for each costs all before it.

    The packs that ship are one module each, whichever policies of them judge. PackError as `modules.read`.
    """
    wanted = list(policies)
    shipped = {policy.id: policy for part in parts if part.is_shipped for policy in part.policies.values()}
    packs = {policy.pack for policy in wanted if policy.id in shipped}
    whole = [policy for policy in shipped.values() if policy.pack in packs]
    alone, together = [_SCAN], defaultdict(list)
    for module in modules.read(parts, [*(policy for policy in wanted if policy.id not in shipped), *whole]):
        if module.policy in shipped:
            together[shipped[module.policy].pack].append(module)
        else:
            alone.append(module)
    made = [*map(Upload.of, alone), *(joined(pack, sorted(found)) for pack, found in together.items())]
    return sorted(made, key=lambda one: (bool(one.policies), len(one.text) if one.policies else 0))


def every(parts: Sequence[Part]) -> list[Module]:
    """All modules of folders of packs, and the aggregating rule; sorted by file.

    PackError as for `uploads`, and for a file that would stand in the place of another.
    """
    found = [_SCAN, *modules.read(parts, [policy for part in parts for policy in part.policies.values()])]
    check_twins(found, [module.file for module in found], "two modules have this name")
    return sorted(found)


def revision(modules: Iterable[Module]) -> str:
    """What a bundle of these modules is called: it changes with every byte and every name."""
    return sha256("".join(f"{module.digest} {module.file}\n" for module in sorted(modules)).encode())
