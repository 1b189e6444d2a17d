"""Collecting from Azure, at two sizes, from a test server on this machine: calls, time, memory.

Against a bare client that makes the same calls, at the same concurrency, and parses the answers. What is imported is
imported before the clock starts. See docs/performance.md.
"""

from __future__ import annotations

import json
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from math import ceil
from typing import Any, NamedTuple

SIZES = (5_000, 50_000)
CONCURRENCY = 8
ROUNDS = 3

Json = dict[str, Any]


class Server(NamedTuple):
    """The process of the test server, and what it said of itself."""

    process: subprocess.Popen[str]
    endpoint: str
    ca_file: str
    counts: dict[str, int]

    def calls(self) -> list[list[str]]:
        """The calls since this was asked last: verb, path with query, body."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        found: list[list[str]] = json.loads(self.process.stdout.readline())
        return found


@contextmanager
def serving(count: int) -> Iterator[Server]:
    """A server of so many resources."""
    command = [sys.executable, "-m", "benchmarks.live_server", str(count)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield Server(process, **json.loads(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait(timeout=30)


def live(sizes: tuple[int, ...] = SIZES) -> None:
    """Measure, and print."""
    if find_spec("azure") is None or find_spec("azure.mgmt") is None:
        print("live Azure: left out, the extra `azure` is not installed\n")
        return
    print(
        f"live Azure from a test server, {CONCURRENCY} calls at a time: wall seconds and peak memory, processes in turn"
    )
    memory = []
    for size in sizes:
        with serving(size) as server, tempfile.TemporaryDirectory() as folder:
            memory.append(_measured(server, folder))
    (few, small), (many, large) = memory[0], memory[-1]
    print(f"  memory of each further resource: {(large - small) * 1024 / max(1, many - few):.2f} kB\n")


def _measured(server: Server, folder: str) -> tuple[int, float]:
    """Print one size; (resources, MB)."""
    snapshot = os.path.join(folder, "large.snapshot.gz")
    collect = ["collect", server.endpoint, server.ca_file, snapshot]
    first = _run(collect)
    calls = server.calls()
    listed = os.path.join(folder, "calls.json")
    with open(listed, "w", encoding="utf-8") as file:
        json.dump(calls, file)
    bare = ["bare", server.endpoint, server.ca_file, listed]
    _run(bare)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_run(collect))
        theirs.append(_run(bare))
    seconds, least = _median(ours, "seconds"), _median(theirs, "seconds")
    needed = calls_needed(server.counts)
    megabytes = _median(ours, "megabytes")
    print(f"  {first['items']} resources, {first['gaps']} gaps")
    print(f"    calls   {len(calls):>8}    {len(calls) / needed:5.2f} times those needed ({needed})")
    print(f"    wall    {seconds:8.2f} s  {seconds / least:5.2f} times the bare client ({least:.2f} s)")
    used, theirs_used = _median(ours, "cpu"), _median(theirs, "cpu")
    print(f"    CPU     {used:8.2f} s  {used / theirs_used:5.2f} times ({theirs_used:.2f} s)")
    print(f"    memory  {megabytes:8.0f} MB  (the bare client: {_median(theirs, 'megabytes'):.0f} MB)")
    return first["items"], megabytes


def calls_needed(counts: dict[str, int]) -> int:
    """The calls without which it cannot be known what is there: one for each page of each list.

    A list that is empty has to be asked for too; what belongs to a resource has to be asked for each of them.
    """
    from benchmarks.live_server import PAGE
    from erpguard.sources.azure_live.table import children, roots

    lists = sum(max(1, ceil(counts.get(service.type, 0) / PAGE)) for service in roots())
    graph = 2  # what no list reads, and the management groups above
    below = {type_: [one for one in children(type_) if not one.skip or "kind" in one.skip] for type_ in counts}
    return lists + graph + sum(count * len(below[type_]) for type_, count in counts.items())


def _median(results: list[Json], name: str) -> float:
    return statistics.median(float(result[name]) for result in results)


def _run(arguments: list[str]) -> Json:
    command = [sys.executable, "-m", "benchmarks.live", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: Json = json.loads(done.stdout)
    return found


def _collect(endpoint: str, ca_file: str, snapshot: str) -> Json:
    """Collect into a snapshot, as `erpguard collect azure` does."""
    import azure.mgmt.authorization
    import azure.mgmt.network  # noqa: F401
    from azure.core.credentials import AccessToken

    import erpguard.sources.azure_live.arm  # noqa: F401
    from benchmarks.live_server import SUBSCRIPTION, TOKEN
    from erpguard.collection import LiveOptions, collect
    from erpguard.sources.live import AzureConnection

    class Credential:
        """A token that the server takes."""

        def get_token(self, *_: str, **__: Any) -> AccessToken:
            """The token."""
            return AccessToken(TOKEN, int(time.time()) + 3600)

    connection = AzureConnection(credential=Credential(), endpoint=endpoint, ca_file=ca_file)
    options = LiveOptions(azure=connection, concurrency=CONCURRENCY)

    def work() -> Json:
        with open(snapshot, "wb") as file:
            found = collect([f"azure:{SUBSCRIPTION.rpartition('/')[2]}"], file, options=options)
        return {"items": sum(found.items.values()), "gaps": len(found.gaps)}

    return _timed(work)


def _bare(endpoint: str, ca_file: str, listed: str) -> Json:
    """The same calls with `requests` alone."""
    import requests

    from benchmarks.live_server import TOKEN

    with open(listed, encoding="utf-8") as file:
        calls = json.load(file)
    waiting: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    for call in calls:
        waiting.put(call)

    def work() -> Json:
        with ThreadPoolExecutor(CONCURRENCY) as threads:
            items = sum(threads.map(lambda _: take(), range(CONCURRENCY)))
        return {"items": items, "gaps": 0}

    def take() -> int:
        session = requests.Session()
        session.headers.update({"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        items = 0
        while True:
            try:
                verb, target, body = waiting.get_nowait()
            except queue.Empty:
                return items
            answer = session.request(verb, endpoint + target, data=body or None, verify=ca_file, timeout=60)
            found = answer.json()
            if answer.status_code != 404:  # a storage account without policies for its blobs
                answer.raise_for_status()
                items += len(found["value"]) if "value" in found else 1

    return _timed(work)


def _timed(work: Callable[[], Json]) -> Json:
    started, used = time.perf_counter(), time.process_time()
    found = work()
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    return {
        **found,
        "seconds": seconds,
        "cpu": cpu,
        "megabytes": _peak(),
    }


def _peak() -> float:
    """The peak memory of this process in MB; `ru_maxrss` begins with that of its parent."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    kinds = {"collect": _collect, "bare": _bare}
    if len(sys.argv) > 1:
        print(json.dumps(kinds[sys.argv[1]](*sys.argv[2:])))
    else:
        live()
