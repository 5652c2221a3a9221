"""Release tag names and which release comes before which.

Kernel numbering: ``v6.19`` is a mainline release and ``v6.19.1`` its first stable one
(there is no ``v6.19.0``); until 2.6.39 the mainline release had three numbers and a
stable one four.  Projects that write ``v2.40.0`` for the mainline release work alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r"(?P<prefix>.*?v?)(?P<numbers>\d+(?:\.\d+){1,3})(?:-rc(?P<rc>\d+))?")
_FINAL: Final = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A tag name taken apart: ``series`` names the mainline release, ``point`` the stable one."""

    tag: str
    prefix: str
    series: tuple[int, ...]
    point: int
    candidate: int | None

    @property
    def order(self) -> tuple[tuple[int, ...], int, int]:
        """Sorts releases of one prefix; a candidate comes before its release."""
        return (self.series, self.point, _FINAL if self.candidate is None else self.candidate)


def parse_release(tag: str) -> Release | None:
    """The release that a tag name stands for, or None for any other tag."""
    match = _NAME.fullmatch(tag)
    if match is None:
        return None
    numbers = tuple(int(part) for part in match["numbers"].split("."))
    length = 3 if numbers[:2] == (2, 6) else 2
    if len(numbers) < length:
        return None
    rest = numbers[length:]
    if len(rest) > 1:
        return None
    return Release(
        tag=tag,
        prefix=match["prefix"],
        series=numbers[:length],
        point=rest[0] if rest else 0,
        candidate=int(match["rc"]) if match["rc"] else None,
    )


def predecessor(release: Release, tags: Iterable[str]) -> Release | None:
    """The release that an audit of ``release`` starts from, among the tags that exist.

    A candidate follows the candidate before it; the first candidate and every final
    release follow the final release before them in their series.
    """
    known = [parsed for tag in tags if (parsed := parse_release(tag)) is not None]
    known = [
        other for other in known if other.prefix == release.prefix and other.order < release.order
    ]
    if release.candidate is not None:
        same = [
            other
            for other in known
            if (other.series, other.point) == (release.series, release.point)
        ]
        if same:
            return max(same, key=lambda other: other.order)
    finals = [other for other in known if other.candidate is None]
    if release.point:
        finals = [other for other in finals if other.series == release.series]
    else:
        finals = [other for other in finals if other.point == 0]
    return max(finals, key=lambda other: other.order, default=None)


def newest(tags: Iterable[str]) -> Release | None:
    """The highest release among the tag names."""
    known = [parsed for tag in tags if (parsed := parse_release(tag)) is not None]
    return max(known, key=lambda release: (release.order, release.tag), default=None)
