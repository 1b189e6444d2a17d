"""Foreign Rego in a child: values as in process, bounds that hold, and no child left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from erpguard.engines.child import Limits, RegoProcess, Source, frames
from erpguard.errors import EngineError, EngineUnavailable, PackError
from tests.waiting import eventually

GOOD = """\
package good

deny contains x if some x in input.x

none if input.nope

wrong := x if some x in [count(input.text), 0 - count(input.text)]

said if print("x is", input.x)

settings := data.settings
"""
ENDLESS = """\
package endless

deny contains x if {
	some x in numbers.range(1, 9999)
	some y in numbers.range(1, 9999)
	some z in numbers.range(1, 9999)
	x + y + z == -1
}
"""
HUNGRY = "package hungry\n\ndeny := [[x, y] | some x in numbers.range(1, 9999); some y in numbers.range(1, 9999)]\n"
LONG = 'package long\n\ndeny := [sprintf("%d-%d", [x, x]) | some x in numbers.range(1, 30000)]\n'
DOCUMENT = {"x": [1, 2], "text": "none"}
LARGE = {**DOCUMENT, "rest": "x" * 2**16}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Every child that is started; none of them may be left."""
    children: list[Any] = []
    real = subprocess.Popen

    def start(*arguments: Any, **options: Any) -> Any:
        children.append(real(*arguments, **options))
        return children[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    yield children
    assert [child.poll() for child in children].count(None) == 0


def test_values_are_those_of_the_rules(started: list[Any]) -> None:
    with RegoProcess([Source("good.rego", GOOD)], [{"settings": {"a": 1}}]) as made:
        rules = ["deny", "none", "settings"]
        assert made.evaluate([f"data.good.{rule}" for rule in rules], DOCUMENT) == [[1, 2], None, {"a": 1}]
        assert made.evaluate(["data.good.deny"], {"x": ["ü\u2028", "\x00"]}) == [["\x00", "ü\u2028"]]
    assert len(started) == 1


def test_a_rule_that_fails_is_told_with_its_place_and_costs_no_other(started: list[Any]) -> None:
    with RegoProcess([Source("acme/good.rego", GOOD)]) as made:
        wrong, fine, missing = made.evaluate(["data.good.wrong", "data.good.deny", "data.good.missing"], DOCUMENT)
    assert str(wrong) == "acme/good.rego:7:1: rules must not produce multiple outputs"
    assert fine == [1, 2]
    assert isinstance(missing, EngineError)
    assert len(started) == 1


def test_a_panic_of_the_interpreter_is_told_and_costs_no_other(started: list[Any]) -> None:
    panic = "package bad\n\ndeny contains 1 if count(numbers.range(1, input.x[0])) > 0\n"
    with RegoProcess([Source("bad.rego", panic), Source("good.rego", GOOD)]) as made:
        rules = ["data.bad.deny", "data.good.deny"]
        bad, fine = made.evaluate(rules, {"x": [9223372036854775807]})
        assert isinstance(bad, EngineError)
        assert not isinstance(bad, EngineUnavailable)
        assert str(bad) == "a defect of the interpreter: capacity overflow"
        assert fine == [9223372036854775807]
        assert made.evaluate(rules, {"x": [2]}) == [[1], [2]]
    assert len(started) == 1


def test_what_is_printed_is_kept(started: list[Any]) -> None:
    with RegoProcess([Source("good.rego", GOOD)]) as made:
        assert made.evaluate(["data.good.said"], DOCUMENT) == [True]
        assert made.prints() == ["good.rego:9: x is [1, 2]"]
        assert made.prints() == []


@pytest.mark.parametrize(
    ("text", "limits", "says"),
    [
        (ENDLESS, Limits(seconds=2.0), "takes longer than 2 seconds (--policy-timeout): it is left out from here on"),
        (HUNGRY, Limits(memory=200 * 2**20), "needs more than 200 MB of memory: it is left out from here on"),
        (LONG, Limits(answer=100_000), "gives an answer of 0 MB; 0 are allowed: it is left out from here on"),
    ],
    ids=["endless", "hungry", "long"],
)
def test_a_rule_that_takes_too_much_is_out_and_the_others_count(
    started: list[Any], text: str, limits: Limits, says: str
) -> None:
    package = text.split()[1]
    with RegoProcess([Source("bad.rego", text), Source("good.rego", GOOD)], limits=limits) as made:
        rules = ["data.good.deny", f"data.{package}.deny", "data.good.deny"]
        first, bad, last = made.evaluate(rules, DOCUMENT)
        assert (first, last) == ([1, 2], [1, 2])
        assert isinstance(bad, EngineUnavailable)
        assert str(bad) == says
        assert made.evaluate(rules, {"x": [3]})[1:] == [bad, [3]]
    assert len(started) == 3  # one that all were asked of, one that the bad one was, and one for what came after


def test_the_deadline_of_large_inputs_is_for_all_of_them_together(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(0, 1000, 4))
    with RegoProcess([Source("good.rego", GOOD)], limits=Limits(seconds=10.0), clock=lambda: next(seconds)) as made:
        asked = []
        real = made._ask

        def ask(kind: bytes, text: bytes, seconds: float) -> bytes:
            asked.append(seconds)
            return real(kind, text, seconds)

        monkeypatch.setattr(made, "_ask", ask)
        for _ in range(3):
            made.evaluate(["data.good.deny"], LARGE)
        with pytest.raises(EngineUnavailable) as caught:
            raise made.evaluate(["data.good.deny"], LARGE)[0]
    assert asked[1::2] == [10.0, 6.0, 2.0, 0.0]
    assert str(caught.value) == "takes longer than 10 seconds (--policy-timeout): it is left out from here on"


def _asked(made: RegoProcess, monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, float]]:
    """What the process asks its children from now on, and how long it waits."""
    asked = []
    real = made._ask

    def ask(kind: bytes, text: bytes, seconds: float) -> bytes:
        asked.append((kind, seconds))
        return real(kind, text, seconds)

    monkeypatch.setattr(made, "_ask", ask)
    return asked


