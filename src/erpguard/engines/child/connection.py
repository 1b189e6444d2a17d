"""One child process: asked one thing at a time, awaited until a deadline, ended whatever it is doing."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from typing import NamedTuple

from erpguard.engines.child import frames
from erpguard.engines.words import duration

_START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from erpguard.engines.child.worker import main
main(*json.loads(sys.argv[2]))
"""
_MEGABYTE = 2**20
_LONGEST = 2**14
_SEGMENTATION_FAULT = 11
"""The signal of a stack that is full."""
_SPARE = 5
"""Seconds that a child lives on after its deadline, should its parent be gone."""


class Limits(NamedTuple):
    """What foreign Rego may use.

    seconds  for a rule, over all inputs; for a module until it is compiled
    memory   bytes of the process
    answer   bytes of one answer
    """

    seconds: float = 30.0
    memory: int = 2048 * _MEGABYTE
    answer: int = 64 * _MEGABYTE


class Ended(Exception):
    """The child is no more, and its text says why."""


class Refused(Exception):
    """The child says why it cannot do what it was asked."""


class Child:
    """One process, and threads that read it: pipes cannot be awaited with a deadline on every system."""

    def __init__(self, limits: Limits) -> None:
        settings = [limits.memory, int(limits.seconds) + _SPARE]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, json.dumps(sys.path), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the parent, which ends the child
        )
        self._limits = limits
        self._answers: queue.SimpleQueue[tuple[bytes, bytes] | Ended] = queue.SimpleQueue()
        self._said = b""
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._listen, self._overhear)]
        for thread in self._threads:
            thread.start()

    def ask(self, kind: bytes, text: bytes, seconds: float) -> bytes:
        """The answer to a question. Refused where it says why not, Ended where it is no more, or has to be ended."""
        assert self._process.stdin is not None
        try:
            if seconds <= 0:
                raise queue.Empty
            with suppress(BrokenPipeError):  # why it ended comes as its answer
                frames.write(self._process.stdin, kind, text)
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            raise Ended(f"takes longer than {duration(self._limits.seconds)} (--policy-timeout)") from None
        if isinstance(answer, Ended):
            raise answer
        if answer[0] != frames.DONE:
            raise Refused(answer[1].decode(errors="replace"))
        return answer[1]

    def end(self) -> None:
        """End the process, whatever it is doing, and leave nothing behind."""
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while (answer := frames.read(self._process.stdout, self._limits.answer)) is not None:
                self._answers.put(answer)
        except frames.TooLarge as error:
            size, allowed = int(error.args[0]) // _MEGABYTE, self._limits.answer // _MEGABYTE
            self._answers.put(Ended(f"gives an answer of {size} MB; {allowed} are allowed"))
            return
        self._threads[1].join()
        self._answers.put(Ended(self._last_words()))

    def _overhear(self) -> None:
        """Keep the end of what it says on standard error, where the system's complaints are."""
        assert self._process.stderr is not None
        while some := os.read(self._process.stderr.fileno(), _LONGEST):
            self._said = (self._said + some)[-_LONGEST:]

    def _last_words(self) -> str:
        if b"memory allocation of" in self._said or b"MemoryError" in self._said:
            return f"needs more than {self._limits.memory // _MEGABYTE} MB of memory"
        if self._process.wait() == -_SEGMENTATION_FAULT:
            return "ends the interpreter: does a function call itself without end?"
        lines = [line for line in self._said.decode(errors="replace").splitlines() if line.strip()]
        return f"ends the interpreter ({lines[-1][:200].strip() if lines else f'code {self._process.wait()}'})"
