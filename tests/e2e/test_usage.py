"""The command as a user meets it: configuration files, odd paths, mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.test_command import BAD, GOOD, erpguard


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with folders in it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "deploy" / "inner").mkdir(parents=True)
    (tmp_path / "deploy" / "bad.yaml").write_text(BAD)
    return tmp_path


YAML_MISTAKES = [
    ("bogus: 1\n", "erpguard.yaml:1: bogus: there is no such setting: choose from paths, "),
    ("packs: [tls]\nestate:\n  namespacs: {}\n", "erpguard.yaml:3: estate.namespacs: there is no such setting"),
    ("packs: tls\n", "erpguard.yaml:1: packs: 'tls' is not of type 'array'"),
    ("packs: [tls]\nfail_on: 3\n", "erpguard.yaml:2: fail_on: 3 is not one of"),
    ("- a\n", "erpguard.yaml:1: ['a'] is not of type 'object'"),
    ("packs: []\npacks: []\n", "erpguard.yaml:2:1: the key 'packs' stands twice"),
    ("packs: []\n---\nselect: []\n", "erpguard.yaml:3:1: a second document"),
    ("\tpacks: []\n", "erpguard.yaml:1:1: tab used for indentation"),
    ("packs: [a\n", "erpguard.yaml:2:1: not valid YAML"),
    ("select: &a [*a]\n", "erpguard.yaml:1:13: the alias *a is within its own anchor"),
    ("fail_on: !!python/name:os.system x\n", "erpguard.yaml:1:10: the tag !!python/name:os.system is not supported"),
    ("packs: " + "[" * 100_000, "erpguard.yaml:1:71: nested deeper than 64 levels"),
    ("packs: []\n" + "# long\n" * 200_000, "erpguard.yaml: larger than 1 MiB"),
    (
        "parameters:\n  1: {a: 1}\n",
        "erpguard.yaml:2: parameters.1: there is no such setting: choose from ids of policies",
    ),
    ("parameters:\n  NET800: {a: 1}\n", "erpguard.yaml:2: parameters: there is no policy NET800"),
    ("parameters:\n  RES001:\n    a: 1\n", "erpguard.yaml:3: RES001 has no parameter 'a'"),
    ("paths: [deploy, ../..]\n", "erpguard.yaml:1: paths: ../.. leads out of the repository"),
    ("paths:\n- /etc/passwd\n", "erpguard.yaml:2: paths: /etc/passwd leads out of the repository"),
    ("paths: ['out/*']\n", "erpguard.yaml:1: paths: out/* leads out of the repository"),
    ("paths: [deploy, gone]\n", "erpguard.yaml:1: paths: gone: no such file or folder"),
    ("paths:\n- gone/*\n", "erpguard.yaml:2: paths: gone/*: no such file or folder"),
]
TOML_MISTAKES = [
    ("[tool.erpguard]\nbogus = 1\n", "pyproject.toml:2: bogus: there is no such setting"),
    ("[tool.erpguard]\npacks = [network]\n", "pyproject.toml: not valid TOML: .* line 2"),
    ("[tool]\nerpguard = 3  # [tool.erpguard]\n", "pyproject.toml:2: 3 is not of type 'object'"),
    ("[tool.erpguard]\npacks = " + "[" * 10_000, "pyproject.toml: nested too deeply"),
    ("[tool.erpguard]\nparameters.RES001" + ".a" * 10_000 + " = 1", "pyproject.toml: .*nested too deeply"),
]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("erpguard.yaml", *one) for one in YAML_MISTAKES] + [("pyproject.toml", *one) for one in TOML_MISTAKES],
    ids=lambda value: repr(value[:30]),
)
def test_mistakes_of_the_configuration_name_their_line(tree: Path, name: str, content: str, says: str) -> None:
    outside = tree.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "secret.yaml").write_text(BAD)
    (tree / "out").symlink_to(outside)
    (tree / name).write_text(content)
    done = erpguard("scan", cwd=tree)
    assert (done.returncode, done.stdout) == (2, "")
    head, _, tail = says.partition(".*")
    assert done.stderr.startswith(f"erpguard: {head}")
    assert tail in done.stderr
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 500


def test_a_configuration_that_is_a_link_out_of_the_tree_is_not_read(tree: Path) -> None:
    secret = tree.parent / "secret"
    secret.write_text("hunter2\n")
    (tree / "erpguard.yaml").symlink_to(secret)
    done = erpguard("scan", cwd=tree)
    assert done.returncode == 2
    assert "leads out of the repository" in done.stderr
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize("content", ["tool = 3  # [tool.erpguard]\n", "[[tool]]\na = 1  # [tool.erpguard]\n"])
def test_a_foreign_pyproject_is_none_of_ours(tree: Path, content: str) -> None:
    (tree / "pyproject.toml").write_text(content)
    assert erpguard("scan", "--select", "NET008", cwd=tree).returncode == 1


@pytest.mark.parametrize("name", ["erpguard.yaml", "erpguard.yml", "pyproject.toml"])
@pytest.mark.parametrize("folder", [".", "deploy", "deploy/inner"])
def test_the_nearest_configuration_counts_from_everywhere_below(tree: Path, name: str, folder: str) -> None:
    content = '[tool.erpguard]\nfail_on = "critical"\n' if name.endswith("toml") else "fail_on: critical\n"
    (tree / "deploy" / name).write_text(content)
    done = erpguard("scan", str(tree / "deploy"), "--select", "NET008", "--quiet", cwd=tree / folder)
    assert "deploy/bad.yaml:6:3" in done.stdout
    assert done.returncode == (1 if folder == "." else 0)


def test_places_are_relative_to_the_top_level_from_everywhere(tree: Path) -> None:
    for folder, path in ((".", "deploy"), ("deploy", "."), ("deploy", "bad.yaml"), ("deploy/inner", "../bad.yaml")):
        done = erpguard("scan", path, "--select", "NET008", "--quiet", cwd=tree / folder)
        assert done.stdout.startswith("deploy/bad.yaml:6:3: ")


def test_paths_with_spaces_and_other_scripts(tree: Path) -> None:
    for name in ("a b/c d.yaml", "ünï/漢字.yaml", "-dash.yaml", "[x].yaml", "50%.yaml"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text(BAD.replace("\n", "\r\n"))
        done = erpguard("scan", "--select", "NET008", "--quiet", "--", name, cwd=tree)
        assert done.stdout.startswith(f"{name}:6:3: ")
        assert done.returncode == 1


def test_a_file_counts_once(tree: Path) -> None:
    (tree / "link.yaml").symlink_to("deploy/bad.yaml")
    paths = ["deploy/bad.yaml", "deploy", "./deploy/../deploy/bad.yaml", "deploy/*.yaml", "link.yaml"]
    done = erpguard("scan", *paths, "--select", "NET008", "--format", "json", cwd=tree)
    report = json.loads(done.stdout)
    assert (report["summary"]["findings"], report["summary"]["resources"], report["problems"]) == (1, 1, [])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "erpguard: the following arguments are required: COMMAND: see `erpguard --help`"),
        (["scna"], "invalid choice: 'scna'"),
        (["--bogus"], "see `erpguard --help`"),
        (["--bogus", "scan"], "unrecognized arguments: --bogus: see `erpguard --help`"),
        (["scan", "--bogus"], "unrecognized arguments: --bogus: see `erpguard scan --help`"),
        (
            ["collect", "kubernetes", "--cloud", "china"],
            "unrecognized arguments: --cloud china: see `erpguard collect kubernetes --help`",
        ),
        (["scan", "--fial-on=high"], "--fial-on=high (did you mean --fail-on?): see `erpguard scan --help`"),
        (["scan", "--policy", "x"], "--policy is an option of conftest; here: --conftest DIR: see "),
        (["scan", "-ojson"], "-o is an option of conftest; here: --format FORMAT: see `erpguard scan --help`"),
        (["scan", "--no-fail"], "--no-fail is an option of conftest; here: look for exit code 1: see "),
        (["scan", "--format"], "--format: expected one argument: see `erpguard scan --help`"),
        (["scan", "--fail-on", "sometimes"], "invalid choice: 'sometimes' (choose from"),
        (["scan", "-q", "-v"], "not allowed with argument"),
        (["scan", ""], "an empty path: no such file or folder"),
        (["scan", "deploy/*.json"], "deploy/*.json: no such file or folder"),
        (["scan", ".", "--format", "json:deploy"], "deploy is a folder: name a file"),
        (["scan", ".", "--format", "json:-", "--format", "text"], "a second report to standard output"),
        (["scan", "-"], "standard input is empty"),
        (["scan", "deploy", "--namespace", "shop"], "--namespace is for live systems and packages: name kubernetes:"),
        (["scan", "deploy", "--resource-group", "erp"], "are for live systems: name azure:SUBSCRIPTION"),
        (["scan", "deploy", "--directory"], "are for live systems: name azure:SUBSCRIPTION"),
        (["scan", "deploy", "--select", "NET008", "--ignore", "NET"], "no policy is left to judge by"),
        (["scan", "deploy", "--pack", "tls", "--select", "NET008"], "no policy is left to judge by"),
        (["explain"], "the following arguments are required: ID: see `erpguard explain --help`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_are_one_line(tree: Path, arguments: list[str], says: str) -> None:
    done = erpguard(*arguments, cwd=tree)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_nothing_to_find_is_told(tree: Path) -> None:
    (tree / "deploy" / "bad.yaml").write_text(GOOD)
    done = erpguard("scan", "deploy/inner", cwd=tree)
    assert done.returncode == 0
    assert "no manifests found in this folder" in done.stdout
    done = erpguard("scan", "deploy", "--exclude", "bad.yaml", cwd=tree)
    assert "no manifests found in this folder" in done.stdout


@pytest.mark.parametrize(
    ("name", "content"), [("plan.json", "{}\n"), ("out.yaml", ""), ("out.yml", "\n"), ("out", "\ufeff")]
)
def test_a_named_file_that_holds_nothing_is_not_clean(tree: Path, name: str, content: str) -> None:
    (tree / name).write_text(content)
    done = erpguard("scan", name, "--quiet", cwd=tree)
    assert (done.returncode, done.stdout.count("\n")) == (3, 1)
    assert done.stdout.startswith(f"{name}: error empty-file: there is nothing in it")
    assert erpguard("scan", "deploy", name, "--quiet", cwd=tree).returncode == 3


def test_empty_yaml_of_folders_is_nothing_to_tell(tree: Path) -> None:
    (tree / "deploy" / "values.yaml").write_text("")
    (tree / "deploy" / "none.yaml").write_text("{}\n")
    done = erpguard("scan", "deploy", "--quiet", "--select", "NET008", cwd=tree)
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
    assert erpguard("scan", "deploy/bad.yaml", "deploy/none.yaml", "--quiet", cwd=tree).returncode == 1


def test_where_no_resource_is_read_nothing_looks_clean(tree: Path) -> None:
    (tree / "deploy" / "bad.yaml").write_text("services: {}\n")
    done = erpguard("scan", "--quiet", cwd=tree)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert done.stdout.startswith("warning no-resources: no resource was read, so nothing was judged")


def test_standard_input_counts_once_and_goes_by_its_name(tree: Path) -> None:
    done = erpguard("scan", "-", "deploy", "-", "--select", "NET008", "--quiet", cwd=tree, stdin=BAD)
    assert (done.returncode, done.stdout.count("NET008")) == (1, 2)
    assert "Pod bad: 2 objects have this id (deploy/bad.yaml, standard input)" in done.stdout


@pytest.mark.parametrize("epoch", ["soon", "²", "1" * 20, "-1" * 20])
def test_a_date_that_is_none(tree: Path, epoch: str) -> None:
    done = erpguard("scan", "deploy", cwd=tree, SOURCE_DATE_EPOCH=epoch)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "erpguard: SOURCE_DATE_EPOCH is not a number of seconds that leads to a date\n"
