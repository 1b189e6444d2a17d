"""Verdict drift: what is told of two sides of one platform, where it stands, and what is not told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard.errors import UsageError
from erpguard.model import Counts, Finding, ScanResult
from erpguard.sources.live import Gap, Item, Target
from tests.live_items import GROUP, POSTGRES, SUBSCRIPTION, TARGETS, arm_id, azure, kubernetes, snapshot
from tests.plans import UNKNOWN, plan, resource

NETWORK, SECURITY = "Microsoft.Network/virtualNetworks", "Microsoft.Network/networkSecurityGroups"
STORE = "Microsoft.Storage/storageAccounts"
CLUSTER = Target("kubernetes", "aks-prod")
SERVER_GAP = Gap("azure", POSTGRES, f"/subscriptions/{SUBSCRIPTION}", (POSTGRES,), "forbidden", 403)

SHORT, LONG = {"backup": {"backupRetentionDays": 7}}, {"backup": {"backupRetentionDays": 35}}


def existing(
    type_: str, name: str, id_: str, actions: tuple[str, ...] = ("no-op",), **attributes: Any
) -> dict[str, Any]:
    """A resource of a plan that exists already."""
    made = resource(type_, name, actions, name=name, **attributes)
    change = made["change"]["change"]
    change["after_unknown"].pop("id", None)
    change["before" if actions == ("delete",) else "after"]["id"] = id_
    return made


def server(name: str, days: Any = 35, actions: tuple[str, ...] = ("no-op",), **attributes: Any) -> dict[str, Any]:
    """A PostgreSQL server of a plan; one that exists has its id."""
    given = {"resource_group_name": "rg-erp", "backup_retention_days": days, **attributes}
    if actions == ("create",):
        return resource("azurerm_postgresql_flexible_server", name, actions, name=name, **given)
    return existing("azurerm_postgresql_flexible_server", name, arm_id(POSTGRES, name), actions, **given)


def written(path: Path, *resources: dict[str, Any], **keys: Any) -> str:
    """Write a plan, and return its path."""
    path.write_text(json.dumps(plan(*resources, **keys), indent=1))
    return str(path)


def drift(
    paths: Sequence[str], *compare: str, select: Iterable[str] = ("BAK001", "DRIFT"), **settings: Any
) -> ScanResult:
    """Compare the two sides."""
    return erpguard.scan(paths, compare=compare or ("plan", "live"), select=list(select), **settings)


def told(findings: Iterable[Finding]) -> list[tuple[str, str, str]]:
    """(rule, resource, policy) of the findings about drift."""
    rules = [one for one in findings if one.policy.startswith("DRIFT")]
    return sorted((one.policy, one.resource_name, str(one.values.get("policy", ""))) for one in rules)


def counts(result: ScanResult) -> dict[str, tuple[int, int, int, int]]:
    """Failed, undetermined, passed and not applicable, by rule."""
    numbers = {name: one for name, one in result.counts.items() if name.startswith("DRIFT")}
    return {name: (one.failed, one.undetermined, one.passed, one.not_applicable) for name, one in numbers.items()}


@pytest.fixture
def pair(tmp_path: Path) -> list[str]:
    """A plan and a snapshot with one case of each kind."""
    declared = written(
        tmp_path / "plan.json",
        server("equal", 35),
        server("equally-bad", 7),
        server("by-hand", 35),
        server("regression", 7),
        server("unknown", UNKNOWN, ("update",)),
        server("gone", 35),
        server("new", 35, ("create",)),
        server("deleted", 7, ("delete",)),
    )
    live = snapshot(
        tmp_path / "live.gz",
        azure(POSTGRES, "equal", LONG),
        azure(POSTGRES, "equally-bad", SHORT),
        azure(POSTGRES, "by-hand", SHORT),
        azure(POSTGRES, "regression", LONG),
        azure(POSTGRES, "unknown", SHORT),
        azure(POSTGRES, "unplanned", LONG),
        azure(POSTGRES, "deleted", SHORT),
    )
    return [declared, live]


def test_one_case_of_each_kind(pair: list[str]) -> None:
    result = drift(pair)
    assert told(result.findings) == [
        ("DRIFT001", "by-hand", "BAK001"),
        ("DRIFT002", "regression", "BAK001"),
        ("DRIFT003", "unplanned", ""),
        ("DRIFT004", "gone", ""),
    ]
    assert told(result.undetermined) == [("DRIFT001", "unknown", "BAK001")]
    assert counts(result) == {
        "DRIFT001": (1, 1, 3, 0),
        "DRIFT002": (1, 0, 4, 0),
        "DRIFT003": (1, 0, 5, 1),
        "DRIFT004": (1, 0, 5, 1),
    }
    assert result.problems == []


def by_rule(findings: Iterable[Finding]) -> dict[str, Finding]:
    """The findings about drift."""
    return {one.policy: one for one in findings if one.policy.startswith("DRIFT")}


def test_messages(pair: list[str]) -> None:
    result = drift(pair)
    days = "backups are kept for 7 days, less than 30"
    assert {name: one.message for name, one in by_rule(result.findings).items()} == {
        "DRIFT001": f"BAK001 fails live, but not in the plan: flexibleServers by-hand: {days}",
        "DRIFT002": f"BAK001 fails in the plan, but not live: flexibleServers regression: {days}",
        "DRIFT003": "flexibleServers unplanned exists live, and not in the plan",
        "DRIFT004": "flexibleServers gone exists in the plan, and no longer live",
    }
    assert by_rule(result.undetermined)["DRIFT001"].message.startswith(
        "BAK001 fails live, but perhaps not in the plan: "
    )


def test_both_places(pair: list[str], tmp_path: Path) -> None:
    """It is told where it has to be mended; the other side is related."""
    found = by_rule(drift(pair, root=str(tmp_path)).findings)
    text = (tmp_path / "plan.json").read_text().split("\n")

    def line_of(name: str, key: str) -> int:
        start = text.index(f'     "name": "{name}",')
        return next(number for number in range(start, len(text)) if f'"{key}"' in text[number]) + 1

    hand = found["DRIFT001"]
    assert (hand.place.file, hand.place.object_id) == ("", arm_id(POSTGRES, "by-hand").lower())
    assert hand.place.pointer == "/properties/backup/backupRetentionDays"
    (related,) = hand.related
    assert (related.place.file, related.place.line) == ("plan.json", line_of("by-hand", "backup_retention_days"))
    assert related.message == "flexibleServers by-hand in the plan"

    worse = found["DRIFT002"]
    assert (worse.place.file, worse.place.line) == ("plan.json", line_of("regression", "backup_retention_days"))
    (related,) = worse.related
    assert (related.place.object_id, related.place.pointer) == (
        arm_id(POSTGRES, "regression").lower(),
        "/properties/backup/backupRetentionDays",
    )
    assert related.message == "flexibleServers regression live"

    assert str(found["DRIFT003"].place) == arm_id(POSTGRES, "unplanned").lower() + "/name"
    assert (found["DRIFT004"].place.file, found["DRIFT004"].place.line) == ("plan.json", line_of("gone", "name"))


def test_the_group_is_the_other_place_of_what_exists_on_one_side(tmp_path: Path) -> None:
    group = existing("azurerm_resource_group", "rg-erp", GROUP)
    live_group = azure("Microsoft.Resources/resourceGroups", "rg-erp", id=GROUP)
    live = snapshot(tmp_path / "live.gz", live_group, azure(POSTGRES, "unplanned", LONG))
    result = drift([written(tmp_path / "plan.json", group, server("gone")), live], root=str(tmp_path))
    found = by_rule(result.findings)
    assert [(one.place.file, one.message) for one in found["DRIFT003"].related] == [
        ("plan.json", "resourceGroups rg-erp in the plan")
    ]
    assert [(one.place.object_id, one.message) for one in found["DRIFT004"].related] == [
        (GROUP.lower(), "resourceGroups rg-erp live")
    ]


def test_severities(pair: list[str]) -> None:
    found = by_rule(drift(pair).findings)
    assert {name: str(one.severity) for name, one in found.items()} == {
        "DRIFT001": "high",
        "DRIFT002": "high",
        "DRIFT003": "medium",
        "DRIFT004": "medium",
    }


def test_fingerprints_are_of_rule_policy_and_resource(pair: list[str]) -> None:
    first, second = (by_rule(drift(pair, select=select).findings) for select in (["BAK001", "DRIFT"], ["BAK", "DRIFT"]))
    assert {name: one.fingerprint for name, one in first.items()} == {
        name: one.fingerprint for name, one in second.items() if name in first
    }
    everything = [one.fingerprint for one in drift(pair, select=["BAK", "RBAC", "NET", "TLS", "DRIFT"]).findings]
    assert len(everything) > 10
    both = [(one.fingerprint, one.place) for one in drift(pair, select=["BAK", "DRIFT"]).findings]
    assert len(both) == len(set(both))


def test_without_a_comparison_there_is_no_drift(pair: list[str]) -> None:
    result = erpguard.scan(pair, select=["BAK001"])
    assert {one.policy for one in result.findings} == {"BAK001"}
    assert [name for name in result.counts if name.startswith("DRIFT")] == []
    assert [name for name in result.policies if name.startswith("DRIFT")] == []


def test_the_same_server_is_judged_once_for_each_side(pair: list[str]) -> None:
    """Its findings have the fingerprint of the resource, on both sides."""
    result = erpguard.scan(pair, select=["BAK001"])
    assert result.counts["BAK001"] == Counts(failed=6, undetermined=1, passed=7)
    bad = [one for one in result.findings if one.resource_name == "equally-bad"]
    assert sorted(one.place.file.rpartition("/")[2] for one in bad) == ["", "plan.json"]
    assert len({one.fingerprint for one in bad}) == 1


@pytest.mark.parametrize("order", [("plan", "live"), ("live", "plan")])
def test_the_order_of_names_does_not_matter_for_a_plan_and_a_live_system(
    pair: list[str], order: tuple[str, str]
) -> None:
    assert told(drift(pair, *order).findings) == told(drift(pair).findings)


def test_the_order_of_inputs_does_not_matter(pair: list[str]) -> None:
    one, other = drift(pair), drift(pair[::-1])
    assert (one.findings, one.undetermined) == (other.findings, other.undetermined)


# Selection


@pytest.mark.parametrize(
    ("select", "ignore", "rules", "others"),
    [
        ([], [], 4, True),
        (["BAK001"], [], 4, True),
        (["DRIFT001"], [], 1, False),
        (["DRIFT001", "DRIFT003", "BAK001"], [], 2, True),
        (["BAK001"], ["DRIFT002", "gone-live"], 2, True),
        (["BAK001"], ["DRIFT"], 0, True),
    ],
)
def test_rules_are_selected_like_policies(
    pair: list[str], select: list[str], ignore: list[str], rules: int, others: bool
) -> None:
    result = drift(pair, select=select, ignore=ignore)
    assert len([name for name in result.policies if name.startswith("DRIFT")]) == rules
    assert ("BAK001" in {one.policy for one in result.findings}) is others
    found = {rule for rule, _, policy in told(result.findings) if policy in ("", "BAK001")}
    assert len(found) == rules


def test_a_selection_that_only_compares_needs_a_comparison(pair: list[str]) -> None:
    with pytest.raises(UsageError, match="DRIFT001, DRIFT002: what compares two sources needs `--compare A,B`"):
        erpguard.scan(pair, select=["DRIFT001", "DRIFT002"])


def test_a_configuration_may_name_the_rules(pair: list[str]) -> None:
    config = {"ignore": ["DRIFT003"]}
    assert told(drift(pair, config=config).findings)[2:] == [("DRIFT004", "gone", "")]
    assert erpguard.scan(pair, config=config, select=["BAK001"]).problems == []


# What exists on one side only


def existence(tmp_path: Path, items: Iterable[Item | Gap], *resources: dict[str, Any], **settings: Any) -> ScanResult:
    """Compare a plan with what lives."""
    live = snapshot(tmp_path / "live.gz", *items, targets=settings.pop("targets", TARGETS))
    declared = written(tmp_path / "plan.json", *resources, **settings.pop("keys", {}))
    return drift([declared, live], **settings)


def test_an_open_plan_does_not_say_what_is_in_no_plan(tmp_path: Path) -> None:
    items = [azure(POSTGRES, "known", LONG), azure(POSTGRES, "unplanned", LONG)]
    result = existence(tmp_path, items, server("known"), keys={"complete": False})
    assert told(result.findings) == []
    (doubt,) = [one for one in result.undetermined if one.policy == "DRIFT003"]
    assert doubt.message == (
        "flexibleServers unplanned exists live, and not in the plan "
        "(not known: whether a flexibleServers was left out there)"
    )


def test_a_gap_does_not_say_what_is_gone(tmp_path: Path) -> None:
    items: list[Item | Gap] = [azure(STORE, "store"), SERVER_GAP]
    store = existing("azurerm_storage_account", "store", arm_id(STORE, "store"))
    result = existence(tmp_path, items, server("unread"), store)
    assert told(result.findings) == []
    assert told(result.undetermined) == [("DRIFT004", "unread", "")]
    assert result.exit_code() == 3


def test_a_gap_of_the_live_side_does_not_hide_what_is_in_no_plan(tmp_path: Path) -> None:
    result = existence(tmp_path, [azure(POSTGRES, "unplanned", LONG), SERVER_GAP], server("other", actions=("create",)))
    assert told(result.findings) == [("DRIFT003", "unplanned", "")]


def test_a_part_of_a_subscription_does_not_say_what_is_gone(tmp_path: Path) -> None:
    targets = (Target("azure", SUBSCRIPTION, ("rg-other",)),)
    result = existence(tmp_path, [azure(POSTGRES, "here", LONG)], server("elsewhere"), targets=targets)
    assert told(result.findings) == [("DRIFT003", "here", "")]
    assert told(result.undetermined) == [("DRIFT004", "elsewhere", "")]


def test_another_subscription_is_not_compared(tmp_path: Path) -> None:
    far = azure(POSTGRES, "far", LONG, group="/subscriptions/22222222-0000-0000-0000-000000000000/resourceGroups/rg")
    result = existence(tmp_path, [far], server("near"))
    assert (told(result.findings), told(result.undetermined)) == ([], [])
    assert counts(result) == {
        "DRIFT001": (0, 0, 0, 0),
        "DRIFT002": (0, 0, 0, 0),
        "DRIFT003": (0, 0, 0, 1),
        "DRIFT004": (0, 0, 0, 1),
    }
    assert [(one.code, one.message) for one in result.problems] == [
        (
            "nothing-compared",
            "--compare: nothing of azure in the plan is found live: if it should be, "
            "check that both mean the same subscription (`estate.subscription`)",
        )
    ]
    assert result.exit_code() == 0


def test_a_plan_that_does_not_know_its_subscription_is_compared(tmp_path: Path) -> None:
    result = existence(
        tmp_path, [azure(POSTGRES, "made", SHORT), azure(POSTGRES, "x", LONG)], server("made", 35, ("create",))
    )
    assert told(result.findings) == [("DRIFT001", "made", "BAK001"), ("DRIFT003", "x", "")]


def test_children_are_not_told_beside_their_parent(tmp_path: Path) -> None:
    server_id = arm_id(POSTGRES, "unplanned")
    child = azure(f"{POSTGRES}/databases", "erp", id=f"{server_id}/databases/erp")
    lock_id = f"{server_id}/providers/Microsoft.Authorization/locks/keep"
    lock = azure("Microsoft.Authorization/locks", "keep", {"level": "CanNotDelete"}, id=lock_id)
    result = existence(tmp_path, [azure(POSTGRES, "unplanned", LONG), child, lock], server("other", 35, ("create",)))
    assert told(result.findings) == [("DRIFT003", "unplanned", "")]
    assert counts(result)["DRIFT003"] == (1, 0, 0, 2)


def test_a_child_of_what_is_planned_is_told(tmp_path: Path) -> None:
    lock_id = f"{arm_id(POSTGRES, 'known')}/providers/Microsoft.Authorization/locks/keep"
    lock = azure("Microsoft.Authorization/locks", "keep", {"level": "CanNotDelete"}, id=lock_id)
    result = existence(tmp_path, [azure(POSTGRES, "known", LONG), lock], server("known"))
    assert told(result.findings) == [("DRIFT003", "keep", "")]


def test_a_partial_scan_says_nothing_of_existence(pair: list[str]) -> None:
    result = drift(pair, complete=False)
    assert {rule for rule, _, _ in told(result.findings)} == {"DRIFT001", "DRIFT002"}
    assert {rule for rule, _, _ in told(result.undetermined)} == {"DRIFT001", "DRIFT003", "DRIFT004"}


def test_types_that_nothing_reads_are_not_compared(tmp_path: Path) -> None:
    result = existence(tmp_path, [azure("Microsoft.Odd/things", "odd"), azure(POSTGRES, "a", LONG)], server("a"))
    assert (told(result.findings), counts(result)["DRIFT003"]) == ([], (0, 0, 1, 1))


# Kubernetes: manifests and a cluster

POD = {"containers": [{"name": "web", "image": "web:1"}]}
HOST = {**POD, "hostNetwork": True}


def deployment(name: str, spec: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The body of a Deployment, without what says where it is."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": spec}
    return {"spec": {"selector": {"matchLabels": labels}, "template": template}, **fields}


def manifest(path: Path, *objects: tuple[str, dict[str, Any]], namespace: str = "shop") -> str:
    """Write Deployments as a manifest, and return its path."""
    documents = [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace}, **body}
        for name, body in objects
    ]
    path.write_text("\n---\n".join(json.dumps(one, indent=1) for one in documents))
    return str(path)


def test_manifests_and_a_cluster(tmp_path: Path) -> None:
    declared = manifest(
        tmp_path / "web.yaml",
        ("equal", deployment("equal", POD)),
        ("by-hand", deployment("by-hand", POD)),
        ("regression", deployment("regression", HOST)),
        ("never", deployment("never", POD)),
    )
    live = snapshot(
        tmp_path / "live.gz",
        *(
            kubernetes("Deployment", name, version="apps/v1", **deployment(name, spec))
            for name, spec in (("equal", POD), ("by-hand", HOST), ("regression", POD), ("unplanned", POD))
        ),
        kubernetes("ReplicaSet", "equal-1", version="apps/v1", metadata={"ownerReferences": [{"name": "equal"}]}),
        kubernetes("ServiceAccount", "default"),
        kubernetes("ConfigMap", "kube-root-ca.crt"),
        targets=(CLUSTER,),
    )
    result = drift([declared, live], "manifests", "live", select=["NET008", "DRIFT"])
    assert told(result.findings) == [
        ("DRIFT001", "by-hand", "NET008"),
        ("DRIFT002", "regression", "NET008"),
        ("DRIFT003", "unplanned", ""),
    ]
    assert told(result.undetermined) == [("DRIFT004", "never", "")]
    assert "(not known: whether it was ever applied)" in by_rule(result.undetermined)["DRIFT004"].message
    assert by_rule(result.findings)["DRIFT001"].place.object_id == "aks-prod/apps/Deployment/shop/by-hand"
    assert counts(result)["DRIFT003"] == (1, 0, 3, 3)


def test_an_object_that_a_plan_deletes(tmp_path: Path) -> None:
    def secret(name: str, actions: tuple[str, ...]) -> dict[str, Any]:
        return resource("kubernetes_secret", name, actions, metadata=[{"name": name, "namespace": "shop"}])

    declared = written(tmp_path / "plan.json", secret("kept", ("no-op",)), secret("away", ("delete",)))
    items = [kubernetes("Secret", name, type="Opaque") for name in ("kept", "away", "other")]
    live = snapshot(tmp_path / "live.gz", *items, targets=(CLUSTER,))
    assert told(drift([declared, live], select=["NET008", "DRIFT"]).findings) == [("DRIFT003", "other", "")]


def test_helm_releases_may_hold_what_is_in_no_plan(tmp_path: Path) -> None:
    release = resource("helm_release", "web", ("no-op",), name="web", chart="web")
    secret = resource("kubernetes_secret", "a", ("no-op",), metadata=[{"name": "a", "namespace": "shop"}])
    items = [kubernetes("Secret", name, type="Opaque") for name in ("a", "b")]
    live = snapshot(tmp_path / "live.gz", *items, targets=(CLUSTER,))
    result = drift([written(tmp_path / "plan.json", release, secret), live], select=["NET008", "DRIFT"])
    assert (told(result.findings), told(result.undetermined)) == ([], [("DRIFT003", "b", "")])


def test_manifests_declare_what_the_plan_does_not(tmp_path: Path) -> None:
    """Of a scan of all three, `plan,live` does not call it unplanned."""
    declared = manifest(tmp_path / "web.yaml", ("web", deployment("web", POD)))
    secret = resource("kubernetes_secret", "a", ("no-op",), metadata=[{"name": "a", "namespace": "shop"}])
    live = snapshot(
        tmp_path / "live.gz",
        kubernetes("Deployment", "web", version="apps/v1", **deployment("web", HOST)),
        kubernetes("Secret", "a", type="Opaque"),
        targets=(CLUSTER,),
    )
    paths = [declared, written(tmp_path / "plan.json", secret), live]
    assert told(drift(paths, select=["NET008", "DRIFT"]).findings) == []
    assert told(drift(paths, "declared", "live", select=["NET008", "DRIFT"]).findings) == [
        ("DRIFT001", "web", "NET008")
    ]


# Two of one kind


@pytest.fixture
def moments(tmp_path: Path) -> list[str]:
    """Two snapshots of one subscription."""
    old = snapshot(
        tmp_path / "old.gz",
        azure(POSTGRES, "worse", LONG),
        azure(POSTGRES, "better", SHORT),
        azure(POSTGRES, "lost", SHORT),
    )
    new = snapshot(
        tmp_path / "new.gz",
        azure(POSTGRES, "worse", SHORT),
        azure(POSTGRES, "better", LONG),
        azure(POSTGRES, "added", LONG),
    )
    return [old, new]


def test_two_snapshots(moments: list[str], tmp_path: Path) -> None:
    result = drift(moments, *moments, root=str(tmp_path))
    assert told(result.findings) == [
        ("DRIFT001", "worse", "BAK001"),
        ("DRIFT003", "added", ""),
        ("DRIFT004", "lost", ""),
    ]
    assert by_rule(result.findings)["DRIFT001"].message.startswith(
        f"BAK001 fails in {moments[1]}, but not in {moments[0]}: "
    )


def test_of_two_moments_only_the_later_is_judged(moments: list[str]) -> None:
    result = drift(moments, *moments)
    assert [one.resource_name for one in result.findings if one.policy == "BAK001"] == ["worse"]
    assert result.counts["BAK001"] == Counts(failed=1, passed=2)
    assert result.resources == {POSTGRES: 3}


def test_two_snapshots_are_not_called_ambiguous(moments: list[str]) -> None:
    assert drift(moments, *moments).problems == []
    assert {one.code for one in erpguard.scan(moments, select=["BAK001"]).problems} == {"ambiguous-id"}


@pytest.fixture
def plans(tmp_path: Path) -> list[str]:
    """The plan of today, and that of tomorrow, of one configuration."""
    today = written(tmp_path / "today.json", server("worse", 35), server("better", 7), server("dropped", 7))
    tomorrow = written(
        tmp_path / "tomorrow.json", server("worse", 7), server("better", 35), server("new", 7, ("create",))
    )
    return [today, tomorrow]


def test_two_plans(plans: list[str]) -> None:
    """What tomorrow's would break; that it makes new things, or drops some, is no drift."""
    result = drift(plans, *plans)
    assert told(result.findings) == [("DRIFT002", "worse", "BAK001")]
    found = by_rule(result.findings)["DRIFT002"]
    assert found.place.file.endswith("tomorrow.json")
    assert found.related[0].place.file.endswith("today.json")
    assert found.message.startswith(f"BAK001 fails in {plans[1]}, but not in {plans[0]}: ")
    assert result.counts["BAK001"] == Counts(failed=2, passed=1)
    assert result.problems == []


