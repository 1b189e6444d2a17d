"""One list of a cluster, page by page.

Paging as in kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks: a page names
the next one by `metadata.continue`, and 410 says that this is too old, so that the list starts again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from erpguard.sources.kubernetes_cluster.calls import Calls
from erpguard.sources.kubernetes_cluster.transport import Failure

LIMIT = 500
"""Objects in a page: what kubectl asks for."""

SMALLEST_LIMIT = 5
MOST_PAGES = 20_000
RESTARTS = 3
_EMPTY_PAGES = 5  # with a next one, one after another: a server may pass over some, but not for ever

METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
"""The representation of kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches."""


class Page(NamedTuple):
    """The objects of a page that no page before it had, and how many more the server says there are."""

    objects: list[Any]
    remaining: int


def pages(calls: Calls, path: str, accept: str, list_kind: str) -> Iterator[Page | Failure]:
    """The pages of a list; a failure is the last thing that comes."""
    return _Paging(calls, path, accept, list_kind).run()


class _Paging:
    def __init__(self, calls: Calls, path: str, accept: str, list_kind: str) -> None:
        self._calls = calls
        self._path = path
        self._accept = accept
        self._kind = list_kind
        self._seen: set[tuple[str, str]] = set()
        self._tokens: set[str] = set()
        self._limit = LIMIT
        self._restarts = self._empty = self._fetched = 0

    def run(self) -> Iterator[Page | Failure]:
        token = ""
        while True:
            answer = self._page(token)
            if isinstance(answer, Failure):
                again = self._another_try(answer, token)
                if again is None:
                    yield answer._replace(detail=_why(answer))
                    return
                token = again
                continue
            page, token = self._taken(answer)
            yield page
            if not token:
                return
            if failure := self._endless(token, page):
                yield failure
                return

    def _page(self, token: str) -> dict[str, Any] | Failure:
        query = {"limit": str(self._limit)}
        if token:
            query["continue"] = token
        answer = self._calls.get(self._path, query, self._accept)
        if isinstance(answer, Failure):
            return answer
        self._fetched += 1
        metadata = answer.get("metadata") if isinstance(answer, dict) else None
        if (
            not isinstance(answer, dict)
            or answer.get("kind") != self._kind
            or not isinstance(answer.get("items"), (list, type(None)))
            or not isinstance(metadata, (dict, type(None)))
            or not isinstance((metadata or {}).get("continue"), (str, type(None)))
        ):
            return Failure("malformed", 200, f"no {self._kind}")
        return answer

    def _another_try(self, failure: Failure, token: str) -> str | None:
        """The token to go on with, where the same list may still be read in another way."""
        if failure.status == 410 and self._restarts < RESTARTS:
            self._restarts += 1
            self._tokens.clear()
            return ""
        if failure.reason == "too-large" and self._limit > SMALLEST_LIMIT:
            self._limit = max(SMALLEST_LIMIT, self._limit // 10)
            return token
        return None

    def _taken(self, answer: dict[str, Any]) -> tuple[Page, str]:
        metadata = answer.get("metadata") or {}
        fresh = [one for one in answer.get("items") or () if self._is_fresh(one)]
        remaining = metadata.get("remainingItemCount")
        known = remaining if isinstance(remaining, int) and 0 < remaining < 10_000_000 else 0
        return Page(fresh, known), metadata.get("continue") or ""

    def _is_fresh(self, one: Any) -> bool:
        """Whether no page had this object; what has no name is left to the caller to judge."""
        metadata = one.get("metadata") if isinstance(one, dict) else None
        name = metadata.get("name") if isinstance(metadata, dict) else None
        if not isinstance(metadata, dict) or not isinstance(name, str):
            return True
        key = (str(metadata.get("namespace", "")), name)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _endless(self, token: str, page: Page) -> Failure | None:
        """Why the next page is not asked for: it was there before, or pages never end."""
        self._empty = 0 if page.objects or self._restarts else self._empty + 1
        if token in self._tokens or self._empty >= _EMPTY_PAGES:
            return Failure("refused-link", 200, "the pages go in a circle")
        if self._fetched >= MOST_PAGES:
            return Failure("too-large", 200, f"more than {MOST_PAGES} pages")
        self._tokens.add(token)
        return None


def _why(failure: Failure) -> str:
    return "the list changed faster than it could be read" if failure.status == 410 else failure.detail
