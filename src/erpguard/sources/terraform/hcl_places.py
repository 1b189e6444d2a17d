"""Where the attributes of a resource stand in the configuration: its block, and the attribute's line within it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from json import loads
from typing import Any, NamedTuple

from erpguard.model import Path, Place, Problem, value_at
from erpguard.sources.documents import Document
from erpguard.sources.inline_ignores import InlineIgnore, find_hcl_ignores
from erpguard.sources.nodes import Span
from erpguard.sources.terraform.addresses import module_steps, parse
from erpguard.sources.terraform.configuration import Configuration, Module
from erpguard.sources.terraform.hcl_syntax import DEEPEST, Attribute, Block, Body, HclError, Reader
from erpguard.sources.terraform.hcl_syntax import parse as parse_hcl
from erpguard.sources.terraform.module_files import ModuleFiles, SourceFile
from erpguard.sources.text_positions import Positions

Values = Callable[[], Any]


class _Found(NamedTuple):
    file: SourceFile
    positions: Positions
    block: Block
    dynamic: set[Path]


class HclPlaces:
    """Finds places in the files of a project. Files are read when a place in them is asked for."""

    def __init__(self, files: ModuleFiles, configuration: Configuration) -> None:
        self._files = files
        self._configuration = configuration
        self._modules: dict[tuple[str, ...], dict[tuple[str, ...], _Found]] = {}
        self._parsed: dict[str, Body | None] = {}

    def place(self, address: str, path: Path, values: Values, line: int | None = None) -> Place | None:
        """The place of an attribute of a resource; None if its block is not in the files.

        For an attribute that is not written there, the block that would hold it. For a module that was downloaded,
        the block that calls it: its files are in no repository. `values` gives the attributes of the resource, to tell
        blocks of a set apart. `line` is one of the lines, from 0, of a text.
        """
        found, is_own = self._block(address)
        if found is None:
            return None
        region = _head(found.block)
        if is_own:
            with suppress(HclError):  # a value that is not written as it looked at first
                region = _Inside(found.file.text, values).region(found.block, path, line)
        return found.positions.place(found.file.name, *region)._replace(object_id=address)

    def dynamic(self, address: str) -> frozenset[Path] | None:
        """The kinds of blocks that `dynamic` blocks make in a resource, by the names of the blocks that lead to them.

        None if its own block is not in the files.
        """
        found, is_own = self._block(address)
        return frozenset(found.dynamic) if found is not None and is_own else None

    def ignores(self) -> list[InlineIgnore]:
        """The comments in the files of all modules that switch policies off for a line."""
        files = {
            file.name: file for module in self._paths() for file in self._files.files(module, self._source(module))
        }
        return [
            ignore for file in files.values() for ignore in find_hcl_ignores(Document(file.name, file.text, 0, None))
        ]

    def problems(self) -> list[Problem]:
        """The files that cannot be read: what they say stands where the plan has it."""
        found = []
        for module in self._paths():
            for file in self._files.files(module, self._source(module)):
                if file.name not in self._parsed and self._body(file) is None:
                    found.append(_broken(file))
        return found

    def _body(self, file: SourceFile) -> Body | None:
        """What a file holds; None where that cannot be read."""
        if file.name not in self._parsed:
            self._parsed[file.name] = None
            with suppress(HclError):
                self._parsed[file.name] = parse_hcl(file.text)
        return self._parsed[file.name]

    def _paths(self) -> Iterator[tuple[str, ...]]:
        """The modules, named by the calls that lead to them; from a caller on, for a source is relative to it."""
        waiting: list[tuple[tuple[str, ...], Module]] = [((), self._configuration.root)]
        while waiting:
            path, module = waiting.pop()
            yield path
            if len(path) < DEEPEST:
                waiting += [((*path, name), call.module) for name, call in module.calls.items()]

    def _block(self, address: str) -> tuple[_Found | None, bool]:
        """The block of a resource, or of the call that leads to it (False)."""
        own = parse(address)
        names = tuple(step.name for step in module_steps(own.module))
        found: tuple[_Found | None, bool] = (None, False)
        if len(names) > DEEPEST:
            return found
        for length in range(len(names) + 1):  # from the root on, for a source is relative to its caller
            is_own = length == len(names)
            blocks = self._blocks(names[:length])
            if blocks:
                key = ("resource", *own.resource.split(".", 1)) if is_own else ("module", names[length])
                found = blocks.get(key), is_own
        return found

    def _blocks(self, module: tuple[str, ...]) -> dict[tuple[str, ...], _Found]:
        """The blocks of a module: type and labels -> block."""
        known = self._modules.get(module)
        if known is None:
            known = self._modules[module] = {}
            for file in self._files.files(module, self._source(module)):
                body = self._body(file)
                if body is None:
                    continue
                positions = Positions(file.text)
                for block in body.blocks:
                    found = known.setdefault((block.type, *block.labels), _Found(file, positions, block, set()))
                    found.dynamic.update(_dynamic(block, ()))  # a block of the same name in `override.tf` adds to it
        return known

    def _source(self, module: tuple[str, ...]) -> str:
        found = self._configuration.root
        source = ""
        for name in module:
            call = found.calls.get(name)
            if call is None:
                return ""
            source, found = call.source, call.module
        return source


def _broken(file: SourceFile) -> Problem:
    reader = Reader(file.text)
    with suppress(HclError):
        parse_hcl(file.text, reader)
    place = Positions(file.text).place(file.name, reader.reached, reader.reached)
    text = "this is no valid HCL from here on: findings about its blocks point into the plan; run `terraform validate`"
    return Problem("hcl-syntax", text, place, level="warning")


class _Inside:
    """Finds what stands at a path within a block.

    Sets have an order of their own in a plan. So an item, or a nested block, is looked for by what it has.
    """

    def __init__(self, text: str, values: Values) -> None:
        self._text = text
        self._values = values

    def region(self, block: Block, path: Path, line: int | None) -> Span:
        """The region of an attribute, or of the innermost block that has it."""
        at = 0
        while at < len(path):
            step = str(path[at])
            attribute = block.body.attributes.get(step)
            if attribute is not None:
                return self._attribute(attribute, path, at + 1, line)
            inner = self._nested(block, step, path[: at + 2])
            if inner is None:
                break
            block = inner
            at += 2
        return _head(block)

    def _attribute(self, attribute: Attribute, path: Path, at: int, line: int | None) -> Span:
        """The region of an attribute, whose path ends before `at`, or of an entry in it."""
        if line is not None and self._text.startswith("<<", attribute.value):
            return self._line(attribute, line)
        found = attribute
        for length in range(at + 1, len(path) + 1):
            entry = self._entry(found, path[:length])
            if entry is None:
                break
            found = entry
        value = self._text[found.value : found.end]
        is_scalar = "\n" not in value and not value.startswith(("{", "["))
        if found.start == found.value:  # an item of a list
            return (found.start, found.end) if is_scalar else (found.start, found.start + 1)
        return (found.start, found.end) if is_scalar else (found.start, found.name_end)

    def _entry(self, holder: Attribute, path: Path) -> Attribute | None:
        """The entry at the end of a path, where its holder is written out; None where it is not clear which it is."""
        entries = list(Reader(self._text).entries(holder.value))
        is_list = entries and entries[0][0] == 0 and isinstance(path[-1], int)
        items = value_at(self._values(), path[:-1]) if is_list else None
        if not isinstance(items, list) or not isinstance(path[-1], int) or path[-1] >= len(items):
            return next((entry for key, entry in reversed(entries) if key == path[-1]), None)
        written = [(entry, self._constant(entry)) for _, entry in entries]
        if len(items) == len(written) and all(
            constant is None or constant == item for (_, constant), item in zip(written, items, strict=True)
        ):
            return written[path[-1]][0]  # a list, or a set that is written in its own order
        same = [entry for entry, constant in written if constant is not None and constant == items[path[-1]]]
        others = [entry for entry, constant in written if constant is None]
        return same[0] if same else others[0] if len(others) == 1 else None

    def _line(self, attribute: Attribute, line: int) -> Span:
        """One line of a heredoc."""
        start = attribute.value
        for _ in range(line + 1):
            following = self._text.find("\n", start, attribute.end)
            if following < 0:
                return attribute.start, attribute.name_end
            start = following + 1
        stop = self._text.find("\n", start, attribute.end)
        written = self._text[start : stop if stop >= 0 else attribute.end].rstrip("\r")
        return start + len(written) - len(written.lstrip()), start + len(written)

    def _nested(self, block: Block, name: str, path: Path) -> Block | None:
        """The nested block of an item: the only one, the one that says most of what it has, or the one in its order.

        None where it is not clear which it is.
        """
        own = [inner for inner in block.body.blocks if inner.type == name and not inner.labels]
        made = [_content(inner) for inner in block.body.blocks if inner.type == "dynamic" and inner.labels == [name]]
        blocks, index = [*own, *made], path[-1]
        items = value_at(self._values(), path[:-1]) if len(blocks) > 1 and isinstance(index, int) else None
        if not isinstance(index, int) or not isinstance(items, list) or index >= len(items):
            return next(iter(blocks), None)
        scores = [self._score(inner, items[index]) for inner in blocks]
        best = [inner for inner, score in zip(blocks, scores, strict=True) if score == max(scores)]
        if len(best) == 1 or max(scores) < 0:
            return best[0] if max(scores) >= 0 else None
        is_ordered = len(items) == len(own) and all(map(self._fits, own, items))
        return own[index] if is_ordered else None

    def _fits(self, block: Block, item: Any) -> bool:
        return self._score(block, item) >= 0

    def _score(self, block: Block, item: Any) -> int:
        """How many attributes of an item a block has as constants; -1 if it has another value for one."""
        score = 0
        for key, attribute in block.body.attributes.items() if isinstance(item, dict) else ():
            constant = self._constant(attribute)
            if constant is not None and item.get(key) is not None:
                if str(item[key]).lower() != str(constant).lower():
                    return -1
                score += 1
        return score

    def _constant(self, attribute: Attribute) -> str | int | float | None:
        """The value of an attribute that is written as such; None for any other expression."""
        written = self._text[attribute.value : attribute.end]
        if "${" in written or "%{" in written:
            return None
        try:
            constant = loads(written)
        except (ValueError, RecursionError):
            return None
        return constant if isinstance(constant, str | int | float) else None


def _content(block: Block) -> Block:
    """What a `dynamic` block makes."""
    return next((inner for inner in block.body.blocks if inner.type == "content"), block)


def _dynamic(block: Block, path: Path) -> Iterator[Path]:
    """What `dynamic` blocks make in a block: `content` is the block that each of them makes."""
    for inner in block.body.blocks:
        if inner.type == "dynamic":
            yield (*path, *inner.labels)
            for content in inner.body.blocks:
                yield from _dynamic(content, (*path, *inner.labels))
        else:
            yield from _dynamic(inner, (*path, inner.type))


def _head(block: Block) -> Span:
    return block.start, block.head_end
