"""Types of azure-native that mean another ARM type in early versions of Azure's API.

`dbforpostgresql:Server` is the flexible server; `dbforpostgresql/v20171201:Server` is the single server, which is
`dbforpostgresql:SingleServer` without a version. `type_versions.json` has, by type, the version of the API before
which it `is` the other type; and the major version of the provider `until` which that is so without a version
(https://www.pulumi.com/registry/packages/azure-native/version-guide/).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from erpguard.model.arm_ids import is_arm_id, parse
from erpguard.normalize.azure.mapping import mapping


class _Early(NamedTuple):
    """What a type is, and until when."""

    type: str
    before: str
    until: int


@cache
def _early() -> dict[str, _Early]:
    with open(os.path.join(os.path.dirname(__file__), "type_versions.json"), encoding="utf-8") as opened:
        given: dict[str, Any] = json.load(opened)
    return {name: _Early(one["is"], one["before"], one["until"]) for name, one in given.items()}


def versioned(type_: str, api_version: str, major: int, values: Mapping[str, Any]) -> str:
    """The type that a type means, by the id of what exists, else by the version of the API, else of the provider."""
    early = _early().get(type_)
    if early is None:
        return type_
    id_ = values.get("id")
    if is_arm_id(id_):
        found = mapping(type_.partition(":")[0], early.type)
        return early.type if found is not None and parse(str(id_)).type.lower() == found.arm.lower() else type_
    is_early = api_version < early.before if api_version else 0 < major <= early.until
    return early.type if is_early else type_