def test_two_plans_with_what_lives(plans: list[str], tmp_path: Path) -> None:
    """What lives stands beside both; the plan of today does not stand beside what lives."""
    live = snapshot(tmp_path / "live.gz", azure(POSTGRES, "worse", LONG))
    result = drift([*plans, live], *plans)
    assert told(result.findings) == [("DRIFT002", "worse", "BAK001")]
    assert result.counts["BAK001"] == Counts(failed=2, passed=2)


# What has nothing to compare


def test_a_side_without_resources(tmp_path: Path) -> None:
    declared = written(tmp_path / "plan.json", server("a"))
    empty = snapshot(tmp_path / "live.gz")
    with pytest.raises(UsageError, match="--compare: live holds no resources: there are those of terraform_plan"):
        drift([declared, empty])


def test_a_side_that_could_not_be_read(tmp_path: Path) -> None:
    declared = written(tmp_path / "plan.json", server("a"))
    (tmp_path / "live.gz").write_bytes(b"\x1f\x8bbroken")
    result = drift([declared, str(tmp_path / "live.gz")])
    assert result.exit_code() == 3
    assert (told(result.findings), told(result.undetermined)) == ([], [])


def test_an_ignore_of_drift_in_the_configuration_of_a_plan(tmp_path: Path) -> None:
    """DRIFT002 stands in the manifest, where a comment says why."""
    body = deployment("web", HOST)
    text = json.dumps({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, **body}, indent=1)
    lines = text.split("\n")
    at = next(number for number, line in enumerate(lines) if "hostNetwork" in line)
    lines[at] += "  # erpguard: ignore[DRIFT002] moves to the host on Monday"
    (tmp_path / "web.yaml").write_text("\n".join(lines))
    live = snapshot(
        tmp_path / "live.gz",
        kubernetes("Deployment", "web", "default", version="apps/v1", **deployment("web", POD)),
        targets=(CLUSTER,),
    )
    result = drift([str(tmp_path / "web.yaml"), live], "manifests", "live", select=["NET008", "DRIFT"])
    assert (told(result.findings), told(result.suppressed)) == ([], [("DRIFT002", "web", "NET008")])
    assert [one.policy for one in result.findings] == ["NET008"]
    assert result.problems == []


