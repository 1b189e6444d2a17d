"""Keys that are no texts in YAML are the texts that conftest has for them."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest

from erpguard.conftest.documents import Documents
from erpguard.conftest.yaml_events import key
from erpguard.sources import Input
from tests.conftest_cases import CONFTEST, needs_conftest

KEYS = {
    "on": "true",
    "Off": "false",
    "y": "true",
    "N": "false",
    "TRUE": "true",
    "name": "name",
    "null": "null",
    "~": "~",
    "8080": "8080",
    "08": "8",
    "010": "8",
    "0x1F": "31",
    "1_000": "1000",
    "+1": "1",
    "-0": "0",
    "-0.0": "-0",
    "1.50": "1.5",
    "1e3": "1000",
    "999999.0": "999999",
    "1e6": "1e+06",
    "0.0001": "0.0001",
    "0.00001": "1e-05",
    "123456789.0": "1.2345679e+08",
    "-9223372036854775809": "-9.223372e+18",
    "1e39": ".inf",
    "-1e39": "-.inf",
    "12:30": "12:30",
    "2001-12-14": "2001-12-14",
    "1.2.3": "1.2.3",
    ".": ".",
}


@pytest.mark.parametrize("text", KEYS)
def test_a_key(text: str) -> None:
    assert key(text) == KEYS[text]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('on: 1\n"on": 2\n', {"true": 1, "on": 2}),
        ("{on: 1, a: on}", {"true": 1, "a": True}),
        ("a: [on, yes: 1]", {"a": [True, {"true": 1}]}),
        ("- on: [on]\n", {"true": [True]}),
        ("? on\n: 1\n", {"true": 1}),
        ("? !Tag on\n: 1\n", {"on": 1}),
        ("a: &k one\n*k : on\n", {"a": "one", "one": True}),
        ("a: &k {on: 1}\nb: {<<: *k, off: 2}\n", {"a": {"true": 1}, "b": {"true": 1, "false": 2}}),
        ("a: |\n  on: 1\n", {"a": "on: 1\n"}),
    ],
)
def test_keys_in_their_places(text: str, value: object) -> None:
    documents = Documents({})
    found = list(documents.of_file(Input("a.yaml", "a.yaml", text.encode())))
    assert [item.value for item in found] == [value]
    assert documents.collected.problems == []


def test_what_is_no_key_at_all() -> None:
    documents = Documents({})
    assert list(documents.of_file(Input("a.yaml", "a.yaml", b"[a, b]: 1\non: 2\n"))) == []
    assert [one.code for one in documents.collected.problems] == ["yaml-key"]


def _number(chance: random.Random) -> str:
    whole = "".join(chance.choices("0123456789", k=chance.randint(1, 12)))
    fraction = "." + "".join(chance.choices("0123456789", k=chance.randint(0, 10))) if chance.random() < 0.7 else ""
    exponent = f"e{chance.randint(-50, 40)}" if chance.random() < 0.4 else ""
    return chance.choice(["", "", "-", "+"]) + whole + fraction + exponent


@needs_conftest
def test_random_numbers_as_keys(tmp_path: Path) -> None:
    """Each in a document of its own, for several may be the same key."""
    assert CONFTEST is not None
    chance = random.Random(0)
    texts = [_number(chance) for _ in range(1500)]
    (tmp_path / "a.yaml").write_text("".join(f"- {text}: 1\n" for text in texts))
    done = subprocess.run(
        [CONFTEST, "parse", "a.yaml"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert [key(text) for text in texts] == [next(iter(one)) for one in json.loads(done.stdout)]
