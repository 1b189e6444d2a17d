"""What is read for packages: modules, data, METADATA."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from erpguard.conftest import ConftestOptions
from erpguard.conftest.annotations import Annotations
from erpguard.conftest.data_files import data_of, number_forms
from erpguard.conftest.modules import LARGEST, modules
from erpguard.conftest.packages import Packages
from erpguard.errors import PackError, UsageError


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _write(tree: Path, **files: str) -> None:
    for name, text in files.items():
        path = tree / re.sub("_(rego|yaml|json)$", r".\1", name.replace("__", "/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_modules_are_sorted_and_named_as_they_were_given(tree: Path) -> None:
    _write(tree, policy__b_rego="b", policy__a__z_rego="z", policy__a_rego="a", policy__notes_yaml="{}")
    found = modules(["policy/", "./policy/a.rego"], is_v0=True)
    assert [(one.name, one.text, one.is_v0) for one in found] == [
        ("policy/a.rego", "a", True),
        ("policy/b.rego", "b", True),
        ("policy/a/z.rego", "z", True),
    ]


def test_tests_are_left_out(tree: Path) -> None:
    _write(tree, policy__a_rego="a", policy__a_test_rego="t")
    assert [one.name for one in modules(["policy"], is_v0=False)] == ["policy/a.rego"]


def test_a_folder_elsewhere_is_shown_by_its_own_name(tree: Path) -> None:
    _write(tree, elsewhere__policy__sub__a_rego="a")
    (tree / "here").mkdir()
    os.chdir(tree / "here")
    assert [one.name for one in modules([str(tree / "elsewhere" / "policy")], is_v0=False)] == ["policy/sub/a.rego"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("missing", "missing: no such file or folder (--conftest)"),
        ("empty", "empty: no Rego in it: --conftest takes a folder of .rego files, or one of them"),
        ("a.yaml", "a.yaml: no Rego in it: --conftest takes a folder of .rego files, or one of them"),
    ],
)
def test_a_path_without_modules_is_refused(tree: Path, path: str, says: str) -> None:
    _write(tree, a_yaml="{}")
    (tree / "empty").mkdir()
    with pytest.raises(UsageError) as caught:
        modules([path], is_v0=False)
    assert str(caught.value) == says


def test_links_stay_inside(tree: Path) -> None:
    _write(tree, secret_rego="package main", policy__a_rego="package main")
    (tree / "policy" / "inside.rego").symlink_to("a.rego")
    assert len(modules(["policy"], is_v0=False)) == 1
    (tree / "policy" / "out.rego").symlink_to("../secret.rego")
    with pytest.raises(
        PackError, match=r"^policy/out\.rego: a symbolic link that leads out of policy: name its target$"
    ):
        modules(["policy"], is_v0=False)


def test_linked_folders_are_not_entered(tree: Path) -> None:
    _write(tree, other__x_rego="package x", policy__a_rego="package main")
    (tree / "policy" / "loop").symlink_to(tree / "policy")
    (tree / "policy" / "other").symlink_to(tree / "other")
    assert [one.name for one in modules(["policy"], is_v0=False)] == ["policy/a.rego"]


def test_what_is_no_policy_is_refused(tree: Path) -> None:
    _write(tree, a_rego="#" * (LARGEST + 1))
    with pytest.raises(PackError, match=r"^a\.rego: larger than 1 MiB, which is no policy$"):
        modules(["a.rego"], is_v0=False)
    (tree / "b.rego").write_bytes(b"package main\n# \xff")
    with pytest.raises(PackError, match=r"^b\.rego: not UTF-8 at byte offset 15$"):
        modules(["b.rego"], is_v0=False)


def test_two_folders_of_one_name_are_told_apart_or_refused(tree: Path) -> None:
    _write(tree, x__policy__a_rego="1", y__policy__a_rego="2")
    (tree / "here").mkdir()
    os.chdir(tree / "here")
    with pytest.raises(UsageError, match=r"^policy/a\.rego: two modules of this name"):
        modules([str(tree / "x" / "policy"), str(tree / "y" / "policy")], is_v0=False)


def test_data_stands_below_its_folders(tree: Path) -> None:
    _write(tree, data__top_yaml="a: 1", data__sub__deep__x_yaml="[1, 2]", data__sub__y_yaml="b: 2", data__z_rego="")
    assert data_of(["data"]) == {"a": 1, "sub": {"deep": [1, 2], "b": 2}}
    assert data_of(["data/sub", "limits.of:data/top.yaml"]) == {"deep": [1, 2], "b": 2, "limits": {"of": {"a": 1}}}


def test_numbers_of_json_keep_their_forms(tree: Path) -> None:
    _write(tree, data__a_json='{"a": [1.0, 1e3, 0.5, 0.10, 2], "b": {"c": 1.0}, "e": 1e999}', data__b_yaml="d: 3.0")
    _write(tree, data__c_json="{e: 4.0} # YAML", policy__a_rego="package main\nwarn contains json.marshal(data.b)\n")
    assert number_forms(["data"]) == ["0.10", "1.0", "1e3"]
    packages = Packages(ConftestOptions(policies=("policy",), data=("data/a.json",)))
    try:
        (answer,) = packages.evaluate(packages.rules, {}, "x.yaml", ".").values()
    finally:
        packages.close()
    assert answer == ['{"c":1.0}']


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        (["missing"], "missing: no such file or folder (--data)"),
        (["data/a.txt"], "data/a.txt: data is YAML or JSON: name the file .yaml or .json"),
        (["data/list.yaml"], "data/list.yaml: data at the top has to be a mapping: put the file into a folder, which "),
        (["data/bad.yaml"], "data/bad.yaml:2:1: "),
        (["a.b:data/one.yaml", "a:data/two.yaml"], "data/two.yaml: data.a.b.x is set by another data file as well"),
    ],
)
def test_data_that_is_none(tree: Path, paths: list[str], says: str) -> None:
    _write(tree, data__list_yaml="[1]", data__bad_yaml="a: [\n", data__one_yaml="x: 1", data__two_yaml="b: {x: 1}")
    (tree / "data" / "a.txt").write_text("x")
    with pytest.raises(UsageError) as caught:
        data_of(paths)
    assert str(caught.value).startswith(says)


def test_data_stays_inside(tree: Path) -> None:
    _write(tree, secret_yaml="a: 1", data__b_yaml="b: 1")
    (tree / "data" / "out.yaml").symlink_to("../secret.yaml")
    with pytest.raises(UsageError, match=r"^data/out\.yaml: a symbolic link that leads out of data$"):
        data_of(["data"])


MODULE = """\
# METADATA
# title: The package
package main

# METADATA
# title: A rule
# custom:
#   id: X
deny contains "a" if true

# a comment, and no METADATA
warn contains "b" if true

#METADATA
# title: Another

violation contains "c" if true
"""


def test_metadata_belongs_to_what_follows() -> None:
    found = Annotations("a.rego", MODULE, [9, 12, 17])
    assert found.package == {"title": "The package"}
    assert found.of(9) == {"title": "A rule", "custom": {"id": "X"}}
    assert found.of(12) == {}
    assert found.of(17) == {"title": "Another"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("package main\n# METADATA\n# title: x\n# - y\n", r"^a\.rego:4: METADATA is not valid YAML: "),
        ("package main\n\n# METADATA\n# text\n", r"^a\.rego:3: METADATA is no mapping$"),
    ],
)
def test_metadata_that_is_none(text: str, says: str) -> None:
    with pytest.raises(PackError, match=says):
        Annotations("a.rego", text, [9])
