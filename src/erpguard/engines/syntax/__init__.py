"""What a Rego module defines and calls, from the syntax tree that the embedded engine gives, and what to object to."""

from __future__ import annotations

from erpguard.engines.syntax.facts import Call, ModuleFacts, Refusal, RuleFact, facts
from erpguard.engines.syntax.objections import Objection, Why, objections

__all__ = ["Call", "ModuleFacts", "Objection", "Refusal", "RuleFact", "Why", "facts", "objections"]