def test_a_plan_and_manifests(tmp_path: Path) -> None:
    """Two descriptions of one object: both are judged, and the second is what would break it."""
    spec = [{"metadata": [{"name": "web"}], "spec": [{"container": [{"name": "web", "image": "web:1"}]}]}]
    selector = [{"match_labels": {"app": "web"}}]
    planned = resource(
        "kubernetes_deployment_v1",
        "web",
        ("no-op",),
        metadata=[{"name": "web", "namespace": "shop"}],
        spec=[{"selector": selector, "template": spec}],
    )
    paths = [
        written(tmp_path / "plan.json", planned),
        manifest(tmp_path / "web.yaml", ("web", deployment("web", HOST)), ("only", deployment("only", POD))),
    ]
    result = drift(paths, "plan", "manifests", select=["NET008", "DRIFT"])
    assert told(result.findings) == [("DRIFT002", "web", "NET008")]
    assert by_rule(result.findings)["DRIFT002"].place.file.endswith("web.yaml")
    assert result.counts["NET008"] == Counts(failed=1, passed=2)
    assert result.problems == []


def test_an_older_snapshot_and_what_is_read_now(moments: list[str], tmp_path: Path) -> None:
    """`live` is what the other side does not mean."""
    result = drift(moments, moments[0], "live")
    assert told(result.findings) == told(drift(moments, *moments).findings)


