"""Foreign Rego in a child, and in another child after one that had to be ended."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from erpguard.engines.child import frames
from erpguard.engines.child.connection import Child, Ended, Limits, Refused
from erpguard.engines.embedded import UNDEFINED
from erpguard.engines.syntax import Call, ModuleFacts, Refusal, RuleFact
from erpguard.errors import EngineError, EngineUnavailable, PackError

_UNDEFINED = json.loads(UNDEFINED)

_SMALL = 2**16
"""Bytes of an input that all rules are asked of at once: asking one by one takes longer than judging it."""

_OLD = "`if` keyword is required before rule body"
UPDATE = "`opa fmt --v0-v1 --write` adds it"
"""What becomes of Rego of before OPA 1.0."""

_PATIENCE = 1.0
"""Seconds for all rules about a small input. Should they take longer, they are asked one by one: which is it?"""


class Source(NamedTuple):
    """One module: the name that errors show, its text, and whether it is in the Rego of before OPA 1.0."""

    name: str
    text: str
    is_v0: bool = False


class RegoProcess:
    """Modules in a child process, compiled and ready. `modules` are their facts, in the order of the sources.

    sources         the modules; names are unique
    data            JSON objects that are merged into `data`
    coverage        count which lines are evaluated
    has_go_numbers  numbers of inputs with a point or an exponent are floats of Go, and else as they are written
    clock           tells seconds

    PackError, `name:line:column: reason`, for a module that does not compile in the time.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        data: Iterable[Mapping[str, Any]] = (),
        limits: Limits | None = None,
        *,
        coverage: bool = False,
        has_go_numbers: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sources = list(sources)
        self._data = [_json(one) for one in data]
        self._limits = limits or Limits()
        self._coverage = coverage
        self._has_go_numbers = has_go_numbers
        self._clock = clock
        self._used: dict[str, float] = {}
        self._out: dict[str, EngineUnavailable] = {}
        self._child: Child | None = None
        self._asks_all = True
        self.modules = [_facts(*one) for one in json.loads(self._do(frames.FACTS, b"", "modules"))]

    def evaluate(self, rules: Sequence[str], document: Any) -> list[Any]:
        """The values of rules (`data.<package>.<name>`) for an input, in their order: parsed JSON, None for undefined.

        An EngineError stands in the place of a value that could not be had: EngineUnavailable for a rule that took too
        long or too much, which is not asked again.
        """
        given = _json(document)
        asked = [rule for rule in rules if rule not in self._out]
        found = self._all(asked, given) if self._asks_all and len(given) <= _SMALL else None
        values = dict(zip(asked, self._each(asked, given) if found is None else found, strict=True))
        return [values.get(rule, self._out.get(rule)) for rule in rules]

    def _all(self, rules: Sequence[str], given: bytes) -> list[Any] | None:
        """The values of rules, asked at once; None where that cannot be, or ends the child."""
        left = min(map(self._left, rules), default=0.0)
        if left <= 0:
            return None
        try:
            if self._child is None:
                self._begin()
            answer = self._ask(frames.RULES, _json(rules) + b"\n" + given, min(left, _PATIENCE))
        except (Refused, PackError):  # it is told of each rule
            return None
        except Ended:
            self._asks_all = False
            return None
        return [self._noted(rule, *one) for rule, one in zip(rules, json.loads(answer), strict=True)]

    def _left(self, rule: str) -> float:
        return self._limits.seconds - self._used.get(rule, 0.0)

    def _noted(self, rule: str, seconds: float, kind: str, value: Any) -> Any:
        self._used[rule] = self._used.get(rule, 0.0) + seconds
        if kind != frames.DONE.decode():
            return EngineError(value)
        return None if value == _UNDEFINED else value

    def _each(self, rules: Sequence[str], given: bytes) -> list[Any]:
        """The same, asked one by one: each until its own deadline."""
        found: list[Any] = []
        holder = None
        for rule in rules:
            try:
                if rule in self._out:
                    raise self._out[rule]
                if holder is None or holder is not self._child:
                    self._give(given)
                    holder = self._child
                found.append(self._value(rule))
            except EngineError as error:
                found.append(error)
        return found

    def prints(self) -> list[str]:
        """What `print` said since it was asked the last time."""
        return list(map(str, json.loads(self._do(frames.PRINTS, b"", "print"))))

    def coverage(self) -> Any:
        """Which lines were evaluated, as the interpreter reports it; only where `coverage` was asked for."""
        return json.loads(self._do(frames.COVERAGE, b"", "coverage"))

    def forget_coverage(self) -> None:
        """Count anew which lines are evaluated."""
        self._do(frames.COVER, b"1", "coverage")

    def trees(self) -> list[Any]:
        """The syntax trees of the modules, in their order, as the interpreter gives them."""
        found: list[Any] = json.loads(self._do(frames.TREES, b"", "modules"))
        return found

    def close(self) -> None:
        """End the child; never fails, and may be called again."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def __enter__(self) -> RegoProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _do(self, kind: bytes, text: bytes, name: str) -> bytes:
        """What has to work, or PackError: with the name, where the reason has no place of its own."""
        try:
            if self._child is None:
                self._begin()
            return self._ask(kind, text, self._limits.seconds)
        except Refused as error:
            self.close()
            is_placed = any(str(error).startswith(f"{source.name}:") for source in self._sources)
            said = str(error) if is_placed else f"{name}: {error}"
            raise PackError(f"{said}: {UPDATE}" if said.endswith(_OLD) else said) from error
        except Ended as error:
            raise PackError(f"{name}: cannot be compiled: it {error}") from error

    def _begin(self) -> None:
        """A child with all modules and data."""
        self._child = Child(self._limits)
        for source in self._sources:
            self._do(frames.MODULE, _json(list(source)), source.name)
        for text in self._data:
            self._do(frames.DATA, text, "data")
        if self._coverage:
            self._do(frames.COVER, b"1", "coverage")
        if self._has_go_numbers:
            self._do(frames.NUMBERS, b"1", "numbers")

    def _give(self, document: bytes) -> None:
        try:
            self._do(frames.INPUT, document, "input")
        except PackError as error:
            raise EngineError(str(error)) from error

    def _value(self, rule: str) -> Any:
        start = self._clock()
        try:
            text = self._ask(frames.RULE, rule.encode(), max(self._left(rule), 0.0))
        except Refused as error:
            raise EngineError(str(error)) from error
        except Ended as error:
            self._out[rule] = EngineUnavailable(f"{error}: it is left out from here on")
            self._asks_all = True
            raise self._out[rule] from error
        finally:
            self._used[rule] = self._used.get(rule, 0.0) + self._clock() - start
        value = json.loads(text)
        return None if value == _UNDEFINED else value

    def _ask(self, kind: bytes, text: bytes, seconds: float) -> bytes:
        assert self._child is not None
        try:
            return self._child.ask(kind, text, seconds)
        except Refused:
            raise
        except BaseException:  # it has ended, or Ctrl-C comes while it is in the middle of something
            self.close()
            raise


def _facts(package: str, rules: Iterable[Any], calls: Iterable[Any], refusals: Iterable[Any]) -> ModuleFacts:
    """The facts of a module, as the child sent them."""
    return ModuleFacts(
        package,
        tuple(RuleFact(*rule) for rule in rules),
        tuple(Call(*call) for call in calls),
        tuple(Refusal(*refusal) for refusal in refusals),
    )


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
