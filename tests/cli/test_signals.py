"""SIGTERM ends a command like Ctrl-C, unless somebody else has decided about it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from erpguard.cli.signals import Terminated, terminable


@pytest.fixture(autouse=True)
def default() -> Iterator[None]:
    """What the signal does to a new process, whatever these tests leave behind."""
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


def test_it_is_an_interruption() -> None:
    with pytest.raises(KeyboardInterrupt) as raised, terminable():
        os.kill(os.getpid(), signal.SIGTERM)
    assert raised.type is Terminated
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_what_cleans_up_is_not_interrupted_but_ended() -> None:
    with pytest.raises(Terminated), terminable():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_who_ignores_the_signal_goes_on_ignoring_it() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with terminable():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def test_in_a_thread_nothing_is_changed() -> None:
    found = []

    def work() -> None:
        with terminable():
            found.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.SIG_DFL]
