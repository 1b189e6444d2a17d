"""The names of Pulumi's `azure` provider, which is bridged from azurerm.

Attributes are in camelCase; lists are named in the plural, and blocks of which there is at most one are objects
(https://www.pulumi.com/docs/iac/packages-and-automation/extending-pulumi/bridged-providers; `azurerm_subnet`'s
`address_prefixes` is `addressPrefixes`, `azurerm_virtual_network`'s `address_space` is `addressSpaces`).
"""

from __future__ import annotations

from collections.abc import Sequence

from erpguard.model import Step
from erpguard.normalize.azure.templates import EACH, Template, template

_ENDINGS = (("ss", "sses"), ("s", "s"), ("x", "xes"), ("ch", "ches"), ("sh", "shes"))


def spelled(steps: Template) -> Template:
    """A path of azurerm in the bridged provider's names; the last step keeps its number."""
    named: list[Step] = []
    for index, step in enumerate(steps):
        if isinstance(step, str):
            name = _camel(step)
            is_list = index + 1 < len(steps) and steps[index + 1] == EACH
            named.append(plural(name) if is_list else name)
        else:
            named.append(step)
    return tuple(named)


def variants(texts: Sequence[str]) -> list[tuple[Template, ...]]:
    """The sources of a row, by the names that they may have: the bridge does not tell lists of one from others."""
    one = tuple(spelled(template(text)) for text in texts)
    several = tuple(_last_plural(steps) for steps in one)
    blocks = tuple(_blocks_plural(steps) for steps in one)
    return list(dict.fromkeys((one, several, blocks, tuple(_last_plural(steps) for steps in blocks))))


def _last_plural(steps: Template) -> Template:
    return (*steps[:-1], plural(steps[-1])) if steps and isinstance(steps[-1], str) else steps


def _blocks_plural(steps: Template) -> Template:
    return tuple(
        plural(step) if isinstance(step, str) and index + 1 < len(steps) and steps[index + 1] == 0 else step
        for index, step in enumerate(steps)
    )


def plural(name: str) -> str:
    """`addressSpace` is `addressSpaces`, `policy` `policies`, `dnsServers` stays."""
    for ending, replaced in _ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending) + replaced
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    return name + "s"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
