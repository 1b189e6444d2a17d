"""Which addresses pods have: not known, unless the configuration says from which ranges they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from erpguard.analysis import Analyses
from erpguard.analysis.network.policy_rules import PodPeer
from erpguard.analysis.values.cidrs import network
from erpguard.analysis.workloads.pod_labels import PodLabels

if TYPE_CHECKING:
    from erpguard.analysis.values.cidrs import Network


def pod_ranges(analyses: Analyses) -> tuple[Network, ...]:
    """The ranges of the setting `pod_ranges`; empty where they are not known."""
    given = analyses.settings.get("pod_ranges", ())
    found = [network(one) for one in given]
    return tuple(one for one in found if one is not None) if all(found) else ()


def any_pod(analyses: Analyses) -> PodPeer:
    """A pod of which nothing else is known: for entries that do not tell pods from pods (`Entry.selects_pods`)."""
    return PodPeer(PodLabels({}), PodLabels({}), None, pod_ranges(analyses))
