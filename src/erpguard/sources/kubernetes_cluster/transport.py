"""One GET of one cluster, bounded in size and time; what goes wrong becomes a `Failure`.

The paths are asked for directly, through the pool of connections that the client sets up (TLS, client certificates,
proxies): its models and its dynamic client would read whole answers of any size, ask for every kind that a server has,
keep what they find in a file in the shared temporary folder, follow redirects with the token, and retry by themselves.
"""

from __future__ import annotations

import http.client
import os
import ssl
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from erpguard.errors import UsageError
from erpguard.sources.kubernetes_cluster.credentials import Credentials, Headers
from erpguard.sources.kubernetes_cluster.kubeconfig import Context
from erpguard.sources.kubernetes_cluster.secret_texts import without_secrets
from erpguard.sources.live import Reason
from erpguard.sources.live_json import parsed_of_any_depth

CONNECT_SECONDS, READ_SECONDS, ANSWER_SECONDS = 10.0, 60.0, 120.0
"""For a connection, between two pieces of an answer, and for the whole of one."""

LARGEST_ANSWER = 64 << 20
_PIECE = 1 << 18

_REASONS: dict[int, Reason] = {401: "unauthorized", 403: "forbidden", 404: "not-found", 410: "server-error"}


class Failure(NamedTuple):
    """What went wrong; `passing`: the same call may go well a moment later, the server says after how many seconds."""

    reason: Reason
    status: int = 0
    detail: str = ""
    passing: bool = False
    after: float | None = None


