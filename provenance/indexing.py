"""Builds the index of a repository ahead of time."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike

from msgspec import Struct

from provenance.errors import UsageError
from provenance.evidence.changes import ChangeReader, in_stretches
from provenance.facts import ObjectId
from provenance.index.history import positions_in, without
from provenance.index.index import Index, open_indexed
from provenance.index.ranges import load_history
from provenance.parse.maintainers import Maintainers
from provenance.repository import Repository
from provenance.settings import DEFAULTS, Progress, Settings, no_progress

_PROGRESS_EVERY = 500


class Indexed(Struct, frozen=True, kw_only=True):
    """How many commits the index knows, and of how many non-merges it has the changed files.

    ``unread`` counts the commits, or changes of commits, that are there and cannot be read.
    """

    commits: int
    changes: int
    unread: int


def build_index(
    *,
    repo: str | PathLike[str] = ".",
    with_changes: bool = True,
    settings: Settings = DEFAULTS,
    progress: Progress = no_progress,
) -> Indexed:
    """Reads all that the repository reaches.  Raises ``ProvenanceError``."""
    if settings.cache is None:
        raise UsageError("there is no folder to keep an index in", hint="name one: --cache-dir DIR")
    with open_indexed(repo, settings) as (repository, index):
        history, known, _ = load_history(repository, index, [], progress)
        wanted = positions_in(without(known, history.merges))[::-1] if with_changes else []
        read = 0
        for some, told in in_stretches(wanted, progress):
            names = [ObjectId(history.ids[position]) for position in some]
            read += _read_changes(repository, index, names, settings.jobs, told)
        return Indexed(
            commits=known.count(1),
            changes=read,
            unread=len(history.unreadable) + len(wanted) - read,
        )


def _read_changes(
    repository: Repository,
    index: Index,
    names: Sequence[ObjectId],
    jobs: int,
    progress: Progress,
) -> int:
    """Reads the changes of some commits with their new attack surface; of how many it could."""
    reader = ChangeReader(
        repository,
        index,
        Maintainers(()),
        surface_of=frozenset(names),
        jobs=jobs,
        progress=progress,
    )
    read = 0
    changed = reader.read(names)
    for number in range(len(names)):
        if number % _PROGRESS_EVERY == 0:
            progress("reading changes", number, len(names))
        read += next(changed)[1] is not None
    return read
