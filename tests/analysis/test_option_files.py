"""Flat options of configuration files, against the libraries that load them whole."""

from __future__ import annotations

import tomllib
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.values.option_files import toml_options, yaml_options

KEYS = st.sampled_from(("api", "entryPoints", "web", "insecure", "http", "tls"))
SCALARS = st.one_of(st.integers(0, 99), st.sampled_from((":80", "0s", "a@file", "x y")))
TREES = st.recursive(
    st.dictionaries(KEYS, st.one_of(SCALARS, st.lists(SCALARS, min_size=1, max_size=3)), max_size=4),
    lambda inner: st.dictionaries(KEYS, st.one_of(SCALARS, inner), max_size=4),
    max_leaves=6,
)


def flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str | None]:
    """What the options of a tree are."""
    found: dict[str, str | None] = {}
    for key, value in tree.items():
        name = prefix + key.lower()
        if isinstance(value, dict):
            found[name] = None
            found.update(flat(value, name + "."))
        else:
            found[name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return found


@given(TREES, st.booleans())
def test_yaml_is_read_as_its_tree_says(tree: dict[str, Any], flow: bool) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow)
    options = yaml_options(text)
    assert options is not None
    assert {name: line.value for name, line in options.items()} == flat(tree)
    lines = text.split("\n")
    for name, line in options.items():
        assert name.rpartition(".")[2] in lines[line.line].lower()


@given(TREES)
def test_toml_is_read_as_its_tree_says(tree: dict[str, Any]) -> None:
    text = "\n".join(_toml(tree, ""))
    assert tomllib.loads(text) == tree
    options = toml_options(text)
    assert options is not None
    assert {name: line.value for name, line in options.items()} == flat(tree)
    lines = text.split("\n")
    for name, line in options.items():
        assert name.rpartition(".")[2] in lines[line.line].lower()


def _toml(tree: dict[str, Any], name: str) -> list[str]:
    lines = [f"[{name}]"] if name else []
    lines += [f"{key} = {_value(value)}" for key, value in tree.items() if not isinstance(value, dict)]
    for key, value in tree.items():
        if isinstance(value, dict):
            lines += _toml(value, f"{name}.{key}" if name else key)
    return lines


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value) if isinstance(value, int) else f'"{value}"'


@given(st.text(max_size=60))
def test_any_text_has_options_or_none(text: str) -> None:
    assert yaml_options(text) is None or isinstance(yaml_options(text), dict)
    assert toml_options(text) is None or isinstance(toml_options(text), dict)


def test_what_cannot_be_followed() -> None:
    assert yaml_options("a: &x {b: 1}\nc: *x\n") is None
    assert yaml_options("- a\n") is None
    assert yaml_options("[" * 100_000) is None
    assert yaml_options("") == {}
    assert toml_options("a = [") is None
