"""The child: does what it is asked, one thing after the other, until nobody asks any more.

Nothing but `main` writes to the stream of answers.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from typing import Any

from erpguard.engines.child import frames
from erpguard.engines.child.interpreter import ForeignInterpreter
from erpguard.engines.syntax import facts
from erpguard.engines.syntax.compiling import refusals
from erpguard.errors import EngineError, PackError


def main(memory: int, seconds: int) -> None:
    """Serve the parent, with at most so many bytes of memory, and seconds for one thing.

    The parent ends a child that takes too long; the seconds are for one whose parent is gone.
    """
    _bound(memory)
    questions, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever writes to standard output does not write into the answers
    interpreter = ForeignInterpreter()
    interpreter.gather_prints()
    while (question := frames.read(questions)) is not None:
        _alarm(seconds)
        kind, text = _answer(interpreter, *question)
        _alarm(0)
        frames.write(answers, kind, text)


def _answer(interpreter: ForeignInterpreter, kind: bytes, text: bytes) -> tuple[bytes, bytes]:
    try:
        return frames.DONE, _DEEDS[kind](interpreter, text.decode()).encode()
    except PackError as error:
        return frames.BAD_PACK, str(error).encode()
    except EngineError as error:
        return frames.FAILED, str(error).encode()
    except RecursionError:
        return frames.BAD_PACK, b"nested too deeply"


def _module(interpreter: ForeignInterpreter, text: str) -> str:
    name, source, is_v0 = json.loads(text)
    interpreter.add(name, source, is_v0=is_v0)
    return ""


def _data(interpreter: ForeignInterpreter, text: str) -> str:
    interpreter.add_data(text)
    return ""


def _input(interpreter: ForeignInterpreter, text: str) -> str:
    interpreter.set_input_text(text)
    return ""


def _rule(interpreter: ForeignInterpreter, text: str) -> str:
    return interpreter.value(text)


def _rules(interpreter: ForeignInterpreter, text: str) -> str:
    rules, _, document = text.partition("\n")
    interpreter.set_input_text(document)
    return f"[{','.join(_timed(interpreter, rule) for rule in json.loads(rules))}]"


def _timed(interpreter: ForeignInterpreter, rule: str) -> str:
    start = time.monotonic()
    kind, text = _answer(interpreter, frames.RULE, rule.encode())
    value = text.decode() if kind == frames.DONE else json.dumps(text.decode())
    return f'[{time.monotonic() - start:.9f},"{kind.decode()}",{value}]'


def _facts(interpreter: ForeignInterpreter, text: str) -> str:
    interpreter.prepare()
    trees = json.loads(interpreter.trees())
    return json.dumps([facts(tree)._replace(refusals=one) for tree, one in zip(trees, refusals(trees), strict=True)])


def _trees(interpreter: ForeignInterpreter, text: str) -> str:
    return interpreter.trees()


def _cover(interpreter: ForeignInterpreter, text: str) -> str:
    interpreter.cover(bool(text))
    return ""


def _numbers(interpreter: ForeignInterpreter, text: str) -> str:
    interpreter.has_go_numbers = bool(text)
    return ""


def _coverage(interpreter: ForeignInterpreter, text: str) -> str:
    return interpreter.coverage()


def _prints(interpreter: ForeignInterpreter, text: str) -> str:
    return json.dumps(interpreter.prints())


_DEEDS: dict[bytes, Callable[[ForeignInterpreter, str], str]] = {
    frames.MODULE: _module,
    frames.DATA: _data,
    frames.INPUT: _input,
    frames.RULE: _rule,
    frames.RULES: _rules,
    frames.FACTS: _facts,
    frames.COVER: _cover,
    frames.COVERAGE: _coverage,
    frames.NUMBERS: _numbers,
    frames.PRINTS: _prints,
    frames.TREES: _trees,
}


def _bound(memory: int) -> None:
    """Bound the memory where the system can, and keep what the process was given from the policies."""
    for name in list(os.environ):
        del os.environ[name]
    try:
        import resource
    except ImportError:  # Windows has no such bounds
        return
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        _lower(resource, limit, _reserved() + memory)
    _lower(resource, resource.RLIMIT_CORE, 0)


def _reserved() -> int:
    """The bytes that this process has before it judges anything: the engine reserves more than it uses."""
    try:
        with open("/proc/self/statm", encoding="ascii") as told:
            return int(told.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # macOS has no such file, and does not hold such bounds either
        return 0


def _lower(resource: Any, limit: int, wanted: int) -> None:
    _, hard = resource.getrlimit(limit)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(limit, (allowed, allowed))


def _alarm(seconds: int) -> None:
    """End this process by itself after some seconds; the interpreter holds the lock, so that only a signal can."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)
