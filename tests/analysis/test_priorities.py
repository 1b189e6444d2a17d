"""Who people wait for, and with which priority; and emptyDir volumes."""

from __future__ import annotations

from typing import Any

from tests.analysis.estates import analyses

POD = """
apiVersion: v1
kind: Pod
metadata: {name: it, namespace: erp}
spec: {containers: [{name: it, image: %s}]%s}
"""
DEFAULT = "---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: c}\nglobalDefault: %s\n"


def _row(text: str) -> tuple[Any, Any]:
    view = analyses(text).view("priorities")
    row = next(iter(view.rows.values()))
    return row.get("interactive"), row.get("priority_class")


def test_tiers() -> None:
    assert _row(POD % ("odoo", "")) == (True, False)
    assert _row(POD % ("'odoo', args: [--no-http]", "")) == (False, False)
    assert _row(POD % ("busybox", "")) == (False, False)
    assert _row(POD % ("'${IMAGE}'", "")) == (None, False)
    assert _row(POD % ("traefik", "")) == (True, False)


def test_classes() -> None:
    assert _row(POD % ("redis", ", priorityClassName: high")) == (True, True)
    assert _row(POD % ("redis", ", priorityClassName: ''")) == (True, False)
    assert _row(POD % ("redis", ", priorityClassName: '${CLASS}'")) == (True, None)
    assert _row(POD % ("redis", ", priorityClassName: '${CLASS}'") + DEFAULT % "true") == (True, True)
    assert _row(POD % ("redis", "") + DEFAULT % "true") == (True, True)
    assert _row(POD % ("redis", "") + DEFAULT % "false") == (True, False)
    assert _row(POD % ("redis", "") + DEFAULT % "'${IT}'") == (True, None)


def _bounded(volumes: str) -> list[Any]:
    view = analyses(POD % ("it", f", volumes: {volumes}")).view("empty_dirs")
    return [row.get("bounded") for row in view.rows.values()]


def test_empty_dirs() -> None:
    assert _bounded("[{name: a, emptyDir: {}}, {name: b, emptyDir: {sizeLimit: 1Gi}}]") == [False, True]
    assert _bounded("[{name: a}, {name: b, emptyDir: {medium: Memory, sizeLimit: 0}}]") == [False, False]
    assert _bounded("[{name: a, configMap: {name: b}}, {name: b, csi: {driver: c}}]") == []
    assert _bounded("[{name: a, emptyDir: {sizeLimit: '${SIZE}'}}, {name: b, emptyDir: 1}, 7]") == [None, None, None]
    assert _bounded("{}") == [None]
