"""The configuration: what is accepted, and where what is not accepted stands."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.config import Settings, check_parameters, find, from_mapping, load
from erpguard.errors import ConfigurationError, PackError
from erpguard.model import Policy, Severity
from erpguard.packs import make_policy
from erpguard.sources.discovery import discover

YAML = """\
# ours
paths: [deploy]
select:
  - NET
fail_on: high
parameters:
  NET001:
    days: 3
    environments:
      staging: {days: 4}
      prod:
        hours: 5
        days: 6
      Live:
        days: 7
estate:
  namespaces:
    "a/*": erp
"""
TOML = """\
[project]
days = 1
paths = ["x"]

[tool.other]
select = []

[tool.erpguard]
paths = [
  "deploy",
]
select = ["NET"]
fail_on = "high"
parameters."NET001".days = 3

[tool.erpguard.parameters.NET001.environments]
staging = {days = 4}

[tool.erpguard.parameters.NET001.environments.prod]
hours = 5
'days' = 6
[tool.erpguard.parameters.NET001.environments.Live]
days = 7
[tool.erpguard.estate.namespaces]
"a/*" = "erp"
"""


def policies() -> dict[str, Policy]:
    """One policy with two parameters, and one without."""
    custom: dict[str, Any] = {
        "severity": "high",
        "resource_types": ["core/Service"],
        "reads": [],
        "message": "",
        "remediation": "",
    }
    schema = {"type": "integer", "maximum": 100}
    parameters = {name: {"schema": schema, "default": 1} for name in ("days", "hours")}
    base = {"package": "p", "title": "", "description": ""}
    made = [
        make_policy("network/a.rego", {**base, "custom": {**custom, "id": "NET001", "parameters": parameters}}),
        make_policy("network/b.rego", {**base, "custom": {**custom, "id": "NET002"}}),
    ]
    return {one.id: one for one in made}


def written(folder: Path, text: str, name: str = "erpguard.yaml") -> str:
    """The path of a file with that text."""
    path = folder / name
    path.write_text(text)
    return str(path)


def refused(path: str) -> str:
    """What is said of a configuration that is wrong in itself, or names what no policy has."""
    with pytest.raises(ConfigurationError) as caught:
        check_parameters(load(path, "CONFIG"), policies())
    return str(caught.value)


@pytest.mark.parametrize(("text", "name"), [(YAML, "erpguard.yaml"), (TOML, "pyproject.toml")])
def test_both_languages_mean_the_same(tmp_path: Path, text: str, name: str) -> None:
    settings = load(written(tmp_path, text, name))
    assert (settings.paths, settings.select, settings.fail_on) == (("deploy",), ("NET",), Severity.HIGH)
    assert settings.parameters == {
        "NET001": {"days": 3, "environments": {"staging": {"days": 4}, "production": {"hours": 5, "days": 7}}}
    }
    assert settings.estate == {"namespaces": {"a/*": "erp"}}
    assert settings.file == str(tmp_path / name)
    check_parameters(settings, policies())


@pytest.mark.parametrize(
    ("path", "yaml_line", "toml_line"),
    [
        (("paths",), 2, 9),
        (("paths", 0), 2, 9),
        (("select",), 3, 12),
        (("fail_on",), 5, 13),
        (("parameters", "NET001", "days"), 8, 14),
        (("parameters", "NET001", "environments", "staging", "days"), 10, 17),
        (("parameters", "NET001", "environments", "production", "hours"), 12, 20),
        (("parameters", "NET001", "environments", "production", "days"), 13, 21),
        (("estate", "namespaces", "a/*"), 18, 25),
    ],
)
def test_every_setting_has_its_line(tmp_path: Path, path: Any, yaml_line: int, toml_line: int) -> None:
    yaml, toml = written(tmp_path, YAML), written(tmp_path, TOML, "pyproject.toml")
    assert load(yaml, "c").where(*path) == f"c:{yaml_line}"
    assert load(toml, "c").where(*path) == f"c:{toml_line}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("paths: []\nbogus: 1\n", "CONFIG:2: bogus: there is no such setting: choose from paths, exclude,"),
        ("estate:\n  tiers: {}\n  bogus: 1\n", "CONFIG:3: estate.bogus: there is no such setting: choose from namesp"),
        ("\nfail_on: never\n", "CONFIG:2: fail_on: 'never' is not one of"),
        ("paths:\n- a\n- 3\n", "CONFIG:3: paths.1: 3 is not of type 'string'"),
        ("parameters:\n  net1: {}\n", "CONFIG:2: parameters.net1: there is no such setting: choose from ids of pol"),
        ("parameters:\n  NET009: {a: 1}\n", "CONFIG:2: parameters: there is no policy NET009"),
        ("parameters:\n  NET001:\n    weeks: 1\n", "CONFIG:3: NET001 has no parameter 'weeks': there are days, hours"),
        ("parameters:\n  NET002:\n    weeks: 1\n", "CONFIG:3: NET002 has no parameter 'weeks': it has none"),
        ("parameters:\n  NET001:\n    days: x\n", "CONFIG:3: NET001: days: 'x' is not of type 'integer'"),
        (
            "parameters:\n  NET001:\n    environments:\n      prod:\n        hours: 3\n        days: 101\n",
            "CONFIG:6: NET001: days: 101 is greater than the maximum of 100",
        ),
        ("- paths\n", "CONFIG:1: ['paths'] is not of type 'object'"),
        ("estate:\n  pod_ranges: [10.0.0.1/8, 10.0.0.0/33]\n", "CONFIG:2: estate.pod_ranges.1: '10.0.0.0/33' is not"),
        ("estate:\n  subscription: erp-prod\n", "CONFIG:2: estate.subscription: 'erp-prod' is not a 'uuid'"),
        ("estate:\n  restore_tests: {a/b: '2026-02-30'}\n", "CONFIG:2: estate.restore_tests.a/b: '2026-02-30' is not"),
        ("paths: [a\n", "CONFIG:2:1: "),
        ("paths: []\n---\npaths: []\n", "CONFIG:3:1: a second document: keep one"),
    ],
)
def test_mistakes_in_yaml(tmp_path: Path, text: str, says: str) -> None:
    assert refused(written(tmp_path, text)).startswith(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tool.x]\nbogus = 1\n[tool.erpguard]\nbogus = 1\n", "CONFIG:4: bogus: there is no such setting"),
        ("[tool.erpguard.estate]\npaths = 1\n", "CONFIG:2: estate.paths: there is no such setting"),
        ("[tool.x]\ndays = 1\n[tool.erpguard.parameters.NET001]\ndays = 101\n", "CONFIG:4: NET001: days: 101 is"),
        ("[tool.erpguard]\nparameters = {NET001 = {days = 101}}\n", "CONFIG:2: NET001: days: 101 is greater"),
        ("[tool]\nerpguard.fail_on = 'no'\n", "CONFIG:2: fail_on: 'no' is not one of"),
        ("[tool.erpguard]\npaths = [\n", "CONFIG: not valid TOML: "),
        ("[tool.erpguard]\n# \xff\n", "CONFIG: not valid TOML: "),
        ("[[tool.erpguard]]\n", "CONFIG:1: [{}] is not of type 'object'"),
    ],
)
def test_mistakes_in_toml(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(text.encode("latin-1"))
    assert refused(str(path)).startswith(says)


def test_of_several_tables_the_first_is_named(tmp_path: Path) -> None:
    table = "[[tool.erpguard.estate.tiers.selectors]]\ntier = 'erp'\n"
    text = (table + "labels = {a = 'b'}\n") * 2
    settings = load(written(tmp_path, text, "pyproject.toml"), "c")
    assert settings.where("estate", "tiers", "selectors") == "c:1"
    assert settings.where("estate", "tiers", "selectors", 0, "labels") == "c:3"


def test_a_mapping_has_no_lines() -> None:
    with pytest.raises(ConfigurationError, match="^configuration: bogus: there is no such setting"):
        from_mapping({"bogus": 1})
    settings = from_mapping({"parameters": {"NET001": {"environments": {"QA": {"days": "x"}}}}})
    assert settings.file == ""
    assert settings.where("parameters", "NET001", "environments", "test", "days") == "configuration"
    with pytest.raises(ConfigurationError, match="^configuration: NET001: days: 'x' is not of type"):
        check_parameters(settings, policies())


def test_a_parameter_whose_schema_is_none_is_told_of_its_policy() -> None:
    known = policies()
    wrong = known["NET001"].parameters[0]._replace(schema={"type": "strin"})
    known["NET001"] = known["NET001"]._replace(parameters=(wrong,), folder="own/")
    settings = from_mapping({"parameters": {"NET001": {wrong.name: 1}}})
    text = f"^own/{known['NET001'].file}: parameters: {wrong.name}: its schema is none: 'strin' is not valid under any"
    with pytest.raises(PackError, match=text):
        check_parameters(settings, known)


@given(
    st.dictionaries(
        st.sampled_from(("prod", "PRODUCTION", "live", "uat", "Stage", "test", "qa", "Sandbox", "dr")),
        st.dictionaries(st.sampled_from(("days", "hours")), st.integers(), max_size=2),
    )
)
def test_environments_go_by_their_canonical_names(environments: dict[str, dict[str, int]]) -> None:
    names = {"live": "production", "prod": "production", "uat": "staging", "stage": "staging", "qa": "test"}
    names["sandbox"] = "development"
    settings = from_mapping({"parameters": {"NET001": {"environments": environments}}})
    flat: dict[tuple[str, str], int] = {}
    for word, values in environments.items():
        for name, value in values.items():
            flat[names.get(word.lower(), word.lower()), name] = value
    canonical = settings.parameters["NET001"]["environments"]
    assert {(word, name): value for word, values in canonical.items() for name, value in values.items()} == flat


def test_what_is_found(tmp_path: Path) -> None:
    assert find(str(tmp_path)) is None
    toml = written(tmp_path, "[tool.other]\n", "pyproject.toml")
    assert find(str(tmp_path)) is None
    written(tmp_path, "[tool.erpguard.estate]\n", "pyproject.toml")
    assert find(str(tmp_path)) == toml
    short = written(tmp_path, "", "erpguard.yml")
    assert find(str(tmp_path)) == short
    assert find(str(tmp_path)) != written(tmp_path, "")
    assert find(str(tmp_path)) == str(tmp_path / "erpguard.yaml")
    settings = load(str(tmp_path / "erpguard.yaml"))
    assert settings._replace(file="", line_of=Settings().line_of) == Settings()


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="^c: cannot be read: No such file"):
        load(str(tmp_path / "erpguard.yaml"), "c")
    with pytest.raises(ConfigurationError, match="^c: larger than 1 MiB"):
        load(written(tmp_path, "#" * (2**20 + 1)), "c")


# --- a configuration in a folder below the root

TREE = ("a.yaml", "in/a.yaml", "in/b.yaml", "in/vendor/a.yaml", "in/x/a.yaml", "in/x/vendor/b.yaml", "vendor/b.yaml")


@pytest.mark.parametrize(
    "glob", ["a.yaml", "*.yaml", "vendor", "vendor/", "x/*", "x/vendor", "*/vendor", "*/b.yaml", "b*", "[ab].yaml"]
)
@pytest.mark.parametrize("folder", ["in", "[in]", "i*"])
def test_rebased_exclusions_mean_the_same_files(tmp_path: Path, glob: str, folder: str) -> None:
    """What a glob leaves out does not depend on where the command is called."""
    tree = [file.replace("in/", f"{folder}/") for file in TREE]
    for file in tree:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("a: 1\n")
    settings = from_mapping({"exclude": [glob]})
    inner, root = str(tmp_path / folder), str(tmp_path)
    kept = {f"{folder}/{given.name}" for given in discover([inner], inner, settings.exclude).inputs}
    outside = {file for file in tree if not file.startswith(f"{folder}/")}
    found = {given.name for given in discover([root], root, settings.rebased(folder).exclude).inputs}
    assert len(kept) < 5
    assert found == kept | outside


@pytest.mark.parametrize("folder", ["in", "a/b", "[in]", "i?"])
def test_rebased_globs_of_files(folder: str) -> None:
    estate = {"namespaces": {"*/x.yaml": "erp", "a.yaml": "crm"}, "environments": {"erp*": "test"}, "attachments": {}}
    settings = from_mapping({"estate": estate}).rebased(folder)
    assert settings.estate["environments"] == {"erp*": "test"}
    assert "clusters" not in settings.estate
    first, second = settings.estate["namespaces"]
    assert list(settings.estate["namespaces"].values()) == ["erp", "crm"]
    assert fnmatchcase(f"{folder}/sub/x.yaml", first)
    assert fnmatchcase(f"{folder}/a.yaml", second)
    for other in ("sub/x.yaml", "i/sub/x.yaml", "n/sub/x.yaml", "ix/sub/x.yaml"):
        assert not fnmatchcase(other, first)
    assert from_mapping({"estate": estate}).rebased("").estate == estate


def test_what_is_switched_off_is_told() -> None:
    assert Settings().switched_off() == []
    given_settings = {
        "paths": ["a"],
        "exclude": ["b"],
        "packs": ["network"],
        "select": ["NET"],
        "ignore": ["NET001", "TLS"],
        "fail_on": "high",
        "partial": True,
        "strict": True,
        "parameters": {"NET001": {"hours": 1, "days": 2}},
        "estate": {"namespaces": {}},
    }
    assert from_mapping(given_settings).switched_off() == [
        "files left out: b",
        "only these packs: network",
        "only these policies: NET",
        "policies left out: NET001, TLS",
        "findings below high do not fail",
        "what is missing is undetermined (partial)",
        "parameters of NET001 changed: days, hours",
        "estate setting changed: namespaces",
    ]
