"""OpenPGP packets (RFC 9580, RFC 4880, and version 3 of RFC 1991): bytes to records.

Nothing is verified here.  Only what signatures and certificates need is read; secret
keys and encrypted data are passed over as packets without meaning.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Final, NamedTuple

from msgspec import Struct

MAX_PACKET: Final = 1 << 24
"""Bytes; no signature or public key is larger."""

_ARMOR: Final = re.compile(
    rb"^-----BEGIN PGP (?:SIGNATURE|MESSAGE|PUBLIC KEY BLOCK)-----[ \t\r]*\n"
    rb"(?:[^\n:]+:[^\n]*\n)*[ \t\r]*\n"
    rb"([A-Za-z0-9+/=\s]*)"
    rb"^-----END PGP (?:SIGNATURE|MESSAGE|PUBLIC KEY BLOCK)-----",
    re.MULTILINE,
)
_CHECKSUM: Final = re.compile(rb"\n=([A-Za-z0-9+/]{4})\s*$")


class PacketError(ValueError):
    """Bytes that are not the packet they should be; the message says why."""


class PacketTag(IntEnum):
    """Packet types that have a meaning here (RFC 9580, section 5)."""

    SIGNATURE = 2
    ONE_PASS = 4
    PUBLIC_KEY = 6
    COMPRESSED = 8
    LITERAL = 11
    USER_ID = 13
    PUBLIC_SUBKEY = 14
    USER_ATTRIBUTE = 17


_INFLATED: Final = 1 << 16
"""Bytes of a compressed message that are read."""
_ZIP, _ZLIB = 1, 2
"""Kinds of compression (RFC 9580, section 9.4)."""


class SignatureType(IntEnum):
    """What a signature is over (RFC 9580, section 5.2.1)."""

    BINARY = 0x00
    TEXT = 0x01
    GENERIC_CERTIFICATION = 0x10
    POSITIVE_CERTIFICATION = 0x13
    SUBKEY_BINDING = 0x18
    PRIMARY_BINDING = 0x19
    DIRECT_KEY = 0x1F
    KEY_REVOCATION = 0x20
    SUBKEY_REVOCATION = 0x28
    CERTIFICATION_REVOCATION = 0x30


class Packet(NamedTuple):
    """One packet: its type number and its body."""

    tag: int
    body: bytes


class PublicKey(Struct, frozen=True, kw_only=True):
    """A primary key or subkey.  ``numbers`` are its integers or native points, in order.

    ``fingerprint`` is lower-case hex, ``key_id`` its 16 digits as signatures name it;
    ``lifetime`` is seconds of a version 3 key, 0 for none.  ``curve`` is the curve's object
    identifier as bytes.
    """

    version: int
    created: int
    algorithm: int
    numbers: tuple[bytes, ...]
    curve: bytes
    fingerprint: str
    key_id: str
    lifetime: int
    body: bytes


class SignaturePacket(Struct, frozen=True, kw_only=True):
    """One signature.  Times are Unix seconds, lifetimes seconds; 0 where none is set.

    ``trailer`` is what is hashed after the signed data and ``salt`` what is hashed before it.
    ``revocation`` is the reason code of a revocation, None where it gives none.
    """

    version: int
    type: int
    algorithm: int
    digest: int
    created: int
    lifetime: int
    key_lifetime: int
    key_flags: int | None
    issuer: str
    issuer_fingerprint: str
    revocation: int | None
    unknown_critical: bool
    embedded: tuple[bytes, ...]
    numbers: tuple[bytes, ...]
    salt: bytes
    trailer: bytes


def dearmor(text: bytes) -> bytes:
    """The bytes of the first armoured block.  Raises ``PacketError``.

    A wrong checksum is an error, a missing one is not (RFC 9580, section 6.1).
    """
    match = _ARMOR.search(text)
    if match is None:
        raise PacketError("no complete OpenPGP armour")
    return _decoded(match[1])


def dearmor_all(text: bytes) -> Iterator[bytes]:
    """The bytes of every armoured block, in order.  Raises ``PacketError``."""
    found = False
    for match in _ARMOR.finditer(text):
        found = True
        yield _decoded(match[1])
    if not found:
        raise PacketError("no complete OpenPGP armour")


def _decoded(block: bytes) -> bytes:
    checksum = _CHECKSUM.search(block)
    body = block[: checksum.start()] if checksum else block
    try:
        raw = base64.b64decode(b"".join(body.split()), validate=True)
        expected = base64.b64decode(checksum[1]) if checksum else None
    except binascii.Error as error:
        raise PacketError(f"armour is not base64: {error}") from error
    if expected is not None and _crc24(raw).to_bytes(3, "big") != expected:
        raise PacketError("armour checksum does not match")
    return raw


def _crc24_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte << 16
        for _ in range(8):
            value = (value << 1) ^ (0x1864CFB if value & 0x800000 else 0)
        table.append(value & 0xFFFFFF)
    return tuple(table)


_TABLE: Final = _crc24_table()


def _crc24(raw: bytes) -> int:
    value = 0xB704CE
    for byte in raw:
        value = ((value << 8) & 0xFFFFFF) ^ _TABLE[(value >> 16) ^ byte]
    return value


def split_packets(raw: bytes) -> Iterator[Packet]:
    """Packets in order, old and new length formats.  Raises ``PacketError``."""
    position = 0
    while position < len(raw):
        head = raw[position]
        if not head & 0x80:
            raise PacketError("no packet starts here")
        if head & 0x40:
            tag, position, size = head & 0x3F, *_new_length(raw, position + 1)
        else:
            tag, position, size = (head >> 2) & 0x0F, *_old_length(raw, position)
        if size > MAX_PACKET or position + size > len(raw):
            raise PacketError("a packet is cut short")
        yield Packet(tag, raw[position : position + size])
        position += size


def signature_in_message(raw: bytes) -> tuple[bytes, bytes]:
    """The signature packet of a message that one key signed, whole, and the text that it is over
    (RFC 9580, section 10.3).  Raises ``PacketError``.
    """
    packets = list(split_packets(raw))
    if [packet.tag for packet in packets] == [PacketTag.COMPRESSED]:
        packets = list(split_packets(_inflated(packets[0].body)))
    if [packet.tag for packet in packets] != [
        PacketTag.ONE_PASS,
        PacketTag.LITERAL,
        PacketTag.SIGNATURE,
    ]:
        raise PacketError("not a message that one key signed")
    literal, signature = packets[1].body, packets[2].body
    text = literal[2 + _byte(literal, 1) + 4 :]
    head = bytes([0xC0 | PacketTag.SIGNATURE, 0xFF]) + len(signature).to_bytes(4, "big")
    return head + signature, text


def _inflated(body: bytes) -> bytes:
    """What was compressed, if it is short."""
    bits = {_ZIP: -zlib.MAX_WBITS, _ZLIB: zlib.MAX_WBITS}.get(_byte(body, 0))
    if bits is None:
        raise PacketError("a message compressed in a way that is not read")
    inflate = zlib.decompressobj(bits)
    try:
        found = inflate.decompress(body[1:], _INFLATED)
    except zlib.error as error:
        raise PacketError(f"a message that cannot be decompressed: {error}") from error
    if not inflate.eof:
        raise PacketError("a compressed message that is cut short, or long")
    return found


def _new_length(raw: bytes, position: int) -> tuple[int, int]:
    first = _byte(raw, position)
    if first < 192:
        return position + 1, first
    if first < 224:
        return position + 2, ((first - 192) << 8) + _byte(raw, position + 1) + 192
    if first == 255:
        return position + 5, int.from_bytes(_take(raw, position + 1, 4), "big")
    raise PacketError("a packet of partial length")


def _old_length(raw: bytes, position: int) -> tuple[int, int]:
    width = (1, 2, 4, 0)[raw[position] & 3]
    if not width:
        return position + 1, len(raw) - position - 1
    return position + 1 + width, int.from_bytes(_take(raw, position + 1, width), "big")


def _byte(raw: bytes, position: int) -> int:
    return _take(raw, position, 1)[0]


def _take(raw: bytes, position: int, size: int) -> bytes:
    found = raw[position : position + size]
    if len(found) != size:
        raise PacketError("a packet is cut short")
    return found


def _integers(raw: bytes, count: int | None = None) -> tuple[bytes, ...]:
    """Multi-precision integers without their lengths (RFC 9580, section 3.2)."""
    found: list[bytes] = []
    position = 0
    while position < len(raw) and (count is None or len(found) < count):
        size = (int.from_bytes(_take(raw, position, 2), "big") + 7) // 8
        found.append(_take(raw, position + 2, size))
        position += 2 + size
    if count is not None and len(found) < count:
        raise PacketError("a key or signature lacks numbers")
    return tuple(found)


RSA: Final = frozenset({1, 2, 3})
DSA: Final = 17
ECDSA: Final = 19
EDDSA: Final = 22
ED25519: Final = 27
ED448: Final = 28
_LONGEST_KEY: Final = 0xFFFF
_NATIVE_KEY: Final = {ED25519: 32, ED448: 57}
_NATIVE_SIGNATURE: Final = {ED25519: 64, ED448: 114}
_INTEGERS_OF_KEY: Final = {1: 2, 2: 2, 3: 2, DSA: 4, ECDSA: 1, EDDSA: 1}


def parse_public_key(body: bytes) -> PublicKey:
    """A public (sub)key packet.  Raises ``PacketError``.

    Nothing longer than a version 4 key can be is taken, of any version.

    An algorithm that makes no signatures has no ``numbers``.
    """
    if len(body) > _LONGEST_KEY:
        raise PacketError("a key longer than a hash can take in")
    version, created = _byte(body, 0), int.from_bytes(_take(body, 1, 4), "big")
    lifetime = 0
    if version in (2, 3):
        lifetime = int.from_bytes(_take(body, 5, 2), "big") * 86_400
        algorithm, position = _byte(body, 7), 8
    elif version == 4:
        algorithm, position = _byte(body, 5), 6
    elif version == 6:
        algorithm, position = _byte(body, 5), 10
    else:
        raise PacketError(f"a key of version {version}")
    curve = b""
    rest = body[position:]
    if algorithm in (ECDSA, EDDSA):
        size = _byte(rest, 0)
        curve, rest = _take(rest, 1, size), rest[1 + size :]
    if algorithm in _NATIVE_KEY:
        numbers: tuple[bytes, ...] = (_take(rest, 0, _NATIVE_KEY[algorithm]),)
    elif algorithm in _INTEGERS_OF_KEY:
        numbers = _integers(rest, _INTEGERS_OF_KEY[algorithm])
    else:
        numbers = ()
    fingerprint, key_id = _names(version, body, numbers)
    return PublicKey(
        version=version,
        created=created,
        algorithm=algorithm,
        numbers=numbers,
        curve=curve,
        fingerprint=fingerprint,
        key_id=key_id,
        lifetime=lifetime,
        body=body,
    )


def _names(version: int, body: bytes, numbers: tuple[bytes, ...]) -> tuple[str, str]:
    """Fingerprint and key id (RFC 9580, section 5.5.4)."""
    if version in (2, 3):
        text = hashlib.md5(b"".join(numbers), usedforsecurity=False).hexdigest()
        return text, numbers[0][-8:].hex() if numbers else ""
    if version == 4:
        text = hashlib.sha1(key_material(version, body), usedforsecurity=False).hexdigest()
        return text, text[-16:]
    text = hashlib.sha256(key_material(version, body)).hexdigest()
    return text, text[:16]


def key_material(version: int, body: bytes) -> bytes:
    """A key as it enters a hash (RFC 9580, section 5.2.4)."""
    if version == 6:
        return b"\x9b" + len(body).to_bytes(4, "big") + body
    return b"\x99" + len(body).to_bytes(2, "big") + body


_SALTS: Final = {8: 16, 9: 24, 10: 32, 11: 16, 12: 16, 14: 32}
"""Octets of salt by digest (RFC 9580, table 23): the salt is hashed first and its length is not."""


def parse_signature(body: bytes) -> SignaturePacket:
    """A signature packet of version 3, 4 or 6.  Raises ``PacketError``."""
    version = _byte(body, 0)
    if version in (2, 3):
        return _parse_version_3(body)
    if version in (4, 6):
        return _parse_version_4(body)
    raise PacketError(f"a signature of version {version}")


def _parse_version_3(body: bytes) -> SignaturePacket:
    if _byte(body, 1) != 5:
        raise PacketError("a malformed version 3 signature")
    algorithm, digest = _byte(body, 15), _byte(body, 16)
    return SignaturePacket(
        version=3,
        type=_byte(body, 2),
        algorithm=algorithm,
        digest=digest,
        created=int.from_bytes(_take(body, 3, 4), "big"),
        lifetime=0,
        key_lifetime=0,
        key_flags=None,
        issuer=_take(body, 7, 8).hex(),
        issuer_fingerprint="",
        revocation=None,
        unknown_critical=False,
        embedded=(),
        numbers=_signature_numbers(algorithm, body[19:]),
        salt=b"",
        trailer=body[2:7],
    )


def _parse_version_4(body: bytes) -> SignaturePacket:
    version = body[0]
    wide = 4 if version == 6 else 2
    algorithm = _byte(body, 2)
    size = int.from_bytes(_take(body, 4, wide), "big")
    hashed = _take(body, 4 + wide, size)
    end = 4 + wide + size
    loose_size = int.from_bytes(_take(body, end, wide), "big")
    loose = _take(body, end + wide, loose_size)
    position = end + wide + loose_size + 2
    salt = b""
    if version == 6:
        salt = _take(body, position + 1, _byte(body, position))
        position += 1 + len(salt)
        if len(salt) != _SALTS.get(body[3]):
            raise PacketError("a salt whose size is not that of its digest")
    inside, outside = _Subpackets(hashed), _Subpackets(loose)
    rest = body[position:]
    return SignaturePacket(
        version=version,
        type=_byte(body, 1),
        algorithm=algorithm,
        digest=_byte(body, 3),
        created=inside.number(2),
        lifetime=inside.number(3),
        key_lifetime=inside.number(9),
        key_flags=inside.first_byte(27),
        issuer=inside.text(16) or outside.text(16),
        issuer_fingerprint=(inside.text(33) or outside.text(33))[2:],
        revocation=inside.first_byte(29),
        unknown_critical=inside.unknown_critical,
        embedded=(*inside.all(32), *outside.all(32)),
        numbers=_signature_numbers(algorithm, rest),
        salt=salt,
        trailer=body[:end] + bytes([version, 0xFF]) + end.to_bytes(4, "big"),
    )


def _signature_numbers(algorithm: int, raw: bytes) -> tuple[bytes, ...]:
    """As many numbers as the algorithm's signatures have, and nothing after them."""
    native = _NATIVE_SIGNATURE.get(algorithm)
    if native:
        if len(raw) != native:
            raise PacketError("a signature of the wrong size")
        return (raw,)
    found = _integers(raw)
    wanted = 1 if algorithm in RSA else 2
    if algorithm in (*RSA, DSA, ECDSA, EDDSA) and len(found) != wanted:
        raise PacketError(f"{len(found)} numbers in a signature")
    return found


