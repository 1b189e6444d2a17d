"""Kubernetes manifests, and ARM resources as objects: YAML and JSON, from files, standard input or memory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from erpguard.model import Origin, Path, Place, Problem
from erpguard.normalize import kubernetes
from erpguard.normalize.kubernetes_versions import current_group
from erpguard.sources import Collected, Input
from erpguard.sources.documents import Document, DocumentOrigin, ObjectOrigin
from erpguard.sources.helm_charts import HelmCharts
from erpguard.sources.input_files import read
from erpguard.sources.kustomizations import FILES as KUSTOMIZATION_FILES
from erpguard.sources.kustomizations import KustomizePatches
from erpguard.sources.object_lists import ANY_TYPE, NO_KIND, OriginOf, expanded, has_kind, object_id_of, skip
from erpguard.sources.yaml_documents import load
from erpguard.sources.yaml_scalars import PlainScalars

KUSTOMIZATION = "Kustomization (render it with `kustomize build DIR | erpguard scan -`)"

Settings = Mapping[str, Any] | None


class KubernetesManifests:
    """The source for manifests as they are applied, and for the rendered output of Helm and Kustomize."""

    name = "kubernetes_manifest"

    def collect(self, inputs: Iterable[Input], settings: Settings = None) -> Collected:
        """The resources of the inputs, in their order; see `Source.collect`."""
        collected, charts, patches = Collected(), HelmCharts(), KustomizePatches()
        plain, azure = PlainScalars(), _Azure(settings)
        for given in inputs:
            if given.path and (reason := charts.reason(given.path) or patches.reason(given)):
                collected.skip(reason)
                continue
            data = _bicep(given) or (given.data if given.data is not None else read(given))
            if isinstance(data, Problem):
                collected.problems.append(data)
                collected.open_types.add(ANY_TYPE)
                continue
            self._collect_file(data, given, settings, plain, azure, collected)
        azure.finish(collected)
        return collected

    def _collect_file(
        self,
        data: bytes,
        given: Input,
        settings: Settings,
        plain: PlainScalars,
        azure: _Azure,
        collected: Collected,
    ) -> None:
        loaded = load(data, given.name, plain)
        collected.problems += loaded.problems
        collected.open_types |= {_current(type_) for type_ in loaded.open_types}
        collected.ignores += loaded.ignores
        collected.documents += len(loaded.documents)
        is_kustomization = os.path.basename(given.path) in KUSTOMIZATION_FILES
        for document in loaded.documents:
            if is_kustomization or _is_kustomization(document.value):
                collected.skip(KUSTOMIZATION)
            elif azure.takes(document.value):
                azure.take(document.value, _origins(document), collected)
            elif not isinstance(document.value, dict):
                collected.skip(NO_KIND)
            elif not has_kind(document.value):
                _without_kind(document, collected)
            else:
                self._collect_document(document, settings, collected)

    def _collect_document(self, document: Document, settings: Settings, collected: Collected) -> None:
        for body, place in expanded(document.value, _origins(document), collected):
            _normalize(body, place, settings, self.name, collected)


def _bicep(given: Input) -> Problem | None:
    """A program in Bicep, which holds expressions; in folders it is not taken for an input."""
    if not given.name.lower().endswith((".bicep", ".bicepparam")):
        return None
    from erpguard.sources.arm_templates import EXPAND

    text = f"Bicep needs to be expanded by Azure before it can be judged: {EXPAND}"
    return Problem("needs-expanding", text, Place(given.name))


def _without_kind(document: Document, collected: Collected) -> None:
    """Count a document that is no manifest by design; a whole plan is none by its name, or by `--type`: a problem."""
    keys = document.value.keys()
    if keys & {"format_version", "terraform_version"} and keys & {"resource_changes", "planned_values", "values"}:
        what = "a plan or state of Terraform"
    elif keys >= {"steps", "changeSummary"} or _is_stack(document.value.get("deployment")):
        what = "a preview or state of Pulumi"
    else:
        skip(document.value, DocumentOrigin(document), collected)
        return
    from erpguard.sources.refusals import problem_at

    text = f"this is {what}, not a manifest, and is not judged: leave out `--type`, and name the file .json"
    collected.problems.append(problem_at(document, document.offset, "not-a-manifest", text))
    collected.open_types.add(ANY_TYPE)


def _is_stack(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() >= {"manifest", "resources"}


def _origins(document: Document) -> OriginOf:
    def origin(path: Path, body: Any) -> Origin:
        return DocumentOrigin(document, path, "" if document.file else object_id_of(body))

    return origin


_OF_AZURE = frozenset(("type", "value", "data", "changes", "potentialChanges", "$schema"))
"""What ARM resources, pages of them, what-ifs and templates have at their top: one of these."""


class _Azure:
    """The ARM resources among the documents; their modules are imported when there is one."""

    def __init__(self, settings: Settings, source: str = "azure_resources") -> None:
        self._settings = settings
        self._source = source
        self._found: Any = None

    def takes(self, value: Any) -> bool:
        """Whether a document holds ARM resources."""
        if isinstance(value, dict) and value.keys().isdisjoint(_OF_AZURE):
            return False
        if isinstance(value, dict) and "apiVersion" in value and "metadata" in value:
            return False  # an object of Kubernetes may have a type as well
        from erpguard.sources.arm_templates import is_template
        from erpguard.sources.azure_resources import looks_like_arm

        return is_template(value) or looks_like_arm(value)

    def take(self, value: Any, origin_of: OriginOf, collected: Collected) -> None:
        """The ARM resources of one document."""
        from erpguard.sources import arm_templates
        from erpguard.sources.azure_resources import AzureResources

        is_template = arm_templates.is_template(value)
        path = arm_templates.expression_of(value) if is_template else arm_templates.call_of(value)
        if path is not None:
            place = origin_of((), value).place(path)
            collected.problems.append(Problem("needs-expanding", arm_templates.NEEDS_EXPANDING, place))
            collected.open_types.add(ANY_TYPE)
            return
        self._found = self._found or AzureResources(self._settings, self._source)
        if is_template:
            self._found.add(arm_templates.resources_of(value), origin_of, collected)
        else:
            self._found.take(value, origin_of, collected)

    def finish(self, collected: Collected) -> None:
        """Add them to what was collected."""
        if self._found is not None:
            self._found.finish(collected)


def from_memory(objects: Iterable[Any], settings: Settings = None) -> Collected:
    """Resources of Kubernetes objects and ARM bodies that the caller holds in memory; they are copied, and not changed.

    Lists are expanded. What is no JSON value is refused as a problem of code `not-json`.
    """
    from erpguard.sources.memory import copied_objects

    collected, azure = Collected(), _Azure(settings, "memory")
    for value in copied_objects(objects, collected):
        if azure.takes(value):
            azure.take(value, lambda _, item: ObjectOrigin(object_id_of(item)), collected)
            continue
        if not has_kind(value):
            skip(value, ObjectOrigin(object_id_of(value)), collected)
            continue
        for body, place in expanded(value, lambda _, item: ObjectOrigin(object_id_of(item)), collected):
            _normalize(body, place, settings, "memory", collected)
    azure.finish(collected)
    return collected


def _normalize(body: dict[str, Any], origin: Origin, settings: Settings, source: str, collected: Collected) -> None:
    normalized = kubernetes.resource(body, origin, settings, source)
    collected.problems += normalized.problems
    if normalized.resource is not None:
        collected.resources.append(normalized.resource)


def _is_kustomization(value: Any) -> bool:
    return has_kind(value) and value["apiVersion"].startswith("kustomize.config.k8s.io/")


def _current(type_: str) -> str:
    """The type that a guessed one is known as today."""
    if type_ == ANY_TYPE:
        return type_
    group, _, kind = type_.rpartition("/")
    return "/".join(current_group("v1" if group == "core" else f"{group}/v1", kind)) if group else type_
