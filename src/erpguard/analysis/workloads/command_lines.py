"""The words that a container runs: `command` and `args`, and the simple commands of an inline shell script."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from erpguard.analysis.values.nodes import Node
from erpguard.analysis.workloads.environment_variables import Environment
from erpguard.analysis.workloads.pods import Container, Pod
from erpguard.normalize.shapes import has_placeholder

_SHELLS = frozenset(("sh", "bash", "dash", "ash", "busybox"))
_SHELL_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_EXPANSION = re.compile(r"\$[\w@*#?!({-]|`")


class Word(NamedTuple):
    """One word of a command line. `${` in it stands for what is not known; `node` is the item that holds it."""

    text: str
    node: Node

    @property
    def known(self) -> bool:
        """Whether the whole word is known."""
        return not has_placeholder(self.text)


def words(pod: Pod, container: Container, environment: Environment) -> list[Word]:
    """The container's `command` followed by its `args`, with `$(NAME)` expanded."""
    found = []
    for key in ("command", "args"):
        for index, item in enumerate(container.body.get(key) or ()):
            node = Node(pod.resource, (*container.path, key, index))
            known = item is not None and pod.resource.is_known(node.path)
            found.append(Word(environment.expand(item) if known else "${}", node))
        if (*container.path, key) in pod.resource.invalid:
            found.append(Word("${}", Node(pod.resource, (*container.path, key))))
    return found


def commands(given: list[Word], environment: Environment) -> list[list[Word]]:
    """The simple commands: the command line itself, or what its inline shell script (`sh -c '...'`) runs.

    The shell language is read as far as words and separators go: `$NAME` of the environment is put in, every other
    expansion is not known.
    """
    script = _script(given)
    if script is None:
        return [given] if given else []
    return [
        [Word(_expand(word, environment), Node(script.node.resource, script.node.path, line)) for word in found]
        for line, found in _simple_commands(script.text)
        if found
    ]


def _script(given: list[Word]) -> Word | None:
    """The word that holds an inline script."""
    for index, word in enumerate(given):
        if word.text.rpartition("/")[2] not in _SHELLS:
            continue
        before = ""
        for option, following in zip(given[index + 1 :], given[index + 2 :], strict=False):
            if re.fullmatch(r"-[a-z]*c", option.text):
                return following
            if not option.text.startswith("-") and before != "-o" and option.text not in _SHELLS:
                return None  # a script's file
            before = option.text
    return None


def _simple_commands(script: str) -> list[tuple[int, list[str]]]:
    """(line of its first word, words) of every simple command of a script."""
    found: list[tuple[int, list[str]]] = []
    lines = script.split("\n")
    number = 0
    while number < len(lines):
        start, text = number, lines[number]
        while text.endswith("\\") and number + 1 < len(lines):
            number += 1
            text = text[:-1] + " " + lines[number].lstrip()
        number += 1
        found += [(start, words) for words in _split(text)]
    return found


def _split(line: str) -> list[list[str]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|()<>")
    lexer.whitespace_split = True
    parts: list[list[str]] = [[]]
    try:
        for token in lexer:
            if token and not token.strip(";&|()"):
                parts.append([])
            else:
                parts[-1].append(token)
    except ValueError:  # a quotation that runs over several lines
        return [line.split()]
    return parts


def expand_shell(text: str, environment: Environment) -> str:
    """The text with `$NAME` and `${NAME}` of the environment put in; `${NAME}` for what is not known."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        setting = environment.get(name)
        return "${" + name + "}" if setting.value is None else setting.value

    return _SHELL_VARIABLE.sub(value, text)


def _expand(word: str, environment: Environment) -> str:
    expanded = expand_shell(word, environment)
    return expanded if has_placeholder(expanded) or not _EXPANSION.search(expanded) else "${}"
