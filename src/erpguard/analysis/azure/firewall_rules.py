"""Who may reach a database server from outside of its network: its public access, and its firewall rules.

PostgreSQL and MySQL flexible servers have either public access or a delegated subnet; a server in a subnet has no
public address, and its rules do nothing
(https://learn.microsoft.com/azure/postgresql/network/concepts-networking-private). A rule `0.0.0.0` to `0.0.0.0` stands
for all of Azure, other customers included
(https://learn.microsoft.com/azure/postgresql/network/concepts-networking-public).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.analysis import Analyses, View
from erpguard.analysis.azure.properties import Property, adrift, may_have_more, read
from erpguard.analysis.values.selectors import all_of
from erpguard.model import Path, Resource

_FLAG: Path = ("properties", "publicNetworkAccess")
_NETWORK_FLAG: Path = ("properties", "network", "publicNetworkAccess")
_SUBNET: Path = ("properties", "network", "delegatedSubnetResourceId")
FLEXIBLE = ("Microsoft.DBforPostgreSQL/flexibleServers", "Microsoft.DBforMySQL/flexibleServers")
SINGLE = ("Microsoft.DBforPostgreSQL/servers", "Microsoft.DBforMySQL/servers", "Microsoft.Sql/servers")


class Access(NamedTuple):
    """Whether a server has a public address (None: not known), and the path of the setting that decides."""

    public: bool | None
    setting: Path


class Span(NamedTuple):
    """The addresses that a rule admits; `addresses` counts them. None where they are not known."""

    addresses: int | None
    azure_services: bool | None
    text: str


def is_in_subnet(server: Resource) -> bool | None:
    """Whether a server stands in a delegated subnet; None where that is not known."""
    if server.type not in FLEXIBLE:
        return False
    subnet = read(server, *_SUBNET)
    return bool(subnet.value) if subnet.known else None


def access(server: Resource) -> Access:
    """Whether a database server is open to the internet, rules aside."""
    flag = _flag(server)
    closed = flag.is_one_of("Disabled", "SecuredByPerimeter")
    inside = is_in_subnet(server)
    public = all_of((None if closed is None else not closed, None if inside is None else not inside))
    return Access(public, flag.path)


def _flag(server: Resource) -> Property:
    if server.type not in FLEXIBLE:
        return read(server, *_FLAG)
    older = read(server, *_FLAG)  # API versions of the preview have it on top
    newer = read(server, *_NETWORK_FLAG)
    return older if older.stated and not newer.stated else newer


def database_access(analyses: Analyses) -> View:
    """One row per database server.

    Fields: public, setting (path of its public network access), rules (`{addresses, azure_services}` of the firewall
    rules that are known).
    """
    view = View()
    for server in analyses.estate.of_type(*FLEXIBLE, *SINGLE):
        found = access(server)
        spans = [span(rule) for rule in rules(analyses, server)]
        known = [
            {"addresses": one.addresses, "azure_services": one.azure_services}
            for one in spans
            if one.addresses is not None
        ]
        fields = {"public": found.public, "setting": list(found.setting), "rules": known}
        view.add(server, (), fields, {"public"} if found.public is None else ())
    return view


def database_firewall_rules(analyses: Analyses) -> View:
    """One row per firewall rule of a database server, at the server; one that admits nothing where it has no rules, and
    one that may admit anything where not all of its rules were read.

    A rule of which it is not known whose it is has a row at each server that it may be of.

    Fields: public (whether the server is), rule_name, span (text), addresses (how many it admits), azure_services
    (whether it stands for all of Azure), at ({resource, path} of the rule), doubt (what is not known of whose it is).
    """
    view = View()
    for server in analyses.estate.of_type(*FLEXIBLE, *SINGLE):
        public = access(server).public
        listed = [(rule, "") for rule in rules(analyses, server)]
        for rule in adrift(analyses, _rules_of(server)):
            listed.append((rule, f"the server of firewall rule {rule.name}"))
        # A PostgreSQL server fails for being public, whatever its rules are.
        is_decided = public is False or (public is True and "PostgreSQL" in server.type)
        if not is_decided and may_have_more(analyses, _rules_of(server)):
            none = {"addresses": None, "azure_services": None}
            view.add(server, (), {**none, "doubt": ""}, none)
        elif not listed:
            view.add(server, (), {"addresses": 0, "azure_services": False, "doubt": ""})
        for rule, doubt in listed:
            found = span(rule)
            fields: dict[str, Any] = {
                "public": public,
                "rule_name": rule.name,
                "span": found.text,
                "addresses": found.addresses,
                "azure_services": found.azure_services,
                "at": {"resource": rule.key, "path": ["properties", "startIpAddress"]},
                "doubt": doubt,
            }
            # Whatever a rule admits, nobody gets to a server without a public address.
            mattering = ("public", "addresses", "azure_services") if public is not False else ()
            view.add(server, (), fields, {name for name in mattering if fields[name] is None}, part=rule.key)
    return view


def rules(analyses: Analyses, server: Resource) -> Iterator[Resource]:
    """The firewall rules of a database server."""
    yield from analyses.estate.children(server, _rules_of(server))


def _rules_of(server: Resource) -> str:
    return f"{server.type}/firewallRules"


def span(rule: Resource) -> Span:
    """The addresses that a firewall rule of a database server admits."""
    start, end = (_address(read(rule, "properties", name)) for name in ("startIpAddress", "endIpAddress"))
    if start is None or end is None:
        return Span(None, None, "")
    azure = start == end == 0
    return Span(max(end - start + 1, 0), azure, f"{_dotted(start)} to {_dotted(end)}")


def _address(given: Property) -> int | None:
    from ipaddress import IPv4Address

    try:
        return int(IPv4Address(given.value)) if isinstance(given.value, str) else None
    except ValueError:
        return None


def _dotted(address: int) -> str:
    from ipaddress import IPv4Address

    return str(IPv4Address(address))
