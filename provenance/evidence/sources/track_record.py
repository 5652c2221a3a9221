"""Commits that the same identity wrote or handled before the trust base, over time."""

from __future__ import annotations

from provenance.evidence.claims import Claim
from provenance.evidence.model import Evidence, Outcome
from provenance.evidence.trust import TrustBase
from provenance.index.track_record import Record
from provenance.parse.addresses import is_global
from provenance.words import Status, counted


class Source:
    """Counts non-merge commits and the days between the first and the last.

    What somebody wrote is one record, what somebody committed of others another.
    """

    name = "track-record"
    grants = Status.ESTABLISHED

    def __init__(self, trust: TrustBase) -> None:
        self._trust = trust

    def look(self, claim: Claim) -> Evidence:
        if not is_global(claim.address):
            return self._evidence(
                Outcome.NOT_APPLICABLE, "the address names one machine only; anyone may hold it"
            )
        shared = self._trust.shared(claim.address, claim.canonical.name)
        if shared:
            return self._evidence(Outcome.NOT_APPLICABLE, shared)
        record = self._trust.record.get(claim.address)
        wanted = self._trust.policy.established
        seen = _told(record) if record else "no commit"
        if record and self._trust.is_established(claim.address, record):
            return self._evidence(Outcome.GOOD, f"{seen} before the trust base")
        if not self._trust.history_complete:
            return self._evidence(
                Outcome.UNAVAILABLE, f"{seen} in what could be read; history is incomplete"
            )
        return self._evidence(
            Outcome.BAD,
            f"{seen} before the trust base; {wanted.commits} over {wanted.days} days make a record",
        )

    def _evidence(self, outcome: Outcome, detail: str) -> Evidence:
        return Evidence(source=self.name, outcome=outcome, detail=detail)


def _told(record: Record) -> str:
    """What was written, how much of that nobody else applied, and what was handled."""
    wrote, handled = record.wrote, record.handled
    parts = ["no commit of its own"]
    if wrote.commits:
        parts = [f"{counted(wrote.commits, 'commit')} over {counted(wrote.days, 'day')}"]
    if record.own:
        parts.append(f"{record.own} of them self-committed")
    if handled.commits:
        parts.append(f"{handled.commits} of others handled over {counted(handled.days, 'day')}")
    return ", ".join(parts) + ("," if len(parts) > 1 else "")
