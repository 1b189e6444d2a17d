"""Rego in an OPA server (1.0 or newer), over its REST API: the same violations as by the embedded engine."""

from erpguard.engines.opa_server.connection import OpaConnection
from erpguard.engines.opa_server.engine import OpaEngine

__all__ = ["OpaConnection", "OpaEngine"]
