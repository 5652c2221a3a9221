"""Answers that are kept as long as they take little memory together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

_Text = TypeVar("_Text", bound="str | bytes")
_Answer = TypeVar("_Answer")
_MOST: Final = 32 << 20
_EACH: Final = 200
_PIECE: Final = 8
"""Bytes: what is kept at most, for each answer, and for each piece of one."""


class Remembered(Generic[_Text, _Answer]):
    """A function of a text that answers a second time without working it out.

    ``pieces`` counts what an answer holds; where texts and answers would take more than
    ``most`` bytes, all are forgotten.  A limit to their number alone is none where each may
    be of any size.
    """

    def __init__(
        self,
        find: Callable[[_Text], _Answer],
        pieces: Callable[[_Answer], int],
        *,
        most: int = _MOST,
    ) -> None:
        self._find = find
        self._pieces = pieces
        self._most = most
        self._known: dict[_Text, _Answer] = {}
        self._size = 0

    def __call__(self, text: _Text) -> _Answer:
        known = self._known.get(text)
        if known is None:
            known = self._find(text)
            size = _EACH + len(text) + _PIECE * self._pieces(known)
            if self._size + size > self._most:
                self._known.clear()
                self._size = 0
            self._known[text] = known
            self._size += size
        return known
