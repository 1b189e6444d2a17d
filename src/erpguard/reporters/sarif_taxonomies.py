"""The taxonomies of a SARIF run: the frameworks whose controls the selected policies check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from erpguard.model import Control, Framework, Policy
from erpguard.reporters.escape import cut, prose, replaced, sarif_message
from erpguard.reporters.sarif_locations import NAME_LIMIT, Json
from erpguard.reporters.sarif_rules import PROJECT_PAGE, TEXT_LIMIT, web_page

_NAMESPACE = bytes.fromhex("6ba7b8119dad11d180b400c04fd430c8")  # of URLs, RFC 9562
_NUMBER = re.compile(r"[0-9]+")


def taxonomies(policies: Mapping[str, Policy]) -> list[Json]:
    """A tool component per framework, with the controls that the policies check as its taxa."""
    return [_component(framework, controls) for framework, controls in _by_framework(policies).items()]


def taxonomy_references(policies: Mapping[str, Policy]) -> list[Json]:
    """What the driver says about the taxonomies."""
    return [_component_reference(framework, index) for index, framework in enumerate(_by_framework(policies))]


def references(policies: Mapping[str, Policy]) -> dict[str, list[Json]]:
    """Policy id -> references to the taxa of its controls."""
    where: dict[Control, Json] = {}
    for index, (framework, controls) in enumerate(_by_framework(policies).items()):
        component = _component_reference(framework, index)
        for at, control in enumerate(controls):
            where[control] = {"id": _text(control.id), "index": at, "toolComponent": component}
    return {name: [where[control] for control in policies[name].controls] for name in policies}


def surely(given: list[Json]) -> list[Json]:
    """The taxa that every result of a rule belongs to: the control of each framework of which there is but one.

    A rule that is about several controls does not say which of them one result is about.
    """
    indexes = [one["toolComponent"]["index"] for one in given]
    return [one for one, index in zip(given, indexes, strict=True) if indexes.count(index) == 1]


def guid(name: str) -> str:
    """The UUID of a URL, version 5. `uuid` itself loads OpenSSL, which takes longer than to judge a manifest."""
    digest = bytearray(_sha1()(_NAMESPACE + name.encode("utf-8", "replace")).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _sha1() -> Any:
    try:
        return import_module("_sha1").sha1
    except ImportError:
        return import_module("hashlib").sha1


def _by_framework(policies: Mapping[str, Policy]) -> dict[Framework, list[Control]]:
    controls = {control for policy in policies.values() for control in policy.controls}
    found: dict[Framework, list[Control]] = {}
    for control in sorted(controls, key=lambda one: (one.framework, _counted(one.id), one)):
        found.setdefault(control.framework, []).append(control)
    return found


def _counted(name: str) -> str:
    """A key to sort by: 5.1.9 comes before 5.1.10."""
    return _NUMBER.sub(lambda match: match[0].rjust(9, "0"), name)


def _component(framework: Framework, controls: list[Control]) -> Json:
    page = web_page(framework.url)
    found: Json = {
        "name": _text(framework.name),
        "guid": _guid(framework),
        "version": _text(framework.version),
        "organization": cut(replaced(framework.organization), NAME_LIMIT),
        "informationUri": page,
        "isComprehensive": False,
        "taxa": [_taxon(control, page) for control in controls],
    }
    return {key: value for key, value in found.items() if value != ""}


def _taxon(control: Control, page: str) -> Json:
    found: Json = {"id": _text(control.id), "guid": _guid(control.framework, control.id)}
    title = sarif_message(prose(control.title), TEXT_LIMIT)
    if title:
        found["shortDescription"] = {"text": title}
    return found | ({"helpUri": page} if page else {})


def _component_reference(framework: Framework, index: int) -> Json:
    return {"name": _text(framework.name), "index": index, "guid": _guid(framework)}


def _guid(framework: Framework, *control: str) -> str:
    """Another one for each version of a framework, for it may have counted anew."""
    return guid("/".join((f"{PROJECT_PAGE}controls", framework.id, framework.version, *control)))


def _text(text: str) -> str:
    return cut(replaced(text), NAME_LIMIT) or "unnamed"
