"""Which types erpguard reads, on either platform."""

from __future__ import annotations

from erpguard.normalize.kubernetes_types import all_names, shape_of


def all_of(platform: str) -> set[str]:
    """All types of `azure` or `kubernetes` that anything is known of."""
    if platform == "azure":
        from erpguard.normalize.azure.arm_types import all_names as azure_names

        return set(azure_names())
    return set(all_names())


def is_read(type_: str) -> bool:
    """Whether policies or analyses may look at resources of a type."""
    if type_.startswith("Microsoft."):
        from erpguard.normalize.azure.arm_types import arm_type

        return arm_type(type_) is not None
    return shape_of(type_) is not None
