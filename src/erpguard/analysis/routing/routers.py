"""Routers of every kind under one roof."""

from __future__ import annotations

from erpguard.analysis import Analyses
from erpguard.analysis.routing.gateway_routers import gateway_routers
from erpguard.analysis.routing.ingress_routers import ingress_routers
from erpguard.analysis.routing.router import Router
from erpguard.analysis.routing.traefik_routers import traefik_routers


def all_routers(analyses: Analyses) -> list[Router]:
    """Every HTTP router of the estate; routers of one resource stand together."""
    made: list[Router] = analyses.once("routers", _all_routers)
    return made


def _all_routers(analyses: Analyses) -> list[Router]:
    return [*ingress_routers(analyses), *traefik_routers(analyses), *gateway_routers(analyses)]
