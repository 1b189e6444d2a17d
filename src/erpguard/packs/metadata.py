"""METADATA: what a policy says of itself, read from its file or from the index of a wheel.

An OPA METADATA block at package scope (openpolicyagent.org/docs/policy-language/#metadata).
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from erpguard.errors import PackError
from erpguard.model import Control, Framework, Parameter, Policy, Reference, Severity
from erpguard.model.kinds import GROUPS
from erpguard.packs.files import text

LIBRARY = "lib"
CONTROLS = "controls"
_ID = r"[A-Z]+[0-9]{3}"
_PACKAGE = r"(?m)^package\s+(\S+)"


class Misfit(PackError):
    """What METADATA says does not fit: in which file, at which key, and why."""

    def __init__(self, file: str, reason: str, key: str = "") -> None:
        super().__init__(f"{file}: {reason}")
        self.file, self.reason, self.key = file, reason, key

    def placed(self, folder: str) -> str:
        """The text with the line of the key, else of the METADATA."""
        lines = text(folder, self.file).split("\n")
        name = re.escape(self.key)
        for pattern in (rf"#(?:.*[\s{{,])?{name}\s*:|{name}\s", "# METADATA") if name else ("# METADATA",):
            found = next((number for number, line in enumerate(lines, 1) if re.match(pattern, line)), 0)
            if found:
                return f"{self.file}:{found}: {self.reason}"
        return str(self)


def make_index(folder: str) -> dict[str, Any]:
    """What a wheel carries as `index.json`: the METADATA of the policies and the frameworks, by file."""
    policies = [{"file": file, "metadata": metadata} for file, metadata in read_entries(folder)]
    controls = [{"file": file, "framework": framework} for file, framework in _read_frameworks(folder)]
    return {"policies": policies, "controls": controls}


def is_module(name: str) -> bool:
    """Whether a file is Rego that is judged by: no test of it, and not hidden, as an editor's copy is."""
    return name.endswith(".rego") and not name.endswith("_test.rego") and not name.startswith(".")


def read_entries(folder: str) -> list[tuple[str, dict[str, Any]]]:
    """(file relative to the folder, METADATA with the package added) of every policy, sorted by file."""
    entries = []
    for pack in sorted(os.listdir(folder)):
        where = os.path.join(folder, pack)
        if pack in (LIBRARY, CONTROLS) or pack.startswith(".") or not os.path.isdir(where):
            continue
        for name in sorted(filter(is_module, os.listdir(where))):
            file = f"{pack}/{name}"
            entries.append((file, _metadata(file, text(folder, file))))
    return entries


