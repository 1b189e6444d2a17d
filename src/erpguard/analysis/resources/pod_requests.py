"""What the containers of a pod request together.

Init containers run one after the other, beside the sidecars that began before them:
kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from erpguard.analysis.values.amounts import HIDDEN, Amount

_NONE = Fraction(0)


def together(asked: Iterable[tuple[str, Amount]]) -> Amount:
    """What is needed at once: of the role and the amount of each container, in the order of the pod's spec.

    None where none requests any, `HIDDEN` where an amount is not known.
    """
    peak = sidecars = main = _NONE
    given = False
    for role, amount in asked:
        if amount is HIDDEN:
            return HIDDEN
        own, given = amount or _NONE, given or amount is not None
        main += own if role == "main" else _NONE
        sidecars += own if role == "sidecar" else _NONE
        peak = max(peak, sidecars + (own if role == "init" else _NONE))
    return max(peak, sidecars + main) if given else None
