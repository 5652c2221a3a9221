"""Deeds come back from the index as they were, and other bytes are not taken for one."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from provenance.evidence.pattern.deeds import pack_deed, unpack_deed
from provenance.evidence.pattern.model import Deed, Kind
from provenance.evidence.pattern.timeline import timeline_of
from provenance.facts import Address, ObjectId
from provenance.parse.surface import Surface

DEED = Deed(
    id=ObjectId("1" * 40),
    subject="net: odd \udcff byte",
    time=1_600_000_000,
    authored=1_500_000_000,
    kind=Kind.FIX,
    added=3,
    removed=1,
    new_source=0,
    surface=(Surface.IOCTL, Surface.IOCTL),
    subsystems=(),
    build_files=("Makefile",),
    binaries=("a\udc80.bin",),
    entries=(".mailmap",),
    committer=Address("ben@net.example"),
    reviewers=frozenset({Address("a@x.example"), Address("b@x.example")}),
    tools=(),
    zone="+0200",
    inside=False,
)


def test_a_deed_comes_back_as_it_was() -> None:
    """Bytes that are no text included."""
    packed = pack_deed(DEED, ("a", "b\udcfe"))
    assert replace(DEED, subsystems=("a", "b\udcfe")) == unpack_deed(packed, tuple, inside=False)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"[[], 1]", b"\xff", pack_deed(DEED, ())[:-9]])
def test_other_bytes_are_no_deed(raw: bytes) -> None:
    """Then the commit is read again."""
    assert unpack_deed(raw, tuple, inside=False) is None


def test_a_timeline_has_sixty_columns_at_most() -> None:
    """Every commit is in one of them, whatever the span."""
    for weeks in (1, 2, 59, 60, 61, 400, 2000):
        moments = {(week * 7 * 86_400, Kind.FIX): 1 for week in range(weeks)}
        found = timeline_of(moments)
        assert found is not None
        assert len(found.counts[Kind.FIX]) <= 60
        assert sum(found.counts[Kind.FIX]) == weeks
    assert timeline_of({}) is None


def test_kept_deeds_do_not_depend_on_the_range() -> None:
    """What is audited is said when they are read."""
    packed = pack_deed(replace(DEED, inside=False), ())
    assert replace(DEED, inside=True) == unpack_deed(packed, tuple, inside=True)
