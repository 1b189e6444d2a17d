"""Whether Redis, Valkey, KeyDB and Dragonfly keep their data over a restart, or somebody decided that they need not.

redis.io/docs/latest/operate/oss_and_stack/management/persistence/: snapshots (`save`, on by default) or the append-only
file, in `dir`, on a volume that outlives the pod. Against it: the annotation or label `erpguard.io/persistence: none`.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from erpguard.analysis import ONLY_FOR_TYPES, Analyses, View
from erpguard.analysis.applications.redis_options import BITNAMI_FILES, SERVER_PORT, is_sentinel
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.values.selectors import all_of, any_of, hidden_below
from erpguard.analysis.workloads.command_lines import Word, commands, words
from erpguard.analysis.workloads.environment_variables import Environment, environment
from erpguard.analysis.workloads.mounted_files import config_files, file_in
from erpguard.analysis.workloads.mounted_volumes import Medium, Volume, mounted_volumes, volume_at
from erpguard.analysis.workloads.pods import Container, Pod, all_pods
from erpguard.analysis.workloads.tiers import IMAGES, bitnami_name, image_name
from erpguard.normalize.shapes import has_placeholder

PERSISTENCE = "erpguard.io/persistence"

_SERVERS = frozenset(("redis-server", "valkey-server", "keydb-server", "dragonfly"))
_SENTINELS = frozenset(("redis-sentinel", "valkey-sentinel"))
_DURABLE = (Medium.CLAIM, Medium.HOST, Medium.OTHER)
_BITNAMI_AOF = ("REDIS_AOF_ENABLED", "VALKEY_AOF_ENABLED")


@dataclass(slots=True)
class _Options:
    """What a server is told: option -> (values, node), later ones win. `open`: it may be told more."""

    said: dict[str, tuple[list[str], Node]] = field(default_factory=dict)
    saves: list[str] | None = None
    open: bool = False
    sentinel: bool | None = False

    def say(self, name: str, values: list[str], node: Node) -> None:
        """Add an option, as a configuration file or the command line has it."""
        name = name.lower()
        self.said[name] = (values, node)
        if name == "save":
            text = " ".join(values).strip()
            self.saves = [] if not text else [*(self.saves or []), text]
        elif name == "include":
            self.open = True

    def get(self, name: str) -> str | None:
        """The value of an option; None where it is not said."""
        return " ".join(self.said[name][0]).strip() if name in self.said else None


def redis_persistence(analyses: Analyses) -> View:
    """One row per container that serves in a workload of the tier cache, at the container; one per cache of Azure.

    Fields: tier, container (of a workload), persistent, decided (somebody decided against persistence), what (is
    missing), node ({resource, path, line}: what to change).
    """
    view = View()
    for pod in all_pods(analyses):
        if pod.operator or (pod.tier_known and pod.tier != "cache"):
            continue
        for container in pod.containers:
            if container.role in ("main", "sidecar") and _serves(analyses, pod, container):
                _add(view, analyses, pod, container)
    if not ONLY_FOR_TYPES["redis_persistence"].isdisjoint(analyses.estate.types):
        from erpguard.analysis.azure.redis_persistence import add_caches

        add_caches(view, analyses)
    return view


def _serves(analyses: Analyses, pod: Pod, container: Container) -> bool:
    images = {**IMAGES, **analyses.settings.get("tiers", {}).get("images", {})}
    name = image_name(container.body.get("image", ""))
    if name is None or images.get(name) == "cache" or not pod.tier_known:
        return True
    alone = len([one for one in pod.containers if one.role == "main"]) == 1
    ports = {port.get("containerPort") for port in container.body.get("ports") or ()}
    return SERVER_PORT in ports or (alone and container.role == "main")


def _add(view: View, analyses: Analyses, pod: Pod, container: Container) -> None:
    variables = environment(analyses, pod, container)
    options = _options(analyses, pod, container, variables)
    if options.sentinel:
        return
    enabled, setting = _enabled(options, variables)
    durable, volume = _durable(pod, container, options)
    if enabled is False and setting is not None:
        what, node = "its data is not written down", setting
    else:
        path = volume.path if volume is not None else container.path
        what, node = "its data is on no volume that outlives the pod", Node(pod.resource, path)
    decided = _decided(pod)
    persistent = all_of((enabled, durable)) if options.sentinel is False else None
    fields: dict[str, Any] = {
        "tier": pod.tier,
        "container": container.name,
        "persistent": persistent,
        "decided": decided,
        "what": what,
        "node": node.at(),
    }
    unknown = {name for name in ("persistent", "decided") if fields[name] is None}
    view.add(pod.resource, container.path, fields, unknown if pod.tier_known else {*unknown, "tier"})


def _enabled(options: _Options, variables: Environment) -> tuple[bool | None, Node | None]:
    """Whether data is written down (None: not known), and the setting that says no."""
    append = options.get("appendonly")
    hidden = [name for name, (values, _) in options.said.items() if any(has_placeholder(value) for value in values)]
    if append == "yes" and "save" not in hidden:
        return True, None
    if options.open or any(name in ("appendonly", "save") for name in hidden):
        return None, None
    if append is None and options.saves is None:
        for name in _BITNAMI_AOF:
            given = variables.get(name)
            if given.node is not None and given.value == "no":
                return True, given.node  # snapshots stay on
    if options.saves == []:
        return False, options.said["appendonly" if append is not None else "save"][1]
    return True, None


def _durable(pod: Pod, container: Container, options: _Options) -> tuple[bool | None, Volume | None]:
    """Whether the directory of the data outlives the pod, and its volume."""
    mounted = list(mounted_volumes(pod, container))
    lasting = [volume for volume in mounted if volume is None or volume.medium in _DURABLE]
    directory = options.get("dir")
    bitnami = bitnami_name(container.body.get("image", "")).partition("-")[0]  # `redis-cluster` has the one of `redis`
    default = f"/bitnami/{bitnami}/data" if bitnami in ("redis", "valkey") else "/data"
    volume = volume_at(pod, container, directory or default)
    if not lasting:
        return False, volume
    if volume is None or (options.open and directory is None) or has_placeholder(directory or ""):
        return None, None
    if volume.medium in _DURABLE:
        return (True if directory or pod.resource.is_known((*container.path, "image")) else None), volume
    # An image of one's own may keep its data elsewhere.
    return (False if directory or volume.medium is not Medium.CONTAINER else None), volume


def _options(analyses: Analyses, pod: Pod, container: Container, variables: Environment) -> _Options:
    given = words(pod, container, variables)
    options = _Options()
    if not given:
        options.sentinel = is_sentinel(pod, container)
        return _with_mounted_files(analyses, pod, container, options)
    if not container.body.get("command") and (given[0].text.startswith("-") or given[0].text.endswith(".conf")):
        return _called(analyses, pod, container, given)
    for command in commands(given, variables):
        names = [word.text.rpartition("/")[2] for word in command]
        if _SENTINELS & set(names):
            return _Options(sentinel=True)
        for index, name in enumerate(names):
            if name in _SERVERS:
                return _called(analyses, pod, container, command[index + 1 :])
    options.open = True  # a script, or a program that is not known
    return _with_mounted_files(analyses, pod, container, options)


def _with_mounted_files(analyses: Analyses, pod: Pod, container: Container, options: _Options) -> _Options:
    """Images such as Bitnami's read the files that are mounted for them."""
    files = dict(config_files(analyses, pod, container))
    files |= {path: file_in(analyses, pod, container, path) for path in BITNAMI_FILES}
    for path, found in files.items():
        if path.endswith(".conf") and found.text is not None and found.node is not None:
            _read(found.text, found.node, options)
        elif path.endswith(".conf") and not found.known:
            options.open = True
    return options


