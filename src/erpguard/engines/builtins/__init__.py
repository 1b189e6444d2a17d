"""Builtins for modules that do not ship with erpguard: what the embedded engine lacks, or does in a way of its own.

names.py     their names
guards/      in front of the engine's own, and for those that are added: no value, as in OPA, where one has none
modules.py   the modules of guards
calls.py     which the modules of others call in the place of builtins
added.py     the functions behind them, by name; the other files have these by subject
written.py   in which forms OPA has the numbers of an evaluation
terms.py     values with others in them, as OPA shows and orders them

Those that judge import `modules` and `added`; whoever only asks for the names imports no more than these.
"""

from __future__ import annotations

from erpguard.engines.builtins.names import ADDED

__all__ = ["ADDED"]
