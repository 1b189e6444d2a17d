"""How long the backups of databases are kept, where somebody says so.

CloudNativePG: `retentionPolicy` of a Cluster and of an ObjectStore, a recovery window of days, weeks or months.
Zalando: `logicalBackupRetention` ("3 days", "2 weeks", "1 month"), and Spilo's BACKUP_NUM_TO_RETAIN, whose base backups
are daily unless BACKUP_SCHEDULE says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.backup.cloudnative_pg import CLUSTER, OBJECT_STORE
from erpguard.analysis.backup.zalando import POSTGRESQL
from erpguard.analysis.values.schedules import longest_gap
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

# Barman's recovery window counts 31 days a month (barman/retention_policies.py).
_DAYS = {"d": 1, "w": 7, "m": 31}
_WINDOW = re.compile(r"([1-9][0-9]{0,9})([dwm])", re.ASCII)
_WORDS = re.compile(r"([0-9]{1,9})\s*(day|week|month|year)s?", re.ASCII | re.IGNORECASE)
_DAYS_OF_WORDS = {"day": 1, "week": 7, "month": 30, "year": 365}
_INTEGER = re.compile(r"[0-9]{1,9}", re.ASCII)
_DAY = 86_400
_POLICIES: dict[str, Path] = {
    CLUSTER: ("spec", "backup", "retentionPolicy"),
    OBJECT_STORE: ("spec", "retentionPolicy"),
}


class Retention(NamedTuple):
    """How long something is kept, and where that is said; `days` None and known: for ever."""

    path: Path
    text: str | None
    days: float | None
    known: bool


def backup_retentions(analyses: Analyses) -> View:
    """One row per retention of a Cluster, ObjectStore or postgresql, at the retention; one where none is said, too.

    Fields: retention (its text), days (left out where nothing is said: kept for ever).
    """
    view = View()
    for resource in analyses.estate.of_type(*_POLICIES):
        _add(view, resource, [retention_of(resource)])
    for resource in analyses.estate.of_type(POSTGRESQL):
        _add(view, resource, [logical_retention(resource), *_base_backups(resource)])
    return view


def _add(view: View, resource: Resource, retentions: list[Retention]) -> None:
    for one in retentions:
        fields: dict[str, Any] = {"retention": one.text, "days": one.days}
        view.add(resource, one.path, fields, [] if one.known else ["days", "retention"])


def _text(resource: Resource, path: Path) -> str | None:
    node: Any = resource.body
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return node if isinstance(node, str) else None


def retention_of(resource: Resource) -> Retention:
    """The retention policy of a Cluster or an ObjectStore."""
    path = _POLICIES[resource.type]
    text = _text(resource, path)
    match = _WINDOW.fullmatch(text or "")
    days = int(match[1]) * _DAYS[match[2]] if match else None
    return Retention(path, text, days, resource.is_known(path) and (not text or match is not None))


def logical_retention(resource: Resource) -> Retention:
    """How long a postgresql keeps its logical backups."""
    path: Path = ("spec", "logicalBackupRetention")
    text = _text(resource, path)
    match = _WORDS.fullmatch((text or "").strip())
    days = int(match[1]) * _DAYS_OF_WORDS[match[2].lower()] if match else None
    return Retention(path, text, days, resource.is_known(path) and (not text or match is not None))


def _base_backups(resource: Resource) -> Iterator[Retention]:
    entries = (resource.body.get("spec") or {}).get("env") or ()
    env: Path = ("spec", "env")
    values = {entry.get("name", ""): (index, entry.get("value")) for index, entry in enumerate(entries)}
    if not all(resource.is_known((*env, index, "name")) for index in range(len(entries))) or (
        not entries and not resource.is_known(env)
    ):
        yield Retention(env, None, None, known=False)
        return
    if "BACKUP_NUM_TO_RETAIN" not in values:
        return
    index, number = values["BACKUP_NUM_TO_RETAIN"]
    schedule_at, schedule = values.get("BACKUP_SCHEDULE", (index, "0 1 * * *"))
    known = all(resource.is_known((*env, at)) for at in (index, schedule_at))
    texts = [text for text in (number, schedule) if isinstance(text, str) and not has_placeholder(text)]
    gap = longest_gap(texts[1]) if len(texts) == 2 else None
    days = int(texts[0]) * gap / _DAY if gap is not None and _INTEGER.fullmatch(texts[0]) else None
    yield Retention((*env, index, "value"), f"{number} base backups", days, known and days is not None)
