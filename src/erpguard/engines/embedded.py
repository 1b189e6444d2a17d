"""Rego in this process: the interpreter regorus. An engine belongs to the thread that made it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import regorus

from erpguard.engines import Answers, Violation, one_by_one
from erpguard.errors import EngineError, PackError
from erpguard.model import Policy, Problem

UNDEFINED = '"<undefined>"'
"""How the interpreter writes that a rule has no value."""


class Place(NamedTuple):
    """Where something stands in a module: from 1, a column is a character."""

    name: str
    line: int
    column: int


class Interpreter:
    """The interpreter, with errors of ours: one line each, without a path of this machine.

    Modules are added under the names that errors show. PackError where one does not compile.
    """

    def __init__(self) -> None:
        self._engine: Any = _Engine(regorus.Engine())
        self._said: list[str] = []

    def add_file(self, path: str, shown: str) -> None:
        """Add a module that is a file."""
        try:
            self._engine.add_policy_from_file(path)
        except RuntimeError as error:
            place = _place(error)
            where = f":{place.line}:{place.column}" if place else ""
            raise PackError(f"{shown}{where}: {_reason(error)}") from error

    def add(self, name: str, text: str, *, is_v0: bool = False) -> None:
        """Add a module, in Rego v1 or in that of before OPA 1.0."""
        try:
            self._engine.set_rego_v0(is_v0)
            self._engine.add_policy(name, text)
        except RuntimeError as error:
            raise PackError(self._placed(error) if _place(error) else f"{name}: {_reason(error)}") from error

    def add_data(self, text: str) -> None:
        """Merge a JSON object into `data`. PackError where it sets what is there with another value."""
        try:
            self._engine.add_data_json(text)
        except RuntimeError as error:
            raise PackError(_reason(error)) from error

    def add_function(self, name: str, arity: int, function: Callable[..., Any]) -> None:
        """Add a builtin."""
        self._engine.add_extension(name, arity, function)

    def set_input(self, document: Mapping[str, Any]) -> None:
        """What `input` is from now on. EngineError where the interpreter does not take it."""
        try:
            self._engine.set_input(document)
        except RuntimeError as error:
            raise EngineError(_reason(error)) from error

    def set_input_text(self, text: str) -> None:
        """What `input` is from now on, as JSON."""
        try:
            self._engine.set_input_json(text)
        except RuntimeError as error:
            raise EngineError(_reason(error)) from error

    def value(self, rule: str) -> str:
        """The value of a rule, `data.<package>.<name>`, as JSON; UNDEFINED where it has none."""
        before = _Engine(self._engine.clone())
        try:
            return str(self._engine.eval_rule_as_json(rule))
        except RuntimeError as error:
            self._said += self._engine.take_prints()
            before.take_prints()
            self._engine = before  # the other one may take what it was at for undefined from now on
            raise EngineError(self._placed(error)) from error

    def prepare(self) -> None:
        """PackError where the modules do not fit together: otherwise each rule would fail, and each time."""
        try:
            self._engine.eval_query_as_json("true")
        except RuntimeError as error:
            raise PackError(self._placed(error)) from error

    def trees(self) -> str:
        """The syntax trees of the modules, as JSON, in the order in which they were added."""
        return str(self._engine.get_ast_as_json())

    def gather_prints(self) -> None:
        """Keep what `print` says for `prints`; otherwise it goes to standard error."""
        self._engine.set_gather_prints(True)

    def prints(self) -> list[str]:
        """What `print` said since it was asked the last time."""
        said, self._said = [*self._said, *map(str, self._engine.take_prints())], []
        return said

    def cover(self, wanted: bool) -> None:
        """Count from now on which lines are evaluated, or no longer."""
        self._engine.clear_coverage_data()
        self._engine.set_enable_coverage(wanted)

    def coverage(self) -> str:
        """Which lines were evaluated and which were not, by module, as JSON."""
        return str(self._engine.get_coverage_report_as_json())

    def written(self, place: Place) -> Place:
        """Where an author wrote what stands at a place."""
        return place

    def _placed(self, error: RuntimeError) -> str:
        """The reason of an error, after `name:line:column: ` for modules that have the names of ours."""
        place = _place(error)
        if place is None or os.path.isabs(place.name):
            return _reason(error)
        return "{}:{}:{}: {}".format(*self.written(place), _reason(error))


class _Engine:
    """regorus with errors of one kind: a panic of its own reaches Python as a BaseException, which ends programs.

    https://pyo3.rs/main/doc/pyo3/panic/struct.PanicException.html: its class cannot be imported.
    """

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._engine, name)

        def call(*args: Any, **options: Any) -> Any:
            try:
                return method(*args, **options)
            except BaseException as error:
                if type(error).__name__ != "PanicException":
                    raise
                raise RuntimeError(f"a defect of the interpreter: {' '.join(str(error).split())}") from error

        return call


class EmbeddedEngine:
    """Compiles the modules of a folder: the shared ones, then those of the policies."""

    def __init__(self, folder: str, modules: Iterable[str], policies: Iterable[Policy]) -> None:
        self._interpreter = Interpreter()
        for file in (*modules, *(policy.file for policy in policies)):
            self._interpreter.add_file(os.path.join(folder, file), file)

    def evaluate(self, policies: Sequence[Policy], document: Mapping[str, Any]) -> Answers:
        """See `PolicyEngine.evaluate`."""
        try:
            self._interpreter.set_input(document)
        except EngineError as error:
            return {policy.id: EngineError(f"{policy.id}: {error}") for policy in policies}
        return one_by_one(policies, self._violations)

    def _violations(self, policy: Policy) -> Sequence[Violation]:
        try:
            found: list[Violation] = json.loads(self._interpreter.value(f"data.{policy.package}.deny"))
        except EngineError as error:
            raise EngineError(f"{policy.id}: {error}") from error
        return found

    def close(self) -> Sequence[Problem]:
        """See `PolicyEngine.close`: there is nothing to let go of."""
        return ()


_ARROW = r"(?m)--> (.*?):(\d+):(\d+)$"
_DRAWN = r"(?m)^ *\d+ \| (.*)$"
_TEXT = r'"(?:[^"\\]|\\.)*"?|`[^`]*`?'
_TAB = 4


def _place(error: RuntimeError) -> Place | None:
    """Where regorus points at; its path is that of this machine."""
    arrow = re.search(_ARROW, str(error))
    if arrow is None:
        return None
    drawn = re.search(_DRAWN, str(error)[arrow.end() :])
    column = int(arrow[3])
    return Place(arrow[1], int(arrow[2]), _characters(drawn[1], column) if drawn else column)


def _characters(line: str, column: int) -> int:
    """A column as regorus counts it, in characters: it counts four for a tab, and the bytes of texts in quotes."""
    line = re.sub(_TEXT, lambda text: re.sub(r"[^\x00-\x7f]", "_", text[0]) if text[0][0] == "`" else text[0], line)
    position, reached = 0, 1
    for position, character in enumerate(line, 1):
        reached += _TAB if character == "\t" else len(character.encode())
        if reached > column:
            return position
    return position + 1 + column - reached


def _reason(error: RuntimeError) -> str:
    """The last line of regorus' message that says something; the rest is a drawing of the source, and the stack."""
    text = str(error).partition("\nStack backtrace:")[0]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith("error:")]
    return (telling or lines or ["unknown error"])[-1].removeprefix("error:").strip().removesuffix(":")
