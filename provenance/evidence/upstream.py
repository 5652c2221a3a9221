"""Which mainline commit a stable commit claims to be, and whether mainline has it."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from provenance.evidence.claims import Assessor
from provenance.evidence.model import Upstream
from provenance.evidence.same_person import same_person
from provenance.facts import Commit, Ident, ObjectId
from provenance.index.history import NOBODY, History
from provenance.parse.references import Reference, parse_upstream


class UpstreamResolver:
    """Looks references up among the commits that mainline reaches.

    A commit of the audited range is never its own upstream, nor one of its neighbours.
    """

    def __init__(
        self,
        history: History,
        mainline: Sequence[int],
        audited: Sequence[int],
        assessor: Assessor,
        *,
        stable: bool,
    ) -> None:
        self._history = history
        self._mainline = mainline
        self._audited = audited
        self._assessor = assessor
        self._stable = stable
        self._sorted: list[str] | None = None

    def resolve(self, commit: Commit) -> Upstream | None:
        """The first reference that mainline has; else the first one, not found."""
        references = parse_upstream(commit.message, stable=self._stable)
        if not references:
            return None
        for reference in references:
            position = self._position(reference.id)
            if position is not None:
                return self._found(commit, reference, position)
        first = references[0]
        return Upstream(
            id=first.id, form=first.form, found=False, author_matches=None, differences=()
        )

    def _found(self, commit: Commit, reference: Reference, position: int) -> Upstream:
        number = self._history.authors[position]
        matches = None
        if number != NOBODY and isinstance(commit.author, Ident):
            upstream_author = self._assessor.assess_person(self._history.people[number])
            matches = same_person(self._assessor.assess(commit.author), upstream_author)
        return Upstream(
            id=self._history.ids[position],
            form=reference.form,
            found=True,
            author_matches=matches,
            differences=("author",) if matches is False else (),
        )

    def _position(self, prefix: str) -> int | None:
        """Position of the one commit with this id or start of an id that mainline reaches."""
        if len(prefix) == 40:
            position = self._history.positions.get(prefix)
            return position if position is not None and self._counts(position) else None
        if self._sorted is None:
            self._sorted = sorted(self._history.ids)
        start = bisect.bisect_left(self._sorted, prefix)
        found = []
        while start < len(self._sorted) and self._sorted[start].startswith(prefix):
            position = self._history.positions[ObjectId(self._sorted[start])]
            if self._counts(position):
                found.append(position)
            start += 1
        return found[0] if len(found) == 1 else None

    def _counts(self, position: int) -> bool:
        return bool(self._mainline[position]) and not self._audited[position]
