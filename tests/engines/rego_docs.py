"""The table of builtins in docs/rego.md: `python -m tests.engines.rego_docs` writes it anew."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from erpguard.engines.builtins import ADDED
from erpguard.engines.syntax.known import DEPRECATED, DIFFERENT, MISSING, NATIVE, REFUSED, VARYING

PAGE = Path(__file__).parent.parent.parent / "docs" / "rego.md"
_REFUSALS = "| Builtin | Refuses |\n|---|---|\n"
_HEAD = "| How | Builtins |\n|---|---|\n"


def loud() -> frozenset[str]:
    """The builtins that the page says refuse some arguments."""
    _, _, table = PAGE.read_text(encoding="utf-8").partition(_REFUSALS)
    rows = table.partition("\n\n")[0].splitlines()
    return frozenset(name for row in rows for name in re.findall(r"`([\w.]+)`", row.split("|")[1]))


def with_table(page: str) -> str:
    """The page with its table as it has to be."""
    before, _, rest = page.partition(_HEAD)
    after = rest[rest.index("\n\n") :] if "\n\n" in rest else ""
    return before + _HEAD + "\n".join(_rows()) + after


def _rows() -> Iterable[str]:
    native = NATIVE - ADDED - VARYING.keys() - REFUSED.keys() - DIFFERENT.keys()
    yield _row("the engine's own", native)
    yield _row("added by erpguard, for modules that do not ship with it", ADDED - NATIVE)
    yield _row("the engine's own replaced by erpguard, for the same", ADDED & NATIVE)
    yield _row("refused: no network, no environment", REFUSED)
    yield _row("refused: other at every scan", VARYING)
    yield _row("refused: gone from Rego v1, and there for modules of before OPA 1.0", DEPRECATED)
    yield _row("refused: other than in OPA", DIFFERENT)
    yield _row("missing, and refused", MISSING)


def _row(how: str, names: Iterable[str]) -> str:
    return f"| {how} | {' '.join(f'`{name}`' for name in sorted(names))} |"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