class Transport:
    """The connections to one cluster."""

    def __init__(self, context: Context, credentials: Credentials, concurrency: int) -> None:
        self._base = _base(context, credentials)
        self._context = context
        self._credentials = credentials
        self._concurrency = concurrency
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._pool: Any = None
        self.verifies = context.cluster.value.get("insecure-skip-tls-verify") is not True

    def open(self) -> None:
        """Prepare the connections; the credentials are known by now. Raises UsageError for useless certificates."""
        # A client's key can be given to OpenSSL in a file only: in a folder that nobody else can open.
        self._folder = tempfile.TemporaryDirectory(prefix="erpguard-")
        self._pool = self._made_pool()

    def close(self) -> None:
        """Close the connections, and remove the files."""
        if self._pool is not None:
            self._pool.clear()
        if self._folder is not None:
            self._folder.cleanup()

    def get(self, path: str, query: Mapping[str, str], headers: Headers, allowed: Callable[[], float]) -> Any | Failure:
        """The JSON at a path, or what went wrong. `allowed` says how many seconds are left, 0 to give up."""
        import urllib3

        url = self._base + path + (f"?{urlencode(query)}" if query else "")
        seconds = max(allowed(), 0.001)
        timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, seconds), read=min(READ_SECONDS, seconds))
        own = urllib3.HTTPHeaderDict({"Accept-Encoding": "gzip", "User-Agent": "erpguard"})
        for name, value in headers:
            own.add(name, value)  # a line of its own for each group
        try:
            answer = self._pool.request(
                "GET", url, headers=own, timeout=timeout, retries=False, redirect=False, preload_content=False
            )
            try:
                return _read(answer, allowed)
            finally:
                answer.close()  # gives a connection back whose answer was read to its end
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError, zlib.error) as error:
            return _fault(error)

    def _made_pool(self) -> Any:
        from kubernetes.client import Configuration
        from kubernetes.client.rest import RESTClientObject

        cluster = self._context.cluster
        configuration = Configuration(host=self._base)
        authority = cluster.content("certificate-authority")
        configuration.verify_ssl = self.verifies
        configuration.ssl_ca_cert = self._file("ca.crt", authority)
        configuration.cert_file = self._file("client.crt", self._credentials.certificate)
        configuration.key_file = self._file("client.key", self._credentials.key)
        configuration.tls_server_name = cluster.text("tls-server-name") or None
        configuration.connection_pool_maxsize = self._concurrency
        if proxy := cluster.text("proxy-url"):
            configuration.proxy = proxy
        elif not self.verifies or not self._base.startswith("https:"):
            # A proxy that the surroundings name may see what goes through it, unless the server proves who it is.
            configuration.proxy = None
        if not self.verifies:
            import urllib3

            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # `notes` says it once
        _check(configuration)
        return RESTClientObject(configuration).pool_manager

    def _file(self, name: str, content: bytes) -> str | None:
        if not content or self._folder is None:
            return None
        path = os.path.join(self._folder.name, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        return path


def _base(context: Context, credentials: Credentials) -> str:
    server = context.cluster.text("server").rstrip("/")
    parts = urlsplit(server)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.username:
        raise UsageError(f'the server of the context "{context.name}" is no address: {server[:100]}')
    if parts.scheme == "http" and credentials.sends_secrets and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise UsageError(f'the context "{context.name}" would send its credential over http: use https')
    return server


def _check(configuration: Any) -> None:
    """Raises UsageError for certificates and keys that are none, which would only be seen at the first call."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if configuration.ssl_ca_cert:
            context.load_verify_locations(configuration.ssl_ca_cert)
        if configuration.cert_file:
            context.load_cert_chain(configuration.cert_file, configuration.key_file, password=lambda: b"")
    except (ssl.SSLError, OSError, ValueError):
        raise UsageError("the kubeconfig file holds a certificate or key that cannot be used") from None


def _read(answer: Any, allowed: Callable[[], float]) -> Any | Failure:
    """The JSON of an answer, read as far as it may be long."""
    body = _body(answer, allowed)
    if isinstance(body, Failure):
        return body
    if answer.status != 200:
        return _refusal(answer, body)
    try:
        return parsed_of_any_depth(body)
    except ValueError:
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        return Failure("malformed", 200, f"no JSON, but {len(body)} bytes of {kind[:40] or 'something'}")


def _body(answer: Any, allowed: Callable[[], float]) -> bytes | Failure:
    """What was sent. It is unpacked here, so that a little that unpacks to a lot is not held."""
    end, pieces, size = time.monotonic() + ANSWER_SECONDS, [], 0
    unpack = zlib.decompressobj(31) if answer.headers.get("Content-Encoding", "") == "gzip" else None
    while piece := answer.read1(_PIECE, decode_content=False):
        if unpack is not None:
            piece = unpack.decompress(piece, LARGEST_ANSWER + 1)
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER:
            return Failure("too-large", answer.status, f"more than {LARGEST_ANSWER >> 20} MiB in one answer")
        if time.monotonic() > end or allowed() <= 0:
            return Failure("timeout", answer.status, "it came too slowly")
    if unpack is not None and not unpack.eof:
        return Failure("malformed", answer.status, "the answer ended before its end", True)
    return b"".join(pieces)


def _refusal(answer: Any, body: bytes) -> Failure:
    status: int = answer.status
    if 300 <= status < 400:
        return Failure("refused-link", status, "it sends to another address, which is not followed")
    detail, after = _said(body), _seconds(answer.headers.get("Retry-After"))
    if status == 429:
        return Failure("throttled", status, detail, True, after)
    if status >= 500:
        return Failure("server-error", status, detail, True, after)
    return Failure(_REASONS.get(status, "server-error"), status, detail)


def _said(body: bytes) -> str:
    """The message of a `Status`, in one short line."""
    try:
        message = parsed_of_any_depth(body)["message"]
    except (ValueError, KeyError, TypeError, IndexError):
        return ""
    return without_secrets(" ".join(message[:1000].split()))[:300] if isinstance(message, str) else ""


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdecimal() and len(header) < 10 else None


def _fault(error: Exception) -> Failure:
    import urllib3

    faults = urllib3.exceptions
    text = str(error)
    if isinstance(error, faults.ProxyError):
        return Failure("unreachable", 0, "the proxy could not be reached", True)
    if isinstance(error, (faults.TimeoutError, TimeoutError)) and not isinstance(error, faults.NewConnectionError):
        return Failure("timeout", 0, "no answer in time", True)
    if isinstance(error, (faults.SSLError, ssl.SSLError)):
        why = "certificate" if "CERTIFICATE" in text.upper() else "TLS"
        return Failure("unreachable", 0, f"the {why} of the server is not trusted" if why != "TLS" else "TLS failed")
    if isinstance(error, (faults.IncompleteRead, faults.DecodeError)) or "IncompleteRead" in text:
        return Failure("malformed", 0, "the answer ended before its end", True)
    if isinstance(error, (zlib.error, http.client.HTTPException)):
        return Failure("malformed", 0, "not what HTTP allows", True)
    if isinstance(error, faults.NameResolutionError):
        return Failure("unreachable", 0, "the name of the server is not known")
    if isinstance(error, faults.NewConnectionError):
        return Failure("unreachable", 0, "no connection to the server", True)
    return Failure("unreachable", 0, "the connection broke", True)
