"""Signature packets of each version, as RFC 9580 and RFC 4880 write them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from provenance.parse.openpgp import (
    DIGESTS,
    ECDSA,
    ED448,
    ED25519,
    EDDSA,
    PacketError,
    SignaturePacket,
    parse_signature,
)
from tests.parse.test_openpgp import integer


def test_a_version_3_signature_by_hand() -> None:
    """RFC 4880, section 5.2.2: what is hashed after the text is type and time."""
    head = bytes.fromhex("03 05 10 01020304 1112131415161718 01 08 abcd")
    for version in (b"\2", b"\3"):
        found = parse_signature(version + head[1:] + integer(0x1FF))
        assert (
            SignaturePacket(
                version=3,
                type=0x10,
                algorithm=1,
                digest=8,
                created=0x01020304,
                lifetime=0,
                key_lifetime=0,
                key_flags=None,
                issuer="1112131415161718",
                issuer_fingerprint="",
                revocation=None,
                unknown_critical=False,
                embedded=(),
                numbers=(b"\1\xff",),
                salt=b"",
                trailer=bytes.fromhex("10 01020304"),
            )
            == found
        )
    with pytest.raises(PacketError, match="2 numbers in a signature"):
        parse_signature(head + integer(1) + integer(2))
    with pytest.raises(PacketError, match="malformed version 3"):
        parse_signature(head[:1] + b"\6" + head[2:] + integer(1))
    for size in range(17):
        with pytest.raises(PacketError):
            parse_signature(head[:size])


def part(kind: int, body: bytes) -> bytes:
    """A subpacket with a length of one octet."""
    return bytes([len(body) + 1, kind]) + body


def version_4(hashed: bytes, loose: bytes = b"", *, algorithm: int = 1, rest: bytes = b"") -> bytes:
    head = bytes([4, 0, algorithm, 8]) + len(hashed).to_bytes(2, "big") + hashed
    return head + len(loose).to_bytes(2, "big") + loose + b"\xab\xcd" + (rest or integer(5))


def test_a_version_4_signature_by_hand() -> None:
    """RFC 9580, section 5.2.3: the hashed part, its trailer, and what each subpacket says."""
    hashed = (
        part(2, bytes.fromhex("01020304"))
        + part(3, bytes.fromhex("00000105"))
        + part(9, bytes.fromhex("00010007"))
        + part(27, b"\3\xff")
        + part(29, b"\2compromised")
        + part(32, b"inner")
        + part(33, b"\4" + b"\x11" * 20)
    )
    raw = version_4(hashed, part(16, b"\x22" * 8) + part(32, b"outer"))
    assert SignaturePacket(
        version=4,
        type=0,
        algorithm=1,
        digest=8,
        created=0x01020304,
        lifetime=0x105,
        key_lifetime=0x10007,
        key_flags=3,
        issuer="22" * 8,
        issuer_fingerprint="11" * 20,
        revocation=2,
        unknown_critical=False,
        embedded=(b"inner", b"outer"),
        numbers=(b"\5",),
        salt=b"",
        trailer=raw[: 6 + len(hashed)] + b"\4\xff" + (6 + len(hashed)).to_bytes(4, "big"),
    ) == parse_signature(raw)
    for size in range(len(raw)):
        with pytest.raises(PacketError):
            parse_signature(raw[:size])


def test_only_the_hashed_part_says_when_and_for_what() -> None:
    """Anybody can write the other one; it may only help to find the key."""
    said = b"".join(part(kind, b"\1\1\1\1") for kind in (2, 3, 9, 27, 29, 33))
    found = parse_signature(version_4(b"", said + part(0x80 | 99, b"x")))
    assert (0, 0, 0, None, None, False) == (
        found.created,
        found.lifetime,
        found.key_lifetime,
        found.key_flags,
        found.revocation,
        found.unknown_critical,
    )
    assert ("", "010101") == (found.issuer, found.issuer_fingerprint)
    both = parse_signature(version_4(part(16, b"\1" * 8) + part(33, b"\4\1"), part(16, b"\2" * 8)))
    assert ("01" * 8, "01") == (both.issuer, both.issuer_fingerprint)


def test_the_first_subpacket_of_a_type_counts() -> None:
    """A second one changes nothing."""
    twice = part(2, b"\0\0\0\1") + part(2, b"\0\0\0\2") + part(27, b"") + part(27, b"\2")
    found = parse_signature(version_4(twice))
    assert (1, 0) == (found.created, found.key_flags)


def test_a_time_is_four_octets() -> None:
    """What follows is not part of it."""
    assert 1 == parse_signature(version_4(part(2, b"\0\0\0\1\1"))).created


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (0x80 | 2, False),
        (0x80 | 20, True),
        (20, False),
        (101, False),
        (0x80 | 33, False),
        (0x80 | 39, False),
    ],
)
def test_a_critical_part_must_be_understood(kind: int, expected: bool) -> None:
    """Notations (20) are not; without the critical bit they are passed over."""
    raw = version_4(part(kind, b"\0\0\0\1") + part(0x80 | 27, b"\1"))
    assert expected == parse_signature(raw).unknown_critical
    assert 1 == parse_signature(raw).key_flags


@pytest.mark.parametrize(
    ("length", "size"),
    [
        ("bf", 191),
        ("c000", 192),
        ("df00", 8128),
        ("dfff", 8383),
        ("e005", 8389),
        ("feff", 16319),
        ("ff000000c8", 200),
        ("ff00010001", 65537),
    ],
)
def test_the_length_of_a_subpacket(length: str, size: int) -> None:
    """Two octets up to 254, unlike packets (RFC 9580, section 5.2.3.7)."""
    raw = bytes.fromhex(length) + bytes([32]) + b"e" * (size - 1) + b"\0" + part(27, b"\7")
    wide = version_6(raw, salt=bytes(16), digest=8)
    found = parse_signature(wide)
    assert ((b"e" * (size - 1),), 7) == (found.embedded, found.key_flags)


def version_6(hashed: bytes, *, salt: bytes, digest: int, loose: bytes = b"") -> bytes:
    """Lengths of four octets and a salt (RFC 9580, section 5.2.3)."""
    head = bytes([6, 1, ED25519, digest]) + len(hashed).to_bytes(4, "big") + hashed
    outside = len(loose).to_bytes(4, "big") + loose
    return head + outside + b"\xab\xcd" + bytes([len(salt)]) + salt + b"s" * 64


@pytest.mark.parametrize(
    ("digest", "size"), [(8, 16), (9, 24), (10, 32), (11, 16), (12, 16), (14, 32)]
)
def test_the_salt_has_the_size_of_its_digest(digest: int, size: int) -> None:
    """RFC 9580, table 23; trailer and numbers stand around it."""
    raw = version_6(part(27, b"\1"), salt=b"S" * size, digest=digest, loose=part(16, b"\1" * 8))
    found = parse_signature(raw)
    assert (b"S" * size, (b"s" * 64,), "01" * 8, 1) == (
        found.salt,
        found.numbers,
        found.issuer,
        found.type,
    )
    assert raw[:11] + b"\6\xff\0\0\0\x0b" == found.trailer
    for wrong in (b"S" * (size - 1), b"S" * (size + 1)):
        with pytest.raises(PacketError, match="a salt whose size is not that of its digest"):
            parse_signature(version_6(b"", salt=wrong, digest=digest))


def test_a_salt_needs_a_digest_that_is_known() -> None:
    """Else nothing says how long it is."""
    with pytest.raises(PacketError, match="salt"):
        parse_signature(version_6(b"", salt=b"S" * 16, digest=2))


@pytest.mark.parametrize(
    ("algorithm", "rest", "reason"),
    [
        (1, integer(1) + integer(2), "2 numbers in a signature"),
        (2, integer(1) + integer(2), "2 numbers in a signature"),
        (3, integer(1) + integer(2), "2 numbers in a signature"),
        (17, integer(1), "1 numbers in a signature"),
        (ECDSA, integer(1) * 3, "3 numbers in a signature"),
        (EDDSA, integer(1), "1 numbers in a signature"),
        (ED25519, b"s" * 63, "a signature of the wrong size"),
        (ED25519, b"s" * 65, "a signature of the wrong size"),
        (ED448, b"s" * 64, "a signature of the wrong size"),
        (1, b"\0\x11\1\1", "cut short"),
        (1, b"\0", "cut short"),
    ],
)
def test_a_signature_has_as_many_numbers_as_its_algorithm(
    algorithm: int, rest: bytes, reason: str
) -> None:
    """No fewer, and nothing behind them."""
    with pytest.raises(PacketError, match=reason):
        parse_signature(version_4(b"", algorithm=algorithm, rest=rest))


@pytest.mark.parametrize(
    ("algorithm", "rest", "numbers"),
    [
        (3, integer(0x100), (b"\1\0",)),
        (17, integer(1) + integer(0xFF), (b"\1", b"\xff")),
        (ECDSA, integer(1) + integer(2), (b"\1", b"\2")),
        (EDDSA, integer(1) + integer(2), (b"\1", b"\2")),
        (ED25519, b"s" * 64, (b"s" * 64,)),
        (ED448, b"s" * 114, (b"s" * 114,)),
        (99, integer(1) * 3, (b"\1", b"\1", b"\1")),
    ],
)
def test_the_numbers_of_a_signature(
    algorithm: int, rest: bytes, numbers: tuple[bytes, ...]
) -> None:
    """An algorithm that is not known may have any."""
    assert numbers == parse_signature(version_4(b"", algorithm=algorithm, rest=rest)).numbers


@pytest.mark.parametrize("name", sorted(set(DIGESTS.values()) - {"ripemd160"}))
def test_every_digest_is_hashlibs(name: str) -> None:
    """By the name that it has there."""
    make: Callable[[str], object] = hashlib.new
    assert make(name)
