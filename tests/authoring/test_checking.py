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
    return [line.removeprefix(prefix) for line in checked(folder, check(folder, Limits(seconds=60)))][:-1]


def test_what_new_makes_is_right(pack: Pack) -> None:
    assert told(pack) == []


def test_the_packs_that_ship_are_right() -> None:
    assert check(open_folder("policies")) == []


# (file, what is replaced, by what, the complaints)
BROKEN = [
    (
        POLICY,
        "^import .*",
        "import data.erpguard.lib.finding\nimport data.acme",
        [(20, "there is no data.acme: write ")],
    ),
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
    (
        POLICY,
        "severity: medium",
        "severity: bad",
        [(7, 'custom.severity: "bad" is none of critical, high, medium, low')],
    ),
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
        [
            (8, "resource_types: apps/Deploymnt: the API group apps has no such kind: did you mean apps/Deployment?"),
            (22, "apps/Deployment is not among resource_types: a policy is given what it judges; what joins types is"),
        ],
    ),
    (
        POLICY,
        r"\[apps/Deployment\]$",
        "[apps/v1/Deployment]",
        [
            (8, "resource_types: apps/v1/Deployment: types have no version: write apps/Deployment"),
            (22, "apps/Deployment is not among resource_types"),
        ],
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
    (POLICY, "default: owner", "default: 3", [(16, "label: default: 3 has to be a text")]),
    (
        POLICY,
        "default: owner",
        "default: owner\n#       environments: {prod: 3}",
        [
            (17, "label: no resource has the environment prod: write production"),
            (17, "label: prod: 3 has to be a text"),
        ],
    ),
    (
        POLICY,
        "default: owner",
        "default: owner\n#       environments: {producton: a, production-eu: b, dr: c}",
        [(17, "note: label: an environment of its own, producton, or did you mean production?")],
    ),
    (
        POLICY,
        "schema: .*",
        "schema: {type: strin}",
        [(15, 'custom.parameters.label.schema.type: "strin" is none of array, ')],
    ),
    (
        POLICY,
        r"resource\.body\.metadata\.labels\[label\]",
        "input.views.container[resource.key].image",
        [
            (9, "reads: metadata.labels is never read"),
            (24, "there is no view container: did you mean containers?"),
        ],
    ),
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
    (POLICY, "^deny", "denny", [(17, "no rule deny, but denny: write `deny contains finding.at(...) if { ... }`")]),
    (POLICY, "^deny", "violation", [(17, "no rule deny: write `deny contains finding.at(...) if { ... }`")]),
    (POLICY, "^deny contains .* if", "deny if", [(21, "deny is no set: write `deny contains finding.at(...) if")]),
    (POLICY, "^deny contains .* if", 'deny["a"] := 1 if', [(21, "deny is no set: write")]),
    (POLICY, "^deny contains .* if", 'deny contains "bad" if', [(21, "deny holds something else than violations: ")]),
    (
        POLICY,
        r'\["metadata", "labels"\]',
        '"metadata.labels"',
        [(21, 'the path that finding.at objects to is no list: write ["spec", "replicas"]')],
    ),
    (
        POLICY,
        r'\["metadata", "labels"\]',
        '["metadata", "lables"]',
        [(21, "finding.at: apps/Deployment: metadata has no lables: did you mean labels?")],
    ),
    (
        POLICY,
        r"resource\.body",
        "resource",
        [(24, "a resource has no metadata: write .body.metadata")],
    ),
    (
        POLICY,
        "^\tnot resource",
        '\tinput.request.kind == "Pod"\n\tnot resource',
        [(24, "input has no request: it has resources, views and settings")],
    ),
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
    (
        POLICY,
        "^\tnot resource",
        "upper(label, label, 1)\n\tsome loud\n\tloud > 1\n\tnot resource",
        [("24:1", "upper takes 1 argument, and is given 3"), ("26:2", "loud is unsafe: nothing gives it a value")],
    ),
    (POLICY, r"^\tnot resource\.", "not resource..", [("24:14", "expecting identifier")]),
    (TESTS, "^package .*", "package", [("3:1", "unexpected keyword `import`")]),
    (EXAMPLES, "^pass:", "passes:", [(22, "there is no key 'passes': did you mean pass?")]),
    (EXAMPLES, "^pass:", "undetermined:", [(43, "the key 'undetermined' stands twice")]),
    (EXAMPLES, "  # finding", "", [(2, "fail: a label of another name: no line ends with `# finding`")]),
    (EXAMPLES, "owner: erp", "owner: erp  # finding", [(23, "pass: the label is there: a line ends with `# finding`")]),
    (EXAMPLES, "^fail:", "fail: [", [(2, "not valid YAML: while parsing a flow node")]),
    (EXAMPLES, r"(?s)\A.*\Z", "- a", [(1, '["a"] has to be a mapping')]),
    (EXAMPLES, r"(?s)\A.*\Z", "fail: 3", [(1, "fail: 3 has to be a list or empty")]),
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


CONTROLS = """\
id: acme-rules
name: Rules of Acme
version: "1"
url: https://example.com/rules
controls:
- {id: "1.1", title: Owners, policies: [ACME001, TLS001]}
- {id: "1.2", title: Locks, policies: [RBAC002]}
"""


@pytest.mark.parametrize(
    ("old", "wanted", "says"),
    [
        ("", "", []),
        ("ACME001", "ACME011", ["c.yaml:6: control 1.1: there is no policy ACME011: did you mean ACME001?"]),
        ('"1.2"', '"1.1"', ["c.yaml:7: the control 1.1 is there twice: keep one"]),
        (
            "acme-rules",
            "cis-kubernetes",
            ["c.yaml:1: there is a framework cis-kubernetes already, in erpguard: choose"],
        ),
        ("policies: [ACME001, TLS001]", "policis: []", ["c.yaml:6: controls.0: policies is missing", "c.yaml:6: "]),
        ('"1"', "1", ["c.yaml:3: version: 1 has to be a text"]),
        ("controls:", "controls: [", ["c.yaml:6: not valid YAML"]),
    ],
)
def test_controls(pack: Pack, old: str, wanted: str, says: list[str]) -> None:
    (pack.folder / "controls").mkdir()
    (pack.folder / "controls" / "c.yaml").write_text(CONTROLS.replace(old, wanted, 1))
    folder = open_folder(str(pack.folder))
    found = [f"{one.file.removeprefix('controls/')}:{one.line}: {one.message}" for one in check(folder)]
    assert len(found) == len(says), found
    for line, text in zip(found, says, strict=True):
        assert line.startswith(text)


def test_frameworks_of_one_name(pack: Pack) -> None:
    (pack.folder / "controls").mkdir()
    for name in ("a.yaml", "b.yaml"):
        (pack.folder / "controls" / name).write_text(CONTROLS)
    (found,) = check(open_folder(str(pack.folder)))
    text = "there is a framework acme-rules already, in controls/a.yaml: choose another id"
    assert found == Complaint("controls/b.yaml", 1, "controls", text)


_MODULE = "policies are PACK/NAME.rego, and what they share is lib/NAME.rego"


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("loose.rego", _MODULE),
        ("acme/deep/one.rego", _MODULE),
        ("acme/Other.Rego", _MODULE),
        ("lib/deep/one.rego", _MODULE),
        ("controls/one.rego", _MODULE),
        ("acme/owner_missing.yml", "call it owner_missing.yaml"),
        ("acme/deep/one.yaml", "examples stand beside their policy"),
        ("acme/data.json", "policies have no data files: write parameters, or a module in lib"),
        ("lib/data.yaml", "examples stand beside their policy"),
        ("controls/c.yml", "call it c.yaml"),
        ("acme/README.md", ""),
        ("acme/.hidden.rego", ""),
        (".regal/rules/one.rego", ""),
        ("deploy/app.yaml", ""),
        ("erpguard.yaml", ""),
    ],
)
def test_files_that_nobody_reads(pack: Pack, file: str, says: str) -> None:
    where = pack.folder / file
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text("package one\n")
    found = [(one.file, one.message) for one in check(open_folder(str(pack.folder))) if one.code == "unread"]
    assert found == ([(file, f"nobody reads this file: {says}")] if says else [])


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("own.rego", "package erpguard.lib.own\n", ""),
        ("own.rego", "package own\n", "the package own is not erpguard.lib.<name>"),
        ("own.rego", "package erpguard.lib.scan\n", "the package erpguard.lib.scan is not erpguard.lib.<name>"),
        (
            "finding.rego",
            "package erpguard.lib.finding\n\nat(a, b, c) := {}\n",
            "the package erpguard.lib.finding is that of erpguard/lib/finding.rego too: give it another one",
        ),
    ],
)
def test_shared_modules_stand_in_nobodys_way(pack: Pack, file: str, text: str, says: str) -> None:
    (pack.folder / "lib").mkdir()
    (pack.folder / "lib" / file).write_text(text)
    assert check(open_folder(str(pack.folder))) == ([Complaint(f"lib/{file}", 1, "package", says)] if says else [])


def test_a_file_of_tests_without_a_test(pack: Pack) -> None:
    pack.replace(TESTS, "^test_", "tst_")
    assert told(pack) == [f"{TESTS}:1: no test in it: names of tests begin with test_"]


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
    assert (
        Complaint(
            "acme/deep_test.rego", 1, "rego", "cannot be compiled: it takes longer than 1 second (--policy-timeout)"
        )
        in found
    )


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
        (
            lambda folder: folder.write_text(""),
            "packs: a file: name the folder of packs, in which policies are PACK/NAME.rego",
        ),
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
