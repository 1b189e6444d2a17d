"""What live collection gives -> resources, problems, and the types of which some may be missing.

The same for a collection that is running and for one that a snapshot kept, so that both are judged alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from erpguard.model import Resource
from erpguard.normalize import kubernetes
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.families import Draft, settle
from erpguard.normalize.known_types import all_of
from erpguard.sources import Collected
from erpguard.sources.azure_resources import whole
from erpguard.sources.documents import ObjectOrigin
from erpguard.sources.live import Gap, Item, Target, is_accepted, problem
from erpguard.sources.object_lists import has_kind, object_id_of

AZURE, KUBERNETES = "azure_live", "kubernetes_cluster"
"""The sources of live resources, by platform."""

_NAME = attrgetter("type", "id")

LIVE = frozenset((AZURE, KUBERNETES))


def add(
    name: str,
    targets: Iterable[Target],
    records: Iterable[Item | Gap],
    settings: Mapping[str, Any],
    collected: Collected,
) -> None:
    """Add what was collected. Resources come in the order of their ids, in whatever order servers answered.

    `name` is the input that they come from: the snapshot, or the address. `settings` is the `estate` section of the
    configuration, with `accept_gaps` beside it.
    """
    live = _Live(name, settings, collected)
    for record in records:
        if isinstance(record, Gap):
            live.gap(record)
        elif record.platform == "azure":
            live.azure(record)
        else:
            live.kubernetes(record)
    for target in targets:
        if target.scope:  # only a part was asked for: the rest may hold anything
            collected.open_types |= all_of(target.platform)
    live.finish()


class _Live:
    def __init__(self, name: str, settings: Mapping[str, Any], collected: Collected) -> None:
        self._name = name
        self._settings = settings
        self._collected = collected
        self._accepted: list[str] = list(settings.get("accept_gaps") or ())
        self._azure: list[Resource] = []
        self._resources: list[Resource] = []

    def gap(self, gap: Gap) -> None:
        """Note what was not read, and what may be missing for it."""
        self._collected.problems.append(problem(gap, is_accepted(gap, self._accepted)))
        for type_ in gap.types:
            self._collected.open_types |= all_of(gap.platform) if type_ == "*" else {type_}

    def azure(self, item: Item) -> None:
        """One ARM resource."""
        if not arm.is_arm(item.body):
            self._skip(item)
            return
        self._collected.documents += 1
        hidden = frozenset(item.sensitive)
        known = arm.Known(unknown=hidden, sensitive=hidden)
        origin = ObjectOrigin(object_id_of(item.body))
        made, problems = arm.resource(whole(item.body), origin, self._settings, AZURE, known)
        self._collected.problems += problems
        self._azure.append(made)

    def kubernetes(self, item: Item) -> None:
        """One Kubernetes object."""
        if not has_kind(item.body):
            self._skip(item)
            return
        self._collected.documents += 1
        hidden = frozenset(item.sensitive)
        origin = ObjectOrigin(f"{item.cluster}/{object_id_of(item.body)}")
        normalized = kubernetes.resource(item.body, origin, self._settings, KUBERNETES, hidden, item.cluster)
        self._collected.problems += normalized.problems
        if normalized.resource is not None:
            normalized.resource.sensitive = hidden
            self._resources.append(normalized.resource)

    def finish(self) -> None:
        """Add the resources."""
        settled = settle(map(Draft, _in_order(self._azure)))
        self._collected.problems += settled.problems
        self._collected.open_types |= settled.open_types
        resources = _in_order([*settled.resources, *self._resources])
        for resource in resources:
            resource.input = self._name
        self._collected.resources += resources

    def _skip(self, item: Item) -> None:
        self._collected.skip(f"item of {item.platform} that is no resource")


def _in_order(resources: Iterable[Resource]) -> list[Resource]:
    """By type and id, and namesakes, which servers should not have, by what they say: in whatever order they came."""
    found: list[Resource] = []
    for _, same in groupby(sorted(resources, key=_NAME), _NAME):
        namesakes = list(same)
        if len(namesakes) > 1:
            namesakes.sort(key=lambda one: json.dumps(one.body, sort_keys=True))
        found += namesakes
    return found
