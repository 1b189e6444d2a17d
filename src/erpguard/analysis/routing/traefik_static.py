"""The static configuration of the Traefik instances in the estate.

Traefik takes it from exactly one of: a file, the command line, the environment, in this order
(doc.traefik.io/traefik/getting-started/configuration-overview/#the-static-configuration).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from erpguard.analysis import Analyses
from erpguard.analysis.values.nodes import HIDDEN, UNSET, Node, Setting
from erpguard.analysis.values.option_files import toml_options, yaml_options
from erpguard.analysis.workloads.command_lines import Word, commands, words
from erpguard.analysis.workloads.environment_variables import Environment, environment
from erpguard.analysis.workloads.mounted_files import MountedFile, file_in
from erpguard.analysis.workloads.pods import Container, Pod, all_pods, runs
from erpguard.model import Path
from erpguard.normalize.shapes import has_placeholder

_FILES = ("/etc/traefik/traefik.toml", "/etc/traefik/traefik.yaml", "/etc/traefik/traefik.yml")
_VARIABLE = "TRAEFIK_"
_TRUE = frozenset(("", "1", "t", "T", "TRUE", "true", "True"))  # Go's strconv.ParseBool, and a flag without value
_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(-(?:alpha|beta|rc|ea)[\w.]*)?(?:-[\w.-]+)?")
INTERNAL_ENTRY_POINT = "traefik"


@dataclass(slots=True)
class StaticConfiguration:
    """What one Traefik container is started with.

    options  dotted name in lower case -> setting
    parents  dotted name of a mapping in a file -> where it stands
    holder   where an option that is missing would go
    open     there may be options that are not known
    version  (major, minor, patch), patch None where the tag leaves it open; None where it is not known
    certain  it is Traefik's container; the image may be one of something else otherwise
    """

    pod: Pod
    container: Container
    holder: Node
    options: dict[str, Setting] = field(default_factory=dict)
    parents: dict[str, Node] = field(default_factory=dict)
    open: bool = False
    version: tuple[int, int, int | None] | None = None
    certain: bool = True

    def get(self, name: str) -> Setting:
        """The option of that dotted name."""
        return self.options.get(name.lower()) or (HIDDEN if self.open else UNSET)

    def flag(self, name: str) -> bool | None:
        """Whether a boolean option is set; its default is false."""
        setting = self.get(name)
        if setting.value is None:
            return False if setting.known else None
        return setting.value in _TRUE

    def has(self, name: str) -> bool | None:
        """Whether the option, or anything below it, is set and not `false`."""
        name = name.lower()
        found = [
            setting
            for key, setting in self.options.items()
            if (key == name or key.startswith(name + ".")) and setting.value != "false"
        ]
        return True if found or name in self.parents else None if self.open else False

    def entry_points(self) -> list[str]:
        """The names of the entry points that are set."""
        names: dict[str, None] = {}
        for key in (*self.options, *self.parents):
            parts = key.split(".")
            if parts[0] == "entrypoints" and len(parts) > 1:
                names[parts[1]] = None
        return list(names)

    @property
    def names_traefik(self) -> bool:
        """Whether an option is one of those that are judged."""
        return any(key.partition(".")[0] in ("api", "entrypoints") for key in (*self.options, *self.parents))

    def place_of(self, name: str) -> Node:
        """Where an option stands; for a missing one its nearest parent."""
        name = name.lower()
        setting = self.options.get(name)
        if setting is not None and setting.node is not None:
            return setting.node
        while name:
            if name in self.parents:
                return self.parents[name]
            name = name.rpartition(".")[0]
        return self.holder


def static_configurations(analyses: Analyses) -> list[StaticConfiguration]:
    """The configuration of every container of the estate that runs Traefik, or may run it and is given options."""
    made: list[StaticConfiguration] = analyses.once("traefik.static", _static_configurations)
    return made


def _static_configurations(analyses: Analyses) -> list[StaticConfiguration]:
    found = []
    for pod in all_pods(analyses):
        for container in pod.containers:
            certain = runs(pod, container, "traefik") if container.role == "main" else False
            if certain is not False:
                configuration = _read(analyses, pod, container)
                configuration.certain = certain is True
                if configuration.certain or configuration.open or configuration.names_traefik:
                    found.append(configuration)
    return found


def _read(analyses: Analyses, pod: Pod, container: Container) -> StaticConfiguration:
    variables = environment(analyses, pod, container)
    made = StaticConfiguration(pod, container, _holder(pod, container, "args"))
    made.version = version_of(container.body.get("image", ""), analyses.settings.get("traefik_version", ""))
    simple = commands(words(pod, container, variables), variables)
    flags, is_open = _flags(simple)
    is_open = is_open or not all(_is_listed(pod, container, key) for key in ("args", "command"))
    file = _file(analyses, pod, container, flags)
    if file is not None:
        _from_file(file, made)
    elif flags or is_open:
        made.options, made.open = flags, is_open
    else:
        made.holder = _holder(pod, container, "env" if container.body.get("env") else "args")
        _from_variables(variables, made)
    return made


def _holder(pod: Pod, container: Container, key: str) -> Node:
    return Node(pod.resource, (*container.path, key) if key in container.body else container.path)


def _is_listed(pod: Pod, container: Container, key: str) -> bool:
    """Whether the list itself is known; its items may not be."""
    path: Path = (*container.path, key)
    return not any(path[: len(hidden)] == hidden for hidden in pod.resource.invalid)


def _flags(simple: list[list[Word]]) -> tuple[dict[str, Setting], bool]:
    """The flags of a command line, and whether some of its words are not known."""
    options: dict[str, Setting] = {}
    is_open = False
    for command in simple:
        position = 0
        while position < len(command):
            word = command[position]
            position += 1
            if not word.text.startswith("-"):
                is_open = is_open or not word.known
                continue
            name, equals, value = word.text.lstrip("-").partition("=")
            if has_placeholder(name):
                is_open = True
                continue
            if not equals and position < len(command) and not command[position].text.startswith(("-", "${")):
                value, position = command[position].text, position + 1
            hidden = has_placeholder(value)
            options[name.lower()] = Setting(None if hidden else value, not hidden, word.node)
    return options, is_open


def _file(
    analyses: Analyses, pod: Pod, container: Container, flags: dict[str, Setting]
) -> tuple[str, MountedFile] | None:
    """The configuration file and its name; None where there is none."""
    chosen = flags.get("configfile")
    if chosen is not None:
        name = chosen.value or ""
        return name, file_in(analyses, pod, container, name) if name else MountedFile(known=False)
    for name in _FILES:
        found = file_in(analyses, pod, container, name)
        if found.text is not None or not found.known:
            return name, found
    return None


def _from_file(file: tuple[str, MountedFile], made: StaticConfiguration) -> None:
    name, found = file
    options = None
    if found.text is not None:
        options = toml_options(found.text) if name.endswith(".toml") else yaml_options(found.text)
    if options is None or found.node is None:
        made.open = True
        return
    held = found.node
    made.holder = held
    for key, (value, line) in options.items():
        node = Node(held.resource, held.path, line)
        if value is None:
            made.parents[key] = node
        else:
            hidden = has_placeholder(value)
            made.options[key] = Setting(None if hidden else value, not hidden, node)


def _from_variables(variables: Environment, made: StaticConfiguration) -> None:
    made.open = any(_VARIABLE.startswith(prefix) or prefix.startswith(_VARIABLE) for prefix in variables.hidden)
    for name in variables.variables:
        if name.startswith(_VARIABLE):
            made.options[name.removeprefix(_VARIABLE).lower().replace("_", ".")] = variables.get(name)


def version_of(image: str, otherwise: str) -> tuple[int, int, int | None] | None:
    """The version that an image's tag says, or else the configured one; None where both leave it open."""
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    for text in (tag, otherwise):
        match = _VERSION.fullmatch(text)
        if match and match[2] is not None and not match[4]:
            return int(match[1]), int(match[2]), int(match[3]) if match[3] is not None else None
    return None


def http_entry_points(configuration: StaticConfiguration) -> Iterator[str]:
    """The entry points that carry HTTP or TCP, without Traefik's own."""
    for name in configuration.entry_points():
        address = configuration.get(f"entrypoints.{name}.address").value or ""
        if name != INTERNAL_ENTRY_POINT and not address.endswith("/udp"):
            yield name
