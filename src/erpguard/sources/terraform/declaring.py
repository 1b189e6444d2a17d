"""Resource instances of a plan or state -> `Declared`: what is unset, what refers to what, and no secret left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from erpguard.model import Path
from erpguard.normalize.declared import Declared, Reference
from erpguard.normalize.scrubbing import Scrubber, is_secret_name
from erpguard.sources.terraform.addresses import module_steps, parse
from erpguard.sources.terraform.blocks import Blocks
from erpguard.sources.terraform.configuration import Configuration, Json, expressions
from erpguard.sources.terraform.instances import Contents, Instance
from erpguard.sources.terraform.origins import InstanceOrigin, PlanText
from erpguard.sources.terraform.provider_versions import constrained
from erpguard.sources.terraform.references import Instances, Resolver
from erpguard.sources.terraform.unset import Written, unset

_NOWHERE: frozenset[Path] = frozenset()
_WRITE_ONLY = {"azapi": "sensitive_body"}
"""Provider -> an attribute of which a plan has no value, and that settings may stand in
(https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/resource)."""

_NO_REFERENCES: dict[Path, tuple[Reference, ...]] = {}


class Declaring:
    """Makes the declarations of one plan or state.

    `locked` are the major versions of its providers, where they are known; else the configuration may tell them.
    `prefix` goes before the addresses, in a scan of several plans that have the same ones.
    """

    def __init__(self, contents: Contents, plan: PlanText, locked: Mapping[str, int], prefix: str = "") -> None:
        self._prefix = prefix
        self._contents = contents
        self._plan = plan
        self.configuration = Configuration(contents.configuration)
        self._versions = {**constrained(self.configuration.providers), **locked}
        present = (one.address for one in contents.instances if one.change != "delete")
        self._resolver = Resolver(self.configuration, Instances(present, prefix), contents.variables)
        self._blocks = Blocks()
        # Thousands of resources of one type have the same few sets of paths.
        self._paths: dict[Path, Path] = {}
        self._sets: dict[frozenset[Path], frozenset[Path]] = {}

    def run(self) -> Iterator[Declared]:
        """The declarations, in the order of the file. The instances are handed over, one by one."""
        _note_secret_variables(self._contents, self.configuration)
        scrubber, scalars = self._contents.secrets.scrubber(), self._scalars()
        instances = self._contents.instances
        instances.reverse()
        while instances:
            yield self._declared(instances.pop(), scrubber, scalars)

    def _declared(self, one: Instance, scrubber: Scrubber | None, scalars: Mapping[str, set[str]]) -> Declared:
        if scrubber is not None:
            removed = scrubber.values(one.values)
            one.sensitive |= removed
            if one.before:
                removed = scrubber.values(one.before)
                one.sensitive |= removed if one.change == "delete" else set()
        written = self._written(one)
        nobodys: set[Path] = set()
        references = _NO_REFERENCES
        if written is not None:
            own = parse(one.address)
            one.unknown |= self._write_only(one, written, own.module)
            nobodys = unset(
                Written(one.values, one.mask, written, one.change in ("create", "replace"), self._dynamic(one)),
                lambda expression: self._resolver.is_null(expression, own.module),
                scalars.get(one.type, set()),
            )
            nobodys -= one.sensitive
            references = self._references(one, written, nobodys) or _NO_REFERENCES
        return Declared(
            self._prefix + one.address,
            one.provider,
            one.type,
            one.values,
            InstanceOrigin(self._plan, one.start, one.prefix, one.address),
            unknown=self._shared((one.unknown | one.sensitive) - nobodys),
            sensitive=self._shared(one.sensitive),
            unset=self._shared(nobodys),
            references=references,
            change=one.change,
            before=one.before,
            defaults=self._versions.get(one.provider, 0),
        )

    def _write_only(self, one: Instance, written: Json, module: str) -> set[Path]:
        """Attributes that are set, and that no plan shows."""
        name = _WRITE_ONLY.get(one.provider, "")
        expression = expressions(written).get(name)
        return {(name,)} if expression is not None and not self._resolver.is_null(expression, module) else set()

    def _dynamic(self, one: Instance) -> frozenset[Path] | None:
        return self._plan.hcl.dynamic(one.address) if self._plan.hcl is not None else None

    def _written(self, one: Instance) -> Json | None:
        """What is written of a resource; None if the plan does not have it."""
        if one.change == "delete" or one.prefix != ("change", "after") or not self.configuration.known:
            return None
        own = parse(one.address)
        module = self.configuration.module(module_steps(own.module))
        return module.resources.get(own.resource) if module is not None else None

    def _references(self, one: Instance, written: Json, nobodys: set[Path]) -> dict[Path, tuple[Reference, ...]]:
        found: dict[Path, tuple[Reference, ...]] = {}
        tried: set[Path] = set()
        asked = expressions(written)
        for path in one.unknown:
            if path in nobodys or not path or path[0] not in asked:
                continue
            place = self._blocks.configured(written, one.values, path)
            if place is None or place.path in tried:
                continue
            tried.add(place.path)
            references = self._resolver.references(place.expression, one.address, written)
            if references:
                found[self._path(place.path)] = references
        return dict(sorted(found.items(), key=lambda item: str(item[0]))) if len(found) > 1 else found

    def _scalars(self) -> dict[str, set[str]]:
        """Type -> attributes that some resource of the type has as a single value."""
        found: dict[str, set[str]] = {}
        for one in self._contents.instances:
            known = found.setdefault(one.type, set())
            known.update(key for key, value in one.values.items() if isinstance(value, (str, int, float)))
        return found

    def _shared(self, paths: set[Path]) -> frozenset[Path]:
        if not paths:
            return _NOWHERE
        frozen = frozenset(paths)
        known = self._sets.get(frozen)
        if known is None:
            known = self._sets[frozen] = frozenset(map(self._path, paths))
        return known

    def _path(self, path: Path) -> Path:
        return self._paths.setdefault(path, path)


def _note_secret_variables(contents: Contents, configuration: Configuration) -> None:
    """Variables that are marked as sensitive, and what is passed to them as it is written."""
    secrets = contents.secrets
    for module, call in configuration.modules():
        for name, variable in module.variables.items():
            if not variable.get("sensitive"):
                continue
            secrets.add(variable.get("default"))
            if call is None:
                secrets.add(contents.variables.get(name))
            else:
                secrets.add((call.arguments.get(name) or {}).get("constant_value"))
    for name, value in contents.variables.items():
        if is_secret_name(name):
            secrets.add(value)
    for provider in configuration.providers.values():
        for name, expression in _constants(provider.get("expressions")):
            if is_secret_name(name):
                secrets.add(expression)


def _constants(expressions: Any) -> Iterator[tuple[str, Any]]:
    for name, expression in expressions.items() if isinstance(expressions, dict) else ():
        if isinstance(expression, dict) and "constant_value" in expression:
            yield name, expression["constant_value"]
