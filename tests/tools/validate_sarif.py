"""Runs the official SARIF validator over files and fails on what it calls an error or a warning.

    python tests/tools/validate_sarif.py --multitool PATH FILE...

PATH is the `Sarif.Multitool` program of the npm package `@microsoft/sarif-multitool`. The lists below are the whole of
what is accepted: notes that ask for what we leave out on purpose.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

LEVELS = "Error;Warning;Note"
OFFLINE = Path(__file__).with_suffix(".xml")
"""Switches off SARIF2006 alone, which would fetch every page that a rule links to."""
OFFLINE_TOLD = "WRN999.RuleExplicitlyDisabled"

EXPLAINED = {
    "SARIF2002": "messages are given as text, because GitHub does not read message ids",
    "SARIF2003": "no versionControlProvenance: which commit it was is known to the pipeline that uploads",
    "SARIF2010": "no snippets: lines of the scanned tree may hold secrets",
    "SARIF2011": "no context regions, for the same reason",
    "SARIF2013": "no embedded files, for the same reason",
}


def main() -> int:
    """0 if no file has an error, a warning or a note without an explanation."""
    parser = argparse.ArgumentParser(description="validate SARIF files with the official validator")
    parser.add_argument("--multitool", required=True, type=Path, help="the Sarif.Multitool program")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--rule-kind", default="Sarif;Ghas;Ado", help="which of the validator's rules (default: all)")
    parser.add_argument("--own-ids", action="store_true", help="rules of users are among them")
    options = parser.parse_args()
    if options.own_ids:
        EXPLAINED["SARIF2009"] = "the ids of rules in users' own packages are theirs"
    bad = sum([_check(options.multitool, file, options.rule_kind) for file in options.files])
    return 1 if bad else 0


def _check(multitool: Path, file: Path, rule_kind: str) -> int:
    """Prints what is said about one file, one line per rule; how much of it is unexplained."""
    said = validate(multitool, file, rule_kind)
    bad = Counter({key: number for key, number in said.items() if key[0] != "note" or key[1] not in EXPLAINED})
    print(f"{file}: {sum(bad.values())} to be repaired, {sum(said.values()) - sum(bad.values())} explained notes")
    for (level, rule, text), number in sorted(said.items()):
        print(f"  {level} {rule} x{number}: {EXPLAINED.get(rule, text) if level == 'note' else text}")
    return sum(bad.values())


def validate(multitool: Path, file: Path, rule_kind: str) -> Counter[tuple[str, str, str]]:
    """(level, rule, first message) -> how often; the validator's own notifications count as errors."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output.sarif"
        command = [str(multitool), "validate", str(file), "--rule-kind", rule_kind]
        command += ["--level", LEVELS, "--output", str(output), "--config", str(OFFLINE)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not output.exists():
            sys.exit(f"the validator failed: {done.stdout}{done.stderr}")
        run = json.loads(output.read_text(encoding="utf-8-sig"))["runs"][0]
    return Counter({key: number for key, number in _said(run).items() if number})


def _said(run: dict[str, Any]) -> Counter[tuple[str, str, str]]:
    first: dict[tuple[str, str], str] = {}
    numbers: Counter[tuple[str, str]] = Counter()
    rules = {rule["id"]: rule for rule in run["tool"]["driver"].get("rules", [])}
    for result in run.get("results", []):
        key = (result.get("level", "warning"), result["ruleId"])
        numbers[key] += 1
        first.setdefault(key, _text(result, rules[result["ruleId"].partition("/")[0]]))
    for invocation in run.get("invocations", []):
        for name in ("toolExecutionNotifications", "toolConfigurationNotifications"):
            for told in invocation.get(name, []):
                code = told.get("descriptor", {}).get("id", "notification")
                if told.get("level", "warning") in ("error", "warning") and code != OFFLINE_TOLD:
                    key = ("error", code)
                    numbers[key] += 1
                    first.setdefault(key, told["message"]["text"])
    return Counter({(*key, first[key]): number for key, number in numbers.items()})


def _text(result: dict[str, Any], rule: dict[str, Any]) -> str:
    message = result["message"]
    text: str = message.get("text") or rule["messageStrings"][message["id"]]["text"]
    for index, argument in enumerate(message.get("arguments", [])):
        text = text.replace(f"{{{index}}}", argument)
    return text


if __name__ == "__main__":
    sys.exit(main())
