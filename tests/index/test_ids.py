"""Ids by position and positions by id, sorted or not, as a list and a dict have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.index import ids
from provenance.index.ids import Ids, Positions

NAMES = st.lists(
    st.tuples(st.sampled_from(["00", "0a", "ff"]), st.integers(0, 40)).map(
        lambda pair: pair[0] * 8 + f"{pair[1]:024x}"  # many ids share their first eight bytes
    ),
    unique=True,
)


@pytest.fixture(autouse=True)
def sort_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small lists are sorted too."""
    monkeypatch.setattr(ids, "_SORT_AT", 3)


@given(first=NAMES, second=NAMES)
def test_every_id_is_found_where_it_stands(first: list[str], second: list[str]) -> None:
    """Before and after sorting, after reading back, and when more came later."""
    names = list(dict.fromkeys([*first, *second]))
    found = Ids()
    for name in first:
        found.append(name)
    found.sort()
    again = Ids()
    again.set_order(*found.order())
    again.load(found.raw(0, len(found)))
    for one in (found, again):
        for name in names[len(first) :]:
            one.append(name)
        assert names == list(one)
        assert list(range(len(names))) == [one.position(name) for name in names]
        absent = "12" * 20
        assert (None, False) == (one.position(absent), absent in Positions(one))


@given(names=NAMES, length=st.integers(4, 40))
def test_the_start_of_an_id_finds_all_that_have_it(names: list[str], length: int) -> None:
    """In the order of the ids, whatever was sorted."""
    found = Ids()
    for number, name in enumerate(names):
        found.append(name)
        if number == len(names) // 2:
            found.sort()
    for name in names:
        prefix = name[:length]
        expected = sorted(one for one in names if one.startswith(prefix))
        assert expected == [found[at] for at in found.starting_with(prefix)]


@pytest.mark.parametrize("text", ["", "abc", "zz" * 20, "0" * 41])
def test_what_is_no_id_is_not_there(text: str) -> None:
    """It is not an error either: references are written by anybody."""
    found = Ids()
    for number in range(5):
        found.append(f"{number:040x}")
    found.sort()
    assert found.position(text) is None
    with pytest.raises(KeyError):
        Positions(found)[text]
    with pytest.raises(IndexError):
        found[5]
