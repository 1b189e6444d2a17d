"""Which files hold documents: those that conftest reads by their names, and which of these are read here."""

from __future__ import annotations

import os

YAML, JSON, TOML = "YAML", "JSON", "TOML"
INI, DOTENV, DOCKERFILE, PROPERTIES = "INI", "dotenv", "Dockerfile", "properties"
JSONC, XML, IGNORE = "JSONC", "XML", "ignore list"
HCL = "HCL"

PARSERS = {
    TOML: "toml",
    INI: "ini",
    DOTENV: "dotenv",
    DOCKERFILE: "dockerfile",
    PROPERTIES: "properties",
    JSONC: "jsonc",
    XML: "xml",
    IGNORE: "ignore",
}
"""The formats that have a parser of their own, and its module in `erpguard.conftest.parsers`."""

NAMED = {"yaml": YAML, "json": JSON, **{name: kind for kind, name in PARSERS.items()}}
"""The formats by the names that `--parser` takes."""

_READ = frozenset((YAML, JSON, *PARSERS))

_SUFFIXES = {
    **dict.fromkeys((".hcl", ".hcl1", ".hcl2", ".tf", ".tfvars"), HCL),
    **dict.fromkeys((".textproto", ".textpb"), "textproto"),
    **dict.fromkeys((".gitignore", ".dockerignore", ".ignore"), IGNORE),
    **dict.fromkeys((".yaml", ".yml"), YAML),
    ".cue": "CUE",
    ".cyclonedx": JSONC,
    ".dockerfile": DOCKERFILE,
    ".dotenv": DOTENV,
    ".edn": "EDN",
    ".env": DOTENV,
    ".groovy": "Groovy",
    ".hocon": "HOCON",
    ".ini": INI,
    ".json": JSON,
    ".jsonc": JSONC,
    ".jsonnet": "Jsonnet",
    ".nginx": "nginx",
    ".properties": PROPERTIES,
    ".spdx": "SPDX",
    ".toml": TOML,
    ".vcl": "VCL",
    ".xml": XML,
}
_NAMES = {
    "codeowners": "CODEOWNERS",
    "dockerfile": DOCKERFILE,
    "jenkinsfile": "Groovy",
    "nginx.conf": "nginx",
}
_STARTS = {"dockerfile.": DOCKERFILE, "jenkinsfile.": "Groovy", ".env.": DOTENV}


def format_of(name: str, parser: str = "") -> str:
    """The format of a file that is read here, by its name; empty for all others.

    Where the name tells none, it is that of the parser; without a name YAML, in which JSON is.
    """
    found = _format(name) or NAMED.get(parser, "") or ("" if name else YAML)
    return found if found in _READ else ""


def unread_format(name: str) -> str:
    """The format of a file that conftest reads, and that is not read here; empty for all others."""
    found = _format(name)
    return "" if found in _READ else found


def is_document(name: str, parser: str = "") -> bool:
    """Whether conftest takes a file, besides YAML and JSON, which are taken anyway."""
    return (_format(name) or NAMED.get(parser, "")) not in ("", YAML, JSON)


def _format(name: str) -> str:
    base = os.path.basename(name).lower()
    suffix = base if base.startswith(".") and base.count(".") == 1 else os.path.splitext(base)[1]
    by_start = next((kind for start, kind in _STARTS.items() if base.startswith(start)), "")
    return _NAMES.get(base) or by_start or _SUFFIXES.get(suffix, "")
