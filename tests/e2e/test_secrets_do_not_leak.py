"""No output shows a secret of a plan, a preview or a state: not where it is marked, and not a copy of it elsewhere.

A plan holds secrets in clear text, marked as sensitive; a preview holds none of them, but their copies in free text,
which it does not mark; a state that was exported with `--show-secrets` holds both.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import get_args
from urllib.parse import quote

import pytest

import erpguard
from erpguard.model.result import SarifProfile
from erpguard.reporters import BUILT_IN, ReportOptions, load
from tests.e2e.test_command import erpguard as run
from tests.e2e.test_landing_zone import PREVIEW, SPELLINGS, ZONE, judged

MARKED = ("Planted-Secret-4711x", "Planted/Secret+4712y", "Planted-Secret-8850k", "Planted-Secret-8851k")
SECRETS = frozenset(
    form
    for secret in MARKED
    for form in (secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode(), json.dumps(secret)[1:-1])
)
PLANTED = "Planted"
"""What all secrets begin with, and nothing else in the example does."""


def leaks(text: str) -> list[str]:
    """The lines that show a secret."""
    return [line for line in text.split("\n") if PLANTED in line or any(secret in line for secret in SECRETS)]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_example_holds_secrets(spelling: str) -> None:
    """Otherwise the other tests would say nothing."""
    text = (ZONE / spelling).read_text(encoding="utf-8")
    assert leaks(text)
    assert base64.b64encode(MARKED[0].encode()).decode() in text
    assert quote(MARKED[1], safe="") in text
    assert (MARKED[1] in text) is (spelling != PREVIEW)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("reporter", BUILT_IN)
def test_reports_show_no_secret(spelling: str, reporter: str) -> None:
    result = judged(spelling)
    for verbosity in (-1, 0, 1):
        for profile in get_args(SarifProfile):
            options = ReportOptions(
                verbosity=verbosity, include_passed=True, sarif_profile=profile, fallback_file="plan.json"
            )
            assert leaks(load(reporter)(result, options)) == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_result_holds_no_secret(spelling: str) -> None:
    """Whoever uses the library may print whatever is in a result."""
    result = judged(spelling)
    told = (result.findings, result.undetermined, result.suppressed, result.problems, result.not_judged)
    assert leaks(repr(told).replace(",", "\n")) == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_command_prints_no_secret(spelling: str, tmp_path: Path) -> None:
    arguments = ["--verbose", "--include-passed", "--strict", "--format", "text"]
    for name in ("json", "sarif"):
        arguments += ["--format", f"{name}:{tmp_path / name}"]
    done = run("scan", str(ZONE / spelling), *arguments, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    for text in (done.stdout, done.stderr, *((tmp_path / name).read_text() for name in ("json", "sarif"))):
        assert leaks(text) == []


def test_places_in_the_configuration_show_no_secret(tmp_path: Path) -> None:
    """The line of a finding may be one that holds a copy: BAK018 stands at the tags of the old server."""
    plan, folder = str(ZONE / "terraform-v4" / "plan.json"), str(ZONE / "terraform-v4")
    arguments = ["--verbose", "--source-dir", folder, "--format", "text", "--format", f"sarif:{tmp_path / 'sarif'}"]
    done = run("scan", plan, *arguments, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    for text in (done.stdout, done.stderr, (tmp_path / "sarif").read_text()):
        assert leaks(text) == []


def _with(text: str, old: str, new: str) -> bytes:
    assert old in text
    return text.replace(old, new).encode()


@pytest.mark.parametrize("spelling", [one for one in SPELLINGS if one != PREVIEW])
def test_a_secret_in_the_place_of_a_judged_value_is_not_shown(spelling: str) -> None:
    """A value that a message would show, and a value of a wrong type that a problem would show.

    A preview says of no value that it is secret, so that it cannot be known there.
    """
    text = (ZONE / spelling).read_text(encoding="utf-8")
    for old, new in (('"TLSv1"', f'"{MARKED[0]}"'), ('"Detection"', f'"{MARKED[0]}"'), ('"1.0"', f'["{MARKED[0]}"]')):
        result = erpguard.scan(["-"], stdin=_with(text, old, new), stdin_path="plan.json", as_of="2026-01-31")
        for name in BUILT_IN:
            options = ReportOptions(verbosity=1, include_passed=True, fallback_file="plan.json")
            assert leaks(load(name)(result, options)) == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_broken_file_shows_no_secret(spelling: str) -> None:
    """The message of a parser may quote what it stumbled over."""
    text = (ZONE / spelling).read_text(encoding="utf-8")
    at = text.index(MARKED[0]) + len(MARKED[0])
    for broken in (text[:at], text[:at] + text[at + 1 :], text[:at] + "\x00" + text[at:]):
        result = erpguard.scan(["-"], stdin=broken.encode(), stdin_path="plan.json", as_of="2026-01-31")
        assert [problem for problem in result.problems if problem.level == "error"]
        for name in BUILT_IN:
            assert leaks(load(name)(result, ReportOptions(verbosity=1, fallback_file="plan.json"))) == []
