"""Packages and documents of conftest's own module, and of ours, with how they are tested."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from erpguard import ConftestOptions, Finding, Policy, ScanResult, scan

ROOT = Path(__file__).parent.parent
OWN = Path(__file__).parent / "conftest_packages"
VERSION = "v0.71.1"
CONFTEST = shutil.which("conftest") or shutil.which(str(ROOT / ".tools" / "bin" / "conftest"))
needs_conftest = pytest.mark.skipif(
    CONFTEST is None and not os.environ.get("CI"),
    reason="conftest is not on the path: comparisons with it are left out",
)


class Case(NamedTuple):
    """Some packages and some documents, in a folder.

    namespaces  the packages that judge; `--all-namespaces` for none
    """

    folder: str
    files: tuple[str, ...]
    policies: tuple[str, ...] = ("policy",)
    data: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ("main",)
    combine: bool = False
    v0: bool = False

    def __str__(self) -> str:
        marks = [*self.namespaces, *(["combine"] if self.combine else []), *(["v0"] if self.v0 else [])]
        return f"{self.folder}:{','.join(self.policies)}:{','.join(self.files)}:{','.join(marks)}"

    @property
    def options(self) -> ConftestOptions:
        """How erpguard is asked."""
        return ConftestOptions(
            self.policies,
            self.data,
            self.namespaces,
            all_namespaces=not self.namespaces,
            combine=self.combine,
            rego_version="v0" if self.v0 else "v1",
        )

    @property
    def arguments(self) -> list[str]:
        """How conftest is asked."""
        found = [f"--policy={one}" for one in self.policies] + [f"--data={one}" for one in self.data]
        found += [f"--namespace={one}" for one in self.namespaces] or ["--all-namespaces"]
        return [*found, *(["--combine"] if self.combine else []), *(["--rego-version=v0"] if self.v0 else [])]


class Verdicts(NamedTuple):
    """What is to be the same. A message is (file, rule, text, details as JSON)."""

    failures: Counter[tuple[str, ...]]
    warnings: Counter[tuple[str, ...]]
    excepted: frozenset[tuple[str, str, str]]
    exit_code: int


def of_conftest(case: Case, folder: Path) -> Verdicts:
    """What conftest says, in its folder."""
    assert CONFTEST is not None, "conftest is not installed"
    done = subprocess.run(
        [CONFTEST, "test", "--output=json", *case.arguments, *case.files],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    results = json.loads(done.stdout)
    excepted = {
        (one["filename"], one["namespace"], told["msg"].rpartition(" == ")[2].strip('"'))
        for one in results
        for told in one.get("exceptions", ())
    }
    return Verdicts(
        Counter(_theirs(results, "failures")),
        Counter(_theirs(results, "warnings")),
        frozenset(excepted),
        done.returncode,
    )


def _theirs(results: Iterable[Any], kind: str) -> Iterator[tuple[str, ...]]:
    for one in results:
        for told in one.get(kind, ()):
            details = dict(told["metadata"])
            yield one["filename"], details.pop("query").removeprefix("data."), told["msg"], _json(details)


def of_erpguard(case: Case) -> tuple[Verdicts, ScanResult]:
    """What erpguard says in the working directory, and the result."""
    result = scan(case.files, conftest=case.options, packs=["conftest"], root=os.getcwd())
    told: dict[bool, list[tuple[str, ...]]] = {True: [], False: []}
    for finding in result.findings:
        policy = result.policies[finding.policy]
        details = {key: value for key, value in finding.values.items() if key != "_loc"}
        told[policy.only_advises].append((_file(finding, case), _rule(policy), finding.message, _json(details)))
    excepted = {(_file(one, case), *_excused(result.policies[one.policy])) for one in result.suppressed}
    return Verdicts(Counter(told[False]), Counter(told[True]), frozenset(excepted), result.exit_code()), result


def _file(finding: Finding, case: Case) -> str:
    return "Combined" if case.combine else finding.place.file


def _rule(policy: Policy) -> str:
    return f"{policy.package}.{policy.name.replace('-', '_')}"


def _excused(policy: Policy) -> tuple[str, str]:
    return policy.package, policy.name.replace("-", "_").partition("_")[2]


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


@cache
def module() -> Path | None:
    """Where the sources of conftest are, whose examples come with them; None where they are not."""
    go = shutil.which("go")
    if go is None:
        return None
    done = subprocess.run([go, "env", "GOMODCACHE"], capture_output=True, text=True, timeout=60)
    found = Path(done.stdout.strip()) / "github.com" / "open-policy-agent" / f"conftest@{VERSION}"
    return found if found.is_dir() else None


OWN_CASES = [
    Case("annotated", ("a.yaml",)),
    Case("builtins", ("input.yaml",)),
    Case("combine", ("a.yaml", "b.json", "sub/c.yaml"), combine=True),
    Case("combine", ("a.yaml",), combine=True),
    Case("complete_rules", ("object.json",)),
    Case("data", ("service.yaml",), data=("data",)),
    Case("data", ("service.yaml",), data=("data/names", "data/blocked", "limits:more")),
    Case("data_yaml", ("a.yaml",), data=("data",)),
    Case("definitions", ("good.yaml", "bad.yaml")),
    Case("definitions", ("good.yaml", "bad.yaml"), namespaces=()),
    Case("definitions", ("bad.yaml",), ("policy/first.rego", "policy/lib")),
    Case("deprecated", ("a.yaml",), v0=True),
    Case("documents", ("several.yaml", "comments.yaml", "marker_first.yaml")),
    Case("documents", ("crlf.yaml", "empty.yaml", "null.json", "list.json", "list.yaml", "lists.yaml")),
    Case("documents", ("scalars.yaml", "commented_list.yaml")),
    Case("exceptions", ("none.yaml", "platform.yaml", "everything.yaml", "sets.yaml", "objects.yaml", "fine.yaml")),
    Case("file_info", ("Service.yaml", "wrong/other.yaml", "excepted.yaml")),
    Case("gaps", ("a.yaml",), v0=True),
    Case("kubernetes", ("all.yaml", "list.yaml")),
    Case("kubernetes", ("all.yaml",), combine=True),
    Case("language", ("services.yaml",)),
    Case("loc", ("a.yaml",)),
    Case("messages", ("deployment.yaml",)),
    Case("metadata", ("a.yaml",)),
    Case("namespaces", ("object.yaml",)),
    Case("namespaces", ("object.yaml",), namespaces=("team.one",)),
    Case("namespaces", ("object.yaml",), namespaces=("team*",)),
    Case("namespaces", ("object.yaml",), namespaces=("team.[^t]*", "main")),
    Case("namespaces", ("object.yaml",), namespaces=()),
    Case("negated", ("a.yaml",)),
    Case("null_collections", ("all.yaml",)),
    Case("odd_texts", ("a.yaml",)),
    Case("only_warnings", ("a.yaml",)),
    Case("own_package", ("a.yaml", "b.yaml"), namespaces=("shop.images",)),
    Case("plan", ("plan.json",)),
    Case("formats", ("odoo.ini", "sample.env", "log4j.properties", "web.xml")),
    Case("formats", ("Dockerfile", ".dockerignore", "settings.jsonc")),
    Case("formats", ("odoo.ini", "Dockerfile", "web.xml"), combine=True),
    Case("numbers", ("a.yaml", "b.json", "c.toml")),
    Case("sizes", ("service.json", "service.yaml")),
    Case("toml", ("config.toml", "times.toml")),
    Case("undefined", ("one.yaml", "two.yaml")),
    Case("v0", ("a.yaml", "b.yaml"), v0=True),
    Case("walk", ("a.yaml",)),
    Case("yaml_keys", ("workflow.yaml",)),
]

MODULE_CASES = [
    Case("examples/awssam", ("lambda.yaml",)),
    Case("examples/compose", ("docker-compose.yml", "docker-compose-valid.yml")),
    Case("examples/configfile", ("deployment.yaml",), ("test",), namespaces=("conftest",)),
    Case("examples/cyclonedx", ("cyclonedx.json",)),
    Case("examples/data", ("service.yaml",), data=("exclusions",)),
    Case("examples/docker", ("Dockerfile",), namespaces=()),
    Case("examples/dotenv", ("sample.env",)),
    Case("examples/exceptions", ("deployments.yaml",)),
    Case("examples/hcl1", ("gke-show.json",)),
    Case("examples/hcl1", ("gke-show.json",), ("policy/base.rego",)),
    Case("examples/kubernetes", ("deployment.yaml", "service.yaml", "deployment+service.yaml")),
    Case("examples/kubernetes", ("deployment.yaml", "service.yaml"), namespaces=()),
    Case("examples/ini", ("grafana.ini",)),
    Case("examples/properties", ("sample.properties",)),
    Case("examples/xml", ("pom.xml",)),
    Case(
        "examples/kubernetes/combine",
        ("combine.yaml", "deployment.yaml", "service.yaml"),
        ("combine.rego",),
        combine=True,
    ),
    Case("examples/kustomize", ("configMap.yaml", "deployment.yaml", "kustomization.yaml", "service.yaml")),
    Case("examples", ("kubernetes/deployment.yaml",), ("report/policy",)),
    Case("examples", ("kubernetes/deployment.yaml",), ("report/policy_print",)),
    Case("examples", ("kubernetes/service.yaml",), ("strict-rules/policy",)),
    Case("examples/traefik", ("traefik.toml",)),
    Case("tests/multidir", ("data.json",), ("org", "team")),
    Case("tests/nested", ("data.json",), namespaces=()),
    Case("tests/problematic-if", ("data.yaml",), ("policy/valid.rego",)),
    Case("tests/problematic-if", ("data.yaml",), ("policy/valid_bare_deny.rego",)),
    Case("tests/rego-version", ("data.yaml",), ("policy/v0.rego",), v0=True),
    Case("tests/rego-version", ("data.yaml",), ("policy/v1.rego",)),
    Case("tests/return-multiple-failures", ("file.json",), ("policy.rego",)),
    Case("tests/source-location", ("data.yaml",), data=("loc_same_file.yaml",)),
]
