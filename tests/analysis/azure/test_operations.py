"""Sets of operations against brute force: every text over a small alphabet, up to a length."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.analysis.azure.operations import Permission, TooManyStatesError, allows, example, matches

ALPHABET = "ab/"
PATTERNS = st.text("ab/*", max_size=4)
TEXTS = ["".join(chars) for length in range(7) for chars in product(ALPHABET, repeat=length)]


@given(PATTERNS, st.text("ab/", max_size=6))
def test_a_star_is_any_characters(pattern: str, text: str) -> None:
    assert matches(pattern, text) == fnmatchcase(text, pattern)


@given(st.lists(PATTERNS, min_size=1, max_size=2), st.lists(PATTERNS, max_size=3))
def test_examples_are_shortest_and_found_where_there_are_any(within: list[str], outside: list[str]) -> None:
    found = example(within, outside)
    # A character that no pattern names stands for all others, so that texts with an `x` are tried besides.
    wanted = [
        text
        for text in sorted({*TEXTS, *(text.replace("b", "x") for text in TEXTS)}, key=len)
        if all(fnmatchcase(text, pattern) for pattern in within)
        and not any(fnmatchcase(text, pattern) for pattern in outside)
    ]
    if found is None:
        assert wanted == []
    else:
        assert all(matches(pattern, found) for pattern in within)
        assert not any(matches(pattern, found) for pattern in outside)
        assert not wanted or len(found) <= len(wanted[0])


@given(st.lists(st.tuples(st.lists(PATTERNS, max_size=3), st.lists(PATTERNS, max_size=2)), max_size=3))
def test_allows_is_the_union_over_permissions(given_: list[tuple[list[str], list[str]]]) -> None:
    permissions = [Permission(tuple(actions), tuple(taken)) for actions, taken in given_]
    for text in TEXTS[:400]:
        expected = any(
            any(fnmatchcase(text, one) for one in actions) and not any(fnmatchcase(text, one) for one in taken)
            for actions, taken in given_
        )
        assert allows(permissions, text) == expected


WRITE = "Microsoft.Authorization/*/write"


def test_case_does_not_matter() -> None:
    assert matches("microsoft.authorization/*/Write", "Microsoft.Authorization/roleAssignments/write")


def test_contributor_cannot_write_to_authorization() -> None:
    assert example(["*", WRITE], ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"]) is None


def test_a_gap_in_what_is_taken_out_is_found() -> None:
    found = example(["*", WRITE], ["Microsoft.Authorization/role*/write", "Microsoft.Authorization/policy*/write"])
    assert found is not None
    assert matches(WRITE, found) and not matches("Microsoft.Authorization/role*/write", found)


def test_a_permission_does_not_take_from_another() -> None:
    one, other = Permission(("*",), (WRITE,)), Permission((WRITE,))
    assert not allows([one], "Microsoft.Authorization/locks/write")
    assert allows([one, other], "Microsoft.Authorization/locks/write")


def test_patterns_that_are_too_tangled_are_refused() -> None:
    outside = [f"*{left}*{right}*" for left in "abcdef" for right in "ghijkl"]
    with pytest.raises(TooManyStatesError):
        example(["*a*b*c*d*e*f*g*h*i*j*k*l"], outside)
