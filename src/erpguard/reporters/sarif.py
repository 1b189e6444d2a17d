"""SARIF 2.1.0, the format of findings that other tools read.

The ladder: log -> run -> results -> result -> location. Three profiles: `full` leaves nothing out; `github` and
`azure-devops` leave out what their readers would misunderstand and respect their limits. Nothing is cut silently.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from erpguard.model import Finding, Outcome, Related, ScanResult
from erpguard.model.result import SarifProfile
from erpguard.reporters import ReportOptions
from erpguard.reporters.escape import cut, replaced
from erpguard.reporters.sarif_locations import NAME_LIMIT, ROOT, Json
from erpguard.reporters.sarif_notices import Notice, invocation, notices_of
from erpguard.reporters.sarif_packaged import encode, rule_text
from erpguard.reporters.sarif_results import passes, rule_indexes
from erpguard.reporters.sarif_results import result as one_result
from erpguard.reporters.sarif_rules import PROJECT_PAGE
from erpguard.reporters.sarif_taxonomies import references, surely, taxonomies, taxonomy_references
from erpguard.version import VERSION

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

Listed = Callable[[Callable[[Any], str], Sequence[Any]], Any]
"""Makes a list of the log: of what makes the JSON text of an item, and what the items are made from."""

RESULT_LIMITS: dict[SarifProfile, int] = {"full": 25_000, "github": 5_000, "azure-devops": 5_000}

_SEMANTIC_VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


def render(result: ScanResult, options: ReportOptions) -> str:
    """The log as JSON text, ending with a newline: indented, with a line for each rule and each result."""
    return "".join(pieces(result, options))


def pieces(result: ScanResult, options: ReportOptions) -> Iterator[str]:
    """The text of `render` in pieces.

    Rules and results are made and written one by one: as objects, results are several times as large as their text.
    """
    tables: list[_Table] = []

    def later(write: Callable[[Any], str], items: Sequence[Any]) -> str:
        tables.append(_Table(write, items))
        return f"{_TABLE}{len(tables) - 1}"

    found = _log(later, result, options)
    before, *rest = _PLACE.split(json.dumps(found, indent=2))
    yield before
    for number, text in zip(rest[::2], rest[1::2], strict=True):
        yield from tables[int(number)].lines()
        yield text
    yield "\n"


class _Table(NamedTuple):
    """A list of the log, whose items are made while it is written."""

    write: Callable[[Any], str]
    items: Sequence[Any]

    def lines(self) -> Iterator[str]:
        yield "["
        for number, item in enumerate(self.items):
            yield (",\n" if number else "\n") + self.write(item)
        yield "\n]" if self.items else "]"


# What stands for a table in the skeleton of the log: no text of the log has this character, see `escape`.
_TABLE = "\0"
_PLACE = re.compile(r'"\\u0000(\d+)"')


def _at_once(write: Callable[[Any], str], items: Sequence[Any]) -> list[Json]:
    return [json.loads(write(item)) for item in items]


def log(result: ScanResult, options: ReportOptions) -> Json:
    """The result as a SARIF log of one run.

    Findings without a file (live state, standard input) stand in `fallback_file`; the consumer profiles leave them out
    when there is none, and a notification says how many. `automation_properties` are facts of the pipeline: Azure
    DevOps asks for `azuredevops/pipeline/build/buildDefinitionId`, `.../buildDefinitionName`, `.../phaseId` and
    `.../phaseName`, and for an `automation_id` that starts with `azuredevops/pipeline/build/`.
    """
    return _log(_at_once, result, options)


def _log(listed: Listed, result: ScanResult, options: ReportOptions) -> Json:
    profile = options.sarif_profile
    reported, left_out = _reported(result, profile, options.fallback_file)
    kept = worst(reported, RESULT_LIMITS[profile])
    notices = [*notices_of(result), *left_out, *_cut_notice(len(reported), len(kept))]
    indexes = rule_indexes(result.policies)
    told: list[Any] = list(kept)
    if options.include_passed and profile == "full":
        told += passes(result, indexes)[: RESULT_LIMITS[profile] - len(kept)]
    taxa = references(result.policies)
    sure = {name: surely(given) for name, given in taxa.items()}
    results = listed(
        lambda one: encode(one_result(one, indexes, sure.get(one.policy, ())) if isinstance(one, Finding) else one),
        told,
    )
    run: Json = {
        "tool": {"driver": _driver(listed, result, options.tool_version, taxa)},
        "invocations": [invocation(result, notices, options.fail_on)],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the scanned tree."}}},
        "columnKind": "utf16CodeUnits",
        "results": results,
        "properties": _properties(result),
    }
    automation = _automation(options.automation_id, options.automation_properties)
    if automation:
        run["automationDetails"] = automation
    frameworks = taxonomies(result.policies)
    if frameworks:
        run["taxonomies"] = frameworks
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _automation(automation_id: str, properties: Mapping[str, str]) -> Json:
    """Which of several scans this is; the slash at the end says that everything before it is the category."""
    name = cut(replaced(automation_id.strip("/")), NAME_LIMIT - 1)
    found: Json = {"id": f"{name}/"} if name else {}
    return found | {"properties": dict(properties)} if properties else found


def worst(findings: Sequence[Finding], limit: int) -> list[Finding]:
    """At most `limit` findings in their order: what counts before what does not, then by severity."""
    if len(findings) <= limit:
        return list(findings)
    order = sorted(range(len(findings)), key=lambda index: _weight(findings[index]))
    return [findings[index] for index in sorted(order[:limit])]


def _weight(finding: Finding) -> tuple[bool, bool, int]:
    return finding.suppression is not None, finding.outcome is not Outcome.FAIL, -finding.severity.rank


def _reported(scan: ScanResult, profile: SarifProfile, fallback_file: str) -> tuple[list[Finding], list[Notice]]:
    """What a profile tells at all, and a word on what it cannot tell."""
    if profile == "full":
        everything = [*scan.findings, *scan.undetermined, *scan.suppressed]
        return [_filed(one, fallback_file) for one in everything], []
    # GitHub reads neither kind nor suppressions: it would open alerts for what is no failure.
    findings = [*map(_turned, scan.findings), *(scan.suppressed if profile == "azure-devops" else ())]
    with_file = [_filed(one, fallback_file, first_line=1) for one in findings if one.place.file or fallback_file]
    missing = len(findings) - len(with_file)
    if not missing:
        return with_file, []
    text = f"{missing} of {len(findings)} findings have no file and were left out, because {profile} refuses them."
    return with_file, [Notice("results-without-file", text, "warning")]


def _turned(finding: Finding) -> Finding:
    """A finding of something live that relates to a place in a file, with both exchanged: readers insist on a file."""
    other = next((one for one in finding.related if one.place.file), None)
    if finding.place.file or other is None:
        return finding
    own = Related(finding.place, f"{finding.resource_type.rpartition('/')[2]} {finding.resource_name}")
    return finding._replace(place=other.place, related=(own, *(one for one in finding.related if one is not other)))


def _filed(finding: Finding, fallback_file: str, first_line: int = 0) -> Finding:
    """The finding with a file and, for the consumers, which insist on it, a line."""
    place = finding.place
    if place.file and place.line >= first_line:
        return finding
    return finding._replace(place=place._replace(file=place.file or fallback_file, line=max(place.line, first_line)))


def _cut_notice(number: int, kept: int) -> list[Notice]:
    if number == kept:
        return []
    text = f"Only the {kept} worst of {number} results are in this log: it is the most that its readers take."
    return [Notice("results-cut", text, "warning")]


def _driver(
    listed: Listed,
    result: ScanResult,
    tool_version: str,
    taxa: Mapping[str, Sequence[Json]],
) -> Json:
    version = tool_version or VERSION
    key = "semanticVersion" if _SEMANTIC_VERSION.fullmatch(version) else "version"
    found: Json = {
        "name": "erpguard",
        "fullName": "erpguard policy-as-code compliance scanner",
        key: replaced(version),
        "informationUri": PROJECT_PAGE,
        "rules": listed(lambda name: rule_text(result.policies[name], taxa[name]), sorted(result.policies)),
    }
    supported = taxonomy_references(result.policies)
    return found | {"supportedTaxonomies": supported} if supported else found


def _properties(result: ScanResult) -> Json:
    """What was read and what was not judged, so that a log without results can be told from one of nothing."""
    found: Json = {
        "asOf": replaced(result.as_of),
        "resources": _counts(result.resources),
        "notJudged": _counts(result.not_judged),
    }
    return {name: value for name, value in found.items() if value}


def _counts(given: dict[str, int]) -> dict[str, int]:
    return {cut(replaced(name)): given[name] for name in sorted(given) if name}
