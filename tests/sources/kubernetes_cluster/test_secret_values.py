"""Secrets in objects: whole values are gone and told, parts of texts are replaced."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from erpguard.sources.kubernetes_cluster.secret_texts import MARK
from erpguard.sources.kubernetes_cluster.secret_values import TooDeepError, remove_secrets


def cleaned(kind: str = "Thing", version: str = "example.com/v1", **rest: Any) -> tuple[dict[str, Any], list[Any]]:
    body = {"apiVersion": version, "kind": kind, "metadata": {"name": "a"}, **copy.deepcopy(rest)}
    paths = remove_secrets(body)
    return {key: body[key] for key in rest}, paths


def test_variables_of_containers() -> None:
    env = [
        {"name": "DB_PASSWORD", "value": "abc"},
        {"name": "DB_HOST", "value": "db"},
        {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}},
        {"name": "SMTP_PASSWORD", "value": ""},
        {"name": "PASSWORD", "value": "$(DB_PASSWORD)"},
        {"name": "USE_TOKEN", "value": "true"},
        {"name": "REDIS_CONNECTION_STRING", "value": "redis://u:abc@db/1"},
        {"name": "OTHER_PASSWORD", "value": "a://bc"},
    ]
    found, paths = cleaned(spec={"containers": [{"env": env}]})
    assert paths == [("spec", "containers", 0, "env", index, "value") for index in (0, 7)]
    left = found["spec"]["containers"][0]["env"]
    assert left[0] == {"name": "DB_PASSWORD"}
    assert left[1:6] == env[1:6]
    assert left[6]["value"] == f"redis://u:{MARK}@db/1"


def test_command_lines_keep_their_places() -> None:
    args = ["--requirepass", "abc", "--maxmemory", "1gb", "--pass=abc", "--token", "$(TOKEN)", "--password", "--tls"]
    found, paths = cleaned(spec={"args": args})
    assert paths == []
    assert found["spec"]["args"] == [
        "--requirepass",
        MARK,
        "--maxmemory",
        "1gb",
        f"--pass={MARK}",
        "--token",
        "$(TOKEN)",
        "--password",
        "--tls",
    ]


@pytest.mark.parametrize(
    ("image", "command", "args", "left"),
    [
        ("odoo:18.0", [], ["-w", "abc", "-d", "erp"], ["-w", MARK, "-d", "erp"]),
        ("own", ["odoo-bin"], ["-wabc", "--workers=2"], [f"-w{MARK}", "--workers=2"]),
        ("redis:8", ["redis-cli"], ["-a", "abc", "ping"], ["-a", MARK, "ping"]),
        ("nginx:1", ["curl"], ["-w", "abc", "-a", "b"], ["-w", "abc", "-a", "b"]),
    ],
)
def test_short_options_belong_to_programs(image: str, command: list[str], args: list[str], left: list[str]) -> None:
    found, _ = cleaned(spec={"image": image, "command": command, "args": args})
    assert found["spec"]["args"] == left


def test_config_maps() -> None:
    data = {"DB_PASSWORD": "abc", ".pgpass": "a:b:c", "odoo.conf": "db_password = abc\nworkers = 2\n", "token": ""}
    found, paths = cleaned("ConfigMap", "v1", data=data, binaryData={"a": "QUJD"})
    assert found["data"] == {"odoo.conf": f"db_password = {MARK}\nworkers = 2\n", "token": ""}
    assert found["binaryData"] == {"a": ""}
    assert paths == [("data", "DB_PASSWORD"), ("data", ".pgpass")]


def test_fields_and_references() -> None:
    spec = {
        "basicAuth": {"secret": "users"},
        "tls": {"secretName": "cert", "caSecret": "ca"},
        "password": {"name": "s", "key": "password"},
        "plugin": {"x": {"apiKey": "abc", "enabled": True}},
        "values": {"auth": {"password": "abc", "rootPassword": 12345}},
    }
    found, paths = cleaned(spec=spec)
    values = ("spec", "values", "auth")
    assert paths == [("spec", "plugin", "x", "apiKey"), (*values, "password"), (*values, "rootPassword")]
    assert found["spec"]["basicAuth"] == spec["basicAuth"]
    assert found["spec"]["tls"] == spec["tls"]
    assert found["spec"]["password"] == spec["password"]
    assert (found["spec"]["plugin"], found["spec"]["values"]) == ({"x": {"enabled": True}}, {"auth": {}})


def test_lists_of_anything() -> None:
    found, _ = cleaned(spec={"a": ["password=abc", {"b": "token: abc"}, ["pwd=abc", 1], 2]})
    assert found["spec"]["a"] == [f"password={MARK}", {"b": f"token: {MARK}"}, [f"pwd={MARK}", 1], 2]


def test_annotations_but_not_names_or_labels() -> None:
    metadata = {
        "name": "token",
        "namespace": "password",
        "labels": {"token": "a"},
        "annotations": {"example.com/token": "abc", "note": "password=abc", "kubernetes.io/tls-secret": "name"},
    }
    found, paths = cleaned(metadata=metadata)
    assert paths == [("metadata", "annotations", "example.com/token")]
    assert found["metadata"] == {
        **metadata,
        "annotations": {"note": f"password={MARK}", "kubernetes.io/tls-secret": "name"},
    }


def test_what_is_nested_too_deep_is_refused() -> None:
    deep: Any = {}
    for _ in range(70):
        deep = {"a": [deep]}
    with pytest.raises(TooDeepError):
        cleaned(spec=deep)
