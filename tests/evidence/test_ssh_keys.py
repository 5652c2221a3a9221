"""SSH keys of every kind, made and used by hand after PROTOCOL.sshsig and PROTOCOL.u2f."""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from provenance.errors import KeyringError
from provenance.evidence.model import Signature, SignatureStatus
from provenance.evidence.ssh import SshTrust, SshVerifier, fingerprint, read_ssh_trust
from provenance.facts import Address, RawSignature, SignatureFormat
from provenance.parse.ssh import AllowedSigner, wire_string

TEXT = b"tree 1234\n\nsigned text\n"
MADE = 1_600_000_000
ADA = Address("ada@kernel.example")
DAY = datetime.date(2021, 1, 1)
END_OF_DAY = 1_609_545_599
"""2021-01-01T23:59:59Z."""
Sign = Callable[[bytes], bytes]


def wire(*parts: bytes) -> bytes:
    return b"".join(map(wire_string, parts))


def integer(number: int) -> bytes:
    """As RFC 4251 writes it: with a zero in front where the first bit is set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def armor(key: bytes, sign: Sign, *, namespace: bytes = b"git", digest: str = "sha512") -> bytes:
    """A whole signature of the text."""
    rest = wire(namespace, b"", digest.encode())
    hashed = hashlib.new(digest if digest in hashlib.algorithms_available else "md5", TEXT).digest()
    raw = b"SSHSIG\0\0\0\1" + wire(key) + rest + wire(sign(b"SSHSIG" + rest + wire(hashed)))
    text = base64.b64encode(raw)
    return b"-----BEGIN SSH SIGNATURE-----\n" + text + b"\n-----END SSH SIGNATURE-----\n"


def line(key: bytes, *principals: str, **more: object) -> AllowedSigner:
    fields = {
        "is_authority": False,
        "namespaces": (),
        "valid_after": None,
        "valid_before": None,
        **more,
    }
    return AllowedSigner(principals=principals, key=key, **fields)  # type: ignore[arg-type]


def judged(
    armored: bytes, *lines: AllowedSigner, text: bytes = TEXT, revoked: tuple[bytes, ...] = ()
) -> Signature:
    raw = RawSignature(format=SignatureFormat.SSH, armor=armored, payload=text)
    trust = SshTrust(signers=lines, revoked=frozenset(revoked))
    return SshVerifier(trust, DAY).verify(raw, made=MADE, who=ADA)


EDWARDS = ed25519.Ed25519PrivateKey.from_private_bytes(b"k" * 32)
POINT = EDWARDS.public_key().public_bytes_raw()
KEY = wire(b"ssh-ed25519", POINT)
HARD_KEY = wire(b"sk-ssh-ed25519@openssh.com", POINT, b"ssh:")


def plainly(text: bytes) -> bytes:
    return wire(b"ssh-ed25519", EDWARDS.sign(text))


def touched(kind: bytes, sign: Sign, flags: int = 1) -> Sign:
    """What a security key makes of it: flags and a counter, hashed with the application."""

    def made(text: bytes) -> bytes:
        tail = bytes([flags]) + b"\0\0\1\2"
        hashed = hashlib.sha256(b"ssh:").digest() + tail + hashlib.sha256(text).digest()
        return wire(kind, sign(hashed)) + tail

    return made


CURVES = {
    b"nistp256": (ec.SECP256R1(), hashes.SHA256()),
    b"nistp384": (ec.SECP384R1(), hashes.SHA384()),
    b"nistp521": (ec.SECP521R1(), hashes.SHA512()),
}


def on_curve(name: bytes, kind: bytes = b"ecdsa-sha2-") -> tuple[bytes, Sign]:
    curve, digest = CURVES[name]
    private = ec.generate_private_key(curve)
    point = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )

    def pair(text: bytes) -> bytes:
        both = utils.decode_dss_signature(private.sign(text, ec.ECDSA(digest)))
        return wire(*map(integer, both))

    return wire(kind + name, name, point), pair


def test_what_is_known_of_a_good_signature() -> None:
    """Everything that a report shows."""
    assert Signature(
        status=SignatureStatus.GOOD,
        format=SignatureFormat.SSH,
        fingerprint="SHA256:" + base64.b64encode(hashlib.sha256(KEY).digest()).decode()[:43],
        signer="ada@kernel.example, b@x.example",
        addresses=(ADA, Address("b@x.example")),
        signed_at="",
        digest_algorithm="sha256",
        detail="",
    ) == judged(armor(KEY, plainly, digest="sha256"), line(KEY, "*@kernel.example", "b@X.example"))
    assert not fingerprint(KEY).endswith("=")


@pytest.mark.parametrize("name", sorted(CURVES))
def test_ecdsa_on_every_curve(name: bytes) -> None:
    """Each with its own digest."""
    key, pair = on_curve(name)
    kind = b"ecdsa-sha2-" + name
    armored = armor(key, lambda text: wire(kind, pair(text)))
    assert SignatureStatus.GOOD is judged(armored, line(key, "*")).status
    assert SignatureStatus.BAD is judged(armored, line(key, "*"), text=TEXT + b".").status
    for other in (b"ssh-ed25519", b"ecdsa-sha2-nistp25"):
        confused = armor(key, lambda text, other=other: wire(other, pair(text)))  # type: ignore[misc]
        assert SignatureStatus.BAD is judged(confused, line(key, "*")).status


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize(
    ("algorithm", "digest", "status"),
    [
        (b"rsa-sha2-256", hashes.SHA256(), SignatureStatus.GOOD),
        (b"rsa-sha2-512", hashes.SHA512(), SignatureStatus.GOOD),
        (b"rsa-sha2-512", hashes.SHA256(), SignatureStatus.BAD),
        (b"ssh-rsa", hashes.SHA1(), SignatureStatus.UNSUPPORTED),
    ],
)
def test_rsa_with_every_digest(
    algorithm: bytes, digest: hashes.HashAlgorithm, status: SignatureStatus
) -> None:
    """SHA-1 is not judged."""
    numbers = RSA.public_key().public_numbers()
    key = wire(b"ssh-rsa", integer(numbers.e), integer(numbers.n))
    armored = armor(key, lambda text: wire(algorithm, RSA.sign(text, padding.PKCS1v15(), digest)))
    found = judged(armored, line(key, "*"))
    assert status is found.status
    if status is SignatureStatus.UNSUPPORTED:
        assert "cannot be judged: RSA signature of type b'ssh-rsa'" == found.detail


@pytest.mark.parametrize(("size", "weak"), [(2047, "2047-bit RSA key"), (2048, "")])
def test_a_short_rsa_key_is_weak(size: int, weak: str) -> None:
    """Below 2048 bits."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=size)
    numbers = private.public_key().public_numbers()
    key = wire(b"ssh-rsa", integer(numbers.e), integer(numbers.n))
    made = armor(
        key,
        lambda text: wire(b"rsa-sha2-512", private.sign(text, padding.PKCS1v15(), hashes.SHA512())),
    )
    found = judged(made, line(key, "*"))
    status = SignatureStatus.WEAK if weak else SignatureStatus.GOOD
    assert (status, weak) == (found.status, found.detail)


