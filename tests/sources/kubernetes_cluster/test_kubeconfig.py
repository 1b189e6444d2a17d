"""Kubeconfig files: merged as kubectl does, read without running anything, refused where they are none."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from erpguard.errors import UsageError
from erpguard.sources.kubernetes_cluster.kubeconfig import Entry, load


def config(*contexts: str, current: str = "", **server: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": current,
        "clusters": [{"name": f"c-{name}", "cluster": server or {"server": f"https://{name}"}} for name in contexts],
        "users": [{"name": f"u-{name}", "user": {"token": f"t-{name}"}} for name in contexts],
        "contexts": [{"name": name, "context": {"cluster": f"c-{name}", "user": f"u-{name}"}} for name in contexts],
    }


def written(folder: Path, content: Any, name: str = "config") -> str:
    file = folder / name
    file.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return str(file)


def test_contexts(tmp_path: Path) -> None:
    found = load(written(tmp_path, config("a", "b", current="b")))
    assert [one.name for one in found.chosen(())] == ["b"]
    assert [
        (one.name, one.cluster.text("server"), one.user.text("token")) for one in found.chosen(("a", "b", "a"))
    ] == [
        ("a", "https://a", "t-a"),
        ("b", "https://b", "t-b"),
    ]


def test_several_files_are_one(tmp_path: Path) -> None:
    """The first of a name counts, and files that do not exist are passed over."""
    (tmp_path / "sub").mkdir()
    first = written(tmp_path, config("a", server="https://first"))
    second = written(tmp_path / "sub", config("a", "b", current="b", **{"server": "https://x", "ca": "x"}))
    found = load(os.pathsep.join((str(tmp_path / "none"), first, second)))
    assert found.current == "b"
    contexts = found.chosen(("a", "b"))
    assert [one.cluster.text("server") for one in contexts] == ["https://first", "https://x"]
    assert [one.cluster.folder for one in contexts] == [str(tmp_path), str(tmp_path / "sub")]


def test_the_default_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(UsageError, match=r"there is no kubeconfig at ~/\.kube/config"):
        load()
    (tmp_path / ".kube").mkdir()
    written(tmp_path / ".kube", config("a", current="a"))
    assert load().chosen(())[0].name == "a"


BAD: dict[str, tuple[Any, str]] = {
    "no YAML": ("a: [", "it is not YAML"),
    "no object": ("- a", "is no kubeconfig"),
    "something else": ({"kind": "Pod"}, "is no kubeconfig"),
    "clusters that are no list": ({"clusters": {}}, "clusters is no list"),
    "a user without a name": ({"users": [{"user": {}}]}, "an entry of users has no name"),
    "a context that is no object": ({"contexts": [{"name": "a", "context": 1}]}, "an entry of contexts has no name"),
    "no current context": (config("a"), "has no current context: name one of a"),
    "a context that does not exist": (config("a", current="b"), 'has no context "b", only a'),
    "a cluster without a server": (config("a", current="a", x="y"), 'the context "a" of .* names no server'),
    "nothing": ("", "has no current context: name one of none"),
    "a server that is no text": (config("a", current="a", server=1), "no text in server"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_none_is_refused(name: str, tmp_path: Path) -> None:
    content, message = BAD[name]
    with pytest.raises(UsageError, match=message):
        load(written(tmp_path, content)).chosen(())


def test_a_user_that_is_not_there(tmp_path: Path) -> None:
    content = {**config("a", current="a"), "users": []}
    with pytest.raises(UsageError, match="names a user that is not there"):
        load(written(tmp_path, content)).chosen(())


def test_data_counts_before_files(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_bytes(b"file")
    entry = Entry({"ca": "ca.crt", "both": "none", "both-data": base64.b64encode(b"data").decode()}, str(tmp_path))
    assert [entry.content(key) for key in ("ca", "both", "neither")] == [b"file", b"data", b""]
    with pytest.raises(UsageError, match="no base64 in x-data"):
        Entry({"x-data": "%"}, "").content("x")
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        Entry({"x": "none"}, str(tmp_path)).content("x")
