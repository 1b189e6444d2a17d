"""erpguard judges Kubernetes manifests by policy packs written in Rego.

import erpguard

result = erpguard.scan(["deploy/"], packs=["tls"])
for finding in result.findings:
    print(finding.place, finding.policy, finding.message)
"""

from __future__ import annotations

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

__all__ = [
    "ConfigurationError",
    "Counts",
    "EngineError",
    "ErpguardError",
    "Finding",
    "Outcome",
    "PackError",
    "Parameter",
    "Place",
    "Policy",
    "Problem",
    "Reference",
    "Related",
    "ScanResult",
    "Settings",
    "Severity",
    "Suppression",
    "UsageError",
    "scan",
]
