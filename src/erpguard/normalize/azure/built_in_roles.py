"""Azure's built-in roles: a role is named by a GUID that is the same in every tenant.

Names and GUIDs: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles. Plans may name a role by
its name, ARM always by an id that ends with the GUID.
"""

from __future__ import annotations

import json
import os
from functools import cache

_FILE = os.path.join(os.path.dirname(__file__), "built_in_roles.json")


@cache
def names() -> dict[str, str]:
    """GUID -> name."""
    with open(_FILE, encoding="utf-8") as opened:
        made: dict[str, str] = json.load(opened)
    return made


@cache
def _guids() -> dict[str, str]:
    return {name.lower(): guid for guid, name in names().items()}


def role_name(guid: str) -> str:
    """The name of a built-in role; empty for a GUID that is none."""
    return names().get(guid.lower(), "")


def role_guid(name: str) -> str:
    """The GUID of a built-in role by its name, in any case; empty where there is none of that name."""
    return _guids().get(name.lower(), "")
