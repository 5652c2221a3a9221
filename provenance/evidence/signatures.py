"""Verdicts on signatures of any format, remembered by what was signed and by which bytes."""

from __future__ import annotations

import datetime
import hashlib

from msgspec.structs import replace

from provenance.evidence.keyring import Keyring
from provenance.evidence.model import Signature, SignatureStatus
from provenance.evidence.openpgp import OpenPgpVerifier
from provenance.evidence.ssh import SshTrust, SshVerifier
from provenance.facts import (
    Address,
    BrokenIdent,
    Ident,
    RawSignature,
    SignatureFormat,
    seconds_of,
)
from provenance.parse.addresses import normalise

NO_SIGNATURE = Signature(status=SignatureStatus.NONE, format=SignatureFormat.NONE)


class Verifier:
    """Judges signatures as of a day; the same bytes are judged once."""

    def __init__(self, keyring: Keyring, ssh: SshTrust, as_of: datetime.date) -> None:
        self._openpgp = OpenPgpVerifier(keyring, as_of)
        self._ssh = SshVerifier(ssh, as_of)
        self._known: dict[bytes, Signature] = {}

    def verify(self, raw: RawSignature | None, by: Ident | BrokenIdent | None) -> Signature:
        """The verdict on a signature that ``by`` (committer, tagger) is said to have made."""
        if raw is None:
            return NO_SIGNATURE
        if raw.problem:
            return Signature(status=SignatureStatus.BAD, format=raw.format, detail=raw.problem)
        made = seconds_of(by)
        who = normalise(by.person.email) if isinstance(by, Ident) else normalise("")
        key = hashlib.sha256(
            b"\0".join((raw.armor, raw.payload, f"{made} {who}".encode("utf-8", "surrogateescape")))
        ).digest()
        if key not in self._known:
            self._known[key] = self._judge(raw, made, who)
        return self._known[key]

    def _judge(self, raw: RawSignature, made: int, who: Address) -> Signature:
        if raw.format is SignatureFormat.OPENPGP:
            return self._openpgp.verify(raw)
        if raw.format is SignatureFormat.SSH:
            return self._ssh.verify(raw, made=made, who=who)
        return Signature(
            status=SignatureStatus.UNSUPPORTED,
            format=raw.format,
            detail="X.509 signatures are not verified"
            if raw.format is SignatureFormat.X509
            else "neither an OpenPGP nor an SSH signature",
        )


def misplaced(signature: Signature, reason: str) -> Signature:
    """A signature that stands where it does not belong is bad, however well it was made."""
    if signature.status is SignatureStatus.NONE:
        return signature
    detail = f"{reason} (by itself: {signature.status})"
    return replace(signature, status=SignatureStatus.BAD, detail=detail)
