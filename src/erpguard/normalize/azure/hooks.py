"""Transforms that take code: what several attributes together become. Mappings name them: `{"hook": "storage_sku"}`.

Each takes the list of what stands at the row's provider paths, None where nothing does, and gives None where ARM has
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Hook = Callable[[list[Any]], Any]

_TIERS = {"B": "Burstable", "GP": "GeneralPurpose", "MO": "MemoryOptimized"}
_KEY = re.compile(r"(https://[^/]+)/keys/([^/]+)")
_TIME = re.compile(r"\d\d:\d\d")


def hook(name: str) -> Hook:
    """A hook by its name."""
    return _HOOKS[name]


def _storage_sku(given: list[Any]) -> Any:
    """`Standard` and `GRS` are `Standard_GRS`."""
    replication, tier = given
    return f"{tier}_{replication}" if isinstance(tier, str) and isinstance(replication, str) else None


def _flexible_sku_name(given: list[Any]) -> Any:
    """`GP_Standard_D4s_v3` is `Standard_D4s_v3` of the tier GeneralPurpose."""
    (sku,) = given
    tier, _, name = sku.partition("_") if isinstance(sku, str) else ("", "", "")
    return name if tier in _TIERS else sku


def _flexible_sku_tier(given: list[Any]) -> Any:
    (sku,) = given
    return _TIERS.get(sku.partition("_")[0]) if isinstance(sku, str) else None


def _before_dash(given: list[Any]) -> Any:
    """`Enterprise_E10-2` is the sku `Enterprise_E10` with the capacity 2."""
    (sku,) = given
    return sku.partition("-")[0] if isinstance(sku, str) else sku


def _key_name(given: list[Any]) -> Any:
    """The name of a key in its id: https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates."""
    (key,) = given
    found = _KEY.match(key) if isinstance(key, str) else None
    return found[2] if found else None


def _key_vault_uri(given: list[Any]) -> Any:
    (key,) = given
    found = _KEY.match(key) if isinstance(key, str) else None
    return found[1] if found else None


def _run_time(given: list[Any]) -> Any:
    """`23:00` as ARM has it: the date is of no account, the time of day counts."""
    (time,) = given
    return f"2020-01-01T{time}:00Z" if isinstance(time, str) and _TIME.fullmatch(time) else time


def _run_times(given: list[Any]) -> Any:
    return [_run_time(given)]


def _duration(given: list[Any]) -> Any:
    """Days or hours as an ISO 8601 duration."""
    days, hours = given
    if isinstance(days, int):
        return f"P{days}D"
    return f"PT{hours}H" if isinstance(hours, int) else None


def _expiration_type(given: list[Any]) -> Any:
    """How a scheduled assignment ends; without any end it is permanent.

    https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests/create#type
    """
    end, days, hours, *_ = given
    if end:
        return "AfterDateTime"
    return "AfterDuration" if days or hours else "NoExpiration"


_HOOKS: dict[str, Hook] = {
    "before_dash": _before_dash,
    "duration": _duration,
    "expiration_type": _expiration_type,
    "flexible_sku_name": _flexible_sku_name,
    "flexible_sku_tier": _flexible_sku_tier,
    "key_name": _key_name,
    "key_vault_uri": _key_vault_uri,
    "run_time": _run_time,
    "run_times": _run_times,
    "storage_sku": _storage_sku,
}
"""Name in the mappings -> function."""

NAMES = frozenset(_HOOKS)