def test_a_security_key_signs_for_who_touched_it() -> None:
    """Of both kinds; without the flag nobody was there."""
    kind = b"sk-ssh-ed25519@openssh.com"
    key, pair = on_curve(b"nistp256", b"sk-ecdsa-sha2-")
    curve_kind = b"sk-ecdsa-sha2-nistp256"
    for public, named, sign in ((HARD_KEY, kind, EDWARDS.sign), (key, curve_kind, pair)):
        whole = public if public is HARD_KEY else public + wire(b"ssh:")
        for flags, status in {
            1: SignatureStatus.GOOD,
            5: SignatureStatus.GOOD,
            4: SignatureStatus.BAD,
            0: SignatureStatus.BAD,
        }.items():
            found = judged(armor(whole, touched(named, sign, flags)), line(whole, "*"))
            assert (status, named) == (found.status, named), flags
    assert SignatureStatus.BAD is judged(armor(HARD_KEY, plainly), line(HARD_KEY, "*")).status


def untouched(text: bytes) -> bytes:
    return wire(b"sk-ssh-ed25519@openssh.com", EDWARDS.sign(text)) + b"\1"


@pytest.mark.parametrize(
    ("key", "sign", "detail"),
    [
        (KEY, lambda text: plainly(text) + b"x", "more bytes than there should be"),
        (KEY, lambda text: b"", "cut short"),
        (HARD_KEY, untouched, "cut short"),
        (wire(b"ssh-dss", b"x"), plainly, "key of type ssh-dss"),
        (wire(b"\xff"), plainly, "key of type \ufffd"),
        (
            wire(b"ecdsa-sha2-nistp192", b"nistp192", b"x"),
            lambda text: wire(b"ecdsa-sha2-nistp192", b"x"),
            "curve b'nistp192'",
        ),
        (wire(b"ssh-ed25519", b"short"), plainly, "An Ed25519 public key is 32 bytes long"),
    ],
)
def test_what_cannot_be_judged_says_why(key: bytes, sign: Sign, detail: str) -> None:
    """Never bad, never good."""
    found = judged(armor(key, sign), line(key, "*"))
    expected = Signature(
        status=SignatureStatus.UNSUPPORTED,
        format=SignatureFormat.SSH,
        detail=f"cannot be judged: {detail}",
    )
    assert expected == found


