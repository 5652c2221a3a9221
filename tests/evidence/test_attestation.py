"""A commit's own signature speaks for its author only where the key carries the address."""

from __future__ import annotations

import pytest

from provenance.evidence.attestation import attested
from provenance.evidence.model import Evidence, Outcome, Signature, SignatureStatus, Standing
from provenance.facts import Address, Person, SignatureFormat
from provenance.words import Status

SEEN = Evidence(source="maintainers", outcome=Outcome.BAD, detail="not listed")
FINGERPRINT = "ab" * 20


def standing(status: Status, email: str = "Ada@X.example") -> Standing:
    person = Person(name="Ada Keeper", email=email)
    return Standing(
        claimed=person,
        canonical=Person(name="Ada Keeper", email="other@x.example"),
        address=Address("other@x.example"),
        status=status,
        evidence=(SEEN,),
    )


def signature(status: str, *addresses: str, signer: str = "", detail: str = "") -> Signature:
    return Signature(
        status=SignatureStatus(status),
        format=SignatureFormat.OPENPGP,
        fingerprint=FINGERPRINT,
        signer=signer,
        addresses=tuple(map(Address, addresses)),
        detail=detail,
    )


@pytest.mark.parametrize(
    ("made", "status", "outcome", "detail"),
    [
        (
            signature("good", "b@x.example", "Ada@x.example"),
            Status.ATTESTED,
            Outcome.GOOD,
            f"signed by {FINGERPRINT}, which carries the address",
        ),
        (
            signature("good-expired-key", "Ada@x.example"),
            Status.ATTESTED,
            Outcome.GOOD,
            f"signed by {FINGERPRINT}, which carries the address",
        ),
        (
            signature("good", "ada@x.example", "other@x.example", signer="Ada <b@x.example>"),
            Status.LISTED,
            Outcome.NOT_APPLICABLE,
            "signed by Ada <b@x.example>, not by the author's address",
        ),
        (
            signature("good"),
            Status.LISTED,
            Outcome.NOT_APPLICABLE,
            f"signed by {FINGERPRINT}, not by the author's address",
        ),
        (
            signature("unknown-key", "Ada@x.example", detail="no --keyring was given"),
            Status.LISTED,
            Outcome.UNAVAILABLE,
            "signed, not verified: no --keyring was given",
        ),
        (
            signature("unsupported", "Ada@x.example"),
            Status.LISTED,
            Outcome.UNAVAILABLE,
            "signed, not verified: unsupported",
        ),
        (
            signature("bad", "Ada@x.example", detail="it does not fit"),
            Status.LISTED,
            Outcome.BAD,
            "signature bad: it does not fit",
        ),
        (
            signature("weak", "Ada@x.example"),
            Status.LISTED,
            Outcome.BAD,
            "signature weak: weak",
        ),
        (
            signature("revoked-key", "Ada@x.example"),
            Status.LISTED,
            Outcome.BAD,
            "signature revoked-key: revoked-key",
        ),
    ],
)
def test_what_a_signature_adds(
    made: Signature, status: Status, outcome: Outcome, detail: str
) -> None:
    """It comes before what the other sources saw; only a good one attests."""
    found = attested(standing(Status.LISTED), made)
    evidence = Evidence(source="signature", outcome=outcome, detail=detail)
    assert (status, (evidence, SEEN)) == (found.status, found.evidence)
    before = standing(Status.LISTED)
    assert (before.claimed, before.canonical, before.address) == (
        found.claimed,
        found.canonical,
        found.address,
    )


def test_an_author_who_cannot_be_read_stays_undetermined() -> None:
    """Whatever address the key carries."""
    found = attested(standing(Status.UNDETERMINED, ""), signature("good", ""))
    assert (Status.UNDETERMINED, Outcome.GOOD) == (found.status, found.evidence[0].outcome)


def test_no_signature_says_nothing() -> None:
    """The standing stays the same object."""
    author = standing(Status.ESTABLISHED)
    assert attested(author, signature("none", "Ada@x.example")) is author
