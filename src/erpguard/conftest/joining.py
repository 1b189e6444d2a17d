"""What the packages say becomes a part of what a scan says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from erpguard.conftest.formats import is_document
from erpguard.conftest.judging import Judged
from erpguard.judgement import Judgement
from erpguard.sources import Collected
from erpguard.sources.discovery import Discovered
from erpguard.sources.helm_charts import CHART_FILE
from erpguard.sources.kubernetes_manifest import KUSTOMIZATION
from erpguard.sources.object_lists import NO_KIND

_JUDGED = (CHART_FILE, KUSTOMIZATION, NO_KIND)
"""Reasons for which sources leave documents out, which packages judge all the same."""

Objects = Iterable[Mapping[str, Any]]


def for_platform(found: Discovered, objects: Objects, parser: str, *, is_wanted: bool) -> tuple[Discovered, Objects]:
    """What is left for the sources of the platform: what they can read; nothing where no policy of ours judges.

    `parser` is that of files whose names tell no format.
    """
    rest = Discovered()
    rest.problems = found.problems
    if not is_wanted:
        return rest, ()
    rest.addresses = found.addresses
    rest.inputs = [one for one in found.inputs if not is_document(one.path or one.name, parser)]
    return rest, objects


def join(judged: Judged, judgement: Judgement) -> None:
    """Add to what the policies say of a side."""
    collected = judgement.side.collected
    judgement.failed = sorted(
        [*judgement.failed, *judged.failed], key=lambda one: (one.place, one.policy, one.fingerprint)
    )
    judgement.counts = {**judgement.counts, **judged.counts}
    judgement.problems += judged.problems
    told = {(problem.code, problem.place) for problem in judged.problems}
    collected.problems = [problem for problem in collected.problems if (problem.code, problem.place) not in told]
    collected.ignores = list(dict.fromkeys([*collected.ignores, *judged.collected.ignores]))
    collected.resources += judged.subjects
    _settle(collected, judged.collected)


def _settle(collected: Collected, found: Collected) -> None:
    for reason in _JUDGED:
        collected.not_judged.pop(reason, None)
    for reason, count in found.not_judged.items():
        collected.not_judged[reason] = max(count, collected.not_judged.get(reason, 0))
