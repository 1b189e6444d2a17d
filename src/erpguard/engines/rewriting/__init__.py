"""Modules of others in a form that the embedded engine judges as OPA judges them as they were written.

edits.py         a text made of another one, that knows where everything in it comes from
trees.py         what the syntax trees of the engine have in common
readings.py      what the parser of the engine reads otherwise than that of OPA
imports.py       names of the module's own package are spelled out
locals.py        what comprehensions declare has no name of a rule
parameters.py    objects as parameters are compared in the body
heads.py         what a head computes goes into the body: an undefined one costs only its own answer
withs.py         the values of `with` go before their statement
negations.py     what a negated expression calls goes before it: what is undefined there is not negated
walks.py         `walk` with one argument gets the second one that the engine wants
patterns.py      objects in patterns are compared as a whole
declarations.py  `some x` goes to the start of its query
operators.py     functions of language.rego in the place of operators: no error where they cannot be evaluated
mocks.py         functions are named in full where `with` replaces them, once all modules are known
documents.py     what heads are parts of is there, also where they have no answer
rewrite.py       all of them, one after the other
"""

from __future__ import annotations

from erpguard.engines.rewriting.rewrite import Rewritten, Where

__all__ = ["Rewritten", "Where"]
