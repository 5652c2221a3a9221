"""An identity's commits by week, fixes and features apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from provenance.dates import DAY
from provenance.evidence.pattern.model import Kind

_WEEK = 7 * DAY
_COLUMNS = 60


class Timeline(Struct, frozen=True, kw_only=True):
    """Commits by kind in columns of so many weeks from a Unix time on, oldest first."""

    start: int
    weeks: int
    counts: Mapping[Kind, tuple[int, ...]]


def timeline_of(moments: Mapping[tuple[int, Kind], int]) -> Timeline | None:
    """From counts by time and kind; at most sixty columns.  None where there is nothing."""
    if not moments:
        return None
    start = min(time for time, _ in moments) // _WEEK
    end = max(time for time, _ in moments) // _WEEK
    weeks = -(-(end - start + 1) // _COLUMNS)
    columns = (end - start) // weeks + 1
    counts: dict[Kind, Counter[int]] = {kind: Counter() for kind in Kind}
    for (time, kind), count in moments.items():
        counts[kind][(time // _WEEK - start) // weeks] += count
    return Timeline(
        start=start * _WEEK,
        weeks=weeks,
        counts={
            kind: tuple(found[column] for column in range(columns))
            for kind, found in counts.items()
        },
    )
