"""What expressions refer to, resolved to the instances of a plan.

Only what is certain is given: an expression that also rests on something that cannot be followed (`local.*`, data
sources, one member of an object that was put together) may mean something else, and resolves to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from erpguard.model import Path
from erpguard.normalize.declared import Reference
from erpguard.sources.terraform import configuration
from erpguard.sources.terraform.addresses import (
    DEEPEST,
    ModuleStep,
    attribute,
    module_steps,
    parent_module,
    parse,
    reference_steps,
)
from erpguard.sources.terraform.configuration import Configuration, Json

_DEEPEST = 64
_LONGEST = 200
"""References of an expression that is followed: all of them are looked at for every instance."""
_ITERATION = ("each.", "count.")
_VALUES_ONLY = frozenset(("count", "path", "terraform", "self"))
"""What leads to no resource."""


class Scope(NamedTuple):
    """Where an expression stands: the address of the module instance, and the iteration around it.

    key       the key of the resource or module instance that the expression belongs to
    for_each  the expression that this one iterates over
    """

    module: str
    key: str = ""
    for_each: Json | None = None


class Found(NamedTuple):
    """What an expression refers to, if that is certain. `whole`: each reference stands for itself, not for a part."""

    references: tuple[Reference, ...] = ()
    certain: bool = True


_NOTHING = Found()
_UNCERTAIN = Found(certain=False)


class Instances:
    """The resource instances of a plan, by module instance and resource. `prefix` goes before their addresses."""

    def __init__(self, addresses: Iterable[str], prefix: str = "") -> None:
        self._resources: dict[tuple[str, str], dict[str, str]] = {}
        self._modules: dict[tuple[str, str], dict[str, None]] = {}
        seen: set[str] = set()
        for address in addresses:
            own = parse(address)
            self._resources.setdefault((own.module, own.resource), {})[own.key] = prefix + address
            module = own.module
            if len(module_steps(module)) > DEEPEST:
                continue
            while module and module not in seen:
                seen.add(module)
                parent, step = parent_module(module), module_steps(module)[-1]
                self._modules.setdefault((parent, step.name), {})[step.key] = None
                module = parent

    def of(self, module: str, resource: str) -> dict[str, str]:
        """The instances of a resource: key -> address."""
        return self._resources.get((module, resource), {})

    def keys_of_module(self, parent: str, name: str) -> dict[str, None]:
        """The keys of the instances of a module."""
        return self._modules.get((parent, name), {})


class Resolver:
    """Resolves the expressions of one plan; `variables` are the values of the root module's variables."""

    def __init__(self, config: Configuration, instances: Instances, variables: Mapping[str, Any]) -> None:
        self._config = config
        self._instances = instances
        self._variables = variables
        self._known: dict[tuple[str, str, str], Found] = {}
        self._open: set[tuple[str, str, str]] = set()
        self._by_expression: dict[int, list[str]] = {}

    def references(self, expression: Json, address: str, resource: Json) -> tuple[Reference, ...]:
        """What an expression of a resource instance refers to; empty where that is not certain."""
        own = parse(address)
        found = self._resolve(expression, Scope(own.module, own.key, configuration.iteration(resource)))
        return found.references if found.certain else ()

    def _names(self, expression: Json) -> list[str]:
        """What an expression refers to. All instances of a resource ask for the same ones."""
        found = self._by_expression.get(id(expression))
        if found is None:
            found = self._by_expression[id(expression)] = configuration.references(expression)
        return found

    def is_null(self, expression: Json, module: str) -> bool:
        """Whether an expression is only a variable, which nobody sets and which is null then."""
        names = self._names(expression)
        steps = reference_steps(names[0]) if len(names) == 1 else ()
        return len(steps) == 2 and steps[0] == "var" and self._constant(module, steps[1]) == (True, None)

    def _resolve(self, expression: Json, scope: Scope) -> Found:
        names = self._names(expression)
        if len(names) > _LONGEST:
            return _UNCERTAIN
        if any(name.startswith(_ITERATION) for name in names):
            return self._all(names, scope)
        # It is the same for all instances of the resource.
        return self._once((scope.module, "", str(id(expression))), names, scope)

    def _all(self, names: list[str], scope: Scope) -> Found:
        pickers = [name for name in names if name.startswith((*_ITERATION, "var."))]
        found: dict[Reference, None] = {}
        for name in names:
            one = self._one(name, [other for other in pickers if other != name], scope)
            if not one.certain:
                return _UNCERTAIN
            found.update(dict.fromkeys(one.references))
        return Found(tuple(found))

    def _one(self, name: str, others: list[str], scope: Scope) -> Found:
        """What one name refers to; `others` are those beside it that may pick one of several."""
        steps = reference_steps(name)
        if len(steps) < 2:
            return _UNCERTAIN
        if steps[0] in _VALUES_ONLY or steps[:2] == ("each", "key"):
            return _NOTHING
        if steps[0] == "each":
            return self._each(steps[2:], scope)
        if steps[0] in ("var", "module"):
            one = self._variable(scope, steps) if steps[0] == "var" else self._output(steps, others, scope)
            return _UNCERTAIN if others and len(one.references) > 1 else one
        if steps[0] in ("local", "data", "ephemeral", "provider"):
            return _UNCERTAIN
        return self._resource(steps, others, scope)

    def _resource(self, steps: tuple[str, ...], others: list[str], scope: Scope) -> Found:
        instances = self._instances.of(scope.module, f"{steps[0]}.{steps[1]}")
        key, rest = (steps[2], steps[3:]) if len(steps) > 2 and steps[2].startswith("[") else ("", steps[2:])
        if not instances:
            return _NOTHING  # no instance: whatever the value is, it comes from elsewhere
        if not key:
            chosen = self._chosen(instances, others, scope)
            if chosen is None:
                # All of them, as in `azurerm_subnet.db[*].id`, if nothing else picks one.
                if others:
                    return _UNCERTAIN
                return Found(tuple(Reference(address, attribute(rest)) for address in instances.values()))
            key = chosen
        if key not in instances:
            return _NOTHING
        return Found((Reference(instances[key], attribute(rest)),))

    def _chosen(self, keys: Mapping[str, Any], others: list[str], scope: Scope) -> str | None:
        """The key that an expression means which names a resource or module without one: `x[each.key]`, `one(x)`."""
        if len(keys) == 1:
            return next(iter(keys))
        if ("each.key" in others or "count.index" in others) and scope.key in keys:
            return scope.key
        if (wanted := _key_by_value(others, scope)) in keys:
            return wanted
        if len(others) == 1 and len(steps := reference_steps(others[0])) == 2 and steps[0] == "var":
            known, value = self._constant(scope.module, steps[1])
            wanted = f"[{value}]" if isinstance(value, int) else f'["{value}"]'
            if known and wanted in keys:
                return wanted
        return None

    def _each(self, rest: tuple[str, ...], scope: Scope) -> Found:
        """`each.value`: what `for_each` iterates over; of a resource with instances the one of the same key."""
        if scope.for_each is None:
            return _UNCERTAIN
        names = self._names(scope.for_each)
        steps = reference_steps(names[0]) if len(names) == 1 else ()
        if len(steps) == 2:
            instances = self._instances.of(scope.module, f"{steps[0]}.{steps[1]}")
            if scope.key in instances:
                return Found((Reference(instances[scope.key], attribute(rest)),))
        found = self._resolve(scope.for_each, Scope(scope.module))
        return _UNCERTAIN if len(found.references) > 1 else _part(found, rest)

    def _variable(self, scope: Scope, steps: tuple[str, ...]) -> Found:
        """What the caller of a module passes."""
        calls = module_steps(scope.module)
        expression = self._argument(calls, steps[1])
        if expression is None:
            return _NOTHING  # a default, or a value from outside: no resource
        own, called = calls[-1], self._config.module(calls[:-1])
        for_each = called.calls[own.name].iteration if called is not None else None
        outer = Scope(parent_module(scope.module), own.key, for_each)
        names = self._names(expression)
        return _part(self._once((scope.module, "var", steps[1]), names, outer), steps[2:])

    def _output(self, steps: tuple[str, ...], others: list[str], scope: Scope) -> Found:
        name, rest = steps[1], steps[2:]
        keys = self._instances.keys_of_module(scope.module, name)
        key: str | None = ""
        if rest and rest[0].startswith("["):
            key, rest = rest[0], rest[1:]
        elif keys and "" not in keys:
            key = self._chosen(keys, others, scope)
        if key is None or not rest:
            return _UNCERTAIN
        child = ".".join(part for part in (scope.module, f"module.{name}{key}") if part)
        called = self._config.module(module_steps(child))
        output = called.outputs.get(rest[0]) if called is not None else None
        expression = output.get("expression") if output is not None else None
        if not isinstance(expression, dict):
            return _UNCERTAIN
        names = self._names(expression)
        return _part(self._once((child, "output", rest[0]), names, Scope(child)), rest[1:])

    def _once(self, key: tuple[str, str, str], names: list[str], scope: Scope) -> Found:
        """Resolve an expression once; one that leads back to itself, or very far, is not followed."""
        if key in self._known:
            return self._known[key]
        if key in self._open or len(self._open) > _DEEPEST or len(names) > _LONGEST:
            return _UNCERTAIN
        self._open.add(key)
        found = self._all(names, scope)
        self._open.discard(key)
        self._known[key] = found
        return found

    def _argument(self, calls: tuple[ModuleStep, ...], name: str) -> Json | None:
        called = self._config.module(calls[:-1]) if calls else None
        call = called.calls.get(calls[-1].name) if called is not None else None
        return call.arguments.get(name) if call is not None else None

    def _constant(self, module: str, name: str) -> tuple[bool, Any]:
        """The value of a variable, if it is written down: whether it is known, and the value."""
        for _ in range(_DEEPEST):
            calls = module_steps(module)
            expression = self._argument(calls, name)
            if expression is None:
                written = self._config.module(calls)
                declared = written.variables.get(name, {}) if written is not None else {}
                if not calls and name in self._variables:
                    return True, self._variables[name]
                return "default" in declared, declared.get("default")
            if "constant_value" in expression:
                return True, expression["constant_value"]
            steps = [reference_steps(one) for one in self._names(expression)]
            if len(steps) != 1 or len(steps[0]) != 2 or steps[0][0] != "var":
                return False, None
            module, name = parent_module(module), steps[0][1]
        return False, None


def _part(found: Found, rest: tuple[str, ...]) -> Found:
    """A part of what was found: an attribute of a resource, or a member of an object that was put together.

    Which member leads where is not written in a plan: one reference can only be that one, of several any may be meant.
    """
    if not rest or not found.certain or not found.references:
        return found
    path: Path = attribute(rest)
    if len(found.references) > 1:
        return _UNCERTAIN
    only = found.references[0]
    return Found((only if only.attribute else Reference(only.address, path),))


def _key_by_value(others: list[str], scope: Scope) -> str:
    """The key that `each.value`, or a part of it, is: known where `for_each` is a constant map."""
    named = max(
        (name for name in others if name == "each.value" or name.startswith("each.value.")), key=len, default=""
    )
    constant = (scope.for_each or {}).get("constant_value")
    if not named or not isinstance(constant, dict):
        return ""
    value = constant.get(scope.key[2:-2])
    for step in named.split(".")[2:]:
        value = value.get(step) if isinstance(value, dict) else None
    return f"[{value}]" if isinstance(value, int) else f'["{value}"]'
