"""The source of Kubernetes manifests: what becomes a resource, and what is counted instead."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from erpguard.errors import UsageError
from erpguard.model import Place
from erpguard.sources import BUILT_IN, Collected, Input, source
from erpguard.sources.helm_charts import CHART_FILE, TEMPLATE
from erpguard.sources.kubernetes_manifest import KUSTOMIZATION, KubernetesManifests, from_memory
from erpguard.sources.kustomizations import PATCH
from erpguard.sources.object_lists import NO_KIND

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: odoo, namespace: erp}\n"


def collect(text: str, name: str = "a.yaml") -> Collected:
    return KubernetesManifests().collect([Input(name, data=text.encode())])


def test_documents_become_resources() -> None:
    collected = collect(f"{SERVICE}---\n# nothing\n---\n{SERVICE}spec:\n  type: LoadBalancer\n")
    assert [one.type for one in collected.resources] == ["core/Service", "core/Service"]
    assert collected.documents == 2
    assert collected.problems == []
    second = collected.resources[1]
    assert second.origin.place(("spec", "type")) == Place("a.yaml", 11, 3, 11, 21)
    assert second.origin.file == "a.yaml"
    assert second.source == "kubernetes_manifest"
    assert pickle.loads(pickle.dumps(second)).origin.place(("spec", "type")).line == 11


@pytest.mark.parametrize("text", ["- a\n", "word\n", "a: 1\n", "kind: Service\n", "apiVersion: v1\n", "kind: ''\n"])
def test_what_has_no_kind_is_counted(text: str) -> None:
    collected = collect(text)
    assert (collected.resources, collected.problems) == ([], [])
    assert collected.not_judged == {NO_KIND: 1}
    assert collected.documents == 1


def test_lists_are_expanded() -> None:
    text = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: one}
- apiVersion: v1
  kind: ServiceList
  items:
  - metadata:
      name: two
- apiVersion: v1
  kind: ConfigMapList
  items:
- a: b
- just text
"""
    collected = collect(text)
    assert [(one.type, one.name) for one in collected.resources] == [("core/Service", "one"), ("core/Service", "two")]
    assert collected.resources[1].origin.place(("metadata", "name")) == Place("a.yaml", 11, 7, 11, 16)
    assert collected.not_judged == {NO_KIND: 1}
    (problem,) = collected.problems
    assert (problem.code, problem.place.line) == ("list-item", 16)
    assert collected.open_types == {"*"}


def test_lists_within_lists_are_bounded() -> None:
    text = "{apiVersion: v1, kind: List, items: [" * 10 + "]}" * 10
    (problem,) = collect(text).problems
    assert (problem.code, problem.place.line) == ("list-item", 1)


def test_a_kind_that_only_sounds_like_a_list() -> None:
    text = "apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {}\n"
    assert [one.type for one in collect(text).resources] == ["example.com/AllowList"]


def test_broken_documents_open_their_types() -> None:
    collected = collect(
        f"{SERVICE}a: b: c\n---\napiVersion: extensions/v1beta1\nkind: Ingress\na: b: c\n---\n{SERVICE}"
    )
    assert len(collected.resources) == 1
    assert collected.open_types == {"core/Service", "networking.k8s.io/Ingress"}


def test_standard_input_has_no_file() -> None:
    collected = collect(SERVICE + "spec: {type: 1}\n", "")
    (resource,) = collected.resources
    assert resource.origin.place(("spec",)) == Place(object_id="v1/Service/erp/odoo", pointer="/spec")
    assert all(problem.place.file == "" for problem in collected.problems)


