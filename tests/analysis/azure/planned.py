"""Small estates of resources that a plan makes, for the tests of analyses: with links to what is not there yet."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from erpguard.analysis import Analyses
from erpguard.estate import Estate
from erpguard.model import Path, Resource
from erpguard.normalize.azure import arm
from erpguard.normalize.azure.families import Draft, settle
from tests.analysis.estates import FakeOrigin

Links = dict[Path, tuple[str, str]]


def planned(
    type_: str,
    address: str,
    properties: dict[str, Any] | None = None,
    *,
    links: Links | None = None,
    unknown: tuple[Path, ...] = (),
    change: str = "create",
    **rest: Any,
) -> Draft:
    """A resource of a plan; a link stands for a value that is not known yet."""
    given = deepcopy({"type": type_, "name": address.rpartition(".")[2], "properties": properties or {}, **rest})
    hidden = frozenset((*unknown, *(links or {})))
    known = arm.Known(address=address, change=change, unknown=hidden)
    made, problems = arm.resource(given, FakeOrigin(), None, "terraform_plan", known)
    assert problems == []
    made.links = links or made.links
    return Draft(made)


def plan(*drafts: Draft) -> Analyses:
    """The analyses of a plan."""
    return Analyses(Estate(settle(drafts).resources))


def named(made: Analyses, address: str) -> Resource:
    """A resource of a plan by its address."""
    return next(resource for resource in made.estate if resource.id == address)
