"""The frameworks in `controls/`: their form, and the policies that their controls name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from erpguard.authoring.complaints import Complaint
from erpguard.authoring.folder import Folder
from erpguard.authoring.metadata import Metadata
from erpguard.authoring.validation import line_of, nearest, read, violations
from erpguard.packs import load
from erpguard.sources.documents import Document

_CODE = "controls"


def check(folder: Folder, told: Mapping[str, Metadata]) -> Iterator[Complaint]:
    """Everything about controls: policies of their own folder may be named, and those that ship."""
    if not folder.controls:
        return
    shipped = load().policies
    known = {str(one.custom.get("id", "")) for one in told.values()} | shipped.keys()
    ids = {} if folder.is_shipped else {one.framework.id: "erpguard" for p in shipped.values() for one in p.controls}
    for file in folder.controls:
        document, wrong = read(folder.read(file).encode(), file)
        if document is None:
            yield from wrong or [Complaint(file, 1, _CODE, "there is no framework: docs/writing-policies.md shows one")]
            continue
        wrong += violations(_CODE, document)
        yield from wrong or _of_framework(document, known, ids)


def _of_framework(document: Document, known: set[str], ids: dict[str, str]) -> Iterator[Complaint]:
    framework: Any = document.value
    name = framework["id"]
    if name in ids:
        text = f"there is a framework {name} already, in {ids[name]}: choose another id"
        yield _at(document, text, "id")
    ids.setdefault(name, document.file)
    seen = set[str]()
    for number, control in enumerate(framework["controls"]):
        if control["id"] in seen:
            yield _at(document, f"the control {control['id']} is there twice: keep one", "controls", number, "id")
        seen.add(control["id"])
        for at, policy in enumerate(control["policies"]):
            if policy not in known:
                text = f"control {control['id']}: there is no policy {policy}{nearest(policy, known)}"
                yield _at(document, text, "controls", number, "policies", at)


def _at(document: Document, text: str, *path: str | int) -> Complaint:
    return Complaint(document.file, line_of(document, path), _CODE, text)
