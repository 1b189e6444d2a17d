"""Rego packages as conftest and plain OPA have them: `deny`, `warn` and `violation` over single documents.

    modules.py      the Rego modules of folders
    data_files.py   what `data` holds besides
    annotations.py  the METADATA of rules
    rules.py        which rules judge, and what they are called
    packages.py     all of it, compiled, in a process of its own
    formats.py      which files hold documents
    documents.py    the documents of files
    yaml_events.py  keys and tags of YAML as conftest has them
    go_numbers.py   its numbers
    parsers/        those that are neither YAML nor JSON
    answers.py      the value of a rule -> messages
    targets.py      what a message is about: a node of a document
    findings.py     messages -> findings
    judging.py      every document by every rule
    configured.py   the packages that a configuration names
    joining.py      what they say becomes a part of what a scan says

What it does follows conftest 0.71 (https://www.conftest.dev, `policy/engine.go` and `runner/test.go` of its source);
docs/coming-from-conftest.md lists where it differs.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

PACK = "conftest"
"""The pack that the rules of such packages are in."""


class ConftestOptions(NamedTuple):
    """Which packages judge, and how.

    policies        folders and files of Rego
    data            folders and files of YAML and JSON that `data` holds; `name.of:FOLDER` puts them below a name
    namespaces      the packages that judge; `*`, `?` and `[...]` stand for several
    all_namespaces  every package judges
    combine         all documents are one input, a list of `{path, contents}`
    fail_on_warn    what `warn` says fails a scan as well
    rego_version    the syntax of the modules: v0 is that of before OPA 1.0
    parser          the format of files whose names tell none: `ini`, `dockerfile`, ...
    """

    policies: tuple[str, ...]
    data: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ("main",)
    all_namespaces: bool = False
    combine: bool = False
    fail_on_warn: bool = False
    rego_version: Literal["v0", "v1"] = "v1"
    parser: str = ""
