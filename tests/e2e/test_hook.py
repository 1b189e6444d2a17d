"""The hook: judges the whole, reports the part; tried with the real pre-commit where its package index is reached."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.e2e.test_command import BAD, BROKEN, GOOD, erpguard

ROOT = Path(__file__).parent.parent.parent
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A git repository with two bad pods."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "one.yaml").write_text(BAD)
    (tmp_path / "two.yaml").write_text(BAD.replace("name: bad", "name: other"))
    return tmp_path


def test_only_the_named_file_is_reported(tree: Path) -> None:
    done = erpguard("hook", "one.yaml", "--select", "NET008", cwd=tree)
    assert done.returncode == 1
    assert "one.yaml" in done.stdout
    assert "two.yaml" not in done.stdout


def test_a_neighbour_that_covers_counts(tree: Path) -> None:
    (tree / "one.yaml").write_text(GOOD)
    assert erpguard("hook", "one.yaml", "--select", "NET003", cwd=tree).returncode == 1
    (tree / "policy.yaml").write_text(POLICY)
    done = erpguard("hook", "one.yaml", "--select", "NET003", cwd=tree)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_named_file_is_read_though_git_ignores_it(tree: Path) -> None:
    (tree / ".gitignore").write_text("one.yaml\n")
    assert "one.yaml" in erpguard("hook", "one.yaml", "--select", "NET008", cwd=tree).stdout


def test_a_broken_neighbour_is_not_the_part_and_a_broken_part_is(tree: Path) -> None:
    (tree / "one.yaml").write_text(GOOD)
    (tree / "broken.yaml").write_text(BROKEN)
    assert erpguard("hook", "one.yaml", "--select", "NET008", cwd=tree).returncode == 0
    assert erpguard("hook", "broken.yaml", "--select", "NET008", cwd=tree).returncode == 3


def test_a_deleted_file_is_no_error(tree: Path) -> None:
    assert erpguard("hook", "gone.yaml", "--select", "NET008", cwd=tree).returncode == 0


def test_with_the_real_pre_commit(tree: Path) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    # `language: system` takes the installed command: the rest of the hook is what users get.
    hook = {**hooks[0], "language": "system", "args": ["--select", "NET008"]}
    hook["entry"] = os.path.join(os.path.dirname(sys.executable), hook["entry"])
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (tree / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    environment = {
        **os.environ,
        "PRE_COMMIT_HOME": str(tree.parent / "pre-commit-home"),
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.invalid",
    }
    subprocess.run(["git", "add", "one.yaml", ".pre-commit-config.yaml"], cwd=tree, check=True)
    run = [sys.executable, "-m", "pre_commit", "run"]
    failed = subprocess.run(run, cwd=tree, capture_output=True, text=True, env=environment)
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "one.yaml" in failed.stdout
    assert "two.yaml" not in failed.stdout
    (tree / "one.yaml").write_text(GOOD)
    subprocess.run(["git", "add", "one.yaml"], cwd=tree, check=True)
    passed = subprocess.run(run, cwd=tree, capture_output=True, text=True, env=environment)
    assert passed.returncode == 0, passed.stdout + passed.stderr


def test_the_report_speaks_of_the_part_only(tree: Path) -> None:
    done = erpguard("hook", "one.yaml", "--select", "NET008", cwd=tree)
    assert "host-network-or-port" in done.stdout
    assert "fix: " in done.stdout
    assert done.stdout.endswith("1 finding (1 high) in 1 file\n")
