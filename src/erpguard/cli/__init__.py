"""The command `erpguard`. The only place that prints, exits, or reads the environment."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from erpguard.errors import ErpguardError

USAGE, INTERNAL, INTERRUPTED = 2, 4, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    0 nothing at or above the threshold, 1 findings, 2 bad usage or configuration, 3 the scan is incomplete,
    4 internal error, 130 interrupted.
    """
    from erpguard.cli.parser import make_parser

    options = make_parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except ErpguardError as error:
        print(f"erpguard: {_plain(str(error))}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("erpguard: interrupted: nothing was judged", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        return _closed()
    except Exception as error:  # the boundary: a defect of ours ends as one line and exit code 4, not as a traceback
        return _internal(error, options)


def _plain(text: str) -> str:
    from erpguard.reporters.escape import terminal

    return terminal(text)


def _closed() -> int:
    """The reader of our output went away, as `head` does: that is its right."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _internal(error: Exception, options: object) -> int:
    if getattr(options, "verbose", False):
        import traceback

        traceback.print_exc()
    text = f"internal error: {type(error).__name__}: {error}"
    print(f"erpguard: {_plain(text)}: please report it, with the output of --verbose", file=sys.stderr)
    return INTERNAL
