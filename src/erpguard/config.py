"""The configuration: `erpguard.yaml`, or `[tool.erpguard]` in `pyproject.toml`, to validated settings.

The schema is `schemas/config.schema.json`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from erpguard.errors import ConfigurationError, PackError
from erpguard.model import Policy, Severity
from erpguard.model.environments import canonical_environment
from erpguard.shipped import shipped

LineOf = Callable[[Sequence[str | int]], int]
"""The line of the setting at a path, 0 where there are none."""

FILES = ("erpguard.yaml", "erpguard.yml", "pyproject.toml")

_LARGEST = 2**20
_TOML_KEY = r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'"""
_TOML_HEADER = rf"\s*\[\[?\s*((?:{_TOML_KEY})(?:\s*\.\s*(?:{_TOML_KEY}))*)\s*\]"
_TOML_PAIR = rf"\s*((?:{_TOML_KEY})(?:\s*\.\s*(?:{_TOML_KEY}))*)\s*="


def _no_line(path: Sequence[str | int]) -> int:
    return 0


class Settings(NamedTuple):
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
    accept_gaps: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    parameters: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    estate: Mapping[str, Any] = MappingProxyType({})
    opa: Mapping[str, Any] = MappingProxyType({})
    conftest: Mapping[str, Any] = MappingProxyType({})
    line_of: LineOf = _no_line

    def where(self, *path: str | int) -> str:
        """The file, and the line of a setting where the file is known: `erpguard.yaml:7`."""
        line = self.line_of(path)
        return f"{self.file or 'configuration'}:{line}" if line else self.file or "configuration"

    def rebased(self, prefix: str) -> Settings:
        """The same settings for a root above the configuration's folder: its globs get the folder's name before them.

        `prefix` is that folder, relative to the root, with forward slashes; empty for the root itself.
        """
        if not prefix:
            return self
        within = re.sub(r"([*?[])", r"[\1]", prefix) + "/"  # the name of a folder is no glob
        globs = {
            name: {within + glob: value for glob, value in self.estate[name].items()}
            for name in ("namespaces", "clusters")
            if name in self.estate
        }
        exclude = [within + glob.rstrip("/") for glob in self.exclude]
        # A glob without a slash is the name of files and folders at any depth; a leading `*` takes slashes anyway.
        names = [glob.rstrip("/") for glob in self.exclude if not glob.startswith("*")]
        exclude += [f"{within}*/{name}" for name in names if "/" not in name]
        return self._replace(exclude=tuple(exclude), estate={**self.estate, **globs})

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
        if self.partial:
            lines.append("what is missing is undetermined (partial)")
        if self.accept_gaps:
            lines.append("gaps of live systems accepted: " + ", ".join(self.accept_gaps))
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
            data = opened.read(_LARGEST + 1)
    except OSError as error:
        raise ConfigurationError(f"{shown}: cannot be read: {error.strerror}") from error
    if len(data) > _LARGEST:
        raise ConfigurationError(f"{shown}: larger than {_LARGEST // 2**20} MiB, which is no configuration")
    return _toml(data, shown) if path.endswith(".toml") else _yaml(data, shown)


def from_mapping(given: Mapping[str, Any], shown: str = "configuration") -> Settings:
    """The settings of a mapping of the schema's shape. Raises ConfigurationError."""
    return _settings(given, shown, "", _no_line)


def check_parameters(settings: Settings, policies: Mapping[str, Policy]) -> None:
    """Raise ConfigurationError where a parameter's policy, name or value is not one that exists."""
    for policy_id, given in settings.parameters.items():
        path: tuple[str, ...] = ("parameters", policy_id)
        if policy_id not in policies:
            raise ConfigurationError(f"{settings.where(*path)}: parameters: there is no policy {policy_id}")
        for name, value in given.items():
            if name == "environments":
                for environment, values in value.items():
                    for inner, special in values.items():
                        _check_parameter(settings, policies[policy_id], (*path, name, environment, inner), special)
            else:
                _check_parameter(settings, policies[policy_id], (*path, name), value)


def _check_parameter(settings: Settings, policy: Policy, path: tuple[str, ...], value: Any) -> None:
    import jsonschema

    known = {parameter.name: parameter for parameter in policy.parameters}
    where, name = settings.where(*path), path[-1]
    if name not in known:
        choices = f"there are {', '.join(sorted(known))}" if known else "it has none"
        raise ConfigurationError(f"{where}: {policy.id} has no parameter {name!r}: {choices}")
    try:
        jsonschema.validate(value, known[name].schema)
    except jsonschema.ValidationError as error:
        raise ConfigurationError(f"{where}: {policy.id}: {name}: {error.message}") from error
    except jsonschema.SchemaError as error:
        text = f"{policy.folder}{policy.file}: parameters: {name}: its schema is none: {error.message}"
        raise PackError(text) from error


