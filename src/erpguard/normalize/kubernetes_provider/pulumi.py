"""Type tokens of Pulumi's Kubernetes provider: `kubernetes:apps/v1:Deployment`. The values have the API's shape.

Source: pulumi.com/registry/packages/kubernetes/api-docs/, and its provider's handling of `core/v1`, which the API calls
`v1`.
"""

from __future__ import annotations

from typing import Any

from erpguard.normalize.kubernetes_provider.terraform_names import Kind

_HELM = "kubernetes:helm.sh/"
_GROUPS = ("kubernetes:yaml", "kubernetes:kustomize")


def is_helm(token: str) -> bool:
    """Whether a resource is a Helm chart, which only the chart's templates can tell the objects of."""
    return token.startswith(_HELM)


def is_group(token: str) -> bool:
    """Whether a resource only groups others, which are in the file by themselves."""
    return token.startswith(_GROUPS)


def kind_of(token: str) -> Kind | None:
    """The API's name of an object's type; None if the token does not tell."""
    _, _, rest = token.partition(":")
    version, _, kind = rest.rpartition(":")
    if not version or not kind or ":" in version:
        return None
    return Kind(version.removeprefix("core/"), kind)


def is_patch(token: str) -> bool:
    """Whether a resource changes a part of an object which is managed elsewhere."""
    return token.endswith("Patch") and not token.endswith(":Patch")


def body_of(kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
    """The object that the values describe; what the provider keeps beside it (`__inputs`) is left out."""
    head = {"apiVersion": kind.api_version, "kind": kind.kind}
    own = {key: value for key, value in values.items() if not key.startswith("__") and key != "id"}
    return {**head, **own, **{key: own[key] for key in head if isinstance(own.get(key), str) and own[key]}}
