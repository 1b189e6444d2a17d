"""What `import erpguard` offers is what it declares, sorted."""

from __future__ import annotations

import types

import erpguard


def test_declared_names_are_the_visible_ones() -> None:
    visible = {
        name
        for name, value in vars(erpguard).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType) and name != "annotations"
    }
    assert visible == set(erpguard.__all__)
    assert erpguard.__all__ == sorted(erpguard.__all__)
