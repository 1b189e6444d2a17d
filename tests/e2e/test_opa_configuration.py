"""`opa:` in a configuration: a real OPA that wants TLS, a token and a certificate; and who may name a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

import erpguard
from erpguard.cli import main
from erpguard.cli.opa import connection
from erpguard.cli.parser import make_parser
from erpguard.config import Settings, load
from erpguard.engines.opa_server import OpaConnection
from erpguard.errors import ConfigurationError, UsageError
from tests.engines.opa import Server, needs_opa, running
from tests.servers.https import HttpsServer, Request, Response, as_json

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true, containers: [{name: a, image: a:1}]}\n"
AUTHORIZATION = "package system.authz\n\ndefault allow := false\n\nallow if input.identity == trim_space(data.token)\n"
SCAN = ("scan", "tree", "--select", "NET008", "--no-progress", "--no-cache")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the owner of a server hands out, beside a tree to scan."""
    made = tmp_path_factory.mktemp("outside")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(made / "ca.pem"))
    for name in ("server", "client"):
        leaf = authority.issue_cert("127.0.0.1")
        leaf.cert_chain_pems[0].write_to_path(str(made / f"{name}.crt"))
        leaf.private_key_pem.write_to_path(str(made / f"{name}.key"))
    (made / "token").write_text("let-me-in\n")
    (made / "authz.rego").write_text(AUTHORIZATION)
    (made / "data.json").write_text('{"token": "let-me-in"}')
    (made / "tree").mkdir()
    (made / "tree" / "pod.yaml").write_text(POD)
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """It wants the certificate of its client, and its token."""
    ours = ("--tls-cert-file", str(folder / "server.crt"), "--tls-private-key-file", str(folder / "server.key"))
    asked = ("--tls-ca-cert-file", str(folder / "ca.pem"), "--authentication", "token", "--authorization", "basic")
    loaded = (str(folder / "authz.rego"), str(folder / "data.json"))
    owner = {"Authorization": "Bearer let-me-in"}
    mine = (str(folder / "client.crt"), str(folder / "client.key"))
    with running(
        *ours, *asked, *loaded, scheme="https", verify=str(folder / "ca.pem"), cert=mine, headers=owner
    ) as one:
        yield one


@pytest.fixture(autouse=True)
def _at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree that is the top of a repository; the configuration lies above it."""
    monkeypatch.chdir(folder)


def written(url: str, **more: Any) -> str:
    """A configuration that names a server, beside its files; its name."""
    files = {"token_file": "token", "ca_file": "ca.pem", "certificate": "client.crt", "key": "client.key"}
    named = {"url": url, **(files if url.startswith("https:") else {}), **more}
    Path("named.yaml").write_text(
        "# ours\nfail_on: low\nopa:\n" + "".join(f"  {key}: {json.dumps(value)}\n" for key, value in named.items())
    )
    return "named.yaml"


@needs_opa
def test_a_configuration_that_is_named(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    before = server.names()
    config = written(server.url, remove=True)
    assert main([*SCAN, "--config", config, "-q"]) == 1
    assert main([*SCAN, "-q"]) == 1
    named, embedded = capsys.readouterr().out.splitlines()
    assert named == embedded
    assert server.names() == before


@needs_opa
def test_what_it_published_stays_without_remove(server: Server, folder: Path) -> None:
    """From another folder: the files are those beside the configuration."""
    before = set(server.names())
    result = erpguard.scan(["tree"], select=["NET008"], config=str(folder / written(server.url)))
    assert [finding.policy for finding in result.findings] == ["NET008"]
    published = set(server.names()) - before
    assert {name.split("/", 2)[2] for name in published} > {"lib/scan.rego", "network.rego"}
    for name in sorted(published, key=lambda one: "/lib/" in one):
        server.delete(name)


NOBODY = "http://127.0.0.1:9"
"""The port of `discard`: nobody listens there."""


def chosen(*options: str, config: str = "") -> OpaConnection | None:
    """The server of some options, and of a configuration that is trusted."""
    parsed = make_parser().parse_args(["scan", *options])
    return connection(parsed, load(config) if config else Settings())


def test_the_options_win(monkeypatch: pytest.MonkeyPatch) -> None:
    config = written("https://opa", timeout=5, wait=1, read_only=True)
    Path("other").write_text("other")
    monkeypatch.setenv("ERPGUARD_OPA_TOKEN", "environment")
    made = OpaConnection("https://opa", "let-me-in", "ca.pem", "client.crt", "client.key", 5, 1, True, False)
    assert chosen(config=config) == made
    assert chosen("--engine", "opa", config=config) == made
    assert chosen("--opa-url", "https://here", config=config) == made._replace(url="https://here")
    assert chosen("--opa-token-file", "other", "--opa-timeout", "9", config=config) == made._replace(
        token="other", timeout=9
    )
    assert chosen("--opa-ca-file", "a", "--opa-certificate", "b", "--opa-key", "c", config=config) == made._replace(
        ca_file="a", certificate="b", key="c"
    )
    assert chosen("--engine", "opa", "--opa-url", "https://here") == OpaConnection("https://here", "environment")
    assert chosen("--engine", "embedded", config=config) is None
    assert chosen() is None


def test_a_wait_of_nothing_is_one() -> None:
    found = chosen("--engine", "opa", "--opa-url", "https://here", "--opa-wait", "0")
    assert found is not None
    assert found.wait == 0


@pytest.mark.parametrize("engine", [(), ("--engine", "embedded")])
@pytest.mark.parametrize(
    "option", [("--opa-url", "https://here"), ("--opa-timeout", "1"), ("--opa-token-file", "token")]
)
def test_options_without_a_server(engine: tuple[str, ...], option: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=r"^--opa-url and the like are for the engine on a server: add --engine opa$"):
        chosen(*engine, *option)


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({}, "erpguard.yaml:1: opa: 'url' is a required property"),
        ({"url": ""}, "erpguard.yaml:1: opa.url: "),
        (
            {"url": "https://o", "timeout": 0},
            "erpguard.yaml:1: opa.timeout: 0 is less than or equal to the minimum of 0",
        ),
        ({"url": "https://o", "wait": -1}, "erpguard.yaml:1: opa.wait: -1 is less than the minimum of 0"),
        (
            {"url": "https://o", "token": "secret"},
            "erpguard.yaml:1: opa.token: there is no such setting: choose from url, ",
        ),
        ({"url": "https://o", "remove": "yes"}, "erpguard.yaml:1: opa.remove: 'yes' is not of type 'boolean'"),
    ],
)
def test_sections_that_are_wrong(tmp_path: Path, section: dict[str, Any], says: str) -> None:
    (tmp_path / "erpguard.yaml").write_text(json.dumps({"opa": section}))
    with pytest.raises(ConfigurationError) as caught:
        load(str(tmp_path / "erpguard.yaml"), "erpguard.yaml")
    assert str(caught.value).startswith(says)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"), [(None, "No such file or directory"), ("", "it is empty"), ("é", "ASCII")]
)
def test_a_token_that_is_none(tmp_path: Path, content: str | None, says: str) -> None:
    if content is not None:
        (tmp_path / "token").write_text(content)
    (tmp_path / "erpguard.yaml").write_text('opa: {url: "https://opa", token_file: token}')
    with pytest.raises(UsageError) as caught:
        erpguard.scan(["tree"], config=str(tmp_path / "erpguard.yaml"))
    assert str(caught.value).startswith(f"opa: token_file: {tmp_path}/token: ")
    assert says in str(caught.value)


class Tree:
    """A tree whose own configuration names a server that would get the estate."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[Request] = []
        self.folder = folder
        (folder / ".git").mkdir()
        (folder / "pod.yaml").write_text(POD)

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        return as_json({}, 503)

    def name(self, served: HttpsServer) -> str:
        """Write the configuration; gives the address of the server."""
        url = f"http://127.0.0.1:{served.port}"
        (self.folder / "erpguard.yaml").write_text(f"fail_on: low\nopa: {{url: {url}, wait: 0}}\n")
        return url


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tree]:
    """The tree of somebody else, and its server."""
    made = Tree(tmp_path)
    monkeypatch.chdir(tmp_path)
    with HttpsServer(made, None) as served:
        made.name(served)
        yield made


