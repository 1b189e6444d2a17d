"""Modules of others in a form that the embedded engine judges as OPA judges them as they were written.

edits.py       a text made of another one, that knows where everything in it comes from
trees.py       what the syntax trees of the engine have in common
heads.py       what a head computes goes into the body: an undefined one costs only its own answer
withs.py       the values of `with` go before their statement
negations.py   what a negated expression calls goes before it: what is undefined there is not negated
walks.py       `walk` with one argument gets the second one that the engine wants
patterns.py    objects in patterns are compared as a whole
operators.py   functions of language.rego in the place of operators: no error where they cannot be evaluated
documents.py   what heads are parts of is there, also where they have no answer
rewrite.py     all of them, one after the other
"""

from __future__ import annotations

from erpguard.engines.rewriting.rewrite import Rewritten, Where

__all__ = ["Rewritten", "Where"]
