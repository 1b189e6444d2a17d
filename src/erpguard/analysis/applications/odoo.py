"""What an Odoo container is set to: from its command line, its environment and the `odoo.conf` of a mounted ConfigMap.

Which one counts: odoo/tools/config.py. Up to Odoo 18 the command line, then the file. From Odoo 19 on the command line,
then the environment (`ODOO_` and the option's name, `PGHOST` and its like for the database), then the file. What an
image or a script in it adds is not seen: an option that nobody sets has Odoo's default. Of Bitnami's image it is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from erpguard.analysis import Analyses
from erpguard.analysis.applications import bitnami_odoo
from erpguard.analysis.applications.odoo_options import (
    CommandLine,
    FileOption,
    is_unset,
    listed,
    odoo_arguments,
    parse_command_line,
    parse_file,
)
from erpguard.analysis.values.nodes import HIDDEN, UNSET, Node, Setting
from erpguard.analysis.workloads.command_lines import Word, commands, words
from erpguard.analysis.workloads.environment_variables import Environment, environment
from erpguard.analysis.workloads.mounted_files import MountedFile, config_files, file_in
from erpguard.analysis.workloads.pods import Container, Pod, all_pods
from erpguard.analysis.workloads.tiers import IMAGES, image_name
from erpguard.normalize.shapes import has_placeholder

READS_ENVIRONMENT = 19
"""The first version of Odoo whose options may stand in the environment."""

_ENVIRONMENT = {
    "db_name": "PGDATABASE",
    "db_user": "PGUSER",
    "db_password": "PGPASSWORD",
    "db_host": "PGHOST",
    "db_port": "PGPORT",
    "db_sslmode": "PGSSLMODE",
    "db_replica_host": "PGHOST_REPLICA",
    "dev_mode": "ODOO_DEV",
}
_OUTDATED = {
    "http_port": "xmlrpc_port",
    "http_interface": "xmlrpc_interface",
    "http_enable": "xmlrpc",
    "gevent_port": "longpolling_port",
}
_NOT_IN_ENVIRONMENT = frozenset(("init", "update", "stop_after_init", "save", "config", "test_enable"))
_FILES = ("/etc/odoo/odoo.conf", "/etc/odoo/openerp-server.conf", "/opt/bitnami/odoo/conf/odoo.conf")
_FILE_NAMES = frozenset(("odoo.conf", ".odoorc", "odoorc", "openerp-server.conf", "odoo-server.conf", "odoo.cfg"))
_VERSION = re.compile(r"(?:saas-)?(1\d|2\d|[89])(?:\.\d{1,2})?(?:[.-].*)?")
_WRAPPERS = frozenset(("entrypoint.sh", "docker-entrypoint.sh", "tini", "dumb-init", "--"))
_INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)


@dataclass(slots=True)
class OdooSettings:
    """One Odoo container. `version` is the major version that its image's tag names, None where it names none."""

    pod: Pod
    container: Container
    environment: Environment
    version: int | None
    command_line: CommandLine
    config_file: MountedFile
    _sections: dict[str, dict[str, FileOption]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sections = parse_file(self.config_file.text or "")

    def option(self, name: str) -> Setting:
        """The text that is set for an option (`workers`, `db_host`, `http_enable`), whoever sets it.

        Flags read `True` or `False`. UNSET where nobody sets it, so that Odoo's default holds.
        """
        given = self.command_line.options.get(name)
        if given is not None:
            return Setting(given.value, given.value is not None, given.source.node)
        if self.command_line.open:
            return HIDDEN
        variable, file = self._from_environment(name), self.from_file(name)
        if variable == UNSET or (variable.known and variable.value == file.value):
            return file
        if self.version is None:
            return HIDDEN._replace(node=variable.node)
        return variable

    def integer(self, name: str, default: int) -> tuple[int | None, Setting]:
        """The number that an option has, None where it is not known; and the setting."""
        setting = self.option(name)
        if setting.value is None:
            return (default if setting.known else None), setting
        if is_unset(setting.value):
            return 0, setting
        return (int(setting.value) if _INTEGER.fullmatch(setting.value) else None), setting

    def enabled(self, name: str, default: bool) -> tuple[bool | None, Setting]:
        """Whether a flag is on, None where that is not known; and the setting."""
        setting = self.option(name)
        if setting.value is None:
            return (default if setting.known else None), setting
        return setting.value.lower() not in ("false", "0", "no", "off", "none", ""), setting

    def from_file(self, name: str, section: str = "options") -> Setting:
        """What the configuration file says, before anything else is asked."""
        if not self.config_file.known:
            return HIDDEN
        if self.is_written and section == "options":
            return bitnami_odoo.written(self.pod, self.container, self.environment, name)
        entries = self._sections.get(section, {})
        line = entries.get(name) or entries.get(_OUTDATED.get(name, name))
        if line is None or self.config_file.node is None:
            return UNSET
        node = Node(self.config_file.node.resource, self.config_file.node.path, line.line)
        return Setting(None, False, node) if has_placeholder(line.value) else Setting(line.value, True, node)

    def _from_environment(self, name: str) -> Setting:
        if name in _NOT_IN_ENVIRONMENT or (self.version is not None and self.version < READS_ENVIRONMENT):
            return UNSET
        variable = self.environment.get(_ENVIRONMENT.get(name, "ODOO_" + name.upper()))
        if variable.node is None and name not in _ENVIRONMENT and not self.environment.unread:
            return UNSET  # a Secret that is not in the estate is taken to hold credentials, not options
        return variable

    @property
    def is_written(self) -> bool:
        """Whether the image writes the configuration file: nobody mounts one."""
        return self.config_file.node is None and bitnami_odoo.writes_file(self.container)

    @property
    def serves(self) -> bool:
        """Whether the container stays and serves: no `--stop-after-init`, no other subcommand."""
        stops = self.command_line.options.get("stop_after_init")
        return self.command_line.subcommand == "server" and (stops is None or stops.value == "False")

    def role(self, name: str) -> bool | None:
        """Whether it has the role web, longpolling, cron or worker (queue jobs); None where that is not known."""
        if self.container.role == "init" or self.command_line.subcommand == "gevent":
            return self.container.role != "init" and name == "longpolling"
        if not self.serves:
            return False
        if name == "cron":
            threads, _ = self.integer("max_cron_threads", 2)
            return None if threads is None else threads > 0
        if name == "worker":
            loaded = self.option("server_wide_modules")
            return "queue_job" in listed(loaded.value or "") if loaded.known else None
        return self._answers_others()

    def _answers_others(self) -> bool | None:
        """Whether it serves HTTP beyond its own pod. OCA's queue_job talks to itself, over loopback if told so."""
        interface = self.option("http_interface")
        if interface.known and _is_loopback(interface.value or ""):
            return False
        enabled = self.enabled("http_enable", default=True)[0]
        return enabled if interface.known or not enabled else None


def _is_loopback(interface: str) -> bool:
    return interface in ("localhost", "::1") or interface.startswith("127.")


def odoo_containers(analyses: Analyses) -> list[OdooSettings]:
    """Every container that runs Odoo, of workloads of all tiers."""
    made: list[OdooSettings] = analyses.once("odoo", lambda analyses: list(_all(analyses)))
    return made


def odoo_settings(analyses: Analyses) -> dict[str, OdooSettings]:
    """Resource key -> the settings of the first Odoo server among the containers of an erp workload."""
    made: dict[str, OdooSettings] = analyses.once("odoo.servers", _servers)
    return made


def _servers(analyses: Analyses) -> dict[str, OdooSettings]:
    found: dict[str, OdooSettings] = {}
    for settings in odoo_containers(analyses):
        if settings.pod.tier == "erp" and settings.container.role in ("main", "sidecar"):
            found.setdefault(settings.pod.resource.key, settings)
    return found


def _all(analyses: Analyses) -> Iterator[OdooSettings]:
    for pod in all_pods(analyses):
        known = [container for container in pod.containers if _is_odoo(analyses, container)]
        mains = [container for container in pod.containers if container.role == "main"]
        if not known and pod.tier == "erp" and len(mains) == 1 and _is_free(analyses, mains[0]):
            known = mains
        for container in pod.containers:
            variables = environment(analyses, pod, container)
            given = words(pod, container, variables)
            arguments = _arguments(given, variables, container in known)
            if container not in known and arguments is None:
                continue
            if container.role == "init" and arguments is None:
                continue  # it prepares something with Odoo's image
            yield _settings(analyses, pod, container, variables, arguments)


def _settings(
    analyses: Analyses, pod: Pod, container: Container, variables: Environment, arguments: list[Word] | None
) -> OdooSettings:
    line = CommandLine("server", {}, True) if arguments is None else parse_command_line(arguments)
    file = _config_file(analyses, pod, container, variables, line)
    return OdooSettings(pod, container, variables, odoo_version(container), line, file)


def odoo_version(container: Container) -> int | None:
    """The major version of Odoo that the image's tag names (`odoo:17.0`); None where it names none."""
    image = container.body.get("image", "").partition("@")[0]
    tag = image.rpartition("/")[2].partition(":")[2]
    match = _VERSION.fullmatch(tag)
    return int(match[1]) if match and not has_placeholder(match[1]) else None


def name_of_image(pod: Pod, container: Container) -> str | None:
    """The last path component of a container's image; None where it is not known."""
    image = container.body.get("image", "")
    return image_name(image) if image or pod.resource.is_known((*container.path, "image")) else None


def _tier(analyses: Analyses, container: Container) -> str | None:
    name = image_name(container.body.get("image", ""))
    return {**IMAGES, **analyses.settings.get("tiers", {}).get("images", {})}.get(name) if name else None


def _is_odoo(analyses: Analyses, container: Container) -> bool:
    return _tier(analyses, container) == "erp"


def _is_free(analyses: Analyses, container: Container) -> bool:
    return _tier(analyses, container) is None


def _arguments(given: list[Word], variables: Environment, is_odoo: bool) -> list[Word] | None:
    """Odoo's arguments; None where another program runs, or one that is not known."""
    found = [arguments for command in commands(given, variables) if (arguments := odoo_arguments(command)) is not None]
    if found:
        return found[-1]  # what a script runs before ends before
    if not is_odoo:
        return None
    rest = list(given)
    while rest and rest[0].text.rpartition("/")[2] in _WRAPPERS:
        rest.pop(0)
    return rest if not rest or rest[0].text.startswith("-") else None


def _config_file(
    analyses: Analyses, pod: Pod, container: Container, variables: Environment, line: CommandLine
) -> MountedFile:
    given = line.options.get("config")
    if given is not None:
        return file_in(analyses, pod, container, given.value) if given.value else MountedFile(known=False)
    for name in ("ODOO_RC", "OPENERP_SERVER"):
        variable = variables.get(name)
        if variable.node is not None:
            return file_in(analyses, pod, container, variable.value) if variable.value else MountedFile(known=False)
    for path in _FILES:
        found = file_in(analyses, pod, container, path)
        if found.text is not None or not found.known:
            return found
    named = [file for path, file in config_files(analyses, pod, container) if path.rpartition("/")[2] in _FILE_NAMES]
    if len(named) > 1:
        return MountedFile(known=False)
    return named[0] if named else MountedFile()


__all__ = ["OdooSettings", "is_unset", "name_of_image", "odoo_containers", "odoo_settings", "odoo_version"]
