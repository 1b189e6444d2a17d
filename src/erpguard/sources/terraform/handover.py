"""Declarations to those who know their provider; what nobody knows is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from erpguard.model.result import UNKNOWN_TYPE
from erpguard.normalize.declared import Declared
from erpguard.sources import Collected

_AZURE = frozenset(("azapi", "azurerm"))
_KUBERNETES = frozenset(("helm", "kubectl", "kubernetes", "kubernetes-alpha"))


def hand_over(declarations: Iterable[Declared], settings: Mapping[str, Any], source: str, collected: Collected) -> None:
    """Add the resources that the declarations of one plan become."""
    azure: list[Declared] = []
    kubernetes: list[Declared] = []
    for one in declarations:
        if one.provider in _AZURE:
            azure.append(one)
        elif one.provider in _KUBERNETES:
            kubernetes.append(one)
        elif one.change != "delete":
            collected.skip(one.type + UNKNOWN_TYPE)
    # Imported when there are any: a plan of the one needs nothing of the other.
    if azure:
        from erpguard.normalize.azure.declarations import resources as azure_resources

        _add(azure_resources(azure, settings, source), collected)
    if kubernetes:
        from erpguard.normalize.kubernetes_provider import resources as kubernetes_resources
        from erpguard.sources.embedded_yaml import documents

        _add(kubernetes_resources(kubernetes, settings, source, documents), collected)


def _add(made: Any, collected: Collected) -> None:
    collected.resources += made.resources
    collected.problems += made.problems
    for reason, count in made.not_judged.items():
        collected.not_judged[reason] = collected.not_judged.get(reason, 0) + count
    collected.open_types |= made.open_types
