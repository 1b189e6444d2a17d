"""Writes a snapshot as it is collected: compressed, line by line, so that nothing is lost where the collection ends."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from typing import IO

from erpguard.sources.live import Gap, Item
from erpguard.sources.snapshot.lines import End, Header, end_value, header_value, record_value


def write(file: IO[bytes], header: Header, records: Iterable[Item | Gap]) -> End:
    """Write a whole snapshot to an open file, and return what its last line says."""
    # No file name and no time in the gzip header: the same records give the same bytes.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as opened:
        digest = hashlib.sha256()
        counts = [0, 0]

        def line(value: object) -> None:
            data = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"
            digest.update(data)
            opened.write(data)

        line(header_value(header))
        for record in records:
            line(record_value(record))
            counts[isinstance(record, Gap)] += 1
        end = End(counts[0], counts[1], digest.hexdigest())
        line(end_value(end))
    return end
