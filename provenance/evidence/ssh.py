"""Verdicts on SSH signatures, against an allowed-signers file in git's format."""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, TypeVar

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from msgspec import Struct

from provenance.dates import day, end_of
from provenance.errors import KeyringError
from provenance.evidence.model import Signature, SignatureStatus
from provenance.facts import Address, RawSignature, SignatureFormat
from provenance.parse.addresses import normalise
from provenance.parse.ssh import (
    AllowedSigner,
    SshError,
    SshSignature,
    Wire,
    parse_allowed_signers,
    parse_key_list,
    parse_ssh_signature,
    signed_text,
)

_T = TypeVar("_T")
_DIGESTS: Final = ("sha256", "sha512")
_CURVES: Final = {
    b"nistp256": (ec.SECP256R1(), hashes.SHA256()),
    b"nistp384": (ec.SECP384R1(), hashes.SHA384()),
    b"nistp521": (ec.SECP521R1(), hashes.SHA512()),
}
_RSA_DIGESTS: Final = {b"rsa-sha2-256": hashes.SHA256(), b"rsa-sha2-512": hashes.SHA512()}
_SHORTEST_RSA: Final = 2048
_PRESENT: Final = 0x01
"""The flag of a security key that says somebody touched it."""


class SshTrust(Struct, frozen=True, kw_only=True):
    """Whose keys count, and which keys are revoked (wire form)."""

    signers: tuple[AllowedSigner, ...] = ()
    revoked: frozenset[bytes] = frozenset()


def read_ssh_trust(allowed: Path | None, revoked: Path | None) -> SshTrust:
    """The named files.  Raises ``KeyringError``; also for a file without any key."""
    signers = _read(allowed, parse_allowed_signers, "--allowed-signers") if allowed else ()
    keys = _read(revoked, parse_key_list, "--revoked-signers") if revoked else ()
    return SshTrust(signers=tuple(signers), revoked=frozenset(keys))


class SshVerifier:
    """Judges signatures, as of a day."""

    def __init__(self, trust: SshTrust, as_of: datetime.date) -> None:
        self._trust = trust
        self._now = end_of(as_of)

    def verify(self, raw: RawSignature, *, made: int, who: Address) -> Signature:
        """The verdict; ``made`` is the time that the object claims, ``who`` its address.

        An SSH signature carries no time: git, too, takes the object's.
        """
        try:
            signature = parse_ssh_signature(raw.armor)
            status, detail = self._judge(signature, raw, made)
        except (SshError, UnsupportedAlgorithm, ValueError) as error:
            return Signature(
                status=SignatureStatus.UNSUPPORTED,
                format=SignatureFormat.SSH,
                detail=f"cannot be judged: {error}",
            )
        carried = self._addresses(signature, made, who)
        return Signature(
            status=status,
            format=SignatureFormat.SSH,
            fingerprint=fingerprint(signature.key),
            signer=", ".join(carried),
            addresses=carried,
            signed_at="",
            digest_algorithm=signature.digest,
            detail=detail,
        )

    def _judge(
        self, signature: SshSignature, raw: RawSignature, made: int
    ) -> tuple[SignatureStatus, str]:
        if signature.namespace != raw.namespace:
            return SignatureStatus.BAD, f"made for {signature.namespace!r}, not for {raw.namespace}"
        if signature.digest not in _DIGESTS:
            return SignatureStatus.UNSUPPORTED, f"digest {signature.digest!r}"
        text = signed_text(signature, hashlib.new(signature.digest, raw.payload).digest())
        try:
            weakness = _verify(signature, text)
        except InvalidSignature:
            return SignatureStatus.BAD, "the signature does not fit the signed bytes"
        if signature.key in self._trust.revoked:
            return SignatureStatus.REVOKED_KEY, "the key is in the file of revoked keys"
        lines = [line for line in self._trust.signers if _is_for(line, signature)]
        if not lines:
            reason = "its key is not among the allowed signers"
            if not self._trust.signers:
                reason = "no --allowed-signers was given"
            return SignatureStatus.UNKNOWN_KEY, f"it fits, but {reason}"
        current = [line for line in lines if _holds(line, made)]
        if not current:
            return SignatureStatus.UNKNOWN_KEY, "the key is allowed, but not for that time"
        if weakness:
            return SignatureStatus.WEAK, weakness
        if not any(_holds(line, self._now) for line in current):
            ends = max(line.valid_before or 0 for line in current)
            return SignatureStatus.GOOD_EXPIRED_KEY, f"valid when made; allowed until {day(ends)}"
        return SignatureStatus.GOOD, ""

    def _addresses(self, signature: SshSignature, made: int, who: Address) -> tuple[Address, ...]:
        """Addresses that the key may sign for: those written out, and ``who`` by a pattern."""
        found: list[Address] = []
        for line in self._trust.signers:
            if _is_for(line, signature):
                if not _holds(line, made):
                    continue
                if _matches(line.principals, who):
                    found.append(who)
                found.extend(
                    normalise(name)
                    for name in line.principals
                    if "@" in name and not set(name) & set("*?!")
                )
        return tuple(dict.fromkeys(found))


