"""Policy packs: finds the policies, reads their METADATA, resolves selections and parameters.

metadata.py   what a policy says of itself
library.py    the packs that ship, and own ones
selection.py  which of them a scan judges by, and with which parameters
"""

from __future__ import annotations

from erpguard.packs.library import COMPARISONS, INDEX, Library, load
from erpguard.packs.metadata import CONTROLS, LIBRARY, is_module, make_index, make_policy, read_entries
from erpguard.packs.selection import is_folder, matches, resolve_settings, select, wanted

__all__ = [
    "COMPARISONS",
    "CONTROLS",
    "INDEX",
    "LIBRARY",
    "Library",
    "is_folder",
    "is_module",
    "load",
    "make_index",
    "make_policy",
    "matches",
    "read_entries",
    "resolve_settings",
    "select",
    "wanted",
]
