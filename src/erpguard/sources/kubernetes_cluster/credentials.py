"""Who the collector is for a cluster: the headers of its requests, renewed when they no longer count.

kubernetes.io/docs/reference/access-authn-authz/authentication/: bearer tokens, client certificates, credential plugins
and impersonation.
"""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import quote

from erpguard.errors import UsageError
from erpguard.sources.kubernetes_cluster.kubeconfig import Context, read

PLUGIN_SECONDS = 60.0
"""How long a program may take that gets a credential: it may ask a network, but nobody is there to type."""


Headers = tuple[tuple[str, str], ...]
"""Names and values; one name may come several times."""


class NoCredentialError(Exception):
    """A program that should have got a credential did not; the text says why, without any secret."""


class Credentials:
    """The credentials of one context.

    `certificate` and `key` are those of a client certificate, in PEM; empty without one.
    """

    def __init__(self, context: Context, allow_exec: bool) -> None:
        user = context.user
        _refuse_programs(context, allow_exec)
        self.certificate = user.content("client-certificate")
        self.key = user.content("client-key")
        self._context = context
        self._lock = threading.Lock()
        self._fixed = tuple(_impersonation(context))
        self._token_file = user.path("tokenFile")
        self._runs = isinstance(user.value.get("exec"), dict) and not (self._token_file or user.text("token"))
        self._authorization = "" if self._runs else self._given()

    @property
    def sends_secrets(self) -> bool:
        """Whether something secret goes over the line with every request."""
        return self._runs or bool(self._authorization)

    def headers(self) -> Headers:
        """The headers that say who asks. Raises NoCredentialError where a program gives none."""
        with self._lock:
            if self._runs and not self._authorization and not self.certificate:
                self._run()
            own = (("Authorization", self._authorization),) if self._authorization else ()
            return own + self._fixed

    def renew(self, refused: Headers) -> bool:
        """Get others, unless another thread did since; whether there are others now.

        `refused` are the headers that the server did not accept. A new client certificate would need new
        connections, so that only tokens are renewed.
        """
        with self._lock:
            before = dict(refused).get("Authorization", "")
            if before != self._authorization:
                return True
            if self._token_file:
                self._authorization = self._given()
            elif self._runs and self._authorization:
                self._run()
            return before != self._authorization

    def _given(self) -> str:
        """What the kubeconfig says by itself; a token in a file counts before one in the kubeconfig."""
        user = self._context.user
        if self._token_file:
            return f"Bearer {_one_line(read(self._token_file).decode('latin-1'))}"
        if token := user.text("token"):
            return f"Bearer {_one_line(token)}"
        if user.text("username"):
            return "Basic " + b64encode(f"{user.text('username')}:{user.text('password')}".encode()).decode()
        return ""

    def _run(self) -> None:
        """Run the program that the kubeconfig names, which `allow_exec` allowed."""
        status = _plugin_status(self._context)
        token, certificate, key = (status.get(name) for name in ("token", "clientCertificateData", "clientKeyData"))
        if isinstance(token, str) and token:
            self._authorization = f"Bearer {_one_line(token)}"
        elif isinstance(certificate, str) and isinstance(key, str):
            self.certificate, self.key = certificate.encode(), key.encode()
        else:
            raise NoCredentialError("the program that the kubeconfig names gave neither a token nor a certificate")


def _refuse_programs(context: Context, allow_exec: bool) -> None:
    user = context.user.value
    if user.get("auth-provider") is not None:
        raise UsageError(
            f'the user of the context "{context.name}" has an auth-provider, which kubectl gave up: '
            "use a credential plugin (exec), a token or a certificate"
        )
    if user.get("exec") is not None and not allow_exec:
        raise UsageError(
            f'the user of the context "{context.name}" runs a program to get a credential: '
            "allow it with --allow-exec, if you trust the kubeconfig file"
        )


def _impersonation(context: Context) -> Iterator[tuple[str, str]]:
    """`as` and its like. Left out, requests would be allowed more than the file means."""
    user = context.user
    if name := user.text("as"):
        yield "Impersonate-User", _one_line(name)
    elif user.value.get("as-groups") or user.value.get("as-uid") or user.value.get("as-user-extra"):
        raise UsageError(f'the user of the context "{context.name}" impersonates groups without "as"')
    if uid := user.text("as-uid"):
        yield "Impersonate-Uid", _one_line(uid)
    groups = user.value.get("as-groups") or []
    extra = user.value.get("as-user-extra") or {}
    if not isinstance(groups, list) or not isinstance(extra, dict):
        raise UsageError(f'the user of the context "{context.name}" has "as-groups" that are no list')
    for group in groups:
        yield "Impersonate-Group", _one_line(str(group))
    for key, values in extra.items():
        for value in values if isinstance(values, list) else ():
            yield f"Impersonate-Extra-{quote(str(key), safe='')}", _one_line(str(value))


def _one_line(text: str) -> str:
    """A text that can stand in a header; raises UsageError for one that cannot."""
    stripped = text.strip()
    if not stripped.isprintable() or not stripped.isascii():
        raise UsageError("a token or name of the kubeconfig holds characters that no header can")
    return stripped


def _plugin_status(context: Context) -> dict[str, Any]:
    """The status that the program gives; it is waited for no longer than `PLUGIN_SECONDS`."""
    answers: list[Any] = []

    def run() -> None:
        from kubernetes.config.exec_provider import ExecProvider
        from kubernetes.config.kube_config import ConfigNode

        try:
            node, provider = cast("Any", ConfigNode), cast("Any", ExecProvider)  # the package has no types for them
            wanted, cluster = node("exec", context.user.value["exec"]), node("cluster", dict(context.cluster.value))
            answers.append(provider(wanted, context.user.folder, cluster).run())
        except Exception as error:  # whatever it is, it is the program's or the file's
            answers.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PLUGIN_SECONDS)
    if not answers:
        raise NoCredentialError(f"the program that the kubeconfig names did not end in {PLUGIN_SECONDS:.0f} seconds")
    if isinstance(answers[0], dict):
        return answers[0]
    raise NoCredentialError(f"the program that the kubeconfig names failed: {type(answers[0]).__name__}")
