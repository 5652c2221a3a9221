"""Packets as RFC 9580 writes them, byte by byte, and nothing that only resembles one."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from provenance.parse.openpgp import (
    ECDSA,
    ED448,
    ED25519,
    EDDSA,
    MAX_PACKET,
    Packet,
    PacketError,
    _crc24_table,
    dearmor,
    dearmor_all,
    key_material,
    parse_public_key,
    parse_signature,
    split_packets,
)

CHECK = b"123456789"
"""Its CRC-24 is 21CF02 (the catalogue of CRC algorithms, CRC-24/OPENPGP)."""
CHECKSUM = base64.b64encode(bytes.fromhex("21CF02"))
TEXT = base64.b64encode(CHECK)
BEGIN, END = b"-----BEGIN PGP SIGNATURE-----\n", b"-----END PGP SIGNATURE-----\n"

RFC_V4_KEY = bytes.fromhex(
    "0453f35f0b16092b06010401da470f01010740"
    "3f098994bdd916ed4053197934e4a87c80733a1280d62f8010992e43ee3b2406"
)
"""RFC 9580, appendix A.1."""
RFC_V6_CERTIFICATE = b"""-----BEGIN PGP PUBLIC KEY BLOCK-----

xioGY4d/4xsAAAAg+U2nu0jWCmHlZ3BqZYfQMxmZu52JGggkLq2EVD34laPCsQYf
GwoAAABCBYJjh3/jAwsJBwUVCg4IDAIWAAKbAwIeCSIhBssYbE8GCaaX5NUt+mxy
KwwfHifBilZwj2Ul7Ce62azJBScJAgcCAAAAAK0oIBA+LX0ifsDm185Ecds2v8lw
gyU2kCcUmKfvBXbAf6rhRYWzuQOwEn7E/aLwIwRaLsdry0+VcallHhSu4RN6HWaE
QsiPlR4zxP/TP7mhfVEe7XWPxtnMUMtf15OyA51YBA==
-----END PGP PUBLIC KEY BLOCK-----
"""
"""RFC 9580, appendix A.3: its primary key and the signature over that."""


@pytest.mark.parametrize(
    "text",
    [
        BEGIN + b"\n" + TEXT + b"\n" + END,
        BEGIN + b"\n" + TEXT[:4] + b"\n" + TEXT[4:] + b"\n=" + CHECKSUM + b"\n" + END,
        BEGIN + b"Version: 1\nComment: a: b\n\n" + TEXT + b"\n=" + CHECKSUM + b"\n" + END,
        (b"prose\n" + BEGIN + b"\n" + TEXT + b"\n=" + CHECKSUM + b"\n" + END).replace(
            b"\n", b"\r\n"
        ),
        BEGIN.replace(b"\n", b" \t\n") + b" \t\n" + TEXT + b" \n" + END,
        (BEGIN + b"\n" + TEXT + b"\n" + END).replace(b"SIGNATURE", b"MESSAGE"),
        (BEGIN + b"\n" + TEXT + b"\n" + END).replace(b"SIGNATURE", b"PUBLIC KEY BLOCK"),
        BEGIN + b"\n" + TEXT + b"\n" + END + BEGIN + b"\n\n" + END,
    ],
)
def test_armour_holds_bytes(text: bytes) -> None:
    """With headers, a checksum, any line ends, and prose around it; the first block counts."""
    assert CHECK == dearmor(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "no complete OpenPGP armour"),
        (BEGIN + TEXT + b"\n" + END, "no complete OpenPGP armour"),
        (BEGIN + b"\n" + TEXT + b"\n", "no complete OpenPGP armour"),
        (b" " + BEGIN + b"\n" + TEXT + b"\n" + END, "no complete OpenPGP armour"),
        (BEGIN + b"\n" + TEXT + b"A\n" + END, "armour is not base64"),
        (BEGIN + b"\n" + TEXT + b"\n=AAAA\n" + END, "armour checksum does not match"),
    ],
)
def test_what_is_no_armour_says_why(text: bytes, reason: str) -> None:
    """The same for one block and for all of them."""
    for read in (dearmor, lambda raw: list(dearmor_all(raw))):
        with pytest.raises(PacketError, match=reason):
            read(text)


def test_the_checksum_is_what_is_left_of_a_division() -> None:
    """Bit by bit, as the RFC's own program has it (RFC 9580, section 6.1.1)."""
    for byte, found in enumerate(_crc24_table()):
        value = byte << 16
        for _ in range(8):
            value <<= 1
            if value >= 1 << 24:
                value ^= 0x1864CFB
        assert value == found, byte
    assert 256 == len(_crc24_table())


