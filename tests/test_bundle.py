"""The bundle is one that OPA takes, has every policy in it as it is written, and is the same each time."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from erpguard import bundle
from erpguard.engines.opa_server import OpaConnection, OpaEngine
from erpguard.engines.opa_server.modules import AGGREGATE, every
from erpguard.errors import EngineError, EngineUnavailable, PackError, UsageError
from erpguard.model import Part
from erpguard.packs import load
from erpguard.version import VERSION
from tests.engines.answers import answer
from tests.engines.opa import ROOT, needs_opa, program, running
from tests.waiting import HANGS

LIBRARY = load()
SHIPPED = LIBRARY.parts[0]
EMPTY: dict[str, Any] = {"resources": {}, "views": {}, "settings": {}}


def contents(file: Path) -> dict[str, str]:
    """The files of a bundle."""
    found = {}
    with tarfile.open(file) as archive:
        for entry in archive:
            opened = archive.extractfile(entry)
            assert opened
            found[entry.name] = opened.read().decode()
    return found


def test_every_module_is_in_it_as_it_is_written(tmp_path: Path) -> None:
    revision = bundle.write(str(tmp_path / "b.tar.gz"))
    found = contents(tmp_path / "b.tar.gz")
    assert json.loads(found.pop(".manifest")) == {
        "revision": revision,
        "roots": ["erpguard"],
        "rego_version": 1,
        "metadata": {"erpguard": {"version": VERSION}},
    }
    assert found.pop("erpguard/lib/scan.rego") == AGGREGATE
    files = [*SHIPPED.modules, *(policy.file for policy in LIBRARY.policies.values())]
    assert found == {f"erpguard/{file}": Path(SHIPPED.folder, file).read_text() for file in files}
    assert all("# METADATA" in text for text in found.values())


def test_the_same_policies_make_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.tar.gz", tmp_path / "second.tar.gz"
    assert bundle.write(str(first)) == bundle.write(str(second))
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes()[4:8] == bytes(4), "the time of compression"
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(first.read_bytes()))) as archive:
        names = archive.getnames()
        assert {(one.mtime, one.uid, one.gid, one.uname, one.gname, one.mode) for one in archive} == {
            (0, 0, 0, "", "", 0o644)
        }
    assert names == sorted(names)


def small(folder: Path, package: str = "erpguard.network.open") -> Part:
    """A folder of one policy."""
    (folder / "network").mkdir(parents=True)
    (folder / "network" / "open.rego").write_text(f"package {package}\n\ndeny contains 1\n")
    (folder / "network" / "open_test.rego").write_text("package erpguard.network.open_test\n")
    (folder / "network" / "open.yaml").write_text("fail: []\n")
    policy = LIBRARY.policies["NET008"]._replace(file="network/open.rego", package=package)
    return Part(str(folder), "", {policy.id: policy}, ())


def write(file: str, part: Part) -> str:
    """The bundle of one folder."""
    return bundle.write_modules(file, every([part]))


def test_each_change_is_a_revision(tmp_path: Path) -> None:
    part, file = small(tmp_path / "pack"), str(tmp_path / "b.tar.gz")
    pack = tmp_path / "pack" / "network"
    revisions = [write(file, part)]
    assert set(contents(Path(file))) == {".manifest", "erpguard/lib/scan.rego", "erpguard/network/open.rego"}
    (pack / "open_test.rego").write_text("package erpguard.network.other_test\n")
    assert write(file, part._replace(folder=str(pack.parent), shown="pack/")) == revisions[0]
    (pack / "open.rego").write_text("package erpguard.network.open\n\ndeny contains 2\n")
    revisions.append(write(file, part))
    os.rename(pack / "open.rego", pack / "shut.rego")
    moved = {name: policy._replace(file="network/shut.rego") for name, policy in part.policies.items()}
    revisions.append(write(file, part._replace(policies=moved)))
    assert len(set(revisions)) == 3


def test_what_cannot_be_bundled(tmp_path: Path) -> None:
    file = str(tmp_path / "b.tar.gz")
    with pytest.raises(PackError, match=r"^network/open.rego: the package acme.x is not erpguard.<pack>.<policy>$"):
        write(file, small(tmp_path / "foreign", "acme.x"))
    taken = small(tmp_path / "taken")._replace(modules=("lib/scan.rego",))
    (tmp_path / "taken" / "lib").mkdir()
    (tmp_path / "taken" / "lib" / "scan.rego").write_text("package erpguard.lib.other\n")
    with pytest.raises(PackError, match=r"^lib/scan.rego: two modules have this name: give one of them another$"):
        write(file, taken)
    with pytest.raises(UsageError, match=r"nowhere/b.tar.gz cannot be written: No such file or directory$"):
        bundle.write(str(tmp_path / "nowhere" / "b.tar.gz"))


def engine(url: str, folder: str = SHIPPED.folder, **options: Any) -> OpaEngine:
    """All policies, only to be read."""
    connection = OpaConnection(url, **{"read_only": True, **options})
    return OpaEngine(connection, [SHIPPED._replace(folder=folder)], LIBRARY.policies.values())


@needs_opa
def test_a_server_that_has_loaded_it_is_used_and_not_written_to(tmp_path: Path) -> None:
    bundle.write(str(tmp_path / "b.tar.gz"))
    with running("--bundle", str(tmp_path / "b.tar.gz")) as server:
        before = server.names()
        made = engine(server.url)
        found = made.evaluate(list(LIBRARY.policies.values()), EMPTY)
        assert found == {name: [] for name in LIBRARY.policies}
        assert made.close() == []
        assert server.names() == before
        assert len(before) == len(LIBRARY.policies) + len(SHIPPED.modules) + 1
        made = engine(server.url, read_only=False, remove=True)
        assert made.evaluate(list(LIBRARY.policies.values()), EMPTY) == found, "nothing has to be published"
        assert made.close() == []
        assert server.names() == before


@needs_opa
def test_other_policies_are_not_published_beside_a_bundle(tmp_path: Path) -> None:
    bundle.write(str(tmp_path / "b.tar.gz"))
    with running("--bundle", str(tmp_path / "b.tar.gz")) as server:
        before = server.names()
        changed = small(tmp_path / "pack")
        (policy,) = changed.policies.values()
        for shown, says in (("", "has another version of network.rego ("), ("own/", "(path erpguard/network/open is ")):
            with pytest.raises(EngineUnavailable) as caught:
                part = changed._replace(shown=shown)
                answer(OpaEngine(OpaConnection(server.url, remove=True), [part], [policy]), policy, EMPTY)
            assert says in str(caught.value)
        assert str(caught.value).endswith("): use it read only")
        assert server.names() == before


@needs_opa
@pytest.mark.parametrize("more", [(), ("--optimize", "1", "--entrypoint", "erpguard/lib/scan/violations")])
def test_opa_build_takes_it(tmp_path: Path, more: tuple[str, ...]) -> None:
    revision = bundle.write(str(tmp_path / "b.tar.gz"))
    built = str(tmp_path / "built.tar.gz")
    command = [program(), "build", "--bundle", str(tmp_path / "b.tar.gz"), "--revision", revision, "--output", built]
    done = subprocess.run([*command, *more], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    with running("--bundle", built) as server:
        found = engine(server.url).evaluate(list(LIBRARY.policies.values()), EMPTY)
        assert found == {name: [] for name in LIBRARY.policies}


@needs_opa
def test_another_bundle_is_refused(tmp_path: Path) -> None:
    revision = write(str(tmp_path / "b.tar.gz"), small(tmp_path / "pack"))
    with running("--bundle", str(tmp_path / "b.tar.gz")) as server, pytest.raises(EngineUnavailable) as caught:
        engine(server.url).evaluate(list(LIBRARY.policies.values()), EMPTY)
    said = str(caught.value)
    assert said.startswith(f"the OPA server {server.url} has not loaded the bundle of these policies (revision ")
    assert f"it has {tmp_path}/b.tar.gz of revision {revision[:16]}; " in said


@needs_opa
def test_a_policy_that_fails_is_told_with_its_place(tmp_path: Path) -> None:
    part = small(tmp_path / "pack")
    (policy,) = part.policies.values()
    (tmp_path / "pack" / "network" / "open.rego").write_text(
        'package erpguard.network.open\n\ndeny contains {"n": 1} if {"a": x | some x in [1, input.x]} == {"a": 1}\n'
    )
    write(str(tmp_path / "b.tar.gz"), part)
    with running("--bundle", str(tmp_path / "b.tar.gz")) as server:
        made = OpaEngine(OpaConnection(server.url, read_only=True), [part], [policy])
        with pytest.raises(EngineError) as caught:
            answer(made, policy, {"x": 2})
        assert str(caught.value) == f"{policy.id}: network/open.rego:3:28: object keys must be unique"
        assert answer(made, policy, {"x": 1}) == [{"n": 1}]


@needs_opa
def test_the_rights_of_the_guide_are_enough(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "opa.md").read_text(encoding="utf-8")
    rights = tmp_path / "rights"
    rights.mkdir()
    (rights / "authz.rego").write_text(guide.partition("```rego\n")[2].partition("```")[0])
    (rights / "data.json").write_text('{"tokens": {"scanner": "abc"}}')
    (rights / ".manifest").write_text('{"roots": ["system", "tokens"]}')
    bundle.write(str(tmp_path / "b.tar.gz"))
    guarded = ("--authentication", "token", "--authorization", "basic")
    with running(*guarded, "--bundle", str(tmp_path / "b.tar.gz"), "--bundle", str(rights)) as server:
        policies = list(LIBRARY.policies.values())
        assert engine(server.url, token="abc").evaluate(policies, EMPTY) == {name: [] for name in LIBRARY.policies}
        with pytest.raises(EngineUnavailable, match=r"refuses this client \(401: "):
            engine(server.url, token="other").evaluate(policies, EMPTY)
        part = small(tmp_path / "pack")
        with pytest.raises(EngineUnavailable, match=r"refuses this client \(401: "):
            OpaEngine(OpaConnection(server.url, token="abc"), [part], policies).evaluate(policies, EMPTY)


@needs_opa
@pytest.mark.parametrize("is_masked", [False, True])
def test_the_mask_of_the_guide_keeps_the_estate_out_of_decision_logs(tmp_path: Path, is_masked: bool) -> None:
    """A server writes them to standard error here."""
    guide = (ROOT / "docs" / "opa.md").read_text(encoding="utf-8")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "log.rego").write_text(guide.split("```rego\n")[2].partition("```")[0])
    (tmp_path / "logs" / ".manifest").write_text('{"roots": ["system"]}')
    bundle.write(str(tmp_path / "b.tar.gz"))
    logged = ("--log-level", "info", "--set", "decision_logs.console=true", "--bundle", str(tmp_path / "b.tar.gz"))
    with running(*logged, *(["--bundle", str(tmp_path / "logs")] if is_masked else [])) as server:
        engine(server.url).evaluate(list(LIBRARY.policies.values()), {**EMPTY, "settings": {"name": "planted"}})
        server.process.terminate()
        _, told = server.process.communicate(timeout=HANGS)
    assert "erpguard/lib/scan/violations" in told
    assert ("planted" in told) is not is_masked


@needs_opa
def test_no_bundle_is_refused() -> None:
    with running() as server, pytest.raises(EngineUnavailable, match="it has none; make it by"):
        engine(server.url).evaluate(list(LIBRARY.policies.values()), EMPTY)


@needs_opa
@pytest.mark.parametrize("arguments", [["check", "--strict"], ["fmt", "--fail", "--list"]], ids=lambda one: one[0])
def test_the_rule_that_answers_for_all_is_as_the_others(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "scan.rego").write_text(AGGREGATE)
    done = subprocess.run([program(), *arguments, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
