"""What `import erpguard` offers is what it declares, sorted."""

from __future__ import annotations

import types

import pytest

import erpguard


def test_declared_names_are_the_visible_ones() -> None:
    visible = {
        name
        for name, value in vars(erpguard).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType) and name != "annotations"
    }
    late = set(erpguard.__all__) - visible
    assert visible <= set(erpguard.__all__)
    assert late == set(erpguard._LATE)
    assert erpguard.__all__ == sorted(erpguard.__all__) == dir(erpguard)


def test_what_live_systems_need_is_loaded_late() -> None:
    for name, module in erpguard._LATE.items():
        assert getattr(erpguard, name).__module__ == module
    with pytest.raises(AttributeError, match="module 'erpguard' has no attribute 'gone'"):
        erpguard.gone  # noqa: B018
