"""Where one OpenPGP verdict ends and the next begins, to the second, and what each one says."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from provenance.dates import end_of
from provenance.evidence.keyring import Keyring
from provenance.evidence.model import Signature, SignatureStatus
from provenance.evidence.openpgp import OpenPgpVerifier
from provenance.facts import Address, RawSignature, SignatureFormat
from sample_repos.keys import BORN, Certificate, Key, Subkey, armor, packet, person_key, signature
from tests.evidence.test_openpgp import DSA_OLD, RSA_LONG, RSA_SHORT, SUB, keyring

DAY = 86_400
TEXT = b"object 1234\n\nsigned text\n"
ADA = person_key("ada")
USER = "Ada Keeper <ada@kernel.example>"
MADE = BORN + 100 * DAY
TODAY = datetime.date(2020, 1, 1)
NOW = end_of(TODAY)


def judged(ring: Keyring, armored: bytes, *, text: bytes = TEXT) -> Signature:
    raw = RawSignature(format=SignatureFormat.OPENPGP, armor=armored, payload=text)
    return OpenPgpVerifier(ring, TODAY).verify(raw)


def verdict(certificate: Certificate, *, key: Key = ADA, **options: Any) -> tuple[str, str]:
    armored = signature(key, TEXT, **{"made": MADE, **options})
    found = judged(keyring(certificate), armored)
    return found.status, found.detail


PLAIN = Certificate(ADA, [USER])


def lasting(seconds: int) -> dict[str, Any]:
    return {"more": [(3, seconds.to_bytes(4, "big"))]}


EXPIRED = (
    "made after 2019-09-16, when this copy of the key expires (a newer copy may say otherwise)"
)
LATE = (3, MADE)
REVOKED = "revoked for good: compromised, or no reason given"


@pytest.mark.parametrize(
    ("certificate", "options", "status", "detail"),
    [
        (PLAIN, {}, "good", ""),
        (PLAIN, {"made": BORN}, "good", ""),
        (PLAIN, {"made": BORN - 1}, "bad", "made before its key, which is of 2019-06-08"),
        (PLAIN, {"made": NOW + DAY}, "good", ""),
        (PLAIN, {"made": NOW + DAY + 1}, "weak", "dated 2020-01-03, after the day of the audit"),
        (PLAIN, lasting(NOW - MADE + 1), "good", ""),
        (PLAIN, lasting(NOW - MADE), "weak", "the signature itself has expired"),
        (Certificate(ADA, [USER], lifetime=NOW - BORN + 1), {}, "good", ""),
        (
            Certificate(ADA, [USER], lifetime=NOW - BORN),
            {},
            "good-expired-key",
            "valid when made; the key expired on 2020-01-01",
        ),
        (
            Certificate(ADA, [USER], lifetime=MADE - BORN + 1),
            {},
            "good-expired-key",
            "valid when made; the key expired on 2019-09-16",
        ),
        (Certificate(ADA, [USER], lifetime=MADE - BORN), {}, "weak", EXPIRED),
        (
            Certificate(ADA, [USER], revoked=(3, MADE + 1)),
            {},
            "good-expired-key",
            "made before the key was retired on 2019-09-16",
        ),
        (
            Certificate(ADA, [USER], revoked=(3, MADE)),
            {},
            "revoked-key",
            "made after the key was retired on 2019-09-16",
        ),
        (Certificate(ADA, [USER], revoked=(2, MADE + 1)), {}, "revoked-key", REVOKED),
        (
            Certificate(ADA, [USER], revoked=(3, MADE + 1)),
            lasting(1),
            "weak",
            "the signature itself has expired",
        ),
    ],
)
def test_the_verdict_changes_at_the_second(
    certificate: Certificate, options: dict[str, Any], status: str, detail: str
) -> None:
    """Birth, day of the audit, expiry of signature and key, retirement."""
    assert (status, detail) == verdict(certificate, **options)


@pytest.mark.parametrize(
    ("key", "options", "detail"),
    [
        (RSA_LONG, {"digest": "sha1"}, "sha1 digest"),
        (RSA_LONG, {"digest": "md5"}, "md5 digest"),
        (
            RSA_SHORT,
            {"digest": "sha1", "version": 3},
            "sha1 digest, version 3 signature packet, 1024-bit RSA key",
        ),
        (DSA_OLD, {"digest": "sha256"}, "1024-bit DSA key"),
        (RSA_LONG, {"digest": "sha256", "version": 3}, "version 3 signature packet"),
        (ADA, {"kind": 1}, "a text signature, which leaves line ends open"),
        (ADA, {"kind": 1, **lasting(1)},
         "a text signature, which leaves line ends open, the signature itself has expired"),
    ],
)  # fmt: skip
def test_all_reasons_of_a_weak_one_are_named(
    key: Key, options: dict[str, Any], detail: str
) -> None:
    """In one line."""
    text = TEXT.replace(b"\n", b"\r\n") if options.get("kind") else TEXT
    armored = signature(key, text, **{"made": MADE, **options})
    found = judged(keyring(Certificate(key, [USER])), armored)
    assert (SignatureStatus.WEAK, detail) == (found.status, found.detail)


def test_a_text_signature_is_over_one_form_of_line_end() -> None:
    """Whether the text has LF or CRLF; a binary one is over the bytes."""
    for text in (b"a\nb\r\nc\n", b"a\r\nb\r\nc\r\n"):
        armored = signature(ADA, b"a\r\nb\r\nc\r\n", made=MADE, kind=1)
        assert SignatureStatus.WEAK is judged(keyring(PLAIN), armored, text=text).status
    armored = signature(ADA, b"a\r\n", made=MADE)
    assert SignatureStatus.BAD is judged(keyring(PLAIN), armored, text=b"a\n").status


def test_everything_that_is_known_of_a_signature() -> None:
    """Signer and addresses of the certificate, its primary key's fingerprint."""
    ring = keyring(Certificate(ADA, [USER, "Ada <ada@home.example>"], subkeys=[Subkey(SUB)]))
    assert Signature(
        status=SignatureStatus.GOOD,
        format=SignatureFormat.OPENPGP,
        fingerprint=ADA.fingerprint,
        signer=USER,
        addresses=(Address("ada@kernel.example"), Address("ada@home.example")),
        signed_at="2019-09-16T13:20:00+00:00",
        digest_algorithm="sha512",
        detail="",
    ) == judged(ring, signature(SUB, TEXT, made=MADE))
    bad = judged(ring, signature(SUB, TEXT, made=MADE), text=b"other")
    assert ("the signature does not fit the signed bytes", USER, ADA.fingerprint) == (
        bad.detail,
        bad.signer,
        bad.fingerprint,
    )


