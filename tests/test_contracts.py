"""What every policy promises, held for all of them at once."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import regorus
import yaml

from erpguard.analysis import VIEWS, Analyses
from erpguard.authoring.checks.rego import unread
from erpguard.authoring.syntax import module
from erpguard.engines.embedded import EmbeddedEngine
from erpguard.engines.syntax.reading import declared_reads, undeclared
from erpguard.estate import Estate
from erpguard.judge import Judge
from erpguard.model import Path, Policy, Resource
from erpguard.normalize.azure.arm_types import arm_type
from erpguard.packs import resolve_settings
from erpguard.reads import ANY
from erpguard.shipped import shipped
from erpguard.sources import Collected, Input, source
from erpguard.sources.kubernetes_manifest import from_memory
from erpguard.sources.recognition import by_source
from tests.policy_examples import LIBRARY, Case, cases, is_manifest

POLICIES = list(LIBRARY.policies.values())
FOLDER = shipped("policies")


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_reads_are_what_the_syntax_tree_reads(policy: Policy) -> None:
    engine = regorus.Engine()
    engine.add_policy_from_file(os.path.join(FOLDER, policy.file))
    found, declared = module(json.loads(engine.get_ast_as_json())[0]), declared_reads(policy)
    assert undeclared(found.used, declared) == {}, "read, but not in METADATA"
    assert unread(found, declared) == [], "in METADATA, but not read"
    assert found.wholes == (), "what is read of a whole row is not known"


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_metadata_is_whole(policy: Policy) -> None:
    name = os.path.basename(policy.file).removesuffix(".rego")
    assert policy.package == f"erpguard.{policy.pack}.{name}"
    assert policy.scope == "resource"
    assert set(policy.views) <= set(VIEWS)
    assert policy.references and all(page.url.startswith("https://") for page in policy.references)
    assert policy.title[0].isupper() and not policy.title.endswith(".")
    assert policy.description.strip() and policy.remediation.strip()
    for suffix in ("_test.rego", ".yaml"):
        assert os.path.isfile(os.path.join(FOLDER, policy.file.removesuffix(".rego") + suffix))
    with open(os.path.join(FOLDER, policy.file), encoding="utf-8") as opened:
        paths = set(re.findall(r"input\.settings\.(\w+)\.(\w+)", opened.read()))
    assert paths <= {(policy.pack, name)}, "the path of the parameters is not that of the package"
    outcomes = {case.outcome for case in cases(policy.id)}
    assert {"fail", "pass"} <= outcomes


Objects = list[dict[str, Any]]
Verdicts = dict[str, str]
CASES = list(cases())


def objects_of(case: Case) -> Objects:
    """The objects of an example."""
    texts = "\n---\n".join(case.files.values())
    return [document for document in yaml.load_all(texts, Loader=yaml.CSafeLoader) if isinstance(document, dict)]


def estate_of(objects: Objects, case: Case) -> Estate:
    """Their estate, open where the example says so."""
    return _estate(from_memory(objects, case.options.get("estate", {})), case)


def estate_of_files(case: Case) -> Estate:
    """The estate of an example's files, whatever they are."""
    inputs = [Input(name, data=case.text(name).encode()) for name in case.files]
    collected = Collected()
    for name, taken in by_source(inputs).items():
        collected.merge(source(name).collect(taken, case.options.get("estate", {})))
    return _estate(collected, case)


def _estate(collected: Collected, case: Case) -> Estate:
    return Estate(collected.resources, {"*"} if case.options.get("partial") else collected.open_types)


@cache
def engine_of(policy_id: str) -> EmbeddedEngine:
    """An engine that knows one policy."""
    return EmbeddedEngine(LIBRARY.parts[0].folder, LIBRARY.parts[0].modules, [LIBRARY.policies[policy_id]])


def outcomes(case: Case, estate: Estate, shard: int = 1_000) -> Verdicts:
    """The outcome of the example's policy for each resource: by key, passes left out."""
    policy = LIBRARY.policies[case.policy]
    given = {policy.id: case.options.get("parameters", {})}
    settings = resolve_settings([policy], {resource.environment for resource in estate}, given)
    analyses = Analyses(estate, case.options.get("estate", {}), "2026-01-31")
    judge = Judge(analyses, [policy], engine_of(policy.id), settings, shard)
    verdicts = {verdict.resource.key: str(verdict.outcome) for verdict in judge.verdicts()}
    assert judge.problems == []
    return verdicts


@pytest.mark.parametrize("case", CASES, ids=str)
def test_shards_of_one_judge_like_the_whole(case: Case) -> None:
    whole = outcomes(case, estate_of_files(case))
    assert outcomes(case, estate_of_files(case), shard=1) == whole


# Who an object is: with another one it is another object. The catalogue settles what an unknown environment means.
IDENTITY = {("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace")}
ENVIRONMENT = {"environment", "env", "app.kubernetes.io/environment"}


def _is_kubernetes(case: Case) -> bool:
    return is_manifest(case) and all({"apiVersion", "kind"} <= body.keys() for body in objects_of(case))


KUBERNETES = [case for case in CASES if _is_kubernetes(case)]
AZURE = [case for case in CASES if not _is_kubernetes(case)]


@pytest.mark.parametrize("case", KUBERNETES, ids=str)
def test_what_is_not_known_is_undetermined_or_does_not_matter(case: Case) -> None:
    """Each leaf made unknown: the verdict is undetermined, or the same whatever the leaf is."""
    assert disagreements(case, blinded) == []


@pytest.mark.parametrize("case", KUBERNETES, ids=str)
def test_a_wrong_type_is_undetermined_or_does_not_matter(case: Case) -> None:
    """Each leaf that a shape knows replaced by what no field accepts: the same."""
    assert disagreements(case, mistyped) == []


@pytest.mark.parametrize("case", [case for case in AZURE if is_manifest(case)], ids=str)
def test_the_case_of_ids_and_the_order_do_not_matter(case: Case) -> None:
    objects = objects_of(case)
    turned = [in_capitals(one) if "type" in one else one for one in reversed(objects)]
    assert outcomes(case, estate_of(turned, case)) == outcomes(case, estate_of(objects, case))


