"""`erpguard policies check`: everything that can be told of the files of packs without judging anything."""

from __future__ import annotations

from collections.abc import Iterator

from erpguard.authoring.checks import beside, frameworks, names, parameters, rego, subjects
from erpguard.authoring.checks.subject import Subject
from erpguard.authoring.complaints import Complaint
from erpguard.authoring.folder import Folder
from erpguard.authoring.metadata import Metadata, metadata
from erpguard.authoring.syntax import Module
from erpguard.authoring.tracing import compiled, sources
from erpguard.engines.child import Limits
from erpguard.errors import PackError
from erpguard.packs import make_policy


def check(folder: Folder, limits: Limits | None = None) -> list[Complaint]:
    """What is wrong, in the order of files and lines."""
    told = {file: metadata(folder.read(file), file) for file in folder.policies}
    modules, wrong = _modules(folder, limits or Limits())
    found = [*wrong, *names.check(folder, told), *beside.check(folder, told), *frameworks.check(folder, told)]
    found += beside.untested(modules, folder.tests)
    for file, one in told.items():
        found += one.complaints
        if one.value:
            found += _of_policy(file, one, modules.get(file))
    return sorted(set(found))


def _of_policy(file: str, told: Metadata, module: Module | None) -> Iterator[Complaint]:
    try:
        policy = make_policy(file, {**told.value, "package": names.package_of(file)})
    except PackError as error:
        yield Complaint(file, told.line("custom"), "policy-metadata", str(error))
        return
    subject = Subject(file, policy, told, module)
    yield from subjects.check(subject)
    yield from parameters.check(subject)
    yield from rego.check(subject)


def _modules(folder: Folder, limits: Limits) -> tuple[dict[str, Module], list[Complaint]]:
    """The modules that compile, by file, and what is wrong with modules."""
    found = compiled(sources(folder).values(), limits)
    found.process.close()
    return found.modules, found.complaints
