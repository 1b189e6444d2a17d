"""Private endpoints: which services have one, whether its connection is approved, and whether names lead to it.

A service shows its connections and their state; an endpoint shows where it leads, and before it exists that is all that
is known. A connection that the caller may approve is approved at once, a manual one waits for the owner of the service
(https://learn.microsoft.com/azure/private-link/private-endpoint-overview). The names of the service lead to the
endpoint through the zones of its DNS zone group (https://learn.microsoft.com/azure/private-link/private-endpoint-dns).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.firewall_rules import FLEXIBLE, SINGLE, is_in_subnet
from erpguard.analysis.azure.properties import items, read, refer
from erpguard.analysis.azure.public_access import REDIS, SERVICE_BUS
from erpguard.analysis.values.selectors import any_of
from erpguard.model import Path, Resource

ENDPOINT = "Microsoft.Network/privateEndpoints"
ZONE_GROUP = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
REGISTRY = "Microsoft.ContainerRegistry/registries"
SERVICES = (
    "Microsoft.Storage/storageAccounts",
    "Microsoft.KeyVault/vaults",
    REDIS,
    "Microsoft.Cache/redisEnterprise",
    REGISTRY,
    SERVICE_BUS,
    *FLEXIBLE,
    *SINGLE,
)
_ONLY_PREMIUM = (REGISTRY, SERVICE_BUS)
"""Services whose other SKUs cannot have private endpoints."""

_AUTOMATIC: Path = ("properties", "privateLinkServiceConnections")
_MANUAL: Path = ("properties", "manualPrivateLinkServiceConnections")
_SHOWN: Path = ("properties", "privateEndpointConnections")
_STATUS: Path = ("properties", "privateLinkServiceConnectionState", "status")


class Connection(NamedTuple):
    """One private endpoint of a service; `endpoint` is None where it is not in the estate.

    `approved` and `zone_group` (whether it has one) are None where that is not known.
    """

    endpoint: Resource | None
    approved: bool | None
    zone_group: bool | None = None


class _Links(NamedTuple):
    """Where the endpoints of the estate lead: by key of the service, then of the endpoint; `loose` may lead to any."""

    by_service: dict[str, dict[str, Connection]]
    loose: dict[str, Connection]


def private_endpoints(analyses: Analyses) -> View:
    """One row per platform service and database server that is not in a subnet of its own, at its root.

    Fields: connected (whether it has an approved private endpoint), what (is wrong if not).
    """
    view = View()
    for service, certain in _services(analyses):
        found = connections(analyses, service)
        connected = any_of((*(one.approved for one in found), False if certain else None))
        fields = {"connected": connected, "what": _missing(service, found)}
        view.add(service, (), fields, {"connected"} if connected is None else ())
    return view


def private_endpoint_connections(analyses: Analyses) -> View:
    """One row per private endpoint of such a service, at the service.

    Fields: approved, zone_group (whether it has a DNS zone group), endpoint (its name), at ({resource, path} of that).
    """
    view = View()
    for service, certain in _services(analyses):
        for number, found in enumerate(connections(analyses, service)):
            place = found.endpoint or service
            fields: dict[str, Any] = {
                "approved": found.approved if certain else None,
                "zone_group": found.zone_group,
                "endpoint": place.name,
                "at": {"resource": place.key, "path": list(place.name_path)},
            }
            unknown = {name for name in ("approved", "zone_group") if fields[name] is None}
            settled = found.approved is False or found.zone_group
            view.add(service, (), fields, () if settled else unknown, part=str(number))
    return view


def connections(analyses: Analyses, service: Resource) -> list[Connection]:
    """The private endpoints of a service, as it shows them and as the endpoints of the estate do."""
    links = _links(analyses)
    found = {**links.loose, **links.by_service.get(service.key, {})}
    listed, known = items(service, *_SHOWN)
    for item in listed:
        status = read(service, *item, *_STATUS)
        link = refer(analyses, service, *item, "properties", "privateEndpoint", "id")
        approved = status.is_one_of("Approved") if status.stated else None
        endpoint = link.resource
        key = endpoint.key if endpoint is not None else f"{item[-1]}"
        own = found.get(key)
        if own is not None and approved is None:
            approved = own.approved
        zones = _has_zone_group(analyses, endpoint) if endpoint is not None else None
        found[key] = Connection(endpoint, approved, zones)
    if not known:
        found[""] = Connection(None, None)
    return list(found.values())


def _services(analyses: Analyses) -> Iterator[tuple[Resource, bool]]:
    """The services that may have a private endpoint, each with whether that is certain.

    What was put into a subnet cannot have one, and needs none.
    """
    for service in analyses.estate.of_type(*SERVICES):
        inside = _is_injected(service) if service.type == REDIS else is_in_subnet(service)
        if not inside:
            yield service, inside is False


def _is_injected(cache: Resource) -> bool | None:
    subnet = read(cache, "properties", "subnetId")
    return bool(subnet.value) if subnet.known else None


def _links(analyses: Analyses) -> _Links:
    made: _Links = analyses.once("azure.private_endpoints", _all_links)
    return made


def _all_links(analyses: Analyses) -> _Links:
    by_service: dict[str, dict[str, Connection]] = {}
    loose: dict[str, Connection] = {}
    for endpoint in analyses.estate.of_type(ENDPOINT):
        zones = _has_zone_group(analyses, endpoint)
        for path in (_AUTOMATIC, _MANUAL):
            listed, known = items(endpoint, *path)
            if not known:
                loose[endpoint.key] = Connection(endpoint, None, zones)
            for item in listed:
                link = refer(analyses, endpoint, *item, "properties", "privateLinkServiceId")
                approved = _is_approved(endpoint, item, manual=path == _MANUAL)
                if link.present is None:
                    loose[endpoint.key] = Connection(endpoint, None if approved else approved, zones)
                elif link.resource is not None:
                    by_service.setdefault(link.resource.key, {})[endpoint.key] = Connection(endpoint, approved, zones)
    return _Links(by_service, loose)


def _is_approved(endpoint: Resource, connection: Path, manual: bool) -> bool | None:
    status = read(endpoint, *connection, *_STATUS)
    if status.known and not status.stated:
        return None if manual else True
    return status.is_one_of("Approved")


def _has_zone_group(analyses: Analyses, endpoint: Resource) -> bool | None:
    """Whether an endpoint has a DNS zone group with a zone."""
    answers: list[bool | None] = []
    for group in analyses.estate.children(endpoint, ZONE_GROUP):
        listed, known = items(group, "properties", "privateDnsZoneConfigs")
        answers.append(bool(listed) if known else None)
    return any_of(answers)


def _missing(service: Resource, found: list[Connection]) -> str:
    waiting = [one.endpoint for one in found if one.approved is False]
    if waiting:
        name = f" {waiting[0].name}" if waiting[0] is not None else ""
        return f"its private endpoint{name} is not approved"
    sku = read(service, "sku", "name").value
    if service.type in _ONLY_PREMIUM and isinstance(sku, str) and sku.casefold() != "premium":
        return f"it has no private endpoint, and its SKU {sku} cannot have one (Premium can)"
    return "it has no private endpoint"