def test_charts_and_kustomizations(tmp_path: Path) -> None:
    files = {
        "chart/Chart.yaml": "apiVersion: v2\nname: x\n",
        "chart/values.yaml": SERVICE,
        "chart/templates/deep/a.yaml": "{{ broken",
        "chart/crds/a.yaml": SERVICE,
        "templates/a.yaml": SERVICE,
        "base/kustomization.yaml": "resources: []\n",
        "overlay/x.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n",
        "flux.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    collected = KubernetesManifests().collect([Input(name, str(tmp_path / name)) for name in files])
    assert collected.problems == []
    assert collected.not_judged == {CHART_FILE: 2, TEMPLATE: 1, KUSTOMIZATION: 2}
    assert [one.origin.file for one in collected.resources] == ["chart/crds/a.yaml", "templates/a.yaml", "flux.yaml"]


def test_patches_of_kustomizations(tmp_path: Path) -> None:
    files = {
        "base/kustomization.yaml": "resources: [service.yaml]\n",
        "base/service.yaml": SERVICE,
        "prod/kustomization.yml": "patches: [{path: deep/size.yaml}, {patch: '- op: remove'}]\nresources: [own.yaml]\n",
        "prod/deep/size.yaml": SERVICE,
        "prod/own.yaml": SERVICE,
        "test/Kustomization": "patchesStrategicMerge: [./a.yaml]\npatchesJson6902: [{target: {}, path: b.yaml}]\n",
        "test/a.yaml": SERVICE,
        "test/b.yaml": SERVICE,
        "odd/kustomization.yaml": "patches: 7\n---\n- 8\n---\npatchesStrategicMerge: [9, {path: 10}]\n",
        "odd/a.yaml": SERVICE,
        "broken/kustomization.yaml": "patches: [{path: a.yaml}\n",
        "broken/a.yaml": SERVICE,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    named = [name for name in files if "ustomization" not in name]
    collected = KubernetesManifests().collect([Input(name, str(tmp_path / name)) for name in named])
    assert collected.not_judged == {PATCH: 3}
    judged = ["base/service.yaml", "prod/own.yaml", "odd/a.yaml", "broken/a.yaml"]
    assert [one.origin.file for one in collected.resources] == judged


def test_a_kustomization_above_the_root_of_the_scan_names_nothing(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "kustomization.yaml").write_text("patches: [{path: root/a.yaml}]\n")
    (tmp_path / "root" / "a.yaml").write_text(SERVICE)
    path = str(tmp_path / "root" / "a.yaml")
    assert KubernetesManifests().collect([Input("a.yaml", path)]).not_judged == {}
    assert KubernetesManifests().collect([Input("root/a.yaml", path)]).not_judged == {PATCH: 1}


def test_unreadable_inputs(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    inputs = [Input("gone.yaml", str(tmp_path / "gone.yaml")), Input("pipe.yaml", str(tmp_path / "pipe.yaml"))]
    inputs += [Input("folder", str(tmp_path))]
    collected = KubernetesManifests().collect(inputs)
    assert [(problem.code, problem.place.file) for problem in collected.problems] == [
        ("unreadable", "gone.yaml"),
        ("unreadable", "pipe.yaml"),
        ("unreadable", "folder"),
    ]
    assert collected.open_types == {"*"}


def test_large_files_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    (problem,) = KubernetesManifests().collect([Input("large.yaml", str(path))]).problems
    assert problem.code == "file-too-large"
    assert "200 MiB, more than the limit of 128" in problem.message


def test_objects_in_memory() -> None:
    labels = {"a": "b"}
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x", "labels": labels}, "spec": {"type": 1}}
    collected = from_memory([body, {"apiVersion": "v1", "kind": "List", "items": [body]}, {"a": 1}])
    assert body["spec"] == {"type": 1}
    assert [one.name for one in collected.resources] == ["x", "x"]
    assert collected.resources[0].labels is not labels
    assert collected.resources[0].origin.place(("spec", "type")) == Place(
        object_id="v1/Service/x", pointer="/spec/type"
    )
    assert collected.not_judged == {NO_KIND: 1}
    assert collected.documents == 3


recursive: dict[str, Any] = {}
recursive["a"] = recursive


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": {1, 2}}, "resources[0]/a is of type set"),
        ({"a": [object()]}, "resources[0]/a/0 is of type object"),
        ({1: 2}, "has a key of type int"),
        ({"a": float("nan")}, "not a finite number"),
        ({"a": 2**64}, "more than 64 bits"),
        ({"a": "\ud800"}, "lone surrogate"),
        ({"\ud800": 1}, "lone surrogate"),
        ({"a": b"x"}, "of type bytes"),
        (recursive, "nested deeper than 64"),
        ([], "is no object"),
        (None, "is no object"),
    ],
)
def test_objects_that_are_not_json(value: Any, words: str) -> None:
    collected = from_memory([value])
    (problem,) = collected.problems
    assert (problem.code, collected.resources, collected.open_types) == ("not-json", [], {"*"})
    assert words in problem.message
    assert problem.place.object_id == "resources[0]"


def test_table() -> None:
    for name in BUILT_IN:
        assert source(name).name == name
    with pytest.raises(UsageError, match="no source 'x'"):
        source("x")


def test_merge_adds_everything() -> None:
    one, other = collect(SERVICE), collect("a: 1\n---\na: b: c\n---\na: 1 # erpguard: ignore[X]\n")
    one.merge(other)
    assert one.documents == 3
    assert one.not_judged == {NO_KIND: 2}
    assert len(one.ignores) == len(one.problems) == len(one.resources) == 1
    assert one.open_types == {"*"}
