"""Whether a path exists in the objects of a type, and a field in the rows of a view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from erpguard.analysis import VIEWS
from erpguard.authoring.validation import nearest
from erpguard.engines.syntax.reading import spelled
from erpguard.normalize.azure.arm_types import arm_type
from erpguard.normalize.kubernetes_types import METADATA, Shape, shape_of
from erpguard.packs.types import is_azure, kubernetes_fields, row_fields
from erpguard.reads import ANY

_OBJECT: Shape = {"apiVersion": "string", "kind": "string", "metadata": METADATA, "status": "any"}
_ARM_NAMES = (
    "etag extendedLocation id identity kind location managedBy name plan resourceGroup sku systemData tags type zones"
)
_ARM: Shape = {**dict.fromkeys(_ARM_NAMES.split(), "any"), "properties": {}}


class Answer(NamedTuple):
    """What is known of a path: why it does not exist, or what is not known about it; both empty where it exists."""

    wrong: str = ""
    unknown: str = ""


def of_view(view: str, field: str) -> str:
    """Why no row of a view has a field; empty where one has."""
    if view not in VIEWS:
        return f"there is no view {view}{nearest(view, VIEWS)}"
    known = row_fields(view)
    return "" if not known or field in known else f"the view {view} has no field {field}{nearest(field, known)}"


def of_body(type_: str, path: tuple[str, ...]) -> Answer:
    """What is known of a path in the objects of a type."""
    shape = _shape(type_)
    if not is_azure(type_) and type_ in kubernetes_fields()["types"]:
        wrong = _in_models(type_, path)
        return Answer(wrong) if wrong or shape is None else _in_shape(type_, shape, path, is_whole=True)
    return Answer() if shape is None else _in_shape(type_, shape, path, is_whole=False)


def _shape(type_: str) -> Shape | None:
    if is_azure(type_):
        known = arm_type(type_)
        return None if known is None else {**_ARM, **known.shape}
    shape = shape_of(type_)
    return None if shape is None else {**_OBJECT, **shape}


def _in_models(type_: str, path: tuple[str, ...]) -> str:
    """Why the API of Kubernetes has no such path; see `tools/kubernetes_fields.py` for the kinds of fields."""
    fields = kubernetes_fields()["fields"]
    kind: str = kubernetes_fields()["types"][type_][1]
    for number, step in enumerate(path):
        if kind[:2] in ("[]", "{}"):
            if kind[:2] == "[]" and step != ANY:
                return f"{type_}: {spelled(path[:number])} is a list: write {spelled(path[:number])}[*]"
            kind = kind[2:]
            continue
        if not kind:
            return ""  # a scalar, or anything
        if step not in fields[kind] and step != ANY:
            return _missing(type_, path[:number], step, fields[kind])
        kind = "" if step == ANY else fields[kind][step]
    return ""


def _in_shape(type_: str, shape: Shape, path: tuple[str, ...], *, is_whole: bool) -> Answer:
    """What a shape knows of a path. Where nothing else is known, a key that is nearly one of its own is misspelled."""
    for number, step in enumerate(path):
        if isinstance(shape, list):
            if step != ANY:
                return Answer(f"{type_}: {spelled(path[:number])} is a list: write {spelled(path[:number])}[*]")
            shape = shape[0]
        elif isinstance(shape, dict):
            known = {key.rstrip("!+"): inner for key, inner in shape.items()}
            if ANY not in known and step != ANY and step not in known:
                if not is_whole and "did you mean" in nearest(step, known):
                    return Answer(_missing(type_, path[:number], step, known))
                return Answer(unknown=f"{spelled(path)}: not checked in {type_}: a placeholder there is ordinary text")
            shape = known.get(step, known.get(ANY, "any"))
        elif shape == "any":
            return Answer()
        else:
            return Answer(f"{type_}: {spelled(path[:number])} is no object ({shape}): it has no {step}")
    return Answer()


def _missing(type_: str, above: tuple[str, ...], step: str, known: Iterable[str]) -> str:
    where = f"{type_}: {spelled(above)}" if above else type_
    guess = nearest(step, known)
    return f"{where} has no {step}{guess if 'did you mean' in guess else ''}"
