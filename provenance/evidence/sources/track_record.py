"""Commits by the same identity before the trust base, over time."""

from __future__ import annotations

from provenance.evidence.claims import Claim
from provenance.evidence.model import Evidence, Outcome
from provenance.evidence.trust import TrustBase
from provenance.parse.addresses import is_global
from provenance.words import Status, counted


class Source:
    """Counts non-merge commits and the days between the first and the last."""

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
        seen = "no commit"
        if record:
            seen = f"{counted(record.commits, 'commit')} over {counted(record.days, 'day')}"
            if record.own:
                seen += f", {record.own} of them self-committed,"
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
