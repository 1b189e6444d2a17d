"""Packs that ship are one module each on a server: what they define there, and where its lines come from."""

from __future__ import annotations

import re

import pytest

from erpguard.engines import modules
from erpguard.engines.modules import Module
from erpguard.engines.opa_server.answers import Spot
from erpguard.engines.opa_server.joining import joined
from erpguard.engines.opa_server.modules import uploads
from erpguard.engines.opa_server.uploads import Upload
from erpguard.packs import load

LIBRARY = load()
SHIPPED = LIBRARY.parts[0]
OPEN = """\
# METADATA
# title: Open
package erpguard.network.open

import data.erpguard.lib.internet
import data.erpguard.lib.finding

# What is open.
deny contains finding.at(row) if {
	some row in _open # not _shut
	row._open == "_open"
	not row.x[`_open`]
}

_open contains row if some _, row in input._open
"""
SHUT = """\
package erpguard.network.shut

import data.erpguard.lib.finding

deny contains violation if {
	violation := finding.at(_first)
}

deny contains "deny contains" if _open

default _first := 1

_open if input.deny
"""
JOINED = """\
# The policies of the pack network, joined.
package erpguard.network

import data.erpguard.lib.finding
import data.erpguard.lib.internet

# network/open.rego
open.deny contains finding.at(row) if {
	some row in open__open # not _shut
	row._open == "_open"
	not row.x[`_open`]
}

open__open contains row if some _, row in input._open

# network/shut.rego
shut.deny contains violation if {
	violation := finding.at(shut__first)
}

shut.deny contains "deny contains" if shut__open

default shut__first := 1

shut__open if input.deny
"""


def module(name: str, text: str, policy: str) -> Module:
    """A policy of the pack."""
    return Module(f"network/{name}.rego", f"erpguard.network.{name}", text, policy)


@pytest.fixture
def made() -> Upload:
    """Two policies in one module."""
    return joined("network", [module("open", OPEN, "NET001"), module("shut", SHUT, "NET002")])


def test_each_keeps_its_rules_for_itself(made: Upload) -> None:
    assert made.text == JOINED
    assert (made.file, made.package, made.policies) == ("network.rego", "erpguard.network", ["NET001", "NET002"])
    assert made.id == "erpguard/" + made.id.split("/")[1] + "/network.rego"


def test_places_are_those_of_the_policies(made: Upload) -> None:
    """Each rule at its line; columns are not told, for names became longer."""
    for row, line in enumerate(JOINED.splitlines(), 1):
        found = made.section(Spot(made.id, row, 2))
        if "some row in" in line:
            assert (made.place(Spot(made.id, row, 2)), found.module.policy) == ("network/open.rego:10", "NET001")
        if "finding.at(shut__first)" in line:
            assert (made.place(Spot(made.id, row, 2)), found.module.policy) == ("network/shut.rego:6", "NET002")
        if line.startswith("shut__open if"):
            assert (made.place(Spot(made.id, row, 2)), found.module.policy) == ("network/shut.rego:13", "NET002")
    assert made.place(Spot(made.id, 0, 0)) == "network/open.rego"


def test_places_of_a_module_of_its_own() -> None:
    made = Upload.of(module("shut", SHUT, "NET002"))
    assert made.place(Spot(made.id, 6, 3)) == "network/shut.rego:6:3"
    assert made.place(Spot(made.id, 6, 0)) == "network/shut.rego:6"
    assert made.place(Spot(made.id, 0, 0)) == "network/shut.rego"
    assert [made.is_at(Spot(file, 1, 1)) for file in (made.id, "bundle/network/shut.rego", "xnetwork/shut.rego")] == [
        True,
        True,
        False,
    ]


def test_one_policy_of_a_pack_needs_its_module_and_the_shared_ones() -> None:
    some = uploads(LIBRARY.parts, [LIBRARY.policies["NET008"]])
    assert [one.file for one in some] == ["lib/scan.rego", *SHIPPED.modules, "network.rego"]
    every = uploads(LIBRARY.parts, LIBRARY.policies.values())
    assert some[-1] in every, "whichever policies judge"
    assert sorted(name for one in every for name in one.policies) == sorted(LIBRARY.policies)
    sizes = [len(one.text) for one in every if one.policies]
    assert len(sizes) == len({policy.pack for policy in LIBRARY.policies.values()})
    assert sizes == sorted(sizes)


TOP = re.compile(
    r"^(?![#\s})\]]|package |import data\.erpguard\.lib\.\w+$|deny contains |(default )?_\w+\W)", re.MULTILINE
)


@pytest.mark.parametrize("policy", LIBRARY.policies)
def test_what_ships_can_be_joined(policy: str) -> None:
    """At the beginning of a line only what is renamed, and no names of other policies, nor `deny`, as variables."""
    (found,) = [one for one in modules.read([SHIPPED], [LIBRARY.policies[policy]]) if one.policy]
    assert [line for line in found.text.splitlines() if line and TOP.match(line)] == []
    code = re.sub(r'"(?:\\.|[^"\\])*"|#.*|^import .*|^package .*|^deny contains ', "", found.text, flags=re.MULTILINE)
    names = {one.package.rpartition(".")[2] for one in LIBRARY.policies.values()}
    assert names.isdisjoint(re.findall(r"(?<![\w.])[a-z]\w*", code))
    assert "deny" not in re.findall(r"(?<![\w.])[a-z]\w*", code)
    assert "`" not in code
