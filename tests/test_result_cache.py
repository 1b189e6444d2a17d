"""What is kept of a scan is what a scan would say, and only as long as nothing that it depends on has changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import erpguard
from erpguard import result_cache
from erpguard.result_cache import ResultCache

EXAMPLE = Path(__file__).parent.parent / "examples" / "erp-on-aks"
POD = """
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: erp}
spec:
  hostNetwork: true  # erpguard: ignore[NET008] it is a router
  containers:
  - {name: a, image: nginx:1.29}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "pod.yaml").write_text(POD)
    return folder


def scan(tree: Path, cache: Path, **options: Any) -> erpguard.ScanResult:
    return erpguard.scan([str(tree)], root=str(tree), cache=str(cache), as_of="2026-01-31", **options)


def entries(cache: Path) -> int:
    return len(list(cache.glob("*.json")))


def test_a_kept_result_is_the_result(tmp_path: Path) -> None:
    options: dict[str, Any] = {"root": str(EXAMPLE), "as_of": "2026-01-31"}
    plain = erpguard.scan([str(EXAMPLE)], **options)
    first = erpguard.scan([str(EXAMPLE)], cache=str(tmp_path), **options)
    assert entries(tmp_path) == 1
    kept = erpguard.scan([str(EXAMPLE)], cache=str(tmp_path), **options)
    assert kept is not first
    for result in (first, kept):
        assert result.findings == plain.findings
        assert result.undetermined == plain.undetermined
        assert result.to_sarif() == plain.to_sarif()
        assert result.to_json() == plain.to_json()


def test_what_is_suppressed_is_kept(tree: Path, tmp_path: Path) -> None:
    results = [scan(tree, tmp_path / "cache") for _ in range(2)]
    assert entries(tmp_path / "cache") == 1
    assert results[0].suppressed == results[1].suppressed != []


def test_an_unchanged_tree_is_not_judged_again(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = scan(tree, tmp_path / "cache").findings
    monkeypatch.setattr(sys.modules["erpguard.scan"], "_judged", lambda *_: pytest.fail("judged again"))
    assert scan(tree, tmp_path / "cache").findings == expected


def _edit(tree: Path) -> dict[str, Any]:
    (tree / "pod.yaml").write_text(POD.replace("nginx", "httpd"))
    return {}


def _add(tree: Path) -> dict[str, Any]:
    (tree / "other.yaml").write_text(POD.replace("shop", "other"))
    return {}


def _rename(tree: Path) -> dict[str, Any]:
    (tree / "pod.yaml").rename(tree / "renamed.yaml")
    return {}


def _chart(tree: Path) -> dict[str, Any]:
    (tree / "templates").mkdir()
    (tree / "pod.yaml").rename(tree / "templates" / "pod.yaml")
    return {}


@pytest.mark.parametrize("change", [_edit, _add, _rename, _chart])
def test_another_tree_is_judged(change: Any, tree: Path, tmp_path: Path) -> None:
    scan(tree, tmp_path / "cache")
    change(tree)
    scan(tree, tmp_path / "cache")
    assert entries(tmp_path / "cache") == 2


@pytest.mark.parametrize(
    "options",
    [
        {"select": ["NET"]},
        {"ignore": ["NET001"]},
        {"packs": ["tls"]},
        {"complete": False},
        {"strict": True},
        {"type": "kubernetes_manifest"},
        {"trusted_config": False},
        {"config": {"fail_on": "high"}},
        {"config": {"estate": {"environments": {"erp": "dev"}}}},
        {"config": {"parameters": {"RES003": {"require_limit": True}}}},
    ],
    ids=str,
)
def test_another_question_is_another_answer(options: dict[str, Any], tree: Path, tmp_path: Path) -> None:
    scan(tree, tmp_path / "cache")
    scan(tree, tmp_path / "cache", **options)
    assert entries(tmp_path / "cache") == 2


def test_another_date_is_another_answer(tree: Path, tmp_path: Path) -> None:
    for date in ("2026-01-31", "2026-02-01"):
        erpguard.scan([str(tree)], root=str(tree), cache=str(tmp_path / "cache"), as_of=date)
    assert entries(tmp_path / "cache") == 2


def test_a_chart_file_outside_of_what_is_named_counts(tree: Path, tmp_path: Path) -> None:
    _chart(tree)
    named = tree / "templates" / "pod.yaml"
    assert scan(named, tmp_path / "cache").findings
    (tree / "Chart.yaml").write_text("name: shop\n")
    assert scan(named, tmp_path / "cache").findings == []


def test_a_kustomization_outside_of_what_is_named_counts(tree: Path, tmp_path: Path) -> None:
    _chart(tree)
    named, cache = [str(tree / "templates" / "pod.yaml")], str(tmp_path / "cache")
    assert erpguard.scan(named, root=str(tree), cache=cache).findings
    (tree / "kustomization.yaml").write_text("patches: [{path: templates/pod.yaml}]\n")
    assert erpguard.scan(named, root=str(tree), cache=cache).findings == []


def test_policies_that_changed_are_asked_again(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan(tree, tmp_path / "cache")
    own = result_cache._own_files()
    assert any(path.endswith(".rego") for path, _, _ in own) and any(path.endswith("scan.py") for path, _, _ in own)
    monkeypatch.setattr(result_cache, "_own_files", lambda: [*own[:-1], ("x", 1, 1)])
    scan(tree, tmp_path / "cache")
    assert entries(tmp_path / "cache") == 2


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"findings": [[1]]}', "null", '{"findings": 3'])
def test_a_broken_entry_is_as_good_as_none(text: str, tree: Path, tmp_path: Path) -> None:
    expected = scan(tree, tmp_path / "cache").findings
    (entry,) = (tmp_path / "cache").iterdir()
    entry.write_text(text)
    assert scan(tree, tmp_path / "cache").findings == expected
    assert json.loads(entry.read_text())["as_of"] == "2026-01-31"


def test_an_incomplete_scan_is_not_kept(tree: Path, tmp_path: Path) -> None:
    (tree / "broken.yaml").write_text("a: [")
    assert scan(tree, tmp_path / "cache").exit_code() == 3
    assert not (tmp_path / "cache").exists()


def test_a_folder_that_cannot_be_written_changes_nothing(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    assert scan(tree, tmp_path / "cache").findings


def test_objects_in_memory_are_always_judged(tmp_path: Path) -> None:
    erpguard.scan(resources=[{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}], cache=str(tmp_path))
    assert entries(tmp_path) == 0


def test_large_inputs_are_not_kept(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_cache, "LARGEST_INPUT", 100)
    assert scan(tree, tmp_path / "cache").findings
    assert not (tmp_path / "cache").exists()


def test_the_oldest_entries_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_cache, "MOST_ENTRIES", 3)
    for number in range(5):
        ResultCache(str(tmp_path)).keep(str(number), erpguard.scan(resources=[]))
        os.utime(tmp_path / f"{number}.json", ns=(number, number))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2.json", "3.json", "4.json"]


def test_the_command_keeps_results_unless_told_not_to(tree: Path, own_cache: Path) -> None:
    command = [sys.executable, "-m", "erpguard", "scan", str(tree), "--no-progress", "--format", "json"]
    first = subprocess.run([*command, "--no-cache"], capture_output=True, text=True)
    assert entries(own_cache) == 0
    second, third = (subprocess.run(command, capture_output=True, text=True) for _ in range(2))
    assert entries(own_cache) == 1
    assert first.stdout == second.stdout == third.stdout != ""
    assert first.returncode == second.returncode == third.returncode == 1
