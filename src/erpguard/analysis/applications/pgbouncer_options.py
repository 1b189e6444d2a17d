"""What a PgBouncer container is told: the `pgbouncer.ini` that a ConfigMap brings, else the variables of its image.

github.com/edoburu/docker-pgbouncer (`POOL_MODE`, `DB_HOST`; a file that is there wins) and Bitnami's image
(`PGBOUNCER_POOL_MODE`, `POSTGRESQL_HOST`). pgbouncer.org/config.html for the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from erpguard.analysis import Analyses
from erpguard.analysis.applications.connection_uris import connection_uris
from erpguard.analysis.applications.odoo import name_of_image
from erpguard.analysis.applications.odoo_options import FileOption, parse_file
from erpguard.analysis.values.nodes import HIDDEN, UNSET, Node, Setting
from erpguard.analysis.workloads.environment_variables import environment
from erpguard.analysis.workloads.mounted_files import MountedFile, config_files, file_in
from erpguard.analysis.workloads.pods import Container, Pod
from erpguard.normalize.shapes import has_placeholder

IMAGE = "pgbouncer"

_FILES = ("/etc/pgbouncer/pgbouncer.ini", "/bitnami/pgbouncer/conf/pgbouncer.ini")
_HOSTS = ("DB_HOST", "POSTGRESQL_HOST")
_URI = "DATABASE_URL"
_HOST = re.compile(r"\bhost\s*=\s*'?([^\s']+)")


def pgbouncer_container(pod: Pod) -> Container | None:
    """The container that runs PgBouncer with its image's own command; None where there is not exactly one."""
    found = [one for one in pod.containers if one.role == "main" and name_of_image(pod, one) == IMAGE]
    plain = [one for one in found if not one.body.get("command") and pod.resource.is_known((*one.path, "command"))]
    return plain[0] if len(found) == len(plain) == 1 else None


class PgbouncerOptions:
    """The options of one container."""

    def __init__(self, analyses: Analyses, pod: Pod, container: Container) -> None:
        self._variables = environment(analyses, pod, container)
        self._file = _file(analyses, pod, container)
        self._sections = parse_file(self._file.text or "")

    def option(self, name: str) -> Setting:
        """The text that is set for an option; UNSET where PgBouncer's default holds.

        A Secret that is not in the estate is taken to hold credentials.
        """
        if not self._file.known or self._variables.unread:
            return HIDDEN
        if self._file.text is not None:
            return self._line(self._sections.get("pgbouncer", {}).get(name))
        for variable in (f"PGBOUNCER_{name.upper()}", name.upper()):
            found = self._variables.get(variable)
            if found.node is not None:
                return found
        return UNSET

    def hosts(self) -> Iterator[Setting]:
        """The hosts of the servers behind it."""
        if not self._file.known or self._variables.unread:
            yield HIDDEN
        elif self._file.text is not None:
            for entry in self._sections.get("databases", {}).values():
                setting = self._line(entry)
                match = _HOST.search(setting.value or "")
                yield setting._replace(value=match[1]) if match else HIDDEN
        else:
            yield from self._given_hosts()

    def _given_hosts(self) -> Iterator[Setting]:
        uri = self._variables.get(_URI)
        if uri.node is not None or not uri.known:
            hosts = [host for found in connection_uris(uri.value or "") for host in found.hosts]
            yield uri._replace(value=hosts[0]) if len(hosts) == 1 else HIDDEN
            return
        for name in _HOSTS:
            found = self._variables.get(name)
            if found.node is not None or not found.known:
                yield found
                return

    def _line(self, line: FileOption | None) -> Setting:
        if line is None or self._file.node is None:
            return UNSET
        node = Node(self._file.node.resource, self._file.node.path, line.line)
        return Setting(None, False, node) if has_placeholder(line.value) else Setting(line.value, True, node)


def _file(analyses: Analyses, pod: Pod, container: Container) -> MountedFile:
    """The configuration file; not known where it includes another one."""
    for path in _FILES:
        found = file_in(analyses, pod, container, path)
        if found.text is not None or not found.known:
            return MountedFile(known=False) if "%include" in (found.text or "") else found
    others = any(path.endswith(".ini") for path, _ in config_files(analyses, pod, container))
    return MountedFile(known=not others)