def _called(analyses: Analyses, pod: Pod, container: Container, arguments: list[Word]) -> _Options:
    options = _Options()
    rest = list(arguments)
    if rest and not rest[0].text.startswith("-"):
        path = rest.pop(0).text
        file = file_in(analyses, pod, container, path) if path.startswith("/") else None
        if file is not None and file.text is not None and file.node is not None:
            _read(file.text, file.node, options)
        else:
            options.open = True
    for name, values, node in _flags(rest, options):
        options.say(name, values, node)
        options.sentinel = options.sentinel or name == "sentinel"
    return options


def _flags(arguments: list[Word], options: _Options) -> Iterator[tuple[str, list[str], Node]]:
    """(option, values, node of its last word) of a command line."""
    index = 0
    while index < len(arguments):
        word = arguments[index]
        index += 1
        if not word.text.startswith("--"):
            options.open = options.open or not word.known
            continue
        name, _, joined = word.text[2:].replace("=", " ", 1).partition(" ")
        values, node = [joined] if joined else [], word.node
        while index < len(arguments) and not arguments[index].text.startswith("--"):
            node = arguments[index].node
            values.append(arguments[index].text)
            index += 1
        yield name, values, node


def _read(text: str, node: Node, options: _Options) -> None:
    for number, line in enumerate(text.split("\n")):
        if line.lstrip().startswith("#"):
            continue
        try:
            found = shlex.split(line)
        except ValueError:  # an unclosed quotation
            found = line.split()
        if found:
            options.say(found[0], found[1:], Node(node.resource, node.path, number))


def _decided(pod: Pod) -> bool | None:
    """Whether a label or annotation of the workload or its pods says that persistence is not wanted."""
    answers: list[bool | None] = []
    for holder in (("metadata",), (*pod.path[:-1], "metadata")):
        node: Any = pod.resource.body
        for step in holder:
            node = node.get(step) if isinstance(node, dict) else None
        for key in ("labels", "annotations"):
            given = (node.get(key) if isinstance(node, dict) else None) or {}
            value = given.get(PERSISTENCE, "")
            hidden = hidden_below(pod.resource, (*holder, key)) & {(), (PERSISTENCE,)}
            answers.append(None if hidden or has_placeholder(value) else value.lower() == "none")
    return any_of(answers)
