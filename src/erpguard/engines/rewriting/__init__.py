"""Modules of others in a form that the embedded engine judges as OPA judges them as they were written.

edits.py       a text made of another one, that knows where everything in it comes from
trees.py       what the syntax trees of the engine have in common
heads.py       what a head computes goes into the body: an undefined one costs only its own answer
negations.py   what a negated expression calls goes before it: what is undefined there is not negated
walks.py       `walk` with one argument gets the second one that the engine wants
iterations.py  what `some ... in` walks over is asked for: no error where it is no collection
rewrite.py     all of them, one after the other
"""

from __future__ import annotations

from erpguard.engines.rewriting.rewrite import Rewritten, Where

__all__ = ["Rewritten", "Where"]
