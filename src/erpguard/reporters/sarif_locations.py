"""Where a finding stands, in SARIF: physical and logical locations, related ones and flows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from erpguard.model import Finding, Place, Related, pointer
from erpguard.reporters.escape import cut, replaced, sarif_message

Json = dict[str, Any]

ROOT = "SRCROOT"
NAME_LIMIT = 255
ID_LIMIT = 1024
LOCATION_LIMIT = 100
FLOW_LIMIT = 1000

_PLAIN_PATH = re.compile(rb"[A-Za-z0-9_.~/-]*")


def locations(finding: Finding) -> list[Json]:
    """The one place of a finding, with the object that holds it and the path in it as logical location."""
    holder = finding.place.object_id or finding.resource_id
    name = finding.resource_name if holder == finding.resource_id else ""
    logical = logical_location(holder, pointer(finding.path), name)
    return _present(location(physical_location(finding.place), logical))


def place_location(place: Place, message: str = "") -> Json:
    """The location of a bare place, empty if it says nothing."""
    found = location(physical_location(place), logical_location(place.object_id, place.pointer))
    if found and message:
        found["message"] = {"text": sarif_message(message)}
    return found


def related_locations(related: Sequence[Related]) -> list[Json]:
    """The other sides of a judgement, numbered from 1 so that messages can link to them."""
    found = _present(*(place_location(one.place, one.message) for one in related[:LOCATION_LIMIT]))
    return [{"id": number, **one} for number, one in enumerate(found, start=1)]


def code_flows(flow: Sequence[Related]) -> list[Json]:
    """One path, one step per hop."""
    steps = _present(*(place_location(hop.place, hop.message) for hop in flow[:FLOW_LIMIT]))
    if not steps:
        return []
    return [{"threadFlows": [{"locations": [{"location": step} for step in steps]}]}]


def location(physical: Json, logical: Json) -> Json:
    """A location of what is known."""
    found: Json = {}
    if physical:
        found["physicalLocation"] = physical
    if logical:
        found["logicalLocations"] = [logical]
    return found


def physical_location(place: Place) -> Json:
    """File and region; empty for a place without a file."""
    if not place.file:
        return {}
    found: Json = {"artifactLocation": artifact(place.file)}
    if place.line > 0:
        found["region"] = region(place)
    return found


def artifact(file: str) -> Json:
    """A file of the scanned tree, relative to its root; where that is, only the reader knows."""
    return {"uri": uri(file), "uriBaseId": ROOT}


def uri(file: str) -> str:
    """A relative path as a URI reference; bytes of a file name that are not UTF-8 stay what they are."""
    try:
        encoded = file.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        encoded = file.encode("utf-8", "replace")
    if _PLAIN_PATH.fullmatch(encoded):
        return file
    from urllib.parse import quote

    return quote(encoded)


def region(place: Place) -> Json:
    """Line and columns as far as they are known; SARIF counts from 1, and an end never comes before its start."""
    found = {"startLine": place.line}
    if place.column > 0:
        found["startColumn"] = place.column
    if place.end_line >= place.line:
        found["endLine"] = place.end_line
        if place.end_column > 0 and (place.end_line, place.end_column) >= (place.line, place.column):
            found["endColumn"] = place.end_column
    return found


def logical_location(object_id: str, path: str, name: str = "") -> Json:
    """A node of an object: the object's id and the JSON pointer in it."""
    full_name = cut(replaced(object_id + path), ID_LIMIT)
    if not full_name:
        return {}
    found = {"fullyQualifiedName": full_name, "kind": "resource"}
    if name:
        found = {"name": cut(replaced(name), NAME_LIMIT), **found}
    return found


def _present(*found: Json) -> list[Json]:
    return [one for one in found if one]
