"""Writes `src/erpguard/packs/kubernetes_fields.json`: the kinds of Kubernetes and the names of their fields.

    python -m tools.kubernetes_fields

They are those of the API that the installed Python client was generated from (github.com/kubernetes-client/python).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import kubernetes
from kubernetes.client import models

FILE = Path(__file__).parent.parent / "src" / "erpguard" / "packs" / "kubernetes_fields.json"

_CREATE = re.compile(r"def create_(?:namespaced_)?\w+\(\s+self,.*?\bbody: (\w*V\d\w+),", re.DOTALL)
_PATH = re.compile(r"resource_path='/apis?/(?:(?P<group>[\w.]+)/)?(?P<version>v\w+)/")
_KIND = re.compile(r"(?:[A-Z][a-z]+)?V\d+(?:(?:alpha|beta)\d+)?(\w+)")
_MODEL = re.compile(r"kubernetes\.client\.models\.\w+\.(\w+)")


def main() -> None:
    """Write the file, if it has changed."""
    wanted = text()
    if not FILE.is_file() or FILE.read_text(encoding="utf-8") != wanted:
        FILE.write_text(wanted, encoding="utf-8", newline="\n")


def text() -> str:
    """The file as it has to be: types with their versions and models, and the fields of the models.

    A field is "" (a scalar, or anything), or the name of its model; "[]" before it is a list, "{}" free keys.
    """
    types, fields = {}, dict[str, Any]()
    for type_, (version, model) in sorted(_types().items()):
        types[type_] = [version, model]
        _add(fields, model)
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(fields[name], sort_keys=True)}" for name in sorted(fields))
    kinds = ",\n".join(f"    {json.dumps(name)}: {json.dumps(given)}" for name, given in types.items())
    client = json.dumps(kubernetes.__version__)
    return f'{{\n  "client": {client},\n  "types": {{\n{kinds}\n  }},\n  "fields": {{\n{lines}\n  }}\n}}\n'


def _types() -> dict[str, tuple[str, str]]:
    """Canonical type -> its most stable version, and the model of that."""
    found: dict[str, tuple[str, str]] = {}
    folder = Path(str(import_module("kubernetes.client.api").__file__)).parent
    for file in sorted(folder.glob("*_v*_api.py")):
        source = file.read_text(encoding="utf-8")
        path = _PATH.search(source)
        for model in dict.fromkeys(_CREATE.findall(source)):
            kind = _KIND.fullmatch(model)
            if path is None or kind is None or "api_version" not in getattr(models, model).model_fields:
                continue
            group, version = path["group"] or "core", path["version"]
            type_ = f"{group}/{kind[1]}"
            if type_ not in found or _rank(version) > _rank(found[type_][0]):
                found[type_] = (version, model)
    return found


def _rank(version: str) -> tuple[bool, bool, int]:
    """Stable versions before betas before alphas, then the newest."""
    return "alpha" not in version and "beta" not in version, "alpha" not in version, int(re.findall(r"\d+", version)[0])


def _add(fields: dict[str, Any], model: str) -> None:
    waiting = [model]
    while waiting:
        name = waiting.pop()
        if name not in fields:
            fields[name] = dict(_fields(name))
            waiting += [inner.lstrip("[]{}") for inner in fields[name].values() if inner.lstrip("[]{}")]


def _fields(model: str) -> Iterator[tuple[str, str]]:
    for name, field in getattr(models, model).model_fields.items():
        yield field.serialization_alias or name, _kind(str(field.annotation))


def _kind(annotation: str) -> str:
    prefix = ("{}" if "Dict[" in annotation else "") + ("[]" if "List[" in annotation else "")
    inner = _MODEL.search(annotation)
    is_object = inner is not None and _KIND.fullmatch(inner[1]) is not None
    return prefix + (inner[1] if inner and is_object else "")


if __name__ == "__main__":
    main()
