"""Application gateways: which parts of one belong together, and what its rules do with plain HTTP.

A gateway names its own parts by id: a rule its listener, a listener its TLS profile, a redirect the listener that it
leads to. The last segment of such an id is the part's name (https://learn.microsoft.com/azure/application-gateway/
configuration-request-routing-rules, .../redirect-overview).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.properties import Property, items, read
from erpguard.model import Path, Resource

GATEWAY = "Microsoft.Network/applicationGateways"


class Part(NamedTuple):
    """A part of a gateway that an id refers to.

    path     where it stands; `()` where it is not found
    present  whether the id refers to anything; None where that, or what it refers to, is not known
    """

    path: Path
    present: bool | None


def part(gateway: Resource, collection: str, id_: Property) -> Part:
    """The part of a collection that an id refers to."""
    if not id_.known or not isinstance(id_.value, str):
        return Part((), None if not id_.known else False)
    name = id_.value.rstrip("/").rpartition("/")[2].lower()
    for path in items(gateway, "properties", collection)[0]:
        if name_of(gateway, path).lower() == name:
            return Part(path, True)
    return Part((), None)


def name_of(gateway: Resource, path: Path) -> str:
    """The name of a part; empty where it is not known."""
    name = read(gateway, *path, "id").value or read(gateway, *path, "name").value
    return name.rstrip("/").rpartition("/")[2] if isinstance(name, str) else ""


class Action(NamedTuple):
    """What a rule does with the requests of some paths.

    path         where that is to be changed
    paths        the URL paths, empty for all others; None where they are not known
    redirects    whether it leads to HTTPS
    description  what it does instead
    """

    path: Path
    paths: list[str] | None
    redirects: bool | None
    description: str


def http_rules(analyses: Analyses) -> View:
    """One row per thing that a rule of an HTTP listener does: one for a basic rule, one for each path of a path map.

    It stands where that is to be changed. Fields: listener, rule, paths, redirects (whether it leads to HTTPS), action.
    """
    view = View()
    for gateway in analyses.estate.of_type(GATEWAY):
        rules, known = items(gateway, "properties", "requestRoutingRules")
        if not known:
            view.add(gateway, ("properties", "requestRoutingRules"), {}, ["redirects"])
        for rule in rules:
            listener = part(gateway, "httpListeners", read(gateway, *rule, "properties", "httpListener", "id"))
            plain = _is_plain(gateway, listener)
            if plain is not False:
                _add_rule(view, gateway, rule, name_of(gateway, listener.path), plain is True)
    return view


def _is_plain(gateway: Resource, listener: Part) -> bool | None:
    """Whether a rule is one of an HTTP listener."""
    if not listener.present:
        return listener.present
    return read(gateway, *listener.path, "properties", "protocol").is_one_of("Http")


def _add_rule(view: View, gateway: Resource, rule: Path, listener: str, certain: bool) -> None:
    name = name_of(gateway, rule)
    for number, action in enumerate(_actions(gateway, rule)):
        fields = {
            "listener": listener,
            "rule": name,
            "paths": action.paths,
            "redirects": action.redirects,
            "action": action.description,
        }
        unknown = [field for field in ("paths", "redirects") if fields[field] is None]
        if not certain and not action.redirects:
            unknown.append("redirects")
        view.add(gateway, action.path, fields, unknown, part=f"{rule[-1]}.{number}")


def _actions(gateway: Resource, rule: Path) -> Iterator[Action]:
    map_id = read(gateway, *rule, "properties", "urlPathMap", "id")
    path_map = part(gateway, "urlPathMaps", map_id)
    if path_map.present is False:
        yield _action(gateway, (*rule, "properties", "redirectConfiguration"), [])
        return
    if path_map.present is None:
        yield Action((*rule, "properties", "urlPathMap"), None, None, "uses a path map that is not known")
        return
    yield _action(gateway, (*path_map.path, "properties", "defaultRedirectConfiguration"), [])
    path_rules, known = items(gateway, *path_map.path, "properties", "pathRules")
    if not known:
        yield Action((*path_map.path, "properties", "pathRules"), None, None, "has path rules that are not known")
    for path_rule in path_rules:
        paths = read(gateway, *path_rule, "properties", "paths")
        texts = [text for text in paths.value or () if isinstance(text, str)] if paths.known else None
        shown = texts if texts is not None and gateway.is_known(paths.path) else None
        yield _action(gateway, (*path_rule, "properties", "redirectConfiguration"), shown)


def _action(gateway: Resource, path: Path, paths: list[str] | None) -> Action:
    """What a redirect configuration does, or that there is none; placed at what has to change."""
    target = part(gateway, "redirectConfigurations", read(gateway, *path, "id"))
    if target.present is False:
        return Action(path, paths, False, "does not redirect")
    if target.present is None:
        return Action(path, paths, None, "redirects somewhere that is not known")
    id_ = read(gateway, *target.path, "properties", "targetListener", "id")
    url = read(gateway, *target.path, "properties", "targetUrl")
    listener = part(gateway, "httpListeners", id_)
    by_listener = read(gateway, *listener.path, "properties", "protocol").is_one_of("Https") if listener.path else None
    to_listener = False if listener.present is False else by_listener
    if isinstance(url.value, str) and url.value:
        secure = url.value.lower().startswith("https:")
        return Action(url.path, paths, secure or to_listener, f"redirects to {url.value}")
    if not url.known and not to_listener:
        return Action(url.path, paths, None, "redirects to an address that is not known")
    where = f"listener {name_of(gateway, listener.path)}" if listener.path else "no listener"
    return Action(id_.path, paths, to_listener, f"redirects to {where}")
