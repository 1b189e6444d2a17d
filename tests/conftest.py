"""What holds for all tests."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("erpguard", deadline=None)  # no test depends on how busy a machine is
settings.load_profile("erpguard")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Shells start what runs in the background so, and commands that tests interrupt would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has a cache of its own, commands that it starts too: none sees what another one left."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("ERPGUARD_CACHE_DIR", str(folder))
    return folder
