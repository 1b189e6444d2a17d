"""What Redis is told about its memory."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.analysis.applications.redis_options import invocation, memory
from erpguard.analysis.values.nodes import Node
from erpguard.analysis.workloads.command_lines import Word
from tests.analysis.estates import analyses, resource

NODE = Node(resource("v1", "Pod", "redis", spec={"containers": []}), ())


@pytest.mark.parametrize(
    ("text", "size"),
    [("100", 100), ("1k", 1000), ("1kb", 1024), ("1M", 10**6), ("1MB", 2**20), ("2gb", 2**31), ("1g", 10**9), ("0", 0)],
)
def test_units(text: str, size: int) -> None:
    assert memory(text) == size


@pytest.mark.parametrize("text", ["", "1.5gb", "50%", "1tb", "-1", "gb", "1 gb"])
def test_what_the_server_refuses(text: str) -> None:
    assert memory(text) is None


def test_units_of_dragonfly() -> None:
    assert [memory(text, dragonfly=True) for text in ("1k", "1.5GB", "2GiB", "10")] == [1024, 3 * 2**29, 2**31, 10]


def _said(*texts: str) -> tuple[str | None, bool]:
    setting = invocation(Word(text, NODE) for text in texts).maxmemory
    return setting.value, setting.known


def test_words_of_the_command_line() -> None:
    assert _said() == (None, True)
    assert _said("/etc/redis.conf", "--appendonly", "yes") == (None, True)
    assert _said("--maxmemory", "1gb", "--maxmemory", "2gb") == ("2gb", True)
    assert _said("--maxmemory 1gb") == _said("--maxmemory=1gb") == _said("--MaxMemory", "1gb") == ("1gb", True)
    assert _said("--maxmemory-policy", "allkeys-lru") == (None, True)


def test_words_that_are_not_known() -> None:
    assert _said("--requirepass", "${PASSWORD}", "--maxmemory", "1gb") == ("1gb", True)
    assert _said("--requirepass", "${PASSWORD}") == (None, True)
    assert _said("--maxmemory", "${MEMORY}") == (None, False)
    assert _said("${ARGUMENTS}") == (None, False)
    assert _said("--maxmemory", "1gb", "${MORE}") == (None, False)
    assert _said("${MORE}", "--maxmemory", "1gb") == ("1gb", True)


def _row(container: str, more: str = "") -> tuple[Any, ...]:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: redis, namespace: erp}\nspec:\n"
    made = analyses(text + f"  containers: [{{name: redis, {container}}}]\n{more}").view("redis_memory")
    if not made.rows:
        return ()
    row = next(iter(made.rows.values()))
    return row.get("missing"), row.get("exceeds"), row.get("maxmemory")


LIMIT = "resources: {limits: {memory: 1Gi}}"


def test_containers() -> None:
    assert _row("image: redis") == (True, False, None)
    assert _row(f"image: 'redis:8', args: [--maxmemory, 1gb], {LIMIT}") == (False, True, "1gb")
    assert _row(f"image: 'redis:8', args: [--maxmemory, 1g], {LIMIT}") == (False, False, "1g")
    assert _row("image: redis, args: [--maxmemory, 1gb]") == (False, False, "1gb")
    assert _row("image: redis, command: [redis-cli, ping]") == ()
    assert _row("image: redis, command: [sh, -c, 'redis-server --sentinel']") == ()
    assert _row("image: redis, command: [/start.sh]") == (None, None, None)
    assert _row("image: redis, command: [tini, --, redis-server, --maxmemory, 1mb]") == (False, False, "1mb")
    assert _row("image: own, ports: [{containerPort: 6379}]") == (True, False, None)
    assert _row("image: nginx") == ()


def test_variables() -> None:
    env = "env: [{name: M, value: 2gb}]"
    assert _row(f"image: redis, args: [--maxmemory, $(M)], {env}, {LIMIT}") == (False, True, "2gb")
    flags = "env: [{name: REDIS_EXTRA_FLAGS, value: --maxmemory 2gb}]"
    assert _row(f"image: bitnami/redis, {flags}, {LIMIT}") == (False, True, "2gb")
    dragonfly = "env: [{name: DFLY_maxmemory, value: 512mb}]"
    assert _row(f"image: dragonfly, {dragonfly}, {LIMIT}") == (False, False, "512mb")
    assert _row(f"image: dragonfly, {LIMIT}") == (False, False, None)


def test_files() -> None:
    mounted = "command: [redis-server, /c/redis.conf], image: redis, volumeMounts: [{name: v, mountPath: /c}]"
    volume = "  volumes: [{name: v, configMap: {name: m}}]\n"
    config = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: erp}\ndata: {redis.conf: %s}\n"
    assert _row(mounted, volume + config % "maxmemory 1mb") == (False, False, "1mb")
    assert _row(mounted, volume + config % "'# maxmemory 1mb'") == (True, False, None)
    assert _row(mounted, volume + config % "'maxmemory ${M}'") == (None, None, None)
    assert _row(mounted, volume + config % "include /elsewhere.conf") == (None, None, None)
    assert _row(mounted, volume) == (None, None, None)
    assert _row(mounted) == (None, None, None)
