"""Previews and states as Pulumi writes them, for the tests of their source."""

from __future__ import annotations

import json
from typing import Any

from erpguard.normalize.declared import Declared
from erpguard.sources import Collected, Input
from erpguard.sources.json_members import JsonText
from erpguard.sources.pulumi import Pulumi
from erpguard.sources.pulumi.contents import Contents
from erpguard.sources.pulumi.declarations import declarations
from erpguard.sources.pulumi.origins import PulumiText
from erpguard.sources.pulumi.reader import read

Json = dict[str, Any]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"

STACK = "pulumi:pulumi:Stack"
CACHE = "azure-native:cache:Redis"
NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CONFIG = "kubernetes:core/v1:ConfigMap"


def urn(token: str, name: str) -> str:
    """The URN of a resource of the stack `prod` of the project `erp`."""
    return f"urn:pulumi:prod::erp::{token}::{name}"


def state(token: str, name: str, inputs: Json | None = None, **more: Any) -> Json:
    """A resource as previews and states have it."""
    return {
        "urn": urn(token, name),
        "custom": not token.startswith(STACK),
        "type": token,
        "inputs": inputs or {},
        **more,
    }


def step(op: str, new: Json | None, old: Json | None = None) -> Json:
    """A step of a preview."""
    found = {"op": op, "urn": (new or old or {}).get("urn", ""), "oldState": old, "newState": new, "detailedDiff": None}
    return {key: value for key, value in found.items() if value is not None or key == "detailedDiff"}


def preview(*steps: Json, **more: Any) -> str:
    """A preview whose summary counts its steps."""
    counts: dict[str, int] = {}
    for one in steps:
        counts[one["op"]] = counts.get(one["op"], 0) + 1
    document = {"config": {"erp:size": "2"}, "steps": list(steps), "duration": 12, "changeSummary": counts, **more}
    return json.dumps(document, indent=4)


def exported(*resources: Json, version: int = 3, **more: Any) -> str:
    """What `pulumi stack export` writes."""
    manifest = {"time": "2026-01-01T00:00:00Z", "magic": "m", "version": "v3.200.0"}
    return json.dumps({"version": version, "deployment": {"manifest": manifest, "resources": list(resources), **more}})


def event(op: str, new: Json | None, old: Json | None = None) -> Json:
    """An event of a preview that is streamed."""
    metadata = {"op": op, "urn": (new or old or {}).get("urn", ""), "type": "", "old": old, "new": new, "provider": ""}
    return {"sequence": 1, "timestamp": 1700000000, "resourcePreEvent": {"metadata": metadata, "planning": True}}


def stream(*events: Json, **changes: int) -> str:
    """The lines of a preview that is streamed to its end."""
    summary = {
        "sequence": 9,
        "summaryEvent": {"maybeCorrupt": False, "resourceChanges": changes, "result": "succeeded"},
    }
    every = [{"sequence": 0, "preludeEvent": {"config": {}}}, *events, summary, {"sequence": 10, "cancelEvent": {}}]
    return "".join(json.dumps(one) + "\n" for one in every)


def contents(text: str, file: str = "preview.json") -> Contents:
    """What a text holds."""
    return read(JsonText(text, file))


def declared(text: str, file: str = "preview.json") -> list[Declared]:
    """The declarations of a text, which has nothing wrong with it."""
    json_text = JsonText(text, file)
    found = read(json_text)
    assert found.problems == []
    return declarations(found, PulumiText(text, file, json_text.positions, None))


def one(text: str) -> Declared:
    """The only declaration of a text."""
    (found,) = declared(text)
    return found


def collect(text: str | bytes, file: str = "preview.json", **settings: Any) -> Collected:
    """What the source makes of a text."""
    data = text.encode() if isinstance(text, str) else text
    return Pulumi().collect([Input(file, data=data)], settings)


def told(collected: Collected | Contents) -> list[tuple[str, str]]:
    """Level and code of the problems."""
    return [(problem.level, problem.code) for problem in collected.problems]
