"""What was read -> declarations, as normalization takes them."""

from __future__ import annotations

from erpguard.model import Path
from erpguard.normalize.declared import Declared, Reference
from erpguard.normalize.scrubbing import Scrubber
from erpguard.sources.pulumi import urns
from erpguard.sources.pulumi.contents import Contents, Entry, Json
from erpguard.sources.pulumi.origins import EntryOrigin, PulumiText
from erpguard.sources.pulumi.states import KUBERNETES_SECRET
from erpguard.sources.pulumi.values import is_unknown

_ANY: Path = ()
"""The attribute of a reference: a preview says which resource a value rests on, and not on which of its outputs."""


def declarations(contents: Contents, text: PulumiText, prefix: str = "") -> list[Declared]:
    """The declarations of a file, without the secrets that were found anywhere in it. `prefix` goes before URNs."""
    scrubber = contents.secrets.scrubber()
    found = []
    for entry in contents.entries:
        _add_id(entry)
        if scrubber is not None:
            entry.properties.sensitive |= _scrubbed(entry.properties.values, entry.type, scrubber)
            _scrubbed(entry.before or {}, entry.type, scrubber)
        found.append(_declared(entry, contents, text, prefix))
    return found


def _scrubbed(values: Json, type_: str, scrubber: Scrubber) -> set[Path]:
    """Remove secrets from values, in place. A Kubernetes Secret keeps its keys: normalization takes its values."""
    own: Json = {key: values.pop(key) for key in ("data", "stringData") if type_ == KUBERNETES_SECRET and key in values}
    removed = scrubber.values(values)
    values.update(own)
    return removed


def _declared(entry: Entry, contents: Contents, text: PulumiText, prefix: str) -> Declared:
    properties = entry.properties
    return Declared(
        prefix + entry.urn,
        urns.provider_of(entry.type),
        urns.type_of(entry.type),
        properties.values,
        EntryOrigin(text, entry.start, entry.prefixes, entry.urn, entry.position),
        unknown=frozenset(properties.unknown | properties.sensitive),
        sensitive=frozenset(properties.sensitive),
        references=_references(entry, prefix),
        change=entry.change,
        before=entry.before,
        defaults=urns.major_version(entry.provider, contents.versions),
        api_version=urns.api_version_of(entry.type),
    )


def _add_id(entry: Entry) -> None:
    """What exists has an id besides its inputs; that of Azure tells type, group and name."""
    if not entry.id.lower().startswith("/subscriptions/") or is_unknown(entry.id):
        return
    values = entry.before if entry.change == "delete" else entry.properties.values
    if values is not None:
        values["id"] = entry.id
        entry.properties.unknown.discard(("id",))


def _references(entry: Entry, prefix: str) -> dict[Path, tuple[Reference, ...]]:
    """What the unknown properties rest on. Dependencies are noted by property, not for what is nested in it."""
    found = {path: _to(urns_, prefix) for path, urns_ in entry.properties.dependencies.items()}
    for path in entry.properties.unknown:
        name = str(path[0])
        needed = entry.dependencies.get(name)
        if needed is None:
            # Events, and old engines, only tell what the resource as a whole rests on.
            needed = entry.dependencies[""] if len(entry.dependencies[""]) == 1 else ()
        if needed:
            found.setdefault((path[0],), _to(needed, prefix))
    return found


def _to(needed: tuple[str, ...], prefix: str) -> tuple[Reference, ...]:
    return tuple(Reference(prefix + urn, _ANY) for urn in needed)
