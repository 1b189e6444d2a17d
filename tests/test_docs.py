"""The documentation tells the truth: commands run, code runs, links lead somewhere, generated pages are up to date."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from erpguard.config import check_parameters, from_mapping
from erpguard.packs import load
from erpguard.shipped import shipped
from tools import rule_pages

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
GUIDES = [page for page in PAGES if rule_pages.PAGES not in page.parents]
FENCE = re.compile(r"(?:^<!-- (?P<note>[^\n]*) -->\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(<?([^)>\s]+)>?\)")
FILE = "file: "
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block; `note` is the comment on the line above it."""

    page: Path
    line: int
    kind: str
    text: str
    note: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(kind: str, *pages: Path) -> list[Block]:
    """The blocks of a kind that are not marked `not run`."""
    return [block for page in pages for block in _all(page) if block.kind == kind and "not run:" not in block.note]


def _all(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start("kind")) + 1
        yield Block(page, line, match["kind"], match["text"], match["note"] or "")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A repository that holds nothing but the examples."""
    (tmp_path / ".git").mkdir()
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    return tmp_path


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell, with the command `erpguard` of this Python."""
    path = os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, "COLUMNS": "100", "PYTHONWARNINGS": "error"}
    return subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


def commands(block: Block) -> Iterator[tuple[str, list[str]]]:
    """(command, the lines of output that are shown below it) of a console block; `...` stands for lines left out."""
    command, shown = "", list[str]()
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], []
        elif line.strip() not in ("", "..."):
            shown.append(line)
    if command:
        yield command, shown


def is_course(page: Path) -> bool:
    """Whether a page is to be followed from top to bottom, with files that its reader writes."""
    return any(block.note.startswith(FILE) for block in _all(page))


@pytest.mark.parametrize("block", blocks("console", *(page for page in GUIDES if not is_course(page))), ids=str)
def test_commands_run_and_say_what_is_shown(block: Block, copy: Path) -> None:
    _follow(block, copy)


@pytest.mark.parametrize("page", [page for page in GUIDES if is_course(page)], ids=lambda page: page.name)
def test_courses_lead_where_they_say(page: Path, copy: Path) -> None:
    for block in _all(page):
        if block.note.startswith(FILE):
            _change(copy, block)
        if block.kind == "console":
            _follow(block, copy)


def _change(folder: Path, block: Block) -> None:
    """Write the file that a block is, or change one that is there as the note says."""
    name, _, change = block.note.removeprefix(FILE).partition(": ")
    file = folder / name
    if not change:
        file.write_text(block.text, encoding="utf-8")
        return
    saved, text = file.with_suffix(".saved"), file.read_text(encoding="utf-8")
    if change == "as above":
        saved.replace(file)
    elif cut := re.fullmatch(r"without the last (\d+) lines", change):
        saved.write_text(text, encoding="utf-8")
        file.write_text("".join(text.splitlines(keepends=True)[: -int(cut[1])]), encoding="utf-8")
    else:
        swap = re.fullmatch(r"with (\S+) for (\S+)", change)
        assert swap is not None, change
        text = saved.read_text(encoding="utf-8")
        assert swap[2] in text
        file.write_text(text.replace(swap[2], swap[1]), encoding="utf-8")


def _follow(block: Block, copy: Path) -> None:
    """Run the commands of a block, and see that they say what is shown."""
    for command, shown in commands(block):
        if command.split()[0] != "erpguard":
            continue
        done = _run(command, copy)
        assert done.returncode in (0, 1), f"{command}\n{done.stdout}{done.stderr}"
        assert done.stderr == ""
        said = iter(" ".join(line.split()) for line in done.stdout.splitlines())
        for line in shown:
            assert " ".join(line.split()) in said, f"{command}\ndoes not say, or not in this order:\n{line}"


@pytest.mark.parametrize("block", blocks("python", *GUIDES), ids=str)
def test_code_runs(block: Block, copy: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block.text], cwd=copy, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("block", blocks("text", ROOT / "docs" / "command-line.md"), ids=str)
def test_help_is_that_of_the_program(block: Block, copy: Path) -> None:
    note, _, command = block.note.partition(": ")
    assert note == "help"
    # The versions of Python break the lines in different ways.
    assert block.text.split() == _run(f"erpguard {command} --help", copy).stdout.split()


