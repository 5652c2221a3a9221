"""OpenPGP certificates: which keys and addresses belong to one, since when and until when.

A certificate is only a bag of packets that anybody may add to.  A user ID counts once its
primary key has signed it, a subkey once both keys have signed each other (RFC 9580, section
10.1.5).  Nothing is checked before somebody asks.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct, field

from provenance.evidence.crypto import UnsupportedKeyError, fits
from provenance.facts import Address
from provenance.parse.addresses import normalise
from provenance.parse.openpgp import (
    DIGESTS,
    Packet,
    PacketError,
    PacketTag,
    PublicKey,
    SignaturePacket,
    SignatureType,
    key_material,
    parse_public_key,
    parse_signature,
)
from provenance.parse.text import decode

_CERTIFICATIONS: Final = range(
    SignatureType.GENERIC_CERTIFICATION, SignatureType.POSITIVE_CERTIFICATION + 1
)
_SOFT: Final = frozenset({1, 3})
"""Reason codes superseded and retired: what was signed before stays valid."""
_ON_PRIMARY: Final = frozenset(
    bytes([kind]) for kind in (SignatureType.DIRECT_KEY, SignatureType.KEY_REVOCATION)
)
_MAY_SIGN: Final = 0x02


class _Component(Struct):
    """A user ID or a subkey with the bodies of the signatures on it."""

    body: bytes
    signatures: list[bytes] = field(default_factory=list)


class Validity(Struct, frozen=True, kw_only=True):
    """Until when a key may sign.  Times are Unix seconds; ``expires`` is 0 for never.

    ``retired`` is the time of a soft revocation, None for none; ``is_compromised`` says that a
    hard one exists, which makes everything the key ever signed worthless.  ``problem`` says
    why the key does not belong to the certificate at all.
    """

    created: int
    expires: int
    retired: int | None
    is_compromised: bool
    problem: str


class Certificate:
    """One primary key with user IDs and subkeys."""

    def __init__(self, primary: PublicKey) -> None:
        self.primary = primary
        self._own = _Component(primary.body)
        self._user_ids: dict[bytes, _Component] = {}
        self._subkeys: dict[bytes, _Component] = {}
        self._validities: dict[bytes, Validity] = {}

    @property
    def fingerprint(self) -> str:
        """The primary key's, hexadecimal, lower case."""
        return self.primary.fingerprint

    def revoke(self, body: bytes) -> None:
        """Takes in a signature on the primary key that stood alone in a file."""
        self._own.signatures.append(body)

    def merge(self, other: Certificate) -> None:
        """Takes in what another copy of the same certificate has."""
        self._own.signatures.extend(other._own.signatures)
        for mine, theirs in (
            (self._user_ids, other._user_ids),
            (self._subkeys, other._subkeys),
        ):
            for body, component in theirs.items():
                known = mine.setdefault(body, component)
                if known is not component:
                    known.signatures.extend(component.signatures)

    @cached_property
    def claimed_addresses(self) -> tuple[Address, ...]:
        """Addresses of all user IDs, whether the key has signed them or not."""
        return tuple(dict.fromkeys(filter(None, map(_address, self._user_ids))))

    @cached_property
    def user_ids(self) -> tuple[str, ...]:
        """User IDs that the primary key signed and did not revoke, in order."""
        return tuple(
            dict.fromkeys(
                decode(one.body) for one in self._user_ids.values() if self._is_signed(one)
            )
        )

    @cached_property
    def addresses(self) -> tuple[Address, ...]:
        """Addresses of those user IDs."""
        found = (_address(one.body) for one in self._user_ids.values() if self._is_signed(one))
        return tuple(dict.fromkeys(filter(None, found)))

    @cached_property
    def keys(self) -> tuple[PublicKey, ...]:
        """The primary key and every readable subkey."""
        found = {self.primary.body: self.primary}
        for body in self._subkeys:
            with contextlib.suppress(PacketError):
                found.setdefault(body, parse_public_key(body))
        return tuple(found.values())

    def validity(self, key: PublicKey) -> Validity:
        """Until when one of the certificate's keys may sign."""
        if key.body not in self._validities:
            self._validities[key.body] = self._validity(key)
        return self._validities[key.body]

    def _validity(self, key: PublicKey) -> Validity:
        own = self._validity_of_primary
        if key.body == self.primary.body:
            return own
        component = self._subkeys[key.body]
        material = self._material + key_material(key.version, key.body)
        bindings = self._made_by_primary(component, material, (SignatureType.SUBKEY_BINDING,))
        revocations = self._made_by_primary(component, material, (SignatureType.SUBKEY_REVOCATION,))
        newest = max(bindings, key=lambda one: one.created, default=None)
        lifetime = newest.key_lifetime if newest else 0
        ends = [end for end in (own.expires, _end(key, lifetime), _own_end(newest)) if end]
        retirements = [time for time in (own.retired, _retired(revocations)) if time is not None]
        return Validity(
            created=key.created,
            expires=min(ends, default=0),
            retired=min(retirements, default=None),
            is_compromised=own.is_compromised or _is_hard(revocations),
            problem=self._problem or self._binding_problem(key, material, newest),
        )

    def _binding_problem(
        self, key: PublicKey, material: bytes, binding: SignaturePacket | None
    ) -> str:
        if binding is None:
            return "the primary key has not signed this subkey"
        if binding.key_flags is not None and not binding.key_flags & _MAY_SIGN:
            return "the subkey is not meant for signatures"
        for body in binding.embedded:
            if _is_binding(key, body, material):
                return ""
        return "the subkey has not signed its primary key"

    @cached_property
    def _validity_of_primary(self) -> Validity:
        primary = self.primary
        revocations = self._made_by_primary(
            self._own, self._material, (SignatureType.KEY_REVOCATION,)
        )
        direct, certified = self._self_signatures
        signed = sorted((*certified, *direct), key=lambda one: one.created)
        flags = next((one.key_flags for one in reversed(signed) if one.key_flags is not None), None)
        only_certifies = flags is not None and not flags & _MAY_SIGN
        return Validity(
            created=primary.created,
            expires=_end(primary, _lifetime(direct) or _lifetime(certified)),
            retired=_retired(revocations),
            is_compromised=_is_hard(revocations),
            problem=self._problem
            or ("the primary key is not meant for signatures" if only_certifies else ""),
        )

    @cached_property
    def _self_signatures(self) -> tuple[list[SignaturePacket], list[SignaturePacket]]:
        """What the primary key signed about itself: directly, and on its user IDs."""
        direct = self._made_by_primary(self._own, self._material, (SignatureType.DIRECT_KEY,))
        certified = [
            found for one in self._user_ids.values() for found in self._certifications(one)
        ]
        return direct, certified

    @cached_property
    def _problem(self) -> str:
        """Why neither the primary key nor any subkey can be believed."""
        if self._undecided:
            return "the key has a revocation that cannot be checked"
        return "" if any(self._self_signatures) else "the key has not signed itself"

    @cached_property
    def _undecided(self) -> bool:
        """True where somebody's revocation of the primary key cannot be judged: not ignored."""
        for body in self._own.signatures:
            signature = _parsed(body)
            if signature is None or signature.type != SignatureType.KEY_REVOCATION:
                continue
            if signature.issuer not in ("", self.primary.key_id):
                continue
            try:
                fits(self.primary, signature, *_signed_digest(signature, self._material))
            except UnsupportedKeyError:
                return True
        return False

    @property
    def _material(self) -> bytes:
        return key_material(self.primary.version, self.primary.body)

    def _is_signed(self, component: _Component) -> bool:
        """True where the newest word of the primary key on a user ID is not a revocation.

        A certification that expires carries nothing, nor does one made after the key was
        retired, nor any of a compromised key.
        """
        own = self._validity_of_primary
        certified = [
            one
            for one in self._certifications(component)
            if not one.lifetime and (own.retired is None or one.created < own.retired)
        ]
        if not certified or own.is_compromised:
            return False
        revoked = self._on_user_id(component, (SignatureType.CERTIFICATION_REVOCATION,))
        latest = max(one.created for one in certified)
        return all(one.created < latest for one in revoked)

    def _certifications(self, component: _Component) -> list[SignaturePacket]:
        return self._on_user_id(component, _CERTIFICATIONS)

    def _on_user_id(self, component: _Component, types: Iterable[int]) -> list[SignaturePacket]:
        body = component.body
        prefixed = self._material + b"\xb4" + len(body).to_bytes(4, "big") + body
        return self._made_by_primary(component, prefixed, types, old=self._material + body)

    def _made_by_primary(
        self, component: _Component, material: bytes, types: Iterable[int], old: bytes = b""
    ) -> list[SignaturePacket]:
        """Signatures of these types on a component that the primary key really made.

        ``old`` is what a version 3 signature is over, where that differs.
        """
        wanted = frozenset(types)
        found = []
        for body in component.signatures:
            signature = _parsed(body)
            if signature is None or signature.type not in wanted:
                continue
            over = old if old and signature.version == 3 else material
            if _is_valid(self.primary, signature, over):
                found.append(signature)
        return found


