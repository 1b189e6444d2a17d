"""Rows of a mapping, compiled: a provider's values -> an ARM body, and paths from one spelling to the other.

A row is `[ARM path, provider path, transform]`. Where several rows have the same ARM path, the first one that has a
value counts: names that changed between versions of a provider stand below each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

from erpguard.model import Path
from erpguard.normalize.azure.bodies import put
from erpguard.normalize.azure.row_sources import counts, source
from erpguard.normalize.azure.templates import EACH, Template, fetch, filled, is_open, match

_NO_KEYS: dict[str, Any] = {}


class Row(NamedTuple):
    """One correspondence. `change` takes the value of the only source, or the list of all of them.

    moves  the value stays as it is, so that paths below it have counterparts too
    link   the value is the id of another resource (`one`), or a list of ids (`many`)
    shared another row has the same target
    when   the row counts only where these attributes have one of these values (None: are absent)
    named  the value is the name of a resource of this ARM type, to be replaced by its id
    is_block
           it only counts that there is a block, whatever is in it
    hides  the attribute tells that ARM has a value there, which a plan does not show
    """

    target: Template
    sources: tuple[Template, ...]
    change: Callable[[Any], Any] | None
    moves: bool
    link: str
    shared: bool
    when: tuple[tuple[Template, tuple[Any, ...]], ...] = ()
    named: str = ""
    is_block: bool = False
    hides: bool = False


class Block:
    """The rows within one list of a provider; the outermost block is the resource itself.

    source  the path of the list, from the enclosing item
    lists   the ARM lists that its items go to
    """

    def __init__(self, source: Template = ()) -> None:
        self.source = source
        self.lists: set[Template] = set()
        self.rows: list[tuple[Any, Row]] = []
        self.blocks: list[Block] = []
        self.rows_by_key: dict[Any, list[tuple[Row, Template]]] = {}
        self.blocks_by_key: dict[Any, list[Block]] = {}

    def add(self, row: Row, sources: tuple[Template, ...], depth: int = 0) -> None:
        """Put a row where its list is; `sources` are the paths from this block on."""
        cut = min((steps.index(EACH) if EACH in steps else -1) for steps in sources)
        head = sources[0][:cut]
        if cut >= 0 and all(steps[: cut + 1] == (*head, EACH) for steps in sources):
            inner = next((block for block in self.blocks if block.source == head), None)
            if inner is None:
                inner = Block(head)
                self.blocks.append(inner)
                self.blocks_by_key.setdefault(head[0] if head else None, []).append(inner)
            inner.lists.add(_upto_list(row.target, depth))
            when = tuple((steps[cut + 1 :], values) for steps, values in row.when if steps[: cut + 1] == (*head, EACH))
            inner.add(row._replace(when=when), tuple(steps[cut + 1 :] for steps in sources), depth + 1)
            return
        own = row._replace(sources=sources)
        # Most attributes of most resources are not set: the key tells at once.
        self.rows.append((sources[0][0] if len(sources) == 1 and sources[0] else None, own))
        for steps in (*sources, *(steps for steps, _ in row.when)):
            self.rows_by_key.setdefault(steps[0] if steps else None, []).append((own, steps))


def _upto_list(target: Template, depth: int) -> Template:
    """The part of a target before its open place number `depth` (from 0)."""
    places = [index for index, step in enumerate(target) if is_open(step)]
    return target[: places[depth]] if depth < len(places) else target


class Rows:
    """The compiled rows of one ARM type of a mapping.

    named   those whose value is a name, where ARM has an id
    hiding  those that only tell that there is a value
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self.named = tuple(row for row in self.rows if row.named)
        self.hiding = tuple(row for row in self.rows if row.hides)
        self._root = Block()
        for row in self.rows:
            self._root.add(row, row.sources)

    def body(self, values: dict[str, Any]) -> dict[str, Any]:
        """The ARM body of a provider's values."""
        made: dict[str, Any] = {}
        _run(self._root, values, (), made)
        return made

    def targets(self, path: Path) -> list[tuple[Path, Row | None]]:
        """The ARM paths that rest on a path of the provider, each with its row (None: a whole list)."""
        return list(_targets(self._root, path, ()))

    def links(self, path: Path) -> str | None:
        """Whether a path of the provider holds an id (`one`), a list of ids (`many`), or neither (empty)."""
        for row in self.rows:
            if not row.link:
                continue
            done, at, _ = match(row.sources[0], path)
            rest = row.sources[0][done:]
            if at == len(path) and rest in ((), (EACH,)):
                return "many" if rest else row.link
            if not rest and row.link == "many" and at == len(path) - 1 and isinstance(path[-1], int):
                return "one"
        return ""

    def source(self, path: Path, values: dict[str, Any]) -> Path:
        """The provider's path of an ARM path: its own, that of what it holds, or that of the nearest thing above it."""
        return source(self.rows, path, values)


