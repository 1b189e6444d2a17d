"""The engine against a real OPA: what it publishes, uses, refuses and takes away, and who it talks to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from erpguard.engines.modules import Module
from erpguard.engines.opa_server import OpaConnection, OpaEngine
from erpguard.engines.opa_server.modules import AGGREGATE
from erpguard.engines.opa_server.uploads import Upload
from erpguard.errors import EngineError, EngineUnavailable, PackError
from erpguard.model import Part, Policy, Problem
from erpguard.packs import make_policy
from tests.engines.answers import answer
from tests.engines.opa import Server, needs_opa, running

pytestmark = needs_opa

DENY = """\
package erpguard.network.{name}

import data.erpguard.lib.finding

deny contains finding.at(row) if {{
	some row in input.rows
	{condition}
}}
"""
LIBRARY = 'package erpguard.lib.finding\n\nat(row) := {"resource": row.key}\n'
ROWS = {"rows": {"a": {"key": "a", "size": 9}, "b": {"key": "b", "size": 1}}}


class Pack:
    """A folder with policies of a size to be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.policies: list[Policy] = []
        (folder / "lib").mkdir()
        (folder / "network").mkdir()
        (folder / "lib" / "finding.rego").write_text(LIBRARY)

    def add(self, name: str, condition: str, text: str = "") -> Policy:
        """A policy whose objects are the rows that the condition holds for."""
        (self.folder / "network" / f"{name}.rego").write_text(text or DENY.format(name=name, condition=condition))
        known = {policy.name: policy for policy in self.policies}
        if name in known:
            return known[name]
        number = f"NET{len(self.policies) + 1:03}"
        fields = {"id": number, "severity": "high", "resource_types": [], "reads": [], "message": "", "remediation": ""}
        metadata = {"package": f"erpguard.network.{name}", "title": "", "description": "", "custom": fields}
        self.policies.append(make_policy(f"network/{name}.rego", metadata))
        return self.policies[-1]

    def engine(self, connection: OpaConnection, **options: Any) -> OpaEngine:
        """An engine with all of them."""
        return OpaEngine(connection, [self.part()], self.policies, **options)

    def part(self) -> Part:
        """The folder, as a scan knows it."""
        return Part(str(self.folder), "own/", {policy.id: policy for policy in self.policies}, ("lib/finding.rego",))

    def names(self) -> list[str]:
        """What they are called on a server, sorted."""
        files = {"lib/finding.rego": "", **{policy.file: policy.id for policy in self.policies}}
        texts = {file: (self.folder / file).read_text() for file in files}
        texts["lib/scan.rego"] = AGGREGATE
        return sorted(Upload.of(Module(file, "", text)).id for file, text in texts.items())


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Two policies."""
    (tmp_path / "pack").mkdir()
    made = Pack(tmp_path / "pack")
    made.add("large", "row.size > 5")
    made.add("small", "row.size < 2")
    return made


@pytest.fixture(scope="module")
def started() -> Iterator[Server]:
    """One server for all tests that leave nothing behind."""
    with running() as server:
        yield server


@pytest.fixture
def server(started: Server) -> Iterator[Server]:
    """An empty server."""
    yield started
    started.clear()


def test_one_request_answers_for_all_policies(pack: Pack, server: Server) -> None:
    engine = pack.engine(OpaConnection(server.url))
    assert engine.evaluate(pack.policies, ROWS) == {"NET001": [{"resource": "a"}], "NET002": [{"resource": "b"}]}
    assert answer(engine, pack.policies[1], ROWS) == [{"resource": "b"}]
    assert engine.evaluate(pack.policies[:1], {"rows": {}}) == {"NET001": []}
    assert engine.close() == []


def test_what_is_published_stays_and_is_used_again(pack: Pack, server: Server) -> None:
    first = pack.engine(OpaConnection(server.url))
    assert server.names() == []
    answer(first, pack.policies[0], ROWS)
    assert first.close() == []
    assert server.names() == pack.names()
    again = pack.engine(OpaConnection(server.url, remove=True))
    assert answer(again, pack.policies[0], ROWS) == [{"resource": "a"}]
    assert again.close() == []
    assert server.names() == pack.names(), "what another scan published is not ours to remove"


def test_what_this_scan_published_is_removed(pack: Pack, server: Server) -> None:
    server.put("theirs", "package theirs\n\nx := 1\n")
    engine = pack.engine(OpaConnection(server.url, remove=True))
    engine.evaluate(pack.policies, ROWS)
    assert server.names() == sorted([*pack.names(), "theirs"])
    assert engine.close() == []
    assert server.names() == ["theirs"]
    assert engine.close() == []


def test_only_what_is_absent_is_published(pack: Pack, server: Server) -> None:
    pack.engine(OpaConnection(server.url)).evaluate(pack.policies, ROWS)
    before = server.names()
    pack.add("third", "row.size == 9")
    engine = pack.engine(OpaConnection(server.url, remove=True))
    assert answer(engine, pack.policies[2], ROWS) == [{"resource": "a"}]
    assert len(server.names()) == len(before) + 1
    assert engine.close() == []
    assert server.names() == before


def test_what_others_need_is_left_and_told(pack: Pack, server: Server) -> None:
    engine = pack.engine(OpaConnection(server.url, remove=True))
    engine.evaluate(pack.policies, ROWS)
    server.put("theirs", DENY.format(name="theirs", condition="row.size > 0"))
    kept = Upload.of(Module("lib/finding.rego", "", LIBRARY)).id
    text = f"left behind on the OPA server {server.url}: {kept}: in use by other policies"
    assert engine.close() == [Problem("opa-server", text, stage="policy", level="warning")]
    assert server.names() == sorted([kept, "theirs"])


@pytest.mark.parametrize(
    ("package", "text"),
    [
        ("erpguard.network.large", "package erpguard.network.large\n\ndeny contains 1\n"),
        ("erpguard.lib.finding", LIBRARY + "\n"),
        ("erpguard.lib.scan", "package erpguard.lib.scan\n\nviolations := {}\n"),
        ("erpguard.network", 'package erpguard.network\n\nlarge.deny contains "x"\n'),
        ("erpguard.network.large.more", "package erpguard.network.large.more\n\nx := 1\n"),
    ],
)
def test_another_text_of_the_same_package_is_refused(pack: Pack, server: Server, package: str, text: str) -> None:
    server.put("theirs/x.rego", text)
    engine = pack.engine(OpaConnection(server.url, remove=True))
    with pytest.raises(EngineUnavailable) as caught:
        engine.evaluate(pack.policies, ROWS)
    said = str(caught.value)
    assert said.startswith(f"the OPA server {server.url} has another version of ")
    assert f"(theirs/x.rego, package {package})" in said
    assert "\n" not in said
    engine.close()
    assert server.names() == ["theirs/x.rego"]


def test_the_same_text_under_another_name_is_used(pack: Pack, server: Server) -> None:
    server.put("theirs/finding.rego", LIBRARY)
    engine = pack.engine(OpaConnection(server.url, remove=True))
    assert answer(engine, pack.policies[0], ROWS) == [{"resource": "a"}]
    assert engine.close() == []
    assert server.names() == ["theirs/finding.rego"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("package erpguard.network.large\n\ndeny contains 1 if nothing(input)\n", ":3:20: undefined function nothing"),
        ("package erpguard.network.large\n\ndeny contains 1 if {\n\t1 ==\n}\n", ":5:1: unexpected } token"),
        ("package erpguard.network.large\n\ndeny contains x if true\n", ":3:15: var x is unsafe"),
    ],
)
def test_a_policy_that_does_not_compile_is_told_with_its_place(
    pack: Pack, server: Server, text: str, said: str
) -> None:
    pack.add("large", "", text)
    engine = pack.engine(OpaConnection(server.url, remove=True))
    found = engine.evaluate(pack.policies, ROWS)
    assert found["NET002"] == [{"resource": "b"}]
    fault = found["NET001"]
    assert isinstance(fault, EngineUnavailable)
    assert str(fault).startswith(f"NET001: own/network/large.rego{said}")
    assert "\n" not in str(fault)
    assert engine.evaluate(pack.policies, ROWS)["NET001"] is fault
    assert engine.close() == []
    assert server.names() == []


def test_a_shared_module_that_does_not_compile_is_told(pack: Pack, server: Server) -> None:
    (pack.folder / "lib" / "finding.rego").write_text("package erpguard.lib.finding\n\nx := y\n")
    engine = pack.engine(OpaConnection(server.url, remove=True))
    with pytest.raises(EngineUnavailable, match=r"^own/lib/finding.rego:3:6: var y is unsafe$"):
        engine.evaluate(pack.policies, ROWS)
    assert engine.close() == []
    assert server.names() == []


SHARED = "package erpguard.lib.finding"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("lib/finding.rego", "x", "lib/finding.rego: there is no package in it"),
        ("lib/finding.rego", "package system.authz", "lib/finding.rego: the package system.authz is not erpguard.lib."),
        (
            "lib/finding.rego",
            f"# x\n\n # # y\n  package\n  system.log\n`\n{SHARED}\n`",
            "lib/finding.rego: the package s",
        ),
        (
            "lib/finding.rego",
            "package erpguard.network.large",
            "lib/finding.rego: the package erpguard.network.large is ",
        ),
        (
            "lib/finding.rego",
            "package erpguard.lib.scan",
            "lib/finding.rego: the package erpguard.lib.scan is not erpguard.lib.<name>",
        ),
        (
            "network/large.rego",
            SHARED,
            "network/large.rego: the package is erpguard.lib.finding, and not erpguard.netw",
        ),
        ("network/large.rego", "import x", "network/large.rego: there is no package in it"),
    ],
)
def test_a_package_that_is_not_for_its_place(pack: Pack, file: str, text: str, said: str) -> None:
    """A server may have rules for itself, such as who may ask it: no pack takes their place."""
    (pack.folder / file).write_text(text)
    with pytest.raises(PackError) as caught:
        pack.engine(OpaConnection("http://127.0.0.1:1"))
    assert str(caught.value).startswith(f"own/{said}")


def test_a_policy_outside_of_the_packages_of_packs(pack: Pack) -> None:
    pack.policies[0] = pack.policies[0]._replace(package="acme.large")
    (pack.folder / pack.policies[0].file).write_text("package acme.large")
    with pytest.raises(PackError, match=r"^own/network/large.rego: the package acme.large is not erpguard.<pack>.<p"):
        pack.engine(OpaConnection("http://127.0.0.1:1"))


@pytest.mark.parametrize(
    "condition", ["to_number(row.key) > 1", "abs(row.key) == 1", "object.get(row.size, row.key, 1) == 1", "1 / 0 == 1"]
)
def test_what_a_builtin_cannot_do_is_undefined_as_in_process(pack: Pack, server: Server, condition: str) -> None:
    bad = pack.add("bad", condition)
    engine = pack.engine(OpaConnection(server.url, remove=True))
    assert engine.evaluate([bad], ROWS) == {"NET003": []}
    assert engine.close() == []


CONFLICT = '{"a": size | some size in [row.size, 9]} == {"a": 9}'


def test_a_policy_that_fails_costs_no_other(pack: Pack, server: Server) -> None:
    bad = pack.add("bad", CONFLICT)
    engine = pack.engine(OpaConnection(server.url))
    found = engine.evaluate(pack.policies, ROWS)
    fault = found.pop(bad.id)
    assert found == {"NET001": [{"resource": "a"}], "NET002": [{"resource": "b"}]}
    assert isinstance(fault, EngineError)
    assert not isinstance(fault, EngineUnavailable)
    assert str(fault) == "NET003: own/network/bad.rego:7:3: object keys must be unique"
    with pytest.raises(EngineError, match="^NET003: "):
        answer(engine, bad, ROWS)
    assert answer(engine, bad, {"rows": {}}) == []


SLOW = "count([1 | some i in numbers.range(1, 100000); some j in numbers.range(1, 100000); i + j == 0]) == row.size"


def test_a_policy_that_takes_too_long_costs_no_other(pack: Pack, server: Server) -> None:
    """The server stops evaluating it as soon as nobody waits any more, so that it is free for the next question."""
    slow = pack.add("slow", SLOW)
    engine = pack.engine(OpaConnection(server.url, timeout=2, remove=True))
    found = engine.evaluate(pack.policies, ROWS)
    fault = found.pop(slow.id)
    assert found == {"NET001": [{"resource": "a"}], "NET002": [{"resource": "b"}]}
    assert isinstance(fault, EngineUnavailable)
    assert str(fault) == f"NET003: the OPA server {server.url} did not answer within 2 seconds"
    assert engine.evaluate(pack.policies, ROWS) == {**found, slow.id: fault}
    assert engine.close() == []
    assert server.names() == []


def test_another_client_removes_a_policy_meanwhile(pack: Pack, server: Server) -> None:
    engine = pack.engine(OpaConnection(server.url, remove=True))
    engine.evaluate(pack.policies, ROWS)
    server.delete(next(name for name in server.names() if name.endswith("small.rego")))
    found = engine.evaluate(pack.policies, ROWS)
    assert found["NET001"] == [{"resource": "a"}]
    assert isinstance(found["NET002"], EngineUnavailable)
    assert str(found["NET002"]).startswith(f"the OPA server {server.url} has lost own/network/small.rego: ")
    text = (
        f"another client of the OPA server {server.url} removed own/network/small.rego during this scan: "
        "its verdicts do not count"
    )
    assert engine.close() == [Problem("opa-server", text, stage="policy", level="error")]
    assert server.names() == []


def test_another_client_adds_to_a_policy_meanwhile(pack: Pack, server: Server) -> None:
    engine = pack.engine(OpaConnection(server.url, remove=True))
    engine.evaluate(pack.policies, ROWS)
    server.put("theirs", "package erpguard.network.small\n\ndeny contains 1\n")
    (told,) = engine.close()
    assert told.level == "error"
    assert told.message.startswith(
        f"the OPA server {server.url} has another version of own/network/small.rego (theirs, package "
    )
    assert server.names() == ["theirs"]


def test_another_client_changes_a_policy_under_its_name_meanwhile(pack: Pack, server: Server) -> None:
    """The name holds the digest of our text: what stands there is taken away, whoever wrote it."""
    engine = pack.engine(OpaConnection(server.url, remove=True))
    engine.evaluate(pack.policies, ROWS)
    name = next(name for name in server.names() if name.endswith("small.rego"))
    server.put(name, DENY.format(name="small", condition="row.size > 0"))
    (told,) = engine.close()
    assert told.level == "error"
    assert told.message.startswith(
        f"the OPA server {server.url} has another version of own/network/small.rego ({name}, package "
    )
    assert server.names() == []


def test_a_server_that_was_restarted_has_lost_everything(pack: Pack) -> None:
    with running() as first:
        engine = pack.engine(OpaConnection(first.url))
        engine.evaluate(pack.policies, ROWS)
        port = int(first.url.rpartition(":")[2])
        first.stop()
        with running(port=port), pytest.raises(EngineUnavailable, match="has lost the policies: it was restarted"):
            engine.evaluate(pack.policies, ROWS)


AUTHORIZATION = """\
package system.authz

