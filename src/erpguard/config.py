"""The configuration: `erpguard.yaml`, or `[tool.erpguard]` in `pyproject.toml`, to validated settings.

The schema is `schemas/config.schema.json`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from erpguard.errors import ConfigurationError
from erpguard.model import Policy, Severity
from erpguard.shipped import shipped

FILES = ("erpguard.yaml", "erpguard.yml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Settings:
    """A validated configuration; `file` is where it came from, empty for the defaults and for mappings."""

    file: str = ""
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity = Severity.LOW
    partial: bool = False
    strict: bool = False
    automation_id: str = ""
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    estate: Mapping[str, Any] = field(default_factory=dict)

    def switched_off(self) -> list[str]:
        """What the configuration takes away from a full scan, a line each."""
        lines = []
        if self.exclude:
            lines.append("files left out: " + ", ".join(self.exclude))
        if self.packs:
            lines.append("only these packs: " + ", ".join(self.packs))
        if self.select:
            lines.append("only these policies: " + ", ".join(self.select))
        if self.ignore:
            lines.append("policies left out: " + ", ".join(self.ignore))
        if self.fail_on is not Severity.LOW:
            lines.append(f"findings below {self.fail_on} do not fail")
        lines += [
            f"parameters of {policy} changed: {', '.join(sorted(given))}"
            for policy, given in sorted(self.parameters.items())
        ]
        lines += [f"estate setting changed: {name}" for name in sorted(self.estate)]
        return lines


def find(folder: str) -> str | None:
    """The configuration file in a folder; None if there is none. A pyproject.toml counts if it has our table."""
    for name in FILES:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and (name != "pyproject.toml" or _has_table(path)):
            return path
    return None


def load(path: str, shown: str = "") -> Settings:
    """The settings of a file. Raises ConfigurationError with file, line and what to do; `shown` is its name there."""
    shown = shown or path
    try:
        with open(path, "rb") as opened:
            data = opened.read()
    except OSError as error:
        raise ConfigurationError(f"{shown}: cannot be read: {error.strerror}") from error
    return _toml(data, shown) if path.endswith(".toml") else _yaml(data, shown)


def from_mapping(given: Mapping[str, Any], shown: str = "configuration") -> Settings:
    """The settings of a mapping of the schema's shape. Raises ConfigurationError."""
    return _settings(given, shown, "", lambda path: 0)


def check_parameters(settings: Settings, policies: Mapping[str, Policy]) -> None:
    """Raise ConfigurationError where a parameter's policy, name or value is not one that exists."""
    for policy_id, given in settings.parameters.items():
        if policy_id not in policies:
            raise ConfigurationError(f"{settings.file or 'configuration'}: parameters: there is no policy {policy_id}")
        policy = policies[policy_id]
        layers = [("", {key: value for key, value in given.items() if key != "environments"})]
        layers += [(f" ({name})", values) for name, values in given.get("environments", {}).items()]
        for where, values in layers:
            for name, value in values.items():
                _check_parameter(policy, name, value, f"{settings.file or 'configuration'}: {policy_id}{where}")


def _check_parameter(policy: Policy, name: str, value: Any, where: str) -> None:
    import jsonschema

    known = {parameter.name: parameter for parameter in policy.parameters}
    if name not in known:
        choices = ", ".join(sorted(known)) or "it has none"
        raise ConfigurationError(f"{where}: no parameter {name!r}: {choices}")
    try:
        jsonschema.validate(value, known[name].schema)
    except jsonschema.ValidationError as error:
        raise ConfigurationError(f"{where}: {name}: {error.message}") from error


def _has_table(path: str) -> bool:
    with open(path, "rb") as opened:
        return b"[tool.erpguard" in opened.read()


def _toml(data: bytes, shown: str) -> Settings:
    import tomllib

    try:
        text = data.decode()
        table = tomllib.loads(text).get("tool", {}).get("erpguard", {})
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{shown}: not valid TOML: {error}") from error

    def line(path: Sequence[str | int]) -> int:
        # tomllib keeps no positions: the first line that starts with the innermost key is near enough.
        keys = [str(step) for step in path if isinstance(step, str)] or ["[tool.erpguard"]
        lines = text.split("\n")
        return next((n for n, content in enumerate(lines, 1) if content.lstrip().startswith(keys[-1])), 1)

    return _settings(table, shown, shown, line)


def _yaml(data: bytes, shown: str) -> Settings:
    import yaml

    try:
        text = data.decode()
        given = yaml.load(text, Loader=yaml.CSafeLoader)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{shown}:{mark.line + 1}:{mark.column + 1}" if mark else shown
        raise ConfigurationError(f"{where}: not valid YAML: {getattr(error, 'problem', error)}") from error

    def line(path: Sequence[str | int]) -> int:
        node, found = root, root
        for step in path:
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == str(step)), None)
                if pair is None:
                    break
                found, node = pair
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                found = node = node.value[step]
        return found.start_mark.line + 1 if found is not None else 1

    return _settings({} if given is None else given, shown, shown, line)


def _settings(given: Any, shown: str, file: str, line: Any) -> Settings:
    _validate(given, shown, line)
    lists = {name: tuple(given.get(name, ())) for name in ("paths", "exclude", "packs", "select", "ignore")}
    return Settings(
        file=file,
        **lists,
        fail_on=Severity(given.get("fail_on", "low")),
        partial=given.get("partial", False),
        strict=given.get("strict", False),
        automation_id=given.get("automation_id", ""),
        parameters=given.get("parameters", {}),
        estate=given.get("estate", {}),
    )


def _validate(given: Any, shown: str, line: Any) -> None:
    import json

    import jsonschema

    with open(os.path.join(shipped("schemas"), "config.schema.json"), encoding="utf-8") as opened:
        validator = jsonschema.Draft202012Validator(json.load(opened))
    error = jsonschema.exceptions.best_match(validator.iter_errors(given))
    if error is None:
        return
    path = list(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        unexpected = [key for key in error.instance if key not in error.schema.get("properties", {})]
        path += unexpected[:1]
    where = ".".join(map(str, path))
    at = line(path)
    prefix = f"{shown}:{at}" if at else shown
    raise ConfigurationError(f"{prefix}: {where + ': ' if where else ''}{error.message}")
