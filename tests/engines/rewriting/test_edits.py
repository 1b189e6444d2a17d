"""Texts made of others know where everything comes from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from erpguard.engines.rewriting.edits import Edit, Edited
from erpguard.engines.syntax.places import column, offset_of, place


def test_what_moves_is_where_it_was() -> None:
    edited = Edited(b"not f(a, b)", [Edit(0, 0, (b"x := ", (6, 7), b"; ")), Edit(6, 7, (b"x",))])
    assert edited.text == b"x := a; not f(x, b)"
    assert [edited.origin(edited.text.index(what)) for what in (b"a", b"not", b"f(", b"b)")] == [6, 0, 4, 9]
    assert edited.origin(0) == 0  # what is ours is where it was put
    assert edited.origin(edited.text.index(b"x, b")) == 6
    assert edited.origin(len(edited.text)) == len(b"not f(a, b)")


@given(st.text("aé\U0001f600\t\n", max_size=30), st.data())
def test_places_and_offsets_are_each_others_inverse(text: str, data: st.DataObject) -> None:
    before = text[: data.draw(st.integers(0, len(text)))]
    written, offset = text.encode(), len(before.encode())
    expected = (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    assert place(written, offset) == expected
    assert column(written, offset) == expected[1]
    assert offset_of(written, *expected) == offset
