"""Which mainline commit a stable commit claims to be, and whether mainline has it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from provenance.facts import ObjectId
from provenance.index.history import History
from provenance.parse.references import Reference, parse_upstream


class Claimed(Struct, frozen=True, kw_only=True):
    """The origin that a message names; ``id`` is None where mainline does not have it."""

    reference: Reference
    id: ObjectId | None
    others: tuple[str, ...]


class UpstreamResolver:
    """Looks references up among the commits that mainline reaches.

    A commit of the audited range is never its own upstream, nor one of its neighbours.
    """

    def __init__(
        self,
        history: History,
        mainline: Sequence[int],
        audited: Sequence[int],
        *,
        stable: bool,
    ) -> None:
        self._history = history
        self._mainline = mainline
        self._audited = audited
        self._stable = stable

    def references(self, message: str) -> Claimed | None:
        """What a message claims as origin: the first reference that mainline has, else the
        first one, not found.
        """
        references = parse_upstream(message, stable=self._stable)
        if not references:
            return None
        for reference in references:
            position = self._position(reference.id)
            if position is not None:
                full = ObjectId(self._history.ids[position])
                others = [one.id for one in references if not full.startswith(one.id)]
                return Claimed(reference=reference, id=full, others=tuple(others))
        others = [one.id for one in references[1:]]
        return Claimed(reference=references[0], id=None, others=tuple(others))

    def _position(self, prefix: str) -> int | None:
        """Position of the one commit with this id or start of an id that mainline reaches."""
        if len(prefix) == 40:
            position = self._history.positions.get(prefix)
            return position if position is not None and self._counts(position) else None
        found = [at for at in self._history.ids.starting_with(prefix) if self._counts(at)]
        return found[0] if len(found) == 1 else None

    def _counts(self, position: int) -> bool:
        return bool(self._mainline[position]) and not self._audited[position]
