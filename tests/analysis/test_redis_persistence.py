"""Whether Redis and its like keep their data."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis import Analyses
from erpguard.estate import Estate
from erpguard.model import Resource
from tests.analysis.estates import resource

UNKNOWN = "not known yet"
CLAIM = {"persistentVolumeClaim": {"claimName": "data"}}


def redis(
    *words: str, volume: dict[str, Any] | None = None, path: str = "/data", image: str = "redis:8.2", **fields: Any
) -> Resource:
    mounts = [{"name": "data", "mountPath": path}, {"name": "config", "mountPath": "/etc/redis"}]
    container = {"name": "redis", "image": image, "args": list(words), "volumeMounts": mounts}
    volumes = [
        {"name": "data", **(CLAIM if volume is None else volume)},
        {"name": "config", "configMap": {"name": "redis"}},
    ]
    template = {"spec": {"containers": [container], "volumes": volumes}}
    return resource("apps/v1", "Deployment", "redis", spec={"selector": {}, "template": template}, **fields)


def persistent(made: Resource, config: str | None = None) -> bool | None:
    others = [] if config is None else [resource("v1", "ConfigMap", "redis", data={"redis.conf": config})]
    view = Analyses(Estate([made, *others])).view("redis_persistence")
    (row,) = view.of(made)
    return None if "persistent" in row.unknown else row.fields["persistent"]


@pytest.mark.parametrize(
    ("made", "answer"),
    [
        (redis(), True),
        (redis("redis-server", "--appendonly", "yes", "--save", ""), True),
        (redis("--appendonly", "no"), True),  # snapshots are on
        (redis("--save", ""), False),
        (redis("--save", "", "--appendonly", "no"), False),
        (redis("--save", "", "--save", "60", "1"), True),
        (redis("--save", "60", "1", "--save", ""), False),
        (redis("--save", "${SAVE}"), None),
        (redis("--requirepass", "${PASSWORD}"), True),
        (redis("sh", "-c", "redis-server --appendonly yes"), True),
        (redis("/start.sh"), None),
        (redis(volume={"emptyDir": {}}), False),
        (redis(path="/srv"), None),  # an image of one's own may work there
        (redis("--dir", "/srv", path="/srv"), True),
        (redis("--dir", "/srv"), False),
        (redis(image="bitnami/redis:8", path="/bitnami/redis/data"), True),
        (redis(image="bitnamilegacy/redis:8", path="/bitnami/redis/data"), True),
    ],
)
def test_words(made: Resource, answer: bool | None) -> None:
    assert persistent(made, "") is answer


@pytest.mark.parametrize(
    ("config", "answer"),
    [
        ('save ""\nappendonly yes\n', True),
        ('save ""\n# appendonly yes\n', False),
        ("save 900 1\n", True),
        ("maxmemory 1gb\n", True),
        ("include /etc/redis/more.conf\n", None),
        ("dir /srv\n", False),
        (None, None),
    ],
)
def test_files(config: str | None, answer: bool | None) -> None:
    assert persistent(redis("/etc/redis/redis.conf"), config) is answer


def test_sentinels_are_left_out() -> None:
    made = redis("/etc/redis/sentinel.conf", "--sentinel")
    assert Analyses(Estate([made])).view("redis_persistence").rows == {}


@pytest.mark.parametrize(("value", "decided"), [("none", True), ("None", True), ("later", False), ("${X}", None)])
def test_decisions(value: str, decided: bool | None) -> None:
    for key in ("labels", "annotations"):
        made = redis("--save", "", metadata={key: {"erpguard.io/persistence": value}})
        view = Analyses(Estate([made])).view("redis_persistence")
        (row,) = view.rows.values()
        assert row.get("decided") is decided


@pytest.mark.parametrize(
    ("config", "answer"), [('save ""\n', False), ("maxmemory 1gb\n", True), (UNKNOWN, None), (None, None)]
)
def test_the_files_that_the_image_of_bitnami_reads(config: str | None, answer: bool | None) -> None:
    made = redis(image="bitnami/redis:8", path="/bitnami/redis/data")
    mounts = made.body["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
    mounts[1]["mountPath"] = "/opt/bitnami/redis/mounted-etc"
    others = [] if config is None else [resource("v1", "ConfigMap", "redis", data={"redis.conf": config})]
    if config == UNKNOWN:
        others[0].unknown = frozenset((("data", "redis.conf"),))
        del others[0].body["data"]["redis.conf"]
    view = Analyses(Estate([made, *others])).view("redis_persistence")
    (row,) = view.of(made)
    assert (None if "persistent" in row.unknown else row.fields["persistent"]) is answer
