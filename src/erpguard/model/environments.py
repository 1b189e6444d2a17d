"""Environments, and the words that mean them (the catalogue's "Tiers, roles and environments")."""

from __future__ import annotations

_WORDS = {
    **dict.fromkeys(("prod", "production", "live"), "production"),
    **dict.fromkeys(("stage", "staging", "preprod", "uat"), "staging"),
    **dict.fromkeys(("test", "qa"), "test"),
    **dict.fromkeys(("dev", "development", "sandbox", "demo", "poc"), "development"),
}

USUAL = tuple(dict.fromkeys(_WORDS.values()))
"""The environments that have words."""


def environment_of(word: str) -> str | None:
    """The environment that a single word means, in any case; None for any other word."""
    return _WORDS.get(word.lower())


def canonical_environment(word: str) -> str:
    """The name that an environment goes by here: `prod` is `production`; other words stand for themselves."""
    return environment_of(word) or word.lower()
