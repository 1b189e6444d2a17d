"""The modules that put our builtins in the place of the engine's, in the packages of others."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from erpguard.engines.builtins.added import OF_TEXTS
from erpguard.engines.syntax.facts import ModuleFacts

_FOLDER = os.path.join(os.path.dirname(__file__), "guards")
GUARDS = "erpguard:guards/"
"""What the names of these modules begin with, in the engine."""
_HEAD = re.compile(r"^of\.([\w.]+)\(([^)]*)\)", re.MULTILINE)


def guarding(modules: Iterable[ModuleFacts]) -> list[tuple[str, str]]:
    """The modules, as names and texts, to compile beside some: none where these call no builtin that has a guard.

    A package gets a function of its own for every builtin that it calls, since a function of the package goes before
    a builtin. Where it has a rule, or a variable, of that name already, the builtin stays the engine's.
    """
    modules = list(modules)
    packages = {module.package: _guarded(module.package, modules) for module in modules}
    made = [(f"{GUARDS}{package}", text) for package, names in packages.items() if (text := _module(package, names))]
    return [*guards().items(), *made] if made else []


def is_guarded(builtin: str) -> bool:
    """Whether a builtin has a guard."""
    return builtin in _heads()


def guard_of(builtin: str) -> tuple[str, str]:
    """The head of a function in the place of a builtin, and the call of its guard."""
    head = f"{builtin}({_heads()[builtin]})"
    return head, f"data.erpguard_guards.of.{head}"


def package_of(name: str) -> str:
    """How a module says its package, whatever its parts are."""
    first, *rest = name.split(".")
    return f"package {first}" + "".join(f'["{part}"]' for part in rest)


def _guarded(package: str, modules: Iterable[ModuleFacts]) -> list[str]:
    own = [module for module in modules if module.package == package]
    called = {call.name for module in own for call in module.calls} & _heads().keys()
    taken = {rule.name.partition(".")[0] for module in own for rule in module.rules}
    taken |= {name for module in own for name in module.variables}
    return sorted(name for name in called if name.partition(".")[0] not in taken)


def _module(package: str, names: Iterable[str]) -> str:
    lines = [" := ".join(guard_of(name)) for name in names]
    return "\n".join([package_of(package), *lines]) if lines else ""


@cache
def _heads() -> Mapping[str, str]:
    """The guarded builtins, with their parameters."""
    return dict(found for text in guards().values() for found in _HEAD.findall(text))


@cache
def guards() -> Mapping[str, str]:
    """The modules of guards, by the names that they have in the engine."""
    texts = {f"{GUARDS}of_texts": _of_texts()}
    for file in sorted(os.listdir(_FOLDER)):
        with open(os.path.join(_FOLDER, file), encoding="utf-8") as opened:
            texts[f"{GUARDS}{file}"] = opened.read()
    return MappingProxyType(texts)


def _of_texts() -> str:
    """The guards of builtins whose arguments are all texts."""
    lines = ["package erpguard_guards"]
    for name, (arity, _) in OF_TEXTS.items():
        parameters = "ab"[:arity]
        head = f"{name}({', '.join(parameters)})"
        conditions = "; ".join(f"is_string({parameter})" for parameter in parameters)
        lines.append(f"of.{head} := erpguard_functions.{head}[0] if {{ {conditions} }}")
    return "\n".join(lines)