def test_every_block_is_read() -> None:
    """In order, whatever stands between."""
    one = BEGIN + b"\n" + TEXT + b"\n" + END
    two = (BEGIN + b"\nAAAA\n" + END).replace(b"SIGNATURE", b"MESSAGE")
    assert [CHECK, b"\0\0\0"] == list(dearmor_all(one + b"prose\n" + two))


@pytest.mark.parametrize(
    ("head", "tag", "size"),
    [
        ("88 05", 2, 5),
        ("88 00", 2, 0),
        ("c2 00", 2, 0),
        ("89 0105", 2, 0x105),
        ("9a 00000005", 6, 5),
        ("bc ff", 15, 255),
        ("c2 05", 2, 5),
        ("c2 bf", 2, 191),
        ("c2 c000", 2, 192),
        ("c2 c5fb", 2, 1723),
        ("c2 dfff", 2, 8383),
        ("d1 ff00000005", 17, 5),
        ("ff ff00010203", 63, 0x10203),
    ],
)
def test_a_packet_has_a_tag_and_a_length(head: str, tag: int, size: int) -> None:
    """Old and new form, lengths of one, two and four octets (RFC 9580, section 4.2)."""
    body = b"x" * size
    raw = bytes.fromhex(head) + body
    assert [Packet(tag, body), Packet(tag, body)] == list(split_packets(raw + raw))
    with pytest.raises(PacketError, match="a packet is cut short"):
        list(split_packets((raw + raw)[:-1]))


def test_an_old_packet_without_length_goes_to_the_end() -> None:
    """Length type 3, after another packet."""
    assert [Packet(2, b"a"), Packet(6, b"\x88rest")] == list(split_packets(b"\x88\1a\x9b\x88rest"))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x7f\0", "no packet starts here"),
        (b"\xc2\0\x3f", "no packet starts here"),
        (b"\xc2", "a packet is cut short"),
        (b"\xc2\xc0", "a packet is cut short"),
        (b"\xc2\xff\0\0\0", "a packet is cut short"),
        (b"\x99\0", "a packet is cut short"),
        (b"\xc2\xe0" + bytes(9), "a packet of partial length"),
        (b"\xc2\xfe" + bytes(9), "a packet of partial length"),
    ],
)
def test_what_is_no_packet_says_why(raw: bytes, reason: str) -> None:
    """Also behind a packet that can be read."""
    with pytest.raises(PacketError, match=reason):
        list(split_packets(raw))


def test_a_packet_larger_than_any_key_is_refused() -> None:
    """One of exactly the limit is not."""
    largest = b"\xc2\xff" + MAX_PACKET.to_bytes(4, "big") + bytes(MAX_PACKET)
    (found,) = split_packets(largest)
    assert MAX_PACKET == len(found.body)
    larger = b"\xc2\xff" + (MAX_PACKET + 1).to_bytes(4, "big") + bytes(MAX_PACKET + 1)
    with pytest.raises(PacketError, match="cut short"):
        list(split_packets(larger))