def _metadata(file: str, source: str) -> dict[str, Any]:
    import yaml

    lines = list(map(str.rstrip, source.split("\n")))
    if "# METADATA" not in lines:
        advice = "begin the file with `# METADATA`, as `erpguard policies new` writes it"
        raise PackError(f"{file}: no METADATA block: {advice}{elsewhere(source)}")
    start = lines.index("# METADATA") + 1
    block = []
    for line in lines[start:]:
        if not line.startswith("#"):
            break
        block.append(line[1:].removeprefix(" "))
    try:
        metadata = yaml.load("\n".join(block), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise _not_yaml(error, file, start, "METADATA is ") from error
    package = re.search(_PACKAGE, source)
    if package is None or not isinstance(metadata, dict):
        raise PackError(f"{file}: a policy needs a package and a METADATA block that is a mapping")
    return {**metadata, "package": package[1]}


def elsewhere(source: str) -> str:
    """What to do with a module that was not written for a folder of packs; empty where it was."""
    package = re.search(_PACKAGE, source)
    is_ours = package is None or package[1].startswith("erpguard.")
    return "" if is_ours else "; packages as conftest has them are for --conftest"


def _read_frameworks(folder: str) -> Iterator[tuple[str, Any]]:
    """(file relative to the folder, content) of every `controls/<framework>.yaml`, sorted by file."""
    where = os.path.join(folder, CONTROLS)
    for name in sorted(os.listdir(where)) if os.path.isdir(where) else ():
        if name.endswith(".yaml"):
            import yaml

            file = f"{CONTROLS}/{name}"
            try:
                yield file, yaml.load(text(folder, file), Loader=yaml.CSafeLoader)
            except yaml.YAMLError as error:
                raise _not_yaml(error, file) from error


def _not_yaml(error: Exception, file: str, before: int = 0, what: str = "") -> PackError:
    """The error for YAML that begins after so many lines of a file: one line, with the place."""
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", "") or str(error).partition("\n")[0]
    return PackError(f"{file}:{before + 1 + (mark.line if mark else 0)}: {what}not valid YAML: {reason}")


def add_controls(entries: Iterable[Mapping[str, Any]], policies: dict[str, Policy]) -> None:
    """Tell the policies which controls they check; PackError for an id that is used twice or that no policy has."""
    taken = {control.framework.id for policy in policies.values() for control in policy.controls}
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        file = entry["file"]
        for control, names in _controls(file, entry["framework"]):
            if control.framework.id in taken:
                raise PackError(f"{file}: there is a framework {control.framework.id} already: call this one otherwise")
            if (control.framework.id, control.id) in seen:
                raise PackError(f"{file}: the control {control.id} of {control.framework.id} is there twice")
            seen.add((control.framework.id, control.id))
            for name in names:
                if name not in policies:
                    raise PackError(f"{file}: control {control.id}: there is no policy {name}")
                policies[name] = policies[name]._replace(controls=(*policies[name].controls, control))


def _controls(file: str, given: Any) -> list[tuple[Control, list[str]]]:
    """The controls of a framework, with the ids of the policies that check them."""
    try:
        framework = Framework(given["id"], given["name"], given["version"], given["url"], given.get("organization", ""))
        found = [(Control(one["id"], one["title"], framework), list(one["policies"])) for one in given["controls"]]
    except KeyError as error:
        raise PackError(f"{file}: {error.args[0]} is missing") from error
    except (AttributeError, TypeError) as error:
        raise PackError(f"{file}: is no framework: docs/writing-policies.md shows one") from error
    texts = [*framework, *(text for control, names in found for text in (*control[:2], *names))]
    wrong = next((value for value in texts if not isinstance(value, str)), None)
    if wrong is not None:
        raise PackError(f"{file}: {str(wrong)[:80]} has to be a text: put it in quotes")
    return found


def make_policy(file: str, metadata: Mapping[str, Any], folder: str = "") -> Policy:
    """The policy that METADATA describes; PackError names what is missing or wrong."""
    custom = metadata.get("custom") or {}
    try:
        _check_kinds({**metadata, **custom})
        _check_keys(custom, _CUSTOM, "custom")
        _check_parameters(custom.get("parameters", {}))
        _check_scalars(custom.get("fix", {}))
        policy = read_policy(file, {**metadata, "custom": custom}, folder)
    except KeyError as error:
        raise Misfit(file, f"METADATA has no {error.args[0]}: add it") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise Misfit(file, f"METADATA: {error.args[0]}", *error.args[1:]) from error
    if not isinstance(policy.id, str) or not re.fullmatch(_ID, policy.id):
        raise Misfit(file, f"the id {policy.id!r} is not letters and three digits", "id")
    return policy


def read_policy(file: str, metadata: Mapping[str, Any], folder: str = "") -> Policy:
    """The policy of METADATA that was checked before: what an index holds."""
    custom = metadata["custom"]
    severity = _severity(custom["severity"])
    pack, _, name = file.removesuffix(".rego").removesuffix(".py").partition("/")
    return Policy(
        id=custom["id"],
        name=name.replace("_", "-"),
        pack=pack,
        package=metadata["package"],
        title=metadata["title"],
        description=metadata["description"],
        severity=severity,
        severities=tuple(map(_severity, custom["severities"])) if "severities" in custom else (severity,),
        resource_types=_types(custom["resource_types"]),
        reads=tuple(sorted(custom["reads"])),
        judged={field: tuple(values) for field, values in custom.get("judged", {}).items()},
        absence_of=tuple(custom.get("absence_of", ())),
        message=custom["message"],
        remediation=custom["remediation"],
        parameters=tuple(_parameter(name, given) for name, given in custom.get("parameters", {}).items()),
        references=tuple(
            Reference(page["ref"], page.get("description", page["ref"]))
            for page in metadata.get("related_resources", ())
        ),
        scope=custom.get("scope", "resource"),
        file=file,
        aliases=tuple(custom.get("aliases", ())),
        deprecated=bool(custom.get("deprecated", False)),
        fix=custom.get("fix", {}),
        only_if=custom.get("only_if", ""),
        folder=folder,
    )


_KINDS: Mapping[str, type] = {
    **dict.fromkeys(("title", "description", "message", "remediation", "only_if", "scope"), str),
    **dict.fromkeys(("resource_types", "reads", "absence_of", "aliases", "severities", "related_resources"), list),
    **dict.fromkeys(("judged", "parameters", "fix"), dict),
}
_CUSTOM = frozenset((*_KINDS, "id", "severity", "deprecated")) - {"title", "description", "related_resources"}
_OF_PARAMETERS = frozenset(("description", "schema", "default", "environments"))
_READ = r"(?s)(?!views\b).+|views\.\w+\.\w+.*"


def _check_keys(given: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """ValueError for a key that nobody reads: what was meant by it would be missing."""
    for key in given.keys() - known:
        import difflib

        near = difflib.get_close_matches(str(key), known, n=1)
        raise ValueError(f"{where}: there is no key {key}{f': did you mean {near[0]}?' if near else ''}", str(key))


def _check_kinds(given: Mapping[str, Any]) -> None:
    """ValueError where a value is not of the kind that it has to be; `policies check` tells all that is wrong."""
    for name, kind in _KINDS.items():
        if name in given and not isinstance(given[name], kind):
            wanted = "text" if kind is str else "list" if kind is list else "mapping"
            raise ValueError(f"{name} has to be a {wanted}", name)
    for name in ("resource_types", "reads", "absence_of", "aliases"):
        if not all(isinstance(one, str) for one in given.get(name, ())):
            raise ValueError(f"{name} has to be a list of texts", name)
    for read in given.get("reads", ()):
        if not re.fullmatch(_READ, read):
            raise ValueError(f"reads: {read} names a view without a field", "reads")


def _severity(given: Any) -> Severity:
    try:
        return Severity(given)
    except ValueError:
        raise ValueError(f"the severity {given} is none of {', '.join(Severity)}", "severity") from None


def _check_scalars(given: Mapping[str, Any]) -> None:
    for key, value in given.items():
        if not isinstance(value, (bool, int, str)):
            raise ValueError(f"the fix of {key} is no scalar", "fix")


def _types(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(type_ for name in names for type_ in GROUPS.get(name, (name,)))


def _check_parameters(given: Mapping[Any, Any]) -> None:
    for name, parameter in given.items():
        if not isinstance(name, str):  # `on` is true in YAML
            raise ValueError(f"parameters: {name} has to be a text: put it in quotes", "parameters")
        _check_keys(parameter, _OF_PARAMETERS, f"parameters: {name}")


def _parameter(name: str, given: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name, given.get("description", ""), given["schema"], given["default"], given.get("environments", {})
    )
