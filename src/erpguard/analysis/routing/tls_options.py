"""Traefik's TLS options (doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/tlsoption/)."""

from __future__ import annotations

import re

from erpguard.analysis import Analyses, View
from erpguard.analysis.workloads.pods import all_pods
from erpguard.analysis.workloads.tiers import image_name
from erpguard.model import Resource

TYPE = "traefik.io/TLSOption"

# Traefik's own table (pkg/tls/tls.go); it refuses every other text.
VERSIONS = {"VersionTLS10": "1.0", "VersionTLS11": "1.1", "VersionTLS12": "1.2", "VersionTLS13": "1.3"}

# Without minVersion Go decides. From Go 1.22 on its servers begin at TLS 1.2, before at TLS 1.0 (go.dev/doc/go1.22,
# crypto/tls); go.mod of Traefik 2.11.0 is the first that names Go 1.22.
_SINCE = (2, 11)
_BEFORE, _AFTER = "1.0", "1.2"

_RELEASE = re.compile(r"v?(\d{1,3})\.(\d{1,3})(?:[.-].*)?", re.ASCII)


def tls_options(analyses: Analyses) -> View:
    """One row per TLSOption, at the object.

    Fields: min_version (1.0 to 1.3, Traefik's default applied), explicit (whether it is set), sni_strict.
    """
    view = View()
    for resource in analyses.estate.of_type(TYPE):
        spec = resource.body.get("spec") or {}
        given = spec.get("minVersion")
        unknown = [
            name
            for name, key in (("min_version", "minVersion"), ("sni_strict", "sniStrict"))
            if not resource.is_known(("spec", key))
        ]
        minimum = VERSIONS.get(given) if given else _default(analyses, resource)
        if minimum is None:
            unknown.append("min_version")
        fields = {"min_version": minimum, "explicit": bool(given), "sni_strict": spec.get("sniStrict", False)}
        view.add(resource, (), fields, unknown)
    return view


def _default(analyses: Analyses, resource: Resource) -> str | None:
    """What holds without minVersion; None where Traefik's version is not known.

    The version is the setting `traefik_version`, else that of every Traefik of the cluster.
    """
    setting = analyses.settings.get("traefik_version")
    releases = [str(setting)] if setting else _releases(analyses, resource.cluster)
    versions = [(int(match[1]), int(match[2])) for text in releases if (match := _RELEASE.fullmatch(text))]
    if not versions or len(versions) != len(releases):
        return None
    defaults = {_AFTER if version >= _SINCE else _BEFORE for version in versions}
    return defaults.pop() if len(defaults) == 1 else None


def _releases(analyses: Analyses, cluster: str) -> list[str]:
    """The image tags of the cluster's Traefik containers; an empty one for an image that may be Traefik."""
    found = []
    for pod in all_pods(analyses):
        for container in pod.containers if pod.resource.cluster == cluster else ():
            image = container.body.get("image", "")
            known = image or pod.resource.is_known((*container.path, "image"))
            name = image_name(image) if known else None
            if name is None:
                found.append("")
            elif name == "traefik":
                found.append(image.partition("@")[0].rpartition("/")[2].partition(":")[2])
    return found
