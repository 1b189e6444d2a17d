"""What the LimitRanges of a namespace set for containers that say nothing.

The rules are those of `SetDefaults_LimitRangeItem` in `pkg/apis/core/v1/defaults.go`: a maximum is also the default
limit, a default limit also the default request, and then a minimum. Which of several LimitRanges is applied first is
not defined (kubernetes.io/docs/concepts/policy/limit-range/), so where they differ the amount is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.values.amounts import HIDDEN, NOTHING, Amount, Amounts, read
from erpguard.analysis.values.selectors import hidden_below
from erpguard.analysis.workloads.namespaces import pods_near
from erpguard.model import Path, Resource

LIMIT_RANGE = "core/LimitRange"
_KEYS = ("default", "defaultRequest", "max", "min")


class Defaults(NamedTuple):
    """The limits and requests of a container that sets none."""

    limits: Amounts = NOTHING
    requests: Amounts = NOTHING


NO_DEFAULTS = Defaults()
_UNKNOWN = Defaults(Amounts(hidden=True), Amounts(hidden=True))


def defaults_for(analyses: Analyses, workload: Resource) -> Defaults:
    """The defaults for the containers of a workload, from all LimitRanges that belong to it."""
    of: dict[str, list[Defaults]] = analyses.once("limit_ranges.defaults", _by_workload)
    found = of.get(workload.key)
    if not found:
        return NO_DEFAULTS
    return Defaults(_merged([one.limits for one in found]), _merged([one.requests for one in found]))


def _by_workload(analyses: Analyses) -> dict[str, list[Defaults]]:
    found: dict[str, list[Defaults]] = {}
    for limit_range in analyses.estate.of_type(LIMIT_RANGE):
        defaults = _defaults(limit_range)
        for pod, near in pods_near(analyses, limit_range):
            found.setdefault(pod.resource.key, []).append(defaults if near else _doubtful(defaults))
    return found


def items(limit_range: Resource) -> list[tuple[Path, dict[str, Any], bool | None]]:
    """(path, item, whether it is about containers or None where that is not known) of every item of a LimitRange."""
    found: list[tuple[Path, dict[str, Any], bool | None]] = []
    for index, item in enumerate((limit_range.body.get("spec") or {}).get("limits") or ()):
        path: Path = ("spec", "limits", index)
        known = limit_range.is_known((*path, "type"))
        found.append((path, item, item.get("type") == "Container" if known else None))
    if () in hidden_below(limit_range, ("spec", "limits")):
        found.append((("spec", "limits"), {}, None))
    return found


def _defaults(limit_range: Resource) -> Defaults:
    """The defaults of one LimitRange: where two of its items name one resource, the last one holds."""
    limits: dict[str, Amount] = {}
    requests: dict[str, Amount] = {}
    for path, item, is_container in items(limit_range):
        if is_container is None:
            return _UNKNOWN
        if not is_container:
            continue
        given = {key: read(limit_range, (*path, key), item.get(key)) for key in _KEYS}
        if any(amounts.hidden for amounts in given.values()):
            return _UNKNOWN
        default = {**given["max"].amounts, **given["default"].amounts}
        limits.update(default)
        requests.update({**given["min"].amounts, **default, **given["defaultRequest"].amounts})
    return Defaults(Amounts(limits), Amounts(requests))


def _doubtful(defaults: Defaults) -> Defaults:
    """The defaults of a LimitRange that may or may not belong to the workload."""
    both = (defaults.limits, defaults.requests)
    return Defaults(*(Amounts(dict.fromkeys(one.amounts, HIDDEN), one.hidden) for one in both))


def _merged(several: Sequence[Amounts]) -> Amounts:
    """What several LimitRanges set together: known where all that speak of a resource agree."""
    merged: dict[str, Amount] = {}
    for amounts in several:
        for name, amount in amounts.amounts.items():
            merged[name] = amount if merged.get(name, amount) == amount else HIDDEN
    if len(several) > 1 and any(amounts.hidden for amounts in several):
        merged = dict.fromkeys(merged, HIDDEN)  # one that is not known may set anything, and come first
    return Amounts(merged, any(amounts.hidden for amounts in several))
