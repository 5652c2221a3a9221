"""The releases of a repository among the commits of its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from provenance.errors import UnreadableCommitError
from provenance.facts import ObjectId
from provenance.index.history import History
from provenance.parse.releases import Release, newest
from provenance.repository import Repository


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
        target = repository.resolve(f"refs/tags/{name}").commit
        if mask[position_of(history, target)] and not (strictly and target == commit):
            found.append(release)
    return newest(found)


def newest_release(
    repository: Repository, history: History, mask: Sequence[int]
) -> ObjectId | None:
    """The commit of the newest release in a mask; None where it holds none."""
    found = newest([release for release, _ in releases_in(repository, history, mask)])
    return repository.resolve(f"refs/tags/{found.tag}").commit if found else None


def releases_in(
    repository: Repository,
    history: History,
    mask: Sequence[int],
    among: Iterable[Release] | None = None,
) -> list[tuple[Release, int]]:
    """The releases, all or ``among`` some, whose commit is in a mask, with its position."""
    found = []
    for release in repository.releases.values() if among is None else among:
        position = history.positions.get(repository.resolve(f"refs/tags/{release.tag}").commit)
        if position is not None and mask[position]:
            found.append((release, position))
    return found
