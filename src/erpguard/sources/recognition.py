"""Which source reads an input: told by its content, not by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from erpguard.sources import Input

MANIFESTS, TERRAFORM, PULUMI, SNAPSHOT = "kubernetes_manifest", "terraform_plan", "pulumi", "snapshot"

_HEAD = 1 << 18
_JSON = re.compile(r"[ \t\r\n]*\{")
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
"""How PowerShell writes what is redirected to a file."""

_DECISIVE = {
    "apiVersion": MANIFESTS,
    "kind": MANIFESTS,
    "format_version": TERRAFORM,
    "terraform_version": TERRAFORM,
    "resource_changes": TERRAFORM,
    "planned_values": TERRAFORM,
    "provider_schemas": TERRAFORM,
    "@level": TERRAFORM,
    "changeSummary": PULUMI,
    "resourcePlans": PULUMI,
}
"""A key at the top of a JSON object that only one source's files have."""

_SNAPSHOT_KEYS = frozenset(("erpguard", "record", "taken", "targets"))
_PULUMI_KEYS = frozenset(("checkpoint", "deployment", "latest", "result", "sequence", "steps"))
_PULUMI_PAIRS = (
    ("steps", "config"),
    ("steps", "diagnostics"),
    ("steps", "duration"),
    ("deployment", "version"),
    ("checkpoint", "version"),
    ("latest", "target"),
    ("sequence", "timestamp"),
)
"""Keys that files of other programs have as well: they are Pulumi's together, or beside a URN."""
_PULUMI_URN = '"urn:pulumi:'

_BY_SUFFIX = {".tf": TERRAFORM, ".tfvars": TERRAFORM, ".tfplan": TERRAFORM, ".tfstate": TERRAFORM}
_YAML = (".yaml", ".yml")


def by_source(inputs: Iterable[Input], type_: str = "") -> dict[str, list[Input]]:
    """The inputs by the name of the source that reads them; `type_` names it for all of them."""
    found: dict[str, list[Input]] = {MANIFESTS: []}
    for given in inputs:
        found.setdefault(type_ or recognize(given), []).append(given)
    return {name: taken for name, taken in found.items() if taken}


def recognize(given: Input) -> str:
    """The name of the source for one input. What no other source knows is a manifest, or no input at all."""
    name = given.path.lower()
    if name.endswith(_YAML):
        return MANIFESTS
    head = _head(given)
    if head.startswith(_ZIP):
        return TERRAFORM
    if head.startswith(_GZIP):
        return SNAPSHOT
    text = _text(head)
    if _JSON.match(text):
        return _by_keys(text) or (_by_keys(_text(_head(given, -1))) if len(head) == _HEAD else None) or MANIFESTS
    if name.endswith(".json") and not text.strip():
        return TERRAFORM  # which tells that there is nothing: a command that failed leaves such a file behind
    if found := next((source for suffix, source in _BY_SUFFIX.items() if name.endswith(suffix)), ""):
        return found
    return _by_lines(text) if text else MANIFESTS


def _head(given: Input, size: int = _HEAD) -> bytes:
    """The first bytes of an input, or all; nothing where it cannot be read: its source tells why."""
    if given.data is not None:
        return given.data if size < 0 else given.data[:size]
    from erpguard.sources.input_files import read

    data = read(given, size)
    return data if isinstance(data, bytes) else b""


def _text(data: bytes) -> str:
    return data.decode(_UTF_16.get(data[:2], "utf-8"), "replace").removeprefix("\ufeff")


def _by_lines(text: str) -> str:
    """What a text that is no JSON is: what programs print for people is no YAML, though it may look like a scalar."""
    from erpguard.sources.printed_texts import printed_by

    return printed_by(text) or MANIFESTS


def _by_keys(text: str) -> str | None:
    seen = set()
    for key in _top_keys(text):
        if key in _DECISIVE:
            return _DECISIVE[key]
        seen.add(key)
    if seen >= _SNAPSHOT_KEYS:
        return SNAPSHOT
    is_pulumi = any(seen.issuperset(pair) for pair in _PULUMI_PAIRS)
    return PULUMI if is_pulumi or (not seen.isdisjoint(_PULUMI_KEYS) and _PULUMI_URN in text) else None


def _top_keys(text: str) -> Iterator[str]:
    """The keys of a JSON object, as far as the text is whole."""
    from json import JSONDecoder

    decode = JSONDecoder(parse_int=str).raw_decode
    offset = text.index("{") + 1
    try:
        while (offset := _skip(text, offset)) < len(text) and text[offset] == '"':
            key, offset = decode(text, offset)
            yield key
            offset = _skip(text, offset)
            _, offset = decode(text, _skip(text, offset + 1))
            offset = _skip(text, offset) + 1
    except (ValueError, IndexError, RecursionError):
        return


_SPACE = re.compile(r"[ \t\r\n]*")


def _skip(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset
