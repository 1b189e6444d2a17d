"""Network security groups, evaluated as Azure does: which packets get in and out, and which rule decides.

    addresses    sets of IPv4 and IPv6 addresses; what is public
    tags         service tags, and which of them lie within which
    rules        a rule, read from an ARM body; what is not known of it stays apart
    groups       the groups of an estate with their rules
    order        in which order rules are asked
    partition    the axes of a packet, cut where rules tell packets apart
    evaluation   groups that are in force together against every packet at once, with three values
    interfaces   IP configurations and the application security groups that they are in
    routes       what user-defined routes make of the tag VirtualNetwork
    attachments  where groups are in force: subnets and interfaces
    effects      what each rule in force does about packets from the internet
    exposures    view of that, by the rule that lets them in
    coverage     whether rules take all packets of another one
    shadowing    view of the rules, and of those that never match

Semantics: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview,
https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works,
https://learn.microsoft.com/azure/virtual-network/service-tags-overview and
https://learn.microsoft.com/azure/virtual-network/application-security-groups. Security admin rules of a Virtual Network
Manager, routes that BGP brings, and whether a public address leads to an interface are not looked at.
"""