def test_a_part_of_a_live_network_is_compared(tmp_path: Path) -> None:
    """A subnet that the plan declares by itself stands within its network live."""
    network_id = arm_id(NETWORK, "v")
    planned = existing(
        "azurerm_subnet",
        "app",
        f"{network_id}/subnets/app",
        resource_group_name="rg-erp",
        virtual_network_name="v",
        address_prefixes=["10.0.0.0/24"],
    )
    gone = existing("azurerm_subnet", "gone", f"{network_id}/subnets/gone", virtual_network_name="v")
    subnets = [
        {"name": name, "id": f"{network_id}/subnets/{name}", "properties": {"addressPrefix": prefix, **more}}
        for name, prefix, more in (
            ("app", "10.0.0.0/24", {"networkSecurityGroup": {"id": arm_id(SECURITY, "nsg")}}),
            ("other", "10.0.1.0/24", {}),
        )
    ]
    live = snapshot(tmp_path / "live.gz", azure(NETWORK, "v", {"subnets": subnets}), azure(SECURITY, "nsg"))
    result = drift([written(tmp_path / "plan.json", planned, gone), live], select=["NET105", "DRIFT"])
    assert told(result.findings) == [
        ("DRIFT002", "app", "NET105"),
        ("DRIFT003", "nsg", ""),
        ("DRIFT003", "v", ""),
        ("DRIFT004", "gone", ""),
    ]
    (related,) = by_rule(one for one in result.findings if one.policy == "DRIFT002")["DRIFT002"].related
    assert (related.place.object_id, related.place.pointer) == (network_id.lower(), "/properties/subnets/0/name")


