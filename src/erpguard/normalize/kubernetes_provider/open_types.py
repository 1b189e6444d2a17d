"""What the objects that cannot be seen may be."""

from __future__ import annotations

from importlib import import_module

from erpguard.normalize.kubernetes_types import MODULES


def kubernetes_types() -> set[str]:
    """Every Kubernetes type that policies and analyses know: a Helm chart may hold any of them."""
    found: set[str] = set()
    for module in set(MODULES.values()):
        found.update(import_module(f"erpguard.normalize.kubernetes_types.{module}").SHAPES)
    return found
