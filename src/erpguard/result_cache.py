"""Results of earlier scans, by the content of everything that they were made from.

A pre-commit run judges the whole tree, and mostly the tree of a minute ago. The key is a digest of all files, the
settings, the date, the policies and erpguard itself: what is found under it is what a scan would say. Entries are
JSON in a folder of the user, never pickles: reading one can run nothing. Values of secrets are in no result.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import PathFinder
from typing import Any

from erpguard.digests import sha256
from erpguard.model import Counts, Finding, Outcome, Place, Policy, Problem, Related, ScanResult, Severity, Suppression
from erpguard.shipped import shipped
from erpguard.sources import Input
from erpguard.sources.helm_charts import HelmCharts
from erpguard.sources.input_files import read
from erpguard.sources.kustomizations import KustomizePatches
from erpguard.version import VERSION

LARGEST_INPUT = 32 * 1024 * 1024
"""Bytes of all files together beyond which a scan is not kept: they would have to be in memory all at once."""

MOST_ENTRIES = 100

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def loaded(inputs: Iterable[Input]) -> list[Input] | None:
    """The inputs with their bytes, so that what is judged is what the key was made of.

    None where one cannot be read, or they are too large together: such a scan is not kept.
    """
    found: list[Input] = []
    size = 0
    for given in inputs:
        data = given.data if given.data is not None else read(given)
        if not isinstance(data, bytes) or (size := size + len(data)) > LARGEST_INPUT:
            return None
        found.append(given._replace(data=data))
    return found


def key(inputs: Sequence[Input], *facts: Any) -> str:
    """The key of a scan: of its inputs, and of everything else that it depends on, as JSON values."""
    charts, patches = HelmCharts(), KustomizePatches()  # what a file is depends on others, which may be no input
    reasons = [charts.reason(one.path) or patches.reason(one) for one in inputs]
    files = [[one.name, one.path, why, sha256(one.data or b"")] for one, why in zip(inputs, reasons, strict=True)]
    return sha256(json.dumps([VERSION, _own_files(), files, facts], sort_keys=True, default=str).encode())


def _own_files() -> list[tuple[str, int, int]]:
    """What erpguard, its policies and the engine are: name, size and time of every file of them."""
    found: list[tuple[str, int, int]] = []
    engine = PathFinder.find_spec("regorus")
    folders = [*{_PACKAGE, shipped("policies")}, *((engine and engine.submodule_search_locations) or ())]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders.append(entry.path)
                elif not entry.name.endswith(".pyc"):
                    status = entry.stat()
                    found.append((entry.path, status.st_size, status.st_mtime_ns))
    return sorted(found)


class ResultCache:
    """A folder of results. Whatever is wrong with it costs the time of a scan, nothing else."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def find(self, key: str, policies: Mapping[str, Policy]) -> ScanResult | None:
        """The result that was kept under a key."""
        try:
            with open(self._path(key), encoding="utf-8") as file:
                return _decoded(json.load(file), policies)
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None

    def keep(self, key: str, result: ScanResult) -> None:
        """Keep a result. An incomplete one is not kept: what failed may be well the next time."""
        if not result.complete:
            return
        path = self._path(key)
        unfinished = f"{path}.{os.getpid()}"
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            with open(unfinished, "w", encoding="utf-8") as file:
                json.dump(_encoded(result), file)
            os.replace(unfinished, path)
            self._prune()
        except OSError:
            return

    def _path(self, key: str) -> str:
        return os.path.join(self._folder, f"{key}.json")

    def _prune(self) -> None:
        """Remove the oldest entries beyond the limit."""
        with os.scandir(self._folder) as entries:
            files = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.is_file())
        for _, path in files[:-MOST_ENTRIES]:
            os.remove(path)


def _encoded(result: ScanResult) -> dict[str, Any]:
    return {
        "findings": [_plain(finding) for finding in result.findings],
        "undetermined": [_plain(finding) for finding in result.undetermined],
        "suppressed": [_plain(finding) for finding in result.suppressed],
        "problems": result.problems,
        "counts": {
            policy: [count.failed, count.undetermined, count.passed, count.not_applicable]
            for policy, count in result.counts.items()
        },
        "resources": result.resources,
        "not_judged": result.not_judged,
        "overridden": result.overridden,
        "as_of": result.as_of,
        "fail_on": result.fail_on,
    }


def _plain(finding: Finding) -> Finding:
    return finding._replace(values=dict(finding.values))


def _decoded(kept: Mapping[str, Any], policies: Mapping[str, Policy]) -> ScanResult:
    return ScanResult(
        findings=[_finding(one) for one in kept["findings"]],
        undetermined=[_finding(one) for one in kept["undetermined"]],
        suppressed=[_finding(one) for one in kept["suppressed"]],
        problems=[Problem(code, text, Place(*place), *rest) for code, text, place, *rest in kept["problems"]],
        policies=dict(policies),
        counts={policy: Counts(*numbers) for policy, numbers in kept["counts"].items()},
        resources=kept["resources"],
        not_judged=kept["not_judged"],
        overridden=kept["overridden"],
        as_of=kept["as_of"],
        fail_on=Severity(kept["fail_on"]),
    )


def _finding(fields: Sequence[Any]) -> Finding:
    given = dict(zip(Finding._fields, fields, strict=True))
    given.update(
        outcome=Outcome(given["outcome"]),
        severity=Severity(given["severity"]),
        path=tuple(given["path"]),
        place=Place(*given["place"]),
        related=_related(given["related"]),
        flow=_related(given["flow"]),
        suppression=_suppression(given["suppression"]),
    )
    return Finding(**given)


def _suppression(given: Sequence[Any] | None) -> Suppression | None:
    if given is None:
        return None
    kind, reason, place = given
    return Suppression(kind, reason, Place(*place))


def _related(given: Iterable[Sequence[Any]]) -> tuple[Related, ...]:
    return tuple(Related(Place(*place), message) for place, message in given)
