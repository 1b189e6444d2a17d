"""Messages to findings: what they are about, where that stands, and what makes them the same in the next scan."""

from __future__ import annotations

import os
from typing import Any

from erpguard.conftest.answers import Message
from erpguard.conftest.documents import FileOrigin, Item
from erpguard.conftest.rules import Rule
from erpguard.conftest.targets import line_of, path_of
from erpguard.fingerprints import Memo, fingerprint
from erpguard.model import Finding, Outcome, Path, Place, Suppression, pointer
from erpguard.sources import Input

COMBINED = "Combined"
_FILE_KEYS = ("path", "file", "filename")


class Maker:
    """Makes findings, and remembers how the items of lists are called."""

    def __init__(self) -> None:
        self._labels: Memo = {}
        self._last: Item | None = None

    def finding(self, rule: Rule, message: Message, item: Item, why: Suppression | None = None) -> Finding:
        """What a message of a rule says about a document."""
        path = path_of(message.details, item.value)
        return self._made(rule, message, item, path, _place(item, path, message), why)

    def about_all(
        self, rule: Rule, message: Message, items: list[Item], combined: Any, why: Suppression | None = None
    ) -> Finding:
        """What a message says about all documents together: of the one that its details name, if they do."""
        path = path_of(message.details, combined)
        if len(path) > 1 and isinstance(path[0], int) and path[1] == "contents":
            item = items[path[0]]
            return self._made(rule, message, item, path[2:], _place(item, path[2:], message), why)
        named = next((message.details[key] for key in _FILE_KEYS if key in message.details), None)
        meant = [one for one in items if one.path == named] or (items if len({one.path for one in items}) == 1 else [])
        if meant:
            return self._made(rule, message, meant[0], (), _place(meant[0], (), message), why)
        whole = Item(combined, FileOrigin(""), Input(COMBINED), {})
        return self._made(rule, message, whole, (), Place(object_id=COMBINED), why)

    def _made(
        self, rule: Rule, message: Message, item: Item, path: Path, place: Place, why: Suppression | None
    ) -> Finding:
        subject = item.subject
        if self._last is not item:  # the labels are kept by address, which the next document may have
            self._last, self._labels = item, {}
        return Finding(
            policy=rule.policy.id,
            outcome=Outcome.FAIL,
            severity=rule.policy.severity,
            message=message.text,
            resource_type=subject.type,
            resource_id=subject.id,
            resource_name=subject.name,
            namespace=subject.namespace,
            environment=subject.environment,
            path=path,
            place=place._replace(object_id=subject.id, pointer=pointer(path)),
            fingerprint=fingerprint(rule.policy.id, subject, path, message.text, memo=self._labels),
            values=message.details,
            suppression=why,
            key_line=place.line,
        )


def _place(item: Item, path: Path, message: Message) -> Place:
    """The node that a message names, the line of its `_loc`, or else the first line of the document."""
    if path:
        return item.origin.place(path)
    file, line = line_of(message.details)
    known = {"", item.path, item.given.name, os.path.basename(item.given.name)}
    if line and file in known and item.given.name and line <= item.lines:
        return Place(item.given.name, line, 1, line, 1)
    return item.origin.place(())
