"""Runs a command and says what it took: CPU seconds, peak memory in KiB, exit code. SIGTERM is passed on.

A process begins with the peak memory of the one that it was forked from (`exec_mmap` in
https://github.com/torvalds/linux/blob/master/fs/exec.c): what a large program starts looks large. So this one is small.
"""

from __future__ import annotations

import os
import signal
import sys


def _become(command: list[str]) -> None:
    """Turn this process into the command, whose output nobody reads."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        os.execvp(command[0], command)
    except OSError:
        os._exit(127)


if __name__ == "__main__":
    child = os.fork()
    if child == 0:
        _become(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    _, status, usage = os.wait4(child, 0)
    print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
