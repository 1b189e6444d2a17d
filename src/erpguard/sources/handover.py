"""From plan sources to normalization: declarations go to those who know their provider, the others are counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from erpguard.model.result import UNKNOWN_TYPE
from erpguard.normalize.declared import Declared
from erpguard.sources import Collected

if TYPE_CHECKING:
    from erpguard.normalize.azure.families import Draft

_AZURE = frozenset(("azapi", "azure", "azure-native", "azurerm"))
_KUBERNETES = frozenset(("helm", "kubectl", "kubernetes", "kubernetes-alpha"))


class Prefixes:
    """Tells the resources of one file from those of another: plans of one configuration have the same addresses."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, names: Iterable[str], file: str) -> str:
        """What goes before these addresses or URNs; empty as long as no other file has one of them."""
        own = set(names)
        prefix, number = "", 1
        while not self._taken.isdisjoint(prefix + name for name in own):
            prefix = f"{file or '-'}{f'~{number}' if number > 1 else ''}:"
            number += 1
        self._taken.update(prefix + name for name in own)
        return prefix


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
        from erpguard.normalize.kubernetes_provider import deleted
        from erpguard.normalize.kubernetes_provider import resources as kubernetes_resources
        from erpguard.sources.embedded_yaml import documents

        made = kubernetes_resources(kubernetes, settings, source, documents)
        collected.resources += made.resources
        collected.problems += made.problems
        for reason, count in made.not_judged.items():
            collected.skip(reason, count)
        collected.open_types |= made.open_types
        collected.deleted |= deleted(kubernetes, settings, source, documents)
    if not azure:
        return []
    from erpguard.normalize.azure.declarations import drafted

    found = drafted(azure, settings, source)
    collected.resources += found.whole
    collected.problems += found.problems
    collected.open_types |= found.open_types
    return found.drafts
