"""Kubeconfig files: contexts, and what they say of the server and of the user. Read here, and nothing is run.

The client's own loader starts programs while it reads, logs what fails, writes keys into the shared temporary folder,
asks OpenID providers without checking their certificates, and passes over `as`: so it is not used. Merging as in
kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/, fields as in
kubernetes.io/docs/reference/config-api/kubeconfig.v1/.
"""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, NamedTuple

from erpguard.errors import UsageError

DEFAULT = "~/.kube/config"
_LARGEST = 10_000_000
_PARTS = ("clusters", "contexts", "users")
_HELP = "kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/"


class Entry(NamedTuple):
    """One cluster, context or user, and the folder that its relative paths start from."""

    value: Mapping[str, Any]
    folder: str

    def text(self, key: str) -> str:
        """A text; empty where it is not set."""
        value = self.value.get(key)
        if value is None or isinstance(value, str):
            return value or ""
        raise UsageError(f"the kubeconfig file has no text in {key}")

    def content(self, key: str) -> bytes:
        """What `KEY-data` holds, else the file that `KEY` names; empty where neither is set."""
        data = self.text(f"{key}-data")
        if data:
            try:
                return b64decode(data, validate=True)
            except ValueError:
                raise UsageError(f"the kubeconfig file has no base64 in {key}-data") from None
        path = self.path(key)
        return read(path) if path else b""

    def path(self, key: str) -> str:
        """The file that `KEY` names; empty where it is not set."""
        named = self.text(key)
        return os.path.join(self.folder, named) if named else ""


class Context(NamedTuple):
    """A context with its cluster and user."""

    name: str
    cluster: Entry
    user: Entry


_NOBODY = Entry({}, "")


class Kubeconfig(NamedTuple):
    """All contexts, clusters and users of the files, the first of a name counts; `names` says which files these are."""

    names: str
    current: str
    clusters: Mapping[str, Entry]
    contexts: Mapping[str, Entry]
    users: Mapping[str, Entry]

    def chosen(self, contexts: tuple[str, ...]) -> list[Context]:
        """The contexts of these names, without any the current one; raises UsageError where one does not exist."""
        wanted = tuple(dict.fromkeys(contexts)) or (self.current,)
        if not wanted[0]:
            raise UsageError(f"{self.names} has no current context: name one of {self._known()}")
        return [self._context(name) for name in wanted]

    def _context(self, name: str) -> Context:
        found = self.contexts.get(name)
        if found is None:
            raise UsageError(f'{self.names} has no context "{name}", only {self._known()}')
        cluster = self.clusters.get(found.text("cluster"))
        if cluster is None or not cluster.text("server"):
            raise UsageError(f'the context "{name}" of {self.names} names no server')
        user = found.text("user")
        if user and user not in self.users:
            raise UsageError(f'the context "{name}" of {self.names} names a user that is not there')
        return Context(name, cluster, self.users[user] if user else _NOBODY)

    def _known(self) -> str:
        return ", ".join(sorted(self.contexts)) or "none"


def load(path: str = "") -> Kubeconfig:
    """The kubeconfig at a path, or at several that `os.pathsep` separates; by default `~/.kube/config`.

    Of several, those that do not exist are passed over. Raises UsageError where there is none, or one is not readable.
    """
    names = [os.path.expanduser(name) for name in (path or DEFAULT).split(os.pathsep) if name]
    files = [name for name in names if os.path.exists(name)]
    if not files:
        raise UsageError(f"there is no kubeconfig at {path or DEFAULT}: see {_HELP}")
    parts: dict[str, dict[str, Entry]] = {part: {} for part in _PARTS}
    current = ""
    for file in files:
        content = _content(file)
        folder = os.path.dirname(os.path.abspath(file))
        for part in _PARTS:
            for name, value in _entries(file, content.get(part), part):
                parts[part].setdefault(name, Entry(value, folder))
        named = content.get("current-context")
        current = current or (named if isinstance(named, str) else "")
    return Kubeconfig(path or DEFAULT, current, **parts)


def _content(file: str) -> Mapping[str, Any]:
    import yaml

    try:
        content = yaml.load(read(file), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise UsageError(f"{file} is no kubeconfig: it is not YAML") from None
    if content is None:
        return {}
    if not isinstance(content, dict) or content.get("kind", "Config") != "Config":
        raise UsageError(f"{file} is no kubeconfig")
    return content


def _entries(file: str, listed: Any, part: str) -> list[tuple[str, Mapping[str, Any]]]:
    if not isinstance(listed, (list, type(None))):
        raise UsageError(f"{file} is no kubeconfig: {part} is no list")
    found: list[tuple[str, Mapping[str, Any]]] = []
    for one in listed or ():
        name, value = (one.get("name"), one.get(part[:-1])) if isinstance(one, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(value, (dict, type(None))):
            raise UsageError(f"{file} is no kubeconfig: an entry of {part} has no name, or is no object")
        found.append((name, value or {}))
    return found


def read(path: str) -> bytes:
    """A file that belongs to a kubeconfig; raises UsageError where it cannot be read."""
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > _LARGEST:
        raise UsageError(f"{path} is larger than {_LARGEST // 1_000_000} MB")
    return content
