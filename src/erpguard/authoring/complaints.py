"""What is wrong with a file of a pack: where, what, and what to do."""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["error", "note"]


class Complaint(NamedTuple):
    """One thing that is wrong, or with level *note* one that cannot be told.

    `file` is relative to the folder of packs, `line` and `column` count from 1 (a column of 0 is not known), `code` is
    a stable word for machines. `message` says what is wrong and what to do.
    """

    file: str
    line: int
    code: str
    message: str
    level: Level = "error"
    column: int = 0
