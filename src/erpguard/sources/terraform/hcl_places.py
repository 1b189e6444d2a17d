"""Where the attributes of a resource stand in the configuration: its block, and the attribute's line within it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from json import loads
from typing import Any, NamedTuple

from erpguard.model import Path, Place, value_at
from erpguard.sources.documents import Document
from erpguard.sources.inline_ignores import InlineIgnore, find_hcl_ignores
from erpguard.sources.nodes import Span
from erpguard.sources.terraform.addresses import module_steps, parse
from erpguard.sources.terraform.configuration import Configuration, Module
from erpguard.sources.terraform.hcl_syntax import DEEPEST, Attribute, Block, HclError, Reader
from erpguard.sources.terraform.hcl_syntax import parse as parse_hcl
from erpguard.sources.terraform.module_files import ModuleFiles, SourceFile
from erpguard.sources.text_positions import Positions

Values = Callable[[], Any]


class _Found(NamedTuple):
    file: SourceFile
    positions: Positions
    block: Block


class HclPlaces:
    """Finds places in the files of a project. Files are read when a place in them is asked for."""

    def __init__(self, files: ModuleFiles, configuration: Configuration) -> None:
        self._files = files
        self._configuration = configuration
        self._modules: dict[tuple[str, ...], dict[tuple[str, ...], _Found]] = {}

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

    def dynamic(self, address: str) -> frozenset[str] | None:
        """The kinds of blocks that `dynamic` blocks make in a resource; None if its own block is not in the files."""
        found, is_own = self._block(address)
        return frozenset(_dynamic(found.block)) if found is not None and is_own else None

    def ignores(self) -> list[InlineIgnore]:
        """The comments in the files of all modules that switch policies off for a line."""
        files = {
            file.name: file for module in self._paths() for file in self._files.files(module, self._source(module))
        }
        return [
            ignore for file in files.values() for ignore in find_hcl_ignores(Document(file.name, file.text, 0, None))
        ]

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
                try:
                    body = parse_hcl(file.text)
                except HclError:
                    continue
                positions = Positions(file.text)
                for block in body.blocks:
                    known.setdefault((block.type, *block.labels), _Found(file, positions, block))
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


class _Inside:
    """Finds what stands at a path within a block."""

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
                return self._attribute(attribute, path[at + 1 :], line)
            inner = self._nested(block, step, path[: at + 2])
            if inner is None:
                break
            block = inner
            at += 2
        return _head(block)

    def _attribute(self, attribute: Attribute, rest: Path, line: int | None) -> Span:
        if line is not None and self._text.startswith("<<", attribute.value):
            return self._line(attribute, line)
        entry = Reader(self._text).entry(attribute.value, rest) if rest else None
        found = entry or attribute
        value = self._text[found.value : found.end]
        is_scalar = "\n" not in value and not value.startswith(("{", "["))
        if found.start == found.value:  # an item of a list
            return (found.start, found.end) if is_scalar else (found.start, found.start + 1)
        return (found.start, found.end) if is_scalar else (found.start, found.name_end)

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
        """The nested block of an item: the only one, the one that says what the item has, or the one in its order."""
        blocks = [inner for inner in block.body.blocks if inner.type == name and not inner.labels]
        index = path[-1] if isinstance(path[-1], int) else 0
        if len(blocks) > 1 and isinstance(path[-1], int):
            item = value_at(self._values(), path)
            fitting = [inner for inner in blocks if self._fits(inner, item)] if isinstance(item, dict) else []
            if len(fitting) == 1:
                return fitting[0]
        if index < len(blocks):
            return blocks[index]
        for inner in block.body.blocks:
            if inner.type == "dynamic" and inner.labels == [name]:
                return next((one for one in inner.body.blocks if one.type == "content"), inner)
        return blocks[-1] if blocks else None

    def _fits(self, block: Block, item: dict[str, Any]) -> bool:
        for key, attribute in block.body.attributes.items():
            written = self._text[attribute.value : attribute.end]
            if "${" in written or "%{" in written:
                continue
            try:
                constant = loads(written)
            except (ValueError, RecursionError):
                continue
            value = item.get(key)
            if isinstance(constant, (str, int, float)) and str(value).lower() != str(constant).lower():
                return False
        return True


def _dynamic(block: Block) -> Iterator[str]:
    for inner in block.body.blocks:
        if inner.type == "dynamic":
            yield from inner.labels
        yield from _dynamic(inner)


def _head(block: Block) -> Span:
    return block.start, block.head_end
