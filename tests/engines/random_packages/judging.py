"""A package in a real OPA and in the embedded engine, as modules of others are judged by it."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import requests

from erpguard.engines.child.interpreter import ForeignInterpreter
from erpguard.errors import EngineError, PackError
from tests.engines.opa import Server
from tests.engines.random_packages.writing import FILES, Rule, modules
from tests.waiting import HANGS

DATA = {"d": {"a": 1, "b": "a", "xs": [1, 2, {"a": "b"}], "o": {"a": {"b": 1}, "b": None}, "n": 2, "s": "a"}}
_ERROR = "an error"
_NOTHING = "no value"
_PLACE = re.compile(r"([\w.]+):(\d+):(\d+): ")


class Judges:
    """Both, and how often what came out: `same`, `both an error`, `loud` (an error where OPA has none), `refused`."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._session = requests.Session()
        self.counts: Counter[str] = Counter()
        server.call("PUT", "/v1/data", json=DATA)

    def differences(self, rules: list[Rule], documents: list[Any]) -> list[tuple[str, Any, Any, Any]]:
        """The rules with another value, the input, and both values. Rules that one of the two refuses are left out."""
        interpreter = None
        while interpreter is None:
            rules = self._accepted(rules)
            interpreter, rules = self._compiled(rules)
        names = [rule.asked for rule in rules if rule.asked]
        found: list[tuple[str, Any, Any, Any]] = []
        for document in documents:
            interpreter.set_input_text(json.dumps(document))
            values = [_value(interpreter, name) for name in names]
            both = zip(names, self._wanted(names, document), values, strict=True)
            found += [(name, document, wanted, value) for name, wanted, value in both if self._differs(wanted, value)]
        return found

    def _differs(self, wanted: Any, found: Any) -> bool:
        outcome = "same" if wanted == found else "different"
        if found == _ERROR:
            outcome = "both an error" if wanted == _ERROR else "loud"
        self.counts[outcome] += 1
        return outcome == "different"

    def _accepted(self, rules: list[Rule]) -> list[Rule]:
        """The rules, with stubs for those that OPA's compiler refuses."""
        while True:
            for file in reversed(FILES):
                self._session.delete(f"{self._server.url}/v1/policies/{file}", timeout=HANGS)
            errors = self._refusals(rules)
            if not errors:
                return rules
            rules = _without(rules, [(place.get("file"), place.get("row", 0)) for place in errors])

    def _refusals(self, rules: list[Rule]) -> list[Any]:
        for file, text in modules(rules).items():
            url = f"{self._server.url}/v1/policies/{file}"
            answer = self._session.put(url, data=text.encode(), timeout=HANGS)
            if answer.status_code != 200:
                return [{"file": file, **error.get("location", {})} for error in answer.json()["errors"]]
        return []

    def _compiled(self, rules: list[Rule]) -> tuple[ForeignInterpreter | None, list[Rule]]:
        """The interpreter; None, and the rules with a stub for the one that does not compile, with its place."""
        interpreter = ForeignInterpreter()
        try:
            for file, text in modules(rules).items():
                interpreter.add(file, text)
            interpreter.add_data(json.dumps(DATA))
            interpreter.prepare()
        except PackError as error:
            self.counts["refused"] += 1
            place = _PLACE.match(str(error))
            assert place, error
            return None, _without(rules, [(place[1], int(place[2]))])
        return interpreter, rules

    def _wanted(self, names: list[str], document: Any) -> list[Any]:
        wanted, status = self._ask("", document)
        if status == 200:
            return [_at(wanted.get("result", {}), name) for name in names]
        return [self._of_one(name, document) for name in names]

    def _of_one(self, name: str, document: Any) -> Any:
        answer, status = self._ask(name.replace(".", "/")[4:], document)
        return _at(answer, ".result") if status == 200 else _ERROR

    def _ask(self, path: str, document: Any) -> tuple[Any, int]:
        answer = self._session.post(f"{self._server.url}/v1/data{path}", json={"input": document}, timeout=HANGS)
        return answer.json(), answer.status_code


def _without(rules: list[Rule], places: list[tuple[str, int]]) -> list[Rule]:
    """The rules with stubs for those at some lines of files; without them where they are stubs already."""
    bad = {number for file, line in places for number in _at_line(rules, file, line)}
    assert bad, places
    kept = [rule.stub if number in bad else rule for number, rule in enumerate(rules)]
    return [rule for number, rule in enumerate(kept) if number not in bad or rules[number].text != rule.text]


def _at_line(rules: list[Rule], file: str, line: int) -> list[int]:
    text = modules(rules)[file]
    reached = text.count("\n") - sum(rule.text.count("\n") for rule in rules if rule.file == file)
    for number, rule in enumerate(rules):
        if rule.file == file:
            reached += rule.text.count("\n")
            if line <= reached:
                return [number]
    return []


def _value(interpreter: ForeignInterpreter, name: str) -> Any:
    try:
        value = json.loads(interpreter.value(name))
    except EngineError:
        return _ERROR
    return _NOTHING if value == "<undefined>" else _plain(value)


def _at(value: Any, name: str) -> Any:
    for part in name.split(".")[1:]:
        if not isinstance(value, dict) or part not in value:
            return _NOTHING
        value = value[part]
    return _plain(value)


def _key(key: str) -> str:
    """A key, which is JSON where it is a collection: then in one order."""
    return json.dumps(_rounded(json.loads(key)), sort_keys=True) if key[:1] in ("{", "[") else key


def _plain(value: Any) -> Any:
    """A value as text; with numbers to twelve digits, and 1.0 as 1."""
    return json.dumps(_rounded(value), sort_keys=True)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {_key(key): _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    if isinstance(value, float):
        return int(value) if value.is_integer() else float(f"{value:.12g}")
    return value
