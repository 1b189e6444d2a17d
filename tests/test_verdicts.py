"""The three values, against an oracle that spells them out."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis import Analyses, View
from erpguard.engines import Violation
from erpguard.estate import Estate
from erpguard.model import Outcome, Path, Policy, Resource
from erpguard.packs import make_policy
from erpguard.verdicts import Rule, Verdict
from tests.analysis.estates import FakeOrigin

SERVICE = "core/Service"
POLICY = "networking.k8s.io/NetworkPolicy"
SECRET = "core/Secret"


def policy(reads: list[str], **custom: Any) -> Policy:
    """A policy that reads that."""
    fields = {"id": "NET001", "severity": "high", "resource_types": [SERVICE], "message": "", "remediation": ""}
    metadata = {"package": "p", "title": "", "description": "", "custom": {**fields, "reads": reads, **custom}}
    return make_policy("network/a.rego", metadata)


def service(name: str = "a", unknown: set[Path] | None = None, invalid: set[Path] | None = None) -> Resource:
    """A Service."""
    hidden, wrong = frozenset(unknown or ()), frozenset(invalid or ())
    return Resource(SERVICE, f"d/{name}", name, "erp", {}, FakeOrigin(), "test", unknown=hidden, invalid=wrong)


def verdict(
    reads: list[str],
    resource: Resource,
    violations: list[Violation],
    open_types: tuple[str, ...] = (),
    views: dict[str, View] | None = None,
    **custom: Any,
) -> Verdict:
    """What the policy says about the only resource of an estate."""
    analyses = Analyses(Estate([resource], open_types))
    return Rule(policy(reads, **custom), analyses, views or {}).verdict(resource, violations)


def violation(path: list[str | int], row: str = "d/a", **more: Any) -> Violation:
    """An objection to a node of the Service."""
    return {"resource": "d/a", "row": row, "path": path, "values": {}, **more}


# --- paths of the body

STEPS: Path = ("a", "b", 0, 1)
READS = ("a", "b", "a[*]", "a[*].a", "a[*].b", "b[*].a", "a.b[*].a")
PATHS = st.lists(st.sampled_from(STEPS), min_size=1, max_size=4).map(tuple)


def one_above_the_other(one: Path, other: Path) -> bool:
    """Whether two concrete paths are on one line of descent."""
    return one[: len(other)] == other or other[: len(one)] == one


def concrete(read: str, place: Path | None = None) -> set[Path]:
    """The concrete paths that a read means; with a place, those that run along it as far as they can."""
    steps = read.replace("[*]", ".*").split(".")
    choices: list[tuple[str | int, ...]] = [STEPS if step == "*" else (step,) for step in steps]
    every = set(product(*choices))
    if place is None:
        return every

    def shared(path: Path) -> int:
        return next((n for n, pair in enumerate(zip(path, place, strict=False)) if pair[0] != pair[1]), len(place))

    longest = max(min(shared(path), len(path)) for path in every)
    return {path for path in every if min(shared(path), len(path)) == longest}


@given(
    st.lists(st.sampled_from(READS), min_size=1, max_size=2, unique=True),
    st.sets(PATHS, max_size=2),
    st.sets(PATHS, max_size=1),
    st.lists(st.tuples(PATHS, st.none() | st.lists(PATHS, max_size=2)), max_size=2),
)
def test_known_ground_decides(
    reads: list[str], unknown: set[Path], invalid: set[Path], objections: list[tuple[Path, list[Path] | None]]
) -> None:
    doubts = {
        path
        for path in unknown | invalid
        if any(one_above_the_other(meant, path) for read in reads for meant in concrete(read))
    }
    violations = []
    doubtful = []
    for path, evidence in objections:
        made = violation(list(path))
        grounds = {meant for read in reads for meant in concrete(read, path)}
        if evidence is not None:
            made["evidence"] = [list(ground) for ground in evidence]
            grounds = set(evidence)
        violations.append(made)
        doubtful.append(any(one_above_the_other(ground, doubt) for ground in grounds for doubt in doubts))
    said = verdict(reads, service(unknown=unknown, invalid=invalid), violations)
    certain = [one for one, is_doubtful in zip(violations, doubtful, strict=True) if not is_doubtful]
    expected = Outcome.FAIL if certain else Outcome.UNDETERMINED if doubts else Outcome.PASS
    assert said.outcome is expected
    assert list(said.violations) == certain
    if expected is not Outcome.PASS:
        assert list(said.undetermined) == [one for one in violations if one not in certain]
        assert said.unknown == tuple(sorted({".".join(map(str, doubt)) for doubt in doubts}))
    if expected is Outcome.UNDETERMINED:
        assert said.unknown_path in doubts


@pytest.mark.parametrize(
    ("unknown", "outcome"),
    [
        ((), Outcome.FAIL),
        (("spec", "rules", 0, "host"), Outcome.UNDETERMINED),
        (("spec", "rules", 1, "host"), Outcome.FAIL),
        (("spec", "rules", 0, "path"), Outcome.FAIL),
        (("spec", "rules"), Outcome.UNDETERMINED),
        (("spec", "tls"), Outcome.UNDETERMINED),
        (("spec", "other"), Outcome.FAIL),
    ],
)
def test_an_unknown_value_matters_where_the_violation_rests_on_it(unknown: Path, outcome: Outcome) -> None:
    resource = service(unknown={unknown} if unknown else None)
    found = violation(["spec", "rules", 0, "host"])
    assert verdict(["spec.rules[*].host", "spec.tls"], resource, [found]).outcome is outcome


def test_without_a_violation_any_unknown_read_is_undetermined() -> None:
    said = verdict(["spec.a"], service(invalid={("spec", "a", "b")}), [])
    assert (said.outcome, said.unknown, said.unknown_path) == (
        Outcome.UNDETERMINED,
        ("spec.a.b",),
        ("spec", "a", "b"),
    )
    assert verdict(["spec.b", "environment"], service(invalid={("spec", "a")}), []).outcome is Outcome.PASS


# --- rows of views


def view(resource: Resource, rows: list[tuple[Path, dict[str, Any], tuple[str, ...]]]) -> View:
    """A view with rows of one resource."""
    made = View()
    for path, fields, unknown in rows:
        made.add(resource, path, fields, unknown)
    return made


def ports(**rows: tuple[dict[str, Any], tuple[str, ...]]) -> tuple[Resource, dict[str, View]]:
    """A Service, and a view `ports` with a row at each of the paths."""
    one = service()
    Estate([one])
    return one, {"ports": view(one, [((name,), *row) for name, row in rows.items()])}


@pytest.mark.parametrize(
    ("row", "hidden_in_a", "hidden_in_b", "outcome"),
    [
        ("d/a#a", (), (), Outcome.FAIL),
        ("d/a#a", ("number",), (), Outcome.UNDETERMINED),
        ("d/a#a", (), ("number",), Outcome.FAIL),
        ("d/a#a", ("protocol",), (), Outcome.FAIL),
        ("d/a", (), ("number",), Outcome.UNDETERMINED),
        (None, ("number",), (), Outcome.UNDETERMINED),
    ],
)
def test_an_unknown_field_of_another_row_does_not_matter(
    row: str | None, hidden_in_a: tuple[str, ...], hidden_in_b: tuple[str, ...], outcome: Outcome
) -> None:
    one, views = ports(a=({"number": 1}, hidden_in_a), b=({"number": 2}, hidden_in_b))
    found = violation(["a"])
    found["row"] = row
    if row is None:
        del found["row"]
    said = verdict(["views.ports.number"], one, [found], views=views)
    assert said.outcome is outcome
    if outcome is Outcome.UNDETERMINED:
        assert said.unknown == ("number",)
    assert verdict(["views.ports.protocol"], one, [], views=views).outcome is (
        Outcome.UNDETERMINED if "protocol" in hidden_in_a else Outcome.PASS
    )


@pytest.mark.parametrize(
    ("tiers", "hidden", "objects", "outcome"),
    [
        (("erp", "data"), (), False, Outcome.PASS),
        (("erp", "data"), (), True, Outcome.FAIL),
        (("data", "cache"), (), False, Outcome.NOT_APPLICABLE),
        (("data", "cache"), (), True, Outcome.NOT_APPLICABLE),
        (("data", None), ("tier",), False, Outcome.UNDETERMINED),
        (("data", None), ("tier",), True, Outcome.UNDETERMINED),
        (("erp", None), ("tier",), False, Outcome.UNDETERMINED),
        (("erp", None), ("tier",), True, Outcome.FAIL),
        (("data", None), (), True, Outcome.NOT_APPLICABLE),
        (("erp", "data"), ("number",), True, Outcome.FAIL),
        (("erp", "data"), ("number",), False, Outcome.PASS),
        (("data", "erp"), ("number",), False, Outcome.UNDETERMINED),
        (("data", "edge"), ("number",), False, Outcome.UNDETERMINED),
        (("data", "cache"), ("tier", "number"), False, Outcome.UNDETERMINED),
    ],
)
def test_judged_narrows(
    tiers: tuple[str | None, str | None], hidden: tuple[str, ...], objects: bool, outcome: Outcome
) -> None:
    """The first row is known, of the second one `hidden` is not."""
    first, second = tiers
    one, views = ports(a=({"tier": first, "number": 1}, ()), b=({"tier": second, "number": 2}, hidden))
    reads = ["views.ports.tier", "views.ports.number"]
    found = [violation(["a"], "d/a#a")] if objects else []
    assert verdict(reads, one, found, views=views, judged={"tier": ["erp", "edge"]}).outcome is outcome


def test_judged_speaks_of_what_the_policy_reads_of_the_view() -> None:
    one = service()
    Estate([one])
    views = {"ports": view(one, [(("a",), {"tier": "data"}, ())]), "pods": view(one, [(("b",), {"tier": "data"}, ())])}
    judged = {"tier": ["erp"]}
    only = verdict(["views.ports.tier", "views.pods.tier"], one, [], views=views, judged=judged)
    assert only.outcome is Outcome.NOT_APPLICABLE
    beside = verdict(["views.ports.tier", "views.pods.number"], one, [], views=views, judged=judged)
    assert beside.outcome is Outcome.PASS
    kind = verdict(["views.ports.number"], one, [], views=views, judged={"kind": ["Service"]})
    assert kind.outcome is Outcome.PASS
    other = verdict(["views.ports.number"], one, [], views=views, judged={"kind": ["Ingress"]})
    assert other.outcome is Outcome.NOT_APPLICABLE


# --- absence


@given(
    st.lists(st.sampled_from((POLICY, SECRET)), unique=True),
    st.sets(st.sampled_from((POLICY, SECRET, SERVICE, "*"))),
    st.lists(st.none() | st.lists(st.sampled_from((POLICY, SECRET)), unique=True), max_size=3),
)
def test_absence_is_doubtful_while_its_type_is_open(
    absence_of: list[str], open_types: set[str], absents: list[list[str] | None]
) -> None:
    violations: list[Violation] = []
    missing: list[set[str]] = []
    for absent in absents:
        made = violation(["a"], key=str(len(violations)))
        if absent is not None:
            made["absent"] = absent
        violations.append(made)
        rests_on = set(absence_of if absent is None else absent)
        missing.append(rests_on if "*" in open_types else rests_on & open_types)
    said = verdict(["spec.a"], service(), violations, tuple(open_types), absence_of=absence_of)
    certain = [one for one, types in zip(violations, missing, strict=True) if not types]
    expected = Outcome.FAIL if certain else Outcome.UNDETERMINED if violations else Outcome.PASS
    assert said.outcome is expected
    assert list(said.violations) == certain
    uncertain = [one for one in violations if one not in certain]
    assert list(said.undetermined) == uncertain
    named = set().union(*missing)
    if uncertain:
        (reason,) = said.unknown
        two = {
            "whether a NetworkPolicy or a Secret exists elsewhere",
            "whether a Secret or a NetworkPolicy exists elsewhere",
        }
        alone = {POLICY: "whether a NetworkPolicy exists elsewhere", SECRET: "whether a Secret exists elsewhere"}
        assert reason in (two if len(named) == 2 else {alone[next(iter(named))]})
    else:
        assert said.unknown == ()


def test_what_is_not_known_names_only_what_matters() -> None:
    hidden = service(unknown={("spec", "a")})
    said = verdict(["spec.a"], hidden, [], (POLICY,), absence_of=[POLICY])
    assert (said.outcome, said.unknown) == (Outcome.UNDETERMINED, ("spec.a",))
    said = verdict(["spec.a"], hidden, [violation(["spec", "b"], evidence=[])], (POLICY,), absence_of=[POLICY])
    assert said.unknown == ("spec.a", "whether a NetworkPolicy exists elsewhere")


@pytest.mark.parametrize(
    ("types", "reasons"),
    [
        (["Microsoft.Storage/storageAccounts"], ("whether a storage account exists elsewhere",)),
        (["core/Secret", "networking.k8s.io/Ingress"], ("whether a Secret or an Ingress exists elsewhere",)),
        (["core/Secret", "batch/Job", "batch/CronJob"], ("whether a Secret, a Job or a CronJob exists elsewhere",)),
        (
            ["core/Secret", "batch/Job", "batch/CronJob", "core/Pod"],
            ("whether a Secret, a Job or an object of 2 other types exists elsewhere",),
        ),
        # One kind of two groups is said once.
        (["a.io/NetworkPolicy", "b.io/NetworkPolicy"], ("whether a NetworkPolicy exists elsewhere",)),
        (["core/Service"], ("whether a setting of it stands elsewhere",)),
        (
            ["core/Service", "core/Pod"],
            ("whether a setting of it stands elsewhere", "whether a Pod exists elsewhere"),
        ),
    ],
)
def test_what_may_exist_elsewhere_is_named_in_words(types: list[str], reasons: tuple[str, ...]) -> None:
    said = verdict(["spec.a"], service(), [violation(["a"])], ("*",), absence_of=types)
    assert said.unknown == reasons


# --- whom a policy judges


def test_subjects_are_of_the_types_and_have_a_row() -> None:
    rows, none, other = service("rows"), service("none"), service("other")
    analyses = Analyses(Estate([rows, none, other]))
    by_type = {SERVICE: [rows, none, other], "core/Pod": []}
    views = {"ports": view(rows, [(("a",), {}, ())]), "pods": view(other, [(("a",), {}, ())])}
    assert Rule(policy(["spec.a"]), analyses, {}).subjects(by_type) == [rows, none, other]
    assert Rule(policy(["views.ports.number"]), analyses, views).subjects(by_type) == [rows]
    both = policy(["views.ports.number", "views.pods.number"])
    assert Rule(both, analyses, views).subjects(by_type) == [rows, other]
    assert Rule(policy([], resource_types=["core/Pod"]), analyses, {}).subjects(by_type) == []


def test_a_policy_that_is_switched_off_applies_to_nothing() -> None:
    analyses = Analyses(Estate([]))
    made = policy([], only_if="wanted")
    for wanted, outcome in ((False, Outcome.NOT_APPLICABLE), (True, Outcome.PASS)):
        settings = {"production": {"wanted": wanted}}
        assert Rule(made, analyses, {}, settings).verdict(service(), []).outcome is outcome


def test_a_violation_may_be_in_doubt_by_itself() -> None:
    sure, doubtful = violation(["a"]), violation(["b"], doubt="the source of rule a")
    said = verdict(["a"], service(), [doubtful])
    assert said.outcome is Outcome.UNDETERMINED
    assert (said.undetermined, said.unknown) == ((doubtful,), ("the source of rule a",))
    both = verdict(["a"], service(), [sure, doubtful])
    assert (both.outcome, both.violations, both.undetermined) == (Outcome.FAIL, (sure,), (doubtful,))
