"""The modules with the guards of builtins, which the modules of others call instead."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from erpguard.engines.builtins.added import OF_TEXTS

_FOLDER = os.path.join(os.path.dirname(__file__), "guards")
GUARDS = "erpguard:guards/"
"""What the names of these modules begin with, in the engine."""
GUARD = "data.erpguard_guards.of."
"""What the name of a guard has before that of its builtin."""
_HEAD = re.compile(r"^of\.([\w.]+)\(([^)]*)\)", re.MULTILINE)


def is_guarded(builtin: str) -> bool:
    """Whether a builtin has a guard."""
    return builtin in _heads()


def guard_of(builtin: str) -> tuple[str, str]:
    """The head of a function in the place of a builtin, and the call of its guard."""
    head = f"{builtin}({_heads()[builtin]})"
    return head, GUARD + head


def package_of(name: str) -> str:
    """How a module says its package, whatever its parts are."""
    first, *rest = name.split(".")
    return f"package {first}" + "".join(f'["{part}"]' for part in rest)


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
        lines.append(f"of.{head} := made[0] if {{ {conditions}; made := erpguard_functions.{head} }}")
    return "\n".join(lines)
