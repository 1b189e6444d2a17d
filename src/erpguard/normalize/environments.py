"""Which environment a resource belongs to (the catalogue's "Tiers, roles and environments")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from erpguard.model.environments import canonical_environment, environment_of
from erpguard.normalize.shapes import has_placeholder

_LABELS = ("environment", "env", "app.kubernetes.io/environment")
_WORDS = re.compile(r"[a-z]+")
_PLACEHOLDERS = re.compile(r"\$\{.*?\}|\{\{.*?\}\}")


def environment(settings: Mapping[str, Any], labels: Mapping[str, str], group: str) -> str:
    """The environment by configuration, labels or tags, or a word of the namespace or resource group; else production.

    `settings` is the `estate` section of the configuration.
    """
    configured = first_match(settings.get("environments"), group)
    if configured:
        return canonical_environment(configured)
    for label in _LABELS:
        value = labels.get(label)
        if value and not has_placeholder(value):
            return canonical_environment(value)
    for word in _WORDS.findall(_PLACEHOLDERS.sub(" ", group).lower()):
        if found := environment_of(word):
            return found
    return "production"


def first_match(mapping: Mapping[str, str] | None, name: str) -> str | None:
    """The value of the first glob that matches a name."""
    for glob, value in (mapping or {}).items():
        if fnmatchcase(name, glob):
            return value
    return None
