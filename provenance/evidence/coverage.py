"""Signed pulls: the tags that merges embed, verified, and the commits that came through them.

A puller's signature says that the signer asked for these commits to be merged.  It vouches
for the pull; it verifies neither the authors nor the content of any commit in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from provenance.errors import MissingObjectError
from provenance.evidence.claims import Assessor
from provenance.evidence.model import Coverage, Covered, PulledTag, Role, Standing
from provenance.evidence.route import Seal
from provenance.evidence.signatures import Verifier, misplaced
from provenance.facts import Commit, ObjectId, Person, Tag
from provenance.index.history import History
from provenance.index.pulls import Pull, Pulls
from provenance.parse.addresses import is_host, normalise


class Coverer:
    """Verifies mergetags once and answers which of them cover a commit."""

    def __init__(
        self,
        history: History,
        pulls: Pulls,
        verifier: Verifier,
        assessor: Assessor,
        read_commit: Callable[[ObjectId], Commit],
    ) -> None:
        self._history = history
        self._pulls = pulls
        self._verifier = verifier
        self._assessor = assessor
        self._read_commit = read_commit
        self._by_merge: dict[str, tuple[PulledTag, ...]] = {}

    def pulled(self, merge: Commit) -> tuple[PulledTag, ...]:
        """The tags that a merge embeds."""
        found = self._by_merge.get(merge.id)
        if found is None:
            found = tuple(self._pulled(merge, tag) for tag in merge.mergetags)
            self._by_merge[merge.id] = found
        return found

    def of(self, position: int) -> Coverage:
        """How a commit came in: under the innermost verified tag, else the innermost other."""
        found: tuple[Covered, str | None, PulledTag | None] = (Covered.NOT, None, None)
        mergers: dict[Standing, None] = {}
        for pull in self._pulls.of(position):
            mergers.setdefault(self._assessor.assess_person(merger_of(self._history, pull.merge)))
            if found[0] is not Covered.VERIFIED:
                found = self._better(pull, found)
        kind, merge, pulled = found
        return Coverage(kind=kind, merge=merge, pulled=pulled, mergers=tuple(mergers))

    def _better(
        self, pull: Pull, found: tuple[Covered, str | None, PulledTag | None]
    ) -> tuple[Covered, str | None, PulledTag | None]:
        merge, tip = self._history.ids[pull.merge], self._history.ids[pull.tip]
        for pulled in self._pulled_by(pull.merge):
            if pulled.tag.object != tip:
                continue
            if pulled.is_verified:
                return Covered.VERIFIED, merge, pulled
            if found[0] is Covered.NOT:
                found = (Covered.UNVERIFIABLE, merge, pulled)
        return found

    def brought_by(self, position: int) -> int | None:
        """Position of the innermost merge that brought a commit in; None for the line itself."""
        pull = next(self._pulls.of(position), None)
        return pull.merge if pull else None

    def _pulled_by(self, position: int) -> tuple[PulledTag, ...]:
        if position not in self._history.with_mergetag:
            return ()
        merge = ObjectId(self._history.ids[position])
        found = self._by_merge.get(merge)
        if found is None:
            try:
                found = self.pulled(self._read_commit(merge))
            except MissingObjectError:
                found = self._by_merge[merge] = ()  # the history names it as unreadable
        return found

    def _pulled(self, merge: Commit, tag: Tag) -> PulledTag:
        matches = tag.object in merge.parents[1:]
        signature = self._verifier.verify(tag.signature, tag.tagger)
        if not matches:
            signature = misplaced(signature, f"it is over {tag.object[:12]}, no merged parent")
        return PulledTag(
            tag=tag,
            signature=signature,
            matches_parent=matches,
            tagger=self._assessor.assess(tag.tagger) if tag.tagger else None,
        )


def merger_of(history: History, position: int) -> Person:
    """Who made a commit: its committer, or its author where a code host has committed it."""
    committer = history.people[history.committers[position]]
    if is_host(normalise(committer.email)):
        return history.people[history.authors[position]]
    return committer


def foreign_tips(
    history: History, position: int, pulled: Sequence[PulledTag]
) -> tuple[ObjectId, ...]:
    """Merged parents that another person committed and no signed tag of the merge covers."""
    covered = {one.tag.object for one in pulled}
    own = merger_of(history, position)
    return tuple(
        ObjectId(history.ids[parent])
        for parent in history.parents(position)[1:]
        if history.ids[parent] not in covered and merger_of(history, parent) != own
    )


def seals_of(coverage: Coverage, release: Seal | None) -> list[Seal]:
    """The signed tags over a commit, the nearest first."""
    seals = []
    if coverage.pulled:
        pulled = coverage.pulled
        seals.append(
            Seal(
                role=Role.PULL,
                name=pulled.tag.name,
                tagger=pulled.tagger,
                is_verified=pulled.is_verified,
            )
        )
    return [*seals, release] if release else seals