def test_namespace_and_digest_are_asked_first() -> None:
    """Neither is tried; what the file says of the key is shown all the same."""
    found = judged(armor(KEY, plainly, namespace=b"file"), line(KEY, "*"))
    assert (SignatureStatus.BAD, "made for 'file', not for git", (ADA,)) == (
        found.status,
        found.detail,
        found.addresses,
    )
    odd = judged(armor(KEY, plainly, digest="md5"), line(KEY, "*"))
    assert (SignatureStatus.UNSUPPORTED, "digest 'md5'") == (odd.status, odd.detail)


GOOD = armor(KEY, plainly)
OTHER = line(wire(b"ssh-ed25519", b"o" * 32), "*")
UNKNOWN = "it fits, but its key is not among the allowed signers"


@pytest.mark.parametrize(
    ("lines", "status", "detail"),
    [
        ((), "unknown-key", "it fits, but no --allowed-signers was given"),
        ((OTHER,), "unknown-key", UNKNOWN),
        ((line(KEY, "*", is_authority=True),), "unknown-key", UNKNOWN),
        ((line(KEY, "*", namespaces=("file",)),), "unknown-key", UNKNOWN),
        ((line(KEY, "*", namespaces=("file", "g*")),), "good", ""),
        ((OTHER, line(KEY, "*", namespaces=("file",)), line(KEY, "*")), "good", ""),
        ((line(KEY, "*", valid_after=MADE),), "good", ""),
        (
            (line(KEY, "*", valid_after=MADE + 1),),
            "unknown-key",
            "the key is allowed, but not for that time",
        ),
        (
            (line(KEY, "*", valid_before=MADE),),
            "unknown-key",
            "the key is allowed, but not for that time",
        ),
        (
            (line(KEY, "*", valid_before=MADE + 1),),
            "good-expired-key",
            "valid when made; allowed until 2020-09-13",
        ),
        (
            (line(KEY, "*", valid_before=END_OF_DAY),),
            "good-expired-key",
            "valid when made; allowed until 2021-01-01",
        ),
        ((line(KEY, "*", valid_before=END_OF_DAY + 1),), "good", ""),
        (
            (line(KEY, "a", valid_before=MADE + 1), line(KEY, "a", valid_before=MADE + 86_401)),
            "good-expired-key",
            "valid when made; allowed until 2020-09-14",
        ),
        ((line(KEY, "a", valid_before=MADE + 1), line(KEY, "a")), "good", ""),
        (
            (line(KEY, "a", valid_after=MADE + 9), line(KEY, "a", valid_before=MADE + 1)),
            "good-expired-key",
            "valid when made; allowed until 2020-09-13",
        ),
    ],
)
def test_lines_decide_when_and_for_what(
    lines: tuple[AllowedSigner, ...], status: str, detail: str
) -> None:
    """The last second of the day of the audit counts, and the first of validity."""
    found = judged(GOOD, *lines)
    assert (status, detail) == (found.status, found.detail)


