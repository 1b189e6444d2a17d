"""Who asks: tokens, files, passwords and impersonation; programs only where they are allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from erpguard.errors import UsageError
from erpguard.sources.kubernetes_cluster import credentials
from erpguard.sources.kubernetes_cluster.credentials import Credentials, NoCredentialError
from erpguard.sources.kubernetes_cluster.kubeconfig import Context, Entry
from erpguard.sources.kubernetes_cluster.transport import Transport


def context(user: dict[str, Any], folder: str = "", **cluster: Any) -> Context:
    return Context("a", Entry({"server": "https://a", **cluster}, folder), Entry(user, folder))


def given(user: dict[str, Any], folder: str = "", allow_exec: bool = False) -> Credentials:
    return Credentials(context(user, folder), allow_exec)


def test_headers(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(" file\n")
    assert given({}).headers() == ()
    assert given({"token": "abc"}).headers() == (("Authorization", "Bearer abc"),)
    assert given({"token": "abc", "tokenFile": "token"}, str(tmp_path)).headers() == (("Authorization", "Bearer file"),)
    assert given({"username": "a", "password": "b"}).headers() == (("Authorization", "Basic YTpi"),)


def test_impersonation() -> None:
    user = {"as": "a", "as-uid": "1", "as-groups": ["g", "h"], "as-user-extra": {"Scopes/x": ["y"]}}
    assert given(user).headers() == (
        ("Impersonate-User", "a"),
        ("Impersonate-Uid", "1"),
        ("Impersonate-Group", "g"),
        ("Impersonate-Group", "h"),
        ("Impersonate-Extra-Scopes%2Fx", "y"),
    )


@pytest.mark.parametrize(
    ("user", "message"),
    [
        ({"as-groups": ["g"]}, 'impersonates groups without "as"'),
        ({"as": "a", "as-groups": "g"}, "that are no list"),
        ({"token": "a\nb: c"}, "characters that no header can"),
        ({"token": "ä"}, "characters that no header can"),
        ({"tokenFile": "/nowhere/token"}, "cannot be read"),
        ({"auth-provider": {"name": "gcp", "config": {"cmd-path": "/bin/false"}}}, "has an auth-provider"),
        ({"exec": {"command": "/bin/false"}}, "allow it with --allow-exec"),
        ({"exec": {"command": "/bin/false"}, "token": "abc"}, "allow it with --allow-exec"),
    ],
)
def test_what_cannot_be_used_is_refused(user: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        given(user)


def test_auth_providers_are_refused_even_where_programs_are_allowed() -> None:
    with pytest.raises(UsageError, match="use a credential plugin"):
        given({"auth-provider": {"name": "oidc"}}, allow_exec=True)


def test_a_token_file_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("one")
    made = given({"tokenFile": "token"}, str(tmp_path))
    before = made.headers()
    assert not made.renew(before)  # the file has the same one still
    (tmp_path / "token").write_text("two")
    assert made.renew(before)
    assert made.headers() == (("Authorization", "Bearer two"),)
    assert made.renew(before)  # another thread did it meanwhile


def test_a_token_cannot_be_renewed() -> None:
    made = given({"token": "abc"})
    assert not made.renew(made.headers())


def program(folder: Path, *lines: str) -> dict[str, Any]:
    file = folder / "program"
    file.write_text("\n".join(("#!/bin/sh", *lines, "")))
    file.chmod(0o700)
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(file), "args": ["x"]}}


def answer(status: str) -> str:
    return f"""echo '{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{status}}}'"""


def test_a_program_is_asked_again_for_a_token_that_is_refused(tmp_path: Path) -> None:
    user = program(tmp_path, f"echo x >> {tmp_path}/ran", f"N=$(wc -l < {tmp_path}/ran)", answer('{"token":"t\'$N\'"}'))
    made = given(user, allow_exec=True)
    assert made.sends_secrets
    first = made.headers()
    assert (first, made.headers()) == ((("Authorization", "Bearer t1"),),) * 2
    assert made.renew(first)
    assert made.headers() == (("Authorization", "Bearer t2"),)


def test_a_program_may_give_a_certificate(tmp_path: Path) -> None:
    user = program(tmp_path, answer('{"clientCertificateData":"CERT","clientKeyData":"KEY"}'))
    made = given(user, allow_exec=True)
    assert made.headers() == ()
    assert (made.certificate, made.key) == (b"CERT", b"KEY")


def test_programs_that_give_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoCredentialError, match="gave neither a token nor a certificate"):
        given(program(tmp_path, answer("{}")), allow_exec=True).headers()
    with pytest.raises(NoCredentialError, match="failed: ConfigException"):
        given(program(tmp_path, "echo secret", "exit 1"), allow_exec=True).headers()
    monkeypatch.setattr(credentials, "PLUGIN_SECONDS", 0.05)
    with pytest.raises(NoCredentialError, match="did not end"):
        given(program(tmp_path, "sleep 2"), allow_exec=True).headers()


@pytest.mark.parametrize(
    ("server", "user", "message"),
    [
        ("http://example.com", {"token": "abc"}, "would send its credential over http"),
        ("ftp://example.com", {}, "is no address"),
        ("https://user@example.com", {}, "is no address"),
        ("https://", {}, "is no address"),
    ],
)
def test_servers_that_get_nothing(server: str, user: dict[str, Any], message: str) -> None:
    one = context(user, server=server)
    with pytest.raises(UsageError, match=message):
        Transport(one, Credentials(one, False), 1)


@pytest.mark.parametrize("server", ["http://127.0.0.1:8001", "https://example.com/k8s/clusters/c-1"])
def test_servers_that_do(server: str) -> None:
    one = context({"token": "abc"}, server=server)
    assert Transport(one, Credentials(one, False), 1).verifies


def test_certificates_that_are_none() -> None:
    one = context({"client-certificate-data": "QUJD", "client-key-data": "QUJD"})
    transport = Transport(one, Credentials(one, False), 1)
    with pytest.raises(UsageError, match="a certificate or key that cannot be used"):
        transport.open()
    transport.close()
