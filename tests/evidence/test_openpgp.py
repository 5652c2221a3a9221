"""Verdicts on OpenPGP signatures, each state of key and packet once, with gpg as the oracle."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import KeyringError
from provenance.evidence.certificates import lone_revocations, parse_certificates
from provenance.evidence.keyring import Keyring, read_keyring
from provenance.evidence.model import Signature, SignatureStatus
from provenance.evidence.openpgp import OpenPgpVerifier
from provenance.facts import Address, RawSignature, SignatureFormat
from provenance.parse.openpgp import PacketError, dearmor, parse_signature, split_packets
from sample_repos.keys import (
    BORN,
    Certificate,
    Key,
    Subkey,
    armor,
    packet,
    person_key,
    signature,
)

DAY = 86_400
TEXT = b"object 1234\n\nsigned text\n"
MADE = BORN + 100 * DAY
ADA = person_key("ada")
USER = "Ada Keeper <ada@kernel.example>"
LATER = datetime.date(2026, 1, 1)


def keyring(*certificates: Certificate) -> Keyring:
    return Keyring(
        found
        for certificate in certificates
        for found in parse_certificates(split_packets(certificate.packets()))
    )


def verdict(
    ring: Keyring, armored: bytes, text: bytes = TEXT, as_of: datetime.date = LATER
) -> Signature:
    raw = RawSignature(format=SignatureFormat.OPENPGP, armor=armored, payload=text)
    return OpenPgpVerifier(ring, as_of).verify(raw)


def signed(key: Key = ADA, **options: Any) -> bytes:
    return signature(key, TEXT, **{"made": MADE, **options})


PLAIN = Certificate(key=ADA, user_ids=[USER])
SUB = Key(ed25519.Ed25519PrivateKey.from_private_bytes(b"s" * 32))
RSA_SHORT = Key(rsa.generate_private_key(public_exponent=65537, key_size=1024))
RSA_LONG = Key(rsa.generate_private_key(public_exponent=65537, key_size=2048))
DSA_OLD = Key(dsa.generate_private_key(key_size=1024))
P256 = Key(ec.generate_private_key(ec.SECP256R1()))

CASES: dict[str, tuple[Certificate, bytes, SignatureStatus, str]] = {
    "good": (PLAIN, signed(), SignatureStatus.GOOD, ""),
    "good-rsa": (Certificate(RSA_LONG, [USER]), signed(RSA_LONG), SignatureStatus.GOOD, ""),
    "good-ecdsa": (
        Certificate(P256, [USER]),
        signed(P256, digest="sha256"),
        SignatureStatus.GOOD,
        "",
    ),
    "good-by-subkey": (
        Certificate(ADA, [USER], subkeys=[Subkey(SUB)]),
        signed(SUB),
        SignatureStatus.GOOD,
        "",
    ),
    "good-although-key-bound-by-sha1": (
        Certificate(RSA_LONG, [USER], digest="sha1"),
        signed(RSA_LONG),
        SignatureStatus.GOOD,
        "",
    ),
    "expired-later": (
        Certificate(ADA, [USER], lifetime=200 * DAY),
        signed(),
        SignatureStatus.GOOD_EXPIRED_KEY,
        "valid when made; the key expired on 2019-12-25",
    ),
    "made-after-expiry": (
        Certificate(ADA, [USER], lifetime=50 * DAY),
        signed(),
        SignatureStatus.WEAK,
        "made after 2019-07-28",
    ),
    "subkey-expired-later": (
        Certificate(ADA, [USER], subkeys=[Subkey(SUB, lifetime=200 * DAY)]),
        signed(SUB),
        SignatureStatus.GOOD_EXPIRED_KEY,
        "2019-12-25",
    ),
    "retired-later": (
        Certificate(ADA, [USER], revoked=(3, MADE + DAY)),
        signed(),
        SignatureStatus.GOOD_EXPIRED_KEY,
        "made before the key was retired",
    ),
    "made-after-retirement": (
        Certificate(ADA, [USER], revoked=(1, MADE - DAY)),
        signed(),
        SignatureStatus.REVOKED_KEY,
        "made after the key was retired",
    ),
    "compromised-later": (
        Certificate(ADA, [USER], revoked=(2, MADE + DAY)),
        signed(),
        SignatureStatus.REVOKED_KEY,
        "revoked for good",
    ),
    "sha1": (
        Certificate(RSA_LONG, [USER]),
        signed(RSA_LONG, digest="sha1"),
        SignatureStatus.WEAK,
        "sha1 digest",
    ),
    "version-3-packet": (
        Certificate(RSA_LONG, [USER]),
        signed(RSA_LONG, version=3, digest="sha256"),
        SignatureStatus.WEAK,
        "version 3 signature packet",
    ),
    "short-rsa": (
        Certificate(RSA_SHORT, [USER]),
        signed(RSA_SHORT),
        SignatureStatus.WEAK,
        "1024-bit RSA key",
    ),
    "old-dsa": (
        Certificate(DSA_OLD, [USER]),
        signed(DSA_OLD, digest="sha1"),
        SignatureStatus.WEAK,
        "sha1 digest, 1024-bit DSA key",
    ),
    "other-text": (
        PLAIN,
        signature(ADA, TEXT + b".", made=MADE),
        SignatureStatus.BAD,
        "does not fit",
    ),
    "made-before-its-key": (
        PLAIN,
        signed(made=BORN - DAY),
        SignatureStatus.BAD,
        "made before its key",
    ),
    "unknown-key": (
        PLAIN,
        signed(person_key("mallory")),
        SignatureStatus.UNKNOWN_KEY,
        "not in the keyring",
    ),
    "over-a-key": (PLAIN, signed(kind=0x13), SignatureStatus.BAD, "not one over a document"),
    "two-signatures": (
        PLAIN,
        armor("SIGNATURE", 2 * packet(2, ADA.sign(TEXT, made=MADE))),
        SignatureStatus.BAD,
        "2 signatures",
    ),
    "not-detached": (
        PLAIN,
        armor("MESSAGE", packet(11, b"b\0\0\0\0\0" + TEXT) + packet(2, ADA.sign(TEXT, made=MADE))),
        SignatureStatus.BAD,
        "more than a detached signature",
    ),
    "unbound-subkey": (
        Certificate(ADA, [USER], subkeys=[Subkey(SUB, back=False)]),
        signed(SUB),
        SignatureStatus.UNSUPPORTED,
        "has not signed its primary key",
    ),
    "subkey-not-for-signing": (
        Certificate(ADA, [USER], subkeys=[Subkey(SUB, flags=0x0C)]),
        signed(SUB),
        SignatureStatus.UNSUPPORTED,
        "not meant for signatures",
    ),
    "critical-part-unknown": (
        PLAIN,
        signed(more=[(0x80 | 99, b"x")]),
        SignatureStatus.UNSUPPORTED,
        "critical part",
    ),
    "cut-short": (
        PLAIN,
        armor("SIGNATURE", packet(2, ADA.sign(TEXT, made=MADE))[:40]),
        SignatureStatus.UNSUPPORTED,
        "cut short",
    ),
    "no-armour": (PLAIN, b"Good signature from Ada", SignatureStatus.UNSUPPORTED, "no complete"),
}


@pytest.mark.parametrize("name", CASES)
def test_verdicts(name: str) -> None:
    """Each state of key and packet has its verdict and its reason."""
    certificate, armored, status, detail = CASES[name]
    found = verdict(keyring(certificate), armored)
    assert status == found.status, found.detail
    assert detail in found.detail


def test_a_key_that_expires_later_is_good_until_then() -> None:
    """Expiry is judged as of a day, never by a clock."""
    ring = keyring(Certificate(ADA, [USER], lifetime=200 * DAY))
    assert SignatureStatus.GOOD == verdict(ring, signed(), as_of=datetime.date(2019, 12, 24)).status
    before_expiry = verdict(ring, signed(), as_of=datetime.date(2019, 12, 25))
    assert SignatureStatus.GOOD_EXPIRED_KEY == before_expiry.status


def test_a_verdict_names_signer_key_digest_and_date() -> None:
    """Everything the report's SIGNATURE has."""
    found = verdict(keyring(PLAIN), signed())
    assert (ADA.fingerprint, USER, ("ada@kernel.example",), "sha512") == (
        found.fingerprint,
        found.signer,
        found.addresses,
        found.digest_algorithm,
    )
    assert "2019-09-16T13:20:00+00:00" == found.signed_at


