"""cert-manager's Certificates: how long they hold, when they are renewed, and their keys.

Source: cert-manager.io/docs/usage/certificate/ and pkg/util/pki/renewaltime.go (`RenewBefore`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from erpguard.analysis import Analyses, View
from erpguard.analysis.values.durations import parse_duration
from erpguard.model import Resource

TYPE = "cert-manager.io/Certificate"

DEFAULT_DURATION = "2160h"
DEFAULT_ALGORITHM = "RSA"
DEFAULT_RSA_SIZE = 2048


def certificates(analyses: Analyses) -> View:
    """Two rows per Certificate, at the object: one for its renewal, one for its private key.

    Fields of the first: duration and renewal (seconds; renewal is how long before the end it is renewed), renewal_key
    (renewBefore or renewBeforePercentage, whichever decides; absent for the default of a third). Of the second:
    algorithm and key_size (defaults applied; no size for other algorithms without one).
    """
    view = View()
    for resource in analyses.estate.of_type(TYPE):
        spec = resource.body.get("spec") or {}
        duration = parse_duration(spec.get("duration", DEFAULT_DURATION))
        renewal, key = _renewal(spec, duration)
        fields: dict[str, Any] = {"duration": _number(duration), "renewal": _number(renewal), "renewal_key": key}
        view.add(resource, (), fields, _unknown_renewal(resource, duration, renewal), part="renewal")
        algorithm, size = _private_key(spec)
        view.add(resource, (), {"algorithm": algorithm, "key_size": size}, _unknown_key(resource), part="key")
    return view


def _renewal(spec: dict[str, Any], duration: Fraction | None) -> tuple[Fraction | None, str | None]:
    """How long before the end, and the key that says so; None for what cannot be read."""
    if duration is None:
        return None, None
    if "renewBefore" in spec:
        before = parse_duration(spec["renewBefore"])
        if before is None:
            return None, None
        if 0 < before < duration:
            return before, "renewBefore"
    percentage = spec.get("renewBeforePercentage", 0)
    if not isinstance(percentage, int):
        return None, None  # a placeholder
    if 0 < percentage < 100:
        return duration * percentage / 100, "renewBeforePercentage"
    return duration / 3, None


def _private_key(spec: dict[str, Any]) -> tuple[str, int | None]:
    given = spec.get("privateKey") or {}
    algorithm = given.get("algorithm") or DEFAULT_ALGORITHM
    default = DEFAULT_RSA_SIZE if algorithm == DEFAULT_ALGORITHM else None
    return algorithm, given.get("size") or default


def _unknown_renewal(resource: Resource, duration: Fraction | None, renewal: Fraction | None) -> list[str]:
    keys = ("duration", "renewBefore", "renewBeforePercentage")
    unknown = ["duration"] if duration is None or not resource.is_known(("spec", "duration")) else []
    if renewal is None or not all(resource.is_known(("spec", key)) for key in keys):
        unknown += ["renewal", "renewal_key"]
    return unknown


def _unknown_key(resource: Resource) -> list[str]:
    if not resource.is_known(("spec", "privateKey", "algorithm")):
        return ["algorithm", "key_size"]
    return [] if resource.is_known(("spec", "privateKey", "size")) else ["key_size"]


def _number(value: Fraction | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)