def _canonical(parameters: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The parameters with their environments under the names that resources have: `prod` is `production`."""
    return {
        policy: {name: _merged(value) if name == "environments" else value for name, value in given.items()}
        for policy, given in parameters.items()
    }


def _merged(environments: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The values by canonical environment; of two spellings of one, the later wins where both speak."""
    merged: dict[str, dict[str, Any]] = {}
    for word, values in environments.items():
        merged.setdefault(canonical_environment(word), {}).update(values)
    return merged


def _as_written(path: Sequence[str | int], given: Mapping[str, Any]) -> list[str | int]:
    """The path to a setting with its environment as the configuration spells it."""
    steps = list(path)
    if len(steps) > 3 and steps[0] == "parameters" and steps[2] == "environments":
        for word, values in given["parameters"][steps[1]]["environments"].items():
            if canonical_environment(word) == steps[3] and all(name in values for name in steps[4:5]):
                return [*steps[:3], word, *steps[4:]]
    return steps


def _has_table(path: str) -> bool:
    try:
        with open(path, "rb") as opened:
            return b"[tool.erpguard" in opened.read(_LARGEST)
    except OSError:
        return True  # `load` says why it cannot be read


def _toml(data: bytes, shown: str) -> Settings:
    import tomllib

    from erpguard.sources.json_documents import is_deep

    try:
        text = data.decode()
        table: Any = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{shown}: not valid TOML: {error}") from error
    except RecursionError as error:
        raise ConfigurationError(f"{shown}: nested too deeply") from error
    for name in ("tool", "erpguard"):
        table = table.get(name, {}) if isinstance(table, dict) else {}
    if is_deep(table):
        raise ConfigurationError(f"{shown}: [tool.erpguard]: nested too deeply")

    return _settings(table, shown, shown, lambda path: _toml_line(text, path))


def _toml_line(text: str, path: Sequence[str | int]) -> int:
    """The line of the deepest key on the way to a setting; tomllib keeps no positions."""
    wanted = ["tool", "erpguard", *(step for step in path if isinstance(step, str))]
    best, depth = 1, 0
    table: list[str] = []
    for number, content in enumerate(text.split("\n"), 1):
        header, pair = re.match(_TOML_HEADER, content), re.match(_TOML_PAIR, content)
        if header:
            keys = table = _toml_keys(header[1])
        elif pair:
            keys = table + _toml_keys(pair[1])
        else:
            continue
        if len(keys) > depth and keys == wanted[: len(keys)]:
            best, depth = number, len(keys)
    return best


def _toml_keys(dotted: str) -> list[str]:
    return [key.strip("\"'") for key in re.findall(_TOML_KEY, dotted)]


def _yaml(data: bytes, shown: str) -> Settings:
    from erpguard.sources.yaml_documents import load as documents_of

    loaded = documents_of(data, shown)
    if loaded.problems:
        raise ConfigurationError(f"{loaded.problems[0].place}: {loaded.problems[0].message}")
    if not loaded.documents:
        return _settings({}, shown, shown, lambda path: 1)
    document, *others = loaded.documents
    if others:
        raise ConfigurationError(f"{others[0].place(())}: a second document: keep one")
    return _settings(document.value, shown, shown, lambda path: document.place(tuple(path)).line)


def _settings(given: Any, shown: str, file: str, line: LineOf) -> Settings:
    _validate(given, shown, line)
    lists = {
        name: tuple(given.get(name, ()))
        for name in ("paths", "exclude", "packs", "select", "ignore", "accept_gaps", "plugins")
    }
    return Settings(
        file=file,
        **lists,
        fail_on=Severity(given.get("fail_on", "low")),
        partial=given.get("partial", False),
        strict=given.get("strict", False),
        automation_id=given.get("automation_id", ""),
        parameters=_canonical(given.get("parameters", {})),
        estate=given.get("estate", {}),
        opa=given.get("opa", {}),
        conftest=given.get("conftest", {}),
        line_of=lambda path: line(_as_written(path, given)),
    )


def _validate(given: Any, shown: str, line: LineOf) -> None:
    import json
    from ipaddress import ip_network

    import jsonschema

    formats = jsonschema.FormatChecker(("date", "uuid"))
    formats.checks("cidr", ValueError)(lambda value: bool(ip_network(value, strict=False)))
    with open(os.path.join(shipped("schemas"), "config.schema.json"), encoding="utf-8") as opened:
        validator = jsonschema.Draft202012Validator(json.load(opened), format_checker=formats)
    error = jsonschema.exceptions.best_match(validator.iter_errors(given))
    if error is None:
        return
    path, message = list(error.absolute_path), error.message
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        known = [*error.schema.get("properties", {}), *error.schema.get("patternProperties", {})]
        path += [key for key in error.instance if not any(re.search(f"^({name})$", str(key)) for name in known)][:1]
        choices = "ids of policies, such as NET001" if known[0].startswith("^") else ", ".join(known)
        message = f"there is no such setting: choose from {choices}"
    where = ".".join(map(str, path))
    at = line(path)
    prefix = f"{shown}:{at}" if at else shown
    raise ConfigurationError(f"{prefix}: {where + ': ' if where else ''}{message[:300]}")
