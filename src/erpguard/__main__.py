"""`python -m erpguard`."""

from __future__ import annotations

from erpguard.cli import program

program()
