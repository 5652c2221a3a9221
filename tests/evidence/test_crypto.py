"""Does a signature fit a key and a digest?  Asked with keys that the library makes."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa, utils

from provenance.evidence.crypto import UnsupportedKeyError, describe_key, fits, weakness_of
from provenance.parse.openpgp import (
    DSA,
    ECDSA,
    ED448,
    ED25519,
    EDDSA,
    PublicKey,
    SignaturePacket,
)

DIGEST = hashlib.sha256(b"text").digest()
OTHER = hashlib.sha256(b"other").digest()
HASHED = utils.Prehashed(hashes.SHA256())


def number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def key(algorithm: int, *numbers: bytes, curve: str = "", version: int = 4) -> PublicKey:
    return PublicKey(
        version=version,
        created=0,
        algorithm=algorithm,
        numbers=numbers,
        curve=bytes.fromhex(curve),
        fingerprint="",
        key_id="",
        lifetime=0,
        body=b"",
    )


def packet(algorithm: int, *numbers: bytes) -> SignaturePacket:
    return SignaturePacket(
        version=4,
        type=0,
        algorithm=algorithm,
        digest=8,
        created=0,
        lifetime=0,
        key_lifetime=0,
        key_flags=None,
        issuer="",
        issuer_fingerprint="",
        revocation=None,
        unknown_critical=False,
        embedded=(),
        numbers=numbers,
        salt=b"",
        trailer=b"",
    )


RSA_PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RSA_NUMBERS = RSA_PRIVATE.public_key().public_numbers()
RSA_KEY = key(1, number(RSA_NUMBERS.n), number(RSA_NUMBERS.e))
RSA_SIGNATURE = RSA_PRIVATE.sign(DIGEST, padding.PKCS1v15(), HASHED)
EDWARDS = ed25519.Ed25519PrivateKey.from_private_bytes(b"k" * 32)
EDWARDS_POINT = EDWARDS.public_key().public_bytes_raw()


def judged(public: PublicKey, signature: SignaturePacket) -> tuple[bool, bool]:
    """For the digest that was signed, and for another."""
    return tuple(fits(public, signature, "sha256", digest) for digest in (DIGEST, OTHER))  # type: ignore[return-value]


@pytest.mark.parametrize("algorithm", [1, 2, 3])
def test_rsa_under_each_of_its_numbers(algorithm: int) -> None:
    """1 to 3 are one algorithm; leading zeros are not written."""
    signature = packet(algorithm, RSA_SIGNATURE.lstrip(b"\0"))
    assert (True, False) == judged(RSA_KEY, signature)


def test_an_rsa_signature_that_starts_with_zero() -> None:
    """One of 256 does; it is filled up to the key's size."""
    for count in range(4000):
        digest = hashlib.sha256(str(count).encode()).digest()
        raw = RSA_PRIVATE.sign(digest, padding.PKCS1v15(), HASHED)
        if raw[0] == 0:
            break
    assert fits(RSA_KEY, packet(1, raw.lstrip(b"\0")), "sha256", digest)


def test_another_algorithm_never_fits() -> None:
    """Whatever the numbers; RSA beside RSA does."""
    assert (False, False) == judged(RSA_KEY, packet(DSA, RSA_SIGNATURE, RSA_SIGNATURE))
    assert (False, False) == judged(key(DSA), packet(1, RSA_SIGNATURE))


def test_dsa() -> None:
    """Four numbers of the key, two of the signature."""
    private = dsa.generate_private_key(key_size=1024)
    public = private.public_key().public_numbers()
    group = public.parameter_numbers
    numbers = [number(one) for one in (group.p, group.q, group.g, public.y)]
    pair = utils.decode_dss_signature(private.sign(DIGEST, HASHED))
    signature = packet(DSA, *map(number, pair))
    assert (True, False) == judged(key(DSA, *numbers), signature)
    assert "1024-bit DSA key" == weakness_of(key(DSA, *numbers))


@pytest.mark.parametrize(
    ("curve", "oid"),
    [
        (ec.SECP256R1(), "2a8648ce3d030107"),
        (ec.SECP384R1(), "2b81040022"),
        (ec.SECP521R1(), "2b81040023"),
        (ec.SECP256K1(), "2b8104000a"),
        (ec.BrainpoolP256R1(), "2b2403030208010107"),
        (ec.BrainpoolP384R1(), "2b240303020801010b"),
        (ec.BrainpoolP512R1(), "2b240303020801010d"),
    ],
)
def test_ecdsa_on_every_curve(curve: ec.EllipticCurve, oid: str) -> None:
    """By the names of RFC 9580, table 19."""
    private = ec.generate_private_key(curve)
    point = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    pair = utils.decode_dss_signature(private.sign(DIGEST, ec.ECDSA(HASHED)))
    signature = packet(ECDSA, *map(number, pair))
    assert (True, False) == judged(key(ECDSA, point, curve=oid), signature)


