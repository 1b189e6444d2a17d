"""Everything that a scan reads, by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from erpguard.estate import ALL_TYPES
from erpguard.request import Progress, Request
from erpguard.sides import Side, sides
from erpguard.sides.made import leave_out_made
from erpguard.sources import Collected, Input, source
from erpguard.sources.discovery import Discovered
from erpguard.sources.kubernetes_manifest import from_memory
from erpguard.sources.recognition import PULUMI, SNAPSHOT, TERRAFORM, by_source

if TYPE_CHECKING:
    from erpguard.sides.comparison import Comparison

Inputs = Mapping[str, Sequence[Input]]

_STEP = 100
"""Files that are read in the time that nobody needs to be told of."""


def collect(
    request: Request, found: Discovered, resources: Iterable[Mapping[str, Any]], progress: Progress | None
) -> tuple[Comparison | None, list[Side]]:
    """What is to be compared, and the sides; the first ones are those that are reported."""
    inputs: Inputs = by_source(found.inputs, request.type)
    objects = list(resources)
    if not request.compare:
        return None, _read(request, inputs, found.addresses, objects, found, progress)
    from erpguard.sides.comparison import comparison

    compared = comparison(request.compare, found, inputs, bool(objects))
    if not compared.is_apart:
        return compared, _read(request, inputs, found.addresses, objects, found, progress)
    # Each is read as if the other was not there: what two plans say of one thing must not be put together.
    base = compared.reference
    apart = {name: [one for one in given if base.takes_input(name, one)] for name, given in inputs.items()}
    rest = {name: [one for one in given if not base.takes_input(name, one)] for name, given in inputs.items()}
    there = [one for one in found.addresses if base.takes_address(one)]
    elsewhere = [one for one in found.addresses if one not in there]
    in_base = objects if base.kind == "manifests" and base.inputs is None else []
    return compared, [
        *_read(request, rest, elsewhere, [] if in_base else objects, found, progress),
        *_read(request, apart, there, in_base, Discovered(), progress, is_base=compared.is_versions),
    ]


def _told(inputs: Sequence[Input], progress: Progress | None) -> Iterator[Input]:
    """The inputs; how many were taken is told now and then."""
    for number, given in enumerate(inputs):
        if progress and number and number % _STEP == 0:
            progress("reading", number, len(inputs))
        yield given


def _read(
    request: Request,
    inputs: Inputs,
    addresses: Sequence[str],
    objects: Sequence[Mapping[str, Any]],
    found: Discovered,
    progress: Progress | None,
    *,
    is_base: bool = False,
) -> list[Side]:
    settings = {
        **request.settings.estate,
        "accept_gaps": request.settings.accept_gaps,
        "root": request.root,
        "source_dir": request.source_dir,
    }
    declared, live = Collected(), Collected()
    plans: list[Any] = []
    if all(inputs.get(name) for name in (PULUMI, TERRAFORM)):
        settings["plans"] = plans  # a setting in a plan of the one may belong to a resource in one of the other
    for name, given in inputs.items():
        if given:
            (live if name == SNAPSHOT else declared).merge(source(name).collect(_told(given, progress), settings))
    if plans:
        from erpguard.sources.azure_resources import add_settled

        add_settled(plans, declared)
    declared.merge(from_memory(objects, settings))
    leave_out_made(declared)
    if addresses:
        from erpguard.collection import read_live

        read_live(addresses, request.live, settings, live, progress)
    declared.problems += found.problems
    if any(problem.level == "error" for problem in found.problems):
        for collected in (declared, live):
            collected.open_types.add(ALL_TYPES)  # what could not be followed may hold anything
    return sides(declared, live, is_base=is_base)
