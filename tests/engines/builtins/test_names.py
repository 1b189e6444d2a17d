"""The names of builtins, and what is behind them."""

from __future__ import annotations

import subprocess
import sys

from erpguard.engines.builtins import ADDED
from erpguard.engines.builtins.added import EXTENSIONS, OF_TEXTS
from erpguard.engines.builtins.modules import is_guarded


def test_each_has_a_guard() -> None:
    assert [name for name in sorted(ADDED) if not is_guarded(name)] == []
    assert OF_TEXTS.keys() <= ADDED


def test_a_function_of_another_name_is_a_part_of_some() -> None:
    assert sorted({name.removeprefix("erpguard_functions.") for name in EXTENSIONS} - ADDED) == [
        "abs", "ceil", "digits", "floor", "glob.pattern", "index", "order", "refuse", "regex.pattern",
        "regex.replacement", "regex.template", "round", "shown"
    ]  # fmt: skip


def test_the_names_are_light() -> None:
    told = "import sys, erpguard.engines.syntax; print('zoneinfo' in sys.modules, 'decimal' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
