"""Kubernetes objects as Terraform and Pulumi declare them -> canonical Kubernetes resources.

The providers `kubernetes` (both tools), `kubectl` and `helm` are understood; a Helm release is told as a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from erpguard.model import Problem, Resource
from erpguard.normalize.declared import Declared

Parse = Callable[[str], Iterable[Any]]
"""The documents of a YAML text; raises ValueError, with what is wrong, for a text that is none."""


class Made(NamedTuple):
    """The resources of one source, what is wrong with them, and what the estate may lack.

    not_judged  reason -> how many declarations are no objects by design
    """

    resources: list[Resource]
    problems: list[Problem]
    not_judged: dict[str, int]
    open_types: set[str]


def resources(
    declared: Iterable[Declared],
    settings: Mapping[str, Any] | None = None,
    source: str = "terraform_plan",
    parse: Parse | None = None,
) -> Made:
    """Translate declarations of these providers; what is to be deleted is left out.

    `settings` is the `estate` section of the configuration; `source` is the name of the source, as resources show it;
    `parse` reads the texts of `kubectl_manifest`.
    """
    from erpguard.normalize.kubernetes_provider.declarations import Translation

    return Translation(settings or {}, source, parse).run(declared)


def deleted(
    declared: Iterable[Declared],
    settings: Mapping[str, Any] | None = None,
    source: str = "terraform_plan",
    parse: Parse | None = None,
) -> set[str]:
    """The ids of the objects that these declarations delete, as far as the plan tells what they are."""
    gone = [
        Declared(one.address, one.provider, one.type, one.before, one.origin, change="no-op", defaults=one.defaults)
        for one in declared
        if one.change == "delete" and one.before
    ]
    return {made.id for made in resources(gone, settings, source, parse).resources} if gone else set()
