"""What a signature says of itself.  Verification against keys is not part of this yet."""

from __future__ import annotations

from provenance.evidence.model import Signature, SignatureStatus
from provenance.facts import RawSignature, SignatureFormat

NO_SIGNATURE = Signature(status=SignatureStatus.NONE, format=SignatureFormat.NONE)


def describe(raw: RawSignature | None) -> Signature:
    """The signature's format, key id and digest; never ``good``, for nothing was verified."""
    if raw is None:
        return NO_SIGNATURE
    if raw.problem:
        return Signature(status=SignatureStatus.BAD, format=raw.format, detail=raw.problem)
    if raw.format is not SignatureFormat.OPENPGP:
        return Signature(
            status=SignatureStatus.UNSUPPORTED,
            format=raw.format,
            detail="this format is not verified by this version",
        )
    return _describe_openpgp(raw)


def _describe_openpgp(raw: RawSignature) -> Signature:
    from pysequoia.packet import PacketPile

    try:
        packet = next(iter(PacketPile.from_bytes(raw.armor)))
        issuer = packet.issuer_fingerprint or packet.issuer_key_id or ""
        digest = str(packet.hash_algorithm).rpartition(".")[2] if packet.hash_algorithm else ""
        created = packet.signature_created
    except Exception as error:  # the library raises bare Exception on malformed packets
        return Signature(
            status=SignatureStatus.UNSUPPORTED,
            format=raw.format,
            detail=f"the signature packet cannot be read: {error}",
        )
    return Signature(
        status=SignatureStatus.UNKNOWN_KEY,
        format=raw.format,
        fingerprint=issuer.lower(),
        signed_at=created.isoformat() if created else "",
        digest_algorithm=digest,
        detail="present, not verified: signatures are not checked by this version",
    )
