"""Ways to become an administrator: against a simulation that collects identities until no more can be had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from erpguard.analysis import Analyses
from erpguard.analysis.kubernetes_rbac.escalations import escalations
from erpguard.estate import Estate
from erpguard.model import Resource
from tests.analysis.estates import analyses, resource

API = "rbac.authorization.k8s.io/v1"
RBAC = "rbac.authorization.k8s.io"
NAMESPACES = ("a", "b")
ACCOUNTS = ("a/x", "a/y", "b/x")
EVERYBODY, THERE = "Group:system:authenticated", "Group:system:serviceaccounts:a"
NAMES = [*(f"ServiceAccount:{name}" for name in ACCOUNTS), "User:u", "User:v", "Group:g", EVERYBODY, THERE]

Rule = dict[str, list[str]]


def _rule(verbs: str, group: str, resources: str, *names: str) -> Rule:
    rule = {"verbs": verbs.split(), "apiGroups": [group], "resources": resources.split()}
    return {**rule, "resourceNames": list(names)} if names else rule


RULES = [
    _rule("get", "", "pods"),
    _rule("*", "*", "*"),
    _rule("create", "", "pods"),
    _rule("create", "batch", "jobs"),
    _rule("patch", "apps", "deployments"),
    _rule("patch", "apps", "deployments", "web"),
    _rule("create", "", "pods/exec"),
    _rule("create", "", "serviceaccounts/token"),
    _rule("create", "", "serviceaccounts/token", "x"),
    _rule("create", "", "secrets"),
    _rule("get", "", "secrets"),
    _rule("get", "", "secrets", "token"),
    _rule("impersonate", "", "users"),
    _rule("impersonate", "", "users", "u"),
    _rule("impersonate", "", "groups"),
    _rule("impersonate", "", "groups", "g"),
    _rule("impersonate", "", "serviceaccounts", "y"),
    _rule("bind", RBAC, "clusterroles"),
    _rule("bind", RBAC, "clusterroles", "r1"),
    _rule("create", RBAC, "rolebindings"),
    _rule("create", RBAC, "clusterrolebindings"),
    _rule("escalate patch", RBAC, "clusterroles"),
    _rule("get", "", "nodes/proxy"),
    _rule("patch", "", "namespaces"),
    _rule("create", "", "persistentvolumes persistentvolumeclaims pods"),
    _rule("approve", "certificates.k8s.io", "signers"),
    _rule("create update", "certificates.k8s.io", "certificatesigningrequests certificatesigningrequests/approval"),
]

# (subject, role, namespace or None for a ClusterRoleBinding)
BINDING = st.tuples(st.sampled_from(NAMES), st.sampled_from(["r0", "r1", "r2"]), st.sampled_from([None, *NAMESPACES]))


class World(NamedTuple):
    """A cluster: roles, bindings, and what there is in namespaces `a` and `b`."""

    roles: dict[str, list[Rule]]
    bindings: list[tuple[str, str, str | None]]
    levels: dict[str, str]
    pods: list[str]
    deployments: list[str]
    secrets: list[str]


WORLDS = st.builds(
    World,
    st.fixed_dictionaries(
        {name: st.lists(st.sampled_from(RULES), min_size=1, max_size=2) for name in ("r0", "r1", "r2")}
    ),
    st.lists(BINDING, min_size=1, max_size=6, unique=True),
    st.fixed_dictionaries({name: st.sampled_from(["privileged", "baseline"]) for name in NAMESPACES}),
    st.lists(st.sampled_from(ACCOUNTS), max_size=2, unique=True),
    st.lists(st.sampled_from(NAMESPACES), max_size=1),
    st.lists(st.sampled_from(ACCOUNTS), max_size=1),
)


def members_of(name: str) -> set[str]:
    """The groups of the control plane's making that somebody is in."""
    return {EVERYBODY, *([THERE] if name.startswith("ServiceAccount:a/") else [])} - {name}


