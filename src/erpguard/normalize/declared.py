"""A resource as the plan of an infrastructure tool spells it: what the plan sources hand to `erpguard.normalize`.

Sources read formats (Terraform plan and state, Pulumi preview and state) and settle what is known; normalization
translates the spelling of the provider. In between stands `Declared`, the same for all of them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from erpguard.model import Origin, Path


class Reference(NamedTuple):
    """A reference of an expression, resolved: the `address` of the declared resource, and the attribute (`("id",)`)."""

    address: str
    attribute: Path


class Declared:
    """One resource of a plan or state, in the provider's spelling.

    address     unique within its source: a plan address (`module.a.azurerm_subnet.db["x"]`) or a URN
    provider    `azurerm`, `azapi`, `azuread`, `kubernetes`, `kubectl`, `helm`, `azure-native`, `azure`, ... ; the
                provider's own short name
    type        `azurerm_subnet`, `azure-native:network:Subnet` (without the segment of its version),
                `kubernetes:apps/v1:Deployment`
    values      the attributes that are known, nested as the provider has them; null counts as absent, and sensitive
                values have been removed
    unknown     paths into `values` of what is not known before apply: for these nothing stands in `values`
    sensitive   those of the unknown paths that were removed because they are sensitive
    unset       paths that nobody configured and that the provider computes: the service's default applies (assumed)
    references  path of an attribute -> what its expression refers to, for attributes that are unknown
    change      `create`, `update`, `replace`, `delete`, `no-op`; a state gives `no-op`
    before      the attributes as they are now, for `update`, `replace` and `delete`; sensitive values removed
    defaults    major version of the provider, whose own defaults stand in `values`; 0 where it is not known
    api_version version of Azure's API that the type names (`2023-05-01`); empty where it names none
    origin      places of the attributes: takes paths into `values`
    """

    __slots__ = (
        "address",
        "api_version",
        "before",
        "change",
        "defaults",
        "origin",
        "provider",
        "references",
        "sensitive",
        "type",
        "unknown",
        "unset",
        "values",
    )

    def __init__(
        self,
        address: str,
        provider: str,
        type: str,
        values: dict[str, Any],
        origin: Origin,
        *,
        unknown: frozenset[Path] = frozenset(),
        sensitive: frozenset[Path] = frozenset(),
        unset: frozenset[Path] = frozenset(),
        references: dict[Path, tuple[Reference, ...]] | None = None,
        change: str = "create",
        before: dict[str, Any] | None = None,
        defaults: int = 0,
        api_version: str = "",
    ) -> None:
        self.address = address
        self.provider = provider
        self.type = type
        self.values = values
        self.origin = origin
        self.unknown = unknown
        self.sensitive = sensitive
        self.unset = unset
        self.references = references or {}
        self.change = change
        self.before = before
        self.defaults = defaults
        self.api_version = api_version
