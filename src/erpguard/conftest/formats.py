"""Which files hold documents: those that conftest reads by their names, and which of these are read here."""

from __future__ import annotations

import os

YAML, JSON, TOML = "YAML", "JSON", "TOML"

_READ = {".yaml": YAML, ".yml": YAML, ".json": JSON, ".toml": TOML}

_OTHERS = {
    **dict.fromkeys((".hcl", ".hcl1", ".hcl2", ".tf", ".tfvars"), "HCL"),
    **dict.fromkeys((".textproto", ".textpb"), "textproto"),
    **dict.fromkeys((".gitignore", ".dockerignore", ".ignore"), "ignore list"),
    ".cue": "CUE",
    ".cyclonedx": "CycloneDX",
    ".dockerfile": "Dockerfile",
    ".dotenv": "dotenv",
    ".edn": "EDN",
    ".env": "dotenv",
    ".groovy": "Groovy",
    ".hocon": "HOCON",
    ".ini": "INI",
    ".jsonc": "JSONC",
    ".jsonnet": "Jsonnet",
    ".nginx": "nginx",
    ".properties": "properties",
    ".spdx": "SPDX",
    ".vcl": "VCL",
    ".xml": "XML",
}
_NAMES = {
    "codeowners": "CODEOWNERS",
    "dockerfile": "Dockerfile",
    "jenkinsfile": "Groovy",
    "nginx.conf": "nginx",
}
_STARTS = {"dockerfile.": "Dockerfile", "jenkinsfile.": "Groovy", ".env.": "dotenv"}


def format_of(name: str) -> str:
    """YAML, JSON or TOML by a file's name; YAML, in which JSON is, where there is none. Empty for all others."""
    return _READ.get(os.path.splitext(name.lower())[1], "") if name else YAML


def unread_format(name: str) -> str:
    """The format of a file that conftest reads, and that is not read here; empty for all others."""
    base = os.path.basename(name).lower()
    suffix = base if base.startswith(".") and base.count(".") == 1 else os.path.splitext(base)[1]
    by_start = next((kind for start, kind in _STARTS.items() if base.startswith(start)), "")
    return _NAMES.get(base) or by_start or _OTHERS.get(suffix, "")


def is_document(name: str) -> bool:
    """Whether conftest takes a file of a folder, besides YAML and JSON, which are taken anyway."""
    return format_of(os.path.basename(name)) == TOML or bool(unread_format(name))
