"""What masks mark is taken out, and nothing else: checked leaf by leaf against a naive reading of them."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from erpguard.model import Path
from erpguard.normalize.scrubbing import Secrets
from erpguard.sources.terraform.masks import conceal_named, mask
from tests.sources.terraform.plans import change, declared, plan

_KEYS = st.sampled_from("abc")
_LEAVES = st.sampled_from([None, "", "text", 0, 7, True, False])
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3), max_leaves=8
)
_ROOTS = st.dictionaries(_KEYS, _VALUES, max_size=3)


@st.composite
def masks(draw: st.DrawFn, value: Any) -> Any:
    """A mask as Terraform would make one for a value; for parts that are not known the value may lack what it marks."""
    if draw(st.integers(0, 5)) == 0:
        return True
    if isinstance(value, dict):
        marked = {key: draw(masks(inner)) for key, inner in value.items() if draw(st.booleans())}
        return {**marked, "new": True} if draw(st.integers(0, 4)) == 0 else marked
    if isinstance(value, list):
        return [draw(masks(inner)) for inner in value]
    return False


def leaves(value: Any, path: Path = ()) -> dict[Path, Any]:
    """Every value without parts."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: dict[Path, Any] = {}
    for step, inner in parts:
        found |= leaves(inner, (*path, step))
    return found or {path: value}


def is_marked(mark: Any, path: Path) -> bool:
    """Whether a mask has `true` on the way to a path."""
    for step in path:
        if mark is True:
            return True
        if isinstance(mark, dict):
            mark = mark.get(step, False)
        elif isinstance(mark, list) and isinstance(step, int) and step < len(mark):
            mark = mark[step]
        else:
            return False
    return mark is True


def is_at_or_below(path: Path, paths: set[Path]) -> bool:
    return any(path[:length] in paths for length in range(len(path) + 1))


@given(_ROOTS, st.data())
def test_masks_that_fit(value: dict[str, Any], data: st.DataObject) -> None:
    unknown, sensitive = data.draw(masks(value)), data.draw(masks(value))
    kept, secrets = copy.deepcopy(value), Secrets()
    found = mask(kept, unknown, sensitive, secrets)
    assert not found.unknown & found.sensitive
    after = leaves(kept)
    for path, leaf in leaves(value).items():
        if leaf is None or leaf in ([], {}):
            continue
        is_unknown, is_sensitive = is_marked(unknown, path), is_marked(sensitive, path)
        assert is_at_or_below(path, found.unknown) >= is_unknown
        if is_unknown or (is_sensitive and leaf != ""):
            assert after.get(path) is None, "marked, but still there"
            assert is_at_or_below(path, found.unknown | found.sensitive)
        elif not is_sensitive:
            assert after[path] == leaf, "not marked, but gone"
            assert not is_at_or_below(path, found.unknown | found.sensitive)


@given(_ROOTS, _VALUES, _VALUES)
def test_masks_of_any_shape_never_show_what_they_mark(value: dict[str, Any], unknown: Any, sensitive: Any) -> None:
    kept = copy.deepcopy(value)
    mask(kept, unknown, sensitive, Secrets())
    after = leaves(kept)
    for path, leaf in leaves(value).items():
        if leaf not in (None, "", [], {}) and (is_marked(unknown, path) or is_marked(sensitive, path)):
            assert after.get(path) is None


def test_a_mask_that_does_not_fit_a_list_marks_all_of_it() -> None:
    values = {"rules": [{"port": 1}, {"port": 2}], "keys": ["a", "b"]}
    found = mask(values, {"rules": [{"port": True}]}, {"keys": [True]}, Secrets())
    assert (found.unknown, found.sensitive, values) == ({("rules",)}, {("keys",)}, {})


def test_items_that_are_not_known_keep_their_place() -> None:
    values = {"ids": [None, "b"], "rules": [{"name": "x"}]}
    found = mask(values, {"ids": [True, False], "rules": [{"port": True}], "id": True}, {}, Secrets())
    assert found.unknown == {("ids", 0), ("rules", 0, "port"), ("id",)}
    assert values == {"ids": [None, "b"], "rules": [{"name": "x"}]}


def test_sensitive_but_empty_stays() -> None:
    values: dict[str, Any] = {"password": None, "token": "", "data": {}}
    assert mask(values, {}, {"password": True, "token": True, "data": True}, Secrets()).sensitive == set()
    assert values == {"password": None, "token": "", "data": {}}


def test_everything_may_be_marked_at_once() -> None:
    values = {"a": "secret-value"}
    assert mask(values, {}, True, Secrets()).sensitive == {("a",)} and values == {}
    values = {"a": "value"}
    assert mask(values, True, {}, Secrets()).unknown == {("a",)} and values == {}
    values = {"a": "value"}
    assert mask(values, [[True]], [False], Secrets()).unknown == {("a",)} and values == {}


def test_plans_without_marks_lose_what_is_secret_by_name() -> None:
    given = {
        "administrator_login_password": "hunter2hunter2",
        "password_auth_enabled": True,
        "secret_name": "erp",
        "list": [{"primary_access_key": "k" * 20, "key_vault_secret_id": "/subscriptions/x"}],
        "kube_config": [{"password": "p" * 10}],
        "access_key": "",
    }
    secrets = Secrets()
    assert conceal_named("azurerm_x", given, secrets) == {
        ("administrator_login_password",),
        ("list", 0, "primary_access_key"),
        ("kube_config",),
    }
    assert json.dumps(given) == json.dumps(
        {
            "password_auth_enabled": True,
            "secret_name": "erp",
            "list": [{"key_vault_secret_id": "/subscriptions/x"}],
            "access_key": "",
        }
    )
    assert conceal_named("azurerm_key_vault_secret", {"value": "v" * 9}, secrets) == {("value",)}


def test_a_plan_of_terraform_0_13_has_no_marks() -> None:
    entry = change("azurerm_redis_cache.erp", {"primary_access_key": "k" * 20, "capacity": 1})
    for key in ("before_sensitive", "after_sensitive"):
        del entry["change"][key]
    one = declared({**plan(entry), "format_version": "0.1"})["azurerm_redis_cache.erp"]
    assert one.values == {"capacity": 1}
    assert one.sensitive == {("primary_access_key",)} == one.unknown
