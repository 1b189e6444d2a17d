"""`policies check`: every complaint with its line, for a pack that was right before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from erpguard.authoring.checking import check
from erpguard.authoring.complaints import Complaint
from erpguard.authoring.folder import open_folder
from erpguard.authoring.telling import checked
from erpguard.engines.child import Limits
from erpguard.errors import UsageError
from tests.authoring.packs import EXAMPLES, POLICY, TESTS, Pack, pack

__all__ = ["pack"]


def told(made: Pack) -> list[str]:
    """The complaints as `file:line: message`, without the folder."""
    folder = open_folder(str(made.folder))
    prefix = f"{folder.display('')}/acme/"
    return [line.removeprefix(prefix) for line in checked(folder, check(folder, Limits(seconds=5)))][:-1]


def test_what_new_makes_is_right(pack: Pack) -> None:
    assert told(pack) == []


def test_the_packs_that_ship_are_right() -> None:
    assert check(open_folder("policies")) == []


# (file, what is replaced, by what, the complaints)
BROKEN = [
    (
        POLICY,
        "^# title: .*",
        "# tittle: a",
        [(2, "there is no key 'tittle': did you mean title?"), (2, "title is missing")],
    ),
    (POLICY, "^# METADATA", "# METADAT", [(1, "no METADATA block: begin the file with `# METADATA`")]),
    (POLICY, "^# custom:", "# custom", [(5, "not valid YAML: while scanning a simple key")]),
    (POLICY, "id: ACME001", "id: acme1", [(6, "custom.id: 'acme1' does not fit: Capital letters and three digits.")]),
    (
        POLICY,
        "id: ACME001",
        "id: TLS001",
        [(6, "the id TLS001 is used already by tls of erpguard: choose another one")],
    ),
    (POLICY, "id: ACME001", "id: DRIFT001", [(6, "the id DRIFT001 is used already by the comparisons of erpguard")]),
    (POLICY, "severity: medium", "severity: bad", [(7, "custom.severity: 'bad' is not one of ['critical', 'high', ")]),
    (
        POLICY,
        "severity: medium",
        "severity: medium\n#   severities: [low]",
        [(8, "severities do not hold the severity medium itself: add it")],
    ),
    (
        POLICY,
        r"\[apps/Deployment\]$",
        "[apps/Deploymnt]",
        [(8, "resource_types: apps/Deploymnt: the API group apps has no such kind: did you mean apps/Deployment?")],
    ),
    (
        POLICY,
        r"\[apps/Deployment\]$",
        "[apps/v1/Deployment]",
        [(8, "resource_types: apps/v1/Deployment: types have no version: write apps/Deployment")],
    ),
    (
        POLICY,
        r"\[apps/Deployment\]$",
        "[apps/Deployment, extensions/Ingress, microsoft.cache/redis, example.com/Widget]",
        [
            (8, "note: resource_types: example.com/Widget: erpguard knows nothing of this type"),
            (8, "resource_types: extensions/Ingress: its objects are converted: write networking.k8s.io/Ingress"),
            (8, "resource_types: microsoft.cache/redis: ARM spells it Microsoft.Cache/redis"),
        ],
    ),
    (
        POLICY,
        "reads: .*",
        "reads: [metadata.labels, metadata.label]",
        [
            (9, "reads: apps/Deployment: metadata has no label: did you mean labels?"),
            (9, "reads: metadata.label is never read: remove it"),
        ],
    ),
    (
        POLICY,
        "reads: .*",
        "reads: [metadata.labels, spec..a, views.pods]",
        [
            (
                9,
                "custom.reads.1: 'spec..a' does not fit: Write `environment` and the like, `views.VIEW.FIELD`, or",
            ),
            (9, "custom.reads.2: 'views.pods' does not fit: Write `environment`"),
        ],
    ),
    (
        POLICY,
        "reads: .*",
        "reads: []",
        [(24, "reads metadata.labels[*], which is not in METADATA: add it to reads")],
    ),
    (
        POLICY,
        "message: .*",
        'message: "{kind} {name} {lable}"',
        [(21, "gives no value for {lable} of the message: add it, or take it out of the message")],
    ),
    (
        POLICY,
        r"owner_missing\[",
        "other[",
        [
            (13, "the parameter label is never used: remove it, or use it"),
            (21, "the settings of another policy: write input.settings.acme.owner_missing"),
        ],
    ),
    (
        POLICY,
        r"\]\.label$",
        "].lable",
        [
            (13, "the parameter label is never used: remove it, or use it"),
            (21, "the parameter lable is not in METADATA: did you mean label?"),
        ],
    ),
    (
        POLICY,
        r"\[resource.environment\]\.label$",
        ".label",
        [
            (13, "the parameter label is never used"),
            (21, "input.settings.acme.owner_missing.label: by environment first: [resource.environment].label"),
        ],
    ),
    (
        POLICY,
        "description: The label.*",
        "descriptoin: a",
        [
            (13, "custom.parameters.label: description is missing: add it. What it means, and in which unit."),
            (14, "custom.parameters.label: there is no key 'descriptoin': did you mean description?"),
        ],
    ),
    (POLICY, "default: owner", "default: 3", [(16, "label: default: 3 is not of type 'string'")]),
    (
        POLICY,
        "default: owner",
        "default: owner\n#       environments: {prod: 3}",
        [
            (17, "label: no resource has the environment prod: write production"),
            (17, "label: prod: 3 is not of type 'string'"),
        ],
    ),
    (POLICY, "schema: .*", "schema: {type: strin}", [(15, "custom.parameters.label.schema.type: 'strin' is not")]),
    (
        POLICY,
        "remediation: .*",
        "remediation: Add it.\n#   only_if: lable",
        [(12, "only_if: there is no parameter lable")],
    ),
    (
        POLICY,
        "remediation: .*",
        "remediation: Add it.\n#   only_if: label",
        [(12, "only_if: the parameter label is neither")],
    ),
    (
        POLICY,
        "remediation: .*",
        "remediation: Add it.\n#   judged: {tier: [erp]}",
        [(12, "judged: tier: no view field of this name is among the reads")],
    ),
    (
        POLICY,
        "^package .*",
        "package erpguard.acme.other",
        [(17, "the package is erpguard.acme.other, but has to be erpguard.acme.owner_missing, as the file is called")],
    ),
    (POLICY, "^deny", "denied", [(17, "no rule deny: write `deny contains finding.at(...) if { ... }`")]),
    (
        POLICY,
        "not resource.*",
        "count(resource) == 0",
        [
            (9, "reads: metadata.labels is never read"),
            (24, "a whole row, resource or body is given away, so that nobody knows what of it is read"),
        ],
    ),
    (
        POLICY,
        "^\tnot resource",
        "not shout(label)\n\tnot resource",
        [("24:5", "shout is neither a builtin nor defined in these modules")],
    ),
    (POLICY, r"^\tnot resource\.", "not resource..", [("24:14", "expecting identifier")]),
    (TESTS, "^package .*", "package", [("3:1", "unexpected keyword `import`")]),
    (EXAMPLES, "^pass:", "passes:", [(22, "there is no key 'passes': did you mean pass?")]),
    (EXAMPLES, "^pass:", "undetermined:", [(43, "the key 'undetermined' stands twice")]),
    (EXAMPLES, "  # finding", "", [(2, "fail: a label of another name: no line ends with `# finding`")]),
    (EXAMPLES, "owner: erp", "owner: erp  # finding", [(23, "pass: the label is there: a line ends with `# finding`")]),
    (EXAMPLES, "^fail:", "fail: [", [(2, "not valid YAML: while parsing a flow node")]),
    (EXAMPLES, r"(?s)\A.*\Z", "- a", [(1, "['a'] is not of type 'object'")]),
    (EXAMPLES, r"(?s)\A.*\Z", "fail: 3", [(1, "fail: 3 is not of type 'array', 'null'")]),
    (EXAMPLES, r"(?s)\A.*\Z", "", [(1, "there is no example: add `fail:` and `pass:`")]),
    (EXAMPLES, r"(?s)\A.*\Z", "fail: []", [(1, "no example of fail: add one"), (1, "no example of pass: add one")]),
    (
        EXAMPLES,
        r"(?s)\A.*\Z",
        "pass: [{name: a, files: {../a: b}}]\nfail:\n- manifest: a\n- name: b",
        [
            (1, "pass.0.files: '../a' does not match"),
            (3, "fail.0: name is missing: add it. What it is an example of."),
            (4, "fail.1: it needs exactly one of manifest, plan, preview, files"),
        ],
    ),
]


@pytest.mark.parametrize(("name", "old", "wanted", "says"), BROKEN, ids=lambda value: str(value)[:40])
def test_each_complaint_names_its_line(
    pack: Pack, name: str, old: str, wanted: str, says: list[tuple[int | str, str]]
) -> None:
    pack.replace(name, old, wanted)
    found = told(pack)
    assert len(found) == len(says), found
    for line, (at, text) in zip(found, says, strict=True):
        assert line.startswith(f"{name}:{at}: {text}" if isinstance(at, str) else f"{name}:{at}:"), found
        assert text in line


def _remove_examples(pack: Pack) -> None:
    pack.file(EXAMPLES).unlink()


def _remove_tests(pack: Pack) -> None:
    pack.file(TESTS).unlink()


def _rename_examples(pack: Pack) -> None:
    pack.file(EXAMPLES).rename(pack.file("owner_mising.yaml"))


@pytest.mark.parametrize(
    ("deed", "says"),
    [
        (_remove_examples, [f"{POLICY}:1: no examples: write {EXAMPLES}"]),
        (_remove_tests, [f"{POLICY}:1: no unit tests: write {TESTS}"]),
        (
            _rename_examples,
            [
                "owner_mising.yaml:1: belongs to no policy of this pack: rename or remove it",
                f"{POLICY}:1: no examples: write {EXAMPLES}",
            ],
        ),
    ],
    ids=["no examples", "no tests", "stray"],
)
def test_files_that_are_not_there(pack: Pack, deed: Callable[[Pack], None], says: list[str]) -> None:
    deed(pack)
    assert told(pack) == says


def test_a_pack_and_an_id_that_are_taken(pack: Pack) -> None:
    copied = pack.folder / "tls"
    copied.mkdir()
    for name in (POLICY, EXAMPLES, TESTS):
        text = pack.file(name).read_text().replace("acme", "tls")
        (copied / name).write_text(text)
    found = [(one.file, one.line, one.message) for one in check(open_folder(str(pack.folder)))]
    assert found == [
        (f"tls/{POLICY}", 1, "a pack named tls ships with erpguard: rename the folder"),
        (f"tls/{POLICY}", 6, f"the id ACME001 is used already by acme/{POLICY}: choose another one"),
    ]


def test_a_module_that_never_compiles_is_named(pack: Pack) -> None:
    pack.file("deep_test.rego").write_text("package deep\n\nx := " + "[" * 40 + "]" * 40)
    found = check(open_folder(str(pack.folder)), Limits(seconds=1))
    assert Complaint("acme/deep_test.rego", 1, "rego", "cannot be compiled: it takes longer than 1 seconds") in found


def test_a_module_that_is_nested_too_deeply_is_named(pack: Pack) -> None:
    terms = "\n\t+ 1" * 500
    pack.file("deep_test.rego").write_text(f"package deep\n\nx := 1{terms}\n")
    messages = [one.message for one in check(open_folder(str(pack.folder))) if one.code == "rego"]
    assert len(messages) == 1
    assert messages[0].startswith("nested too deeply")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda folder: None,
            "packs: no such folder of packs: `erpguard policies new PACK/NAME --dir packs` makes one",
        ),
        (lambda folder: folder.mkdir(), "packs: no folder of packs: policies are DIR/PACK/NAME.rego"),
        (lambda folder: folder.write_text(""), "packs: no such folder of packs"),
    ],
    ids=["missing", "empty", "file"],
)
def test_what_is_no_folder_of_packs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "packs")
    with pytest.raises(UsageError) as raised:
        open_folder("packs")
    assert str(raised.value).startswith(says)


def test_the_folder_of_one_pack_names_the_one_above(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pack.folder.parent)
    with pytest.raises(UsageError, match=r"policies/acme: no folder of packs: name the folder above it, policies$"):
        open_folder("policies/acme")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff\xfe\x00", f"acme/{POLICY}: not UTF-8: invalid start byte at byte 0"),
        (b"#" * (2**20 + 1), f"acme/{POLICY}: larger than 1 MiB, which is no file of a pack"),
    ],
    ids=["binary", "large"],
)
def test_files_that_cannot_be_read(pack: Pack, monkeypatch: pytest.MonkeyPatch, data: bytes, says: str) -> None:
    monkeypatch.chdir(pack.folder)
    pack.file(POLICY).write_bytes(data)
    with pytest.raises(UsageError) as raised:
        check(open_folder("."))
    assert str(raised.value) == says