def in_capitals(value: Any) -> Any:
    """The same with the ids of ARM in capitals."""
    if isinstance(value, dict):
        return {in_capitals(key): in_capitals(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return list(map(in_capitals, value))
    return value.upper() if isinstance(value, str) and value.startswith("/subscriptions/") else value


Blinding = Callable[[Objects, Case, int, Path], Estate | None]


def disagreements(case: Case, blinding: Blinding) -> list[str]:
    """Where a verdict without a leaf is neither undetermined nor the verdict with every value of that leaf."""
    objects = objects_of(case)
    others = values_by_path(case.policy)
    wrong = []
    for number, body in enumerate(objects):
        for path in leaves(body):
            if path in IDENTITY or (path[:2] == ("metadata", "labels") and path[2] in ENVIRONMENT):
                continue
            estate = blinding(objects, case, number, path)
            if estate is None:
                continue
            blind = outcomes(case, estate)
            for value in others.get(slot(body, path), ()):
                seen = outcomes(case, estate_of(changed(objects, number, path, value), case))
                for key in blind.keys() | seen.keys():
                    if blind.get(key) != "undetermined" and blind.get(key) != seen.get(key):
                        wrong.append(f"{key}: {path} = {value!r} gives {seen.get(key)}, hidden {blind.get(key)}")
    return wrong


def mistyped(objects: Objects, case: Case, number: int, path: Path) -> Estate | None:
    """The estate with an object in place of a leaf; None where no policy reads the leaf, or any object may stand."""
    estate = estate_of(changed(objects, number, path, {"wrong": ["type"]}), case)
    return estate if path in estate.resources[number].invalid else None


def blinded(objects: Objects, case: Case, number: int, path: Path) -> Estate:
    """The estate with one leaf taken out and marked unknown."""
    estate = estate_of(objects, case)
    resource = estate.resources[number]
    node: Any = resource.body
    for step in path[:-1]:
        if not isinstance(node, (dict, list)):
            break
        node = node.get(step) if isinstance(node, dict) else node[int(step)]
    if isinstance(node, dict):
        node.pop(path[-1], None)
    elif isinstance(node, list):
        node[int(path[-1])] = None
    resource.unknown |= {path}
    return estate


Slot = tuple[str, Path]


def slot(body: dict[str, Any], path: Path) -> Slot:
    """What kind of leaf this is: the kind of its object, and the path without indexes."""
    return str(body.get("kind")), tuple(ANY if isinstance(step, int) else step for step in path)


@cache
def values_by_path(policy_id: str) -> dict[Slot, list[Any]]:
    """The values that the examples of a policy have at each kind of leaf; three at most."""
    found: dict[Slot, list[Any]] = {}
    for case in filter(_is_kubernetes, cases(policy_id)):
        for body in objects_of(case):
            for path in leaves(body):
                values = found.setdefault(slot(body, path), [])
                value = _at(body, path)
                if value not in values and len(values) < 3:
                    values.append(value)
    return found


@pytest.mark.parametrize("case", AZURE, ids=str)
def test_what_is_not_known_of_azure_is_undetermined_or_does_not_matter(case: Case) -> None:
    """The same for resources that are put together from several blocks: leaves of what they have become."""
    others = azure_values(case.policy)
    wrong = []
    for number, resource in enumerate(estate_of_files(case)):
        for path in leaves(resource.body):
            if _is_identity(resource, path):
                continue
            blind = outcomes(case, with_leaf(case, number, path, known=False))
            for value in others.get(_azure_slot(resource, path), ()):
                seen = outcomes(case, with_leaf(case, number, path, value))
                wrong += [
                    f"{key}: {path} = {value!r} gives {seen.get(key)}, hidden {blind.get(key)}"
                    for key in blind.keys() | seen.keys()
                    if blind.get(key) != "undetermined" and blind.get(key) != seen.get(key)
                ]
    assert wrong == []


def with_leaf(case: Case, number: int, path: Path, value: Any = None, known: bool = True) -> Estate:
    """The estate with another value at a leaf of a resource, or with the leaf unknown."""
    estate = estate_of_files(case)
    resource = estate.resources[number]
    node = _at(resource.body, path[:-1])
    if known:
        node[path[-1]] = value
    else:
        resource.unknown |= {path}
        if isinstance(node, dict):
            del node[path[-1]]
        else:
            node[path[-1]] = None
    if path[0] == "tags":
        tags = resource.body["tags"]
        resource.labels = {key.lower(): tag for key, tag in tags.items()}
    return estate


def _is_identity(resource: Resource, path: Path) -> bool:
    """Whether a leaf says which resource or part it is, or to which environment it belongs."""
    names = ("id", "name", "type", "resourceGroup", "apiVersion", "kind")
    if resource.type == "erpguard/Deletion" and path[0] == "resource":
        path = path[1:]
    in_part = path[-1] in names and _is_part(resource, path[:-1])
    return path in {(name,) for name in names} | IDENTITY or in_part or str(path[-1]).lower() in ENVIRONMENT


def _is_part(resource: Resource, path: Path) -> bool:
    """Whether a part stands there that Azure gives an id, be it that it has none yet."""
    described = arm_type(resource.type)
    listed = described is not None and path[:-1] in described.parts.values()
    return listed or path in resource.parts.values()


def _azure_slot(resource: Resource, path: Path) -> Slot:
    return resource.type, tuple(ANY if isinstance(step, int) else step for step in path)


@cache
def azure_values(policy_id: str) -> dict[Slot, list[Any]]:
    """The values that the examples of a policy have at each kind of leaf; three at most."""
    found: dict[Slot, list[Any]] = {}
    for case in cases(policy_id):
        for resource in estate_of_files(case):
            for path in leaves(resource.body):
                values = found.setdefault(_azure_slot(resource, path), [])
                value = _at(resource.body, path)
                if value is not None and value not in values and len(values) < 3:
                    values.append(value)
    return found


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all scalars."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path


def changed(objects: Objects, number: int, path: Path, value: Any) -> Objects:
    """A copy of the objects with another value at a path of one of them."""
    copied = copy.deepcopy(objects)
    node: Any = copied[number]
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return copied
