"""The examples beside the policies that ship, shared by the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from erpguard import ScanResult
from erpguard.authoring.examples import Example as Case
from erpguard.authoring.examples import examples
from erpguard.authoring.judging import scanned
from erpguard.packs import Library, load

LIBRARY: Library = load()


def cases(policy_id: str | None = None) -> Iterator[Case]:
    """All examples, or those of one policy."""
    for policy in LIBRARY.policies.values():
        path = Path(LIBRARY.examples(policy))
        if policy_id in (None, policy.id) and path.is_file():  # test_contracts tells of those that have none
            found, wrong = examples(policy.id, path.read_text(encoding="utf-8"), path.name)
            assert wrong == []
            yield from found


def is_manifest(case: Case) -> bool:
    """Whether all files of an example are YAML."""
    return not any(name.endswith(".json") for name in case.files)


def judge(case: Case, folder: str) -> ScanResult:
    """Scan the files of an example, written into `folder`, with its one policy."""
    return scanned(case, folder, LIBRARY)


__all__ = ["LIBRARY", "Case", "cases", "is_manifest", "judge"]