def integer(number: int) -> bytes:
    """As RFC 9580, section 3.2 has it: the count of bits, then the number."""
    size = number.bit_length()
    return size.to_bytes(2, "big") + number.to_bytes((size + 7) // 8, "big")


def test_a_version_4_key_of_the_rfc() -> None:
    """Appendix A.1 gives its fingerprint."""
    found = parse_public_key(RFC_V4_KEY)
    assert "c959bdbafa32a2f89a153b678cfde12197965a9a" == found.fingerprint
    assert ("8cfde12197965a9a", 4, EDDSA, 0x53F35F0B, 0) == (
        found.key_id,
        found.version,
        found.algorithm,
        found.created,
        found.lifetime,
    )
    assert "2b06010401da470f01" == found.curve.hex()
    assert (b"\x40" + RFC_V4_KEY[-32:],) == found.numbers
    assert RFC_V4_KEY == found.body


def test_a_version_6_certificate_of_the_rfc() -> None:
    """Appendix A.3 gives its fingerprint; the hash of all parts is what its key has signed."""
    key_packet, signature_packet = split_packets(dearmor(RFC_V6_CERTIFICATE))
    key, signature = parse_public_key(key_packet.body), parse_signature(signature_packet.body)
    fingerprint = "cb186c4f0609a697e4d52dfa6c722b0c1f1e27c18a56708f6525ec27bad9acc9"
    assert (fingerprint, fingerprint[:16], b"", 0) == (
        key.fingerprint,
        key.key_id,
        key.curve,
        key.lifetime,
    )
    assert (6, 0x1F, ED25519, 10, fingerprint) == (
        signature.version,
        signature.type,
        signature.algorithm,
        signature.digest,
        signature.issuer_fingerprint,
    )
    assert (3, 0x63877FE3, 32) == (signature.key_flags, signature.created, len(signature.salt))
    hashed = signature.salt + key_material(6, key.body) + signature.trailer
    public = Ed25519PublicKey.from_public_bytes(key.numbers[0])
    public.verify(signature.numbers[0], hashlib.sha512(hashed).digest())


@pytest.mark.parametrize("version", [2, 3])
def test_an_old_key_is_named_by_its_modulus(version: int) -> None:
    """MD5 over the bare numbers, the key id from the modulus (RFC 4880, section 12.2)."""
    modulus, exponent = 0x1FF_0123456789ABCDEF, 0x10001
    body = bytes([version]) + b"\0\0\1\2" + b"\0\7" + b"\1" + integer(modulus) + integer(exponent)
    found = parse_public_key(body)
    assert (version, 0x102, 7 * 86_400, 1) == (
        found.version,
        found.created,
        found.lifetime,
        found.algorithm,
    )
    numbers = (bytes.fromhex("01ff0123456789abcdef"), b"\1\0\1")
    assert numbers == found.numbers
    assert hashlib.md5(b"".join(numbers)).hexdigest() == found.fingerprint
    assert "0123456789abcdef" == found.key_id


def test_an_old_key_that_signs_nothing_has_no_name() -> None:
    """Nothing in the keyring is found by it."""
    found = parse_public_key(b"\3" + bytes(6) + b"\x10" + integer(5))
    assert ((), "") == (found.numbers, found.key_id)


HEAD = b"\4\0\0\0\1"


@pytest.mark.parametrize(
    ("body", "numbers", "curve"),
    [
        (HEAD + b"\1" + integer(0x1FF) + integer(3), (b"\1\xff", b"\3"), b""),
        (HEAD + b"\2" + integer(0xFF) + integer(3), (b"\xff", b"\3"), b""),
        (HEAD + b"\3" + integer(0x100) + integer(0), (b"\1\0", b""), b""),
        (HEAD + b"\x11" + b"".join(map(integer, (1, 2, 3, 4))), (b"\1", b"\2", b"\3", b"\4"), b""),
        (bytes([*HEAD, ECDSA, 2, 8, 9]) + integer(5), (b"\5",), b"\x08\x09"),
        (bytes([*HEAD, EDDSA, 1, 8]) + integer(5), (b"\5",), b"\x08"),
        (bytes([*HEAD, ED25519]) + b"k" * 32, (b"k" * 32,), b""),
        (bytes([*HEAD, ED448]) + b"k" * 57, (b"k" * 57,), b""),
        (b"\6\0\0\0\1" + bytes([ED25519]) + b"\0\0\0\x20" + b"k" * 32, (b"k" * 32,), b""),
    ],
)
def test_a_key_has_the_numbers_of_its_algorithm(
    body: bytes, numbers: tuple[bytes, ...], curve: bytes
) -> None:
    """RSA two, DSA four, curves one behind the curve's name; the last octet is needed."""
    found = parse_public_key(body)
    assert (numbers, curve, 1) == (found.numbers, found.curve, found.created)
    assert numbers == parse_public_key(body + b"more").numbers
    for size in range(len(body)):
        with pytest.raises(PacketError):
            parse_public_key(body[:size])


def test_a_key_that_makes_no_signatures_has_a_fingerprint_only() -> None:
    """Elgamal, for one: it may stand in a certificate as a subkey."""
    body = HEAD + b"\x10" + integer(7)
    found = parse_public_key(body)
    assert ((), hashlib.sha1(b"\x99\0\x09" + body).hexdigest()) == (
        found.numbers,
        found.fingerprint,
    )


def test_a_key_lacks_numbers() -> None:
    """One of two that RSA has."""
    with pytest.raises(PacketError, match="a key or signature lacks numbers"):
        parse_public_key(HEAD + b"\1" + integer(3))


@pytest.mark.parametrize("version", [0, 1, 5, 7])
def test_unknown_versions_are_named(version: int) -> None:
    """Of keys and of signatures."""
    body = bytes([version]) + bytes(20)
    with pytest.raises(PacketError, match=f"a key of version {version}"):
        parse_public_key(body)
    with pytest.raises(PacketError, match=f"a signature of version {version}"):
        parse_signature(body)


def test_the_longest_key_is_what_two_octets_can_count() -> None:
    """A hash takes in the length of a version 4 key as two octets."""
    longest = HEAD + b"\x10" + bytes(0xFFFF - 6)
    expected = hashlib.sha1(b"\x99\xff\xff" + longest).hexdigest()
    assert expected == parse_public_key(longest).fingerprint
    with pytest.raises(PacketError, match="longer than a hash can take in"):
        parse_public_key(longest + b"\0")
