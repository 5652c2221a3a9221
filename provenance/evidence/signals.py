"""Signals of an identity's history with their base rates, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from provenance.facts import ObjectId
from provenance.parse.releases import InRelease
from provenance.words import Severity


class Among(StrEnum):
    """With whom an identity is compared when the base rate of a signal is told."""

    NEWCOMERS = "newcomers"
    HANDLERS = "handlers of this range"
    PRESENT = "identities looked at in this range"


class Signal(Struct, frozen=True, kw_only=True):
    """One thing that an identity's history shows, and how usual it is.

    ``hits`` of the ``compared`` did the same; ``bits`` is the surprise: the negative binary
    logarithm of that share, smoothed by what is usual elsewhere and weighted by the policy.
    ``commits`` are audited ones that show it by themselves, for rules that can tell.
    """

    rule: str
    severity: Severity
    message: str
    hits: int
    compared: int
    among: str
    bits: float
    commits: tuple[ObjectId, ...] = ()

    @property
    def line(self) -> str:
        """One line of the sum: bits, rule, what was seen, how usual it is where that is known."""
        usual = f" ({self.base_rate})" if self.compared else ""
        return f"{self.bits:4.1f}  {self.rule}: {self.message}{usual}"

    @property
    def base_rate(self) -> str:
        """How usual it is, in words."""
        if not self.compared:
            return f"no {self.among} to compare with"
        return f"{self.hits} of {self.compared} {self.among} did this"


class Reached(Struct, frozen=True, kw_only=True):
    """How usual a sum of bits is: ``by`` of the ``compared`` earlier newcomers have as many.

    A sum takes its signals for independent, which they are not; this does not.
    """

    by: int
    compared: int

    @property
    def base_rate(self) -> str:
        """The same in words."""
        if not self.compared:
            return "no earlier newcomers to compare with"
        return f"{self.by} of {self.compared} earlier newcomers reach as much"


class Pattern(Struct, frozen=True, kw_only=True):
    """All signals of one identity, most surprising first; ``bits`` is their sum.

    ``reached`` tells how usual such a sum is.  ``place`` is 1 for the most bits in the range;
    those with as many share it.  ``earlier`` counts the identity's commits in this history before
    each of its commits; it has none of somebody who is looked at as a handler only.  ``to_read``
    are the few of its audited commits to look at first.
    """

    signals: tuple[Signal, ...]
    reached: Reached
    place: int
    earlier: Mapping[ObjectId, int]
    to_read: tuple[ObjectId, ...]

    @property
    def bits(self) -> float:
        """The sum over the signals, to a tenth; never less than nothing."""
        return sum_of_bits(signal.bits for signal in self.signals)


class Elsewhere(Struct, frozen=True, kw_only=True):
    """The non-merge commits of an identity outside of the range, copies of others aside.

    The days of the oldest and the newest are committer dates; ``releases`` has in which release
    each was first, the oldest first; ``ids`` are the newest thousand, newest first.
    """

    commits: int
    first: str
    last: str
    releases: tuple[InRelease, ...]
    ids: tuple[ObjectId, ...]


def sum_of_bits(bits: Iterable[float]) -> float:
    """Bits together, to a tenth; never less than nothing."""
    return max(0.0, round(sum(bits), 1))
