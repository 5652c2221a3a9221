"""Release tags in their order: which are mainline, which are stable points, what comes before."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

_TAG = re.compile(r"v(\d+(?:\.\d+){1,3})(?:-rc(\d+))?")
_FINAL = 1 << 30


@dataclass(frozen=True, order=True)
class Release:
    """One release tag; the order is that of versions, candidates before their release."""

    version: tuple[int, ...]
    candidate: int
    tag: str


def releases(tags: Iterable[str]) -> list[Release]:
    """The release tags among all tags, oldest version first."""
    found = []
    for tag in tags:
        match = _TAG.fullmatch(tag)
        if match:
            numbers = tuple(int(part) for part in match[1].split("."))
            found.append(Release(numbers, int(match[2]) if match[2] else _FINAL, tag))
    return sorted(found)


def series(release: Release, known: frozenset[tuple[int, ...]]) -> tuple[int, ...] | None:
    """The version whose stable series a point release continues; None for a mainline one.

    v2.6.34.2 continues v2.6.34, v6.1.3 continues v6.1, and v2.4.1 continues v2.4.0; where
    neither of those exists (v2.6.12), a third number makes a release of its own.
    """
    version = release.version
    if len(version) == 4:
        return version[:3]
    if len(version) == 3 and version[2]:
        for start in ((*version[:2], 0), version[:2]):
            if start in known:
                return start
    return None


def pairs(tags: Iterable[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Consecutive releases (before, this) of the mainline, and those of all stable series."""
    found = releases(tags)
    known = frozenset(one.version for one in found if one.candidate == _FINAL)
    mainline = [one for one in found if series(one, known) is None]
    own = [(a.tag, b.tag) for a, b in itertools.pairwise(mainline)]
    stable: list[tuple[str, str]] = []
    last = {one.version: one.tag for one in mainline if one.candidate == _FINAL}
    for one in found:
        start = series(one, known)
        if start in last and one.candidate == _FINAL:
            stable.append((last[start], one.tag))
            last[start] = one.tag
    return own, stable
