"""Network security groups, evaluated as Azure does: which packets get in and out, and which rule decides.

    addresses   sets of IPv4 and IPv6 addresses; what is public
    tags        service tags, and which of them lie within which
    rules       a group's rules, read from ARM bodies; what is not known of them stays apart
    partition   the axes of a packet, cut where the rules tell packets apart
    evaluation  one or two groups (subnet, network interface) against every packet at once, with three values
    attachments where groups are in force: subnets, network interfaces, application security groups, routes
    exposures   view: what the internet reaches, by the rule that lets it in
    shadowing   view: rules that never match

Semantics: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview,
https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works,
https://learn.microsoft.com/azure/virtual-network/service-tags-overview and
https://learn.microsoft.com/azure/virtual-network/application-security-groups. Security admin rules of a Virtual Network
Manager, routes that BGP brings, and whether a public address leads to an interface are not looked at.
"""
