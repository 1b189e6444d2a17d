"""How much memory Redis, Valkey, KeyDB and Dragonfly take, against what their container may use.

What an image or a script in it adds is not seen. Without words of its own a container runs the image's server without
a file; Bitnami's images read theirs from `mounted-etc`, and their charts start from a script in a ConfigMap. Dragonfly
without `maxmemory` takes four fifths of what the container may use.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.applications.redis_options import (
    BITNAMI_FILES,
    OPTION,
    SERVER_PORT,
    from_file,
    invocation,
    is_sentinel,
    memory,
)
from erpguard.analysis.resources.container_resources import holders
from erpguard.analysis.values.amounts import HIDDEN as NOT_KNOWN
from erpguard.analysis.values.amounts import Amount, spelled
from erpguard.analysis.values.nodes import HIDDEN, UNSET, Node, Setting
from erpguard.analysis.workloads.command_lines import Word, commands, words
from erpguard.analysis.workloads.environment_variables import Environment, environment
from erpguard.analysis.workloads.mounted_files import MountedFile, config_files, file_in
from erpguard.analysis.workloads.pods import Container, Pod, all_pods
from erpguard.analysis.workloads.tiers import IMAGES, image_name

_SERVERS = frozenset(("redis-server", "valkey-server", "keydb-server", "dragonfly"))
_OTHERS = frozenset(("redis-sentinel", "valkey-sentinel", "redis-cli", "valkey-cli", "keydb-cli", "redis_exporter"))
_WRAPPERS = frozenset(("docker-entrypoint.sh", "entrypoint.sh", "tini", "dumb-init", "exec", "--"))
_EXTRA = ("REDIS_EXTRA_FLAGS", "VALKEY_EXTRA_FLAGS")
_MENTION = re.compile(r"maxmemory(?![-_\w])")
_IN_SCRIPT = re.compile(r"maxmemory[\"'\s=]+([0-9]+[a-zA-Z]*)\b")


class Server(NamedTuple):
    """A container that serves: what it says of `maxmemory`, and the file that could say it."""

    maxmemory: Setting
    file: Node | None = None


def redis_memory(analyses: Analyses) -> View:
    """One row per container of a workload of the tier cache that runs Redis or its like, at the container.

    Fields: tier, container, missing (no `maxmemory`, or 0), exceeds (it is not below the container's memory limit),
    maxmemory (as written), limit (as text), node ({resource, path, line}: where it stands, or the file that lacks it).
    """
    view = View()
    limits = {(one.pod.resource.key, one.path): one.bounds.limit("memory") for one in holders(analyses)}
    for pod in all_pods(analyses):
        if pod.operator or (pod.tier_known and pod.tier != "cache"):
            continue
        for container in pod.containers:
            if container.role not in ("main", "sidecar"):
                continue
            fields = _fields(analyses, pod, container, limits.get((pod.resource.key, container.path)))
            if fields is not None:
                unknown = [name for name in ("missing", "exceeds") if fields.get(name) is None]
                fields.update(container=container.name, tier=pod.tier)
                view.add(pod.resource, container.path, fields, unknown if pod.tier_known else [*unknown, "tier"])
    return view


def _fields(analyses: Analyses, pod: Pod, container: Container, limit: Amount) -> dict[str, Any] | None:
    """The fields of a container; none where it is not known whether it is a server, None where it is no server."""
    variables = environment(analyses, pod, container)
    given = words(pod, container, variables)
    is_server = _is_server(analyses, pod, container, given)
    if not is_server:
        return {} if is_server is None else None
    server = _server(analyses, pod, container, variables, given)
    if server is None:
        return None
    node = server.maxmemory.node or server.file or Node(pod.resource, (*container.path, "args"))
    programs = {word.text.rpartition("/")[2] for word in given} & _SERVERS
    image = _image(pod, container)
    if image is None and not programs:
        return {}
    dragonfly = "dragonfly" in (programs or {image or ""})
    return {"node": node.at(), **_compared(server.maxmemory, limit, dragonfly)}


def _is_server(analyses: Analyses, pod: Pod, container: Container, given: list[Word]) -> bool | None:
    programs = {word.text.rpartition("/")[2] for word in given}
    if programs & _SERVERS:
        return True
    sentinel = False if given else is_sentinel(pod, container)
    if sentinel is not False:
        return None if sentinel is None else False
    names = {**IMAGES, **analyses.settings.get("tiers", {}).get("images", {})}
    image = _image(pod, container)
    if names.get(image or "") == "cache" or any(
        port.get("containerPort") == SERVER_PORT for port in container.body.get("ports") or ()
    ):
        return True
    return None if image is None or any(not word.known for word in given) else False


def _image(pod: Pod, container: Container) -> str | None:
    """The name of a container's image; None where it is not known."""
    if "image" not in container.body and not pod.resource.is_known((*container.path, "image")):
        return None
    return image_name(container.body.get("image", ""))


def _server(
    analyses: Analyses, pod: Pod, container: Container, variables: Environment, given: list[Word]
) -> Server | None:
    """What a container's server is told; None for a Sentinel, a client and the like."""
    if not given:
        return _of_image(analyses, pod, container, variables)
    if not container.body.get("command") and (given[0].text.startswith("-") or given[0].text.endswith(".conf")):
        return _called(analyses, pod, container, given)  # the image puts its server before them
    for command in commands(given, variables):
        program, arguments = _program(command)
        if program in _SERVERS:
            return _called(analyses, pod, container, arguments)
        if program in _OTHERS:
            return None
    for command in commands(given, variables):
        for word in command[:2]:
            script = file_in(analyses, pod, container, word.text) if word.text.startswith("/") else MountedFile()
            if script.text is not None and script.node is not None:
                return _started_by(analyses, pod, container, script)
    return Server(HIDDEN)


def _program(command: list[Word]) -> tuple[str, list[Word]]:
    """The name of the program that a simple command runs, and the words after it."""
    names = [word.text.rpartition("/")[2] for word in command]
    index = next((index for index, name in enumerate(names) if name not in _WRAPPERS), 0)
    return names[index], command[index + 1 :]


def _called(analyses: Analyses, pod: Pod, container: Container, arguments: list[Word]) -> Server | None:
    call = invocation(arguments)
    if call.sentinel:
        return None
    if call.maxmemory != UNSET or call.file is None:
        return Server(_or_environment(analyses, pod, container, call.maxmemory))
    path = call.file.text
    return Server(from_file(analyses, pod, container, path), file_in(analyses, pod, container, path).node)


def _or_environment(analyses: Analyses, pod: Pod, container: Container, found: Setting) -> Setting:
    """Dragonfly reads its flags from the environment, too; no other server has such a variable."""
    return environment(analyses, pod, container).get("DFLY_maxmemory") if found == UNSET else found


def _of_image(analyses: Analyses, pod: Pod, container: Container, variables: Environment) -> Server:
    for name in _EXTRA:
        extra = variables.get(name)
        if extra.node is not None and (extra.value is None or OPTION in extra.value):
            return Server(_in_flags(extra))
    for path in BITNAMI_FILES:
        file = file_in(analyses, pod, container, path)
        if file.node is not None or not file.known:
            return Server(from_file(analyses, pod, container, path), file.node)
    return Server(_or_environment(analyses, pod, container, UNSET))


def _in_flags(extra: Setting) -> Setting:
    if extra.value is None or extra.node is None:
        return HIDDEN
    try:
        return invocation([Word(text, extra.node) for text in shlex.split(extra.value)]).maxmemory
    except ValueError:  # an unclosed quotation
        return HIDDEN


def _started_by(analyses: Analyses, pod: Pod, container: Container, script: MountedFile) -> Server | None:
    """A script of a ConfigMap starts the server: what it says stands in it, or in the files beside it."""
    assert script.text is not None and script.node is not None
    if not any(server in script.text for server in _SERVERS):
        return None if "sentinel" in script.text else Server(HIDDEN)
    said, file = list(_in_script(script.text, script.node)), None
    for path, found in config_files(analyses, pod, container):
        if path.endswith(".conf"):
            file = file or found.node
            said.append(from_file(analyses, pod, container, path))
    said = [setting for setting in said if setting != UNSET]
    if len({setting.value for setting in said}) > 1 or any(not setting.known for setting in said):
        return Server(HIDDEN)
    if not _mounts_known(analyses, pod, container):
        return Server(HIDDEN)
    return Server(said[0] if said else UNSET, file)


def _mounts_known(analyses: Analyses, pod: Pod, container: Container) -> bool:
    """Whether every ConfigMap that is mounted can be read."""
    volumes = {volume.get("name"): index for index, volume in enumerate(pod.spec.get("volumes") or ())}
    for index, mount in enumerate(container.body.get("volumeMounts") or ()):
        place = volumes.get(mount.get("name"))
        if not pod.resource.is_known((*container.path, "volumeMounts", index)) or place is None:
            return False
        reference = pod.spec["volumes"][place].get("configMap")
        if not pod.is_known("volumes", place) or (reference and not _is_readable(analyses, pod, reference)):
            return False
    return pod.resource.is_known((*container.path, "volumeMounts"))


def _is_readable(analyses: Analyses, pod: Pod, reference: dict[str, Any]) -> bool:
    asking, name = pod.resource, reference.get("name", "")
    found = analyses.estate.find(asking, "core/ConfigMap", asking.namespace, name).found
    return found is not None and found.is_known(("data",))


def _in_script(text: str, node: Node) -> Iterator[Setting]:
    for number, line in enumerate(text.split("\n")):
        if _MENTION.search(line) and not line.lstrip().startswith("#"):
            value = _IN_SCRIPT.search(line)
            yield Setting(value[1], True, Node(node.resource, node.path, number)) if value else HIDDEN


def _compared(setting: Setting, limit: Amount, dragonfly: bool) -> dict[str, Any]:
    """What the setting comes to beside a memory limit; nothing where it is not known."""
    size = 0 if setting.value is None else memory(setting.value, dragonfly)
    if not setting.known or size is None:
        return {}
    fields: dict[str, Any] = {"maxmemory": setting.value, "missing": size == 0 and not dragonfly}
    if size == 0 or limit is None:
        fields["exceeds"] = False  # a missing memory limit is told of by itself
    elif limit is not NOT_KNOWN:
        fields.update(exceeds=size >= limit, limit=spelled(limit))
    return fields
