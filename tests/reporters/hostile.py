"""Results that hypothesis makes up: every field hostile, every list of any length."""

from __future__ import annotations

from hypothesis import strategies as st

from erpguard.model import (
    Control,
    Counts,
    Finding,
    Framework,
    Outcome,
    Parameter,
    Place,
    Policy,
    Problem,
    Reference,
    Related,
    ScanResult,
    Severity,
    Suppression,
)

NASTY = (
    "",
    " ",
    "\x1b[31mred\x1b[0m",
    "\x9b31m",
    "abc\u202egnp.exe",
    "zero\u200bwidth\ufeff",
    "##vso[task.setvariable variable=x]y",
    "##[error]no",
    "##teamcity[buildStop]",
    "::set-output name=x::y",
    "  ::add-mask::x",
    "<script>alert(1)</script>",
    "[a](javascript:alert(1)) {0} {{x}} \\[",
    "```\n# heading\n`",
    "line\r\nline\u2028line\x00",
    "lone \ud800 and \udcff",
    "../../etc/passwd",
    "a b%20c:d?e#f",
    "x" * 5000,
    "::" * 300,
    "ünïcödé 漢字 😀",
)

texts = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=30), st.text(st.characters(exclude_categories=()), max_size=20)
)
numbers = st.integers(min_value=0, max_value=10**6)
places = st.builds(Place, texts, numbers, numbers, numbers, numbers, texts, texts)
related = st.lists(st.builds(Related, places, texts), max_size=3).map(tuple)
paths = st.lists(st.one_of(texts, numbers), max_size=4).map(tuple)
ids = st.one_of(st.sampled_from(("NET001", "RES001")), texts)
endless = st.just(6000).map(lambda digits: 10**digits)
values = st.dictionaries(
    texts,
    st.recursive(
        st.one_of(texts, st.integers(), st.floats(), st.booleans(), st.none(), endless),
        lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(texts, inner, max_size=2)),
        max_leaves=4,
    ),
    max_size=2,
)
suppressions = st.builds(Suppression, st.sampled_from(("ignored", "waived", "baseline")), texts, places)


def findings(outcome: Outcome, suppression: st.SearchStrategy[Suppression | None]) -> st.SearchStrategy[list[Finding]]:
    """Lists of findings of one outcome."""
    one = st.builds(
        Finding,
        resource_key=texts,
        key_line=numbers,
        policy=ids,
        outcome=st.just(outcome),
        severity=st.sampled_from(Severity),
        message=texts,
        resource_type=texts,
        resource_id=texts,
        resource_name=texts,
        namespace=texts,
        environment=texts,
        path=paths,
        place=places,
        fingerprint=texts,
        related=related,
        flow=related,
        values=values,
        suppression=suppression,
        fix=texts,
    )
    return st.lists(one, max_size=4)


frameworks = st.builds(Framework, texts, texts, texts, texts, texts)
policies = st.builds(
    Policy,
    scope=st.just("resource"),
    file=texts,
    id=ids,
    name=texts,
    pack=texts,
    package=texts,
    title=texts,
    description=texts,
    severity=st.sampled_from(Severity),
    severities=st.just(()),
    resource_types=st.lists(texts, max_size=3).map(tuple),
    reads=st.just(()),
    judged=st.just({}),
    absence_of=st.just(()),
    message=texts,
    remediation=texts,
    parameters=st.lists(
        st.builds(Parameter, texts, texts, st.just({}), st.one_of(texts, st.lists(texts), st.none()), st.just({})),
        max_size=2,
    ).map(tuple),
    references=st.lists(st.builds(Reference, texts, texts), max_size=2).map(tuple),
    aliases=st.lists(texts, max_size=2).map(tuple),
    deprecated=st.booleans(),
    fix=st.just({}),
    controls=st.lists(st.builds(Control, texts, texts, frameworks), max_size=3).map(tuple),
)
problems = st.builds(
    Problem,
    texts,
    texts,
    places,
    st.sampled_from(("input", "configuration", "policy", "triage")),
    st.sampled_from(("error", "warning")),
)
counts = st.builds(Counts, numbers, numbers, numbers, numbers)

results = st.builds(
    ScanResult,
    findings=findings(Outcome.FAIL, st.none()),
    undetermined=findings(Outcome.UNDETERMINED, st.none()),
    suppressed=findings(Outcome.FAIL, suppressions),
    problems=st.lists(problems, max_size=3),
    policies=st.lists(policies, max_size=3, unique_by=lambda policy: policy.id).map(
        lambda chosen: {policy.id: policy for policy in chosen}
    ),
    counts=st.dictionaries(ids, counts, max_size=3),
    resources=st.dictionaries(texts, numbers, max_size=3),
    not_judged=st.dictionaries(texts, numbers, max_size=3),
    overridden=st.lists(texts, max_size=2),
    as_of=texts,
)
