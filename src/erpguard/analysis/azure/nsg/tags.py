"""Service tags: names for sets of addresses that Microsoft keeps.

https://learn.microsoft.com/azure/virtual-network/service-tags-overview. Which addresses a tag holds is not looked up. A
tag is an atom: besides its number a packet's address has a *label*, the tag that it belongs to, or none. A rule that
names a tag matches the packets with its label, whatever their number.
"""

from __future__ import annotations

import re

VIRTUAL_NETWORK = "virtualnetwork"
INTERNET = "internet"
LOAD_BALANCER = "azureloadbalancer"
AZURE_CLOUD = "azurecloud"

PLAIN = ""
"""The label of an address that is in no service tag (and in no virtual network)."""

GROUP = "asg:"
"""Labels of members of application security groups begin like this; the key of the group follows."""

_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9]+)*")
_CLASSIC = {"virtual_network": VIRTUAL_NETWORK, "azure_loadbalancer": LOAD_BALANCER}
PLATFORM = frozenset((LOAD_BALANCER, "azureplatformdns", "azureplatformimds", "azureplatformlkm"))
"""Tags for what the host itself answers, at 168.63.129.16 and 169.254.169.254."""


def tag(text: str) -> str | None:
    """A service tag in lower case, in its newer spelling; None where the text is none."""
    lowered = text.strip().lower()
    return _CLASSIC.get(lowered, lowered) if _TAG.fullmatch(text.strip()) else None


def holds(name: str, label: str) -> bool:
    """Whether a tag other than Internet surely holds all addresses with a label: its own, and those of its regions.

    Members of an application security group are interfaces of a virtual network.
    """
    if name == VIRTUAL_NETWORK:
        return label == name or label.startswith(GROUP)
    return label == name or label.startswith(name + ".")


def is_public(label: str) -> bool:
    """Whether the tag Internet holds addresses with this label, as far as they are no private ones.

    It takes in what Azure owns: whoever denies Internet denies Storage too. It does not take in the virtual network,
    nor what the platform answers on the host.
    """
    return label != VIRTUAL_NETWORK and label not in PLATFORM and not label.startswith(GROUP)


def is_anybody(label: str) -> bool:
    """Whether anybody may have an address with this label: one without a tag, or a machine rented from Azure."""
    return label == PLAIN or holds(AZURE_CLOUD, label)
