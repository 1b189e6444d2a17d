"""The modules that put our builtins in the place of the engine's, in the packages of others."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache

from erpguard.engines.syntax.facts import ModuleFacts

_FILES = ("guards.rego", "extensions.rego")
_HEAD = re.compile(r"^of\.([\w.]+)\(([^)]*)\)", re.MULTILINE)


def guarding(modules: Iterable[ModuleFacts]) -> list[tuple[str, str]]:
    """The modules, as names and texts, to compile beside some: none where these call no builtin that has a guard.

    A package gets a function of its own for every builtin that it calls, since a function of the package goes before
    a builtin. Where it has a rule, or a variable, of that name already, the builtin stays the engine's.
    """
    modules = list(modules)
    packages = {module.package: _guarded(module.package, modules) for module in modules}
    made = [(f"guards of {package}", text) for package, names in packages.items() if (text := _module(package, names))]
    return [*((file, _text(file)) for file in _FILES), *made] if made else []


def _guarded(package: str, modules: Iterable[ModuleFacts]) -> list[str]:
    own = [module for module in modules if module.package == package]
    called = {call.name for module in own for call in module.calls} & _heads().keys()
    taken = {rule.name.partition(".")[0] for module in own for rule in module.rules}
    taken |= {name for module in own for name in module.variables}
    return sorted(name for name in called if name.partition(".")[0] not in taken)


def _module(package: str, names: Iterable[str]) -> str:
    lines = list(_functions(names))
    first, *rest = package.split(".")
    where = first + "".join(f'["{part}"]' for part in rest)
    return "\n".join([f"package {where}", *lines]) if lines else ""


def _functions(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        head = f"{name}({_heads()[name]})"
        yield f"{head} := data.erpguard_guards.of.{head}"


@cache
def _heads() -> dict[str, str]:
    """The guarded builtins, with their parameters."""
    return dict(found for file in _FILES for found in _HEAD.findall(_text(file)))


@cache
def _text(file: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), file), encoding="utf-8") as opened:
        return opened.read()
