"""The examples beside a policy: what it has to say about files in their native form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from erpguard.authoring.complaints import Complaint
from erpguard.authoring.validation import line_of, read, violations

OUTCOMES = ("fail", "pass", "undetermined", "not_applicable")
SCHEMA = "policy-examples"
_MARK = re.compile(r"\s*(?:#|//)\s*finding(?::\s*(?P<severity>critical|high|medium|low))?\s*$")
_FORMS = {"manifest": "manifest.yaml", "plan": "plan.json", "preview": "preview.json"}
"""Key of an example -> the file that its text is: manifests and ARM resources, a Terraform plan, a Pulumi preview."""


class Expected(NamedTuple):
    """A finding that an example demands; `severity` is empty where any of the policy's will do."""

    file: str
    line: int
    severity: str = ""


class Example(NamedTuple):
    """One example of a policy: files by name, and the settings that it asks for; `line` is where it stands."""

    policy: str
    outcome: str
    name: str
    files: Mapping[str, str]
    options: Mapping[str, Any] = MappingProxyType({})
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.policy}-{self.outcome}-{self.name}".replace(" ", "_")

    @property
    def title(self) -> str:
        """Its name for people."""
        return f"{self.policy}: {self.outcome}: {self.name}"

    def expected(self) -> list[Expected]:
        """Every marked line, sorted."""
        marks = [
            Expected(name, number, match["severity"] or "")
            for name, text in self.files.items()
            for number, line in enumerate(text.split("\n"), 1)
            if (match := _MARK.search(line))
        ]
        first = next(iter(self.files))
        return sorted(marks + [Expected(first, number) for number in self.options.get("lines", ())])

    def text(self, name: str) -> str:
        """A file as it is written: JSON has no comments, so that marks are taken out of it."""
        text = self.files[name]
        return "\n".join(_MARK.sub("", line) for line in text.split("\n")) if name.endswith(".json") else text


def examples(policy_id: str, source: str, file: str) -> tuple[list[Example], list[Complaint]]:
    """The examples that a file holds, and what is wrong with it: none of them is usable then."""
    document, wrong = read(source.encode(), file)
    if document is None:
        return [], wrong or [Complaint(file, 1, SCHEMA, "there is no example: add `fail:` and `pass:`")]
    wrong += violations(SCHEMA, document)
    if wrong:
        return [], wrong
    found = [
        _example(policy_id, outcome, given, file, line_of(document, (outcome, number)))
        for outcome in OUTCOMES
        for number, given in enumerate(document.value.get(outcome) or ())
    ]
    return found, list(_unmarked(found))


def _example(policy_id: str, outcome: str, given: dict[str, Any], file: str, line: int) -> Example:
    files = given.get("files") or {_FORMS[form]: given[form] for form in _FORMS if form in given}
    options = {key: value for key, value in given.items() if key not in ("name", "files", *_FORMS)}
    return Example(policy_id, outcome, str(given["name"]), files, options, file, line)


def _unmarked(found: list[Example]) -> Iterator[Complaint]:
    """Marks that contradict their outcome."""
    for one in found:
        if (one.outcome == "fail") == bool(one.expected()):
            continue
        what = "no line ends with `# finding`" if one.outcome == "fail" else "a line ends with `# finding`"
        yield Complaint(one.file, one.line, SCHEMA, f"{one.outcome}: {one.name}: {what}: mark what has to fail, only")
