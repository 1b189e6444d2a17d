"""What Redis and its like are told: words after the program, and configuration files.

Sources: redis.io/docs/latest/operate/oss_and_stack/management/config/ (`redis-server [file] [--option values]`, later
settings win, options come after the file), `memtoull` in Redis's `util.c` for units, and for Dragonfly
dragonflydb.io/docs/managing-dragonfly/flags.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable
from typing import NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.values.nodes import HIDDEN, UNSET, Node, Setting
from erpguard.analysis.workloads.command_lines import Word
from erpguard.analysis.workloads.mounted_files import MountedFile, file_in
from erpguard.analysis.workloads.pods import Container, Pod
from erpguard.normalize.shapes import has_placeholder

OPTION = "maxmemory"
_DEPTH = 4  # of files that include files
_UNITS = {"": 1, "b": 1, "k": 10**3, "kb": 2**10, "m": 10**6, "mb": 2**20, "g": 10**9, "gb": 2**30}
_BINARY = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_MEMORY = re.compile(r"([0-9]{1,30})([a-z]*)", re.ASCII)
_HUMAN = re.compile(r"([0-9]{1,30}(?:\.[0-9]{1,30})?)([bkmgt]?)(?:ib?|b)?", re.ASCII)


SERVER_PORT, SENTINEL_PORT = 6379, 26379

BITNAMI_FILES = tuple(
    f"/opt/bitnami/{name}/mounted-etc/{file}.conf" for name in ("redis", "valkey") for file in (name, "overrides")
)
"""Where Bitnami's images look for configuration."""


def is_sentinel(pod: Pod, container: Container) -> bool | None:
    """Whether an image that is started without words runs a Sentinel, by the one port that it declares.

    redis.io/docs/latest/operate/oss_and_stack/management/sentinel/: Sentinels listen on 26379, servers on 6379.
    """
    ports = container.body.get("ports") or ()
    numbers = {port.get("containerPort") for port in ports}
    if SERVER_PORT in numbers:
        return False
    path = (*container.path, "ports")
    hidden = [pod.resource.is_hidden((*path, index, "containerPort")) for index in range(len(ports))]
    if any(hidden) or (not ports and pod.resource.is_hidden(path)):
        return None
    return SENTINEL_PORT in numbers


class Invocation(NamedTuple):
    """One call of the server: its configuration file, whether it is a Sentinel, and what it says of `maxmemory`."""

    file: Word | None
    sentinel: bool
    maxmemory: Setting


def invocation(arguments: Iterable[Word]) -> Invocation:
    """Read the words that follow the program.

    A word that is not known is a value where an option waits for one; elsewhere it may be any option.
    """
    file: Word | None = None
    sentinel, waiting = False, ""
    found = UNSET
    for position, word in enumerate(arguments):
        if word.text.startswith("--"):
            name, _, value = word.text[2:].replace("=", " ", 1).partition(" ")
            waiting = "" if value.strip() else name.lower()
            sentinel = sentinel or name == "sentinel"
            if name.lower() == OPTION and not waiting:
                found = _setting(value.strip(), word.node)
        elif waiting:
            found = _setting(word.text, word.node) if waiting == OPTION else found
            waiting = ""
        else:
            file = word if position == 0 else file
            found = found if word.known else HIDDEN
    return Invocation(file, sentinel, found)


def _setting(text: str, node: Node) -> Setting:
    return Setting(None, False, node) if has_placeholder(text) else Setting(text, True, node)


def from_file(analyses: Analyses, pod: Pod, container: Container, path: str, depth: int = 0) -> Setting:
    """What the configuration file at a path says of `maxmemory`, files that it includes taken in."""
    if depth > _DEPTH or has_placeholder(path) or not path.startswith("/") or "*" in path:
        return HIDDEN
    file = file_in(analyses, pod, container, path)
    if file.text is None or file.node is None:
        return HIDDEN  # the image's own, a Secret's, or what an init container writes
    return _read(analyses, pod, container, path, file, depth)


def _read(analyses: Analyses, pod: Pod, container: Container, path: str, file: MountedFile, depth: int) -> Setting:
    assert file.text is not None and file.node is not None
    found = UNSET
    for number, line in enumerate(file.text.split("\n")):
        words = _words(line)
        if words and has_placeholder(words[0]):
            found = HIDDEN
        elif len(words) < 2:
            continue
        elif words[0].lower() == OPTION:
            found = _setting(words[1], Node(file.node.resource, file.node.path, number))
        elif words[0].lower() == "include":
            included = posixpath.join(posixpath.dirname(path), words[1])
            nested = from_file(analyses, pod, container, included, depth + 1)
            found = found if nested == UNSET else nested
    return found


def _words(line: str) -> list[str]:
    if line.lstrip().startswith("#"):
        return []
    try:
        return shlex.split(line)
    except ValueError:  # an unclosed quotation: the server would refuse it
        return line.split()


def memory(text: str, dragonfly: bool = False) -> int | None:
    """The bytes that a value of `maxmemory` stands for; None where the server would refuse it."""
    match = (_HUMAN if dragonfly else _MEMORY).fullmatch(text.strip("\"'").lower())
    if match is None:
        return None
    if dragonfly:
        return int(float(match[1]) * _BINARY[match[2]])
    return int(match[1]) * _UNITS[match[2]] if match[2] in _UNITS else None