default allow := false

allow if input.identity == "let-me-in"

allow if {
	input.path == ["health"]
	input.method == "GET"
}
"""


class Keys:
    """Certificates of an authority of the tests, in files."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.ca = str(folder / "ca.pem")
        authority.cert_pem.write_to_path(self.ca)
        self.crt, self.key, _ = self._write(folder / "server", authority.issue_cert("127.0.0.1"))
        self.client_crt, self.client_key, self.client_both = self._write(
            folder / "client", authority.issue_cert("client@example.com")
        )
        self.server = ("--tls-cert-file", self.crt, "--tls-private-key-file", self.key)

    def _write(self, path: Path, leaf: trustme.LeafCert) -> tuple[str, str, str]:
        crt, key, both = (str(path.with_suffix(end)) for end in (".crt", ".key", ".pem"))
        leaf.cert_chain_pems[0].write_to_path(crt)
        leaf.private_key_pem.write_to_path(key)
        leaf.private_key_and_cert_chain_pem.write_to_path(both)
        return crt, key, both


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Made once."""
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def guarded(keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that wants a token, over TLS."""
    policy = tmp_path_factory.mktemp("authz") / "authz.rego"
    policy.write_text(AUTHORIZATION)
    asked = ("--authentication", "token", "--authorization", "basic", str(policy))
    owner = {"Authorization": "Bearer let-me-in"}
    with running(*keys.server, *asked, scheme="https", verify=keys.ca, headers=owner) as server:
        yield server


