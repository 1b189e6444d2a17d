"""How patient the collector is, and how much it takes from a server."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Bounds of single calls; times in seconds.

    attempts        how often a call is made, where the server or the connection fails
    throttled       how often, where the server says that there were too many requests
    first_wait      before the second attempt, where the server names no time; it doubles with each attempt
    longest_wait    before any attempt, whatever the server says in `Retry-After`
    connect, read   until there is a connection, and between two pieces of an answer
    answer          until an answer is whole
    size            bytes of one answer, after it was unpacked
    pages           of one list
    """

    attempts: int = 4
    throttled: int = 6
    first_wait: float = 0.5
    longest_wait: float = 60
    connect: float = 10
    read: float = 60
    answer: float = 180
    size: int = 64 << 20
    pages: int = 5000
