"""The environment of a container, from `env` and `envFrom`.

Precedence and `$(NAME)`: kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from erpguard.analysis import Analyses
from erpguard.analysis.values.nodes import HIDDEN, UNSET, Node, Setting
from erpguard.analysis.workloads.mounted_files import config_map_value
from erpguard.analysis.workloads.pods import Container, Pod
from erpguard.normalize.shapes import has_placeholder

_REFERENCE = re.compile(r"\$(\$|\(([^()\s]+)\))")


@dataclass(slots=True)
class Environment:
    """The variables of a container.

    variables  name -> its text, in which `${...}` stands for what is not known, and where it is set
    hidden     prefixes of the names that may be there besides (an `envFrom` whose object is not in the estate)
    unread     whether entries could not be read, so that anything may be there
    """

    variables: dict[str, tuple[str, Node]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    unread: bool = False

    def hide_all(self) -> None:
        """Take note of an entry that cannot be read."""
        self.hidden.append("")
        self.unread = True

    def get(self, name: str) -> Setting:
        """The variable of that name."""
        if name in self.variables:
            text, node = self.variables[name]
            return Setting(None, False, node) if has_placeholder(text) else Setting(text, True, node)
        return HIDDEN if any(name.startswith(prefix) for prefix in self.hidden) else UNSET

    def expand(self, text: str) -> str:
        """The text with `$(NAME)` replaced; what is not known becomes `${NAME}`, what is not defined stays."""
        return _REFERENCE.sub(self._replacement, text)

    def _replacement(self, match: re.Match[str]) -> str:
        if match[1] == "$":
            return "$"  # $$(NAME) is $(NAME) itself
        if match[2] in self.variables:
            return self.variables[match[2]][0]
        return match[0] if self.get(match[2]).known else "${" + match[2] + "}"


def environment(analyses: Analyses, pod: Pod, container: Container) -> Environment:
    """The environment of a container. A Secret is taken not to repeat what a ConfigMap sets."""
    found = Environment()
    for key in ("env", "envFrom"):
        if (*container.path, key) in pod.resource.invalid:
            found.hide_all()
    for index, source in enumerate(container.body.get("envFrom") or ()):
        _add_source(analyses, pod, source, (*container.path, "envFrom", index), found)
    for index, entry in enumerate(container.body.get("env") or ()):
        where = (*container.path, "env", index)
        name = entry.get("name")
        if name is None or has_placeholder(name):
            found.hide_all()
            continue
        variable = _variable(analyses, pod, entry, Node(pod.resource, where), found)
        if variable is None:
            found.variables.pop(name, None)  # an optional reference to nothing defines nothing
        else:
            found.variables[name] = variable
    return found


def _variable(
    analyses: Analyses, pod: Pod, entry: dict[str, Any], node: Node, known: Environment
) -> tuple[str, Node] | None:
    """The text of an entry and its node; None where it defines nothing."""
    unknown = "${" + entry["name"] + "}"
    if not all(pod.resource.is_known((*node.path, key)) for key in ("value", "valueFrom")):
        return unknown, node
    source = entry.get("valueFrom")
    if source is None:
        return known.expand(entry.get("value", "")), Node(node.resource, (*node.path, "value"))
    reference = source.get("configMapKeyRef")
    if reference is None:
        return unknown, node  # a Secret, or a fact of the running pod
    held = config_map_value(analyses, pod, reference.get("name", ""), reference.get("key", ""))
    if held.text is not None and held.node is not None:
        return held.text, held.node
    return unknown, node


def _add_source(analyses: Analyses, pod: Pod, source: dict[str, Any], where: Any, found: Environment) -> None:
    prefix = source.get("prefix", "")
    if not pod.resource.is_known(where):
        found.hide_all()
        return
    for field_name, type_ in (("configMapRef", "core/ConfigMap"), ("secretRef", "core/Secret")):
        reference = source.get(field_name)
        if reference is None:
            continue
        lookup = analyses.estate.find(pod.resource, type_, pod.resource.namespace, reference.get("name", ""))
        if lookup.found is None:
            found.hidden.append(prefix)
            continue
        for part in ("data", "stringData"):
            for key, text in (lookup.found.body.get(part) or {}).items():
                plain = type_ == "core/ConfigMap" and isinstance(text, str)
                value = text if plain else "${" + prefix + key + "}"
                found.variables[prefix + key] = (value, Node(lookup.found, (part, key)))
        if not lookup.found.is_known(("data",)):
            found.hidden.append(prefix)
