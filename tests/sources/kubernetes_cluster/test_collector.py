"""The collector before its first call: what has to be mended is said, and nothing heavy is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from erpguard.errors import UsageError
from erpguard.sources import kubernetes_cluster
from erpguard.sources.kubernetes_cluster import KubernetesCollector
from erpguard.sources.live import Collector, KubernetesConnection, Run, Target
from tests.sources.kubernetes_cluster.test_kubeconfig import config, written


def test_targets(tmp_path: Path) -> None:
    given = KubernetesConnection(written(tmp_path, config("a", "b", current="a")))
    collector: Collector = KubernetesCollector(given)
    assert collector.targets() == [Target("kubernetes", "a")]
    parts = KubernetesCollector(given, ["b", "a"], ["erp", "shop", "erp"])
    assert parts.targets() == [Target("kubernetes", "b", ("erp", "shop")), Target("kubernetes", "a", ("erp", "shop"))]


def test_a_context_that_does_not_exist(tmp_path: Path) -> None:
    given = KubernetesConnection(written(tmp_path, config("a", current="a")))
    for ask in (KubernetesCollector(given, ["b"]).targets, lambda: KubernetesCollector(given, ["b"]).records(Run())):
        with pytest.raises(UsageError, match='has no context "b", only a'):
            ask()


@pytest.mark.parametrize("name", ["..", "a/b", "", "A", "a_b", "-a", "a" * 64, "a\n"])
def test_names_that_no_namespace_has(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a namespace"):
        KubernetesCollector(KubernetesConnection(), (), ["erp", name])


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(name: str) -> ModuleSpec | None:
        assert name == "kubernetes"
        return None

    monkeypatch.setattr(kubernetes_cluster, "find_spec", find)
    given = KubernetesConnection(written(tmp_path, config("a", current="a")))
    with pytest.raises(UsageError) as raised:
        KubernetesCollector(given).records(Run())
    assert str(raised.value) == 'live Kubernetes needs the extra: pip install "erpguard[kubernetes]"'


def test_nothing_heavy_is_imported_before_the_first_call(tmp_path: Path) -> None:
    file = written(tmp_path, config("a", current="a"))
    code = f"""
import sys
from erpguard.sources.kubernetes_cluster import KubernetesCollector
from erpguard.sources.live import KubernetesConnection, Run
collector = KubernetesCollector(KubernetesConnection({file!r}))
collector.targets(), collector.notes(), collector.records(Run())
print([name for name in ("kubernetes", "urllib3", "requests") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.replace("'", '"')) == []