def test_every_option_of_a_command_is_in_its_help() -> None:
    helps = [block.note for block in blocks("text", ROOT / "docs" / "command-line.md")]
    assert helps == [
        "help: scan",
        "help: collect azure",
        "help: collect kubernetes",
        "help: hook",
        "help: policies new",
        "help: policies test",
        "help: policies check",
        "help: policies bundle",
    ]


def _is_configuration(block: Block) -> bool:
    return block.page.name == "configuration.md" or block.text.startswith(("# erpguard.yaml\n", "parameters:\n"))


CONFIGURATIONS = [*filter(_is_configuration, blocks("yaml", *PAGES)), *blocks("toml", *GUIDES)]


@pytest.mark.parametrize("block", CONFIGURATIONS, ids=str)
def test_configurations_are_valid(block: Block) -> None:
    given = tomllib.loads(block.text)["tool"]["erpguard"] if block.kind == "toml" else yaml.safe_load(block.text)
    check_parameters(from_mapping(given, str(block)), _policies())


@pytest.mark.parametrize("block", blocks("yaml", *GUIDES), ids=str)
def test_yaml_is_valid(block: Block) -> None:
    if "..." not in block.text:
        yaml.safe_load(block.text)


@cache
def _policies() -> Mapping[str, Any]:
    return load().policies


def test_every_key_of_the_configuration_is_explained_with_an_example() -> None:
    page = ROOT / "docs" / "configuration.md"
    headings = " ".join(HEADING.findall(page.read_text(encoding="utf-8")))
    examples = [yaml.safe_load(block.text) for block in blocks("yaml", page)]
    schema = _schema("config")
    for name in schema["properties"]:
        assert name == "estate" or f"`{name}`" in headings
        assert any(name in example for example in examples), f"no example of {name}"
    for name, given in schema["properties"]["estate"]["properties"].items():
        assert f"`estate.{name}`" in headings
        shown = [example["estate"][name] for example in examples if name in example.get("estate", {})]
        assert shown, f"no example of estate.{name}"
        assert set(given.get("properties", ())) <= {key for one in shown for key in one}


def test_every_property_of_the_json_report_is_explained() -> None:
    text = (ROOT / "docs" / "json-output.md").read_text(encoding="utf-8")
    schema = _schema("finding")
    kinds = {"The report": schema, **{name: kind for name, kind in schema["$defs"].items() if "properties" in kind}}
    sections = {part.partition("\n")[0]: part for part in text.split("\n## ")}
    for name in kinds.keys() - {"failure"}:
        missing = [key for key in kinds[name]["properties"] if f"`{key}`" not in sections[name]]
        assert missing == [], f"section {name!r}"


def _schema(name: str) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = json.loads(Path(shipped("schemas"), f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith(("https://", "http://")):
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        assert found.exists(), target
        assert not anchor or anchor in _anchors(found), target


@cache
def _anchors(page: Path) -> set[str]:
    """The anchors that renderers make of headings: lower case, no punctuation, hyphens for spaces."""
    headings = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_guide_is_linked_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = {target.partition("#")[0] for target in LINK.findall(readme)}
    guides = {str(page.relative_to(ROOT)) for page in GUIDES} - {"README.md", "docs/performance.md"}
    assert guides <= linked


def test_the_architecture_knows_every_folder() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(?:src/erpguard/)?(\w+)/", text))
    there = {path.parent.name for path in (ROOT / "src" / "erpguard").glob("*/__init__.py")}
    assert there - told == set()


def test_rule_pages_are_up_to_date() -> None:
    wanted = rule_pages.pages(load())
    there = {str(path.relative_to(rule_pages.PAGES)): path for path in rule_pages.PAGES.rglob("*.md")}
    stale = sorted(
        name
        for name in wanted.keys() | there.keys()
        if name not in wanted or name not in there or there[name].read_text(encoding="utf-8") != wanted[name]
    )
    assert stale == [], "run `make docs`"
