"""What turns a scan's result into text: the contract, its options, and the table of built-in reporters.

A reporter is a pure function: the same result and options give the same text. It prints nothing, reads nothing, decides
no exit code, and escapes what it shows exactly once (`erpguard.reporters.escape`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple, Protocol, cast

from erpguard.errors import UsageError
from erpguard.model import ScanResult, Severity
from erpguard.model.result import SarifProfile


class ReportOptions(NamedTuple):
    """How a report is to look; every reporter takes what concerns it.

    verbosity       -1 quiet, 0 normal, 1 verbose
    include_passed  also tell what passed or did not apply, per policy
    fail_on         the threshold that the exit code was, or will be, computed with
    automation_id   SARIF: which of several scans of one commit this is
    automation_properties
                    SARIF: facts of the pipeline that Azure DevOps asks for, see `erpguard.reporters.sarif.log`
    fallback_file   SARIF: the file, relative to the root, that stands for live state or standard input; consumers
                    refuse results without a file
    tool_version    the version to name, if it is not that of this erpguard
    part            text: the result is only a part of what was judged, so no sums of the whole
    """

    color: bool = False
    width: int = 100
    verbosity: int = 0
    include_passed: bool = False
    sarif_profile: SarifProfile = "full"
    fail_on: Severity = Severity.LOW
    automation_id: str = ""
    automation_properties: Mapping[str, str] = MappingProxyType({})
    fallback_file: str = ""
    tool_version: str = ""
    part: bool = False


class Reporter(Protocol):
    """The contract: a function of the result and the options, and of nothing else."""

    def __call__(self, result: ScanResult, options: ReportOptions, /) -> str:
        """The whole report, ending with a newline unless it is empty."""


BUILT_IN = {
    "json": "erpguard.reporters.json_report:render",
    "junit": "erpguard.reporters.junit:render",
    "sarif": "erpguard.reporters.sarif:render",
    "text": "erpguard.reporters.text:render",
}
"""Name of the format -> module:function, imported only when it is asked for."""


def load(name: str) -> Reporter:
    """The built-in reporter of that name; a UsageError lists the names there are."""
    module, function = _target(name)
    return cast(Reporter, getattr(import_module(module), function))


def pieces(name: str, result: ScanResult, options: ReportOptions) -> Iterable[str]:
    """The report in pieces, so that a large one is never held as a whole: a reporter's module may have `pieces`."""
    module, function = _target(name)
    found = import_module(module)
    if hasattr(found, "pieces"):
        return cast(Iterable[str], found.pieces(result, options))
    return [getattr(found, function)(result, options)]


def _target(name: str) -> tuple[str, str]:
    if name not in BUILT_IN:
        raise UsageError(f"unknown report format {name!r}; there are: {', '.join(sorted(BUILT_IN))}")
    module, _, function = BUILT_IN[name].partition(":")
    return module, function
