"""NetworkPolicies at random, and what their parts mean, written down a second time for the tests' oracles."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

VALUES = {"app": ["odoo", "db"], "tier": ["web", "data"], "team": ["a", "b"]}


def selected(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a legal selector picks these labels."""
    for expression in selector.get("matchExpressions", []):
        value = labels.get(expression["key"])
        wanted = {
            "In": value in expression.get("values", []),
            "NotIn": value not in expression.get("values", []),
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }
        if not wanted[expression["operator"]]:
            return False
    return set(selector.get("matchLabels", {}).items()) <= set(labels.items())


def takes(entry: dict[str, Any], number: int, protocol: str, name: str) -> bool:
    """Whether an entry of `ports` takes a port with a name (empty: none)."""
    if entry.get("protocol", "TCP") != protocol:
        return False
    start = entry.get("port")
    if isinstance(start, int):
        return number in range(start, entry.get("endPort", start) + 1)
    return start in (None, name)


@st.composite
def selectors(draw: st.DrawFn, keys: tuple[str, ...] = ("app", "tier")) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if draw(st.booleans()):
        key = draw(st.sampled_from(keys))
        made["matchLabels"] = {key: draw(st.sampled_from(VALUES[key]))}
    if draw(st.integers(0, 3)) == 0:
        key = draw(st.sampled_from(keys))
        operator = draw(st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]))
        expression: dict[str, Any] = {"key": key, "operator": operator}
        if operator.endswith("In"):
            expression["values"] = draw(st.lists(st.sampled_from(VALUES[key]), min_size=1, max_size=2))
        made["matchExpressions"] = [expression]
    return made


RANGES = ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "::/0", "0.0.0.0/1", "128.0.0.0/1"]


def is_everybody(entries: list[dict[str, Any]]) -> bool:
    """Whether the ranges of a rule without holes are all addresses together, so that every pod is among them."""
    whole = {entry["ipBlock"]["cidr"] for entry in entries if "ipBlock" in entry and "except" not in entry["ipBlock"]}
    return bool(whole & {"0.0.0.0/0", "::/0"}) or {"0.0.0.0/1", "128.0.0.0/1"} <= whole


@st.composite
def peers(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["pod", "namespace", "both", "block", "block"]))
    if kind == "block":
        block: dict[str, Any] = {"cidr": draw(st.sampled_from(RANGES))}
        if block["cidr"] in ("0.0.0.0/0", "10.0.0.0/8") and draw(st.booleans()):
            block["except"] = draw(st.lists(st.sampled_from(["10.0.0.0/24", "10.1.0.0/16"]), min_size=1, max_size=2))
        return {"ipBlock": block}
    made = {}
    if kind != "namespace":
        made["podSelector"] = draw(selectors())
    if kind != "pod":
        made["namespaceSelector"] = draw(selectors(("team",)))
    return made


PORT_ENTRIES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"port": st.sampled_from([80, 53, "pg", "dns"])}, optional={"protocol": st.just("UDP")}),
    st.fixed_dictionaries({"port": st.sampled_from([1, 5432]), "endPort": st.sampled_from([5432, 65535])}),
    st.just({"protocol": "UDP"}),
)


def _rules(key: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    optional = {key: st.lists(peers(), max_size=3), "ports": st.lists(PORT_ENTRIES, max_size=2)}
    return st.lists(st.fixed_dictionaries({}, optional=optional), min_size=1, max_size=2)


SPECS = st.fixed_dictionaries(
    {},
    optional={
        "podSelector": selectors(),
        "policyTypes": st.lists(st.sampled_from(["Ingress", "Egress"]), max_size=2, unique=True),
        "ingress": _rules("from"),
        "egress": _rules("to"),
    },
)
