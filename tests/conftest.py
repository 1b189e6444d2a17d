"""What holds for all tests."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from erpguard.packs import metadata

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


@pytest.fixture(autouse=True, scope="session")
def metadata_is_parsed_once() -> Iterator[None]:
    """A wheel has an index of METADATA, and a checkout has none: most of the time of a small scan would go there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metadata, "_metadata", cache(metadata._metadata))
        yield
