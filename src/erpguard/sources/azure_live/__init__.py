"""Live Azure: every resource that policies know, read through ARM; `erpguard.sources.live` is the contract."""

from erpguard.sources.azure_live.collector import AzureCollector
from erpguard.sources.azure_live.limits import Limits

__all__ = ["AzureCollector", "Limits"]
