# METADATA
# title: Internet
# description: What the internet reaches, by the situations and openings of the view nsg_exposures.
package erpguard.lib.internet

# METADATA
# description: |
#   The ports of a list that more public addresses reach than `limits` allow (`maximum_public_addresses`,
#   `maximum_public_ipv6_networks`), and for which the rule in question answers: it lets in too many by itself, or no
#   rule does and all of them together do. With where that is, and related places.
reached(situations, wanted, limits) := _summary([[ports, situation] |
	some situation in situations
	ports := _ports(situation.sure, wanted, limits)
	count(ports) > 0
])

# METADATA
# description: The same for the ports that it perhaps answers for, and not surely; `doubt` says why.
perhaps_reached(situations, wanted, limits) := _summary([[ports, situation] |
	sure := reached(situations, wanted, limits).ports
	some situation in situations
	ports := _ports(situation.possible, wanted, limits) - {port | some port in sure}
	count(ports) > 0
])

# METADATA
# description: Where all ports are open to more public addresses than allowed, and the rule in question answers for it.
all_reached(situations, limits) := _summary([[{0}, situation] |
	some situation in situations
	_is_everything(situation["every"], limits)
])

# METADATA
# description: The same where that is perhaps so, and nowhere surely; `doubt` says why.
all_perhaps_reached(situations, limits) := _summary([[{0}, situation] |
	count(all_reached(situations, limits).ports) == 0
	some situation in situations
	_is_everything(situation.every_possible, limits)
])

_summary(found) := {
	"ports": sort({port | some [ports, _] in found; some port in ports}),
	"where": sort({situation.where | some [_, situation] in found}),
	"related": [place | some [_, situation] in found; some place in situation.related],
	"doubt": concat("; ", {situation.doubt | some [_, situation] in found}),
}

_ports(openings, wanted, limits) := {port |
	some port in wanted
	some opening in openings
	opening.first <= port
	port <= opening.last
	_is_open(opening, limits)
}

_is_everything(openings, limits) if {
	count(openings) > 0
	every opening in openings {
		_exceeds(opening.total, limits)
	}
}

_is_open(opening, limits) if _exceeds(opening.own, limits)

_is_open(opening, limits) if {
	_exceeds(opening.total, limits)
	not _exceeds(opening.largest, limits)
}

_exceeds(size, limits) if size[0] > limits.maximum_public_addresses

_exceeds(size, limits) if size[1] > limits.maximum_public_ipv6_networks