def test_objects_that_get_their_name_from_the_server(tmp_path: Path) -> None:
    """A Job with `generateName` may be any of those that live."""
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"generateName": "migrate-", "namespace": "shop"}}
    (tmp_path / "job.json").write_text(json.dumps({**job, "spec": {"template": {"spec": POD}}}))
    live = snapshot(
        tmp_path / "live.gz",
        kubernetes("Job", "migrate-x7k2p", version="batch/v1", spec={"template": {"spec": POD}}),
        kubernetes("Service", "web", spec={"ports": []}),
        targets=(CLUSTER,),
    )
    result = drift([str(tmp_path / "job.json"), live], "manifests", "live", select=["NET008", "DRIFT"])
    assert told(result.findings) == [("DRIFT003", "web", "")]
    assert told(result.undetermined) == [("DRIFT003", "migrate-x7k2p", "")]


def test_manifests_without_a_cluster_and_two_clusters(tmp_path: Path) -> None:
    """Nobody knows which of them is meant, and that is said; a setting tells."""
    declared = manifest(tmp_path / "web.yaml", ("web", deployment("web", POD)))
    items = [
        kubernetes("Deployment", "web", cluster=cluster, version="apps/v1", **deployment("web", spec))
        for cluster, spec in (("aks-prod", HOST), ("aks-test", POD))
    ]
    live = snapshot(tmp_path / "live.gz", *items, targets=(CLUSTER, Target("kubernetes", "aks-test")))
    select = ["NET008", "DRIFT"]
    result = drift([declared, live], "manifests", "live", select=select)
    assert (told(result.findings), told(result.undetermined)) == ([], [])
    assert [one.code for one in result.problems] == ["nothing-compared"]
    config = {"estate": {"clusters": {"*.yaml": "aks-prod"}}}
    result = drift([declared, live], "manifests", "live", select=select, config=config, root=str(tmp_path))
    assert told(result.findings) == [("DRIFT001", "web", "NET008")]
    assert (counts(result)["DRIFT003"], result.problems) == ((0, 0, 1, 1), [])