class Simulation:
    """What somebody can get who holds one identity: tried out until there is nothing new."""

    def __init__(self, world: World) -> None:
        self.world = world

    def reaches(self, start: str) -> bool:
        held: set[str] = {start}
        tried: set[str] = set()
        while held - tried and "goal" not in held:
            name = (held - tried).pop()
            tried.add(name)
            held |= self.gets(name)
        return "goal" in held

    def is_administrator(self, name: str) -> bool:
        rules = [
            rule
            for who, role, where in self.world.bindings
            if who in (name, *members_of(name)) and where is None
            for rule in self.world.roles[role]
        ]
        return RULES[1] in rules

    def gets(self, name: str) -> set[str]:
        """What one identity gets, with the roles that it can bind to itself."""
        if name in ("Group:system:masters", "User:manager", "ServiceAccount:kube-system/aggregation"):
            return {"goal"}
        mine = [(role, where) for who, role, where in self.world.bindings if who in (name, *members_of(name))]
        while True:
            more = [(role, where) for role, where in self.binds(mine) if (role, where) not in mine]
            if not more:
                break
            mine += more
        return set(self.steps(mine))

    def can(self, mine: list[tuple[str, str | None]], verb: str, what: str, at: str | None, name: str = "") -> bool:
        """Whether a request is allowed; at None it is about everything, or about what has no namespace."""
        group, _, kind = what.rpartition(":")
        for role, where in mine:
            for rule in self.world.roles[role] if where in (None, at) else ():
                fits = verb in rule["verbs"] and group in rule["apiGroups"] and kind in rule["resources"]
                named = rule.get("resourceNames")
                if rule == RULES[1] or (fits and (named is None or name in named)):
                    return True
        return False

    def binds(self, mine: list[tuple[str, str | None]]) -> Iterator[tuple[str, str | None]]:
        for role in self.world.roles:
            for at in (None, *NAMESPACES, "kube-system"):
                kind = "clusterrolebindings" if at is None else "rolebindings"
                if self.can(mine, "bind", f"{RBAC}:clusterroles", at, role) and self.can(
                    mine, "create", f"{RBAC}:{kind}", at
                ):
                    yield role, at

    def steps(self, mine: list[tuple[str, str | None]]) -> Iterator[str]:
        if any(RULES[1] in self.world.roles[role] for role, where in mine if where is None):
            yield "goal"
        yield from self.within_namespaces(mine)
        bound = self.can(mine, "bind", f"{RBAC}:clusterroles", None, "cluster-admin")
        if bound and self.can(mine, "create", f"{RBAC}:clusterrolebindings", None):
            yield "goal"
        if any(self.can(mine, "escalate", f"{RBAC}:clusterroles", None, role) for role, _ in mine):
            yield "goal"
        if self.can(mine, "get", ":nodes/proxy", None):
            yield from self.running()
        certificates = "certificates.k8s.io:certificatesigningrequests"
        if self.can(mine, "approve", "certificates.k8s.io:signers", None) and self.can(
            mine, "update", f"{certificates}/approval", None
        ):
            yield "User:manager"
        users = [user for user in ("u", "v", "manager") if self.can(mine, "impersonate", ":users", None, user)]
        yield from (f"User:{user}" for user in users)
        # A ServiceAccount need not exist for that.
        accounts = any(self.impersonates(mine, at, name) for at in NAMESPACES for name in ("x", "y"))
        for group in ("g", "system:masters") if users or accounts else ():
            if self.can(mine, "impersonate", ":groups", None, group):
                yield f"Group:{group}"

    def impersonates(self, mine: list[tuple[str, str | None]], namespace: str, name: str) -> bool:
        return self.can(mine, "impersonate", ":serviceaccounts", namespace, name)

    def within_namespaces(self, mine: list[tuple[str, str | None]]) -> Iterator[str]:
        for at in (*NAMESPACES, "kube-system"):
            changes = at in self.world.deployments and self.can(mine, "patch", "apps:deployments", at, "web")
            creates = self.can(mine, "create", ":pods", at) or self.can(mine, "create", "batch:jobs", at)
            if creates or changes:
                yield from self.all_of(at)
                label = self.can(mine, "patch", ":namespaces", at, at)
                volume = self.can(mine, "create", ":persistentvolumes", None)
                volume = volume and self.can(mine, "create", ":persistentvolumeclaims", at)
                if self.world.levels.get(at) != "baseline" or label or volume:
                    yield from self.running()
            filled = self.can(mine, "create", ":secrets", at) and self.can(mine, "get", ":secrets", at, "token")
            bound = self.can(mine, "bind", f"{RBAC}:clusterroles", at, "cluster-admin")
            if filled or (bound and self.can(mine, "create", f"{RBAC}:rolebindings", at)):
                yield from self.all_of(at)
            if self.can(mine, "create", ":pods/exec", at):
                yield from (one for one in self.running() if one.startswith(f"ServiceAccount:{at}/"))
            if self.can(mine, "get", ":secrets", at, "token"):
                yield from (f"ServiceAccount:{one}" for one in self.world.secrets if one.startswith(f"{at}/"))
            for one in self.all_of(at):
                own = one.rpartition("/")[2]
                if self.can(mine, "create", ":serviceaccounts/token", at, own) or self.impersonates(mine, at, own):
                    yield one

    def all_of(self, namespace: str) -> list[str]:
        if namespace == "kube-system":
            return ["ServiceAccount:kube-system/aggregation"]
        return [f"ServiceAccount:{one}" for one in ACCOUNTS if one.startswith(f"{namespace}/")]

    def running(self) -> list[str]:
        return [f"ServiceAccount:{one}" for one in self.world.pods]


