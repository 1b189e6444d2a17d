"""What would keep policies of an own folder silent: one that never judges looks as if all passed.

`erpguard policies check` tells more, and all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from erpguard.errors import PackError
from erpguard.model import Part, Policy
from erpguard.model.environments import canonical_environment
from erpguard.packs.files import below, files, text
from erpguard.packs.metadata import CONTROLS, LIBRARY, Misfit, elsewhere
from erpguard.packs.types import row_fields, unreachable
from erpguard.reads import body_paths, view_fields

PLACE = "policies are PACK/NAME.rego, and what they share is lib/NAME.rego"
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_POLICY = re.compile(r"^# METADATA\s*\n(?:#.*\n)*#\s+id:", re.MULTILINE)
"""METADATA of a policy, which has an id."""


def check(part: Part) -> None:
    """PackError, with the file, for a policy that nobody would read, and for a type that no resource has."""
    read = set(files(part.folder))
    for name in _misplaced(part.folder, read):
        raise PackError(f"{name}: nobody reads this module: {PLACE}{elsewhere(text(part.folder, name))}")
    for name in _mistaken(part.folder, read):
        raise PackError(f"{name}: METADATA of a policy, which is not read here: {PLACE}; NAME_test.rego holds tests")
    for policy in part.policies.values():
        for found in (*_names(policy), *_types(policy), *_reads(policy), *_parameters(policy)):
            raise Misfit(policy.file, *found)


def _misplaced(folder: str, read: set[str]) -> Iterator[str]:
    """Modules that are not among the files that are read, relative to the folder."""
    for name, suffix in sorted(below(folder)):
        if suffix == ".rego" and (name not in read or name.startswith(f"{CONTROLS}/")):
            yield name


def _mistaken(folder: str, read: set[str]) -> Iterator[str]:
    """Policies that are called as tests are, or stand among what is shared."""
    for name in sorted(read):
        is_beside = name.endswith("_test.rego") or (name.startswith(f"{LIBRARY}/") and name.endswith(".rego"))
        if is_beside and _POLICY.search(text(folder, name)):
            yield name


def _names(policy: Policy) -> Iterator[tuple[str, str]]:
    """Names that no package can have."""
    for name in policy.file.removesuffix(".rego").split("/"):
        if not _NAME.fullmatch(name):
            yield f"{name}: rename it to letters, digits and underscores", "package"


def _types(policy: Policy) -> Iterator[tuple[str, str]]:
    """Types that no resource has, or none at all, and a scope that there is not."""
    if policy.scope != "resource":
        yield f"scope: {policy.scope}: a policy judges each resource by itself: leave the scope out", "scope"
    if not policy.resource_types:
        yield "resource_types are empty: it would judge nothing", "resource_types"
    for key, types in (("resource_types", policy.resource_types), ("absence_of", policy.absence_of)):
        for type_ in types:
            reason = unreachable(type_)
            if reason:
                yield f"{type_}: {reason}", key


def _reads(policy: Policy) -> Iterator[tuple[str, str]]:
    """Body paths that are none, and fields that no row of a view has."""
    for view, fields in view_fields(policy.reads).items():
        for field in sorted(fields - row_fields(view)) if row_fields(view) else ():
            yield f"reads: the view {view} has no field {field}: docs/views.md lists them", "reads"
    try:
        body_paths(policy.reads)
    except ValueError as error:
        yield f"reads: {error}", "reads"


def _parameters(policy: Policy) -> Iterator[tuple[str, str]]:
    """Defaults of environments that no resource has, and a switch that is none of the parameters."""
    for one in policy.parameters:
        for environment in one.environments:
            wanted = canonical_environment(environment)
            if wanted != environment:
                text = f"parameters: {one.name}: no resource has the environment {environment}: write {wanted}"
                yield text, environment
    switches = [one.name for one in policy.parameters if isinstance(one.default, bool)]
    if policy.only_if and policy.only_if not in switches:
        yield f"only_if: there is no parameter {policy.only_if} that is true or false by default", "only_if"