def test_of_a_small_input_all_rules_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [f"data.good.{rule}" for rule in ("deny", "none", "wrong", "deny")]
    with RegoProcess([Source("good.rego", GOOD)]) as made:
        asked = _asked(made, monkeypatch)
        small = made.evaluate(rules, DOCUMENT)
        assert [kind for kind, _ in asked] == [frames.RULES]
        large = made.evaluate(rules, LARGE)
        assert [kind for kind, _ in asked[1:]] == [frames.INPUT, *[frames.RULE] * 4]
    assert small[:2] == large[:2] == [[1, 2], None]
    assert str(small[2]) == str(large[2]) == "good.rego:7:1: rules must not produce multiple outputs"
    assert small[3] == large[3] == [1, 2]


def test_the_deadline_counts_what_the_child_says_that_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    took = iter([4.0, 5.5])
    with RegoProcess([Source("good.rego", GOOD)], limits=Limits(seconds=10.0)) as made:
        asked = _asked(made, monkeypatch)
        answered = made._child.ask if made._child else None

        def ask(kind: bytes, text: bytes, seconds: float) -> bytes:
            if kind != frames.RULES:
                assert answered is not None
                return answered(kind, text, seconds)
            return json.dumps([[next(took), "+", [1]], [0.1, "+", []]]).encode()

        monkeypatch.setattr(made._child, "ask", ask)
        rules = ["data.good.deny", "data.good.none"]
        assert made.evaluate(rules, DOCUMENT) == [[1], []]
        assert made.evaluate(rules, DOCUMENT) == [[1], []]
        assert made._used == {"data.good.deny": 9.5, "data.good.none": 0.2}
    assert asked == [(frames.RULES, 1.0), (frames.RULES, 1.0)]


