"""Makes OpenPGP keys, certificates and signatures for samples and tests (RFC 9580, section 5).

Not for real use: a sample person's key follows from their name, so that everybody can make
the same signatures and objects have the same ids everywhere.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa, utils

Private: TypeAlias = (
    ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | dsa.DSAPrivateKey | ec.EllipticCurvePrivateKey
)
BORN: Final = 1_560_000_000
"""When sample keys were made (June 2019), before every sample's history."""

_ED25519_CURVE: Final = bytes.fromhex("092b06010401da470f01")
_P256_CURVE: Final = bytes.fromhex("082a8648ce3d030107")
_DIGESTS: Final = {"md5": 1, "sha1": 2, "sha256": 8, "sha384": 9, "sha512": 10}
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "md5": hashes.MD5(),
    "sha1": hashes.SHA1(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True)
class Key:
    """A private key as an OpenPGP key made at some time (Unix seconds)."""

    private: Private
    created: int = BORN

    @property
    def algorithm(self) -> int:
        """The public-key algorithm's number."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return 1
        if isinstance(self.private, dsa.DSAPrivateKey):
            return 17
        return 19 if isinstance(self.private, ec.EllipticCurvePrivateKey) else 22

    @property
    def body(self) -> bytes:
        """The public key packet's body."""
        head = b"\4" + self.created.to_bytes(4, "big") + bytes([self.algorithm])
        private = self.private
        if isinstance(private, rsa.RSAPrivateKey):
            numbers = private.public_key().public_numbers()
            return head + _integer(numbers.n) + _integer(numbers.e)
        if isinstance(private, dsa.DSAPrivateKey):
            public = private.public_key().public_numbers()
            group = public.parameter_numbers
            return head + b"".join(map(_integer, (group.p, group.q, group.g, public.y)))
        if isinstance(private, ec.EllipticCurvePrivateKey):
            point = private.public_key().public_numbers()
            raw = b"\4" + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")
            return head + _P256_CURVE + _integer(int.from_bytes(raw, "big"))
        raw = b"\x40" + private.public_key().public_bytes_raw()
        return head + _ED25519_CURVE + _integer(int.from_bytes(raw, "big"))

    @property
    def material(self) -> bytes:
        """The key as it enters a hash."""
        return b"\x99" + len(self.body).to_bytes(2, "big") + self.body

    @property
    def fingerprint(self) -> str:
        """Forty hexadecimal digits."""
        return hashlib.sha1(self.material).hexdigest()

    def sign(
        self,
        material: bytes,
        *,
        made: int,
        kind: int = 0x00,
        digest: str = "sha512",
        version: int = 4,
        more: Sequence[tuple[int, bytes]] = (),
        loose: Sequence[tuple[int, bytes]] = (),
    ) -> bytes:
        """The body of a signature packet over some bytes; ``more`` are hashed subpackets."""
        issuer = bytes.fromhex(self.fingerprint)
        if version == 3:
            trailer = bytes([kind]) + made.to_bytes(4, "big")
            value = hashlib.new(digest, material + trailer).digest()
            head = b"\3\5" + trailer + issuer[-8:] + bytes([self.algorithm, _DIGESTS[digest]])
            return head + value[:2] + self._numbers(value, digest)
        inside = _subpackets([(2, made.to_bytes(4, "big")), (33, b"\4" + issuer), *more])
        head = bytes([4, kind, self.algorithm, _DIGESTS[digest]])
        head += len(inside).to_bytes(2, "big") + inside
        value = hashlib.new(
            digest, material + head + b"\4\xff" + len(head).to_bytes(4, "big")
        ).digest()
        outside = _subpackets([(16, issuer[-8:]), *loose])
        rest = len(outside).to_bytes(2, "big") + outside + value[:2]
        return head + rest + self._numbers(value, digest)

    def _numbers(self, value: bytes, digest: str) -> bytes:
        private = self.private
        hashed = utils.Prehashed(_HASHES[digest])
        if isinstance(private, rsa.RSAPrivateKey):
            raw = private.sign(value, padding.PKCS1v15(), hashed)
            return _integer(int.from_bytes(raw, "big"))
        if isinstance(private, ed25519.Ed25519PrivateKey):
            raw = private.sign(value)
            return b"".join(_integer(int.from_bytes(raw[at : at + 32], "big")) for at in (0, 32))
        if isinstance(private, dsa.DSAPrivateKey):
            pair = private.sign(value, hashed)
        else:
            pair = private.sign(value, ec.ECDSA(hashed))
        return b"".join(map(_integer, utils.decode_dss_signature(pair)))