def test_a_text_signature_is_over_canonical_line_ends() -> None:
    """Type 0x01 signs CRLF whatever the text has."""
    over = TEXT.replace(b"\n", b"\r\n")
    armored = signature(ADA, over, made=MADE, kind=0x01)
    found = verdict(keyring(PLAIN), armored)
    assert (SignatureStatus.WEAK, True) == (found.status, "line ends" in found.detail)


def ring_of(*raw: bytes) -> Keyring:
    packets = list(split_packets(b"".join(raw)))
    return Keyring(parse_certificates(packets), lone_revocations(packets))


KEY = packet(6, ADA.body)
REVOKED = packet(2, ADA.sign(ADA.material, made=MADE, kind=0x20, more=[(29, b"\2")]))
CERTIFIED = PLAIN.packets()[len(KEY) :]


@pytest.mark.parametrize(
    "raw",
    [
        (KEY, packet(12, b"\0\0"), REVOKED, packet(12, b"\0\0"), CERTIFIED),
        (KEY, CERTIFIED, REVOKED),
        (KEY, CERTIFIED, packet(10, b"PGP"), REVOKED),
        (REVOKED, KEY, CERTIFIED),
    ],
)
def test_a_revocation_counts_wherever_it_stands(raw: tuple[bytes, ...]) -> None:
    """After trust packets, appended to a file, or alone before the key."""
    assert SignatureStatus.REVOKED_KEY == verdict(ring_of(*raw), signed()).status


