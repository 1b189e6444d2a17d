"""Who may delete his own backups by the rights of his ServiceAccount: against requests that are tried one by one."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.backup.backup_deletions import backup_deletions
from erpguard.estate import Estate
from erpguard.model import Resource
from tests.analysis.estates import analyses, resource

API = "rbac.authorization.k8s.io/v1"
RBAC = "rbac.authorization.k8s.io"
ODOO = {"kind": "ServiceAccount", "name": "odoo", "namespace": "erp"}
SUBJECTS = [
    ODOO,
    {"kind": "ServiceAccount", "name": "odoo", "namespace": "other"},
    {"kind": "User", "name": "system:serviceaccount:erp:odoo"},
    {"kind": "Group", "name": "system:serviceaccounts"},
    {"kind": "Group", "name": "system:serviceaccounts:erp"},
    {"kind": "Group", "name": "system:serviceaccounts:other"},
    {"kind": "Group", "name": "developers"},
]
IS_ODOO = [0, 2, 3, 4]
RULES = st.fixed_dictionaries(
    {
        "apiGroups": st.sampled_from([["velero.io"], ["postgresql.cnpg.io"], ["*"], [""]]),
        "resources": st.sampled_from(
            [["schedules"], ["backups"], ["deletebackuprequests"], ["*"], ["secrets"], ["scheduledbackups", "pods"]]
        ),
        "verbs": st.sampled_from([["get"], ["delete"], ["deletecollection"], ["create"], ["*"]]),
    },
    optional={"resourceNames": st.sampled_from([["daily"], ["nightly"], ["else"], ["store"]])},
)


class World(NamedTuple):
    """A binding of one role to one subject, in a namespace or everywhere, and what backs the workload up."""

    rules: list[dict[str, list[str]]]
    subject: int
    namespace: str | None
    scheduled: str
    database: str


WORLDS = st.builds(
    World,
    st.lists(RULES, min_size=1, max_size=2),
    st.integers(0, len(SUBJECTS) - 1),
    st.sampled_from([None, "erp", "velero", "other"]),
    st.sampled_from(["erp", "other"]),
    st.sampled_from(["erp", "other"]),
)


def _deletes(world: World) -> bool | None:
    """Whether one of the requests that delete backups is allowed; None where only its object's name decides."""
    requests: list[tuple[str, str, str, str, str | None]] = []
    for verb in ("delete", "deletecollection"):
        if world.scheduled == "erp":
            requests.append((verb, "velero.io", "backups", "velero", None))
            requests.append((verb, "velero.io", "schedules", "velero", "daily"))
            requests.append((verb, "velero.io", "backupstoragelocations", "velero", "default"))
        if world.database == "erp":
            requests.append((verb, "postgresql.cnpg.io", "backups", "erp", None))
            requests.append((verb, "postgresql.cnpg.io", "scheduledbackups", "erp", "nightly"))
    if world.scheduled == "erp":
        requests.append(("create", "velero.io", "deletebackuprequests", "velero", ""))
    if world.database == "erp":
        requests += [(verb, "", "secrets", "erp", "store") for verb in ("get", "list", "watch")]
    answers = {_is_allowed(world, *request) for request in requests} if world.subject in IS_ODOO else {False}
    return True if True in answers else None if None in answers else False


def _is_allowed(world: World, verb: str, group: str, kind: str, at: str, name: str | None) -> bool | None:
    answer: bool | None = False
    for rule in world.rules if world.namespace in (None, at) else ():
        asked = ((verb, "verbs"), (group, "apiGroups"), (kind, "resources"))
        if not all(wanted in rule[key] or "*" in rule[key] for wanted, key in asked):
            continue
        names = rule.get("resourceNames")
        if names is None or (verb not in ("create", "deletecollection") and name in names):
            return True
        if name is None and verb == "delete":
            answer = None
    return answer


def _estate(world: World) -> Analyses:
    kind = "ClusterRoleBinding" if world.namespace is None else "RoleBinding"
    subject: dict[str, Any] = {"metadata": {"namespace": world.namespace}, "subjects": [SUBJECTS[world.subject]]}
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "rights"}
    template = {"serviceAccountName": "odoo", "containers": [{"name": "odoo", "image": "odoo:18.0"}]}
    store = {"destinationPath": "x", "azureCredentials": {"storageKey": {"name": "store", "key": "key"}}}
    made: list[Resource] = [
        resource(API, "ClusterRole", "rights", metadata={"namespace": None}, rules=world.rules),
        resource(API, kind, "rights", roleRef=reference, **subject),
        resource("v1", "ServiceAccount", "odoo"),
        resource("apps/v1", "Deployment", "odoo", spec={"template": {"spec": template}}),
        _schedule(world.scheduled),
        resource(
            "postgresql.cnpg.io/v1",
            "Cluster",
            "db",
            metadata={"namespace": world.database},
            spec={"instances": 1, "backup": {"barmanObjectStore": store}},
        ),
        resource(
            "postgresql.cnpg.io/v1",
            "ScheduledBackup",
            "nightly",
            metadata={"namespace": world.database},
            spec={"schedule": "0 0 1 * * *", "cluster": {"name": "db"}},
        ),
    ]
    return Analyses(Estate(made))