@dataclass(frozen=True)
class Subkey:
    """A signing subkey, how it is bound, and whether it has signed its primary key."""

    key: Key
    flags: int = 0x02
    back: bool = True
    lifetime: int = 0


@dataclass(frozen=True)
class Certificate:
    """What a certificate is made of.  ``revoked`` is a reason code and a time."""

    key: Key
    user_ids: Sequence[str]
    lifetime: int = 0
    subkeys: Sequence[Subkey] = ()
    revoked: tuple[int, int] | None = None
    digest: str = "sha512"
    stray: Sequence[str] = field(default=())
    """User IDs that the key has not signed."""

    def packets(self) -> bytes:
        """The certificate, binary."""
        key = self.key
        out = packet(6, key.body)
        if self.revoked:
            reason, made = self.revoked
            out += packet(
                2, key.sign(key.material, made=made, kind=0x20, more=[(29, bytes([reason]))])
            )
        for user_id in self.user_ids:
            raw = user_id.encode()
            over = key.material + b"\xb4" + len(raw).to_bytes(4, "big") + raw
            more = [(27, b"\3"), *_lifetime(self.lifetime)]
            signed = key.sign(over, made=key.created, kind=0x13, more=more, digest=self.digest)
            out += packet(13, raw) + packet(2, signed)
        for user_id in self.stray:
            out += packet(13, user_id.encode())
        for subkey in self.subkeys:
            out += packet(14, subkey.key.body) + packet(2, self._binding(subkey))
        return out

    def _binding(self, subkey: Subkey) -> bytes:
        over = self.key.material + subkey.key.material
        loose = []
        if subkey.back:
            loose.append((32, subkey.key.sign(over, made=subkey.key.created, kind=0x19)))
        more = [(27, bytes([subkey.flags])), *_lifetime(subkey.lifetime)]
        return self.key.sign(over, made=subkey.key.created, kind=0x18, more=more, loose=loose)

    def armored(self) -> bytes:
        """The certificate as text."""
        return armor("PUBLIC KEY BLOCK", self.packets())


def person_key(name: str) -> Key:
    """The key of a sample person, from their name alone."""
    seed = hashlib.sha256(f"sample key of {name}".encode()).digest()
    return Key(ed25519.Ed25519PrivateKey.from_private_bytes(seed))


def signature(key: Key, payload: bytes, *, made: int, **options: object) -> bytes:
    """An armoured detached signature."""
    return armor("SIGNATURE", packet(2, key.sign(payload, made=made, **options)))  # type: ignore[arg-type]


def packet(tag: int, body: bytes) -> bytes:
    """A packet with a new-format header and a length of four bytes."""
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4, "big") + body


def armor(kind: str, raw: bytes) -> bytes:
    """OpenPGP armour without checksum."""
    text = base64.b64encode(raw).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN PGP {kind}-----\n\n{lines}\n-----END PGP {kind}-----\n".encode()


def _integer(number: int) -> bytes:
    size = number.bit_length()
    return size.to_bytes(2, "big") + number.to_bytes((size + 7) // 8, "big")


def _lifetime(seconds: int) -> list[tuple[int, bytes]]:
    return [(9, seconds.to_bytes(4, "big"))] if seconds else []


def _subpackets(found: Sequence[tuple[int, bytes]]) -> bytes:
    return b"".join(
        b"\xff" + (len(body) + 1).to_bytes(4, "big") + bytes([kind]) + body for kind, body in found
    )