def parse_certificates(packets: Iterable[Packet]) -> Iterator[Certificate]:
    """The certificates in a run of packets; other people's signatures are left out.

    A primary key of an unknown version is passed over with all that belongs to it.  Packets
    without a meaning here (GnuPG's trust packets, markers) change nothing; a revocation of the
    key counts wherever it stands.
    """
    certificate: Certificate | None = None
    component: _Component | None = None
    issuer = b""
    for tag, body in packets:
        if tag == PacketTag.PUBLIC_KEY:
            if certificate:
                yield certificate
            certificate = _certificate(body)
            component = certificate._own if certificate else None
            issuer = bytes.fromhex(certificate.primary.key_id) if certificate else b""
        elif certificate is None:
            continue
        elif tag == PacketTag.SIGNATURE:
            if issuer not in body:
                continue
            if body[:1] >= b"\4" and body[1:2] in _ON_PRIMARY:
                certificate._own.signatures.append(body)
            elif component:
                component.signatures.append(body)
        elif tag in (PacketTag.USER_ID, PacketTag.PUBLIC_SUBKEY):
            parts = certificate._user_ids if tag == PacketTag.USER_ID else certificate._subkeys
            component = parts.setdefault(body, _Component(body))
        elif tag == PacketTag.USER_ATTRIBUTE:
            component = None
    if certificate:
        yield certificate


