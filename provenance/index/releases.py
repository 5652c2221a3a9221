"""The releases of a repository among the commits of its history."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Final

from provenance.errors import UnreadableCommitError
from provenance.facts import ObjectId
from provenance.index.history import History
from provenance.parse.releases import InRelease, Release, newest
from provenance.repository import Repository, ResolvedRevision

_STABLE_BRANCH: Final = re.compile(r".*/linux-([0-9]+(?:\.[0-9]+)+)\.y")
"""What a stable branch of the kernel is called, here or on a remote."""

_LATELY: Final = 5
"""Mainline releases from which it is told how a project numbers."""


def position_of(history: History, commit: ObjectId) -> int:
    """Where a named commit stands.  Raises ``UnreadableCommitError``."""
    position = history.positions.get(commit)
    if position is None:
        reason = history.unreadable.get(commit, "not in the repository")
        raise UnreadableCommitError(
            f"commit {commit[:12]} cannot be read: {reason}",
            hint="the clone is damaged or partial; fetch it anew",
        )
    return position


def newest_reachable(
    repository: Repository, history: History, commit: ObjectId, *, strictly: bool = False
) -> Release | None:
    """The newest release that a commit contains; ``strictly`` leaves the commit itself out."""
    mask = history.ancestors([commit])
    found = []
    for name, release in repository.releases.items():
        target = repository.released(name)
        if mask[position_of(history, target)] and not (strictly and target == commit):
            found.append(release)
    return newest(found)


def newest_release(
    repository: Repository, history: History, mask: Sequence[int]
) -> ObjectId | None:
    """The commit of the newest release in a mask; None where it holds none."""
    found = newest([release for release, _ in releases_in(repository, history, mask)])
    return repository.released(found.tag) if found else None


def newest_mainline(repository: Repository) -> Release | None:
    """The newest release that is neither a point release nor a candidate."""
    finals = [one for one in repository.releases.values() if not one.point]
    return newest([one for one in finals if one.candidate is None])


def releases_in(
    repository: Repository,
    history: History,
    mask: Sequence[int],
    among: Iterable[Release] | None = None,
) -> list[tuple[Release, int]]:
    """The releases, all or ``among`` some, whose commit is in a mask, with its position."""
    found = []
    for release in repository.releases.values() if among is None else among:
        position = history.positions.get(repository.released(release.tag))
        if position is not None and mask[position]:
            found.append((release, position))
    return found


def releases_by_position(
    repository: Repository, history: History, mask: Sequence[int]
) -> dict[int, list[Release]]:
    """The releases whose commit is in a mask, by its position."""
    found: dict[int, list[Release]] = defaultdict(list)
    for release, position in releases_in(repository, history, mask):
        found[position].append(release)
    return found


def _everything(history: History) -> bytearray:
    """The mask of all commits that can be read."""
    return bytearray(b"\1") * len(history)


class FirstReleases:
    """In which release each of some commits was first: of those that have it the oldest by date.

    A candidate counts only for what no final release has yet.
    """

    def __init__(self, repository: Repository, history: History, positions: Iterable[int]) -> None:
        self._history = history
        self._found: dict[int, str] = {}
        left = set(positions)
        # Parents lie lower than their children, so nothing below the lowest leads to any.
        self._lowest, self._seen = min(left, default=0), bytearray(len(history))
        releases = sorted(
            releases_in(repository, history, _everything(history)) if left else (),
            key=lambda found: (history.commit_times[found[1]], found[0].order, found[0].plainness),
        )
        self._tags = [release.tag for release, _ in releases]
        for release, position in sorted(releases, key=lambda found: found[0].candidate is not None):
            self._mark(position, release.tag, left)

    def _mark(self, position: int, tag: str, left: set[int]) -> None:
        """Gives a release what no earlier one has."""
        seen, ahead = self._seen, [position]
        while ahead and left:
            at = ahead.pop()
            if at < self._lowest or seen[at]:
                continue
            seen[at] = 1
            if at in left:
                self._found[at] = tag
                left.remove(at)
            ahead.extend(self._history.parents(at))

    def of(self, position: int) -> str | None:
        """The tag of the release that brought one of them; None where none has it yet."""
        return self._found.get(position)

    def counts(self, positions: Iterable[int]) -> tuple[InRelease, ...]:
        """How many of some of them each release brought, the oldest release first."""
        found = Counter(map(self._found.get, positions))
        tags = (*self._tags, None)
        return tuple(InRelease(release=tag, commits=found[tag]) for tag in tags if found[tag])


def stable_series(
    repository: Repository, history: History, tip: ResolvedRevision
) -> Release | None:
    """A release of the stable series that a revision belongs to; None where that is mainline.

    A release says so itself.  Anything else belongs where the first release on its line of first
    parents does, which a stable branch that was merged is not on.  Behind a mainline release it
    is stable where the first point release has it on its line, or a stable branch ends there.
    Of a project that makes point releases on its main line nothing is known but its releases.
    """
    named = repository.releases.get(tip.tag_name or "")
    if named:
        return named if named.point else None
    tagged = releases_by_position(repository, history, _everything(history))
    found = _series_around(repository, history, tip, tagged)
    return None if found and _is_one_line(repository, history, tagged) else found


def _series_around(
    repository: Repository,
    history: History,
    tip: ResolvedRevision,
    tagged: Mapping[int, Sequence[Release]],
) -> Release | None:
    """The same for what is no release, by the lines of first parents and names of branches."""
    start = position_of(history, tip.commit)
    last = next((tagged[at] for at in _line(history, start) if at in tagged), [])
    points = [release for release in last if release.point]
    finals = [release for release in last if release.candidate is None]
    if points or not finals:
        return newest(points)
    final = finals[0]
    series = [
        release
        for release in repository.releases.values()
        if release.point and (release.prefix, release.series) == (final.prefix, final.series)
    ]
    first = min(series, key=lambda release: release.order, default=None)
    line = takewhile(start.__le__, _line_from(history, repository, first))
    if start in line:
        return first
    ends = (
        _STABLE_BRANCH.fullmatch(name)
        for name, target in repository.refs.by_name.items()
        if target == tip.commit
    )
    versions = [tuple(map(int, match[1].split("."))) for match in ends if match]
    return final if final.series in versions else None


def _is_one_line(
    repository: Repository, history: History, tagged: Mapping[int, Sequence[Release]]
) -> bool:
    """True where one of the last mainline releases has a point release on its line."""
    before = 0
    for position in _line_from(history, repository, newest_mainline(repository)):
        for release in tagged.get(position, ()):
            if release.point:
                return True
            before += release.candidate is None
        if before > _LATELY:
            return False
    return False


def _line_from(history: History, repository: Repository, release: Release | None) -> Iterator[int]:
    """The line of first parents from a release; nothing where it is none or cannot be read."""
    if release:
        start = history.positions.get(repository.released(release.tag))
        yield from () if start is None else _line(history, start)


def _line(history: History, position: int) -> Iterator[int]:
    """A commit, its first parent, the first parent of that, as far as they can be read."""
    at: int | None = position
    while at is not None:
        yield at
        first = history.parent_ids(at)[:1]
        at = history.positions.get(first[0]) if first else None