@pytest.mark.parametrize("oid", ["2b06010401da470f01", "2b6570"])
@pytest.mark.parametrize("prefix", [b"\x40", b""])
def test_eddsa_in_its_old_form(oid: str, prefix: bytes) -> None:
    """Two integers, each filled up to 32 octets."""
    public = key(EDDSA, prefix + EDWARDS_POINT, curve=oid)
    raw = EDWARDS.sign(DIGEST)
    signature = packet(EDDSA, raw[:32].lstrip(b"\0"), raw[32:].lstrip(b"\0"))
    assert (True, False) == judged(public, signature)


def test_an_old_eddsa_signature_that_starts_with_zero() -> None:
    """Either half may be shorter."""
    public = key(EDDSA, b"\x40" + EDWARDS_POINT, curve="2b6570")
    for half in (0, 32):
        texts = (number(count) for count in range(1, 5000))
        text = next(one for one in texts if not EDWARDS.sign(one)[half])
        raw = EDWARDS.sign(text)
        signature = packet(EDDSA, raw[:32].lstrip(b"\0"), raw[32:].lstrip(b"\0"))
        assert fits(public, signature, "sha256", text)


def test_eddsa_in_its_native_forms() -> None:
    """One number, whatever the digest is called."""
    assert fits(key(ED25519, EDWARDS_POINT), packet(ED25519, EDWARDS.sign(DIGEST)), "x", DIGEST)
    large = ed448.Ed448PrivateKey.generate()
    public = key(ED448, large.public_key().public_bytes_raw())
    assert (True, False) == judged(public, packet(ED448, large.sign(DIGEST)))


@pytest.mark.parametrize(
    ("name", "hashed"),
    [
        ("md5", hashes.MD5()),
        ("sha1", hashes.SHA1()),
        ("sha224", hashes.SHA224()),
        ("sha384", hashes.SHA384()),
        ("sha512", hashes.SHA512()),
        ("sha3_256", hashes.SHA3_256()),
        ("sha3_512", hashes.SHA3_512()),
    ],
)
def test_every_digest(name: str, hashed: hashes.HashAlgorithm) -> None:
    """It is part of what RSA signs."""
    digest = hashlib.new(name, b"text").digest()
    raw = RSA_PRIVATE.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashed))
    assert fits(RSA_KEY, packet(1, raw), name, digest)


@pytest.mark.parametrize(
    ("public", "signature", "digest", "reason"),
    [
        (RSA_KEY, packet(1, RSA_SIGNATURE), "ripemd160",
         "digest ripemd160 is not supported with this key"),
        (key(16), packet(16, b"\1"), "sha256",
         "key of algorithm 16 makes no signatures that can be checked"),
        (key(EDDSA, b"\x40", curve="2b656e"), packet(EDDSA, b"\1"), "sha256",
         "EdDSA key makes no signatures that can be checked"),
        (key(ECDSA, b"\4", curve="00"), packet(ECDSA, b"\1", b"\1"), "sha256", "ECDSA key: '00'"),
        (key(1, b"\1"), packet(1, b"\1"), "sha256", "RSA key: "),
        (key(DSA, b"\1"), packet(DSA, b"\1", b"\1"), "sha256", "DSA key: "),
        (key(ED25519, b"short"), packet(ED25519, b"\1"), "sha256", "Ed25519 key: "),
        (key(ED448, b"short"), packet(ED448, b"\1"), "sha256", "Ed448 key: "),
        (RSA_KEY, packet(1), "sha256", "RSA key: "),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_told(
    public: PublicKey, signature: SignaturePacket, digest: str, reason: str
) -> None:
    """Never called good or bad."""
    with pytest.raises(UnsupportedKeyError, match=f"^{reason}"):
        fits(public, signature, digest, DIGEST)


@pytest.mark.parametrize(
    ("public", "weakness"),
    [
        (key(1, number(1 << 2047), b"\3"), ""),
        (key(1, number((1 << 2047) - 1), b"\3"), "2047-bit RSA key"),
        (key(3, number(1 << 1023), b"\3"), "1024-bit RSA key"),
        (key(DSA, number(1 << 2047)), ""),
        (key(DSA, number(1 << 2046)), "2047-bit DSA key"),
        (key(1, number(1 << 2047), b"\3", version=3), "a version 3 key"),
        (key(1, number(1 << 2047), b"\3", version=6), ""),
        (key(ECDSA, b"\4"), ""),
        (key(ED25519, b"\4", version=6), ""),
        (key(EDDSA, b"\4", version=2), "a version 2 key"),
    ],
)
def test_what_makes_a_key_weak(public: PublicKey, weakness: str) -> None:
    """Its size where that counts, and its version."""
    assert weakness == weakness_of(public)


def test_keys_have_names() -> None:
    """By number."""
    names = {1: "RSA key", 2: "RSA key", 3: "RSA key", DSA: "DSA key", ECDSA: "ECDSA key"}
    names |= {EDDSA: "EdDSA key", ED25519: "Ed25519 key", ED448: "Ed448 key"}
    names[99] = "key of algorithm 99"
    assert names == {number: describe_key(key(number)) for number in names}
