"""erpguard judges Kubernetes manifests, plans and live systems by policy packs written in Rego.

import erpguard

result = erpguard.scan(["deploy/"], packs=["tls"])
for finding in result.findings:
    print(finding.place, finding.policy, finding.message)
"""

from __future__ import annotations

import typing

from erpguard.config import Settings
from erpguard.errors import ConfigurationError, EngineError, ErpguardError, PackError, UsageError
from erpguard.model import (
    Counts,
    Finding,
    Outcome,
    Parameter,
    Place,
    Policy,
    Problem,
    Reference,
    Related,
    ScanResult,
    Severity,
    Suppression,
)
from erpguard.scan import scan

if typing.TYPE_CHECKING:
    from erpguard.collection import Collection, LiveOptions, collect
    from erpguard.conftest import ConftestOptions
    from erpguard.engines.child import Limits
    from erpguard.engines.opa_server import OpaConnection
    from erpguard.plugins import PythonPolicy, violation
    from erpguard.sources.live import AzureConnection, Gap, KubernetesConnection, Run

_LATE = {
    "AzureConnection": "erpguard.sources.live",
    "Collection": "erpguard.collection",
    "ConftestOptions": "erpguard.conftest",
    "Gap": "erpguard.sources.live",
    "KubernetesConnection": "erpguard.sources.live",
    "Limits": "erpguard.engines.child.connection",
    "LiveOptions": "erpguard.collection",
    "OpaConnection": "erpguard.engines.opa_server.connection",
    "PythonPolicy": "erpguard.plugins",
    "Run": "erpguard.sources.live",
    "collect": "erpguard.collection",
    "violation": "erpguard.plugins",
}
"""What only some users need -> its module: loaded when it is asked for, so that scans of files do without."""

__all__ = [
    "AzureConnection",
    "Collection",
    "ConfigurationError",
    "ConftestOptions",
    "Counts",
    "EngineError",
    "ErpguardError",
    "Finding",
    "Gap",
    "KubernetesConnection",
    "Limits",
    "LiveOptions",
    "OpaConnection",
    "Outcome",
    "PackError",
    "Parameter",
    "Place",
    "Policy",
    "Problem",
    "PythonPolicy",
    "Reference",
    "Related",
    "Run",
    "ScanResult",
    "Settings",
    "Severity",
    "Suppression",
    "UsageError",
    "collect",
    "scan",
    "violation",
]


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_LATE[name]), name)
    return found


def __dir__() -> list[str]:
    return __all__
