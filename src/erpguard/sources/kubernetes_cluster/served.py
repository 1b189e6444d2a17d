"""Which lists to read: what a cluster serves, against what is wanted.

Discovery as in kubernetes.io/docs/reference/using-api/api-concepts/: `/api/v1`, `/apis` and one document for each group
and version. A group or a resource that readable documents lack does not exist there, which is no gap. What they do not
tell, because they could not be read, is tried: the list then says whether it may be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from erpguard.sources.kubernetes_cluster.calls import Calls
from erpguard.sources.kubernetes_cluster.kinds import Kind
from erpguard.sources.kubernetes_cluster.transport import Failure

NOT_A_LIST = Failure("malformed", 200, "not what discovery documents")


class Listing(NamedTuple):
    """A kind to read, and the `group/version` to read it in."""

    kind: Kind
    served: str


class Unread(NamedTuple):
    """A kind that the cluster serves in no version that erpguard knows."""

    kind: Kind
    versions: tuple[str, ...]


def url(served: str, resource: str = "", namespace: str = "", name: str = "") -> str:
    """The path of a `group/version`, of a list in it, of a namespace's part of that, or of one object."""
    from urllib.parse import quote

    parts = [f"/apis/{served}" if "/" in served else f"/api/{served}"]
    if namespace:
        parts += ["namespaces", quote(namespace, safe="")]
    parts += [quote(part, safe="") for part in (resource, name) if part]
    return "/".join(parts)


def groups(calls: Calls) -> dict[str, tuple[str, ...]] | Failure:
    """API group -> the `group/version`s that are served."""
    answer = calls.get("/apis")
    if isinstance(answer, Failure):
        return answer
    found = answer.get("groups") if isinstance(answer, dict) and answer.get("kind") == "APIGroupList" else None
    if not isinstance(found, list):
        return NOT_A_LIST
    return {
        str(group.get("name")): tuple(dict.fromkeys(_versions(group))) for group in found if isinstance(group, dict)
    }


def _versions(group: Mapping[str, Any]) -> Iterator[str]:
    preferred = group.get("preferredVersion")
    listed = group.get("versions")
    for version in (preferred, *(listed if isinstance(listed, list) else ())):
        if isinstance(version, dict) and isinstance(version.get("groupVersion"), str):
            yield version["groupVersion"]


def resources(calls: Calls, served: str) -> frozenset[str] | Failure:
    """The plural names that a `group/version` has."""
    answer = calls.get(url(served))
    if isinstance(answer, Failure):
        return answer
    found = answer.get("resources") if isinstance(answer, dict) and answer.get("kind") == "APIResourceList" else None
    if not isinstance(found, list):
        return NOT_A_LIST
    return frozenset(str(one.get("name")) for one in found if isinstance(one, dict))


def listings(calls: Calls, kinds: Iterable[Kind], offered: tuple[str, ...] | None) -> Iterator[Listing | Unread]:
    """The lists to read of the kinds of one group. `offered`: its `group/version`s; None where that is not known."""
    documents: dict[str, frozenset[str] | Failure] = {}

    def document(served: str) -> frozenset[str] | Failure:
        if served not in documents:
            documents[served] = resources(calls, served)
        return documents[served]

    for kind in kinds:
        candidates = [served for served in kind.served if offered is None or served in offered]
        found = None
        for served in candidates:
            names = document(served)
            if isinstance(names, Failure):
                found = found or Listing(kind, served)
            elif kind.resource in names:
                found = Listing(kind, served)
                break
        if found is not None:
            yield found
        elif offered:
            other = [served for served in offered if served not in kind.served and _has(document(served), kind)]
            if other:
                yield Unread(kind, tuple(other))


def _has(names: frozenset[str] | Failure, kind: Kind) -> bool:
    return not isinstance(names, Failure) and kind.resource in names
