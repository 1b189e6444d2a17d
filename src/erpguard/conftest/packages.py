"""Packages of Rego, compiled in a process of their own, and ready to judge documents."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from erpguard.conftest import ConftestOptions
from erpguard.conftest.data_files import data_of, number_forms
from erpguard.conftest.modules import modules
from erpguard.conftest.rules import EXCEPTION, Module, Rule, exceptions, rules
from erpguard.engines.child import UPDATE, Limits, RegoProcess, Source
from erpguard.engines.syntax import Why, objections
from erpguard.errors import PackError, UsageError
from erpguard.model import Policy

_UNUSABLE: frozenset[Why] = frozenset(("differs", "invalid", "missing", "refused", "unknown"))
_TELLS_FILE = re.compile(r"\bdata\s*(?:\.\s*conftest\b|\[\s*\"conftest\"\s*\])")
_WRAPPER = "erpguard_conftest_file"
_NUMBERS = "erpguard_conftest_numbers"
_OF_PACKS = "data.erpguard.lib."


class Packages:
    """The rules that judge, and the process that holds them.

    rules     by package, then in the order of the modules
    policies  the same as policies, by id
    excuses   by package with exceptions: where these stand, in words
    """

    def __init__(self, options: ConftestOptions, limits: Limits | None = None) -> None:
        _check(options)
        self.options = options
        sources = modules(options.policies, is_v0=options.rego_version == "v0")
        data = data_of(options.data)
        self._data, self._limits = [data] if data else [], limits or Limits()
        self._sources = sources
        self._numbers = number_forms(options.data)
        self._process = self._started()
        try:
            found = [Module(*pair) for pair in zip(sources, self._process.modules, strict=False)]
            self._check_calls(found)
            self.rules = tuple(rules(found, options))
        except BaseException:
            self._process.close()
            raise
        stand = exceptions(found)
        self.excuses = {
            package: _stand(stand[package]) for package in {one.package for one in self.rules} & stand.keys()
        }
        self.policies: Mapping[str, Policy] = {rule.policy.id: rule.policy for rule in self.rules}
        every = enumerate(self._queries(self.rules))
        self._wrapped = {query: f"data.{_WRAPPER}.q{number}" for number, query in every}
        self._wraps = any(_TELLS_FILE.search(source.text) for source in sources)
        if self._wraps:
            self._process.close()
            self._process = self._started(self._wrapper())

    def evaluate(self, rules: Iterable[Rule], document: Any, name: str, folder: str) -> dict[str, Any]:
        """The values of rules, and of the exceptions of their packages, by query.

        An EngineError stands for a value that could not be had. `name` and `folder` are those of the document's file.
        """
        queries = self._queries(rules)
        asked, given = queries, document
        if self._wraps:
            asked = [self._wrapped[query] for query in queries]
            given = {"document": document, "file": {"name": name, "dir": folder}}
        return dict(zip(queries, self._process.evaluate(asked, given), strict=True))

    def facts(self) -> list[Any]:
        """Everything that their answers depend on besides the documents; these may ask for the folder of their file."""
        return [self.options, self._sources, self._data, self._numbers, os.getcwd()]

    def close(self) -> None:
        """End the process."""
        self._process.close()

    def _started(self, *more: Source) -> RegoProcess:
        own = [self._literals()] if self._numbers else []
        try:
            return RegoProcess([*self._sources, *more, *own], self._data, self._limits, has_go_numbers=True)
        except PackError as error:
            if str(error).endswith(UPDATE):
                raise PackError(f"{error}, and --rego-version v0 takes it as it is") from error
            raise

    def _literals(self) -> Source:
        """A module with numbers of data as literals, whose forms the interpreter knows."""
        lines = (f"\t{number}," for number in self._numbers)
        return Source(f"{_NUMBERS}.rego", "\n".join((f"package {_NUMBERS}", "", "forms := [", *lines, "]", "")))

    def _queries(self, rules: Iterable[Rule]) -> list[str]:
        rules = list(rules)
        packages = {rule.package for rule in rules} & self.excuses.keys()
        return [*(rule.query for rule in rules), *(f"data.{one}.{EXCEPTION}" for one in sorted(packages))]

    def _wrapper(self) -> Source:
        """A module that asks with `data.conftest.file` set: `data` itself is the same for all documents."""
        lines = [f"package {_WRAPPER}"]
        for query, rule in self._wrapped.items():
            with_file = "with input as input.document with data.conftest.file as input.file"
            lines.append(f"{rule.rpartition('.')[2]} := value if {{ value := {query} {with_file} }}")
        return Source(f"{_WRAPPER}.rego", "\n".join(lines) + "\n")

    def _check_calls(self, found: Sequence[Module]) -> None:
        """PackError for what the engine cannot do as OPA does it, at the line of the call."""
        for source, facts in found:
            for one in objections(facts, self._process.modules):
                if one.why in _UNUSABLE or (one.why == "deprecated" and not source.is_v0):
                    advice = ": own packs are for --pack" if _OF_PACKS in one.text else ""
                    raise PackError(f"{source.name}:{one.line}:{one.column}: {one.text}{advice}")


def _check(options: ConftestOptions) -> None:
    """UsageError for what a program gives in another shape: the letters of a text would be folders and packages."""
    for name in ("policies", "data", "namespaces"):
        given = getattr(options, name)
        if isinstance(given, str):
            raise UsageError(f"ConftestOptions: {name} is one text: give a tuple, ({given!r},)")
    if options.rego_version not in ("v0", "v1"):
        raise UsageError(f"ConftestOptions: rego_version is v0 or v1, and not {options.rego_version!r}")


def _stand(definitions: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{file}:{line}" for file, line in definitions[:3])
