"""Builtins for modules that do not ship with erpguard: what the embedded engine lacks, or does in a way of its own.

guards.rego       in front of the engine's own: undefined, as in OPA, where a builtin cannot be evaluated
extensions.rego   those that are added, in Rego, or with a function of ours
added.py          the functions, by name; networks.py and formatting.py have the longer ones
modules.py        the modules that put them in the place of the builtins of a package
"""

from __future__ import annotations

from erpguard.engines.builtins.added import ADDED, EXTENSIONS
from erpguard.engines.builtins.modules import guarding

__all__ = ["ADDED", "EXTENSIONS", "guarding"]