def test_a_key_that_is_not_there_is_named_by_the_signature() -> None:
    """With or without any keyring; by the id where a packet has no fingerprint."""
    found = judged(Keyring(), signature(ADA, TEXT, made=MADE))
    assert (
        Signature(
            status=SignatureStatus.UNKNOWN_KEY,
            format=SignatureFormat.OPENPGP,
            fingerprint=ADA.fingerprint,
            signed_at="2019-09-16T13:20:00+00:00",
            digest_algorithm="sha512",
            detail="no --keyring was given",
        )
        == found
    )
    old = signature(RSA_LONG, TEXT, made=MADE, version=3, digest="sha256")
    other = judged(keyring(PLAIN), old)
    assert ("the key is not in the keyring", RSA_LONG.fingerprint[-16:], "sha256") == (
        other.detail,
        other.fingerprint,
        other.digest_algorithm,
    )


def test_a_digest_without_a_name_is_its_number() -> None:
    """It cannot be judged."""
    body = bytearray(ADA.sign(TEXT, made=MADE))
    body[3] = 99
    found = judged(keyring(PLAIN), armor("SIGNATURE", packet(2, bytes(body))))
    assert (SignatureStatus.UNSUPPORTED, "99", USER) == (
        found.status,
        found.digest_algorithm,
        found.signer,
    )
    assert found.detail


@pytest.mark.parametrize(
    ("armored", "status", "detail"),
    [
        (b"x", "unsupported", "cannot be read: no complete OpenPGP armour"),
        (
            armor("SIGNATURE", packet(2, b"\5")),
            "unsupported",
            "cannot be read: a signature of version 5",
        ),
        (armor("SIGNATURE", b""), "bad", "the armour holds 0 signatures"),
        (
            armor("SIGNATURE", packet(2, ADA.sign(TEXT, made=MADE)) * 2),
            "bad",
            "the armour holds 2 signatures",
        ),
        (
            armor("SIGNATURE", packet(2, ADA.sign(TEXT, made=MADE)) + packet(12, b"x")),
            "bad",
            "the armour holds more than a detached signature",
        ),
        (
            signature(ADA, TEXT, made=MADE, kind=2),
            "bad",
            "the signature is not one over a document",
        ),
    ],
)
def test_what_is_no_detached_signature(armored: bytes, status: str, detail: str) -> None:
    """Nothing is said of a key then."""
    expected = Signature(
        status=SignatureStatus(status), format=SignatureFormat.OPENPGP, detail=detail
    )
    assert expected == judged(keyring(PLAIN), armored)


def test_a_key_without_user_ids_has_no_signer() -> None:
    """Its fingerprint is all there is; what binds it is missing too."""
    found = judged(keyring(Certificate(ADA, [])), signature(ADA, TEXT, made=MADE))
    assert ("", (), ADA.fingerprint) == (found.signer, found.addresses, found.fingerprint)
    assert (SignatureStatus.UNSUPPORTED, "it fits, but ") == (found.status, found.detail[:13])
