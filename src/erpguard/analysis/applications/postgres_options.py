"""What a PostgreSQL container is told: words after the program, the file that they name, and the image's variables.

postgresql.org/docs/current/app-postgres.html (`-c name=value`, `--name=value`, `-N`), and
postgresql.org/docs/current/config-setting.html for the file. What `ALTER SYSTEM` set, and what an image adds, is not
seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from erpguard.analysis import Analyses
from erpguard.analysis.applications.odoo import name_of_image
from erpguard.analysis.values.nodes import HIDDEN, UNSET, Node, Setting
from erpguard.analysis.workloads.command_lines import Word, words
from erpguard.analysis.workloads.environment_variables import Environment, environment
from erpguard.analysis.workloads.mounted_files import MountedFile, config_files, file_in
from erpguard.analysis.workloads.pods import Container, Pod

IMAGES = frozenset(("postgres", "postgresql", "postgis", "pgvector"))
"""Images that start PostgreSQL with its own defaults."""

_PROGRAMS = frozenset(("postgres", "docker-entrypoint.sh"))
_BITNAMI = ("postgresql", "max_connections", "POSTGRESQL_MAX_CONNECTIONS")
_SHORT = {"-N": "max_connections"}
_LINE = re.compile(r"\s*([a-z_]+)\s*(?:=|\s)\s*'?([^'#\s]*)'?\s*(?:#.*)?", re.IGNORECASE)


class PostgresOptions:
    """The options of one container."""

    def __init__(self, analyses: Analyses, pod: Pod, container: Container) -> None:
        variables = environment(analyses, pod, container)
        given = words(pod, container, variables)
        self._image = name_of_image(pod, container)
        self._known = self._image in IMAGES and _is_plain(container, given)
        self._given = dict(_options(given))
        self._variables: Environment = variables
        self._file = self._config_file(analyses, pod, container)

    def option(self, name: str) -> Setting:
        """The text that is set for an option; UNSET where PostgreSQL's default holds."""
        if name in self._given:
            return self._given[name]
        if not self._known:
            return HIDDEN
        variable = self._from_image(name)
        if variable.node is not None:
            return variable
        return _in_file(self._file, name) if self._file.known and variable.known else HIDDEN

    def _from_image(self, name: str) -> Setting:
        """What a variable of Bitnami's image sets; a Secret that is not in the estate is taken to hold credentials."""
        image, option, variable = _BITNAMI
        if (self._image, name) != (image, option):
            return UNSET
        found = self._variables.get(variable)
        return UNSET if found.node is None and not self._variables.unread else found

    def _config_file(self, analyses: Analyses, pod: Pod, container: Container) -> MountedFile:
        """The file that the words name; where they name none, but one that may be read is mounted, it is not known."""
        named = self._given.get("config_file", UNSET)
        if not named.known:
            return MountedFile(known=False)
        if named.value:
            found = file_in(analyses, pod, container, named.value)
            return found if found.text is not None else MountedFile(known=False)
        mounted = any(path.endswith(".conf") for path, _ in config_files(analyses, pod, container))
        return MountedFile(known=not mounted)


def _is_plain(container: Container, given: list[Word]) -> bool:
    """Whether the words are PostgreSQL's, and all of them are known."""
    if not all(word.known for word in given):
        return False
    if container.body.get("command"):
        return given[0].text.rpartition("/")[2] in _PROGRAMS
    return not given or given[0].text.startswith("-") or given[0].text in _PROGRAMS


def _options(given: list[Word]) -> Iterator[tuple[str, Setting]]:
    for word, following in zip_longest(given, given[1:]):
        text = word.text
        if following is not None and text in ("-c", "--set"):
            yield from _pair(following.text, following)
        elif following is not None and text in _SHORT:
            yield _SHORT[text], _setting(following.text, following)
        elif text.startswith(("-c", "--")):
            yield from _pair(text[2:], word)


def _pair(text: str, word: Word) -> Iterator[tuple[str, Setting]]:
    name, equals, value = text.partition("=")
    if equals:
        yield name.replace("-", "_").lower(), _setting(value, word)


def _setting(value: str, word: Word) -> Setting:
    return Setting(value, True, word.node) if "${" not in value else HIDDEN._replace(node=word.node)


def _in_file(file: MountedFile, name: str) -> Setting:
    """The last entry of a file; not known where the file includes others."""
    found = UNSET
    for number, line in enumerate((file.text or "").split("\n")):
        match = _LINE.fullmatch(line)
        if match is None or file.node is None:
            continue
        if match[1].lower().startswith("include"):
            return HIDDEN
        if match[1].lower() == name:
            found = _line(match[2], Node(file.node.resource, file.node.path, number))
    return found


def _line(value: str, node: Node) -> Setting:
    return Setting(value, True, node) if "${" not in value and "{{" not in value else HIDDEN._replace(node=node)
