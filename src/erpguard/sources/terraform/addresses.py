"""Addresses as Terraform writes them: `module.a["x"].azurerm_subnet.db[0]`, and references: `azurerm_subnet.db[0].id`.

Keys stay as they are written, `["x"]`: to be compared, they need not be understood.
https://developer.hashicorp.com/terraform/cli/state/resource-addressing
"""

from __future__ import annotations

import re
from functools import lru_cache
from json import loads
from typing import NamedTuple

from erpguard.model import Path

DEEPEST = 64
"""Modules within modules that are followed: nobody writes as many."""

_KEY = r"\[(?:\"(?:[^\"\\]|\\.)*\"|\d+|\*)\]"
_MODULE = re.compile(rf"module\.([^.\[\]\"]+)({_KEY})?(?:\.|$)")
_STEP = re.compile(rf"\.?([^.\[\]\"]+)|({_KEY})")


class ModuleStep(NamedTuple):
    """One module call on the way to a resource: its name and the key of the instance (empty without one)."""

    name: str
    key: str


class Address(NamedTuple):
    """The parts of an address. `module` is the module's own address, `resource` is `azurerm_subnet.db`."""

    module: str
    resource: str
    key: str


@lru_cache(maxsize=16384)
def module_steps(module: str) -> tuple[ModuleStep, ...]:
    """The calls that lead to a module instance; of one that lies deeper than `DEEPEST`, a call more than that."""
    steps: list[ModuleStep] = []
    offset = 0
    while len(steps) <= DEEPEST and (match := _MODULE.match(module, offset)):
        steps.append(ModuleStep(match[1], match[2] or ""))
        offset = match.end()
    return tuple(steps)


def parent_module(module: str) -> str:
    """The module instance that calls this one."""
    *outer, _ = module_steps(module)
    return ".".join(f"module.{name}{key}" for name, key in outer)


def parse(address: str) -> Address:
    """The parts of a resource's address."""
    offset = 0
    while match := _MODULE.match(address, offset):
        offset = match.end()
    rest = address[offset:]
    at = rest.find("[")
    resource, key = (rest, "") if at < 0 else (rest[:at], rest[at:])
    return Address(address[:offset].rstrip("."), resource, key)


@lru_cache(maxsize=16384)
def reference_steps(reference: str) -> tuple[str, ...]:
    """The names and keys of a reference: `("azurerm_subnet", "db", "[0]", "id")`."""
    return tuple(match[1] or match[2] for match in _STEP.finditer(reference))


def attribute(steps: tuple[str, ...]) -> Path:
    """Steps of a reference as a path into values."""
    return tuple(_plain(step) if step.startswith("[") else step for step in steps)


def _plain(key: str) -> str | int:
    inner = key[1:-1]
    if inner.isdigit():
        return int(inner)
    try:
        return str(loads(inner))
    except ValueError:
        return inner
