"""Verdicts on signatures of any format: asked once, never where something is wrong around them."""

from __future__ import annotations

import datetime

import pytest

from provenance.evidence.keyring import Keyring
from provenance.evidence.model import Signature, SignatureStatus
from provenance.evidence.signatures import NO_SIGNATURE, Verifier, misplaced
from provenance.evidence.ssh import SshTrust
from provenance.facts import Address, BrokenIdent, Ident, Person, RawSignature, SignatureFormat
from sample_repos.keys import BORN, Certificate, person_key, signature
from tests.evidence.test_openpgp import keyring
from tests.evidence.test_ssh_keys import KEY, TEXT, armor, line, plainly

DAY = datetime.date(2021, 6, 1)
ADA = Ident(person=Person(name="Ada", email="Ada@X.example"), seconds=7, zone="+0000")
BEN = Ident(person=Person(name="Ben", email="ben@x.example"), seconds=7, zone="+0000")
BROKEN = BrokenIdent(raw="x", reason="y")


def verifier() -> Verifier:
    return Verifier(Keyring(), SshTrust(), DAY)


def raw(kind: str, armor: bytes = b"a", payload: bytes = b"p", problem: str = "") -> RawSignature:
    return RawSignature(format=SignatureFormat(kind), armor=armor, payload=payload, problem=problem)


class Asked(Verifier):
    """Records what it is asked to judge."""

    def __init__(self) -> None:
        super().__init__(Keyring(), SshTrust(), DAY)
        self.asked: list[tuple[RawSignature, int, Address]] = []

    def _judge(self, raw: RawSignature, made: int, who: Address) -> Signature:
        self.asked.append((raw, made, who))
        return super()._judge(raw, made, who)


def test_no_signature_and_one_that_must_not_be_verified() -> None:
    """The problem is the reason, in the format that it has."""
    assert NO_SIGNATURE == verifier().verify(None, ADA)
    assert SignatureStatus.NONE is NO_SIGNATURE.status
    expected = Signature(
        status=SignatureStatus.BAD, format=SignatureFormat.SSH, detail="2 signature headers"
    )
    assert expected == verifier().verify(raw("ssh", problem="2 signature headers"), ADA)


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("openpgp", "cannot be read: no complete OpenPGP armour"),
        ("ssh", "cannot be judged: no complete armour"),
        ("x509", "X.509 signatures are not verified"),
    ],
)
def test_each_format_has_its_judge(kind: str, detail: str) -> None:
    """X.509 has none."""
    found = verifier().verify(raw(kind), ADA)
    assert (SignatureStatus.UNSUPPORTED, SignatureFormat(kind), detail) == (
        found.status,
        found.format,
        found.detail,
    )


def test_keys_and_times_reach_the_judges() -> None:
    """The keyring and the allowed signers, with the maker's time and address."""
    key = person_key("ada")
    ring = keyring(Certificate(key, ["Ada <ada@x.example>"]))
    signers = (line(KEY, "*@x.example", valid_after=7, valid_before=8),)
    judge = Verifier(ring, SshTrust(signers=signers), DAY)
    signed = signature(key, TEXT, made=BORN)
    good = judge.verify(raw("openpgp", signed, TEXT), ADA)
    assert (SignatureStatus.GOOD, ("ada@x.example",)) == (good.status, good.addresses)
    ssh = judge.verify(raw("ssh", armor(KEY, plainly), TEXT), ADA)
    assert (SignatureStatus.GOOD_EXPIRED_KEY, ("Ada@x.example",)) == (ssh.status, ssh.addresses)


def test_the_same_bytes_are_judged_once() -> None:
    """For one signer and time; who cannot be read is nobody, at no time."""
    asked = Asked()
    one, two = raw("x509"), raw("x509", payload=b"q")
    three = raw("x509", armor=b"a\0p", payload=b"")
    makers: tuple[Ident | BrokenIdent, ...] = (ADA, ADA, BEN, BROKEN)
    for _ in range(2):
        for by in makers:
            asked.verify(one, by)
        asked.verify(two, ADA)
    asked.verify(one, None)
    asked.verify(three, ADA)
    later = Ident(person=ADA.person, seconds=8, zone="+0000")
    asked.verify(one, later)
    odd = Ident(person=Person(name="", email="\udcff"), seconds=8, zone="+0000")
    asked.verify(one, odd)
    assert [
        (one, 7, "Ada@x.example"),
        (one, 7, "ben@x.example"),
        (one, 0, ""),
        (two, 7, "Ada@x.example"),
        (three, 7, "Ada@x.example"),
        (one, 8, "Ada@x.example"),
        (one, 8, "\udcff"),
    ] == asked.asked


def test_a_verdict_is_remembered_as_it_was() -> None:
    """The second answer is the first."""
    judge = verifier()
    assert judge.verify(raw("x509"), ADA) is judge.verify(raw("x509"), ADA)


def test_a_signature_out_of_place_is_bad() -> None:
    """The reason has what it is by itself; none stays none."""
    good = Signature(
        status=SignatureStatus.GOOD, format=SignatureFormat.SSH, fingerprint="f", detail="d"
    )
    expected = Signature(
        status=SignatureStatus.BAD,
        format=SignatureFormat.SSH,
        fingerprint="f",
        detail="it is for a tag named 'x' (by itself: good)",
    )
    assert expected == misplaced(good, "it is for a tag named 'x'")
    assert misplaced(NO_SIGNATURE, "x") is NO_SIGNATURE
