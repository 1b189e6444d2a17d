"""What is no preview and no state, or only a part of one, and how to get the whole."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

MAKE = "`pulumi preview --json --show-sames > preview.json`, or `pulumi stack export > state.json`"
"""The commands that make the files that are read."""

ENDS_EARLY = "the events end before the summary, so that resources are missing: let the preview come to its end"

_NEWEST = 4
_FEATURES = frozenset(("hooks", "refreshBeforeUpdate", "snippets", "taint", "views"))
"""What a deployment of version 4 may use that does not change how it is read."""

_STATES = frozenset(("checkpoint", "deployment", "latest"))
_PREVIEWS = frozenset(("changeSummary", "steps"))


def refusal(keys: Collection[str], changes: Any, steps: int) -> str:
    """Why an object with these keys at its top is neither preview nor state; empty if it is one.

    `changes` is what a preview counts, `steps` how many it shows.
    """
    found = set(keys)
    changed = _counts(changes).keys() - {"same"}
    if found & _STATES or ("steps" in found and (steps or not changed)):
        return ""
    if found & _PREVIEWS or (found <= {"config", "diagnostics", "duration", "maybeCorrupt"} and "duration" in found):
        return "" if not _counts(changes) else f"this is a summary without the resources' properties: make {MAKE}"
    if {"result", "summary"} <= found or {"result", "resources"} <= found:
        what = "the summary of `--output json`, which has no properties"
    elif "resourcePlans" in found:
        what = "an update plan (`--save-plan`)"
    else:
        what = "neither a Pulumi preview nor a state"
    return f"this is {what}: make {MAKE}"


def wrong_version(value: Any) -> str:
    """Why a deployment of a version cannot be read; empty if it can."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _NEWEST:
        return ""
    return f"version {str(value)[:20]!r} of a deployment is not read, only 0 to {_NEWEST}: use a newer erpguard"


def wrong_features(value: Any) -> str:
    """Why a deployment that uses features cannot be read; empty if it can."""
    if value is None:
        return ""
    if not isinstance(value, list):
        return "features is no list: export the state again"
    unknown = [str(one)[:40] for one in value if not isinstance(one, str) or one not in _FEATURES]
    if not unknown:
        return ""
    return f"the deployment uses {', '.join(map(repr, unknown[:5]))}, which is not known: use a newer erpguard"


def unchanged_left_out(changes: Any, shown: int) -> str:
    """What to say of a preview that counts more unchanged resources than it shows; empty if it shows all."""
    count = _counts(changes).get("same", 0) - shown
    if count <= 0:
        return ""
    return (
        f"the preview leaves out {count} unchanged resource{'s' if count > 1 else ''}, so that what is missing in it "
        "may exist: make it with `pulumi preview --json --show-sames`"
    )


def failed() -> str:
    """What to say of a preview that ended with an error. What the error says may hold values, and is not repeated."""
    return "the preview failed, so that resources are missing: mend the program, and make the preview again"


def pending(count: int) -> str:
    """What to say of a state with operations that never ended."""
    operations = "an operation that was" if count == 1 else f"{count} operations that were"
    return f"the state has {operations} interrupted, so that it may not be what exists: run `pulumi refresh`"


def _counts(changes: Any) -> dict[str, int]:
    if not isinstance(changes, dict):
        return {}
    return {name: count for name, count in changes.items() if type(count) is int and count > 0}
