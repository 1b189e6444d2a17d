"""Whether whom a role was assigned to still exists.

Azure keeps the assignments of principals that were deleted
(https://learn.microsoft.com/azure/role-based-access-control/troubleshooting). Only the directory knows who is there.
What it answers are resources of the type `Microsoft.Graph/directoryObjects`, one for each id that it was asked for,
called like the id, with `properties.exists` (`erpguard.sources.azure_directory` makes them). Without such an answer it
is known only of managed identities that are in the estate.
"""

from __future__ import annotations

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.principals import identities, principal_of
from erpguard.analysis.azure.properties import read
from erpguard.analysis.azure.role_assignments import ASSIGNMENT
from erpguard.analysis.azure.role_definitions import role_of
from erpguard.analysis.azure.scopes import scope_of
from erpguard.analysis.values.selectors import any_of
from erpguard.model import Resource

OBJECT = "Microsoft.Graph/directoryObjects"


def assignment_principals(analyses: Analyses) -> View:
    """One row per role assignment that Azure has, at the object.

    Fields: holder (whom it is for), holder_type, holder_role, holder_scope, exists (whether there is such a principal).
    A group of another directory (`ForeignGroup`) is not in this one.
    """
    view = View()
    directory = _directory(analyses)
    for resource in analyses.estate.of_type(ASSIGNMENT):
        if not resource.id.startswith("/"):
            continue  # of a plan: it is not there yet
        principal = principal_of(analyses, resource)
        fields = {
            "holder": principal.title,
            "holder_type": principal.type,
            "holder_role": role_of(analyses, resource).name,
            "holder_scope": scope_of(analyses, resource).title,
            "exists": _exists(analyses, directory, principal.id),
        }
        view.add(resource, (), fields, [name for name, value in fields.items() if value is None])
    return view


def _directory(analyses: Analyses) -> dict[str, list[Resource]]:
    """What the directory said, by object id in lower case."""
    found: dict[str, list[Resource]] = {}
    for one in analyses.estate.of_type(OBJECT):
        found.setdefault(one.name.lower(), []).append(one)
    return found


def _exists(analyses: Analyses, directory: dict[str, list[Resource]], id_: str) -> bool | None:
    answers = [read(one, "properties", "exists") for one in directory.get(id_, ())] if id_ else []
    if answers:
        return any_of(answer.value if isinstance(answer.value, bool) else None for answer in answers)
    return True if id_ and id_ in identities(analyses) else None