def test_a_revocation_that_cannot_be_checked_is_not_ignored() -> None:
    """Nothing is called good then."""
    body = bytearray(ADA.sign(ADA.material, made=MADE, kind=0x20, more=[(29, b"\2")]))
    body[3] = 99
    found = verdict(ring_of(KEY, packet(2, bytes(body)), CERTIFIED), signed())
    assert (SignatureStatus.UNSUPPORTED, True) == (found.status, "revocation" in found.detail)


def test_trust_packets_of_gnupg_change_nothing() -> None:
    """A key file of GnuPG has one after everything."""
    trust = packet(12, b"\0\0")
    user_id = packet(13, USER.encode())
    ring = ring_of(KEY, trust, user_id, trust, CERTIFIED[len(user_id) :], trust)
    assert ("ada@kernel.example",) == verdict(ring, signed()).addresses


def test_a_borrowed_subkey_does_not_hide_the_owners() -> None:
    """Mallory lists somebody's signing subkey first: the owner's signature stays good."""
    mallory = Certificate(
        person_key("mallory"), ["Mal <mal@x.example>"], subkeys=[Subkey(SUB, back=False)]
    )
    owner = Certificate(ADA, [USER], subkeys=[Subkey(SUB)])
    for order in ((mallory, owner), (owner, mallory)):
        found = verdict(keyring(*order), signed(SUB))
        assert (SignatureStatus.GOOD, ADA.fingerprint) == (found.status, found.fingerprint)


def test_a_signature_with_too_few_numbers_is_no_crash() -> None:
    """One number where DSA and ECDSA have two."""
    body = P256.sign(TEXT, made=MADE, digest="sha256")
    size = (int.from_bytes(body[-34:-32], "big") + 7) // 8
    cut = body[: -(2 + size)] if size == 32 else body[:-34]
    found = verdict(keyring(Certificate(P256, [USER])), armor("SIGNATURE", packet(2, cut)))
    assert SignatureStatus.UNSUPPORTED == found.status


def test_the_salt_of_version_6_has_the_size_of_its_digest() -> None:
    """It is hashed before the text and its length is not: any other size moves text into it."""
    for size, fine in ((32, True), (31, False), (200, False)):
        head = bytes([6, 0, 27, 10]) + bytes(4) + bytes(4) + b"\0\0" + bytes([size])
        body = head + bytes(size) + bytes(64)
        if fine:
            assert 32 == len(parse_signature(body).salt)
        else:
            with pytest.raises(PacketError, match="salt"):
                parse_signature(body)


def test_md5_binds_nothing() -> None:
    """A certification by MD5 could be anybody's."""
    certificate = Certificate(RSA_LONG, [USER], digest="md5")
    assert SignatureStatus.UNSUPPORTED == verdict(keyring(certificate), signed(RSA_LONG)).status


def test_an_oversized_key_does_not_break_the_keyring() -> None:
    """It is passed over."""
    ring = ring_of(packet(6, b"\4" + bytes(4) + b"\x63" + bytes(70_000)), PLAIN.packets())
    assert SignatureStatus.GOOD == verdict(ring, signed()).status


def test_only_signed_user_ids_carry_an_address() -> None:
    """Anybody can append a user ID to a certificate."""
    ring = keyring(Certificate(ADA, [USER], stray=["Boss <boss@kernel.example>"]))
    assert ADA.fingerprint == ring.fingerprint_of(Address("ada@kernel.example"))
    assert None is ring.fingerprint_of(Address("boss@kernel.example"))


def test_copies_of_a_certificate_are_merged() -> None:
    """A revocation counts from whichever file it comes, in either order."""
    old, new = PLAIN, Certificate(ADA, [USER], revoked=(2, MADE + DAY))
    for order in ((old, new), (new, old)):
        assert SignatureStatus.REVOKED_KEY == verdict(keyring(*order), signed()).status