class _Subpackets:
    """Signature subpackets by type (RFC 9580, section 5.2.3.7); the first of a type counts."""

    _UNDERSTOOD: Final = frozenset({2, 3, 4, 5, 7, 9, 11, 16, 21, 22, 23, 24, 25, 26, 27, 28,
                                    29, 30, 31, 32, 33, 34, 35, 39})  # fmt: skip

    def __init__(self, raw: bytes) -> None:
        self._found: dict[int, list[bytes]] = {}
        self.unknown_critical = False
        position = 0
        while position < len(raw):
            position, size = _subpacket_length(raw, position)
            content = _take(raw, position, size)
            position += size
            if not content:
                continue
            kind = content[0] & 0x7F
            self._found.setdefault(kind, []).append(content[1:])
            if content[0] & 0x80 and kind not in self._UNDERSTOOD:
                self.unknown_critical = True

    def all(self, kind: int) -> tuple[bytes, ...]:
        return tuple(self._found.get(kind, ()))

    def number(self, kind: int) -> int:
        found = self._found.get(kind)
        return int.from_bytes(found[0][:4], "big") if found else 0

    def first_byte(self, kind: int) -> int | None:
        """The first octet; an empty subpacket says 0, an absent one nothing."""
        found = self._found.get(kind)
        if not found:
            return None
        return found[0][0] if found[0] else 0

    def text(self, kind: int) -> str:
        found = self._found.get(kind)
        return found[0].hex() if found else ""


def _subpacket_length(raw: bytes, position: int) -> tuple[int, int]:
    """As for packets, but 192 to 254 all start a length of two bytes."""
    first = _byte(raw, position)
    if first < 192:
        return position + 1, first
    if first < 255:
        return position + 2, ((first - 192) << 8) + _byte(raw, position + 1) + 192
    return position + 5, int.from_bytes(_take(raw, position + 1, 4), "big")


DIGESTS: Final[Mapping[int, str]] = {
    1: "md5",
    2: "sha1",
    3: "ripemd160",
    8: "sha256",
    9: "sha384",
    10: "sha512",
    11: "sha224",
    12: "sha3_256",
    14: "sha3_512",
}
"""Digest algorithms by number, with hashlib's names (RFC 9580, section 9.5)."""