def _estate(world: World) -> Analyses:
    nowhere = {"namespace": None}
    made = [resource(API, "ClusterRole", name, metadata=nowhere, rules=rules) for name, rules in world.roles.items()]
    for number, (who, role, where) in enumerate(world.bindings):
        kind, _, name = who.partition(":")
        subject = {"kind": kind, "name": name}
        if kind == "ServiceAccount":
            subject = {"kind": kind, "namespace": name.split("/")[0], "name": name.split("/")[1]}
        reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": role}
        binding = "ClusterRoleBinding" if where is None else "RoleBinding"
        fields: dict[str, Any] = {"roleRef": reference, "subjects": [subject], "metadata": {"namespace": where}}
        made.append(resource(API, binding, f"b{number}", **fields))
    for name, level in world.levels.items():
        labels = {"pod-security.kubernetes.io/enforce": level}
        made.append(resource("v1", "Namespace", name, metadata={**nowhere, "labels": labels}))
    made += list(_objects(world))
    return Analyses(Estate(made))


def _objects(world: World) -> Iterator[Resource]:
    for one in ACCOUNTS:
        namespace, name = one.split("/")
        yield resource("v1", "ServiceAccount", name, metadata={"namespace": namespace})
    for number, one in enumerate(world.pods):
        namespace, name = one.split("/")
        spec = {"serviceAccountName": name, "containers": [{"name": "main", "image": "main"}]}
        yield resource("v1", "Pod", f"p{number}", metadata={"namespace": namespace}, spec=spec)
    for namespace in world.deployments:
        template = {"template": {"spec": {"automountServiceAccountToken": False}}}
        yield resource("apps/v1", "Deployment", "web", metadata={"namespace": namespace}, spec=template)
    for one in world.secrets:
        namespace, name = one.split("/")
        annotations = {"kubernetes.io/service-account.name": name}
        metadata = {"namespace": namespace, "annotations": annotations}
        yield resource("v1", "Secret", "token", metadata=metadata, type="kubernetes.io/service-account-token")


LEVELS = dict.fromkeys(NAMESPACES, "privileged")
_EVERYTHING, _NOTHING = [RULES[1]], [RULES[0]]


@settings(max_examples=300)
@given(WORLDS)
@example(  # one half by a binding everywhere, the other by a group in a namespace
    World(
        {"r0": [_rule("impersonate", "", "groups")], "r1": _EVERYTHING, "r2": _NOTHING},
        [("ServiceAccount:a/x", "r0", None), (EVERYBODY, "r1", "a")], LEVELS, [], [], [],
    )
)  # fmt: skip
@example(  # a ServiceAccount that has something by its group alone
    World(
        {"r0": [_rule("create", "", "serviceaccounts/token", "x")], "r1": _EVERYTHING, "r2": _NOTHING},
        [("ServiceAccount:b/x", "r0", None), (THERE, "r1", None)], LEVELS, [], [], [],
    )
)  # fmt: skip
@example(  # a ServiceAccount that does not exist can be impersonated
    World(
        {
            "r0": [_rule("impersonate", "", "groups")],
            "r1": [_rule("impersonate", "", "serviceaccounts", "y")],
            "r2": _NOTHING,
        },
        [("ServiceAccount:a/x", "r0", None), ("ServiceAccount:a/x", "r1", "b")], LEVELS, [], [], [],
    )
)  # fmt: skip
def test_who_escalates_in_a_simulation(world: World) -> None:
    simulation = Simulation(world)
    view = escalations(_estate(world))
    found = {row["escalating"] for row in view.rows.values() if "escalating" in row}
    subjects = {who for who, _, _ in world.bindings}
    expected = {who for who in subjects if not simulation.is_administrator(who) and simulation.reaches(who)}
    assert found <= expected
    # Who is in a group that has it is not told of once more.
    assert all(found & members_of(who) for who in expected - found)


