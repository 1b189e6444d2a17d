"""Packs: METADATA, selections, and which value of a parameter wins."""

from __future__ import annotations

import json
from collections import ChainMap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.errors import PackError, UsageError
from erpguard.model import Part, Policy, Severity
from erpguard.model.kinds import WORKLOADS
from erpguard.packs import Library, load, make_index, make_policy, matches, metadata, resolve_settings, select, wanted
from erpguard.shipped import shipped

ENVIRONMENTS = ("production", "staging", "test")
NAMES = ("days", "hours")
METADATA: dict[str, Any] = {
    "package": "erpguard.network.open_port",
    "title": "Open port",
    "description": "A port is open.",
    "custom": {
        "id": "NET001",
        "severity": "high",
        "resource_types": ["core/Service"],
        "reads": ["spec.ports"],
        "message": "{name}",
        "remediation": "Close it.",
    },
}
REGO = """\
# METADATA
# title: Open port
# description: A port is open.
# custom:
#   id: {id}
#   severity: high
#   resource_types: [core/Service]
#   reads: [spec.ports]
#   message: "{{name}}"
#   remediation: Close it.
package erpguard.{pack}.{name}

deny contains 1 if false
"""


def policy(id_: str, name: str, pack: str = "network", **custom: Any) -> Policy:
    """A policy of that name."""
    return make_policy(f"{pack}/{name}.rego", {**METADATA, "custom": {**METADATA["custom"], "id": id_, **custom}})


def library(*policies: Policy) -> Library:
    """A library of some policies."""
    return Library.of(Part("", "", {one.id: one for one in policies}, ()))


LIBRARY = library(
    policy("NET001", "open_port"),
    policy("NET012", "plain_http", aliases=["http"]),
    policy("NET100", "old_port", deprecated=True),
    policy("RES001", "no_limits", "resources"),
)


