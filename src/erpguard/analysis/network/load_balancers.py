"""Who may reach a Service of type LoadBalancer, by the rules of Azure's cloud provider.

kubernetes-sigs.github.io/cloud-provider-azure/topics/loadbalancer/ and pkg/provider/loadbalancer of its source: ranges
of the field and of both annotations add up; service tags take the place of the default, which is everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erpguard.analysis.values.cidrs import is_whole, network
from erpguard.analysis.workloads.service_bodies import ServiceBody
from erpguard.model import Path
from erpguard.normalize.shapes import has_placeholder

INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal"
ALLOWED_TAGS = "service.beta.kubernetes.io/azure-allowed-service-tags"
ALLOWED_RANGES = (
    "service.beta.kubernetes.io/azure-allowed-ip-ranges",
    "service.beta.kubernetes.io/load-balancer-source-ranges",
)
RANGES: Path = ("spec", "loadBalancerSourceRanges")
ANNOTATIONS: Path = ("metadata", "annotations")

# Tags that hold addresses which anybody can get.
_PUBLIC_TAGS = ("internet", "azurecloud")

Opening = tuple[dict[str, Any], bool | None]


def openings(service: ServiceBody) -> Iterator[Opening]:
    """What lets the whole internet in, as ({path, what}, answer); nothing for internal ones and other types."""
    typed = service.spec.get("type", "ClusterIP") == "LoadBalancer" if service.is_known(("spec", "type")) else None
    internal = is_internal(service)
    if typed is False or internal:
        return
    sure = True if typed and internal is False else None
    for opening, answer in _openings(service):
        yield opening, answer and sure


def is_internal(service: ServiceBody) -> bool | None:
    """Whether the load balancer has an address of the virtual network; it is public unless that says just `true`."""
    if service.hidden_below((*ANNOTATIONS, INTERNAL)):
        return None
    value = service.annotations.get(INTERNAL, "")
    return None if has_placeholder(value) else value == "true"


def _openings(service: ServiceBody) -> Iterator[Opening]:
    ranges = list(_ranges(service))
    tags = [tag for tag in _listed(service.annotations.get(ALLOWED_TAGS)) if tag]
    hidden = _hidden(service)
    if not ranges and not tags:
        what = "nothing limits its sources"
        yield {"path": list(RANGES), "what": what}, None if hidden else True
        return
    for tag in tags:
        answer = None if has_placeholder(tag) else tag.lower().partition(".")[0] in _PUBLIC_TAGS
        yield {"path": [*ANNOTATIONS, ALLOWED_TAGS], "what": f"the service tag {tag} is no limit"}, answer
    yield from _range_openings(ranges)
    if hidden:
        yield {"path": list(RANGES), "what": ""}, None


def _range_openings(ranges: list[tuple[Path, str]]) -> Iterator[Opening]:
    whole = [(where, cidr) for where, cidr in ranges if is_whole([network(cidr)])]
    for where, cidr in whole:
        yield {"path": list(where), "what": f"{cidr} is every address"}, True
    if not whole and is_whole(network(cidr) for _, cidr in ranges):
        yield {"path": list(ranges[0][0]), "what": "the source ranges add up to every address"}, True
    for where, cidr in ranges:
        if has_placeholder(cidr):
            yield {"path": list(where), "what": ""}, None


def _ranges(service: ServiceBody) -> Iterator[tuple[Path, str]]:
    """Every allowed range with its place."""
    for index, cidr in enumerate(service.spec.get("loadBalancerSourceRanges") or ()):
        if cidr is not None:
            yield (*RANGES, index), cidr.strip()
    for key in ALLOWED_RANGES:
        for cidr in _listed(service.annotations.get(key)):
            yield (*ANNOTATIONS, key), cidr


def _listed(value: str | None) -> list[str]:
    """The items of an annotation; none where it is not there."""
    return [] if value is None else [item.strip() for item in value.split(",")]


def _hidden(service: ServiceBody) -> bool:
    """Whether a part of what may limit the sources is not there to be read; placeholders among the ranges are."""
    keys = (ALLOWED_TAGS, *ALLOWED_RANGES)
    places = (RANGES, *((*ANNOTATIONS, key) for key in keys))
    read = {where for where, cidr in _ranges(service) if has_placeholder(cidr)}
    gone = [path for path in service.hidden_below() if path not in read]
    return any(path[: len(place)] == place[: len(path)] for path in gone for place in places)
