"""A wheel carries everything: it is built, installed elsewhere, and scans."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from erpguard.packs import load, make_index
from erpguard.reporters.sarif_packaged import packaged

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_wheel_holds_policies_schemas_and_index(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"erpguard/policies/index.json", "erpguard/schemas/config.schema.json", "erpguard/py.typed"} <= names
    index = json.loads(zipfile.ZipFile(wheel).read("erpguard/policies/index.json"))
    assert index == make_index(str(ROOT / "policies")) and index["policies"] and index["controls"]
    rules = zipfile.ZipFile(wheel).read("erpguard/policies/sarif-rules.txt").decode()
    assert rules == packaged(load().policies.values())
    assert {f"erpguard/policies/{policy.file}" for policy in load().policies.values()} <= names


def test_wheel_scans_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(unpacked)
    manifest = tmp_path / "pod.yaml"
    manifest.write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostNetwork: true\n  containers: [{name: a}]\n"
    )
    code = "import erpguard as e; print(e.__file__, [f.policy for f in e.scan(['pod.yaml']).findings])"
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(str(unpacked))
    assert "'NET008'" in done.stdout


def test_index_says_what_the_metadata_says(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    assert load(str(tmp_path / "erpguard" / "policies")).policies == load().policies
