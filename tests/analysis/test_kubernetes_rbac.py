"""Roles, aggregation, bindings, tokens and write access, joined over an estate."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.kubernetes_rbac import duties
from erpguard.analysis.kubernetes_rbac.bindings import all_bindings
from erpguard.analysis.kubernetes_rbac.duties import MOST_OTHERS
from erpguard.analysis.kubernetes_rbac.roles import cluster_roles
from erpguard.analysis.kubernetes_rbac.tokens import token_of
from erpguard.analysis.workloads.pods import all_pods
from erpguard.estate import Estate
from erpguard.model import Resource
from tests.analysis.estates import resource

API = "rbac.authorization.k8s.io/v1"
LABELS = st.dictionaries(st.sampled_from(["into", "team"]), st.sampled_from(["a", "b"]))
SELECTORS = st.lists(st.fixed_dictionaries({}, optional={"matchLabels": LABELS}), max_size=2)
ROLES = st.lists(st.tuples(LABELS, st.none() | SELECTORS), min_size=1, max_size=5)


def _cluster_role(name: str, labels: dict[str, str], selectors: list[dict[str, Any]] | None, *verbs: str) -> Resource:
    metadata = {"labels": {"custom": "true", **labels}, "namespace": None}
    if selectors is None:
        rules = [{"verbs": list(verbs), "apiGroups": [""], "resources": ["pods"]}]
        return resource(API, "ClusterRole", name, metadata=metadata, rules=rules)
    return resource(API, "ClusterRole", name, metadata=metadata, aggregationRule={"clusterRoleSelectors": selectors})


def _controller(roles: list[tuple[dict[str, str], list[dict[str, Any]] | None]]) -> list[set[str]]:
    """The verbs of each role, as the aggregation controller leaves them: run until nothing changes any more."""
    verbs: list[set[str]] = [{f"verb-{number}"} if picks is None else set() for number, (_, picks) in enumerate(roles)]
    changed = True
    while changed:
        changed = False
        for number, (_, picks) in enumerate(roles):
            for pick in picks or ():
                for other, (labels, _) in enumerate(roles):
                    if other != number and pick.get("matchLabels", {}).items() <= {"custom": "true", **labels}.items():
                        changed = changed or not verbs[other] <= verbs[number]
                        verbs[number] |= verbs[other]
    return verbs


@settings(max_examples=60)
@given(ROLES)
def test_aggregation_ends_where_the_controller_ends(
    given_roles: list[tuple[dict[str, str], list[dict[str, Any]] | None]],
) -> None:
    # The roles that every cluster has lack the label `custom`, so that they are never selected here.
    roles = [
        (labels, picks and [{"matchLabels": {"custom": "true", **pick.get("matchLabels", {})}} for pick in picks])
        for labels, picks in given_roles
    ]
    made = [_cluster_role(f"role-{n}", labels, picks, f"verb-{n}") for n, (labels, picks) in enumerate(roles)]
    known = cluster_roles(Analyses(Estate(made)), "default")
    for one, expected in zip(made, _controller(roles), strict=True):
        effective = known.effective(known.by_key[one.key])
        assert effective.complete and all(sure for _, sure in effective.rules)
        assert {verb for rule, _ in effective.rules for verb in rule.verbs.texts} == expected


@pytest.mark.parametrize(
    ("name", "cluster_admin", "reads_secrets", "writes"),
    [
        ("cluster-admin", True, True, True),
        ("admin", False, True, True),
        ("edit", False, True, True),
        ("view", False, False, False),
        ("system:auth-delegator", False, False, False),
        ("system:kube-controller-manager", False, True, True),
        ("system:of-a-provider", None, None, None),
        ("missing", False, False, False),
    ],
)
def test_roles_that_every_cluster_has(
    name: str, cluster_admin: bool | None, reads_secrets: bool | None, writes: bool | None
) -> None:
    binding = _binding("ClusterRoleBinding", "b", "ClusterRole", name, {"kind": "User", "name": "jane"})
    (read,) = all_bindings(Analyses(Estate([binding])))
    assert read.exists is (name != "missing")
    role = read.role
    assert (role.cluster_admin, role.reads_secrets, role.writes) == (cluster_admin, reads_secrets, writes)


def test_an_open_estate_may_hold_more() -> None:
    edit = _binding("ClusterRoleBinding", "b", "ClusterRole", "view", {"kind": "User", "name": "jane"})
    missing = _binding("RoleBinding", "c", "Role", "missing", {"kind": "User", "name": "jane"})
    admin = _binding("ClusterRoleBinding", "d", "ClusterRole", "cluster-admin", {"kind": "User", "name": "jane"})
    read = {one.resource.name: one for one in all_bindings(Analyses(Estate([edit, missing, admin], {"*"})))}
    assert read["b"].role.reads_secrets is None and read["b"].role.writes is None
    assert read["c"].exists is None
    assert read["d"].role.cluster_admin is True


def _binding(kind: str, name: str, role_kind: str, role: str, *subjects: dict[str, str], **metadata: Any) -> Resource:
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": role_kind, "name": role}
    if kind == "ClusterRoleBinding":
        metadata["namespace"] = None
    return resource(API, kind, name, metadata=metadata, roleRef=reference, subjects=list(subjects))


def _rows(view: str, *resources: Resource, **options: Any) -> list[dict[str, Any]]:
    return list(Analyses(Estate(resources, **options)).view(view).rows.values())


def test_a_rule_is_a_row_where_it_is_written_only() -> None:
    part = _cluster_role("part", {"into": "a"}, None, "*")
    whole = _cluster_role("whole", {}, [{"matchLabels": {"into": "a"}}])
    rows = _rows("role_rules", part, whole)
    assert [(row["name"], row["path"], row.get("wildcards")) for row in rows] == [
        ("part", ["rules", 0], [{"field": "verbs", "path": ["verbs", 0]}]),
        ("whole", ["aggregationRule"], None),
    ]


def test_rules_of_the_control_plane_are_rows_of_the_selector_that_takes_them() -> None:
    selectors = [{"matchLabels": {"into": "a"}}, {}]
    rows = _rows("role_rules", _cluster_role("whole", {}, selectors))
    taken = {row["taken_from"]: row["path"] for row in rows if "taken_from" in row}
    assert taken["cluster-admin"] == ["aggregationRule", "clusterRoleSelectors", 1]


def test_a_hidden_selector_hides_what_an_aggregating_role_takes_over() -> None:
    whole = _cluster_role("whole", {}, [{"matchLabels": {"kubernetes.io/bootstrapping": "${X}"}}])
    view = Analyses(Estate([whole])).view("role_rules")
    assert any("wildcards" in hidden for hidden in view.unknown.values())
    harmless = _cluster_role("whole", {}, [{"matchLabels": {"into": "${X}"}}])
    assert not Analyses(Estate([harmless])).view("role_rules").unknown


def test_subjects() -> None:
    binding = _binding(
        "RoleBinding",
        "b",
        "ClusterRole",
        "view",
        {"kind": "User", "name": "system:serviceaccount:erp:default"},
        {"kind": "ServiceAccount", "name": "odoo", "namespace": "erp"},
        {"kind": "Group", "name": "system:serviceaccounts:erp"},
    )
    rows = _rows("binding_subjects", binding)
    assert [row["principal"] for row in rows] == [
        "ServiceAccount:erp/default",
        "ServiceAccount:erp/odoo",
        "Group:system:serviceaccounts:erp",
    ]
    assert [row.get("service_account_exists") for row in rows] == [None, False, None]
    assert all("cluster_administrator" not in row for row in rows)


def test_namesakes_of_which_none_is_nearest_exist() -> None:
    account = {"kind": "ServiceAccount", "name": "search", "namespace": "erp"}
    binding = _binding("RoleBinding", "b", "Role", "search", account)
    namesakes = [
        resource(version, kind, "search", file=file)
        for file in ("one/a.yaml", "two/a.yaml")
        for version, kind in (("v1", "ServiceAccount"), (API, "Role"))
    ]
    (row,) = _rows("binding_subjects", binding, *namesakes)
    assert row["service_account_exists"] is True
    (row,) = _rows("bindings", binding, *namesakes)
    assert row["role_exists"] is True
    assert all_bindings(Analyses(Estate([binding, *namesakes])))[0].role.writes is None


def _pod(name: str, image: str = "odoo:18.0", namespace: str = "erp", **spec: Any) -> Resource:
    containers = [{"name": "main", "image": image}]
    return resource("v1", "Pod", name, metadata={"namespace": namespace}, spec={"containers": containers, **spec})


def _projected(audience: Any) -> dict[str, Any]:
    return {"projected": {"sources": [{"serviceAccountToken": {"path": "t", "audience": audience}}]}}


@pytest.mark.parametrize(
    ("pod", "account", "expected"),
    [
        (None, None, True),
        (None, False, False),
        (None, True, True),
        (True, False, True),
        (False, True, False),
    ],
)
def test_the_pod_decides_then_the_account_then_the_default(
    pod: bool | None, account: bool | None, expected: bool
) -> None:
    key = "automountServiceAccountToken"
    settings_: dict[str, Any] = {} if pod is None else {key: pod}
    body: dict[str, Any] = {} if account is None else {key: account}
    made = resource("v1", "ServiceAccount", "odoo", **body)
    (row,) = _rows("service_account_tokens", _pod("odoo", serviceAccountName="odoo", **settings_), made)
    assert row["mounted"] is expected
    assert row["bound"] is False
    assert ("set_at" in row) is (pod is None and account is not None)


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        ({"emptyDir": {}}, False),
        ({"projected": {"sources": [{"configMap": {"name": "ca"}}]}}, False),
        ({"projected": {"sources": [{"configMap": {"name": "${CA}"}}]}}, False),
        ({"projected": {"sources": [{"configMap": {"name": "ca"}}, {"serviceAccountToken": {"path": "t"}}]}}, True),
        ({"projected": {"sources": [{"serviceAccountToken": {"path": "t", "audience": ""}}]}}, True),
        (_projected("https://kubernetes.default.svc.cluster.local"), True),
        (_projected("vault"), False),
        (_projected("api://AzureADTokenExchange"), False),
        (_projected("https://westeurope.oic.prod-aks.azure.com/tenant/cluster/"), None),
        (_projected("${AUDIENCE}"), None),
        (_projected(7), None),
        ({"projected": {"sources": [{"serviceAccountToken": "${TOKEN}"}]}}, None),
        ({"projected": {"sources": ["${SOURCE}"]}}, None),
        ({"projected": {"sources": "${SOURCES}"}}, None),
        ({"projected": "${PROJECTED}"}, None),
    ],
)
def test_a_volume_may_project_a_token_for_the_api_server(volume: dict[str, Any], expected: bool | None) -> None:
    pod = _pod("odoo", volumes=[{"name": "v", **volume}], automountServiceAccountToken=False)
    analyses = Analyses(Estate([pod]))
    assert token_of(analyses, all_pods(analyses)[0]) == ("default", False, None, expected)


def test_volumes_that_are_not_known_may_project_a_token() -> None:
    pods = [
        _pod("list", volumes="${VOLUMES}", automountServiceAccountToken=False),
        _pod("item", volumes=["${VOLUME}"], automountServiceAccountToken=False),
        _pod("mounted", volumes="${VOLUMES}", automountServiceAccountToken=True),
    ]
    analyses = Analyses(Estate(pods))
    assert [token_of(analyses, pod).held for pod in all_pods(analyses)] == [None, None, True]


def test_a_binding_of_a_namesake_further_away_does_not_count() -> None:
    subject = {"kind": "ServiceAccount", "name": "odoo", "namespace": "erp"}
    reference = {"kind": "ClusterRole", "name": "view"}
    body = {"metadata": {"labels": {}}, "roleRef": reference, "subjects": [subject]}
    near = resource(API, "RoleBinding", "odoo", file="prod/binding.yaml", **{**body, "subjects": []})
    far = resource(API, "RoleBinding", "odoo", file="test/binding.yaml", **body)
    containers = {"containers": [{"name": "main", "image": "odoo:18.0"}], "serviceAccountName": "odoo"}
    pod = resource("v1", "Pod", "odoo", file="prod/pod.yaml", spec=containers)
    (row,) = _rows("service_account_tokens", pod, near, far)
    assert row["bound"] is False


def test_write_access_of_one_subject_in_several_namespaces() -> None:
    jane = {"kind": "User", "name": "jane"}
    here = _binding("RoleBinding", "here", "ClusterRole", "edit", jane, namespace="erp")
    there = _binding("RoleBinding", "there", "ClusterRole", "admin", jane, namespace="traefik")
    reads = _binding("RoleBinding", "reads", "ClusterRole", "view", jane, namespace="velero")
    rows = {row["name"]: row for row in _rows("write_access", _pod("odoo"), here, there, reads)}
    assert (rows["here"]["write_namespace"], rows["here"]["has_erp"]) == ("erp", True)
    assert [other["namespace"] for other in rows["here"]["other_writes"]] == ["traefik"]
    assert [(other["namespace"], other["has_erp"]) for other in rows["there"]["other_writes"]] == [("erp", True)]
    assert "write_namespace" not in rows["reads"]


def test_the_list_of_other_namespaces_is_bounded() -> None:
    jane = {"kind": "User", "name": "jane"}
    bindings = [
        _binding("RoleBinding", "b", "ClusterRole", "edit", jane, namespace=f"team-{number:04}")
        for number in range(MOST_OTHERS + 2)
    ]
    here = _binding("RoleBinding", "b", "ClusterRole", "edit", jane, namespace="erp")
    view = Analyses(Estate([_pod("odoo"), *bindings, here])).view("write_access")
    others = [row["other_writes"] for row in view.rows.values() if "other_writes" in row]
    assert max(map(len, others)) == MOST_OTHERS + 1  # erp is of the other kind, and stays
    assert all(any(other["has_erp"] for other in one) for one in others[:-1])
    doubts = [hidden for key, hidden in view.unknown.items() if key.endswith("?")]
    assert doubts == [frozenset({"other_writes"})] * len(others)


def test_copies_are_compared_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    jane = {"kind": "User", "name": "jane"}
    copies = [
        resource(
            API,
            "RoleBinding",
            "b",
            file=f"{overlay}/b.yaml",
            metadata={"namespace": namespace},
            roleRef={"kind": "ClusterRole", "name": "edit"},
            subjects=[jane],
        )
        for overlay in ("one", "two")
        for namespace in ("erp", "traefik", "velero")
    ]
    estate = Estate([_pod("odoo"), *copies])
    for bound, complete in ((6, True), (3, False)):
        monkeypatch.setattr(duties, "MOST_COMPARED", bound)
        view = Analyses(estate).view("write_access")
        assert all(len(row["other_writes"]) == 2 for row in view.rows.values() if "other_writes" in row)
        assert (not any(key.endswith("?") for key in view.rows)) == complete


def test_write_access_everywhere() -> None:
    binding = _binding("ClusterRoleBinding", "b", "ClusterRole", "edit", {"kind": "Group", "name": "developers"})
    (row,) = _rows("write_access", binding, _pod("web", image="nginx:1"))
    assert row["everywhere"] is True and row["erp_anywhere"] is False
    hidden = Analyses(Estate([binding, _pod("web", image="${IMAGE}")])).view("write_access").unknown
    assert list(hidden.values()) == [frozenset({"erp_anywhere"})]