def _schedule(namespace: str) -> Resource:
    spec = {"schedule": "0 1 * * *", "template": {"includedNamespaces": [namespace]}}
    return resource("velero.io/v1", "Schedule", "daily", metadata={"namespace": "velero"}, spec=spec)


def _answer(made: Analyses) -> bool | None:
    view = backup_deletions(made)
    if any(row.get("right_to_delete") for row in view.rows.values()):
        return True
    return None if any("right_to_delete" in hidden for hidden in view.unknown.values()) else False


@settings(max_examples=300)
@given(WORLDS)
def test_requests_tried_one_by_one(world: World) -> None:
    assert _answer(_estate(world)) is _deletes(world)


def _odoo(**spec: Any) -> Resource:
    template = {"serviceAccountName": "odoo", "containers": [{"name": "odoo", "image": "odoo:18.0"}], **spec}
    return resource("apps/v1", "Deployment", "odoo", spec={"template": {"spec": template}})


def test_the_right_and_the_way_are_told() -> None:
    rules = [{"apiGroups": ["velero.io"], "resources": ["*"], "verbs": ["*"]}]
    subject = {"kind": "ClusterRole", "name": "rights", "apiGroup": RBAC}
    made = [
        resource(API, "ClusterRole", "rights", metadata={"namespace": None}, rules=rules),
        resource(API, "RoleBinding", "rights", metadata={"namespace": "velero"}, roleRef=subject, subjects=[ODOO]),
        resource("v1", "ServiceAccount", "odoo"),
        _odoo(),
        _schedule("erp"),
    ]
    rows = [row for row in backup_deletions(Analyses(Estate(made))).rows.values() if row["right_to_delete"]]
    binding = "default/rbac.authorization.k8s.io/RoleBinding/velero/rights"
    rights = (
        "may create deletebackuprequests.velero.io, delete backups.velero.io, delete schedules.velero.io, "
        "delete backupstoragelocations.velero.io in namespace velero"
    )
    assert [(row["identity"], row["right"], row["over"], row["at"]) for row in rows] == [
        (
            "ServiceAccount odoo",
            rights,
            "backups by Schedule velero/daily",
            {"resource": binding, "path": ["subjects", 0]},
        )
    ]
    assert [step["resource"].rpartition("/")[2] for step in rows[0]["flow"]] == ["odoo", "rights", "rights", "daily"]


@pytest.mark.parametrize("where", ["env", "envFrom", "volumes", "projected"])
def test_a_key_that_pods_get(where: str) -> None:
    env = [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "store", "key": "key"}}}]
    container: dict[str, Any] = {"name": "odoo", "image": "odoo:18.0"}
    spec: dict[str, Any] = {"containers": [container]}
    path: list[Any] = ["spec", "template", "spec"]
    if where == "env":
        container["env"] = env
        path += ["containers", 0, "env", 0, "valueFrom", "secretKeyRef", "name"]
    elif where == "envFrom":
        container["envFrom"] = [{"secretRef": {"name": "store"}}]
        path += ["containers", 0, "envFrom", 0, "secretRef", "name"]
    elif where == "volumes":
        spec["volumes"] = [{"name": "key", "secret": {"secretName": "store"}}]
        path += ["volumes", 0, "secret", "secretName"]
    else:
        spec["volumes"] = [{"name": "key", "projected": {"sources": [{"secret": {"name": "store"}}]}}]
        path += ["volumes", 0, "projected", "sources", 0, "secret", "name"]
    store = {"destinationPath": "x", "azureCredentials": {"storageKey": {"name": "store", "key": "key"}}}
    cluster = resource("postgresql.cnpg.io/v1", "Cluster", "db", spec={"backup": {"barmanObjectStore": store}})
    rows = backup_deletions(Analyses(Estate([_odoo(**spec), cluster]))).rows.values()
    assert [row["at"]["path"] for row in rows if row["right_to_delete"]] == [path]


def test_workloads_of_other_tiers_have_no_rows() -> None:
    made = analyses("{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: a, image: nginx}]}}")
    assert dict(backup_deletions(made).rows) == {}
