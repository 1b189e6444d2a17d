"""Asks the directory whether those who hold roles are still there; only where the user wants it.

It is another host than ARM's and another token. What is asked is in `erpguard.sources.azure_directory`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from azure.core.rest import HttpRequest

from erpguard.sources.azure_directory import HOSTS, Answer, look_up
from erpguard.sources.azure_live.arm import HEADERS, Line
from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.live import AzureConnection, Gap, Item, Run


def principals(
    ids: Iterable[str], connection: AzureConnection, credential: Any, run: Run, limits: Limits, endpoint: str = ""
) -> Iterator[Item | Gap]:
    """What the directory knows of some object ids; `endpoint` is asked instead of the cloud's Microsoft Graph."""
    host = endpoint or HOSTS[connection.cloud]
    line = Line(host, f"{host}/.default", credential, run, limits, connection.ca_file)

    def send(path: str, body: Mapping[str, Any]) -> Answer:
        try:
            return Answer(200, line.body(HttpRequest("POST", f"{host}{path}", headers=HEADERS, json=body)))
        except Fault as fault:
            return Answer(fault.status, None, fault.reason, fault.detail)

    try:
        yield from look_up(ids, send, run)
    finally:
        line.transport.close()
