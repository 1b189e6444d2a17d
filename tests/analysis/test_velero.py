"""What Velero's Schedules back up, against a simulation of one backup."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.backup.velero import Coverage, velero_coverage
from erpguard.analysis.workloads.mounted_volumes import volume_named
from erpguard.analysis.workloads.pods import all_pods
from erpguard.estate import Estate
from erpguard.model import Resource
from tests.analysis.estates import resource

EXCLUDE = "velero.io/exclude-from-backup"
LABELS = st.dictionaries(st.sampled_from(["app", "part"]), st.sampled_from(["odoo", "db"]))
SELECTOR = LABELS.map(lambda labels: {"matchLabels": labels})
NAMESPACES = st.lists(st.sampled_from(["erp", "erp-*", "e*", "*", "other"]), max_size=2)
KINDS = st.lists(
    st.sampled_from(["pods", "PVC", "persistentvolumes", "configmaps", "*", "Deployments.apps"]), max_size=3
)
TEMPLATES = st.fixed_dictionaries(
    {},
    optional={
        "includedNamespaces": NAMESPACES,
        "excludedNamespaces": st.lists(st.sampled_from(["other", "er?"]), max_size=1),
        "includedResources": KINDS,
        "excludedResources": KINDS,
        "excludedNamespaceScopedResources": KINDS,
        "excludedClusterScopedResources": KINDS,
        "labelSelector": SELECTOR,
        "orLabelSelectors": st.lists(SELECTOR, max_size=2),
        "snapshotVolumes": st.booleans(),
        "defaultVolumesToFsBackup": st.booleans(),
    },
)
ANNOTATIONS = st.fixed_dictionaries(
    {},
    optional={
        "backup.velero.io/backup-volumes": st.sampled_from(["files", "tmp", "tmp,files", "tmp, files"]),
        "backup.velero.io/backup-volumes-excludes": st.sampled_from(["files", "tmp", "tmp,files", "tmp, files"]),
    },
)


def _labels() -> st.SearchStrategy[dict[str, str]]:
    excluded = st.sampled_from([{}, {}, {}, {EXCLUDE: "true"}, {EXCLUDE: "false"}])
    return st.tuples(LABELS, excluded).map(lambda parts: {**parts[0], **parts[1]})


def schedule(template: dict[str, Any], name: str = "daily", file: str = "velero.yaml", **spec: Any) -> Resource:
    body = {"schedule": "@daily", "template": template, **spec}
    return resource("velero.io/v1", "Schedule", name, file, metadata={"namespace": "velero"}, spec=body)


def workload(labels: dict[str, str], annotations: dict[str, str], file: str = "odoo.yaml") -> Resource:
    spec = {
        "containers": [{"name": "odoo", "image": "odoo:18.0"}],
        "volumes": [{"name": "files", "persistentVolumeClaim": {"claimName": "files"}}],
    }
    template = {"metadata": {"labels": labels, "annotations": annotations}, "spec": spec}
    body = {"selector": {"matchLabels": labels}, "template": template}
    return resource("apps/v1", "Deployment", "odoo", file, spec=body)


def claim(labels: dict[str, str], file: str = "odoo.yaml") -> Resource:
    return resource("v1", "PersistentVolumeClaim", "files", file, metadata={"labels": labels}, spec={})


def coverage(*resources: Resource) -> Coverage:
    made = Analyses(Estate(resources))
    pod = next(pod for pod in all_pods(made) if pod.resource.name == "odoo")
    volume = volume_named(pod, "files")
    assert volume is not None
    return velero_coverage(made, pod, volume)


NAMES = {"pod": ("pods",), "claim": ("pvc",), "volume": ("persistentvolumes",)}
GLOBS = {"erp": True, "erp-*": False, "e*": True, "*": True, "other": False, "er?": True}


def admitted(template: dict[str, Any], kind: str, labels: dict[str, str]) -> bool:
    scope = "excludedClusterScopedResources" if kind == "volume" else "excludedNamespaceScopedResources"
    wanted = {name.lower() for name in template.get("includedResources", [])}
    refused = {name.lower() for key in ("excludedResources", scope) for name in template.get(key, [])}
    if labels.get(EXCLUDE) == "true" or refused & {"*", *NAMES[kind]}:
        return False
    return not wanted or bool(wanted & {"*", *NAMES[kind]})


def listed(template: dict[str, Any], labels: dict[str, str]) -> bool:
    selectors = [template["labelSelector"]] if "labelSelector" in template else template.get("orLabelSelectors", [])
    return not selectors or any(one["matchLabels"].items() <= labels.items() for one in selectors)


def files_saved(template: dict[str, Any], notes: dict[str, str]) -> bool:
    if template.get("defaultVolumesToFsBackup", False):
        named = "files" not in notes.get("backup.velero.io/backup-volumes-excludes", "").split(",")
    else:
        named = "files" in notes.get("backup.velero.io/backup-volumes", "").split(",")
    return named and admitted(template, "claim", {})


def refused(template: dict[str, Any]) -> bool:
    given = {key.lower() for key, value in template.items() if value != []}
    scoped = {key for key in given if "scopedresources" in key}
    unscoped = {key for key in given if key.endswith("resources")} - scoped
    return bool(scoped and unscoped) or {"labelselector", "orlabelselectors"} <= given


def simulated(
    template: dict[str, Any], pod: dict[str, str], claim_labels: dict[str, str], notes: dict[str, str]
) -> bool | None:
    """Run one backup: collect what is listed, follow from pods to claims to volumes, see whose data was saved.

    None where it was saved only if a CSI driver made a snapshot through the claim.
    """
    if refused(template):
        return False
    inside = not template.get("includedNamespaces") or any(GLOBS[glob] for glob in template["includedNamespaces"])
    if not inside or any(GLOBS[glob] for glob in template.get("excludedNamespaces", [])):
        return False
    labels: dict[str, dict[str, str]] = {"pod": pod, "claim": claim_labels, "volume": {}}
    queue = [kind for kind in ("pod", "claim") if listed(template, labels[kind])]
    saved, by_driver = False, False
    while queue:
        kind = queue.pop()
        if not admitted(template, kind, labels[kind]):
            continue
        if kind == "pod":
            saved |= files_saved(template, notes)
            queue.append("claim")
        elif kind == "claim":
            by_driver |= template.get("snapshotVolumes", True)
            queue.append("volume")
        else:
            saved |= template.get("snapshotVolumes", True)
    # What is saved of a claim that is itself left out cannot be restored to anything.
    return claim_labels.get(EXCLUDE) != "true" and (saved or (None if by_driver else False))


@given(TEMPLATES, _labels(), _labels(), ANNOTATIONS)
@settings(max_examples=400, deadline=None)
def test_coverage_against_a_simulated_backup(
    template: dict[str, Any], pod: dict[str, str], claim_labels: dict[str, str], notes: dict[str, str]
) -> None:
    found = coverage(schedule(template), workload(pod, notes), claim(claim_labels))
    assert found.answer is simulated(template, pod, claim_labels, notes)


@given(TEMPLATES, _labels(), _labels(), ANNOTATIONS)
@settings(max_examples=200, deadline=None)
def test_an_obstacle_alone_keeps_the_volume_out(
    template: dict[str, Any], pod: dict[str, str], claim_labels: dict[str, str], notes: dict[str, str]
) -> None:
    found = coverage(schedule(template), workload(pod, notes), claim(claim_labels))
    if found.obstacle is None:
        return
    assert found.answer is False
    without = {key: value for key, value in notes.items() if not key.endswith("excludes")}
    assert simulated(template, {**pod, EXCLUDE: "no"}, {**claim_labels, EXCLUDE: "no"}, without)


def test_paused_schedules_cover_nothing() -> None:
    parts = workload({"app": "odoo"}, {}), claim({})
    assert coverage(schedule({}, paused=True), *parts).answer is False
    assert coverage(schedule({}, paused="${PAUSED}"), *parts).answer is None
    assert coverage(schedule({}, paused=True), schedule({}, name="second"), *parts).answer is True


@pytest.mark.parametrize(
    ("location", "stores", "answer"),
    [
        ("", {}, True),
        ("", {"default": {}}, True),
        ("", {"default": {"accessMode": "ReadWrite"}}, True),
        ("", {"default": {"accessMode": "ReadOnly"}}, False),
        ("", {"default": {"accessMode": "${MODE}"}}, None),
        ("", {"default": {"accessMode": "ReadOnly"}, "second": {"default": True}}, True),
        ("", {"default": {}, "second": {"default": True, "accessMode": "ReadOnly"}}, False),
        ("second", {"default": {}, "second": {"accessMode": "ReadOnly"}}, False),
        ("third", {"default": {"accessMode": "ReadOnly"}}, True),
        ("${STORE}", {"default": {}, "second": {"accessMode": "ReadOnly"}}, None),
        ("${STORE}", {"second": {"accessMode": "ReadOnly"}}, False),
    ],
)
def test_stores_that_are_read_only(location: str, stores: dict[str, dict[str, Any]], answer: bool | None) -> None:
    template = {"defaultVolumesToFsBackup": True, "storageLocation": location}
    made = [
        resource("velero.io/v1", "BackupStorageLocation", name, metadata={"namespace": "velero"}, spec=spec)
        for name, spec in stores.items()
    ]
    assert coverage(schedule(template), workload({}, {}), claim({}), *made).answer is answer


def test_the_store_of_another_velero_does_not_matter() -> None:
    other = resource("velero.io/v1", "BackupStorageLocation", "default", spec={"accessMode": "ReadOnly"})
    assert coverage(schedule({}), workload({}, {}), claim({}), other).answer is True


@pytest.mark.parametrize(
    ("template", "answer"),
    [
        ({"labelSelector": {}, "orLabelSelectors": [{}]}, False),
        ({"labelSelector": {}, "orLabelSelectors": []}, True),
        ({"excludedResources": ["secrets"], "excludedNamespaceScopedResources": ["secrets"]}, False),
        ({"includeClusterResources": True, "includedClusterScopedResources": ["*"]}, False),
        ({"excludedClusterScopedResources": ["nodes"], "excludedNamespaceScopedResources": ["secrets"]}, True),
    ],
)
def test_what_velero_refuses(template: dict[str, Any], answer: bool) -> None:
    assert coverage(schedule(template), workload({}, {}), claim({})).answer is answer


def test_a_schedule_without_template_takes_everything() -> None:
    made = resource("velero.io/v1", "Schedule", "daily", metadata={"namespace": "velero"}, spec={"schedule": "@daily"})
    assert coverage(made, workload({}, {})).answer is True


@pytest.mark.parametrize(
    ("template", "answer"),
    [
        ({"resourcePolicy": {"kind": "configmap", "name": "gone"}}, None),
        ({"labelSelector": {"matchLabels": {"app": "${APP}"}}}, None),
        ({"includedNamespaces": ["${NAMESPACE}"]}, None),
        ({"includedNamespaces": ["${NAMESPACE}"], "excludedNamespaces": ["erp"]}, False),
        ({"includeClusterResources": False}, None),
        ({"includedResources": ["pods", "persistentvolumeclaims"]}, None),
        ({"includedResources": ["pods"]}, False),
        ({"excludedResources": ["pv"]}, None),
        ({"excludedResources": ["pv"], "snapshotVolumes": False}, False),
        ({"includeClusterResources": False, "defaultVolumesToFsBackup": True}, True),
        ({"snapshotVolumes": "${SNAPSHOT}"}, None),
        ({"snapshotVolumes": "${SNAPSHOT}", "defaultVolumesToFsBackup": True}, True),
        ({"defaultVolumesToRestic": True, "snapshotVolumes": False}, True),
    ],
)
def test_what_is_not_known(template: dict[str, Any], answer: bool | None) -> None:
    assert coverage(schedule(template), workload({"app": "odoo"}, {}), claim({})).answer is answer


def test_the_server_may_back_up_files_by_default() -> None:
    container = {
        "name": "velero",
        "image": "velero/velero:v1.17.0",
        "args": ["server", "--default-volumes-to-fs-backup"],
    }
    spec = {"selector": {}, "template": {"spec": {"containers": [container]}}}
    server = resource("apps/v1", "Deployment", "velero", metadata={"namespace": "velero"}, spec=spec)
    parts = schedule({"snapshotVolumes": False}), workload({}, {}), claim({})
    assert coverage(*parts).answer is False
    assert coverage(server, *parts).answer is True


def test_copies_do_not_cover_each_other() -> None:
    staging = schedule({}, file="staging/velero.yaml"), claim({}, "staging/odoo.yaml")
    production = schedule({}, file="prod/velero.yaml", paused=True), claim({}, "prod/odoo.yaml")
    assert coverage(*staging, *production, workload({}, {}, "prod/odoo.yaml")).answer is False
    assert coverage(*staging, *production, workload({}, {}, "staging/odoo.yaml")).answer is True
    assert coverage(*staging, *production, workload({}, {}, "odoo.yaml")).answer is None


POLICIES = """
version: v1
volumePolicies:
- conditions: {storageClass: [scratch]}
  action: {type: skip}
- conditions: {pvcLabels: {kind: files}}
  action: {type: fs-backup}
- conditions: {capacity: "0,100Gi"}
  action: {type: skip}
"""


@pytest.mark.parametrize(
    ("storage_class", "labels", "answer"),
    [("scratch", {"kind": "files"}, False), ("disks", {"kind": "files"}, True), ("disks", {}, None)],
)
def test_resource_policies(storage_class: str, labels: dict[str, str], answer: bool | None) -> None:
    policies = resource("v1", "ConfigMap", "volumes", metadata={"namespace": "velero"}, data={"policies": POLICIES})
    metadata, spec = {"labels": labels}, {"storageClassName": storage_class}
    files = resource("v1", "PersistentVolumeClaim", "files", metadata=metadata, spec=spec)
    template = {"snapshotVolumes": False, "resourcePolicy": {"kind": "configmap", "name": "volumes"}}
    assert coverage(schedule(template), policies, workload({}, {}), files).answer is answer
