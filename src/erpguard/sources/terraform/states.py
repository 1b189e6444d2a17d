"""The resources of a state: as `terraform show -json` prints it, and as Terraform stores it (`terraform.tfstate`).

The stored form is not documented to be stable; its version 4 has been the same since Terraform 0.12.
"""

from __future__ import annotations

from collections.abc import Iterator
from json import dumps
from typing import Any

from erpguard.model import Path
from erpguard.sources.json_members import Element, JsonText, Member
from erpguard.sources.terraform.instances import Contents, Instance, Json, provider_of
from erpguard.sources.terraform.masks import conceal_named, mask
from erpguard.sources.terraform.origins import is_wrapped
from erpguard.sources.terraform.plan_changes import DEPOSED

STORED_VERSION = 4
"""The version of the stored form that is read."""

_DEEPEST = 64


class ShownState:
    """Takes the `values` of a state as it is shown: modules within modules, each with its resources."""

    def __init__(self, text: JsonText, contents: Contents) -> None:
        self._text = text
        self._contents = contents
        self._seen: set[str] = set()

    def take(self, values: Member) -> None:
        """Add the instances of all modules."""
        for member in values.members():
            if member.key == "root_module":
                self._module(member)
            elif member.key == "outputs":
                note_outputs(member.value(), self._contents)

    def _module(self, module: Member, depth: int = 0) -> None:
        for member in module.members():
            if member.key == "resources":
                for element in member.elements():
                    self._resource(element)
            elif member.key == "child_modules" and depth < _DEEPEST:
                for child in member.items():
                    self._module(child, depth + 1)

    def _resource(self, element: Element) -> None:
        given = element.value
        if not isinstance(given, dict) or not all(isinstance(given.get(key), str) for key in ("address", "type")):
            text = "a resource of the state has no address or no type: write the state again"
            self._contents.problems.append(self._text.problem("terraform-state", text, element.start))
            return
        if given.get("mode", "managed") != "managed":
            return
        if given.get("deposed_key"):
            self._contents.skip(DEPOSED)
            return
        if given["address"] in self._seen:
            text = f"{given['address']} stands twice in the state, only the first counts: write it again"
            self._contents.problems.append(self._text.problem("duplicate-address", text, element.start))
            return
        self._seen.add(given["address"])
        values = given.get("values")
        values = values if isinstance(values, dict) else {}
        hidden = mask(values, None, given.get("sensitive_values"), self._contents.secrets).sensitive
        if "sensitive_values" not in given:
            hidden |= conceal_named(given["type"], values, self._contents.secrets)
        self._contents.instances.append(
            Instance(
                given["address"],
                given["type"],
                provider_of(given.get("provider_name"), given["type"]),
                element.start,
                ("values",),
                values,
                sensitive=hidden,
            )
        )


class StoredState:
    """Takes the entries of `resources` of a stored state, each with its instances."""

    def __init__(self, text: JsonText, contents: Contents) -> None:
        self._text = text
        self._contents = contents
        self._seen: set[str] = set()

    def take(self, element: Element) -> None:
        """Add the instances of an entry."""
        given = element.value
        if not isinstance(given, dict) or not all(isinstance(given.get(key), str) for key in ("type", "name")):
            self._problem("terraform-state", "a resource of the state has no type or no name: write it again", element)
            return
        if given.get("mode", "managed") != "managed":
            return
        instances = given.get("instances")
        for index, instance in enumerate(instances if isinstance(instances, list) else ()):
            if isinstance(instance, dict):
                self._instance(given, instance, ("instances", index), element)

    def _instance(self, given: Json, instance: Json, path: Path, element: Element) -> None:
        address = _address(given, instance.get("index_key"))
        if instance.get("deposed"):
            self._contents.skip(DEPOSED)
            return
        values = instance.get("attributes")
        if not isinstance(values, dict):
            text = f"{address} has attributes in a form of Terraform 0.11: run `terraform refresh` with a newer one"
            self._problem("terraform-state", text, element)
            return
        if address in self._seen:
            self._problem(
                "duplicate-address",
                f"{address} stands twice in the state, only the first counts: write it again",
                element,
            )
            return
        self._seen.add(address)
        values = {key: _unwrapped(value) for key, value in values.items()}
        hidden = set()
        for marked in _sensitive(instance.get("sensitive_attributes")):
            hidden |= mask(values, None, _as_mask(marked), self._contents.secrets).sensitive
        # Attributes that are sensitive by the provider's schema were not always marked in the stored form.
        hidden |= conceal_named(given["type"], values, self._contents.secrets)
        self._contents.instances.append(
            Instance(
                address,
                given["type"],
                provider_of(given.get("provider"), given["type"]),
                element.start,
                (*path, "attributes"),
                values,
                sensitive=hidden,
            )
        )

    def _problem(self, code: str, text: str, element: Element) -> None:
        self._contents.problems.append(self._text.problem(code, text, element.start))


def note_outputs(given: Any, contents: Contents) -> None:
    """Note the sensitive outputs of a state."""
    for output in given.values() if isinstance(given, dict) else ():
        if isinstance(output, dict) and output.get("sensitive"):
            contents.secrets.add(output.get("value"))


def _address(given: Json, key: Any) -> str:
    """The address of an instance, as a plan would write it."""
    module = f"{given['module']}." if isinstance(given.get("module"), str) and given["module"] else ""
    suffix = ""
    if isinstance(key, str):
        suffix = f"[{dumps(key, ensure_ascii=False)}]"
    elif isinstance(key, int):
        suffix = f"[{key}]"
    return f"{module}{given['type']}.{given['name']}{suffix}"


def _unwrapped(value: Any) -> Any:
    """The value of an attribute whose type differs from resource to resource: it is stored with its type."""
    if isinstance(value, dict) and is_wrapped(value) and isinstance(value["type"], (str, list)):
        return value["value"]
    return value


def _sensitive(given: Any) -> Iterator[Path]:
    """The paths that a stored state marks: `[{"type": "get_attr", "value": "input"}, ...]`."""
    for one in given if isinstance(given, list) else ():
        # Terraform 0.15 wrote a single step without the list around it.
        steps = one if isinstance(one, list) else [one]
        path = tuple(step for step in map(_step, steps) if step is not None)
        if path:
            yield path


def _step(given: Any) -> str | int | None:
    value = given.get("value") if isinstance(given, dict) else None
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, (str, int)) and not isinstance(value, bool) else None


def _as_mask(path: Path) -> Any:
    """A mask of one marked path. Lists have no masks of one item, so that an item stands for the whole list."""
    if not path or isinstance(path[0], int):
        return True
    return {path[0]: _as_mask(path[1:])}
