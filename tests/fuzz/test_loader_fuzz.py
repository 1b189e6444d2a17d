"""Whatever the bytes are: documents and problems, never an exception, and every place exists."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from erpguard.model import Path
from erpguard.sources import Input
from erpguard.sources.kubernetes_manifest import KubernetesManifests
from erpguard.sources.yaml_documents import load

MANIFEST = b"""\
# erpguard: ignore[TLS001] why
apiVersion: apps/v1
kind: Deployment
metadata: &m
  name: odoo  # \xf0\x9f\x98\x80 a comment
  labels: {app: odoo, "a b": 'c'}
spec:
  replicas: 2
  template:
    metadata:
      <<: *m
    spec:
      containers:
      - name: odoo
        args: [--workers, "4"]
        command:
        - sh
        - |
          exec odoo # erpguard: ignore[NO]
---
{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}}]}
...
"""
PIECES = [
    b"\t", b" ", b"\n", b"\r", b"\r\n", b"---\n", b"...\n", b"- ", b"? ", b": ", b"{", b"}", b"[", b"]", b",",
    b"#", b"&a ", b"*a", b"*m", b"!", b"!!str ", b"!!set ", b"!x ", b"|\n", b">-\n", b"'", b'"', b"\\",
    b"<<: ", b"%YAML 1.1\n", b"{{ .Values.x }}", b"${X}", b"{% if %}", b"\0", b"\xff", b"\xef\xbb\xbf",
    b"\xff\xfe", b"\xc2\x85", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\x1b[31m", b"\\ud83d", b"~", b"null",
    b"1e999", b"kind: List\nitems:\n", b"# erpguard: ignore[X]\n",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(MANIFEST)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.sampled_from([0, 0, 1, 3, 40]))
        data[at : at + cut] = draw(st.sampled_from(PIECES) | st.binary(max_size=4))
    return bytes(data)


soup = st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=30).map(b"".join)


def _paths(value: Any, path: Path = ()) -> list[Path]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in pairs for found in _paths(inner, (*path, key)))]


def check(data: bytes, name: str) -> None:
    lines = data.count(b"\n") + data.count(b"\r") + 1
    loaded = load(data, name)
    for document in loaded.documents:
        for path in _paths(document.value)[:60]:
            for place in (document.place(path), document.place_of_line(path, 0)):
                assert 1 <= place.line <= place.end_line <= lines
                assert place.column >= 1
                assert (place.line, place.column) <= (place.end_line, place.end_column)
            entry, place = document.entry_text(path), document.place(path)
            if entry and place.line == place.end_line:  # a fix replaces the region, so it has to be that text
                assert len(entry.encode("utf-16-le")) == 2 * (place.end_column - place.column)
    for problem in loaded.problems:
        assert problem.message and problem.message.isprintable()
        assert problem.place.file == name and 0 <= problem.place.line <= lines
    for ignore in loaded.ignores:
        assert 1 <= ignore.line <= lines
    assert not any(problem.level == "error" and problem.code != "duplicate-key" for problem in loaded.problems) or (
        loaded.open_types
    )
    collected = KubernetesManifests().collect([Input(name, data=data), Input("", data=data)])
    for resource in collected.resources:
        resource.origin.place(("metadata", "name"))


@given(st.binary(max_size=200) | soup | mutated(), st.sampled_from(["a.yaml", "a.json"]))
@settings(max_examples=400, deadline=None)
@example(MANIFEST, "a.yaml")
@example(MANIFEST.decode().encode("utf-16"), "a.yaml")
def test_any_bytes(data: bytes, name: str) -> None:
    check(data, name)
