"""Which merge brought each commit in: the first parent's line is the tree's own, the rest came.

Source of the reading: a merge's first parent is the branch that was merged into (gitglossary,
"first parent").  A commit that several merges reach was brought in by the first of them, in
the order of the line; inside a pulled branch the same holds again, so that every commit has a
chain of merges from the innermost outwards.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from provenance.index.history import History

_OWN: Final = -1
"""A commit on the line itself: nothing brought it in."""


class Pull(NamedTuple):
    """One merged branch: positions of the merge and of the branch's tip.

    ``outer`` is the number of the pull that brought the merge itself in, -1 for none.
    """

    merge: int
    tip: int
    outer: int


class Pulls:
    """Every pull of a part of history, by the position of what it brought in."""

    def __init__(self, history: History, tip: int, mask: Sequence[int]) -> None:
        self._history = history
        self._mask = mask
        self._pulls: list[Pull] = []
        self._by_position = array("i", [_OWN]) * len(history)
        self._seen = bytearray(len(history))
        self._walk(tip)

    def of(self, position: int) -> Iterator[Pull]:
        """The pulls that brought a commit in, the innermost first."""
        number = self._by_position[position]
        while number != _OWN:
            pull = self._pulls[number]
            yield pull
            number = pull.outer

    def _walk(self, tip: int) -> None:
        waiting = [self._branches(tip, _OWN)]
        while waiting:
            found = next(waiting[-1], None)
            if found is None:
                waiting.pop()
            elif self._mask[found.tip] and not self._seen[found.tip]:
                self._pulls.append(found)
                waiting.append(self._branches(found.tip, len(self._pulls) - 1))

    def _branches(self, tip: int, number: int) -> Iterator[Pull]:
        """Takes in the line below a tip; what was merged into it, oldest merge first."""
        line: list[int] = []
        position: int | None = tip
        while position is not None and self._mask[position] and not self._seen[position]:
            self._seen[position] = 1
            self._by_position[position] = number
            line.append(position)
            parents = self._history.parents(position)
            position = parents[0] if parents else None
        return iter(
            [
                Pull(merge, parent, number)
                for merge in reversed(line)
                for parent in self._history.parents(merge)[1:]
            ]
        )
