"""The command `erpguard`. The only place that prints, exits, or reads the environment."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import NoReturn

from erpguard.cli.signals import Terminated, terminable
from erpguard.errors import ErpguardError
from erpguard.scan import collector_paused

USAGE, INTERNAL = 2, 4
INTERRUPTED, TERMINATED = 130, 143
"""128 and the number of the signal, as shells tell it (pubs.opengroup.org: "Exit Status for Commands")."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def program() -> NoReturn:
    """The command as a program: `main`, and the end of the process at once.

    To take apart all that a scan has made, object by object, would be for nothing: it goes with the process.
    """
    if isinstance(sys.stdout, TextIOWrapper):  # what the locale cannot write ends no report: `\u0142` stands for it
        sys.stdout.reconfigure(errors="backslashreplace")
    code = main()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError):  # who reads it has gone away, and the exit code is known
                stream.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    0 nothing at or above the threshold, 1 findings, 2 bad usage or configuration, 3 the scan is incomplete,
    4 internal error, 130 interrupted, 143 terminated.
    """
    # Where RUST_BACKTRACE is set, the interpreter of Rego would walk the stack for all that is undefined.
    # https://docs.rs/anyhow/latest/anyhow/struct.Error.html#method.backtrace
    os.environ.setdefault("RUST_LIB_BACKTRACE", "0")
    with collector_paused(), terminable():
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    verbose = False
    try:
        from erpguard.cli.parser import parse

        options = parse(sys.argv[1:] if arguments is None else arguments)
        verbose = getattr(options, "verbose", False)
        code: int = options.run(options)
        flush()
        return code
    except ErpguardError as error:
        return _failed(USAGE, str(error))
    except Terminated:
        return _failed(TERMINATED, "terminated: nothing was judged")
    except KeyboardInterrupt:
        return _failed(INTERRUPTED, "interrupted: nothing was judged")
    except BrokenPipeError:
        discard_output()  # the reader of our output went away, as `head` does: that is its right
        return 0
    except Exception as error:  # the boundary: a defect of ours ends as one line and exit code 4, not as a traceback
        if isinstance(error, OSError) and error.errno in _FULL and error.filename is None:
            discard_output()
            return _failed(USAGE, f"standard output cannot be written: {error.strerror}")
        return _internal(error, verbose)


def flush() -> None:
    """Write out what is buffered for standard output, which may be closed."""
    if sys.stdout is not None:
        sys.stdout.flush()


def discard_output() -> None:
    """From now on standard output leads nowhere: what is still buffered cannot fail at exit."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(code: int, text: str) -> int:
    from erpguard.reporters.escape import MESSAGE_LIMIT, cut, plain, terminal

    print(terminal(f"erpguard: {cut(plain(text), MESSAGE_LIMIT)}"), file=sys.stderr)
    return code


def _internal(error: Exception, verbose: bool) -> int:
    if verbose:
        import traceback

        from erpguard.reporters.escape import plain, terminal

        for line in traceback.format_exc().splitlines():
            print(terminal(plain(line)), file=sys.stderr)
    text = f"internal error: {type(error).__name__}: {error}"
    return _failed(INTERNAL, f"{text[:500]}: please report it, with the output of --verbose")
