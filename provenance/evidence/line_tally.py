"""Lines added up under names and authors, in a form that can be kept and joined.

Blocks of history never change: what was added up for one of them once is read back in a
moment, whatever range, trust base or ref asks for it later.  Whether an author counts as
verified depends on the trust base, so sums are kept per author and not per status.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from msgspec import Struct, field

from provenance.parse.surface import Surface
from provenance.words import Status


class Who(NamedTuple):
    """An author by person number; ``attested`` where the commit's own signature says so."""

    number: int
    attested: bool


_NO_SURFACE: Final[Mapping[Surface, int]] = {}
"""Of most shares, of which there are many: one for all."""


class Share(Struct):
    """Commits and lines, with the new attack surface among them."""

    commits: int = 0
    added: int = 0
    removed: int = 0
    surface: Mapping[Surface, int] = field(default_factory=lambda: _NO_SURFACE)

    def add(self, other: Share) -> None:
        """Takes another share in."""
        self.commits += other.commits
        self.added += other.added
        self.removed += other.removed
        if other.surface:
            self.surface = Counter(self.surface) + Counter(other.surface)


class LineTally:
    """Shares by author in all, and by author under each name.

    ``commits`` counts every commit looked at, also those in which no file was selected.
    """

    def __init__(self) -> None:
        self.commits = 0
        self.total: dict[Who, Share] = {}
        self.named: dict[str, dict[Who, Share]] = {}

    def add(self, who: Who, whole: Share, shares: Mapping[str, Share]) -> None:
        """Takes in one commit: all of it, and its part under each name."""
        _take(self.total, who, whole)
        for name, share in shares.items():
            _take(self.named.setdefault(name, {}), who, share)

    def join(self, other: LineTally) -> None:
        """Takes in another tally."""
        self.commits += other.commits
        for who, share in other.total.items():
            _take(self.total, who, share)
        for name, found in other.named.items():
            mine = self.named.setdefault(name, {})
            for who, share in found.items():
                _take(mine, who, share)

    def pack(self) -> bytes:
        """Everything as JSON text."""
        named = {name: _rows(found) for name, found in self.named.items()}
        return json.dumps([self.commits, _rows(self.total), named]).encode("ascii")


def unpack_tally(raw: bytes) -> LineTally:
    """The tally that was packed.  Raises ``ValueError`` on other bytes."""
    found = LineTally()
    try:
        found.commits, total, named = json.loads(raw)
        found.total = _shares(total)
        found.named = {name: _shares(rows) for name, rows in named.items()}
    except (TypeError, AttributeError) as error:
        raise ValueError("not a tally") from error
    return found


_Row = tuple[int, int, int, int, int, Mapping[Surface, int]]


def _rows(shares: Mapping[Who, Share]) -> list[_Row]:
    return [
        (who.number, int(who.attested), share.commits, share.added, share.removed, share.surface)
        for who, share in shares.items()
    ]


def _shares(rows: Iterable[_Row]) -> dict[Who, Share]:
    found = {}
    for number, attested, commits, added, removed, surface in rows:
        kinds = {Surface(kind): count for kind, count in surface.items()}
        share = Share(commits, added, removed, kinds or _NO_SURFACE)
        found[Who(number, bool(attested))] = share
    return found


def _take(shares: dict[Who, Share], who: Who, share: Share) -> None:
    known = shares.get(who)
    if known is None:
        known = shares[who] = Share()
    known.add(share)


def status_of(who: Who, status: Status) -> Status:
    """What a share counts for, given the author's status without a signature."""
    return Status.ATTESTED if who.attested else status
