"""Which TLS secrets somebody issues and renews.

cert-manager.io/docs/usage/certificate/, .../usage/ingress/ and .../usage/gateway/ for the annotations.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from erpguard.analysis import Analyses
from erpguard.analysis.values.references import could_be, is_hidden, namespace_of
from erpguard.model import Resource
from erpguard.normalize.shapes import has_placeholder

CERTIFICATE = "cert-manager.io/Certificate"
INGRESS = "networking.k8s.io/Ingress"
GATEWAY = "gateway.networking.k8s.io/Gateway"
_ANNOTATIONS = (
    "cert-manager.io/issuer",
    "cert-manager.io/cluster-issuer",
    "kubernetes.io/tls-acme",
    "certmanager.k8s.io/issuer",
    "certmanager.k8s.io/cluster-issuer",
)
_HIDDEN = "${}"


def is_issued(analyses: Analyses, asking: Resource, namespace: str, name: str | None) -> bool | None:
    """Whether a Certificate, or an annotated Ingress or Gateway, of that namespace issues the secret."""
    secrets: dict[tuple[str, str], list[tuple[Resource, str]]] = analyses.once("tls.issued_secrets", _secrets)
    if name is None:
        return None
    answers: set[bool | None] = set()
    for key in _keys(secrets, (asking.cluster, namespace)):
        for owner, secret in secrets[key]:
            if not _may_be(secret, name):
                continue
            near = analyses.estate.together(asking, owner)
            exact = secret == name and key[1] == namespace
            answers.add(False if near is False else near if exact else None)
    if True in answers:
        return True
    return None if None in answers or _is_open(analyses) else False


def _keys(secrets: Collection[tuple[str, str]], asked: tuple[str, str]) -> list[tuple[str, str]]:
    """The namespaces that are, or may turn out to be, the one that is asked for."""
    if has_placeholder(asked[1]):
        return [key for key in secrets if key[0] == asked[0]]
    return [key for key in secrets if key == asked or (key[0] == asked[0] and could_be(key[1], asked[1]))]


def _is_open(analyses: Analyses) -> bool:
    return analyses.estate.is_open(CERTIFICATE)


def _may_be(secret: str, name: str) -> bool:
    return secret == name or has_placeholder(name) or could_be(secret, name)


def _secrets(analyses: Analyses) -> dict[tuple[str, str], list[tuple[Resource, str]]]:
    """(cluster, namespace) -> (who issues, name of the secret)."""
    found: dict[tuple[str, str], list[tuple[Resource, str]]] = {}
    for resource in analyses.estate.of_type(CERTIFICATE, INGRESS, GATEWAY):
        namespace = namespace_of(resource)
        for name in _issued_by(resource):
            found.setdefault((resource.cluster, namespace), []).append((resource, name))
    return found


def _issued_by(resource: Resource) -> Iterator[str]:
    if resource.type == CERTIFICATE:
        hidden = is_hidden(resource, ("spec", "secretName"))
        name = (resource.body.get("spec") or {}).get("secretName", _HIDDEN if hidden else None)
        if name is not None:
            yield name
        return
    asked = [key for key in _ANNOTATIONS if resource.annotations.get(key) not in (None, "", "false")]
    hidden = any(is_hidden(resource, ("metadata", "annotations", key)) for key in _ANNOTATIONS)
    if asked or hidden:
        names = _of_ingress(resource) if resource.type == INGRESS else _of_gateway(resource)
        yield from names if asked else (name + _HIDDEN for name in names)


def _of_ingress(resource: Resource) -> Iterator[str]:
    if is_hidden(resource, ("spec", "tls")):
        yield _HIDDEN
    for index, entry in enumerate((resource.body.get("spec") or {}).get("tls") or ()):
        hidden = is_hidden(resource, ("spec", "tls", index, "secretName"))
        name = entry.get("secretName", _HIDDEN if hidden else None)
        if name is not None:
            yield name


def _of_gateway(resource: Resource) -> Iterator[str]:
    """The secrets of listeners that end TLS for a named host, in the Gateway's own namespace."""
    for index, listener in enumerate((resource.body.get("spec") or {}).get("listeners") or ()):
        tls = listener.get("tls") or {}
        hidden = [
            not node.get(key) and is_hidden(resource, ("spec", "listeners", index, *where, key))
            for node, where, key in ((listener, (), "hostname"), (tls, ("tls",), "mode"))
        ]
        if not (listener.get("hostname") or hidden[0]) or tls.get("mode", "Terminate") == "Passthrough":
            continue
        for reference in tls.get("certificateRefs") or ():
            if reference.get("namespace", resource.namespace) == resource.namespace:
                yield reference.get("name", "") + _HIDDEN if any(hidden) else reference.get("name", _HIDDEN)
