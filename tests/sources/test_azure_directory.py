"""The directory is asked by ids: what it says, what it leaves out, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from erpguard.sources.azure_directory import AT_ONCE, MAXIMUM_REQUESTS, PATH, Answer, look_up
from erpguard.sources.live import Gap, Item, Reason, Run

GAP = Gap(
    "azure", "Microsoft.Graph/directoryObjects/getByIds", "tenant", ("Microsoft.Graph/directoryObjects",), "forbidden"
)


def guid(number: int) -> str:
    return f"{number:08x}-aaaa-4bbb-8ccc-ddddeeeeffff"


class Directory:
    """Answers for the objects that it has; `answers` are given first. Keeps what it was asked."""

    def __init__(self, objects: Mapping[str, str], *answers: Answer) -> None:
        self.objects = objects
        self.answers = list(answers)
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def __call__(self, path: str, body: Mapping[str, Any]) -> Answer:
        self.asked.append((path, body))
        if self.answers:
            return self.answers.pop(0)
        there = [
            {"@odata.type": f"#microsoft.graph.{self.objects[one]}", "id": one}
            for one in body["ids"]
            if one in self.objects
        ]
        return Answer(200, {"value": there})


def records(directory: Directory, *ids: str, run: Run | None = None) -> list[Item | Gap]:
    return list(look_up(ids, directory, run or Run(), "tenant"))


def item(id_: str, **properties: Any) -> Item:
    type_ = "Microsoft.Graph/directoryObjects"
    return Item("azure", {"id": f"/providers/{type_}/{id_}", "name": id_, "type": type_, "properties": properties})


def test_who_is_there_and_who_is_not() -> None:
    directory = Directory({guid(1): "user", guid(3): "servicePrincipal", guid(4): "orgContact"})
    assert records(directory, guid(4), guid(1), guid(2).upper(), guid(3), guid(1)) == [
        item(guid(1), exists=True, objectType="User"),
        item(guid(3), exists=True, objectType="ServicePrincipal"),
        item(guid(4), exists=True, objectType="orgContact"),
        item(guid(2), exists=False),
    ]
    assert directory.asked == [(PATH, {"ids": [guid(1), guid(2), guid(3), guid(4)]})]


def test_nothing_is_asked_without_object_ids() -> None:
    directory = Directory({})
    assert records(directory, "", "the owner", "${PRINCIPAL}") == []
    assert directory.asked == []


def test_batches() -> None:
    directory = Directory({})
    found = records(directory, *map(guid, range(2 * AT_ONCE + 1)))
    assert [len(body["ids"]) for _, body in directory.asked] == [AT_ONCE, AT_ONCE, 1]
    assert len(found) == 2 * AT_ONCE + 1
    assert all(isinstance(one, Item) and one.body["properties"] == {"exists": False} for one in found)


@pytest.mark.parametrize("reason", ["forbidden", "unauthorized", "not-found", "unreachable"])
def test_a_refusal_is_one_gap_and_ends_it(reason: Reason) -> None:
    directory = Directory({}, Answer(403, reason=reason, detail="Insufficient privileges"))
    found = records(directory, *map(guid, range(AT_ONCE + 1)))
    permission, detail = "Directory.Read.All", "Insufficient privileges"
    assert found == [GAP._replace(reason=reason, status=403, permission=permission, detail=detail)]
    assert len(directory.asked) == 1


def test_a_fault_costs_its_batch_only() -> None:
    fault = Answer(503, reason="server-error")
    directory = Directory({}, fault, fault)
    found = records(directory, *map(guid, range(2 * AT_ONCE + 1)))
    gaps = [one for one in found if isinstance(one, Gap)]
    assert gaps == [GAP._replace(reason="server-error", status=503, permission="Directory.Read.All")]
    assert [one.body["name"] for one in found if isinstance(one, Item)] == [guid(2 * AT_ONCE)]


@pytest.mark.parametrize(
    "body", [None, [], {}, {"value": {}}, {"value": [{}]}, {"value": ["x"]}, {"value": [{"id": 1}]}]
)
def test_an_answer_of_another_shape_says_nothing_of_anybody(body: Any) -> None:
    (gap,) = records(Directory({}, Answer(200, body)), guid(1))
    assert isinstance(gap, Gap)
    assert gap.reason == "malformed"


def test_who_may_be_on_another_page_is_not_said_to_be_missing() -> None:
    body = {"value": [{"@odata.type": "#microsoft.graph.group", "id": guid(1)}], "@odata.nextLink": "https://elsewhere"}
    found = records(Directory({}, Answer(200, body)), guid(1), guid(2))
    assert found[0] == item(guid(1), exists=True, objectType="Group")
    assert [one.reason for one in found[1:] if isinstance(one, Gap)] == ["malformed"]
    assert len(found) == 2


def test_what_was_not_asked_for_is_left_out() -> None:
    body = {"value": [{"id": guid(7)}]}
    assert records(Directory({}, Answer(200, body)), guid(1)) == [item(guid(1), exists=False)]


def test_it_stops_when_asked_to() -> None:
    run = Run()
    run.stop()
    directory = Directory({})
    assert records(directory, guid(1), run=run) == [GAP._replace(reason="interrupted", permission="Directory.Read.All")]
    assert directory.asked == []


def test_it_has_an_end() -> None:
    directory = Directory({})
    found = records(directory, *map(guid, range(AT_ONCE * MAXIMUM_REQUESTS + 1)))
    assert len(directory.asked) == MAXIMUM_REQUESTS
    assert [one.reason for one in found if isinstance(one, Gap)] == ["too-large"]
