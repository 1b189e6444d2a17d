"""The `odoo.conf` that Bitnami's image of Odoo writes at its first start, from its environment.

Sources: github.com/bitnami/containers, in bitnami/odoo `odoo-env.sh` (variables and defaults), `odoo.conf.tpl` and
`entrypoint.sh`.
"""

from __future__ import annotations

from erpguard.analysis.values.nodes import UNSET, Node, Setting
from erpguard.analysis.workloads.environment_variables import Environment
from erpguard.analysis.workloads.pods import Container, Pod
from erpguard.analysis.workloads.tiers import bitnami_name

DATA_DIR = "/bitnami/odoo/data"

_VARIABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "db_host": (("ODOO_DATABASE_HOST", "POSTGRESQL_HOST"), "postgresql"),
    "db_name": (("ODOO_DATABASE_NAME", "POSTGRESQL_DATABASE_NAME"), "bitnami_odoo"),
    "db_port": (("ODOO_DATABASE_PORT_NUMBER", "POSTGRESQL_PORT_NUMBER"), "5432"),
    "db_user": (("ODOO_DATABASE_USER", "POSTGRESQL_DATABASE_USER", "POSTGRESQL_DATABASE_USERNAME"), "bn_odoo"),
    "dbfilter": (("ODOO_DATABASE_FILTER",), ""),
    "list_db": (("ODOO_LIST_DB",), "no"),
}
"""Option -> the variables that set it, the first one that is not empty counts, and the default."""

_FIXED = {"data_dir": DATA_DIR, "max_cron_threads": "1", "proxy_mode": "True"}
_YES = ("1", "true", "yes")


def writes_file(container: Container) -> bool:
    """Whether a container is the image's own server, so that its entrypoint writes the file."""
    if bitnami_name(container.body.get("image", "")) != "odoo" or container.body.get("command"):
        return False
    given = container.body.get("args") or [""]
    return not given[0] or given[0].endswith("odoo/run.sh")


def written(pod: Pod, container: Container, variables: Environment, name: str) -> Setting:
    """What the file that the image writes says of an option."""
    if name in _FIXED:
        return Setting(_FIXED[name])
    names, default = _VARIABLES.get(name, ((), ""))
    for variable in names:
        setting = variables.get(variable)
        if not setting.known or setting.value:
            return _flag(setting) if name == "list_db" else setting
    at = Node(pod.resource, (*container.path, "env"))
    return _flag(Setting(default, True, at)) if name == "list_db" else Setting(default, True, at) if default else UNSET


def _flag(setting: Setting) -> Setting:
    return setting if setting.value is None else setting._replace(value=str(setting.value.lower() in _YES))