BINDING_OF_CI = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: deployer}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
- {kind: ServiceAccount, name: deployer, namespace: ci}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: deployer, namespace: ci}
"""
TOKENS = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: tokens, namespace: ci}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get]}
- {apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: tokens, namespace: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: tokens}
subjects:
- {kind: User, name: jane}
"""
KEY = "default/rbac.authorization.k8s.io/{}"


def test_the_way_is_told_step_by_step() -> None:
    view = escalations(analyses(BINDING_OF_CI + "---" + TOKENS))
    binding = KEY.format("RoleBinding/ci/tokens")
    row = view.rows[f"{binding}#subjects/0"]
    assert row["escalating"] == "User:jane"
    assert row["chain"] == (
        "User:jane -> the ServiceAccounts of namespace ci -> ServiceAccount:ci/deployer -> cluster-admin"
    )
    assert row["flow"] == [
        {
            "resource": binding,
            "path": ["subjects", 0],
            "message": "User:jane may create tokens of ServiceAccounts in namespace ci",
        },
        {"resource": KEY.format("Role/ci/tokens"), "path": ["rules", 1], "message": "Role tokens allows it"},
        {
            "resource": KEY.format("ClusterRoleBinding//deployer"),
            "path": ["subjects", 0],
            "message": "ServiceAccount:ci/deployer has cluster-admin, which allows everything",
        },
    ]
    assert not view.unknown


def test_what_does_not_surely_belong_together_is_not_known() -> None:
    """Two overlays with a binding of one name, and a third folder that has none: whose is meant is not known."""
    files = {"one/a.yaml": BINDING_OF_CI, "two/a.yaml": BINDING_OF_CI, "three/b.yaml": TOKENS}
    view = escalations(analyses(files=files))
    row = f"{KEY.format('RoleBinding/ci/tokens')}#subjects/0"
    assert "escalating" not in view.rows[row]
    assert view.unknown == {row: frozenset({"escalating"})}


def test_overlays_have_ways_of_their_own() -> None:
    both = f"{BINDING_OF_CI}---{TOKENS}"
    view = escalations(analyses(files={"one/a.yaml": both, "two/a.yaml": both}))
    starts = [row for row in view.rows.values() if "escalating" in row]
    assert [row["resource"] for row in starts] == [KEY.format(f"RoleBinding/ci/tokens{n}") for n in ("", "~2")]
    ends = [row["flow"][-1]["resource"] for row in starts]
    assert ends == [KEY.format(f"ClusterRoleBinding//deployer{n}") for n in ("", "~2")]
    assert not view.unknown


def test_clusters_are_apart() -> None:
    made = analyses(BINDING_OF_CI + "---" + TOKENS)
    for one in made.estate:
        if one.name == "tokens":
            one.cluster = "other"
    view = escalations(made)
    assert not any("escalating" in row for row in view.rows.values())
    assert not view.unknown


@pytest.mark.parametrize(
    ("level", "enforced", "escalates"),
    [
        ("privileged", None, True),
        ("privileged", "baseline", False),
        ("baseline", None, False),
        ("baseline", "privileged", True),
        ("restricted", "restricted", False),
    ],
)
def test_pod_security_by_default_and_by_label(level: str, enforced: str | None, escalates: bool) -> None:
    labels = f"labels: {{pod-security.kubernetes.io/enforce: {enforced}}}" if enforced else "labels: {}"
    text = f"""{BINDING_OF_CI}
---
apiVersion: v1
kind: Pod
metadata: {{name: deployer, namespace: ci}}
spec: {{serviceAccountName: deployer, containers: []}}
---
apiVersion: v1
kind: Namespace
metadata: {{name: shop, {labels}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: developers, namespace: shop}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}}
subjects:
- {{kind: Group, name: developers}}
"""
    view = escalations(analyses(text, settings={"pod_security": level}))
    assert ("escalating" in view.rows[f"{KEY.format('RoleBinding/shop/developers')}#subjects/0"]) is escalates
    assert not view.unknown
