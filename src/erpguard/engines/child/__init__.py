"""Rego of others in a process of its own: it cannot be interrupted in this one, and its parser can take for ever.

frames.py    what the two say to each other
worker.py    the child
sites.py     which call of a builtin ended a rule
process.py   the parent's end: deadlines, bounds, another child after one that had to be ended
engine.py    judges own packs through it
"""

from __future__ import annotations

from erpguard.engines.child.connection import Limits
from erpguard.engines.child.engine import ChildEngine, answers
from erpguard.engines.child.process import UPDATE, RegoProcess, Source

__all__ = ["UPDATE", "ChildEngine", "Limits", "RegoProcess", "Source", "answers"]