class Collector:
    """Reads what it is given."""

    def __init__(self, address: str, *items: Item) -> None:
        self._address = address
        self._items = items

    def targets(self) -> list[Target]:
        """The subscription of its address."""
        return [Target("azure", self._address.partition(":")[2])]

    def notes(self) -> list[str]:
        """Nothing."""
        return []

    def records(self, run: object) -> Iterable[Item]:
        """All of it."""
        return iter(self._items)


def test_live_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read right now is `live`, and so is its address."""
    items = [azure(POSTGRES, "by-hand", SHORT), azure(POSTGRES, "unplanned", LONG)]
    monkeypatch.setattr("erpguard.collection.named", lambda addresses, _: [Collector(addresses[0], *items)])
    address = f"azure:{SUBSCRIPTION}"
    paths = [written(tmp_path / "plan.json", server("by-hand")), address]
    expected = [("DRIFT001", "by-hand", "BAK001"), ("DRIFT003", "unplanned", "")]
    for side in ("live", address):
        assert told(drift(paths, "plan", side).findings) == expected
    old = snapshot(tmp_path / "old.gz", azure(POSTGRES, "by-hand", LONG), azure(POSTGRES, "unplanned", LONG))
    for sides in ((old, "live"), ("snapshot", "live"), (old, address)):
        result = drift([*paths, old], *sides)
        assert told(result.findings) == [("DRIFT001", "by-hand", "BAK001")]
        assert result.counts["BAK001"] == Counts(failed=1, passed=2)


VAULT, ITEMS = "Microsoft.RecoveryServices/vaults", "backupFabrics/protectionContainers/protectedItems"


def vault(name: str) -> dict[str, Any]:
    """A vault of a plan."""
    return existing("azurerm_recovery_services_vault", name, arm_id(VAULT, name), resource_group_name="rg-erp")


def protected(label: str, holder: str, actions: tuple[str, ...] = ("create",)) -> dict[str, Any]:
    """A protected machine of a plan, to which Azure gives the name."""
    given = {"resource_group_name": "rg-erp", "recovery_vault_name": holder}
    return resource("azurerm_backup_protected_vm", label, actions, source_vm_id=UNKNOWN, **given)


def item_of(holder: str, machine: str) -> Item:
    """A protected machine that lives."""
    container = f"{arm_id(VAULT, holder)}/backupFabrics/Azure/protectionContainers/iaasvmcontainer;{machine}"
    return azure(f"{VAULT}/{ITEMS}", f"VM;{machine}", id=f"{container}/protectedItems/VM;{machine}")


def test_what_a_plan_cannot_name_may_be_what_lives(tmp_path: Path) -> None:
    """Only where the plan says that there will be one; elsewhere nothing of the plan can be meant."""
    declared = written(tmp_path / "plan.json", vault("one"), vault("two"), protected("edi", "one"))
    live = [azure(VAULT, "one"), azure(VAULT, "two"), item_of("one", "vm-edi"), item_of("two", "vm-edi")]
    result = drift([declared, snapshot(tmp_path / "live.gz", *live)], select=["DRIFT"])
    assert told(result.findings) == [("DRIFT003", "VM;vm-edi", "")]
    assert "/vaults/two/" in result.findings[0].resource_id
    assert told(result.undetermined) == [("DRIFT003", "VM;vm-edi", "")]
    assert result.undetermined[0].message.endswith("(not known: whether it is one that has no name there)")


def test_a_name_that_a_plan_will_make_is_no_name_of_what_lives(tmp_path: Path) -> None:
    declared = written(
        tmp_path / "plan.json",
        resource("azurerm_storage_account", "new", name=UNKNOWN, resource_group_name="rg-erp"),
        server("db"),
    )
    live = snapshot(tmp_path / "live.gz", azure(STORE, "sterpexport"), azure(POSTGRES, "db", LONG))
    result = drift([declared, live], select=["DRIFT"])
    assert (told(result.findings), told(result.undetermined)) == ([("DRIFT003", "sterpexport", "")], [])


@pytest.mark.parametrize(
    ("holder", "outcome"), [("one", (0, 1, 1, 0)), ("two", (1, 0, 1, 0))], ids=["perhaps another name", "nothing"]
)
def test_what_a_plan_cannot_name_may_be_gone(tmp_path: Path, holder: str, outcome: tuple[int, int, int, int]) -> None:
    """It exists, as the plan says: if anything lives there that no name of the plan is that of, it may be it."""
    declared = written(tmp_path / "plan.json", vault("one"), protected("edi", "one", ("update",)))
    live = snapshot(tmp_path / "live.gz", azure(VAULT, "one"), item_of(holder, "vm-edi"))
    assert counts(drift([declared, live], select=["DRIFT"]))["DRIFT004"] == outcome


def test_children_of_what_is_never_told_are_told(tmp_path: Path) -> None:
    """No plan declares the subscription, nor the blob service of an account: what is in them may be by hand."""
    assignments, containers = "Microsoft.Authorization/roleAssignments", f"{STORE}/blobServices/containers"
    above, account = f"/subscriptions/{SUBSCRIPTION}", arm_id(STORE, "sterp")
    declared = written(
        tmp_path / "plan.json", existing("azurerm_storage_account", "sterp", account, resource_group_name="rg-erp")
    )
    live = snapshot(
        tmp_path / "live.gz",
        azure("Microsoft.Resources/subscriptions", SUBSCRIPTION, id=above),
        azure(assignments, "by-hand", {"scope": above}, id=f"{above}/providers/{assignments}/by-hand"),
        azure(STORE, "sterp"),
        azure(f"{STORE}/blobServices", "default", id=f"{account}/blobServices/default"),
        azure(containers, "backups", id=f"{account}/blobServices/default/containers/backups"),
    )
    result = drift([declared, live], select=["DRIFT"])
    assert told(result.findings) == [("DRIFT003", "backups", ""), ("DRIFT003", "by-hand", "")]


@pytest.mark.parametrize("name", ["after", UNKNOWN])
def test_what_gets_another_name_is_made_anew(tmp_path: Path, name: Any) -> None:
    """What lives under the old name goes, with all that it holds; what has the new one was never there."""
    given = {"resource_group_name": "rg-erp", "backup_retention_days": 35, "name": name}
    replaced = resource("azurerm_postgresql_flexible_server", "erp", ("delete", "create"), **given)
    replaced["change"]["change"]["before"] = {**given, "name": "before", "id": arm_id(POSTGRES, "before")}
    declared = written(tmp_path / "plan.json", replaced, server("db"))
    rules = f"{POSTGRES}/firewallRules"
    live = snapshot(
        tmp_path / "live.gz",
        azure(POSTGRES, "db", LONG),
        azure(POSTGRES, "before", LONG),
        azure(rules, "office", id=f"{arm_id(POSTGRES, 'before')}/firewallRules/office"),
    )
    result = drift([declared, live], select=["DRIFT"])
    assert (told(result.findings), told(result.undetermined)) == ([], [])
