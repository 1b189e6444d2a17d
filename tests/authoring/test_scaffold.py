"""`policies new`: what it writes passes, for every type, and nothing is overwritten."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from erpguard.authoring.checking import check
from erpguard.authoring.folder import open_folder
from erpguard.authoring.running import run
from erpguard.authoring.scaffold import new
from erpguard.errors import UsageError
from erpguard.normalize.azure import arm_types
from erpguard.normalize.kubernetes_types import all_names
from erpguard.packs import load
from tests.engines.opa import needs_opa, program

TYPES = [
    *sorted({*all_names(), *arm_types.all_names()})[::5],  # all of them take long, and are alike
    *("core/Pod", "apps/Deployment", "batch/CronJob", "policy/PodDisruptionBudget", "example.com/Widget"),
    *("Microsoft.Resources/subscriptions", "Microsoft.Resources/resourceGroups"),
    "Microsoft.Network/virtualNetworks/subnets",
]


def test_what_is_written_passes_for_all_sorts_of_types(tmp_path: Path) -> None:
    for number, type_ in enumerate(TYPES):
        new(str(tmp_path), f"acme/one_{number}", type_)
    folder = open_folder(str(tmp_path))
    report = run(folder)
    assert [one.differences for one in report.examples if one.differences] == []
    assert report.is_good(100)
    assert (len(report.policies), len(report.tests), len(report.examples)) == tuple(n * len(TYPES) for n in (1, 2, 3))
    unknown = "erpguard knows nothing of this type: paths and values in it are not checked"
    assert [one.message for one in check(folder)] == [f"resource_types: example.com/Widget: {unknown}"]


@needs_opa
def test_opa_takes_what_is_written(tmp_path: Path) -> None:
    for number, type_ in enumerate(("core/Pod", "Microsoft.Cache/redis", "gateway.networking.k8s.io/Gateway")):
        new(str(tmp_path), f"acme/one_{number}", type_)
    library = "policies/lib/finding.rego"
    for arguments in (
        ["check", "--strict", "--ignore", "*.yaml", str(tmp_path), library],
        ["test", "--ignore", "*.yaml", str(tmp_path), library],
        ["fmt", "--fail", "--list", str(tmp_path)],
    ):
        done = subprocess.run([program(), *arguments], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_ids_go_on_where_the_pack_ends(tmp_path: Path) -> None:
    def made(wanted: str) -> str:
        policy, *_ = new(str(tmp_path), wanted, "core/Pod").files
        text = Path(policy).read_text()
        return text.partition("#   id: ")[2].partition("\n")[0]

    assert [made("acme/one"), made("acme/two"), made("our_own/one"), made("tlsx/one")] == [
        "ACME001",
        "ACME002",
        "OUROWN001",
        "TLSX001",
    ]
    policy = tmp_path / "acme" / "two.rego"
    policy.write_text(policy.read_text().replace("ACME002", "SHOP041"))
    assert made("acme/three") == "SHOP042"
    assert made("tl_s/one") == "TLSX002"  # not one that erpguard may give away tomorrow


def test_names_may_have_hyphens(tmp_path: Path) -> None:
    made = new(str(tmp_path), "our-own/owner-missing", "core/Pod")
    assert [Path(file).relative_to(tmp_path).as_posix() for file in made.files] == [
        "our_own/owner_missing.rego",
        "our_own/owner_missing_test.rego",
        "our_own/owner_missing.yaml",
    ]


@pytest.mark.parametrize("name", ["one.rego", "one_test.rego", "one.yaml"])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / name).write_text("mine")
    with pytest.raises(UsageError, match=f"acme/{name}: is there already: choose another name, or remove it|METADATA"):
        new(str(tmp_path), "acme/one", "core/Pod")
    assert [(file.name, file.read_text()) for file in (tmp_path / "acme").iterdir()] == [(name, "mine")]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("one", "one: not PACK/NAME of small letters, digits and underscores, such as acme/owner_missing"),
        ("Acme/one", "Acme/one: not PACK/NAME"),
        ("acme/../one", "acme/../one: not PACK/NAME"),
        ("acme/1", "acme/1: not PACK/NAME"),
        ("acme/one_test", "acme/one_test: names that end with _test are those of unit tests"),
        ("tls/one", "tls/one: the name tls is taken by erpguard: choose another one"),
        ("lib/one", "lib/one: the name lib is taken by erpguard"),
        ("drift/one", "drift/one: the name drift is taken by erpguard"),
    ],
)
def test_names_that_will_not_do(tmp_path: Path, wanted: str, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        new(str(tmp_path / "packs"), wanted, "core/Pod")
    assert str(raised.value).startswith(says)
    assert not (tmp_path / "packs").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "acme").write_text("no folder")
    with pytest.raises(UsageError, match="acme/one.rego: cannot be written: "):
        new(str(tmp_path), "acme/one", "core/Pod")


def test_a_pack_that_ships_can_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erpguard.authoring.scaffold.is_shipped", lambda folder: folder == str(tmp_path))
    (tmp_path / "tls").mkdir()
    policy, *_ = new(str(tmp_path), "tls/one", "core/Pod").files
    last = max(int(id_[3:]) for id_ in load().policies if id_.startswith("TLS"))
    assert f"#   id: TLS{last + 1:03}\n" in Path(policy).read_text()


def test_a_folder_with_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "bad.rego").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="/acme/bad.rego: not UTF-8: invalid start byte at byte 0: mend it first$"):
        new(str(tmp_path), "acme/one", "core/Pod")