def test_a_revoked_key_is_revoked_whoever_is_allowed() -> None:
    """Another one is not; what does not fit is bad before that."""
    found = judged(GOOD, line(KEY, "*"), revoked=(b"other", KEY))
    assert (SignatureStatus.REVOKED_KEY, "the key is in the file of revoked keys") == (
        found.status,
        found.detail,
    )
    assert SignatureStatus.GOOD is judged(GOOD, line(KEY, "*"), revoked=(b"other",)).status
    bad = judged(GOOD, line(KEY, "*"), text=b"other", revoked=(KEY,))
    assert (SignatureStatus.BAD, "the signature does not fit the signed bytes") == (
        bad.status,
        bad.detail,
    )


@pytest.mark.parametrize(
    ("lines", "addresses"),
    [
        ((line(KEY, "b@x.example", "c@X.example"),), ["b@x.example", "c@x.example"]),
        ((line(KEY, "nobody", "b@x.*", "?@x.example", "!d@x.example"),), []),
        ((line(KEY, "*"), line(KEY, "ada@kernel.example", "b@x.example")), [ADA, "b@x.example"]),
        ((line(KEY, "a?a@*"),), [ADA]),
        ((line(KEY, "ADA@kernel.example"),), ["ADA@kernel.example"]),
        ((line(KEY, "*", "!ada@*"),), []),
        ((line(KEY, "!ben@*", "*"),), [ADA]),
        ((line(KEY, "!ben@*"),), []),
        ((line(KEY, "a[d]a@kernel.example"),), ["a[d]a@kernel.example"]),
        ((OTHER, line(KEY, "*", is_authority=True), line(KEY, "*", namespaces=("x",))), []),
        ((line(KEY, "*", valid_before=MADE), line(KEY, "b@x.example")), ["b@x.example"]),
    ],
)
def test_addresses_that_a_key_may_sign_for(
    lines: tuple[AllowedSigner, ...], addresses: list[str]
) -> None:
    """Written out, or the claimed one where a pattern of OpenSSH has it; each once."""
    found = judged(GOOD, *lines)
    assert (tuple(addresses), ", ".join(addresses)) == (found.addresses, found.signer)


def test_the_named_files_are_read(tmp_path: Path) -> None:
    """Neither is needed; an error has the flag in its hint."""
    text = base64.b64encode(KEY).decode()
    allowed, revoked, empty = (tmp_path / name for name in ("allowed", "revoked", "empty"))
    allowed.write_text(f"\u00e9@x.example ssh-ed25519 {text}\n", encoding="utf-8")
    revoked.write_text(f"{text}\n")
    empty.write_text("")
    assert SshTrust() == read_ssh_trust(None, None)
    assert SshTrust(signers=(line(KEY, "\u00e9@x.example"),)) == read_ssh_trust(allowed, None)
    assert SshTrust(revoked=frozenset({KEY})) == read_ssh_trust(None, revoked)
    for flag, paths in {"--allowed-signers": (0,), "--revoked-signers": (1,)}.items():
        for path, message, hint in (
            (tmp_path / "none", f"cannot read {tmp_path / 'none'}: No such file", "check the path"),
            (empty, f"no key in {empty}", f"check the path given to {flag}"),
            (tmp_path / "bytes", f"{tmp_path / 'bytes'}: 'utf-8'", f"{flag} takes text"),
        ):
            (tmp_path / "bytes").write_bytes(b"\xff")
            given = [None, None]
            given[paths[0]] = path  # type: ignore[call-overload]
            with pytest.raises(KeyringError) as raised:
                read_ssh_trust(*given)
            assert raised.value.message.startswith(message)
            assert hint in raised.value.hint
            assert flag in raised.value.hint