def test_all_are_asked_at_once_again_when_the_slow_one_is_out(
    started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [Source("endless.rego", ENDLESS), Source("good.rego", GOOD)]
    with RegoProcess(sources, limits=Limits(seconds=2.0)) as made:
        asked = _asked(made, monkeypatch)
        rules = ["data.good.deny", "data.endless.deny", "data.good.none"]
        assert made.evaluate(rules, DOCUMENT)[::2] == [[1, 2], None]
        assert [kind for kind, _ in asked if kind in (frames.RULE, frames.RULES)] == [frames.RULES, *[frames.RULE] * 3]
        asked.clear()
        assert made.evaluate(rules, DOCUMENT)[::2] == [[1, 2], None]
        assert [kind for kind, _ in asked] == [frames.RULES]
    assert len(started) == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("package x\n\ndeny contains x if { x ==\n}\n", "acme/x.rego:4:1: expecting expression"),
        (
            "package x\n\nf(a) := 1\n\nf(a, b) := 1\n",
            "acme/x.rego:5:1: data.x.f was previously defined with 1 arguments.",
        ),
        (
            "package x\n\ny := " + "[" * 40 + "\n",
            "acme/x.rego: cannot be compiled: it takes longer than 1 second (--policy-timeout)",
        ),
    ],
    ids=["syntax", "arity", "brackets"],
)
def test_a_module_that_does_not_compile_is_told_with_its_place(started: list[Any], text: str, says: str) -> None:
    with pytest.raises(PackError) as caught:
        RegoProcess([Source("good.rego", GOOD), Source("acme/x.rego", text)], limits=Limits(seconds=1.0))
    assert str(caught.value) == says


def test_data_that_says_two_things_is_an_error(started: list[Any]) -> None:
    with pytest.raises(PackError, match=r'^data: value for key `"a"` generated multiple times'):
        RegoProcess([Source("good.rego", GOOD)], [{"a": 1}, {"a": 2}])


def test_facts_of_the_modules_are_there() -> None:
    with RegoProcess([Source("good.rego", GOOD)]) as made:
        (module,) = made.modules
    assert module.package == "good"
    assert [rule.name for rule in module.rules] == ["deny", "none", "wrong", "said", "settings"]
    assert [(call.name, call.line) for call in module.calls] == [("count", 7), ("count", 7), ("print", 9)]


def test_an_old_module_is_read_as_one() -> None:
    with RegoProcess([Source("old.rego", "package old\n\ndeny[x] { x := input.x[_] }\n", is_v0=True)]) as made:
        assert made.evaluate(["data.old.deny"], DOCUMENT) == [[1, 2]]


def test_the_child_has_neither_environment_nor_files_of_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERPGUARD_PLANTED", "secret")
    with RegoProcess([Source("a.rego", "package a\n\nr := opa.runtime()\n")]) as made:
        (runtime,) = made.evaluate(["data.a.r"], {})
    assert "secret" not in str(runtime)
    assert runtime.get("env", {}) == {}


def test_interruption_ends_the_child_at_once(started: list[Any]) -> None:
    made = RegoProcess([Source("endless.rego", ENDLESS)], limits=Limits(seconds=300))
    timer = threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        made.evaluate(["data.endless.deny"], {})
    timer.join()
    assert started[0].poll() is not None


PARENT = """
import sys
from erpguard.engines.child import Limits, RegoProcess, Source
made = RegoProcess([Source("endless.rego", open("endless.rego").read())], limits=Limits(seconds=1.0))
print(made._child._process.pid, flush=True)
made.evaluate(["data.endless.deny"], {})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no alarm there")
def test_a_child_whose_parent_is_gone_ends_by_itself(tmp_path: Path) -> None:
    (tmp_path / "endless.rego").write_text(ENDLESS)
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()

    def is_gone() -> bool:
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{child}/stat")
        return state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z"

    eventually(is_gone)
