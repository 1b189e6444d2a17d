"""Finds what ships with erpguard: `policies/` and `schemas/`, in a wheel, a checkout or an editable install."""

from __future__ import annotations

import os

_HERE = os.path.dirname(os.path.abspath(__file__))
_CHECKOUT = os.path.dirname(os.path.dirname(_HERE))


def shipped(name: str) -> str:
    """The folder `policies` or `schemas`: inside the package in a wheel, at the top of a checkout otherwise."""
    inside = os.path.join(_HERE, name)
    return inside if os.path.isdir(inside) else os.path.join(_CHECKOUT, name)