@pytest.mark.parametrize("command", [("scan", "."), ("hook", "pod.yaml")], ids=lambda command: command[0])
def test_the_scanned_tree_names_no_server(tree: Tree, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert main([*command, "--select", "NET008", "--no-progress", "--no-cache"]) == 2
    assert capsys.readouterr().err == (
        "erpguard: erpguard.yaml:2: opa: a server gets the estate, so that the scanned tree must not name it: "
        "give this file by --config, or the server by --engine opa --opa-url\n"
    )
    assert tree.asked == []


def test_what_is_given_wins_over_the_scanned_tree(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("scan", ".", "--select", "NET008", "--no-progress", "--no-cache", "-q")
    assert main([*asked, "--engine", "embedded"]) == 1
    capsys.readouterr()
    assert main([*asked, "--engine", "opa", "--opa-url", NOBODY, "--opa-wait", "0"]) == 3
    assert f"the OPA server {NOBODY} is not ready after 0 seconds" in capsys.readouterr().out
    assert tree.asked == []


def test_the_same_file_where_it_is_named(tree: Tree) -> None:
    for command in (["scan", "."], ["hook", "pod.yaml"]):
        assert main([*command, "--select", "NET008", "--no-progress", "--no-cache", "--config", "erpguard.yaml"]) == 3
    assert {(request.verb, request.path) for request in tree.asked} == {("GET", "/health")}


def test_from_python(tree: Tree) -> None:
    found = erpguard.scan(["pod.yaml"], config="erpguard.yaml")
    assert found.exit_code() == 3
    count = len(tree.asked)
    assert count > 0
    with pytest.raises(ConfigurationError, match=r"^erpguard.yaml:2: opa: a server gets the estate"):
        erpguard.scan(["pod.yaml"], config="erpguard.yaml", trusted_config=False)
    with pytest.raises(ConfigurationError, match=r"^configuration: opa: a server gets the estate"):
        erpguard.scan(["pod.yaml"], config={"opa": {"url": NOBODY}}, trusted_config=False)
    named = erpguard.scan(["pod.yaml"], config="erpguard.yaml", opa=OpaConnection(NOBODY, wait=0))
    assert any(f"the OPA server {NOBODY} " in problem.message for problem in named.problems)
    assert len(tree.asked) == count
