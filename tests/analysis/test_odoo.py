"""Where the settings of an Odoo container come from."""

from __future__ import annotations

import textwrap

import pytest

from erpguard.analysis.applications.odoo import OdooSettings, odoo_containers, odoo_settings, odoo_version
from erpguard.analysis.workloads.pods import Container
from tests.analysis.estates import analyses

CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: odoo, namespace: erp}
data:
  odoo.conf: |
    [options]
    ; how many
    workers = 4
    db_host = False
    max_cron_threads = ${THREADS}
  more: "1"
"""
VOLUME = "volumes: [{name: config, configMap: {name: odoo}}]"
MOUNT = "volumeMounts: [{name: config, mountPath: /etc/odoo}]"


def settings(container: str, pod: str = "", config: str = CONFIG, image: str = "odoo:17.0") -> OdooSettings:
    manifest = "\n".join(
        [
            "apiVersion: v1",
            "kind: Pod",
            "metadata: {name: odoo, namespace: erp}",
            "spec:",
            "  containers:",
            "  - name: odoo",
            f"    image: {image}",
            textwrap.indent(textwrap.dedent(container).strip(), "    "),
            textwrap.indent(pod, "  "),
        ]
    )
    return odoo_settings(analyses(config + "\n---\n" + manifest))["default/core/Pod/erp/odoo"]


def test_a_line_of_the_mounted_file() -> None:
    found = settings(MOUNT, VOLUME).option("workers")
    assert (found.value, found.known) == ("4", True)
    assert found.node is not None
    assert (found.node.resource.name, found.node.path, found.node.line) == ("odoo", ("data", "odoo.conf"), 2)


def test_a_placeholder_in_the_file_is_not_known() -> None:
    found = settings(MOUNT, VOLUME).option("max_cron_threads")
    assert (found.value, found.known, found.node is not None) == (None, False, True)


def test_what_nobody_sets() -> None:
    found = settings(MOUNT, VOLUME).option("limit_memory_hard")
    assert (found.value, found.known, found.node) == (None, True, None)
    assert settings("").option("workers").known


def test_the_command_line_wins() -> None:
    found = settings(f"args: [--workers, '2']\n{MOUNT}", VOLUME).option("workers")
    assert found.value == "2"
    assert found.node is not None and found.node.path == ("spec", "containers", 0, "args", 1)


@pytest.mark.parametrize(
    ("image", "value", "known"),
    [("odoo:17.0", None, True), ("odoo:19.0", "9", True), ("odoo:latest", None, False), ("odoo:19", "9", True)],
)
def test_the_environment_counts_from_odoo_19_on(image: str, value: str | None, known: bool) -> None:
    found = settings("env: [{name: ODOO_LIMIT_REQUEST, value: '9'}]", image=image).option("limit_request")
    assert (found.value, found.known) == (value, known)


@pytest.mark.parametrize(
    ("container", "pod", "known"),
    [
        (MOUNT, "volumes: [{name: config, secret: {secretName: odoo}}]", False),
        (MOUNT, "volumes: [{name: config, emptyDir: {}}]", False),
        (MOUNT, "volumes: [{name: config, configMap: {name: elsewhere}}]", False),
        (MOUNT, "volumes: [{name: config, secret: {secretName: x, items: [{key: a, path: b}]}}]", True),
        ("volumeMounts: [{name: config, mountPath: /srv}]", VOLUME.replace("odoo", "elsewhere"), True),
        ("command: [/opt/start.sh]", "", False),
        ("args: ['${ARGS}']", "", False),
        ("command: [sh, -c, 'exec odoo $EXTRA']", "", False),
        ("command: [sh, -c, 'exec odoo --no-http']", "", True),
        ("command: [/usr/bin/tini, --, odoo]", "", True),
    ],
)
def test_what_may_hide_options(container: str, pod: str, known: bool) -> None:
    assert settings(container, pod).option("workers").known is known


@pytest.mark.parametrize(
    "container",
    [
        "args: [-c, /srv/erp.conf]\nvolumeMounts: [{name: config, mountPath: /srv/erp.conf, subPath: odoo.conf}]",
        "env: [{name: ODOO_RC, value: /srv/odoo.conf}]\nvolumeMounts: [{name: config, mountPath: /srv}]",
        "volumeMounts: [{name: config, mountPath: /somewhere/else}]",
        "command: [bash, -ec]\nargs: ['odoo -c /srv/odoo.conf']\nvolumeMounts: [{name: config, mountPath: /srv/}]",
    ],
)
def test_where_the_file_may_be(container: str) -> None:
    assert settings(container, VOLUME).option("workers").value == "4"


def test_items_name_the_file() -> None:
    volume = "volumes: [{name: config, configMap: {name: odoo, items: [{key: odoo.conf, path: erp/odoo.conf}]}}]"
    mount = "args: [--config=/etc/odoo/erp/odoo.conf]\n" + MOUNT
    assert settings(mount, volume).option("workers").value == "4"
    assert settings(MOUNT + "\nargs: [-c, /etc/odoo/odoo.conf]", volume).option("workers").value is None


def test_numbers_and_flags() -> None:
    found = settings("args: [--workers=x, --limit-request=-1, --no-http]")
    assert found.integer("workers", 0)[0] is None
    assert found.integer("limit_request", 5)[0] == -1
    assert found.integer("max_cron_threads", 2)[0] == 2
    assert found.enabled("http_enable", default=True)[0] is False
    assert found.enabled("list_db", default=True)[0] is True


@pytest.mark.parametrize(
    ("container", "roles"),
    [
        ("", {"web", "longpolling", "cron"}),
        ("args: [--max-cron-threads=0]", {"web", "longpolling"}),
        ("args: [--no-http]", {"cron"}),
        ("args: [--max-cron-threads=0, '--load=web,queue_job']", {"web", "longpolling", "worker"}),
        ("command: [odoo, gevent]", {"longpolling"}),
        ("args: [odoo, --stop-after-init, -u, all]", set()),
        ("args: [odoo, shell]", set()),
    ],
)
def test_roles(container: str, roles: set[str]) -> None:
    found = settings(container)
    assert {name for name in ("web", "longpolling", "cron", "worker") if found.role(name)} == roles


def test_init_containers_have_no_role() -> None:
    text = """
    apiVersion: v1
    kind: Pod
    metadata: {name: odoo, namespace: erp}
    spec:
      initContainers:
      - {name: init, image: "odoo:17", args: [odoo, -i, base, --stop-after-init]}
      containers:
      - {name: odoo, image: "odoo:17"}
    """
    roles = {found.container.name: found.role("cron") for found in odoo_containers(analyses(textwrap.dedent(text)))}
    assert roles == {"odoo": True, "init": False}


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("odoo:17.0", 17),
        ("odoo:17", 17),
        ("registry.example.com:5000/acme/odoo:16.0-20240101", 16),
        ("bitnami/odoo:18.0.20250105-debian-12-r3", 18),
        ("odoo:saas-17.4", 17),
        ("odoo:19.0@sha256:abc", 19),
        ("odoo", None),
        ("odoo:latest", None),
        ("odoo:${TAG}", None),
        ("acme/odoo:2.3.1", None),
        ("acme/odoo:20240101", None),
    ],
)
def test_versions(image: str, version: int | None) -> None:
    assert odoo_version(Container({"name": "odoo", "image": image}, (), "main")) == version


@pytest.mark.parametrize(
    ("image", "container", "option", "expected"),
    [
        ("bitnami/odoo:18", "env: [{name: ODOO_DATABASE_HOST, value: pg}]", "db_host", ("pg", True)),
        ("bitnamilegacy/odoo:18", "env: [{name: POSTGRESQL_HOST, value: pg}]", "db_host", ("pg", True)),
        ("a.example/bitnami/odoo:18", "env: [{name: ODOO_DATABASE_HOST, value: ''}]", "db_host", ("postgresql", True)),
        ("bitnami/odoo:18", "env: [{name: ODOO_DATABASE_HOST, value: '${HOST}'}]", "db_host", (None, False)),
        ("bitnami/odoo:18", "env: []", "db_port", ("5432", True)),
        ("bitnami/odoo:18", "env: []", "list_db", ("False", True)),
        ("bitnami/odoo:18", "env: [{name: ODOO_LIST_DB, value: 'Yes'}]", "list_db", ("True", True)),
        ("bitnami/odoo:18", "env: []", "max_cron_threads", ("1", True)),
        ("bitnami/odoo:18", "args: [/opt/bitnami/scripts/odoo/run.sh]", "data_dir", (None, False)),
        ("bitnami/odoo:18", "env: []", "workers", (None, True)),
        ("bitnami/odoo:18", "command: [odoo]", "list_db", (None, True)),
        ("bitnami/odoo-exporter:18", "ports: [{containerPort: 8069}]", "list_db", (None, True)),
        ("acme/odoo:18", "env: [{name: ODOO_DATABASE_HOST, value: pg}]", "db_host", (None, True)),
    ],
)
def test_the_file_that_the_image_of_bitnami_writes(
    image: str, container: str, option: str, expected: tuple[str | None, bool]
) -> None:
    found = settings(container, image=image).option(option)
    assert (found.value, found.known) == expected


def test_a_mounted_file_takes_the_place_of_the_one_that_the_image_writes() -> None:
    mount = "volumeMounts: [{name: config, mountPath: /opt/bitnami/odoo/conf}]"
    found = settings(mount, VOLUME, image="bitnami/odoo:18")
    assert (found.option("db_host").value, found.option("list_db").value) == ("False", None)
