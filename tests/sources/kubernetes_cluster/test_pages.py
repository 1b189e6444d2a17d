"""Pages of a list: in order, nothing twice, and an end to every list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from erpguard.sources.kubernetes_cluster import pages as module
from erpguard.sources.kubernetes_cluster.calls import Calls
from erpguard.sources.kubernetes_cluster.pages import Page, pages
from erpguard.sources.kubernetes_cluster.transport import Failure

GONE, LARGE, DOWN = Failure("server-error", 410), Failure("too-large", 200), Failure("server-error", 500)


class Server:
    """Answers by a function of the query, and notes the queries."""

    def __init__(self, answer: Callable[[Mapping[str, str]], Any]) -> None:
        self.answer = answer
        self.asked: list[dict[str, str]] = []

    def get(self, path: str, query: Mapping[str, str], accept: str) -> Any:
        self.asked.append({"path": path, "accept": accept, **query})
        return self.answer(query)


def page(*names: str, token: str = "", **metadata: Any) -> dict[str, Any]:
    items = [{"metadata": {"name": name, "namespace": "n"}} for name in names]
    return {"kind": "PodList", "metadata": {"continue": token, **metadata}, "items": items}


def read(server: Server) -> tuple[list[list[str]], Failure | None]:
    """The names of each page, and the failure at the end."""
    found, failure = [], None
    for one in pages(cast("Calls", server), "/pods", "application/json", "PodList"):
        assert failure is None
        if isinstance(one, Page):
            found.append([item["metadata"]["name"] for item in one.objects])
        else:
            failure = one
    return found, failure


def test_each_page_names_the_next() -> None:
    listed = {"": page("a", "b", token="2", remainingItemCount=1), "2": page("c")}
    server = Server(lambda query: listed[query.get("continue", "")])
    assert read(server) == ([["a", "b"], ["c"]], None)
    assert server.asked == [
        {"path": "/pods", "accept": "application/json", "limit": "500"},
        {"path": "/pods", "accept": "application/json", "limit": "500", "continue": "2"},
    ]


def test_an_empty_list_may_be_null() -> None:
    assert read(Server(lambda query: {"kind": "PodList", "metadata": {}, "items": None})) == ([[]], None)
    assert read(Server(lambda query: {"kind": "PodList", "items": []})) == ([[]], None)


def test_after_410_nothing_comes_twice() -> None:
    answers = iter([page("a", "b", token="2"), GONE, page("a", token="1"), page("b", "c")])
    assert read(Server(lambda query: next(answers))) == ([["a", "b"], [], ["c"]], None)


def test_names_of_other_namespaces_are_others() -> None:
    other = {"kind": "PodList", "items": [{"metadata": {"name": "a", "namespace": "m"}}]}
    answers = iter([page("a", token="2"), other])
    assert read(Server(lambda query: next(answers))) == ([["a"], ["a"]], None)


def test_410_has_a_bound() -> None:
    server = Server(lambda query: GONE if query.get("continue") else page("a", token="2"))
    found, failure = read(server)
    assert found == [["a"], [], [], []]
    assert failure == GONE._replace(detail="the list changed faster than it could be read")


def test_a_page_that_is_too_large_is_asked_for_in_parts() -> None:
    server = Server(lambda query: LARGE if int(query["limit"]) > 50 else page("a"))
    assert read(server) == ([["a"]], None)
    server = Server(lambda query: LARGE)
    assert read(server) == ([], LARGE)
    assert [one["limit"] for one in server.asked] == ["500", "50", "5"]


def test_what_was_read_before_a_failure_stays() -> None:
    server = Server(lambda query: DOWN if query.get("continue") else page("a", token="2"))
    assert read(server) == ([["a"]], DOWN)


def test_pages_in_a_circle() -> None:
    following = {"": "1", "1": "2", "2": "1"}
    server = Server(lambda query: page("x" + query.get("continue", ""), token=following[query.get("continue", "")]))
    found, failure = read(server)
    assert found == [["x"], ["x1"], ["x2"]]
    assert failure is not None
    assert (failure.reason, failure.detail) == ("refused-link", "the pages go in a circle")


def test_pages_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAGES", 7)
    numbers = iter(range(1000))

    def answer(query: Mapping[str, str]) -> Any:
        number = next(numbers)
        return page(f"p{number}", token=f"t{number}")

    server = Server(answer)
    found, failure = read(server)
    assert len(found) == len(server.asked) == 7
    assert failure is not None
    assert (failure.reason, failure.detail) == ("too-large", "more than 7 pages")


@pytest.mark.parametrize("count", [-1, 0, "x", True, None, 10**9])
def test_counts_that_are_none(count: Any) -> None:
    (one,) = pages(cast("Calls", Server(lambda query: page("a", remainingItemCount=count))), "/pods", "", "PodList")
    assert isinstance(one, Page)
    assert one.remaining in (0, 1)
