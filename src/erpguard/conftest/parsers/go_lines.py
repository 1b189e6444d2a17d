"""Lines as conftest reads them with a `bufio.Scanner` (pkg.go.dev/bufio#Scanner): none may be too long."""

from __future__ import annotations

from erpguard.conftest.parsers.parsed import NotParsedError

LONGEST = 2**16


def check_length(number: int, line: str) -> None:
    """NotParsedError for a line that does not fit."""
    if len(line) * 4 >= LONGEST and len(line.encode()) >= LONGEST:
        raise NotParsedError(number, f"a line of {LONGEST // 1024} KiB or more")
