"""Real OPA servers on the loopback interface, one process each; left out visibly where there is no `opa`."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.waiting import HANGS, until

ROOT = Path(__file__).parent.parent.parent
OPA = shutil.which("opa") or shutil.which(str(ROOT / ".tools" / "bin" / "opa"))

needs_opa = pytest.mark.skipif(
    OPA is None and not os.environ.get("CI"), reason="opa is not on the path: what needs a real server is left out"
)


def program() -> str:
    """The path of `opa`; in CI its absence is a failure."""
    assert OPA is not None, "opa is missing, and CI must not leave it out"
    return OPA


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """A server that runs: its address, and what its owner sees and does there."""

    def __init__(self, url: str, process: subprocess.Popen[str], options: dict[str, Any]) -> None:
        self.url = url
        self.process = process
        self._options = options

    def names(self) -> list[str]:
        """The policies that it has, sorted."""
        return sorted(one["id"] for one in self.call("GET", "/v1/policies").json()["result"])

    def put(self, name: str, text: str) -> None:
        """Load a module, as another client does."""
        self.call("PUT", f"/v1/policies/{name}", data=text.encode())

    def delete(self, name: str) -> None:
        """Unload a module."""
        self.call("DELETE", f"/v1/policies/{name}")

    def clear(self) -> None:
        """Unload everything."""
        left = self.names()
        while left:
            for name in left:
                # What others import is refused until they are gone.
                requests.delete(f"{self.url}/v1/policies/{name}", timeout=HANGS, **self._options)
            left = self.names()

    def call(self, verb: str, path: str, **options: Any) -> requests.Response:
        """A request of the owner, which has to succeed."""
        answer = requests.request(verb, self.url + path, timeout=HANGS, **self._options, **options)
        answer.raise_for_status()
        return answer

    def stop(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def running(*arguments: str, scheme: str = "http", port: int = 0, **options: Any) -> Iterator[Server]:
    """`opa run --server` with more arguments; `options` are what requests needs to talk to it as its owner."""
    port = port or free_port()
    command = [program(), "run", "--server", "--disable-telemetry", "--log-level", "error"]
    process = subprocess.Popen(
        [*command, "--addr", f"127.0.0.1:{port}", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(process, lambda: _listens(port))
        yield Server(f"{scheme}://127.0.0.1:{port}", process, options)
    finally:
        process.kill()
        process.communicate()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
