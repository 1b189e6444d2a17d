"""`yaml.unmarshal` and `yaml.is_valid`: the syntax by libyaml, which Go's was made from, and values as Go takes them.

https://pkg.go.dev/sigs.k8s.io/yaml: the first document, as JSON; what is `yes` in YAML 1.1 is a text.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from erpguard.engines.builtins import written
from erpguard.engines.builtins.floats import in_json
from erpguard.engines.builtins.unsupported import Unsupported

try:
    from yaml._yaml import CParser as _Parser
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]

_UNTAGGED = "untagged"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {name: value for value, word in ((True, "true"), (False, "false"))
             for name in (word, word.title(), word.upper())}  # fmt: skip
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_MOST_DIGITS = 64
"""Of an integer that fits in 64 bits, whatever its base."""
_MOST = 100_000
"""Values of one document, those that an alias repeats among them."""


class _Loader(_Parser):
    """Composes nodes, with the tags that are written, or one that tells why there is none."""

    def descend_resolver(self, *_: Any) -> None:
        """Nothing depends on the path."""

    def ascend_resolver(self) -> None:
        """Nothing depends on the path."""

    def resolve(self, *_: Any) -> str:
        """The tag of a node that has none, or `!`, which says no more: libyaml takes quotes away with it."""
        return _UNTAGGED


def unmarshal(text: str) -> Any:
    """The value. ValueError for what is no YAML, or no JSON."""
    try:
        loader = _Loader(text)
        nodes = []
        while loader.check_node():  # what is wrong after the first document is an error, too
            nodes.append(loader.get_node())
    except yaml.YAMLError as error:
        if " tag" in str(error):  # Go takes more of them
            raise Unsupported("a tag of YAML") from None
        raise ValueError("no YAML") from None
    return _Values().of(nodes[0]) if nodes else None


def is_valid(text: str) -> bool:
    """Whether it has a value."""
    try:
        unmarshal(text)
    except ValueError:
        return False
    return True


class _Values:
    """The values of nodes, which an alias may have twice."""

    def __init__(self) -> None:
        self._count = 0
        self._open: set[int] = set()

    def of(self, node: Any) -> Any:
        """The value of one."""
        self._count += 1
        if self._count > _MOST:
            raise Unsupported("YAML of so many values")
        if node.tag != _UNTAGGED:
            raise Unsupported(f"the tag {node.tag} of YAML")
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.style else _plain(node.value)
        if id(node) in self._open:
            raise ValueError("an alias within what it stands for")
        self._open.add(id(node))
        value = [self.of(one) for one in node.value] if isinstance(node, yaml.SequenceNode) else self._object(node)
        self._open.remove(id(node))
        return value

    def _object(self, node: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        kinds: dict[str, type] = {}
        for key, value in node.value:
            known = self.of(key)
            name = _name(key, known)
            if kinds.setdefault(name, type(known)) is not type(known):
                raise Unsupported(f"YAML with {name} as two keys")
            found[name] = self.of(value)
        return found


def _name(node: Any, key: Any) -> str:
    """A key as JSON has it."""
    if key == "<<" and not node.style:
        raise Unsupported("<< of YAML")
    if key is None or isinstance(key, (list, dict)):
        raise ValueError("no key of JSON")
    if isinstance(key, float):
        raise Unsupported(f"the key {key} of YAML")
    return str(key).lower() if isinstance(key, bool) else str(key)


def _plain(text: str) -> Any:
    """What is written without quotes."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INFINITE.fullmatch(text):
        raise ValueError("no number of JSON")
    if text[0] not in "+-.0123456789":
        return text
    digits = text.replace("_", "")
    if (found := _INTEGER.fullmatch(digits)) and (value := _integer(found)) is not None:
        return value
    if not _FLOAT.fullmatch(digits):
        return text
    number = float(digits)
    return text if abs(number) == float("inf") else written.made(in_json(number))


def _integer(found: re.Match[str]) -> int | float | None:
    sign, *parts = found.groups()
    if max(map(len, filter(None, parts))) > _MOST_DIGITS:
        return None
    value = next(int(digits, base) for digits, base in zip(parts, (16, 8, 2, 10), strict=True) if digits)
    value = -value if sign == "-" else value
    fits = -(1 << 63) <= value < (1 << 63) if sign else value < 1 << 64
    return written.made(str(value)) if fits else None
