"""The invocation of a SARIF run: how the scan went, and what its readers are told besides the results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from erpguard.model import Place, Problem, ScanResult, Severity
from erpguard.reporters.escape import cut, replaced, sarif_message
from erpguard.reporters.sarif_locations import NAME_LIMIT, Json, place_location

EXIT_CODES = {
    0: "Nothing at or above the threshold was found.",
    1: "There are findings at or above the threshold.",
    3: "The scan is incomplete.",
}


class Notice(NamedTuple):
    """One notification; `is_configuration` says which of SARIF's two lists it belongs to."""

    code: str
    message: str
    level: Literal["error", "warning", "note"]
    place: Place = Place()
    is_configuration: bool = False


def notices_of(result: ScanResult) -> list[Notice]:
    """The problems of a scan, and what the scanned tree's own configuration switched off."""
    return [*map(_problem, result.problems), *map(_switched_off, result.overridden)]


def invocation(result: ScanResult, notices: Sequence[Notice], fail_on: Severity) -> Json:
    """How the scan went."""
    exit_code = result.exit_code(fail_on)
    found: Json = {
        "executionSuccessful": result.complete,
        "exitCode": exit_code,
        "exitCodeDescription": EXIT_CODES[exit_code],
    }
    for name, is_configuration in (("toolConfigurationNotifications", True), ("toolExecutionNotifications", False)):
        told = [_notification(one) for one in notices if one.is_configuration is is_configuration]
        if told:
            found[name] = told
    return found


def _problem(problem: Problem) -> Notice:
    is_configuration = problem.stage in ("configuration", "triage")
    code = cut(replaced(problem.code), NAME_LIMIT) or "problem"
    return Notice(code, problem.message, problem.level, problem.place, is_configuration)


def _switched_off(what: str) -> Notice:
    return Notice(
        "switched-off", f"Switched off by the scanned tree's own configuration: {what}", "note", Place(), True
    )


def _notification(notice: Notice) -> Json:
    found: Json = {
        "descriptor": {"id": notice.code},
        "level": notice.level,
        "message": {"text": sarif_message(notice.message) or notice.code},
    }
    where = place_location(notice.place)
    if where:
        found["locations"] = [where]
    return found