@pytest.fixture(scope="module")
def mutual(keys: Keys) -> Iterator[Server]:
    """A server that wants the certificate of its client."""
    asked = ("--tls-ca-cert-file", keys.ca, "--authentication", "tls")
    with running(*keys.server, *asked, scheme="https", verify=keys.ca, cert=keys.client_both) as server:
        yield server


def test_token_and_an_authority_of_ones_own(pack: Pack, guarded: Server, keys: Keys) -> None:
    before = guarded.names()
    engine = pack.engine(OpaConnection(guarded.url, token="let-me-in", ca_file=keys.ca, remove=True))
    assert answer(engine, pack.policies[0], ROWS) == [{"resource": "a"}]
    assert engine.close() == []
    assert guarded.names() == before


def test_the_environment_does_not_replace_token_and_authority(
    pack: Pack, guarded: Server, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password other\n")
    (tmp_path / "none.pem").write_text("")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    engine = pack.engine(OpaConnection(guarded.url, token="let-me-in", ca_file=keys.ca, remove=True))
    assert answer(engine, pack.policies[0], ROWS) == [{"resource": "a"}]
    assert engine.close() == []


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_the_right_token(pack: Pack, guarded: Server, keys: Keys, token: str) -> None:
    engine = pack.engine(OpaConnection(guarded.url, token=token, ca_file=keys.ca))
    with pytest.raises(EngineUnavailable) as caught:
        engine.evaluate(pack.policies, ROWS)
    assert str(caught.value) == (
        f"the OPA server {guarded.url} refuses this client (401: request rejected by administrative policy): "
        "check the token (--opa-token-file, token_file) and its rights"
    )
    assert engine.close() == []


def test_a_server_that_nobody_vouches_for(pack: Pack, guarded: Server) -> None:
    engine = pack.engine(OpaConnection(guarded.url, token="let-me-in"))
    with pytest.raises(EngineUnavailable) as caught:
        engine.evaluate(pack.policies, ROWS)
    assert str(caught.value) == (
        f"the OPA server {guarded.url} cannot be reached: its certificate is not trusted: unable to get local issuer "
        "certificate: --opa-ca-file (ca_file) names the authority that signed it"
    )


@pytest.mark.parametrize("is_one_file", [True, False])
def test_certificate_of_the_client(pack: Pack, mutual: Server, keys: Keys, is_one_file: bool) -> None:
    mine = (keys.client_both, "") if is_one_file else (keys.client_crt, keys.client_key)
    engine = pack.engine(OpaConnection(mutual.url, "", keys.ca, *mine, remove=True))
    assert answer(engine, pack.policies[0], ROWS) == [{"resource": "a"}]
    assert engine.close() == []
    assert mutual.names() == []


def test_without_the_certificate_of_the_client(pack: Pack, mutual: Server, keys: Keys) -> None:
    engine = pack.engine(OpaConnection(mutual.url, ca_file=keys.ca, wait=0))
    with pytest.raises(EngineUnavailable) as caught:
        engine.evaluate(pack.policies, ROWS)
    assert str(caught.value) == (
        f"the OPA server {mutual.url} cannot be reached: it wants a certificate of this client that it trusts (tlsv13 "
        "alert certificate required): --opa-certificate and --opa-key (certificate, key)"
    )
