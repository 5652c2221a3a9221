"""One public key, one digest, one signature: does it fit?  The arithmetic is a library's."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa, utils

from provenance.parse.openpgp import (
    DSA,
    ECDSA,
    ED448,
    ED25519,
    EDDSA,
    RSA,
    PublicKey,
    SignaturePacket,
)


class UnsupportedKeyError(Exception):
    """The library or this program cannot judge such a key or digest; nothing is said of it."""


_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "md5": hashes.MD5(),  # noqa: S303 - old signatures are graded weak, not dropped
    "sha1": hashes.SHA1(),  # noqa: S303
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha3_256": hashes.SHA3_256(),
    "sha3_512": hashes.SHA3_512(),
}
_CURVES: Final[dict[str, type[ec.EllipticCurve]]] = {
    "2a8648ce3d030107": ec.SECP256R1,
    "2b81040022": ec.SECP384R1,
    "2b81040023": ec.SECP521R1,
    "2b8104000a": ec.SECP256K1,
    "2b2403030208010107": ec.BrainpoolP256R1,
    "2b240303020801010b": ec.BrainpoolP384R1,
    "2b240303020801010d": ec.BrainpoolP512R1,
}
_ED25519_CURVES: Final = ("2b06010401da470f01", "2b6570")
_SHORTEST: Final = 2048
"""Bits of RSA and DSA keys; shorter ones are weak."""


def fits(key: PublicKey, signature: SignaturePacket, digest_name: str, digest: bytes) -> bool:
    """True where the signature is this key's over the digest.

    Raises ``UnsupportedKeyError`` where that cannot be told.
    """
    if signature.algorithm != key.algorithm and not {signature.algorithm, key.algorithm} <= RSA:
        return False
    try:
        _verify(key, signature.numbers, digest_name, digest)
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError, KeyError, IndexError, TypeError) as error:
        raise UnsupportedKeyError(f"{describe_key(key)}: {error}") from error
    return True


def _verify(key: PublicKey, numbers: tuple[bytes, ...], digest_name: str, digest: bytes) -> None:
    public = _public_key(key)
    if isinstance(public, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        raw = (
            numbers[0] if len(numbers) == 1 else b"".join(part.rjust(32, b"\0") for part in numbers)
        )
        public.verify(raw, digest)
        return
    if digest_name not in _HASHES:
        raise UnsupportedKeyError(f"digest {digest_name} is not supported with this key")
    prehashed = utils.Prehashed(_HASHES[digest_name])
    if isinstance(public, rsa.RSAPublicKey):
        raw = numbers[0].rjust((public.key_size + 7) // 8, b"\0")
        public.verify(raw, digest, padding.PKCS1v15(), prehashed)
        return
    pair = utils.encode_dss_signature(*(int.from_bytes(number, "big") for number in numbers[:2]))
    if isinstance(public, dsa.DSAPublicKey):
        public.verify(pair, digest, prehashed)
    else:
        public.verify(pair, digest, ec.ECDSA(prehashed))


_AnyKey = (
    rsa.RSAPublicKey
    | dsa.DSAPublicKey
    | ec.EllipticCurvePublicKey
    | ed25519.Ed25519PublicKey
    | ed448.Ed448PublicKey
)


@lru_cache(maxsize=4096)
def _public_key(key: PublicKey) -> _AnyKey:
    integers = [int.from_bytes(number, "big") for number in key.numbers]
    if key.algorithm in RSA:
        return rsa.RSAPublicNumbers(e=integers[1], n=integers[0]).public_key()
    if key.algorithm == DSA:
        p, q, g, y = integers
        return dsa.DSAPublicNumbers(y, dsa.DSAParameterNumbers(p, q, g)).public_key()
    if key.algorithm == ECDSA:
        curve = _CURVES[key.curve.hex()]()
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, key.numbers[0])
    if key.algorithm == EDDSA and key.curve.hex() in _ED25519_CURVES:
        return ed25519.Ed25519PublicKey.from_public_bytes(key.numbers[0].removeprefix(b"\x40"))
    if key.algorithm == ED25519:
        return ed25519.Ed25519PublicKey.from_public_bytes(key.numbers[0])
    if key.algorithm == ED448:
        return ed448.Ed448PublicKey.from_public_bytes(key.numbers[0])
    raise UnsupportedKeyError(f"{describe_key(key)} makes no signatures that can be checked")


def weakness_of(key: PublicKey) -> str:
    """Why a key is weak; empty where it is not."""
    if key.algorithm in RSA or key.algorithm == DSA:
        bits = int.from_bytes(key.numbers[0], "big").bit_length()
        if bits < _SHORTEST:
            return f"{bits}-bit {describe_key(key)}"
    return "" if key.version >= 4 else f"a version {key.version} key"


def describe_key(key: PublicKey) -> str:
    """The kind of key in a word or two."""
    names = {DSA: "DSA key", ECDSA: "ECDSA key", EDDSA: "EdDSA key"}
    names |= {ED25519: "Ed25519 key", ED448: "Ed448 key"} | dict.fromkeys(RSA, "RSA key")
    return names.get(key.algorithm, f"key of algorithm {key.algorithm}")
