"""Where the blocks and attributes of a Terraform file stand: enough of HCL's syntax to skip what is between.

The specification: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md. The library python-hcl2 gives lines of
blocks, but none of attributes, and needs seconds for what is done here in milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

DEEPEST = 64

_SPACE = re.compile(r"(?:[ \t\r\n,;]+|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_BLANKS = re.compile(r"(?:[ \t\r]+|/\*.*?\*/)*", re.DOTALL)
_NAME = re.compile(r"[^\W\d][\w-]*")
_MERGE = re.compile(r"merge[ \t]*\(")
_HEREDOC = re.compile(r"<<-?([^\W\d][\w-]*)[ \t]*\r?\n")
_WORD_ALONE = re.compile(r"^[ \t]*([^\W\d][\w-]*)[ \t]*(?=\r?$)", re.MULTILINE)
_PLAIN = re.compile(r"[^\"\\$%]+|\\.|\$\$\{|%%\{|[$%](?!\{)", re.DOTALL)
_IN_EXPRESSION = re.compile(r"[^\"#/<\[\](){}\n,]+")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class HclError(Exception):
    """The text is no HCL from here on; the outer layer makes do without places."""


class Attribute:
    """An attribute: from its name to the end of its value."""

    __slots__ = ("end", "name_end", "start", "value")

    def __init__(self, start: int, name_end: int, value: int, end: int) -> None:
        self.start = start
        self.name_end = name_end
        self.value = value
        self.end = end


class Body:
    """The attributes and blocks of a file or a block."""

    __slots__ = ("attributes", "blocks")

    def __init__(self) -> None:
        self.attributes: dict[str, Attribute] = {}
        self.blocks: list[Block] = []


class Block:
    """A block; its head reaches from its type to its last label."""

    __slots__ = ("body", "head_end", "labels", "start", "type")

    def __init__(self, type_: str, labels: list[str], start: int, head_end: int, body: Body) -> None:
        self.type = type_
        self.labels = labels
        self.start = start
        self.head_end = head_end
        self.body = body


def parse(text: str, reader: Reader | None = None) -> Body:
    """The blocks of a file. Raises HclError; `reached` of the reader then tells where."""
    reader = reader or Reader(text)
    body, end = reader.body(0, 0)
    if end < len(text):
        reader.reached = end
        raise HclError
    return body


class Reader:
    """Reads a text; every method takes an offset and gives the one behind what it read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.reached = 0  # where the item begins that is being read

    def body(self, offset: int, depth: int) -> tuple[Body, int]:
        """The body that ends at the text's end, or at a closing brace."""
        if depth > DEEPEST:
            raise HclError
        body = Body()
        offset = self.space(offset)
        while offset < len(self.text) and self.text[offset] != "}":
            self.reached = offset
            offset = self.space(self.item(body, offset, depth))
        return body, offset

    def item(self, body: Body, start: int, depth: int) -> int:
        """An attribute or a block."""
        name = _NAME.match(self.text, start)
        if name is None:
            raise HclError
        offset = self.blanks(name.end())
        if self.at(offset) == "=" and self.at(offset + 1) != "=":
            value = self.blanks(offset + 1)
            end = self.expression(value, "\n")
            body.attributes.setdefault(name[0], Attribute(start, name.end(), value, end))
            return end
        labels, head_end = [], name.end()
        while self.at(offset) != "{":
            label, head_end = self.label(offset)
            labels.append(label)
            offset = self.blanks(head_end)
        inner, offset = self.body(offset + 1, depth + 1)
        if self.at(offset) != "}":
            self.reached = start
            raise HclError
        body.blocks.append(Block(name[0], labels, start, head_end, inner))
        return offset + 1

    def label(self, offset: int) -> tuple[str, int]:
        """The label of a block, a name or a text."""
        if self.at(offset) == '"':
            end = self.string(offset)
            return self.text[offset + 1 : end - 1], end
        name = _NAME.match(self.text, offset)
        if name is None:
            raise HclError
        return name[0], name.end()

    def expression(self, offset: int, stops: str) -> int:
        """An expression, up to one of `stops` or a closing bracket outside of its own brackets."""
        open_: list[str] = []
        end = offset
        while offset < len(self.text):
            plain = _IN_EXPRESSION.match(self.text, offset)
            if plain is not None:
                offset, written = plain.end(), plain[0].rstrip()
                end = plain.start() + len(written) if written else end
                continue
            character = self.text[offset]
            if not open_ and (character in stops or character in ")]}"):
                break
            offset, is_value = self.token(offset, open_)
            end = offset if is_value else end
        if open_:
            raise HclError
        return end

    def brackets(self, offset: int) -> int:
        """What stands between a bracket and the one that closes it."""
        open_: list[str] = []
        while offset < len(self.text):
            plain = _IN_EXPRESSION.match(self.text, offset)
            offset = plain.end() if plain is not None else self.token(offset, open_)[0]
            if not open_:
                return offset
        raise HclError

    def token(self, offset: int, open_: list[str]) -> tuple[int, bool]:
        """One string, comment, bracket or other sign; whether it belongs to the value."""
        text, character = self.text, self.text[offset]
        if character == '"':
            return self.string(offset), True
        if character == "#" or text.startswith("//", offset):
            return self.until("\n", offset), False
        if text.startswith("/*", offset):
            return self.until("*/", offset) + 2, False
        if character == "<" and (heredoc := _HEREDOC.match(text, offset)):
            return self.heredoc(heredoc), True
        if character in _CLOSING:
            if len(open_) > 4 * DEEPEST:
                raise HclError
            open_.append(_CLOSING[character])
        elif character in ")]}" and open_.pop() != character:
            raise HclError
        return offset + 1, character != "\n"

    def string(self, start: int, depth: int = 0) -> int:
        """A quoted text with its templates."""
        if depth > DEEPEST:
            raise HclError
        offset = start + 1
        while offset < len(self.text) and self.text[offset] not in '"\n':
            if plain := _PLAIN.match(self.text, offset):
                offset = plain.end()
                if "\n" in plain[0]:
                    raise HclError
            else:
                offset = self.template(offset + 2, depth + 1)
        if self.at(offset) != '"':
            raise HclError
        return offset + 1

    def template(self, offset: int, depth: int) -> int:
        """What stands between `${` and its `}`."""
        braces = 0
        while offset < len(self.text):
            character = self.text[offset]
            if character == '"':
                offset = self.string(offset, depth)
                continue
            braces += (character == "{") - (character == "}")
            offset += 1
            if braces < 0:
                return offset
        raise HclError

    def heredoc(self, opening: re.Match[str]) -> int:
        """A text of several lines, up to the line that has only its word."""
        for line in _WORD_ALONE.finditer(self.text, opening.end() - 1):
            if line[1] == opening[1]:
                return line.end()
        raise HclError

    def entry(self, offset: int, steps: tuple[str | int, ...]) -> Attribute | None:
        """What stands at a path within an object or list that is written out; None if it is not there."""
        found = None
        for key, entry in self.entries(offset) if steps else ():
            found = entry if key == steps[0] else found
        return (self.entry(found.value, steps[1:]) or found) if found is not None else None

    def entries(self, offset: int) -> Iterator[tuple[str | int, Attribute]]:
        """The entries of an object or list that is written out, with their keys or indexes.

        Those of all objects that are merged: the last one of a key is the one that counts.
        """
        if merged := _MERGE.match(self.text, offset):
            yield from self.merged(merged.end())
            return
        offset = self.space(self.skip_call(offset))
        if self.at(offset) not in "{[" or self.at(offset) == "":
            return
        is_object = self.at(offset) == "{"
        offset = self.space(offset + 1)
        index = 0
        while self.at(offset) not in ("}", "]", ""):
            start = name_end = offset
            key: str | int = index
            if is_object:
                key, name_end = self.key(offset)
                offset = self.blanks(name_end)
                if self.at(offset) not in ("=", ":"):
                    return
                offset = self.space(offset + 1)
            end = self.expression(offset, "\n," if is_object else ",")
            yield key, Attribute(start, name_end, offset, end)
            index += 1
            following = self.space(end)
            if following <= start:
                return
            offset = following

    def merged(self, offset: int) -> Iterator[tuple[str | int, Attribute]]:
        """The entries of the objects among the arguments of `merge`."""
        offset = self.space(offset)
        while self.at(offset) not in (")", ""):
            end = self.expression(offset, ",")
            if self.at(offset) == "{" or _MERGE.match(self.text, offset):
                yield from self.entries(offset)
            following = self.space(end)
            if following <= offset:
                return
            offset = following

    def key(self, offset: int) -> tuple[str, int]:
        """The key of an entry of an object; an expression in brackets is none that one could know."""
        if self.at(offset) == "(":
            return "", self.brackets(offset)
        if self.at(offset) == '"':
            end = self.string(offset)
            return self.text[offset + 1 : end - 1], end
        name = _NAME.match(self.text, offset)
        if name is None:
            raise HclError
        return name[0], name.end()

    def skip_call(self, offset: int) -> int:
        """To the argument of `jsonencode(` and `yamlencode(`."""
        for name in ("jsonencode", "yamlencode"):
            if self.text.startswith(name, offset):
                opening = self.blanks(offset + len(name))
                if self.at(opening) == "(":
                    return opening + 1
        return offset

    def at(self, offset: int) -> str:
        """The character at an offset; empty at the end."""
        return self.text[offset : offset + 1]

    def space(self, offset: int) -> int:
        """To what is neither white space nor comment."""
        match = _SPACE.match(self.text, offset)
        return match.end() if match else offset

    def blanks(self, offset: int) -> int:
        """To what is no white space within the line."""
        match = _BLANKS.match(self.text, offset)
        return match.end() if match else offset

    def until(self, sign: str, offset: int) -> int:
        """To the next occurrence of a sign, or the end."""
        found = self.text.find(sign, offset)
        return len(self.text) if found < 0 else found