def lone_revocations(packets: Iterable[Packet]) -> Iterator[tuple[str, bytes]]:
    """Key revocations that stand before any key (``gpg --gen-revoke``), with their issuer."""
    for tag, body in packets:
        if tag == PacketTag.PUBLIC_KEY:
            return
        if tag == PacketTag.SIGNATURE:
            signature = _parsed(body)
            if signature and signature.type == SignatureType.KEY_REVOCATION:
                yield signature.issuer_fingerprint[-16:] or signature.issuer, body


def _certificate(body: bytes) -> Certificate | None:
    try:
        return Certificate(parse_public_key(body))
    except PacketError:
        return None


def _signed_digest(signature: SignaturePacket, material: bytes) -> tuple[str, bytes]:
    """The digest's name and value for a signature over some bytes.

    Raises ``UnsupportedKeyError`` for an unknown digest algorithm.
    """
    name = DIGESTS.get(signature.digest, "")
    try:
        state = hashlib.new(name, signature.salt + material, usedforsecurity=False)
    except ValueError as error:
        raise UnsupportedKeyError(f"digest algorithm {name or signature.digest}") from error
    state.update(signature.trailer)
    return name, state.digest()


def is_made_by(key: PublicKey, signature: SignaturePacket, material: bytes) -> bool:
    """True where the key made the signature over these bytes, with nothing in it unread.

    Raises ``UnsupportedKeyError`` where that cannot be judged.
    """
    name, digest = _signed_digest(signature, material)
    if signature.unknown_critical:
        raise UnsupportedKeyError("it has a critical part that is not understood")
    if (signature.version == 6) != (key.version == 6):
        raise UnsupportedKeyError("signature and key are of different versions")
    return fits(key, signature, name, digest)


def _is_binding(key: PublicKey, body: bytes, material: bytes) -> bool:
    """True where a subkey has signed back, as a key that signs must."""
    signature = _parsed(body)
    if signature is None or signature.type != SignatureType.PRIMARY_BINDING:
        return False
    return _is_valid(key, signature, material)


def _is_valid(key: PublicKey, signature: SignaturePacket, material: bytes) -> bool:
    if DIGESTS.get(signature.digest) == "md5":
        return False
    try:
        return is_made_by(key, signature, material)
    except UnsupportedKeyError:
        return False


def _parsed(body: bytes) -> SignaturePacket | None:
    try:
        return parse_signature(body)
    except PacketError:
        return None


def _address(user_id: bytes) -> Address | None:
    """The address of a user ID: in the last angle brackets, or the whole of it."""
    text = decode(user_id).strip()
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1]
    return normalise(text) if "@" in text and " " not in text.strip() else None


def _lifetime(signed: Iterable[SignaturePacket]) -> int:
    """The key's lifetime by the newest self-signature that sets one; 0 for none."""
    limiting = [one for one in signed if one.key_lifetime]
    return max(limiting, key=lambda one: one.created).key_lifetime if limiting else 0


def _end(key: PublicKey, lifetime: int) -> int:
    """When a key expires; 0 for never."""
    lifetime = lifetime if key.version >= 4 else key.lifetime
    return key.created + lifetime if lifetime else 0


def _own_end(signature: SignaturePacket | None) -> int:
    """When a signature itself expires; 0 for never."""
    return signature.created + signature.lifetime if signature and signature.lifetime else 0


def _retired(revocations: Iterable[SignaturePacket]) -> int | None:
    return min((one.created for one in revocations if one.revocation in _SOFT), default=None)


def _is_hard(revocations: Iterable[SignaturePacket]) -> bool:
    return any(one.revocation not in _SOFT for one in revocations)
