"""What the rules know of one identity: its deeds in order, and those around it.  Pure records.

Times are Unix seconds of committer dates unless they say ``authored``: an author can write any
author date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from provenance.dates import DAY, HOUR
from provenance.evidence.model import Standing
from provenance.facts import Address, ObjectId
from provenance.parse.surface import Surface
from provenance.policy import PatternPolicy


class Kind(StrEnum):
    """What a commit sets out to do, by its subject, its trailers and what it adds."""

    FIX = "fix"
    FEATURE = "feature"
    OTHER = "other"


class Deed(Struct, frozen=True, kw_only=True):
    """One non-merge commit of an identity.

    ``new_source`` counts lines in source files that it adds, ``surface`` has the kind of each
    piece of new attack surface; ``build_files`` are scripts, makefiles and other files that run
    when the tree is built, tested or released, ``binaries`` binary files, ``entries`` files
    of authority in which its author's own address is new.  ``inside`` tells the audited commits.
    """

    id: ObjectId
    subject: str
    time: int
    authored: int
    kind: Kind
    added: int
    removed: int
    new_source: int
    surface: tuple[Surface, ...]
    subsystems: tuple[str, ...]
    build_files: tuple[str, ...]
    binaries: tuple[str, ...]
    entries: tuple[str, ...]
    committer: Address
    reviewers: frozenset[Address]
    tools: tuple[str, ...]
    zone: str
    inside: bool

    @property
    def is_feature(self) -> bool:
        """True where it brings something new that is worth a look."""
        return self.kind is Kind.FEATURE

    @property
    def size(self) -> int:
        """Lines added and removed."""
        return self.added + self.removed


class Given(Struct, frozen=True, kw_only=True):
    """A review, ack or test that an identity gave to somebody else's commit.

    ``is_only`` says that the commit names no other reviewer; ``to_unverified`` that its author
    is unverified too.
    """

    id: ObjectId
    key: str
    author: Address
    time: int
    is_only: bool
    to_unverified: bool


class Claim(Struct, frozen=True, kw_only=True):
    """A step into a place of authority: ``what`` in words, and the commit or tag that is it."""

    what: str
    place: str
    time: int


class Intake(Struct, frozen=True, kw_only=True):
    """What a committer takes from newcomers (first seen in the year before): counts of commits."""

    newcomers: int
    commits: int
    newcomers_before: int
    commits_before: int


class Likeness(Struct, frozen=True, kw_only=True):
    """Another identity that looks like this one, and why.  A hint, never a join."""

    address: Address
    reasons: tuple[str, ...]


class IdentityCase(Struct, frozen=True, kw_only=True, dict=True):
    """All that is known of one identity when the rules are asked.

    ``unverified`` is False for somebody young whose track record is enough to be established;
    ``domain_users`` counts the identities of the history that share the mail domain, 0 for free
    mail and the like.  ``commits`` are all its non-merge commits from the oldest to the newest,
    none for a handler who is not looked at otherwise; ``deeds`` are what was read of them: all, or
    where there are very many the first and the last.  ``circle`` are unverified identities that
    review each other, this one among them; ``unrelated`` answers whether established people hardly
    ever work in both of two subsystems.
    """

    address: Address
    standing: Standing
    unverified: bool
    domain_users: int
    first_seen: int
    commits: Sequence[ObjectId]
    deeds: Sequence[Deed]
    given: Sequence[Given]
    circle: tuple[Address, ...]
    claims: Sequence[Claim]
    intake: Intake | None
    like: Sequence[Likeness]
    handlers: Mapping[Address, int]
    unrelated: Callable[[str, str], bool]
    policy: PatternPolicy

    @cached_property
    def inside(self) -> tuple[Deed, ...]:
        """The audited deeds."""
        return tuple(deed for deed in self.deeds if deed.inside)

    @property
    def unread(self) -> int:
        """How many of its commits were not read: there are too many, or they cannot be."""
        return len(self.commits) - len(self.deeds)

    def age(self, time: int) -> int:
        """Whole days since the identity was first seen."""
        return max(0, time - self.first_seen) // DAY


def busiest(deeds: Sequence[Deed], days: int, series: int) -> Sequence[Deed]:
    """The largest group of consecutive deeds within so many days that came in so many series."""
    best: Sequence[Deed] = ()
    start = 0
    for end, deed in enumerate(deeds):
        while deed.time - deeds[start].time > days * DAY:
            start += 1
        group = deeds[start : end + 1]
        if len(group) > len(best) and count_series(group) >= series:
            best = group
    return best


def count_series(deeds: Sequence[Deed]) -> int:
    """In how many series consecutive deeds came."""
    return len(set(series_starts(deeds)))


_TOP = ""
"""Where a deed is that is in no subsystem: its files lie at the top of the tree."""


def series_starts(deeds: Sequence[Deed]) -> list[int]:
    """For each deed, which one its series begins with, as far as history tells: mail is not in it.

    Two in a row are of one series where one committer applied them within an hour, they were
    written within a day, and the second is in a subsystem that the series is in already.
    """
    starts: list[int] = []
    places: set[str] = set()
    for number, deed in enumerate(deeds):
        own = set(deed.subsystems) or {_TOP}
        goes_on = number > 0 and _came_together(deeds[number - 1], deed) and bool(places & own)
        starts.append(starts[-1] if goes_on else number)
        places = places | own if goes_on else own
    return starts


def _came_together(first: Deed, second: Deed) -> bool:
    return (
        first.committer == second.committer
        and abs(second.time - first.time) <= HOUR
        and abs(second.authored - first.authored) <= DAY
    )
