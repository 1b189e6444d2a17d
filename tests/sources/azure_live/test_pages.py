"""Pages of a list: their shape, their order, their end."""

from __future__ import annotations

from typing import Any

import pytest

from erpguard.sources.azure_live.faults import Fault
from erpguard.sources.azure_live.limits import Limits
from erpguard.sources.azure_live.pages import Pages

A, B, C = ({"id": f"/providers/{name}"} for name in "abc")


def taken(*bodies: Any, limits: Limits | None = None) -> tuple[list[list[str]], list[str | None], str]:
    """The ids of each page, the link that follows from it, and what was wrong."""
    pages = Pages(limits or Limits(), "https://arm.test")
    ids, links = [], []
    for body in bodies:
        following = pages.take(body)
        assert following["value"] == []
        ids.append([one["id"].removeprefix("/providers") for one in pages.items])
        links.append(following["nextLink"])
    fault = f"{pages.fault.reason}: {pages.fault.detail}" if pages.fault else ""
    return ids, links, fault


def test_pages_to_the_end() -> None:
    found = taken({"value": [A, B], "nextLink": "2"}, {"value": [], "nextLink": "3"}, {"value": [C]})

    assert found == ([["/a", "/b"], [], ["/c"]], ["https://arm.test/2", "https://arm.test/3", None], "")


@pytest.mark.parametrize("end", [{}, {"nextLink": ""}, {"nextLink": None}])
def test_ends(end: dict[str, Any]) -> None:
    assert taken({"value": [A], **end}) == ([["/a"]], [None], "")


def test_an_empty_list_may_be_null() -> None:
    assert taken({"value": None}) == ([[]], [None], "")


def test_a_link_that_was_taken_before() -> None:
    found = taken({"value": [A], "nextLink": "2"}, {"value": [B], "nextLink": "2"})

    assert found == (
        [["/a"], ["/b"]],
        ["https://arm.test/2", None],
        "refused-link: page 2 leads back to an earlier one",
    )


def test_a_page_that_comes_twice_is_told_and_the_rest_is_read() -> None:
    found = taken(
        {"value": [A], "nextLink": "2"}, {"value": [A], "nextLink": "3"}, {"value": [B], "nextLink": "4"}, {"value": []}
    )

    assert found == (
        [["/a"], [], ["/b"], []],
        ["https://arm.test/2", "https://arm.test/3", "https://arm.test/4", None],
        "refused-link: page 2 repeats an earlier one",
    )


def test_pages_that_come_again_and_again() -> None:
    found = taken(*({"value": [A], "nextLink": str(number)} for number in range(2, 6)))

    assert found == (
        [["/a"], [], [], []],
        ["https://arm.test/2", "https://arm.test/3", "https://arm.test/4", None],
        "refused-link: page 4 repeats an earlier one",
    )


def test_a_list_without_end() -> None:
    found = taken({"value": [A], "nextLink": "2"}, {"value": [B], "nextLink": "3"}, limits=Limits(pages=2))

    assert found == ([["/a"], ["/b"]], ["https://arm.test/2", None], "too-large: more than 2 pages")


def test_items_that_are_no_resources() -> None:
    found = taken({"value": [A, "text", None, {"name": "x"}, {"id": 7}, B]})

    assert found == ([["/a", "/b"]], [None], "malformed: 4 of the list are no resources")


def test_a_link_that_is_no_text() -> None:
    assert taken({"value": [A], "nextLink": {"href": "2"}}) == (
        [["/a"]],
        [None],
        "malformed: the link to the next page is no text",
    )


@pytest.mark.parametrize(
    ("link", "taken_as"),
    [
        ("https://arm.test/x?$filter=a eq 'b'&$skiptoken=c%2Fd+e==", "/x?$filter=a%20eq%20'b'&$skiptoken=c%2Fd+e=="),
        ("https://arm.test:443/x", None),
        ("/x\u00e9?y", "/x%C3%A9?y"),
        ("/x\r\nHost: evil.example", "/xHost:%20evil.example"),
        ("/x\ud800", "/x?"),
    ],
)
def test_a_link_is_mended_where_it_is_not_escaped(link: str, taken_as: str | None) -> None:
    expected = link if taken_as is None else f"https://arm.test{taken_as}"

    assert taken({"value": [A], "nextLink": link}) == ([["/a"]], [expected], "")


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("https://evil.example/2", "it is on evil.example:443"),
        ("//evil.example/2", "it is on evil.example:443"),
        ("http://arm.test/2", "it is without TLS"),
        ("file:///etc/passwd", "it is no address of ARM"),
        ("https://evil.example\\@arm.test/2", "it is no address of ARM"),
        ("https://arm.test\\.evil.example/2", "it is no address of ARM"),
        ("https://arm.test@evil.example/2", "it is no address of ARM"),
        ("https://arm.test /2", "it is no address of ARM"),
        ("https://[::1/2", "it is no address of ARM"),
    ],
)
def test_a_link_that_leads_elsewhere(link: str, why: str) -> None:
    assert taken({"value": [A], "nextLink": link}) == ([["/a"]], [None], f"refused-link: the link to page 2: {why}")


@pytest.mark.parametrize("body", [{}, [], "text", None, 7, {"value": {}}, {"value": "x"}, {"error": {"code": "x"}}])
def test_answers_that_are_no_list(body: Any) -> None:
    with pytest.raises(Fault, match="malformed 200 no list of resources"):
        taken(body)
