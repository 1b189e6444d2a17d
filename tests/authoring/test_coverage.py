"""Which statements are reached, when the engine counts lines."""

from __future__ import annotations

from pathlib import Path

from erpguard.authoring.coverage import coverage, regions
from erpguard.authoring.folder import open_folder
from erpguard.authoring.running import run
from tests.authoring.packs import POLICY, Pack, pack, tree

__all__ = ["pack"]

SOURCE = """\
package erpguard.acme.one

deny contains {
	"a": x,
} if {
	some x in [
		1,
		2,
	]
	xs := [
		y |
		some y in input.a
		y > 1
	]
	count(xs) == x
}

_short if 1 == 1
"""


def test_regions_are_rules_and_statements_at_any_depth() -> None:
    assert regions(tree(SOURCE)) == ((3, 16), (6, 9), (10, 14), (12, 12), (13, 13), (15, 15), (18, 18))


def test_a_statement_is_reached_where_one_of_its_lines_is() -> None:
    found = {"covered": [4, 7, 10, 12, 16, 18], "not_covered": [3, 6, 11, 13, 15]}
    told = coverage(SOURCE.split("\n"), found, regions(tree(SOURCE)))
    assert (told.covered, told.missed) == ((3, 6, 10, 12, 18), (13, 15))
    assert round(told.percent) == 71


def test_a_call_over_several_lines_is_reached_as_a_whole(pack: Pack) -> None:
    pack.replace(POLICY, "^\tnot resource", '\tstartswith(\n\t\tresource.kind,\n\t\t"",\n\t)\n\tnot resource')
    found = run(open_folder(str(pack.folder)), ["ACME001"])
    missed = {Path(file).name: one.missed for file, one in found.coverage.items()}
    assert missed == {POLICY: ()}