def test_somebody_elses_revocation_revokes_nothing() -> None:
    """Only the primary key's own signatures count."""
    mallory = person_key("mallory")
    forged = mallory.sign(ADA.material, made=MADE, kind=0x20, more=[(29, b"\2")])
    issuer = bytes.fromhex(ADA.fingerprint[-16:])
    body = forged + issuer  # mentions the victim, so that it is not left out at once
    raw = packet(6, ADA.body) + packet(2, body) + PLAIN.packets()[len(packet(6, ADA.body)) :]
    ring = Keyring(parse_certificates(split_packets(raw)))
    assert SignatureStatus.GOOD == verdict(ring, signed()).status


def test_keyrings_are_files_and_folders(tmp_path: Path) -> None:
    """Armoured, binary, several in one file, in sub-folders; a checkout's .git is left out."""
    ben = Certificate(person_key("ben"), ["Ben <ben@net.example>"])
    chi = Certificate(person_key("chi"), ["Chi <chi@storage.example>"])
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "two.asc").write_bytes(PLAIN.armored() + b"\nprose\n" + ben.armored())
    (tmp_path / "chi.gpg").write_bytes(chi.packets())
    (tmp_path / "README").write_text("no key here")
    ring = read_keyring([tmp_path])
    assert ("ada@kernel.example", "ben@net.example", "chi@storage.example") == ring.addresses
    with pytest.raises(KeyringError, match="no readable OpenPGP certificate"):
        read_keyring([tmp_path / "README"])


@given(st.binary(max_size=200))
def test_any_bytes_give_packets_or_an_error(raw: bytes) -> None:
    """No other exception leaves the parsers."""
    try:
        packets = list(split_packets(raw))
    except PacketError:
        packets = []
    for found in packets:
        try:
            parse_signature(found.body)
        except PacketError:
            continue
    list(parse_certificates(packets))


@given(st.integers(0, 400), st.integers(1, 255))
def test_no_changed_byte_stays_good(position: int, flip: int) -> None:
    """Whatever is changed in the hashed part or the numbers, the signature is not good."""
    body = bytearray(ADA.sign(TEXT, made=MADE))
    hashed = 6 + int.from_bytes(body[4:6], "big")
    numbers = range(len(body) - 68, len(body))
    lengths = {numbers[0], numbers[1], numbers[34], numbers[35]}
    if position < hashed or (position in numbers and position not in lengths):
        body[position] ^= flip
        found = verdict(keyring(PLAIN), armor("SIGNATURE", packet(2, bytes(body))))
        assert found.status not in (SignatureStatus.GOOD, SignatureStatus.GOOD_EXPIRED_KEY)


def test_a_wrong_armour_checksum_is_an_error() -> None:
    """A missing one is not (RFC 9580, section 6.1)."""
    armored = signed()
    assert dearmor(armored)
    wrong = armored.replace(b"\n-----END", b"\n=AAAA\n-----END")
    with pytest.raises(PacketError, match="checksum"):
        dearmor(wrong)


GPG = shutil.which("gpg")
AGREES = {
    SignatureStatus.GOOD: {"GOODSIG"},
    SignatureStatus.GOOD_EXPIRED_KEY: {"EXPKEYSIG", "REVKEYSIG"},
    SignatureStatus.WEAK: {"GOODSIG", "EXPKEYSIG"},
    SignatureStatus.REVOKED_KEY: {"REVKEYSIG"},
    SignatureStatus.BAD: {"BADSIG", "ERRSIG", "NODATA", "ERROR", "UNEXPECTED"},
    SignatureStatus.UNKNOWN_KEY: {"ERRSIG"},
    SignatureStatus.UNSUPPORTED: {"ERRSIG", "BADSIG", "NODATA", "ERROR", "UNEXPECTED"},
}
"""What gpg says of the same; it knows no weakness and reports expiry before anything else."""


@pytest.mark.skipif(GPG is None, reason="gpg is not installed")
@pytest.mark.parametrize("name", sorted(set(CASES) - {"not-detached"}))
def test_gpg_agrees(name: str, tmp_path: Path) -> None:
    """Status words of a gpg with a home of its own; its exit code says nothing."""
    certificate, armored, status, _ = CASES[name]
    (tmp_path / "home").mkdir(mode=0o700)
    base = [str(GPG), "--homedir", str(tmp_path / "home"), "--batch", "--no-auto-key-retrieve"]
    (tmp_path / "key").write_bytes(certificate.packets())
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "sig").write_bytes(armored)
    subprocess.run([*base, "--import", str(tmp_path / "key")], check=False, capture_output=True)
    done = subprocess.run(
        [*base, "--status-fd", "1", "--verify", str(tmp_path / "sig"), str(tmp_path / "text")],
        check=False,
        capture_output=True,
    )
    words = {line.split()[1] for line in done.stdout.decode().splitlines() if "[GNUPG:]" in line}
    subprocess.run(["gpgconf", "--homedir", str(tmp_path / "home"), "--kill", "all"], check=False)
    assert words & AGREES[status], words
