"""What a scan is about, as callers of the library give it."""

from __future__ import annotations

from pathlib import Path

import pytest

import erpguard

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true, containers: [{name: c}]}\n"


def test_paths_may_be_texts_and_paths(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD)
    for given in (tmp_path, str(tmp_path), tmp_path / "pod.yaml"):
        (finding,) = erpguard.scan([given], root=str(tmp_path), select=["NET008"]).findings
        assert str(finding.place) == "pod.yaml:4:8"


def test_one_text_is_no_list_of_paths() -> None:
    with pytest.raises(erpguard.UsageError) as raised:
        erpguard.scan("deploy")
    assert str(raised.value) == "paths is one text: give a list, ['deploy']"


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(erpguard.UsageError, match="nothing to scan: give paths or resources, or `paths` in the confi"):
        erpguard.scan()


def test_no_policy_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(erpguard.UsageError, match="no policy is left to judge by"):
        erpguard.scan([tmp_path], select=["TLS"], ignore=["TLS"])


def test_a_scan_without_resources_says_so() -> None:
    result = erpguard.scan(resources=[])
    assert [(one.code, one.level) for one in result.problems] == [("no-resources", "warning")]
    assert (result.complete, result.exit_code()) == (True, 0)