def _run(block: Block, item: Any, indexes: tuple[int, ...], made: dict[str, Any]) -> None:
    keys = item if isinstance(item, dict) else _NO_KEYS
    for key, row in block.rows:
        if key is not None and key not in keys:
            continue
        value = _value(row, item)
        if value is None:
            continue
        target = filled(row.target, indexes) if indexes else row.target
        if not row.shared or fetch(made, target) is None:
            # What is handed on belongs to the body from here on, and is changed there.
            put(made, target, deepcopy(value) if type(value) in (dict, list) else value)
    for inner in block.blocks:
        items = fetch(item, inner.source)
        if isinstance(items, dict):
            items = [items]  # the bridge flattened a list of one
        for index, one in enumerate(items if isinstance(items, list) else ()):
            for target in inner.lists:
                ensure(made, (*filled(target, indexes), index))
            if one is not None:
                _run(inner, one, (*indexes, index), made)


def _value(row: Row, item: Any) -> Any:
    """What a row gives for an item; None where it gives nothing."""
    value: Any
    if len(row.sources) == 1:
        value = fetch(item, row.sources[0])
        if value is None:
            return None
    else:
        value = [fetch(item, steps) for steps in row.sources]
        if all(one is None for one in value):
            return None
    if row.hides or (row.when and not counts(row, item)):
        return None
    return value if row.change is None else row.change(value)


def ensure(body: dict[str, Any], path: Path) -> None:
    """Make the list items on a path, so that what is not known has a place."""
    places = [index for index, step in enumerate(path) if isinstance(step, int)]
    if places and fetch(body, path[: places[-1] + 1]) is None:
        put(body, path[: places[-1] + 1], {})


def _targets(block: Block, path: Path, indexes: tuple[int, ...]) -> Iterator[tuple[Path, Row | None]]:
    for row, steps in block.rows_by_key.get(path[0], ()):
        yield from _target(row, steps, path, indexes)
    for row, steps in block.rows_by_key.get(None, ()):
        yield from _target(row, steps, path, indexes)
    for inner in block.blocks_by_key.get(path[0], ()):
        done, at, _ = match(inner.source, path)
        if at == len(path):
            yield from ((filled(target, indexes), None) for target in sorted(inner.lists, key=str))
        elif done == len(inner.source):
            step = path[at]
            index, rest = (step, path[at + 1 :]) if isinstance(step, int) else (0, path[at:])
            if rest:
                yield from _targets(inner, rest, (*indexes, index))
            else:
                yield from (((*filled(target, indexes), index), None) for target in sorted(inner.lists, key=str))


def _target(row: Row, steps: Template, path: Path, indexes: tuple[int, ...]) -> Iterator[tuple[Path, Row]]:
    done, at, _ = match(steps, path)
    if at == len(path):
        yield filled(row.target, indexes), row
    elif done == len(steps) and not row.is_block:
        yield (*filled(row.target, indexes), *(path[at:] if row.moves else ())), row
