"""Builtins for modules that do not ship with erpguard: what the embedded engine lacks, or does in a way of its own.

names.py     their names
guards/      in front of the engine's own, and for those that are added: no value, as in OPA, where one has none
modules.py   the modules that put them in the place of the builtins of a package
added.py     the functions behind them, by name; the other files have these by subject

Those that judge import `modules` and `added`; whoever only asks for the names imports no more than these.
"""

from __future__ import annotations

from erpguard.engines.builtins.names import ADDED

__all__ = ["ADDED"]