def write(folder: Path, file: str, text: str) -> None:
    """A file in a folder of packs."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


# --- selection


@pytest.mark.parametrize(
    ("pattern", "ids"),
    [
        ("NET", ["NET001", "NET012", "NET100"]),
        ("net0", ["NET001", "NET012"]),
        ("NET01", ["NET012"]),
        ("NET001", ["NET001"]),
        ("NET0011", []),
        ("ET001", []),
        ("open-port", ["NET001"]),
        ("open", []),
        ("open_port", []),
        ("OPEN-PORT", []),
        ("http", ["NET012"]),
        ("", []),
        ("resources", []),
    ],
)
def test_matches_ids_prefixes_names_and_aliases(pattern: str, ids: list[str]) -> None:
    assert [one.id for one in LIBRARY.policies.values() if matches(one, pattern)] == ids


@pytest.mark.parametrize(
    ("packs", "chosen", "ignored", "ids"),
    [
        ([], [], [], ["NET001", "NET012", "RES001"]),
        (["network"], [], [], ["NET001", "NET012"]),
        (["network"], ["RES"], [], []),
        ([], ["NET0"], ["http"], ["NET001"]),
        ([], ["NET"], [], ["NET001", "NET012"]),
        ([], ["NET100"], [], ["NET100"]),
        ([], ["net100"], [], ["NET100"]),
        ([], ["NET1"], [], []),
        ([], ["NET100"], ["NET100"], []),
        ([], ["no-limits", "NET001"], [], ["NET001", "RES001"]),
        ([], [], ["NET"], ["RES001"]),
    ],
)
def test_select(packs: list[str], chosen: list[str], ignored: list[str], ids: list[str]) -> None:
    assert list(select(LIBRARY, packs, chosen, ignored)) == ids


def test_a_folder_that_is_named_without_a_slash_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "packs").mkdir()
    with pytest.raises(UsageError, match="^there is no pack 'packs': choose from network; the folder is ./packs$"):
        select(library(policy("NET001", "open_port")), ["packs"])


def test_select_refuses_what_no_policy_has() -> None:
    with pytest.raises(UsageError, match="no pack 'backup': choose from network, resources"):
        select(LIBRARY, ["backup"])
    wrong: tuple[dict[str, Any], ...] = ({"chosen": ["TLS"]}, {"ignored": ["TLS"]}, {"chosen": [""]})
    for arguments in wrong:
        with pytest.raises(UsageError, match="no policy matches"):
            select(LIBRARY, **arguments)


# --- parameters

VALUES = st.dictionaries(st.sampled_from(NAMES), st.integers())
BY_ENVIRONMENT = st.dictionaries(st.sampled_from((*ENVIRONMENTS, "other")), VALUES, max_size=3)


@given(VALUES, st.dictionaries(st.sampled_from(ENVIRONMENTS), VALUES), VALUES, BY_ENVIRONMENT)
def test_the_most_special_value_wins(
    defaults: dict[str, int],
    special_defaults: dict[str, dict[str, int]],
    configured: dict[str, int],
    special: dict[str, dict[str, int]],
) -> None:
    defaults = {"days": -1, "hours": -2, **defaults}
    parameters = {
        name: {
            "schema": {},
            "default": defaults[name],
            "environments": {where: values[name] for where, values in special_defaults.items() if name in values},
        }
        for name in NAMES
    }
    one = policy("NET001", "open_port", parameters=parameters)
    given_values: dict[str, Any] = {**configured, "environments": special}
    resolved = resolve_settings([one], ENVIRONMENTS, {"NET001": given_values, "NET002": {"days": 99}})
    for environment in ENVIRONMENTS:
        layers = ChainMap(special.get(environment, {}), configured, special_defaults.get(environment, {}), defaults)
        assert resolved["network"]["open_port"][environment] == dict(layers)
    assert set(resolved["network"]["open_port"]) == set(ENVIRONMENTS)


def test_settings_are_by_pack_and_snake_case() -> None:
    parameters = {"days": {"schema": {}, "default": False, "environments": {"test": 0}}}
    policies = [
        policy("NET001", "open_port"),
        policy("NET002", "a_b", parameters=parameters),
        policy("RES001", "c", "resources"),
    ]
    assert resolve_settings(policies, ["test", "production"], {}) == {
        "network": {
            "open_port": {"production": {}, "test": {}},
            "a_b": {"production": {"days": False}, "test": {"days": 0}},
        },
        "resources": {"c": {"production": {}, "test": {}}},
    }


# --- METADATA


def test_a_policy_of_metadata() -> None:
    made = policy(
        "NET001",
        "open_port",
        resource_types=["workloads", "core/Service"],
        severities=["high", "low"],
        reads=["views.pods.b", "spec.a", "views.pods.a", "views.routes.c"],
        judged={"tier": ["erp", "edge"]},
        absence_of=["core/Secret"],
        parameters={"days": {"schema": {"type": "integer"}, "default": 3}},
    )
    assert (made.id, made.name, made.pack, made.file) == ("NET001", "open-port", "network", "network/open_port.rego")
    assert made.resource_types == (*WORKLOADS, "core/Service")
    assert made.severities == (Severity.HIGH, Severity.LOW)
    assert made.reads == ("spec.a", "views.pods.a", "views.pods.b", "views.routes.c")
    assert made.views == ("pods", "routes")
    assert made.judged == {"tier": ("erp", "edge")}
    assert made.absence_of == ("core/Secret",)
    assert [(one.name, one.default, dict(one.environments)) for one in made.parameters] == [("days", 3, {})]
    assert policy("NET001", "open_port").severities == (Severity.HIGH,)


@pytest.mark.parametrize(
    ("custom", "says"),
    [
        ({"id": None}, "the id None is not letters"),
        ({"id": "NET01"}, "'NET01' is not letters and three digits"),
        ({"id": "net001"}, "is not letters"),
        ({"id": 5}, "the id 5 is not letters"),
        ({"severity": "bad"}, "the severity bad is none of critical, high, medium, low"),
        ({"severities": ["high", "bad"]}, "the severity bad is none of critical, high, medium, low"),
        ({"reads": None}, "reads has to be a list"),
        ({"judged": ["tier"]}, "judged has to be a mapping"),
        ({"parameters": {"days": {"default": 1}}}, "METADATA has no schema"),
        ({"parameters": {True: {"schema": {}, "default": 1}}}, "parameters: True has to be a text: put it in quotes"),
        ({"parameters": {"days": {"schema": {}}}}, "METADATA has no default"),
    ],
)
def test_wrong_metadata_is_told_with_its_file(custom: dict[str, Any], says: str) -> None:
    with pytest.raises(PackError, match=f"^network/a.rego: .*{says}"):
        make_policy("network/a.rego", {**METADATA, "custom": {**METADATA["custom"], **custom}})


@pytest.mark.parametrize("key", ["id", "severity", "resource_types", "reads", "message", "remediation"])
def test_missing_metadata_is_named(key: str) -> None:
    custom = {name: value for name, value in METADATA["custom"].items() if name != key}
    with pytest.raises(PackError, match=f"^network/a.rego: METADATA has no {key}: add it$"):
        make_policy("network/a.rego", {**METADATA, "custom": custom})


def test_load_reads_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "resources/limits.rego", REGO.format(id="RES001", pack="resources", name="limits"))
    write(tmp_path, "network/port.rego", "# A licence.\n\n" + REGO.format(id="NET001", pack="network", name="port"))
    write(tmp_path, "network/port_test.rego", "package erpguard.network.port_test\n")
    write(tmp_path, "network/port.yaml", "fail: []\n")
    write(tmp_path, "lib/finding.rego", "package erpguard.lib.finding\n")
    write(tmp_path, "lib/finding_test.rego", "package erpguard.lib.finding_test\n")
    write(tmp_path, "README.md", "")
    loaded = load(str(tmp_path))
    assert {id_: one.file for id_, one in loaded.policies.items()} == {
        "NET001": "network/port.rego",
        "RES001": "resources/limits.rego",
    }
    assert loaded.policies["NET001"].package == "erpguard.network.port"
    assert loaded.parts[0].modules == ("lib/finding.rego",)
    assert loaded.packs == ("network", "resources")
    # A wheel has an index of the same.
    (tmp_path / "index.json").write_text(json.dumps(make_index(str(tmp_path))))
    for file in ("network/port.rego", "resources/limits.rego"):
        (tmp_path / file).write_text("")
    assert load(str(tmp_path)) == loaded


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("package a\n", "network/a.rego: no METADATA block"),
        ("\n# METADATA\n# title: a\n# custom: [\npackage a\n", "network/a.rego:5: METADATA is not valid YAML"),
        ("# METADATA\n# title: a\n#  b: c\npackage a\n", "network/a.rego:3: METADATA is not valid YAML"),
        ("# METADATA\n# title: a\x07\npackage a\n", r"network/a.rego:\d+: METADATA is not valid YAML"),
        ("# METADATA\n# title: a\n", "network/a.rego: a policy needs a package"),
        ("# METADATA\n# - title\npackage a\n", "network/a.rego: .* a mapping"),
        ("# METADATA\n# title: a\n# custom: [a]\npackage a\n", "network/a.rego: METADATA: "),
        ("# METADATA\n# title: a\npackage a\n", "network/a.rego: METADATA has no severity"),
    ],
)
def test_a_broken_file_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    write(tmp_path, "network/a.rego", text)
    with pytest.raises(PackError, match=f"^{says}"):
        load(str(tmp_path))


def test_an_id_is_used_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path, f"network/{name}.rego", REGO.format(id="NET001", pack="network", name=name))
    with pytest.raises(PackError, match=r"^network/b.rego: the id NET001 is used already by network/a.rego$"):
        load(str(tmp_path))


# --- own packs


def own(folder: Path, **files: str) -> Library:
    """The library with a folder of own packs that holds a policy and these files, by their names with `__` for `/`."""
    write(folder, "acme/port.rego", REGO.format(id="ACME001", pack="acme", name="port"))
    for name, text in files.items():
        write(folder, name.replace("__", "/"), text)
    return load(own=[f"{folder}/"])


def test_an_own_pack_joins_those_that_ship(tmp_path: Path) -> None:
    second = REGO.format(id="ACME002", pack="acme", name="second")
    more = {"acme__.second.rego": second, ".git__acme__second.rego": second, "acme__notes.txt": "", "lib__a.rego": ""}
    made = own(tmp_path / "p", **more, **{"acme__port_test.rego": "package erpguard.acme.port_test\n"})
    assert [id_ for id_, one in made.policies.items() if one.folder == "p/"] == ["ACME001"]
    assert made.parts[1].modules == ("lib/a.rego",)


PLACES = "policies are PACK/NAME.rego, and what they share is lib/NAME.rego"


@pytest.mark.parametrize(
    "name",
    ["second.rego", "acme__more__second.rego", "acme__more__deep__second.rego", "acme__b.REGO", "controls__b.rego"],
)
def test_a_module_that_nobody_would_read_is_refused(tmp_path: Path, name: str) -> None:
    file = name.replace("__", "/")
    with pytest.raises(PackError, match=f"^p/{file}: nobody reads this module: {PLACES}$"):
        own(tmp_path / "p", **{name: "package erpguard.a.b\n"})


FOR_CONFTEST = "; packages as conftest has them are for --conftest$"


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("policy.rego", f"nobody reads this module: {PLACES}"),
        ("acme/policy.rego", "no METADATA block: begin the file .*"),
    ],
)
def test_packages_as_conftest_has_them_are_sent_where_they_belong(tmp_path: Path, file: str, what: str) -> None:
    write(tmp_path / "p", file, "package main\n\ndeny contains 1\n")
    write(tmp_path / "p", "acme/port.rego", REGO.format(id="ACME001", pack="acme", name="port"))
    with pytest.raises(PackError, match=f"^p/{file}: {what}{FOR_CONFTEST}"):
        load(own=[f"{tmp_path}/p/"])


def test_a_module_behind_a_link_is_seen(tmp_path: Path) -> None:
    write(tmp_path, "else/second.rego", "package a\n")
    (tmp_path / "p" / "acme").mkdir(parents=True)
    (tmp_path / "p" / "acme" / "more").symlink_to(tmp_path / "else")
    (tmp_path / "p" / "acme" / "round").symlink_to(tmp_path / "p")
    with pytest.raises(PackError, match="^p/acme/more/second.rego: nobody reads this module: "):
        own(tmp_path / "p")


@pytest.mark.parametrize("name", ["acme__second_test.rego", "lib__second.rego"])
def test_a_policy_among_tests_and_libraries_is_refused(tmp_path: Path, name: str) -> None:
    file = name.replace("__", "/")
    with pytest.raises(PackError, match=f"^p/{file}: METADATA of a policy, which is not read here: {PLACES}; "):
        own(tmp_path / "p", **{name: REGO.format(id="ACME002", pack="acme", name="second")})


SPEC = "parameters: {days: {schema: {}, default: 1, environments: {prod: 2}}}"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[core/Service]", "[]", "7: resource_types are empty: it would judge nothing"),
        (
            "severity: high",
            "severity: high\n#   scope: estate",
            "7: scope: estate: a policy judges each resource by itself",
        ),
        (
            "core/Service",
            "core/Servic",
            "7: core/Servic: the API group core has no such kind: did you mean core/Service",
        ),
        ("core/Service", "Microsoft.Cache/Redis", "7: Microsoft.Cache/Redis: ARM spells it Microsoft.Cache/redis"),
        (
            "core/Service",
            "Service",
            "7: Service: a type is GROUP/KIND, such as apps/Deployment or core/Service: did you ",
        ),
        ("severity: high", "severity: high\n#   absence_of: [a/B]", "7: a/B: there is no API group a"),
        ("spec.ports", "spec..ports", "8: reads: not a path: spec..ports"),
        ("spec.ports", "views.pods.teir", "8: reads: the view pods has no field teir: docs/views.md lists them"),
        (
            "severity: high",
            f"severity: high\n#   {SPEC}",
            "7: parameters: days: no resource has the environment prod: write pr",
        ),
        (
            "severity: high",
            "severity: high\n#   only_if: it",
            "7: only_if: there is no parameter it that is true or false",
        ),
        (
            "severity: high",
            "severity: high\n#   onlyif: on",
            "7: METADATA: custom: there is no key onlyif: did you mean on",
        ),
    ],
)
def test_a_policy_that_would_be_silent_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    write(tmp_path, "p/other/a.rego", REGO.format(id="OTHER001", pack="other", name="a").replace(old, new))
    with pytest.raises(PackError) as caught:
        own(tmp_path / "p")
    assert str(caught.value).startswith(f"p/other/a.rego:{says}")


@pytest.mark.parametrize(
    "type_", ["example.io/Thing", "cert-manager.io/Issuer", "policy/PodSecurityPolicy", "workloads"]
)
def test_types_of_others_are_taken(tmp_path: Path, type_: str) -> None:
    write(tmp_path, "p/other/a.rego", REGO.format(id="OTHER001", pack="other", name="a").replace("core/Service", type_))
    assert "OTHER001" in own(tmp_path / "p").policies


@pytest.mark.parametrize("file", ["my-pack/a.rego", "other/my-a.rego"])
def test_names_are_those_of_packages(tmp_path: Path, file: str) -> None:
    package = file.removesuffix(".rego").replace("/", ".")
    write(tmp_path, f"p/{file}", REGO.format(id="OTHER001", pack="x", name="x").replace("erpguard.x.x", package))
    with pytest.raises(PackError, match=rf"^p/{file}:11: my-\w+: rename it to letters, digits and underscores$"):
        own(tmp_path / "p")


def test_one_text_is_no_list_of_packs_or_policies() -> None:
    """Its letters would be names."""
    with pytest.raises(UsageError, match=r"^packs is one text: give a list, \['tls'\]$"):
        wanted("tls")
    with pytest.raises(UsageError, match=r"^select is one text: give a list, \['TLS001'\]$"):
        select(load(), chosen="TLS001")


def test_the_keys_of_metadata_are_those_of_its_schema() -> None:
    schema = json.loads((Path(shipped("schemas")) / "policy-metadata.schema.json").read_text(encoding="utf-8"))
    custom = schema["properties"]["custom"]["properties"]
    assert custom.keys() == metadata._CUSTOM
    assert custom["parameters"]["additionalProperties"]["properties"].keys() == metadata._OF_PARAMETERS
