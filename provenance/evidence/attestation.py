"""What a commit's own signature, or that of the mail it came in, says of its author."""

from __future__ import annotations

from msgspec.structs import replace

from provenance.evidence.model import Evidence, Outcome, Signature, SignatureStatus, Standing
from provenance.parse.addresses import normalise
from provenance.words import Status


def attested(author: Standing, signature: Signature, source: str = "signature") -> Standing:
    """The author's standing with what such a signature adds to it."""
    if signature.status is SignatureStatus.NONE:
        return author
    outcome, detail = _attestation(author, signature)
    evidence = Evidence(source=source, outcome=outcome, detail=detail)
    status = Status.ATTESTED if outcome is Outcome.GOOD else author.status
    if author.status is Status.UNDETERMINED:
        status = author.status
    return replace(author, status=status, evidence=(evidence, *author.evidence))


def carries(signature: Signature, person: Standing) -> bool:
    """True where a key that made a signature, and may, has the address of somebody."""
    has_address = normalise(person.claimed.email) in signature.addresses
    return signature.status.is_verified and has_address


def _attestation(author: Standing, signature: Signature) -> tuple[Outcome, str]:
    status, detail = signature.status, signature.detail or signature.status
    if status.is_verified:
        if carries(signature, author):
            return Outcome.GOOD, f"signed by {signature.fingerprint}, which carries the address"
        who = signature.signer or signature.fingerprint
        return Outcome.NOT_APPLICABLE, f"signed by {who}, not by the author's address"
    if status in (SignatureStatus.UNKNOWN_KEY, SignatureStatus.UNSUPPORTED):
        return Outcome.UNAVAILABLE, f"signed, not verified: {detail}"
    return Outcome.BAD, f"signature {status}: {detail}"
