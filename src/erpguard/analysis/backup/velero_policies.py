"""Velero's resource policies: what a ConfigMap says should happen to which volumes.

velero.io/docs/main/resource-filtering/#resource-policies and velero.io/docs/main/volume-policies/
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from erpguard.analysis import Analyses
from erpguard.analysis.values.selectors import all_of
from erpguard.analysis.workloads.mounted_volumes import Medium, Volume, claim_object
from erpguard.analysis.workloads.pods import Pod
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder


class Action(StrEnum):
    """What a policy says should happen to a volume. DEFAULT: what the backup itself says; ANY: not known."""

    DEFAULT = "default"
    SKIP = "skip"
    SNAPSHOT = "snapshot"
    FILES = "fs-backup"
    ANY = "any"


Labels = tuple[Mapping[str, str], frozenset[Path]]


def volume_action(analyses: Analyses, schedule: Resource, pod: Pod, volume: Volume, labels: Labels) -> Action:
    """What the Schedule's resource policy says about a volume; DEFAULT where it has none."""
    path = ("spec", "template", "resourcePolicy")
    reference = ((schedule.body.get("spec") or {}).get("template") or {}).get("resourcePolicy")
    if not schedule.is_known(path):
        return Action.ANY
    if reference is None:
        return Action.DEFAULT
    name = reference.get("name", "")
    lookup = analyses.estate.find(schedule, "core/ConfigMap", schedule.namespace, name)
    policies = _policies(lookup.found) if lookup.found is not None else None
    if policies is None:
        return Action.ANY
    for policy in policies:
        matched = _matches(analyses, policy, pod, volume, labels)
        if matched is None:
            return Action.ANY
        if matched:
            action = policy.get("action")
            kind = action.get("type") if isinstance(action, dict) else None
            return Action(kind) if kind in ("skip", "snapshot", "fs-backup") else Action.ANY
    return Action.DEFAULT


def _policies(config_map: Resource) -> list[dict[str, Any]] | None:
    """The volume policies of a ConfigMap, which has exactly one key; None where they are not known."""
    data = config_map.body.get("data") or {}
    texts = [text for text in data.values() if isinstance(text, str)]
    if not config_map.is_known(("data",)) or len(texts) != 1 or has_placeholder(texts[0]):
        return None
    import yaml

    try:
        content = yaml.load(texts[0], Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    policies = content.get("volumePolicies") if isinstance(content, dict) else None
    if policies is None:
        return [] if isinstance(content, dict) and "includeExcludePolicy" not in content else None
    well_formed = isinstance(policies, list) and all(isinstance(policy, dict) for policy in policies)
    return policies if well_formed and "includeExcludePolicy" not in content else None


def _matches(analyses: Analyses, policy: dict[str, Any], pod: Pod, volume: Volume, labels: Labels) -> bool | None:
    conditions = policy.get("conditions")
    if not isinstance(conditions, dict):
        return None
    return all_of(_holds(analyses, key, wanted, pod, volume, labels) for key, wanted in conditions.items())


def _holds(analyses: Analyses, key: str, wanted: Any, pod: Pod, volume: Volume, labels: Labels) -> bool | None:
    """Whether one condition holds; None for those that only the cluster can tell (capacity, drivers, phases)."""
    if volume.medium is not Medium.CLAIM:
        return None
    if key == "storageClass" and isinstance(wanted, list):
        storage_class = _storage_class(analyses, pod, volume)
        return None if storage_class is None else storage_class in wanted
    if key == "pvcLabels" and isinstance(wanted, dict):
        given, hidden = labels
        if any(() in hidden or (name,) in hidden for name in wanted):
            return None
        return all(given.get(name) == value for name, value in wanted.items())
    return None


def _storage_class(analyses: Analyses, pod: Pod, volume: Volume) -> str | None:
    """The class of a claim; None where it is not known, the cluster's default among them."""
    claim: Resource | None = pod.resource
    path: Path = (*volume.path, "spec", "storageClassName")
    if volume.template is not None:
        holder = pod.resource.body["spec"]["volumeClaimTemplates"][volume.template]
    else:
        claim, path = claim_object(analyses, pod, volume), ("spec", "storageClassName")
        holder = claim.body if claim is not None else {}
    if claim is None or not claim.is_known(path):
        return None
    named = (holder.get("spec") or {}).get("storageClassName")
    return named if isinstance(named, str) else None
