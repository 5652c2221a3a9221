"""What came after: mainline commits that fix or revert something which a release took in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from provenance.errors import MissingObjectError
from provenance.evidence.model import FollowUp, Upstream
from provenance.evidence.upstream import UpstreamResolver
from provenance.facts import Commit, ObjectId
from provenance.index.history import History


class FollowUpFinder:
    """Looks fixes and reverts up in mainline, and whether the branch has taken them.

    ``branch`` is the mask of commits in the stable branch, ``mainline`` that of commits that
    count as upstream.  A backport of a fix counts as the fix.
    """

    def __init__(
        self,
        history: History,
        branch: Sequence[int],
        mainline: Sequence[int],
        own: Sequence[int],
        resolver: UpstreamResolver,
        read_commit: Callable[[ObjectId], Commit],
    ) -> None:
        self._history = history
        self._branch = branch
        self._mainline = mainline
        self._own = own
        self._resolver = resolver
        self._read_commit = read_commit
        self._told: dict[tuple[int, str], FollowUp | None] = {}

    def of(self, commit: ObjectId, upstream: Upstream | None) -> tuple[FollowUp, ...]:
        """Fixes and reverts of a commit or of its original, the oldest first."""
        named = [commit, *([upstream.id] if upstream and upstream.found else [])]
        found: dict[int, FollowUp] = {}
        for object_id in named:
            for mention in self._history.mentions_of(object_id):
                if mention.position not in found and self._mainline[mention.position]:
                    follow_up = self._follow_up(mention.position, mention.kind)
                    if follow_up:
                        found[mention.position] = follow_up
        times = self._history.commit_times
        return tuple(found[at] for at in sorted(found, key=lambda at: (times[at], found[at].id)))

    def _follow_up(self, position: int, kind: str) -> FollowUp | None:
        """The same for all that a commit names; it is read once."""
        if (position, kind) not in self._told:
            self._told[position, kind] = self._read(position, kind)
        return self._told[position, kind]

    def _read(self, position: int, kind: str) -> FollowUp | None:
        """None for a commit that is a backport itself: its original is what counts."""
        object_id = ObjectId(self._history.ids[position])
        try:
            commit = self._read_commit(object_id)
        except MissingObjectError:
            return None
        if self._resolver.references(commit.message):
            return None
        taken = bool(self._branch[position]) or object_id in self._taken
        return FollowUp(id=object_id, kind=kind, subject=commit.subject, is_missing=not taken)

    @cached_property
    def _taken(self) -> frozenset[ObjectId]:
        """Originals of everything that the branch has beside mainline."""
        taken = set()
        for position, inside in enumerate(self._branch):
            if inside and self._own[position]:
                try:
                    commit = self._read_commit(ObjectId(self._history.ids[position]))
                except MissingObjectError:
                    continue
                claimed = self._resolver.references(commit.message)
                if claimed and claimed.id:
                    taken.add(claimed.id)
        return frozenset(taken)
