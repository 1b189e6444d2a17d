"""Declarations to those who know their provider; what nobody knows is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from erpguard.model.result import UNKNOWN_TYPE
from erpguard.normalize.declared import Declared
from erpguard.sources import Collected

if TYPE_CHECKING:
    from erpguard.normalize.azure.families import Draft

_AZURE = frozenset(("azapi", "azurerm"))
_KUBERNETES = frozenset(("helm", "kubectl", "kubernetes", "kubernetes-alpha"))


def hand_over(
    declarations: Iterable[Declared], settings: Mapping[str, Any], source: str, collected: Collected
) -> list[Draft]:
    """Add the resources that the declarations of one plan become; those that may belong to others are returned."""
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
    if kubernetes:
        from erpguard.normalize.kubernetes_provider import resources as kubernetes_resources
        from erpguard.sources.embedded_yaml import documents

        made = kubernetes_resources(kubernetes, settings, source, documents)
        collected.resources += made.resources
        collected.problems += made.problems
        for reason, count in made.not_judged.items():
            collected.not_judged[reason] = collected.not_judged.get(reason, 0) + count
        collected.open_types |= made.open_types
    if not azure:
        return []
    from erpguard.normalize.azure.declarations import drafted

    found = drafted(azure, settings, source)
    collected.resources += found.whole
    collected.problems += found.problems
    collected.open_types |= found.open_types
    return found.drafts
