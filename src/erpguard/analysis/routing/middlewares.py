"""Traefik middlewares: which ones are attached, and what they do.

Sources: doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/, pkg/provider/kubernetes/crd.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses
from erpguard.analysis.values.addresses import is_allow_list
from erpguard.analysis.values.references import could_be, is_hidden, namespace_of, refer
from erpguard.analysis.values.selectors import any_of
from erpguard.estate import Lookup
from erpguard.model import Path, Resource
from erpguard.normalize.shapes import has_placeholder

MIDDLEWARE = "traefik.io/Middleware"
_PROVIDER = "kubernetescrd"
_DEEPEST = 16


class Attached(NamedTuple):
    """One middleware of a router. `resource` None: it does not exist or, where not `known`, cannot be seen."""

    name: str
    resource: Resource | None
    known: bool = True


UNSEEN = Attached("", None, known=False)


def attached_by_reference(analyses: Analyses, owner: Resource, path: Path) -> list[Attached]:
    """What the list of `{name, namespace}` at `path` attaches."""
    return list(_by_reference(analyses, owner, path, _DEEPEST))


def attached_by_name(analyses: Analyses, asking: Resource, names: str) -> list[Attached]:
    """What a comma-separated list of names such as `ns-name@kubernetescrd` attaches."""
    return [
        attached
        for name in names.split(",")
        if name.strip()
        for attached in _qualified(analyses, asking, name.strip(), _DEEPEST)
    ]


def attached_by_lookup(analyses: Analyses, name: str, lookup: Lookup) -> list[Attached]:
    """What a Middleware that was looked up attaches."""
    return list(_opened(analyses, name, lookup, _DEEPEST))


def _by_reference(analyses: Analyses, owner: Resource, path: Path, depth: int) -> Iterator[Attached]:
    if is_hidden(owner, path) or depth == 0:
        yield UNSEEN
        return
    holder: Any = owner.body
    for step in path:
        holder = holder.get(step) if isinstance(holder, dict) else holder[step]
        if holder is None:
            return
    for index, reference in enumerate(holder):
        name = reference.get("name")
        if name is not None and "@" in name:
            yield from _qualified(analyses, owner, name, depth)
        elif is_hidden(owner, (*path, index, "namespace")):
            yield UNSEEN
        else:
            namespace = reference.get("namespace") or namespace_of(owner)
            lookup = refer(analyses, owner, MIDDLEWARE, namespace, name)
            yield from _opened(analyses, name or "", lookup, depth)


def _qualified(analyses: Analyses, asking: Resource, name: str, depth: int) -> Iterator[Attached]:
    joined, _, provider = name.partition("@")
    if provider != _PROVIDER:
        yield Attached(name, None, known=False)
        return
    yield from _opened(analyses, name, _named(analyses, asking, joined), depth)


def _named(analyses: Analyses, asking: Resource, joined: str) -> Lookup:
    """The Middleware whose namespace and name, joined by a hyphen, are this text."""
    names: dict[tuple[str, str], dict[tuple[str, str], None]] = analyses.once("middlewares.names", _names)
    found = list(names.get((asking.cluster, joined), ()))
    if len(found) > 1:
        return Lookup(None, known=False)
    if found:
        return refer(analyses, asking, MIDDLEWARE, *found[0])
    hidden = has_placeholder(joined) or analyses.estate.is_open(MIDDLEWARE)
    hidden = hidden or any(
        not (other.is_known(("metadata", "name")) and other.is_known(("metadata", "namespace")))
        and (not has_placeholder(other.id) or could_be(f"{other.namespace}-{other.name}", joined))
        for other in analyses.estate.of_type(MIDDLEWARE)
        if other.cluster == asking.cluster
    )
    return Lookup(None, known=not hidden)


def _names(analyses: Analyses) -> dict[tuple[str, str], dict[tuple[str, str], None]]:
    names: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
    for one in analyses.estate.of_type(MIDDLEWARE):
        names.setdefault((one.cluster, f"{one.namespace}-{one.name}"), {})[one.namespace, one.name] = None
    return names


def _opened(analyses: Analyses, name: str, lookup: Lookup, depth: int) -> Iterator[Attached]:
    yield Attached(name, *lookup)
    if lookup.found is not None and _has(lookup.found, "chain") is not False:
        yield from _by_reference(analyses, lookup.found, ("spec", "chain", "middlewares"), depth - 1)


def _spec(resource: Resource) -> dict[str, Any]:
    return resource.body.get("spec") or {}


def _has(resource: Resource, *kinds: str) -> bool | None:
    """Whether a Middleware is of one of these kinds."""
    if any(kind in _spec(resource) for kind in kinds):
        return True
    return None if any(is_hidden(resource, ("spec", kind)) for kind in kinds) else False


def is_of(attached: Iterable[Attached], *kinds: str) -> bool | None:
    """Whether one of the middlewares is of one of these kinds."""
    return any_of(_of(one, *kinds) for one in attached)


def _of(one: Attached, *kinds: str) -> bool | None:
    return _has(one.resource, *kinds) if one.resource is not None else False if one.known else None


def keeps_out(attached: Iterable[Attached]) -> bool | None:
    """Whether an allow-list of addresses is among them that does not admit everybody."""
    return any_of(_keeps_out(one) for one in attached)


def _keeps_out(one: Attached) -> bool | None:
    if one.resource is None:
        return False if one.known else None
    answers: list[bool | None] = []
    for kind in ("ipAllowList", "ipWhiteList"):
        body = _spec(one.resource).get(kind)
        if body is None or "sourceRange" not in body:
            answers.append(None if is_hidden(one.resource, ("spec", kind, "sourceRange")) else False)
        else:
            answers.append(is_allow_list(body["sourceRange"]))
    return any_of(answers)


def authenticates(attached: Iterable[Attached]) -> bool | None:
    """Whether one of them asks who is there. What a plugin does is not known."""
    given = list(attached)
    plugin = is_of(given, "plugin")
    return any_of((is_of(given, "basicAuth", "digestAuth", "forwardAuth"), None if plugin else plugin))


def redirects_to_tls(attached: Iterable[Attached]) -> bool | None:
    """Whether a `redirectScheme` sends plain requests to https."""
    return any_of(_redirects(one) for one in attached)


def _redirects(one: Attached) -> bool | None:
    is_redirect = _of(one, "redirectScheme")
    if is_redirect is not True or one.resource is None:
        return is_redirect
    scheme = _spec(one.resource)["redirectScheme"].get("scheme")
    if scheme is None:
        return None if is_hidden(one.resource, ("spec", "redirectScheme", "scheme")) else False
    return True if scheme.lower() == "https" else None if has_placeholder(scheme) else False


def limits(attached: Iterable[Attached]) -> bool | None:
    """Whether one of them bounds size, rate or number of requests.

    Buffering without a size and a rate of 0 bound nothing: those are the defaults.
    """
    return any_of(_limits(one) for one in attached)


def _limits(one: Attached) -> bool | None:
    if one.resource is None:
        return False if one.known else None
    answers = [
        _positive(one.resource, "buffering", "maxRequestBodyBytes"),
        _positive(one.resource, "buffering", "maxResponseBodyBytes"),
        _positive(one.resource, "rateLimit", "average"),
        _positive(one.resource, "inFlightReq", "amount"),
    ]
    return any_of(answers)


def _positive(resource: Resource, kind: str, name: str) -> bool | None:
    value = (_spec(resource).get(kind) or {}).get(name)
    if isinstance(value, int):
        return value > 0
    return None if value is not None or is_hidden(resource, ("spec", kind, name)) else False