def fingerprint(key: bytes) -> str:
    """A key's fingerprint as ``ssh-keygen -l`` prints it."""
    digest = base64.b64encode(hashlib.sha256(key).digest()).decode("ascii")
    return f"SHA256:{digest.rstrip('=')}"


def _is_for(line: AllowedSigner, signature: SshSignature) -> bool:
    """True where a line allows the key to sign what it has signed."""
    serves = not line.namespaces or any(
        fnmatchcase(signature.namespace, name) for name in line.namespaces
    )
    return line.key == signature.key and not line.is_authority and serves


def _holds(line: AllowedSigner, moment: int) -> bool:
    after, before = line.valid_after, line.valid_before
    return (after is None or moment >= after) and (before is None or moment < before)


def _matches(principals: Sequence[str], who: Address) -> bool:
    """OpenSSH's pattern lists: one that matches, and no negated one that does."""
    denied = any(name.startswith("!") and _is_like(who, name[1:]) for name in principals)
    return not denied and any(
        _is_like(who, name) for name in principals if not name.startswith("!")
    )


def _is_like(who: Address, pattern: str) -> bool:
    """``*`` and ``?`` are all that OpenSSH knows; letter case counts in the local part only."""
    return fnmatchcase(who, normalise(pattern).replace("[", "[[]"))


def _verify(signature: SshSignature, text: bytes) -> str:
    """Raises ``InvalidSignature``; else says why the signature is weak, or nothing."""
    key, inner = Wire(signature.key), Wire(signature.signature)
    kind, algorithm = key.string(), inner.string()
    if kind in (b"ssh-ed25519", b"sk-ssh-ed25519@openssh.com"):
        _require(algorithm == kind)
        public = ed25519.Ed25519PublicKey.from_public_bytes(key.string())
        blob = inner.string()
        public.verify(blob, _security_key_text(kind, key, inner, text))
    elif kind.startswith((b"ecdsa-sha2-", b"sk-ecdsa-sha2-")):
        _require(algorithm == kind)
        curve, digest = _curve(key.string())
        point = ec.EllipticCurvePublicKey.from_encoded_point(curve, key.string())
        pair = Wire(inner.string())
        r, s = (int.from_bytes(pair.string(), "big") for _ in range(2))
        whole = _security_key_text(kind, key, inner, text)
        point.verify(utils.encode_dss_signature(r, s), whole, ec.ECDSA(digest))
    elif kind == b"ssh-rsa":
        if algorithm not in _RSA_DIGESTS:
            raise SshError(f"RSA signature of type {algorithm!r}")
        e, n = (int.from_bytes(key.string(), "big") for _ in range(2))
        modulus = rsa.RSAPublicNumbers(e=e, n=n).public_key()
        modulus.verify(inner.string(), text, padding.PKCS1v15(), _RSA_DIGESTS[algorithm])
        if n.bit_length() < _SHORTEST_RSA:
            return f"{n.bit_length()}-bit RSA key"
    else:
        raise SshError(f"key of type {kind.decode('ascii', 'replace')}")
    inner.end()
    return ""


def _curve(name: bytes) -> tuple[ec.EllipticCurve, hashes.HashAlgorithm]:
    if name not in _CURVES:
        raise SshError(f"curve {name!r}")
    return _CURVES[name]


def _require(fits: bool) -> None:
    if not fits:
        raise InvalidSignature


def _security_key_text(kind: bytes, key: Wire, inner: Wire, text: bytes) -> bytes:
    """What a security key signs: hashes around its flags and counter (PROTOCOL.u2f)."""
    if not kind.startswith(b"sk-"):
        return text
    application, flags, counter = key.string(), inner.take(1), inner.take(4)
    _require(bool(flags[0] & _PRESENT))
    return hashlib.sha256(application).digest() + flags + counter + hashlib.sha256(text).digest()


def _read(path: Path, parse: Callable[[str], tuple[_T, ...]], flag: str) -> tuple[_T, ...]:
    try:
        found = parse(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise KeyringError(
            f"cannot read {path}: {error.strerror}", hint=f"check the path given to {flag}"
        ) from error
    except ValueError as error:
        raise KeyringError(
            f"{path}: {error}", hint=f"{flag} takes text as ssh-keygen(1) describes it"
        ) from error
    if not found:
        raise KeyringError(f"no key in {path}", hint=f"check the path given to {flag}")
    return found
