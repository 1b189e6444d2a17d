"""Which files are read, under which names, and what is said about the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from erpguard.errors import UsageError
from erpguard.sources import Input
from erpguard.sources.discovery import Discovered, discover, top_level


def write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: 1\n")


def names(found: Discovered) -> list[str]:
    return [one.name for one in found.inputs]


def codes(found: Discovered) -> list[tuple[str, str]]:
    return [(problem.code, problem.place.file) for problem in found.problems]


def test_folders_give_manifests_in_order(tmp_path: Path) -> None:
    write(tmp_path, "b.yaml", "a/z.yml", "a/c.JSON", "a/note.txt", ".git/x.yaml", ".hidden/h.yaml", ".hg/y.yaml")
    found = discover([str(tmp_path)], str(tmp_path))
    assert names(found) == [".hidden/h.yaml", "a/c.JSON", "a/z.yml", "b.yaml"]
    assert found.problems == []
    assert [Path(one.path).read_text() for one in found.inputs] == ["a: 1\n"] * 4


def test_named_files_are_always_taken_and_none_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a/x.txt", "a/b.yaml", ".gitignore")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("b.yaml\n")
    monkeypatch.chdir(tmp_path)
    found = discover(["a/b.yaml", "a/x.txt", "./a/b.yaml"], ".", ["*.yaml"])
    assert names(found) == ["a/b.yaml", "a/x.txt"]
    assert codes(discover(["a/b.yaml", "a"], ".")) == []


def test_globs_and_missing_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a/1.yaml", "a/b/2.yaml", "a/[x].yaml")
    monkeypatch.chdir(tmp_path)
    assert names(discover(["a/**/*.yaml"], ".")) == ["a/1.yaml", "a/[x].yaml", "a/b/2.yaml"]
    assert names(discover(["a/[x].yaml"], ".")) == ["a/[x].yaml"]
    for missing in ("gone", "gone/*.yaml", ""):
        with pytest.raises(UsageError, match="no such file or folder"):
            discover([missing], ".")


def test_standard_input(tmp_path: Path) -> None:
    found = discover(["-", "-"], str(tmp_path), stdin=b"a: 1", stdin_path="x.yaml")
    assert found.inputs == [Input("x.yaml", data=b"a: 1")]
    with pytest.raises(UsageError, match="no standard input"):
        discover(["-"], str(tmp_path))


def test_empty_folder_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (problem,) = discover([str(tmp_path / "empty")], str(tmp_path)).problems
    assert (problem.code, problem.level, problem.place.file) == ("no-manifests", "warning", "empty")
    assert problem.message == "no manifests found in this folder"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("main.tf", "folder, but Terraform's configuration: make a plan with `terraform plan -out=plan.tfplan && "),
        ("main.bicep", "folder, but Bicep: scan what `az deployment group what-if --result-format FullResourcePay"),
    ],
)
def test_programs_are_no_manifests_and_what_to_do_is_told(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / name).touch()
    (problem,) = discover([str(tmp_path)], str(tmp_path)).problems
    assert problem.message.startswith(f"no manifests found in this {says}")


def test_exclude(tmp_path: Path) -> None:
    write(tmp_path, "a/1.yaml", "a/2.yaml", "b/1.yaml", "c/d/3.yaml")
    assert names(discover([str(tmp_path)], str(tmp_path), ["b", "a/2*", "c/**"])) == ["a/1.yaml"]
    assert names(discover([str(tmp_path)], str(tmp_path), ["1.yaml", "d/"])) == ["a/2.yaml"]


def test_gitignore(tmp_path: Path) -> None:
    write(tmp_path, "a/1.yaml", "a/2.yaml", "a/keep/3.yaml", "out/4.yaml", "a/out/5.yaml", "a/keep/6.yaml")
    (tmp_path / ".gitignore").write_text("/out/\n2.yaml\n\\\n3.yaml\n")
    (tmp_path / "a" / "keep" / ".gitignore").write_text("!3.yaml\n6.*\n")
    # Outside of a git working tree, only the folders that are scanned have a say.
    assert "a/2.yaml" in names(discover([str(tmp_path / "a")], str(tmp_path)))
    (tmp_path / ".git").mkdir()
    expected = ["a/1.yaml", "a/keep/3.yaml", "a/out/5.yaml"]
    assert names(discover([str(tmp_path / "a")], str(tmp_path))) == expected
    assert names(discover([str(tmp_path)], str(tmp_path))) == expected


def test_symbolic_links(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    write(root, "real/1.yaml", "a/2.yaml")
    write(outside, "3.yaml")
    os.symlink("../real", root / "a" / "folder")
    os.symlink("../real/1.yaml", root / "a" / "file.yaml")
    os.symlink("..", root / "a" / "up")
    os.symlink("loop.yaml", root / "loop.yaml")
    os.symlink("gone", root / "dangling")
    os.symlink(outside, root / "out")
    os.symlink(outside / "3.yaml", root / "out.yaml")
    os.symlink(outside / "3.txt", root / "note.txt")
    found = discover([str(root)], str(root))
    assert names(found) == ["a/2.yaml", "real/1.yaml"]
    assert sorted(codes(found)) == [
        ("symlink", "a/up"),
        ("symlink", "dangling"),
        ("symlink", "loop.yaml"),
        ("symlink", "note.txt"),
        ("symlink", "out"),
        ("symlink", "out.yaml"),
    ]
    # Within the root, links are followed also out of the argument.
    linked = names(discover([str(root / "a")], str(root)))
    assert "a/2.yaml" in linked and len(linked) == 2


def test_many_links_do_not_multiply(tmp_path: Path) -> None:
    for level in range(40):
        (tmp_path / f"d{level}").mkdir()
        for link in "ab":
            os.symlink(f"../d{level + 1}", tmp_path / f"d{level}" / link)
    write(tmp_path, "d40/x.yaml")
    found = discover([str(tmp_path / "d0")], str(tmp_path))
    assert len(found.inputs) == 1
    assert found.problems == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_folder(tmp_path: Path) -> None:
    write(tmp_path, "a/1.yaml", "b/2.yaml")
    (tmp_path / "a").chmod(0)
    try:
        found = discover([str(tmp_path)], str(tmp_path))
    finally:
        (tmp_path / "a").chmod(0o755)
    assert names(found) == ["b/2.yaml"]
    assert codes(found) == [("unreadable", "a")]


def test_unreadable_folder_simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a/1.yaml")

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    (problem,) = discover([str(tmp_path)], str(tmp_path)).problems
    assert (problem.code, problem.level) == ("unreadable", "error")
    assert "Permission denied" in problem.message


def test_names_outside_the_root(tmp_path: Path) -> None:
    write(tmp_path, "root/1.yaml", "other/a/2.yaml", "3.yaml")
    root = str(tmp_path / "root")
    assert names(discover([str(tmp_path / "other"), root], root)) == ["a/2.yaml", "1.yaml"]
    assert names(discover([str(tmp_path / "3.yaml")], root)) == ["3.yaml"]


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    raw = os.path.join(os.fsencode(tmp_path), b"x\xff.yaml")
    try:
        with open(raw, "wb") as file:
            file.write(b"a: 1\n")
    except OSError:
        pytest.skip("the file system takes only UTF-8 names")
    (found,) = discover([str(tmp_path)], str(tmp_path)).inputs
    assert found.name == "x\\xff.yaml"
    assert Path(found.path).read_text() == "a: 1\n"


def test_top_level(tmp_path: Path) -> None:
    write(tmp_path, "a/b/1.yaml")
    (tmp_path / ".git").mkdir()
    assert top_level(str(tmp_path / "a" / "b")) == str(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "is_refused"),
    [
        ("plan.json", "{}", True),
        ("plan.json", "\ufeff {}\r\n", True),
        ("plan.json", "null\n", True),
        ("out", "{}", True),
        ("plan.json", "[]", False),
        ("plan.json", '{"a": 1}', False),
        ("plan.json", "{}" + " " * 100, False),
        ("values.yaml", "{}", False),
        ("values.YML", "null", False),
    ],
)
def test_json_without_anything_in_it_is_refused_where_it_is_named(
    name: str, text: str, is_refused: bool, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = discover([str(tmp_path / name)], str(tmp_path))
    found.refuse_nothing()
    told = [("empty-file", name)] if is_refused else []
    assert [(one.code, one.place.file) for one in found.problems] == told
    assert [one.name for one in found.inputs] == ([] if is_refused else [name])


def test_json_without_anything_in_it_may_lie_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    found = discover([str(tmp_path), str(tmp_path / "a.json")], str(tmp_path))
    found.refuse_nothing()
    assert ([one.name for one in found.inputs], found.problems) == (["a.json"], [])


def test_standard_input_without_anything_in_it(tmp_path: Path) -> None:
    found = discover(["-"], str(tmp_path), stdin=b"{}\n", stdin_path="plan.json")
    found.refuse_nothing()
    assert [(one.code, one.place.file) for one in found.problems] == [("empty-file", "plan.json")]
    assert found.inputs == []


def test_a_pipe_is_not_read_ahead(tmp_path: Path) -> None:
    """`erpguard scan <(terraform show -json plan)`: what is read once cannot be read again."""
    os.mkfifo(tmp_path / "pipe")
    found = discover([str(tmp_path / "pipe")], str(tmp_path))
    found.refuse_nothing()
    assert [one.name for one in found.inputs] == ["pipe"]
