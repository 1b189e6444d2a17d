"""Snapshots: what is written is what is read, by the published schema; a file that is not whole is refused by line."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpguard.model import Problem
from erpguard.sources import Collected, Input
from erpguard.sources.live import PLATFORMS, Gap, Item, Reason, Target
from erpguard.sources.snapshot import Snapshots, taken
from erpguard.sources.snapshot.lines import End, Header
from erpguard.sources.snapshot.reading import Reader, SnapshotError
from erpguard.sources.snapshot.writing import write

SCHEMA = json.loads((Path(__file__).parents[3] / "schemas" / "snapshot.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

HEADER = Header("2026-11-22T04:00:00Z", "0.3.0", (Target("azure", "0a1b", ()), Target("kubernetes", "erp", ("shop",))))
REDIS: dict[str, Any] = {
    "id": "/subscriptions/0a1b/resourceGroups/rg-erp/providers/Microsoft.Cache/redis/erp",
    "name": "erp",
    "type": "Microsoft.Cache/redis",
    "properties": {"enableNonSslPort": True, "minimumTlsVersion": "1.2"},
}
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "odoo", "namespace": "shop"},
    "spec": {"containers": [{"name": "odoo", "image": "odoo:18"}]},
}
FORBIDDEN = Gap(
    "azure",
    "Microsoft.KeyVault/vaults",
    "/subscriptions/0a1b",
    ("Microsoft.KeyVault/vaults",),
    "forbidden",
    403,
    "Microsoft.KeyVault/vaults/read",
    "AuthorizationFailed",
)
RECORDS: list[Item | Gap] = [Item("azure", REDIS), Item("kubernetes", POD, "erp"), FORBIDDEN]


def snapshot(records: list[Item | Gap], header: Header = HEADER) -> bytes:
    file = io.BytesIO()
    write(file, header, records)
    return file.getvalue()


def lines(data: bytes) -> list[bytes]:
    return gzip.decompress(data).splitlines(keepends=True)


def collect(data: bytes, settings: dict[str, Any] | None = None) -> Collected:
    return Snapshots().collect([Input("erp.snapshot.gz", data=data)], settings)


def refused(data: bytes) -> Problem:
    with pytest.raises(SnapshotError) as error:
        list(Reader(data, "s.gz").records())
    return error.value.problem


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$defs"]["gap"]["properties"]["reason"]["enum"] == list(get_args(Reason))
    assert SCHEMA["$defs"]["platform"]["enum"] == list(PLATFORMS)


def test_every_line_keeps_the_schema() -> None:
    for line in lines(snapshot(RECORDS)):
        VALIDATOR.validate(json.loads(line))


def test_the_end_tells_what_there_is() -> None:
    file = io.BytesIO()
    end = write(file, HEADER, RECORDS)
    *before, last = lines(file.getvalue())
    assert end == End(2, 1, hashlib.sha256(b"".join(before)).hexdigest())
    assert json.loads(last) == {"record": "end", "items": 2, "gaps": 1, "sha256": end.digest}


def test_the_same_records_give_the_same_bytes() -> None:
    assert snapshot(RECORDS) == snapshot(RECORDS)


_names = st.text(st.characters(codec="utf-8"), max_size=6)
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=8,
)
_bodies = st.dictionaries(_names, _values, max_size=4)
_items = st.one_of(
    st.builds(lambda body: Item("azure", body), _bodies),
    st.builds(
        lambda body, key: Item("kubernetes", {**body, key: 1}, "erp", ((key,), ("free", "of~it", "a/b"))),
        _bodies,
        _names,
    ),
)
_gaps = st.builds(
    Gap,
    st.sampled_from(PLATFORMS),
    _names,
    _names,
    st.lists(_names, max_size=2).map(tuple),
    st.sampled_from(get_args(Reason)),
    st.integers(0, 599),
    _names,
    _names,
)


@given(st.lists(_items | _gaps, max_size=5), st.booleans())
def test_what_is_written_is_what_is_read(records: list[Item | Gap], is_plain: bool) -> None:
    data = snapshot(records)
    reader = Reader(gzip.decompress(data) if is_plain else data, "s.gz")
    assert reader.header == HEADER
    found = list(reader.records())
    assert [_comparable(one) for one in found] == [_comparable(one) for one in records]


def _comparable(record: Item | Gap) -> Any:
    if isinstance(record, Gap):
        return record
    body = json.loads(json.dumps(record.body, sort_keys=True), parse_float=_number)
    return record._replace(body={}, sensitive=tuple(sorted(record.sensitive))), json.dumps(body)


def _number(text: str) -> int | float:
    """Readers give a whole number as an integer, where a float tells it from its neighbours."""
    number = float(text)
    is_exact = number == round(number, 0) and abs(number) < 2**53 and not (number == 0 and text.startswith("-"))
    return int(number) if is_exact else number


def test_resources_come_in_the_order_of_their_ids() -> None:
    other = {**REDIS, "id": REDIS["id"] + "-2", "name": "erp-2"}
    one, two = (
        collect(snapshot(list(records)))
        for records in ([*RECORDS, Item("azure", other)], [Item("azure", other), *RECORDS])
    )
    assert [resource.id for resource in one.resources] == [resource.id for resource in two.resources]
    assert [(resource.type, resource.name, resource.source, resource.input) for resource in one.resources] == [
        ("Microsoft.Cache/redis", "erp", "azure_live", "erp.snapshot.gz"),
        ("Microsoft.Cache/redis", "erp-2", "azure_live", "erp.snapshot.gz"),
        ("core/Pod", "odoo", "kubernetes_cluster", "erp.snapshot.gz"),
    ]
    assert one.resources[2].id == "erp/core/Pod/shop/odoo"


def test_what_was_taken_out_is_unknown() -> None:
    path = ("properties", "minimumTlsVersion")
    body = {**REDIS, "properties": {"enableNonSslPort": True}}
    (found,) = collect(snapshot([Item("azure", body, sensitive=(path,))])).resources
    assert path in found.unknown
    assert path in found.sensitive
    pod = {**POD, "spec": {"containers": [{"name": "odoo"}]}}
    image = ("spec", "containers", 0, "image")
    (found,) = collect(snapshot([Item("kubernetes", pod, "erp", (image,))])).resources
    assert found.unknown == found.sensitive == frozenset((image,))


def test_a_gap_is_a_problem_and_opens_its_types() -> None:
    header = HEADER._replace(targets=())
    found = collect(snapshot([FORBIDDEN], header))
    assert found.open_types == {"Microsoft.KeyVault/vaults"}
    assert [(one.code, one.level, one.message) for one in found.problems] == [
        (
            "gap-forbidden",
            "error",
            "Microsoft.KeyVault/vaults of /subscriptions/0a1b was not read: no permission (HTTP 403); it needs "
            "Microsoft.KeyVault/vaults/read: AuthorizationFailed",
        )
    ]


@pytest.mark.parametrize(
    ("glob", "level"),
    [
        ("Microsoft.KeyVault/vaults", "warning"),
        ("microsoft.keyvault/*", "warning"),
        ("Microsoft.KeyVault/vaults@/subscriptions/0a1b", "warning"),
        ("Microsoft.KeyVault/vaults@/subscriptions/other", "error"),
        ("Microsoft.KeyVault", "error"),
    ],
)
def test_an_accepted_gap_still_opens_its_types(glob: str, level: str) -> None:
    found = collect(snapshot([FORBIDDEN], HEADER._replace(targets=())), {"accept_gaps": [glob]})
    assert [one.level for one in found.problems] == [level]
    assert found.open_types == {"Microsoft.KeyVault/vaults"}


def test_a_part_of_a_platform_leaves_all_its_types_open() -> None:
    found = collect(snapshot([]))
    assert {"apps/Deployment", "networking.k8s.io/NetworkPolicy"} <= found.open_types
    assert not any(type_.startswith("Microsoft.") for type_ in found.open_types)
    gap = FORBIDDEN._replace(types=("*",))
    found = collect(snapshot([gap], HEADER._replace(targets=())))
    assert "Microsoft.Network/virtualNetworks" in found.open_types
    assert "apps/Deployment" not in found.open_types


def test_notes_on_the_connections_are_those_of_the_live_systems() -> None:
    data = snapshot([], HEADER._replace(targets=(), notes=("the server is not verified",)))
    VALIDATOR.validate(json.loads(lines(data)[0]))
    assert collect(data).problems == [Problem("connection", "the server is not verified", level="warning")]


def test_its_date() -> None:
    assert taken(Input("s", data=snapshot([]))) == "2026-11-22"
    assert taken(Input("s", data=b"{}")) == ""


@pytest.mark.parametrize(
    ("number", "line", "message"),
    [
        (0, b'{"record": "gap"}\n', "the first line is not the header of a snapshot"),
        (0, b'{"record":"snapshot","version":2}\n', "version 2 of the format is not known here, only 1: update"),
        (0, b'{"record":"snapshot","version":1,"targets":1}\n', "`targets` must be a list"),
        (0, b'{"record":"snapshot","version":1,"targets":[],"notes":[1]}\n', "`notes` must be a list of texts"),
        (1, b"[]\n", "a record None is not known: expected one of azure, kubernetes, gap, end"),
        (1, b'{"record":"azure","body":[]}\n', "`body` must be an object"),
        (1, b'{"record":"azure","body":{"a":[1]},"sensitive":["/a/x"]}\n', "/a/x leads into a list, but 'x' is"),
        (2, b"{\n", "not valid JSON: expecting property name enclosed in double quotes"),
        (2, b'{"record":"azure","body":{"a":NaN}}\n', "NaN is no JSON value"),
        (2, b"\xff\n", "the line is not valid UTF-8"),
        (2, b'{"record":"azure","body":{"a":1,"a":2}}\n', "the key 'a' stands twice in one mapping"),
        (3, b'{"record":"gap","platform":"aws","reason":"forbidden","types":[]}\n', "a gap of reason 'forbidden' on"),
        (3, b'{"record":"gap","platform":"azure","reason":"budget","operation":"","scope":"","types":1}\n', "`types`"),
        (4, b"", "it ends before its last line: the collection was cut off, take it again"),
    ],
)  # fmt: skip
def test_a_broken_line(number: int, line: bytes, message: str) -> None:
    changed = lines(snapshot(RECORDS))
    changed[number] = line
    problem = refused(b"".join(changed))
    assert (problem.code, problem.place.file) == ("snapshot", "s.gz")
    assert problem.place.line == number + bool(line)
    assert problem.message.startswith(f"not a whole snapshot: {message}")


def test_a_changed_line_does_not_give_the_digest() -> None:
    changed = lines(snapshot(RECORDS))
    changed[1] = changed[1].replace(b"1.2", b"1.3")
    assert "it was changed after it was taken" in refused(b"".join(changed)).message
    del changed[1]
    assert "it was changed after it was taken" in refused(b"".join(changed)).message


def test_cut_off_anywhere_is_refused() -> None:
    data = snapshot(RECORDS)
    for length in range(len(data)):
        assert refused(data[:length]).code == "snapshot"


def test_lines_behind_the_end_are_refused() -> None:
    whole = lines(snapshot(RECORDS))
    assert "there are lines behind the last one" in refused(b"".join([*whole, whole[1]])).message


def test_what_was_read_before_a_broken_line_counts() -> None:
    found = collect(b"".join(lines(snapshot(RECORDS))[:-1]))
    assert [resource.name for resource in found.resources] == ["erp", "odoo"]
    assert found.open_types >= {"*"}
    assert [problem.code for problem in found.problems] == ["gap-forbidden", "snapshot"]


def test_a_long_line_and_a_bomb_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    start = b"".join(lines(snapshot(RECORDS))[:1])
    long = gzip.compress(start + b'{"record":"azure","body":{"a":"' + b"a" * 2**24 + b'"}}\n')
    assert refused(long).message == "not a whole snapshot: a line has more than 16 MiB"
    line = b'{"record":"azure","body":{"a":"' + b"a" * 2**20 + b'"}}\n'
    monkeypatch.setattr("erpguard.sources.snapshot.reading.LARGEST", 2**22)
    found = collect(gzip.compress(start + line * 6))
    assert "more than 4 MiB unpacked" in found.problems[-1].message
    assert found.open_types >= {"*"}


def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    found = Snapshots().collect([Input("gone.gz", str(tmp_path / "gone.gz"))])
    assert [problem.code for problem in found.problems] == ["unreadable"]
    assert found.open_types == {"*"}
