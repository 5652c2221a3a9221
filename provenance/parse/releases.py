"""Release tag names and which release comes before which.

Kernel numbering: ``v6.19`` is a mainline release and ``v6.19.1`` its first stable one
(there is no ``v6.19.0``); until 2.6.39 the mainline release had three numbers and a
stable one four.  Which of the two holds is read from the tags that exist, because other
projects have a plain ``v2.6.0``, or once numbered with four themselves (git 1.5 to 1.9).
Where no tag has such a number, one with underscores is one (BusyBox: ``1_36_1``), else plain dates
are releases (LTP: ``20260529``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from provenance.words import counted

_NAME: Final = re.compile(
    r"(?P<prefix>.*?v?)(?P<numbers>[0-9]{1,9}(?:\.[0-9]{1,9}){1,3})(?:-rc(?P<rc>[0-9]{1,9}))?"
)
_DATE: Final = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_UNDERSCORE: Final = re.compile(r"(?<=[0-9])_(?=[0-9])")
_FINAL: Final = 1 << 30
_KERNEL_2_6: Final = (2, 6)
_LATELY: Final = 10
_TOLD: Final = 6


class Release(Struct, frozen=True, kw_only=True):
    """A tag name taken apart: ``series`` names the mainline release, ``point`` the stable one."""

    tag: str
    prefix: str
    series: tuple[int, ...]
    point: int
    candidate: int | None

    @property
    def version(self) -> str:
        """The tag without its prefix: ``2.50.1``, ``6.12-rc1``."""
        return _UNDERSCORE.sub(".", self.tag.removeprefix(self.prefix))

    @property
    def order(self) -> tuple[tuple[int, ...], int, int]:
        """Sorts releases of one prefix; a candidate comes before its release."""
        return (self.series, self.point, _FINAL if self.candidate is None else self.candidate)

    @property
    def plainness(self) -> tuple[int, str]:
        """Sorts tags with one number: ``3.11``, all of a project, is before ``library-3.11``."""
        return len(self.prefix), self.tag


class InRelease(Struct, frozen=True, kw_only=True):
    """So many commits that were first released with one tag; None in no release yet."""

    release: str | None
    commits: int


def told(found: Sequence[InRelease]) -> str:
    """How many commits were first in which release, in words: the newest of the releases."""
    parts = [f"{one.commits} in {one.release or 'no release yet'}" for one in found[-_TOLD:]]
    if len(found) > _TOLD:
        before = sum(one.commits for one in found[:-_TOLD])
        parts.insert(0, f"{before} in {counted(len(found) - _TOLD, 'older release')}")
    return ", ".join(parts)


class _Name(Struct, frozen=True, kw_only=True):
    tag: str
    prefix: str
    numbers: tuple[int, ...]
    candidate: int | None

    @property
    def family(self) -> tuple[str, tuple[int, ...]]:
        """What decides together how many numbers a mainline release has."""
        return self.prefix, self.numbers[:2]


def parse_releases(tags: Iterable[str]) -> dict[str, Release]:
    """The releases among the tags of one repository, by tag name."""
    tags = tuple(tags)
    return _numbered(tags) or _underscored(tags) or _dated(tags)


def _underscored(tags: Iterable[str]) -> dict[str, Release]:
    """The same where the parts of a number are joined with underscores."""
    dotted = {_UNDERSCORE.sub(".", tag): tag for tag in tags}
    found = _numbered(dotted)
    return {dotted[name]: replace(release, tag=dotted[name]) for name, release in found.items()}


def _dated(tags: Iterable[str]) -> dict[str, Release]:
    return {
        tag: Release(
            tag=tag, prefix="", series=tuple(map(int, date.groups())), point=0, candidate=None
        )
        for tag in tags
        if (date := _DATE.fullmatch(tag))
    }


def _numbered(tags: Iterable[str]) -> dict[str, Release]:
    names = [name for tag in tags if (name := _parse(tag)) is not None]
    fours = {name.family for name in names if len(name.numbers) == 4}
    candidates = {
        name.family
        for name in names
        if name.candidate is not None and len(name.numbers) == 3 and name.numbers[2] > 0
    }
    found = {}
    for name in names:
        both = name.family in fours and name.family in candidates
        either = name.family in fours or name.family in candidates
        length = 3 if both or (either and name.numbers[:2] == _KERNEL_2_6) else 2
        rest = name.numbers[length:]
        if len(name.numbers) >= length and len(rest) < 2:
            found[name.tag] = Release(
                tag=name.tag,
                prefix=name.prefix,
                series=name.numbers[:length],
                point=rest[0] if rest else 0,
                candidate=name.candidate,
            )
    return found


def predecessor(release: Release, releases: Mapping[str, Release]) -> Release | None:
    """The release that an audit of ``release`` starts from, among those that exist.

    A candidate follows the candidate before it; the first candidate and every final
    release follow the final release before them in their series.
    """
    if release.candidate is not None:
        same = [
            other
            for other in releases.values()
            if (other.prefix, other.series, other.point)
            == (release.prefix, release.series, release.point)
            and other.order < release.order
        ]
        if same:
            return max(same, key=lambda other: other.order)
    finals = [
        other
        for other in finals_before(release, releases)
        if (other.series == release.series if release.point else other.point == 0)
    ]
    return max(finals, key=lambda other: other.order, default=None)


def finals_before(release: Release, releases: Mapping[str, Release]) -> list[Release]:
    """The final releases that are numbered before one."""
    return [
        other
        for other in releases.values()
        if other.prefix == release.prefix
        and other.candidate is None
        and other.order < release.order
    ]


def finals_between(
    before: Release, release: Release, releases: Mapping[str, Release]
) -> list[Release]:
    """The final releases that are numbered after one and before another."""
    return [other for other in finals_before(release, releases) if other.order > before.order]


def is_next(before: Release, release: Release, releases: Mapping[str, Release]) -> bool:
    """False where numbers between the two are missing: a release may have no tag.

    Some projects number by months (26.03, 26.06) or keep odd numbers for other things: what
    is missing between all of the ``releases`` lately is not missing here.
    """
    if release.candidate is not None and before.series == release.series:
        if before.point == release.point and before.candidate is not None:
            return release.candidate - before.candidate <= 1
        return True
    if release.point:
        return before.point == release.point - 1
    if before.series[:-1] != release.series[:-1]:
        return True
    return release.series[-1] - before.series[-1] <= _usual_step(before, releases.values())


def _usual_step(last: Release, releases: Iterable[Release]) -> int:
    """The least step between one of the newest series up to a release and the next; 1 for none."""
    known = sorted(
        {other.series for other in releases if other.prefix == last.prefix and not other.point}
    )
    lately = [series for series in known if series <= last.series][-_LATELY:]
    steps = [
        after[-1] - before[-1] for before, after in pairwise(lately) if before[:-1] == after[:-1]
    ]
    return min(steps, default=1)


def newest(releases: Iterable[Release]) -> Release | None:
    """The highest release; of several tags with its number the plainest."""
    plainest = sorted(releases, key=lambda release: release.plainness)
    return max(plainest, key=lambda release: release.order, default=None)


def _parse(tag: str) -> _Name | None:
    match = _NAME.fullmatch(tag)
    if match is None:
        return None
    return _Name(
        tag=tag,
        prefix=match["prefix"],
        numbers=tuple(int(part) for part in match["numbers"].split(".")),
        candidate=int(match["rc"]) if match["rc"] else None,
    )
