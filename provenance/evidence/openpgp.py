"""Verdicts on OpenPGP signatures: graded, never all or nothing.

What is asked in this order: is it one detached signature that can be read, is its key in
the keyring, does it fit the bytes, may that key sign (revocation, binding, expiry), and how
strong is it.  A signature that this program cannot judge is ``unsupported``, never ``bad``.
"""

from __future__ import annotations

import datetime
from typing import Final

from provenance.dates import DAY, day, end_of
from provenance.evidence.certificates import Certificate, Validity, is_made_by
from provenance.evidence.crypto import UnsupportedKeyError, weakness_of
from provenance.evidence.keyring import Keyring
from provenance.evidence.model import Signature, SignatureStatus
from provenance.facts import RawSignature, SignatureFormat
from provenance.parse.openpgp import (
    DIGESTS,
    PacketError,
    PacketTag,
    PublicKey,
    SignaturePacket,
    SignatureType,
    dearmor,
    parse_signature,
    split_packets,
)

_BROKEN_DIGESTS: Final = frozenset({"md5", "sha1", "ripemd160"})
_PREFERENCE: Final = (
    SignatureStatus.GOOD,
    SignatureStatus.GOOD_EXPIRED_KEY,
    SignatureStatus.WEAK,
    SignatureStatus.REVOKED_KEY,
    SignatureStatus.BAD,
    SignatureStatus.UNSUPPORTED,
)
"""Which verdict counts where several certificates hold a key of the same id."""
_Verdict = tuple[SignatureStatus, str]


class OpenPgpVerifier:
    """Judges signatures against a keyring, as of a day."""

    def __init__(self, keyring: Keyring, as_of: datetime.date) -> None:
        self._keyring = keyring
        self._now = end_of(as_of)

    def verify(self, raw: RawSignature) -> Signature:
        """The verdict on one signature."""
        try:
            signature = _only_signature(raw.armor)
        except PacketError as error:
            return _unjudged(SignatureStatus.UNSUPPORTED, f"cannot be read: {error}")
        except _NotDetachedError as error:
            return _unjudged(SignatureStatus.BAD, str(error))
        candidates = self._keyring.keys_of(signature.issuer, signature.issuer_fingerprint)
        if not candidates:
            return _described(signature, SignatureStatus.UNKNOWN_KEY, self._unknown())
        found = [self._judge(signature, raw.payload, *candidate) for candidate in candidates]
        return min(found, key=lambda one: _PREFERENCE.index(one.status))

    def _judge(
        self,
        signature: SignaturePacket,
        payload: bytes,
        certificate: Certificate,
        key: PublicKey,
    ) -> Signature:
        """The verdict if this is the key that made it; one id can name several."""
        try:
            fitting = is_made_by(key, signature, _canonical(signature, payload))
        except UnsupportedKeyError as error:
            verdict = SignatureStatus.UNSUPPORTED, str(error)
            return _described(signature, *verdict, certificate=certificate)
        if not fitting:
            verdict = SignatureStatus.BAD, "the signature does not fit the signed bytes"
        else:
            verdict = self._grade(signature, certificate, key)
        return _described(signature, *verdict, certificate=certificate)

    def _unknown(self) -> str:
        return "the key is not in the keyring" if self._keyring else "no --keyring was given"

    def _grade(
        self, signature: SignaturePacket, certificate: Certificate, key: PublicKey
    ) -> _Verdict:
        """How good a signature is that fits."""
        validity, made = certificate.validity(key), signature.created
        if validity.problem:
            return SignatureStatus.UNSUPPORTED, f"it fits, but {validity.problem}"
        if validity.is_compromised:
            return SignatureStatus.REVOKED_KEY, "revoked for good: compromised, or no reason given"
        if validity.retired is not None and made >= validity.retired:
            return (
                SignatureStatus.REVOKED_KEY,
                f"made after the key was retired on {day(validity.retired)}",
            )
        if made < validity.created:
            return SignatureStatus.BAD, f"made before its key, which is of {day(validity.created)}"
        weakness = self._weakness(signature, key, validity)
        if weakness:
            return SignatureStatus.WEAK, weakness
        if validity.retired is not None:
            detail = f"made before the key was retired on {day(validity.retired)}"
            return SignatureStatus.GOOD_EXPIRED_KEY, detail
        if validity.expires and validity.expires <= self._now:
            detail = f"valid when made; the key expired on {day(validity.expires)}"
            return SignatureStatus.GOOD_EXPIRED_KEY, detail
        return SignatureStatus.GOOD, ""

    def _weakness(self, signature: SignaturePacket, key: PublicKey, validity: Validity) -> str:
        reasons = []
        digest = DIGESTS[signature.digest]
        if digest in _BROKEN_DIGESTS:
            reasons.append(f"{digest} digest")
        if signature.created > self._now + DAY:
            reasons.append(f"dated {day(signature.created)}, after the day of the audit")
        if signature.version < 4:
            reasons.append("version 3 signature packet")
        if signature.type == SignatureType.TEXT:
            reasons.append("a text signature, which leaves line ends open")
        reasons.append(weakness_of(key))
        if validity.expires and signature.created >= validity.expires:
            reasons.append(
                f"made after {day(validity.expires)}, when this copy of the key expires"
                " (a newer copy may say otherwise)"
            )
        if signature.lifetime and signature.created + signature.lifetime <= self._now:
            reasons.append("the signature itself has expired")
        return ", ".join(filter(None, reasons))


class _NotDetachedError(Exception):
    """The armour holds something else than one detached signature."""


def _only_signature(armor: bytes) -> SignaturePacket:
    packets = list(split_packets(dearmor(armor)))
    if any(packet.tag != PacketTag.SIGNATURE for packet in packets):
        raise _NotDetachedError("the armour holds more than a detached signature")
    if len(packets) != 1:
        raise _NotDetachedError(f"the armour holds {len(packets)} signatures")
    signature = parse_signature(packets[0].body)
    if signature.type not in (SignatureType.BINARY, SignatureType.TEXT):
        raise _NotDetachedError("the signature is not one over a document")
    return signature


def _canonical(signature: SignaturePacket, payload: bytes) -> bytes:
    """A text signature is over lines that end in CRLF (RFC 9580, section 5.2.1.2)."""
    if signature.type == SignatureType.TEXT:
        return payload.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return payload


def _unjudged(status: SignatureStatus, detail: str) -> Signature:
    return Signature(status=status, format=SignatureFormat.OPENPGP, detail=detail)


def _described(
    signature: SignaturePacket,
    status: SignatureStatus,
    detail: str,
    certificate: Certificate | None = None,
) -> Signature:
    made = datetime.datetime.fromtimestamp(signature.created, datetime.UTC)
    return Signature(
        status=status,
        format=SignatureFormat.OPENPGP,
        fingerprint=(
            certificate.fingerprint
            if certificate
            else signature.issuer_fingerprint or signature.issuer
        ),
        signer=next(iter(certificate.user_ids), "") if certificate else "",
        addresses=certificate.addresses if certificate else (),
        signed_at=made.isoformat(),
        digest_algorithm=DIGESTS.get(signature.digest, str(signature.digest)),
        detail=detail,
    )
