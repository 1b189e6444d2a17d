"""Snapshots of live systems: files that `erpguard collect` writes, and that are judged like the systems themselves.

A snapshot is JSON lines, compressed with gzip: a header, one line for each object and for each gap, and an end that
holds a digest of all before it. `docs/snapshots.md` describes it, `schemas/snapshot.schema.json` defines it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from erpguard.model import Problem
from erpguard.sources import Collected, Input
from erpguard.sources.input_files import read
from erpguard.sources.live import Gap, Item, remark
from erpguard.sources.live_resources import add
from erpguard.sources.snapshot.reading import Reader, SnapshotError

ANY_TYPE = "*"


class Snapshots:
    """The source for snapshots."""

    name = "snapshot"

    def collect(self, inputs: Iterable[Input], settings: Mapping[str, Any] | None = None) -> Collected:
        """The resources of the inputs; see `Source.collect`."""
        collected = Collected()
        for given in inputs:
            data = given.data if given.data is not None else read(given)
            if isinstance(data, Problem):
                _refuse(data, collected)
                continue
            try:
                reader = Reader(data, given.name)
            except SnapshotError as error:
                _refuse(error.problem, collected)
                continue
            collected.problems += map(remark, reader.header.notes)
            add(given.name, reader.header.targets, _whole(reader, collected), settings or {}, collected)
        return collected


def taken(given: Input) -> str:
    """The date of a snapshot, ISO 8601; empty for what is none."""
    data = given.data if given.data is not None else read(given)
    if isinstance(data, Problem):
        return ""
    try:
        return Reader(data, given.name).header.taken[:10]
    except SnapshotError:
        return ""


def _whole(reader: Reader, collected: Collected) -> Iterator[Item | Gap]:
    """The records as far as they can be read; what comes behind a broken line may be anything."""
    try:
        yield from reader.records()
    except SnapshotError as error:
        _refuse(error.problem, collected)


def _refuse(problem: Problem, collected: Collected) -> None:
    collected.problems.append(problem)
    collected.open_types.add(ANY_TYPE)
