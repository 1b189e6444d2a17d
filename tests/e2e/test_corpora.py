"""Real manifests: nothing crashes, every document is accounted for, namesakes never cover each other."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

import erpguard
from erpguard.model import pointer

CORPORA = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "kubernetes"
needs_corpora = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside the checkout")


@cache
def scanned(name: str = "") -> erpguard.ScanResult:
    """The result for one corpus, or for all of them together."""
    return erpguard.scan([str(CORPORA / name)], root=str(CORPORA), as_of="2026-01-31")


@needs_corpora
def test_every_policy_judges_the_corpora() -> None:
    result = scanned()
    assert [problem.message for problem in result.problems if problem.stage == "policy"] == []
    assert set(result.counts) == set(result.policies)


@needs_corpora
def test_every_document_is_accounted_for() -> None:
    """Documents that PyYAML sees: resources, reasons for not being judged, or a problem in their file."""
    result = scanned()
    broken = {problem.place.file for problem in result.problems if problem.level == "error"}
    documents: Counter[str] = Counter()
    for path in sorted(CORPORA.rglob("*")):
        file = str(path.relative_to(CORPORA))
        if path.suffix not in (".yaml", ".yml", ".json") or file in broken:
            continue
        for document in yaml.load_all(path.read_bytes(), Loader=yaml.CBaseLoader):
            if isinstance(document, dict) and "kind" in document and "apiVersion" in document:
                items = document.get("items") if document["kind"].endswith("List") else None
                for item in items if isinstance(items, list) else [document]:
                    documents[item["kind"]] += 1
    read = Counter({kind: 0 for kind in documents})
    for type_, count in result.resources.items():
        read[type_.rpartition("/")[2]] += count
    missing = {kind: (count, read[kind]) for kind, count in documents.items() if read[kind] < count}
    kustomizations = {"Kustomization"}
    assert {kind for kind in missing} <= kustomizations


@needs_corpora
def test_every_finding_has_a_place_in_its_file() -> None:
    lines: dict[str, list[str]] = {}
    for finding in scanned().findings:
        place = finding.place
        text = lines.setdefault(place.file, (CORPORA / place.file).read_text().split("\n"))
        assert 1 <= place.line <= place.end_line <= len(text), finding
        assert place.column <= len(text[place.line - 1].encode("utf-16-le")) // 2 + 1
        assert (place.line, place.column) < (place.end_line, place.end_column), (finding, pointer(finding.path))


@needs_corpora
def test_fingerprints_differ_for_different_findings() -> None:
    seen = Counter((finding.policy, finding.fingerprint) for finding in scanned().findings)
    assert [key for key, count in seen.items() if count > 1] == []


@needs_corpora
def test_namesakes_never_back_each_other_up() -> None:
    """The CloudNativePG samples reuse names. A cluster that passes BAK004 has a schedule that is meant for it."""
    folder = CORPORA / "cloudnative-pg-samples"
    documents = [
        (path.name, document)
        for path in sorted(folder.rglob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text())
        if document and "kind" in document
    ]
    clusters = Counter(document["metadata"]["name"] for _, document in documents if document["kind"] == "Cluster")
    scheduled = {
        (file, document["spec"]["cluster"]["name"])
        for file, document in documents
        if document["kind"] == "ScheduledBackup"
    }
    result = scanned("cloudnative-pg-samples")
    objected = {
        (finding.place.file.rpartition("/")[2], finding.resource_name)
        for finding in (*result.findings, *result.undetermined)
        if finding.policy == "BAK004"
    }
    passed = [
        (file, document["metadata"]["name"])
        for file, document in documents
        if document["kind"] == "Cluster" and (file, document["metadata"]["name"]) not in objected
    ]
    names_scheduled = {name for _, name in scheduled}
    assert [
        (file, name)
        for file, name in passed
        if (file, name) not in scheduled and not (clusters[name] == 1 and name in names_scheduled)
    ] == []
    assert clusters.most_common(1)[0][1] > 1, "the samples have no namesakes any more"
