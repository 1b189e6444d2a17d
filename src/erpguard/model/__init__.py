"""The vocabulary of erpguard: plain values without input or output."""

from __future__ import annotations

from erpguard.model.finding import Finding, Outcome, Related, Severity, Suppression
from erpguard.model.place import Path, Place, Step, dotted, pointer, value_at
from erpguard.model.policy import Control, Framework, Parameter, Part, Policy, Reference
from erpguard.model.problem import Problem
from erpguard.model.resource import Origin, Resource
from erpguard.model.result import Counts, ScanResult

__all__ = [
    "Control",
    "Counts",
    "Finding",
    "Framework",
    "Origin",
    "Outcome",
    "Parameter",
    "Part",
    "Path",
    "Place",
    "Policy",
    "Problem",
    "Reference",
    "Related",
    "Resource",
    "ScanResult",
    "Severity",
    "Step",
    "Suppression",
    "dotted",
    "pointer",
    "value_at",
]
