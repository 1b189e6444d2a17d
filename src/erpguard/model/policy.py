"""A policy: what its METADATA block says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from erpguard.model.finding import Severity


class Reference(NamedTuple):
    """A page that a policy follows or explains itself with."""

    url: str
    description: str


class Parameter(NamedTuple):
    """One setting of a policy: a JSON Schema, the default, and defaults of single environments."""

    name: str
    description: str
    schema: Mapping[str, Any]
    default: Any
    environments: Mapping[str, Any] = MappingProxyType({})


class Framework(NamedTuple):
    """A compliance framework, in the version whose controls are meant."""

    id: str
    name: str
    version: str
    url: str
    organization: str = ""


class Control(NamedTuple):
    """One demand of a framework that a policy checks, or a part of it."""

    id: str
    title: str
    framework: Framework

    def __str__(self) -> str:
        return f"{self.framework.name} {self.framework.version}, {self.id}: {self.title}"


class Policy(NamedTuple):
    """One row of the catalogue.

    `name` is kebab-case, `package` the Rego package. `severities` is the closed list that a violation may choose
    from. `resource_types` are the types whose objects are judged. `reads` are the body paths
    (`spec.rules[*].host`), attributes (`environment`) and view fields (`views.containers.memory_limit`) that the
    condition rests on. `judged` narrows: field -> accepted values. `absence_of` are types whose absence the
    condition rests on. `message` is a template over the violation's values and `{kind}`, `{name}`, `{namespace}`.
    `only_if` names a parameter: where it is false the policy applies to nothing.
    `fix` is the whole remedy where it is mechanical: the last key of a finding's path -> the value that it should have.
    `only_advises`: what it finds is told, and fails no scan.
    `folder` is what messages show before the file, and empty for what ships with erpguard.
    """

    id: str
    name: str
    pack: str
    package: str
    title: str
    description: str
    severity: Severity
    severities: tuple[Severity, ...]
    resource_types: tuple[str, ...]
    reads: tuple[str, ...]
    judged: Mapping[str, tuple[str, ...]]
    absence_of: tuple[str, ...]
    message: str
    remediation: str
    parameters: tuple[Parameter, ...]
    references: tuple[Reference, ...]
    scope: str = "resource"
    file: str = ""
    aliases: tuple[str, ...] = ()
    deprecated: bool = False
    fix: Mapping[str, Any] = MappingProxyType({})
    controls: tuple[Control, ...] = ()
    only_if: str = ""
    only_advises: bool = False
    folder: str = ""

    @property
    def shown(self) -> str:
        """The file in messages."""
        return f"{self.folder}{self.file}"

    @property
    def views(self) -> tuple[str, ...]:
        """The views that the policy reads, sorted."""
        return tuple(sorted({read.split(".")[1] for read in self.reads if read.startswith("views.")}))


class Part(NamedTuple):
    """The packs of one folder.

    shown     the folder as it stands before the names of its files; empty for what ships with erpguard
    policies  by id, sorted
    modules   the Rego modules that they share, relative to the folder
    code      policies in Python by id; then there is no folder
    """

    folder: str
    shown: str
    policies: Mapping[str, Policy]
    modules: tuple[str, ...]
    code: Mapping[str, Any] = MappingProxyType({})

    @property
    def is_shipped(self) -> bool:
        """Whether it is ours, and judged in this process."""
        return not self.shown
