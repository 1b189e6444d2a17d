"""Reads a snapshot, plain or compressed, line by line. The file is not trusted: it is bounded, and checked."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from erpguard.model import Place, Problem
from erpguard.sources.json_documents import json_value
from erpguard.sources.live import Gap, Item
from erpguard.sources.snapshot.lines import End, LineError
from erpguard.sources.snapshot.lines import header as header_of
from erpguard.sources.snapshot.lines import record as record_of

_GZIP = b"\x1f\x8b"
LARGEST = 2**30
"""Bytes that a snapshot may have when it is unpacked."""

T = TypeVar("T")

_LONGEST_LINE = 2**24


class SnapshotError(Exception):
    """A snapshot cannot be read on; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Reader:
    """The records of one snapshot. `file` is what places show."""

    def __init__(self, data: bytes, file: str) -> None:
        self._file = file
        self._lines = _lines(data)
        self._digest = hashlib.sha256()
        self._number = 0
        self._values = self._read_lines()
        self.header = self._read(header_of, next(self._values, None))

    def records(self) -> Iterator[Item | Gap]:
        """The items and gaps in the order of the file. Raises SnapshotError; what was read before counts."""
        counts = [0, 0]
        for value in self._values:
            record = self._read(record_of, value)
            if isinstance(record, End):
                self._check(record, counts)
                if next(self._values, None) is not None:
                    raise self.refused("there are lines behind the last one")
                return
            counts[isinstance(record, Gap)] += 1
            yield record
        raise self.refused("it ends before its last line: the collection was cut off, take it again")

    def refused(self, message: str) -> SnapshotError:
        """The error that the current line gives rise to."""
        place = Place(self._file, max(self._number, 1), 1, max(self._number, 1), 1) if self._file else Place()
        return SnapshotError(Problem("snapshot", f"not a whole snapshot: {message}", place))

    def _read(self, read: Callable[[Any], T], value: Any) -> T:
        try:
            return read(value)
        except LineError as error:
            raise self.refused(str(error)) from error

    def _read_lines(self) -> Iterator[Any]:
        before = b""
        while True:
            try:
                line = next(self._lines, None)
            except (OSError, EOFError, zlib.error) as error:
                raise self.refused(f"the compressed data is broken ({error}): take it again") from error
            if line is None:
                return
            self._digest.update(before)
            before = line
            self._number += 1
            yield self._value(line)

    def _value(self, line: bytes) -> Any:
        if len(line) > _LONGEST_LINE:
            raise self.refused(f"a line has more than {_LONGEST_LINE // 2**20} MiB")
        try:
            value, problem = json_value(line.decode(), self._file or "a snapshot")
        except UnicodeDecodeError as error:
            raise self.refused("the line is not valid UTF-8") from error
        if problem is not None:
            raise self.refused(problem)
        return value

    def _check(self, end: End, counts: list[int]) -> None:
        if [end.items, end.gaps] != counts or end.digest != self._digest.hexdigest():
            raise self.refused("it was changed after it was taken: its lines do not give the digest of its last line")


def _lines(data: bytes) -> Iterator[bytes]:
    raw: Any = io.BytesIO(data)
    opened = gzip.GzipFile(fileobj=raw, mode="rb") if data.startswith(_GZIP) else raw
    read = 0
    while line := opened.readline(_LONGEST_LINE + 1):
        read += len(line)
        if read > LARGEST:
            raise OSError(f"more than {LARGEST // 2**20} MiB unpacked")
        yield line
