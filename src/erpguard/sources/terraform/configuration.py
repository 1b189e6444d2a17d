"""The `configuration` of a plan: what was written, as expressions, by module and without instances.

https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from erpguard.sources.terraform.addresses import ModuleStep

Json = dict[str, Any]

_DEEPEST = 64
_EMPTY: Json = {}


class Module:
    """A module as it is written.

    resources  `azurerm_subnet.db` -> its configuration
    calls      name -> the call: its arguments, and the module
    known      whether the plan has this module's configuration at all
    """

    __slots__ = ("calls", "known", "outputs", "resources", "variables")

    def __init__(self, given: Any, known: bool = True) -> None:
        given = given if isinstance(given, dict) else _EMPTY
        self.known = known
        self.resources: dict[str, Json] = {}
        for one in _items(given.get("resources")):
            if isinstance(one, dict) and one.get("mode", "managed") == "managed":
                self.resources[f"{one.get('type')}.{one.get('name')}"] = one
        self.outputs = _objects(given.get("outputs"))
        self.variables = _objects(given.get("variables"))
        self.calls = {name: Call(one) for name, one in _objects(given.get("module_calls")).items()}


class Call:
    """A call of a module."""

    __slots__ = ("_given", "_module")

    def __init__(self, given: Json) -> None:
        self._given = given
        self._module: Module | None = None

    @property
    def arguments(self) -> Json:
        """The expressions of the arguments."""
        return _objects(self._given.get("expressions"))

    @property
    def iteration(self) -> Json | None:
        """The expression of `for_each`."""
        return _expression(self._given.get("for_each_expression"))

    @property
    def source(self) -> str:
        """Where the module comes from."""
        source = self._given.get("source")
        return source if isinstance(source, str) else ""

    @property
    def module(self) -> Module:
        """The module that is called."""
        if self._module is None:
            given = self._given.get("module")
            self._module = Module(given, known=isinstance(given, dict))
        return self._module


class Configuration:
    """The configuration of a plan; `known` tells whether there is one."""

    def __init__(self, given: Any) -> None:
        given = given if isinstance(given, dict) else _EMPTY
        self.known = isinstance(given.get("root_module"), dict)
        self.root = Module(given.get("root_module"), self.known)
        self.providers = _objects(given.get("provider_config"))

    def module(self, steps: tuple[ModuleStep, ...]) -> Module | None:
        """The module behind some calls; None if the configuration does not have it."""
        found = self.root
        for step in steps[:_DEEPEST]:
            call = found.calls.get(step.name)
            if call is None:
                return None
            found = call.module
        return found if found.known and len(steps) <= _DEEPEST else None

    def modules(self) -> Iterator[tuple[Module, Call | None]]:
        """All modules, each with its call; a caller comes before what it calls."""
        level: list[tuple[Module, Call | None]] = [(self.root, None)]
        for _ in range(_DEEPEST):
            yield from level
            level = [(call.module, call) for module, _ in level for call in module.calls.values()]


def iteration(resource: Mapping[str, Any]) -> Json | None:
    """The expression of a resource's `for_each`."""
    return _expression(resource.get("for_each_expression"))


def expressions(resource: Mapping[str, Any]) -> Json:
    """The expressions of a resource: attributes, and lists of nested blocks."""
    found = resource.get("expressions")
    return found if isinstance(found, dict) else _EMPTY


def is_expression(value: Any) -> bool:
    """Whether a value is an expression and not the attributes of a block."""
    return isinstance(value, dict) and (
        isinstance(value.get("references"), list) or "constant_value" in value or not value
    )


def references(expression: Mapping[str, Any]) -> list[str]:
    """What an expression refers to; what only leads there, such as `a.b` to the `a.b.id` before it, is left out."""
    found: list[str] = []
    for one in _items(expression.get("references")):
        if not isinstance(one, str):
            continue
        if found and found[-1].startswith(one) and found[-1][len(one) : len(one) + 1] in (".", "["):
            continue
        found.append(one)
    return list(dict.fromkeys(found))


def _expression(value: Any) -> Json | None:
    return value if isinstance(value, dict) else None


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> dict[str, Json]:
    if not isinstance(value, dict):
        return _EMPTY
    return {key: one for key, one in value.items() if isinstance(one, dict)}
