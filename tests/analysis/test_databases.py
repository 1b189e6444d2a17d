"""Which volumes of a StatefulSet hold the data of its database."""

from __future__ import annotations

import pytest

from erpguard.analysis import Analyses
from erpguard.analysis.backup.databases import data_volumes
from erpguard.analysis.workloads.pods import all_pods
from erpguard.estate import Estate
from tests.analysis.estates import resource

DATA = "/var/lib/postgresql/data"


@pytest.mark.parametrize(
    ("mounts", "environment", "expected"),
    [
        ({"claim": DATA}, {}, ["claim"]),
        ({"claim": "/var/lib/postgresql"}, {}, ["claim"]),
        ({"claim": "/backups", "scratch": DATA}, {}, ["scratch"]),
        ({"claim": DATA, "scratch": "/dev/shm"}, {}, ["claim"]),
        ({"claim": "/bitnami/postgresql", "scratch": "/dev/shm"}, {}, ["claim"]),
        ({"claim": "/home/postgres/pgdata", "scratch": "/run"}, {}, ["claim"]),
        ({"claim": "/opt/data", "scratch": "/run"}, {"PGDATA": "/opt/data/17"}, ["claim"]),
        ({"claim": "/opt/data", "scratch": "/run"}, {"PGDATA": "${WHERE}"}, [None]),
        ({"claim": "/opt/data", "scratch": "/run", "settings": "/etc/pg"}, {}, ["claim", None]),
        ({"scratch": "/opt/data", "settings": "/etc/pg"}, {}, ["scratch"]),
        ({"claim": "/opt/data", "node": "/opt/wal"}, {}, ["claim", "node"]),
        ({"settings": "/etc/pg"}, {}, []),
        ({}, {}, []),
    ],
)
def test_data_volumes(mounts: dict[str, str], environment: dict[str, str], expected: list[str | None]) -> None:
    container = {
        "name": "postgres",
        "image": "acme/postgresql:17",
        "env": [{"name": name, "value": value} for name, value in environment.items()],
        "volumeMounts": [{"name": name, "mountPath": path} for name, path in mounts.items()],
    }
    volumes = [
        {"name": "scratch", "emptyDir": {}},
        {"name": "node", "hostPath": {"path": "/wal"}},
        {"name": "settings", "configMap": {"name": "settings"}},
    ]
    spec = {
        "selector": {"matchLabels": {"app": "db"}},
        "template": {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [container], "volumes": volumes}},
        "volumeClaimTemplates": [{"metadata": {"name": "claim"}}],
    }
    made = Analyses(Estate([resource("apps/v1", "StatefulSet", "db", spec=spec)]))
    found = [None if one is None else one.name for one in data_volumes(made, all_pods(made)[0])]
    assert found == expected
