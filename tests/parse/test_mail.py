"""What the headers of a mail say, whoever wrote them."""

from __future__ import annotations

import base64
import email.header
import email.utils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.facts import Ident, Mail, Person
from provenance.parse.mail import (
    attached_changes,
    body_of,
    decode_words,
    has_change,
    parse_base,
    parse_mail,
    parse_mailbox,
    parse_time,
    title_of,
)

NOBODY = Person(name="", email="")


def mail(*lines: str) -> Mail:
    return parse_mail("\n".join((*lines, "", "From: body@x.example", "")).encode())


def test_all_that_headers_say() -> None:
    """Folded lines are one; the mbox line before them and the body are none."""
    sender = Person(name="Jörg Müller", email="j@x.example")
    assert mail(
        "From 0123 Mon Sep 17 00:00:00 2001",
        "From: =?utf-8?q?J=C3=B6rg?= =?iso-8859-1?q?_M=FCller?= <j@x.example>",
        "Subject: [PATCH v3 02/10] =?UTF-8?B?SGVsbG8=?=",
        "  world",
        "Date: Tue, 3 Mar 2026 10:11:12 -0530",
        "Message-ID: <1@x.example>",
        "DKIM-Signature: v=1",
        'Content-Type: multipart/signed; micalg="pgp-sha512"',
    ) == Mail(
        message_id="1@x.example",
        sender=sender,
        time=Ident(person=sender, seconds=1772552472, zone="-0530"),
        subject="[PATCH v3 02/10] Hello world",
        number=2,
        total=10,
        version=3,
        signatures=("DKIM-Signature", "multipart/signed"),
    )


def test_a_mail_without_anything() -> None:
    """It has no sender, which is said."""
    assert parse_mail(b"") == Mail(
        message_id="", sender=NOBODY, time=None, subject="", anomalies=("no From header",)
    )


@pytest.mark.parametrize(
    ("value", "person"),
    [
        ("Ada Lake <ada@x.example>", Person(name="Ada Lake", email="ada@x.example")),
        ('"Lake, Ada" <ada@x.example>', Person(name="Lake, Ada", email="ada@x.example")),
        ("ada@x.example (Ada Lake)", Person(name="Ada Lake", email="ada@x.example")),
        ("ada@x.example (Ada (work))", Person(name="Ada (work)", email="ada@x.example")),
        ('"X. Ada X" <ada@x.example>', Person(name="X. Ada X", email="ada@x.example")),
        ("ada@x.example", Person(name="", email="ada@x.example")),
        ("<ada@x.example>", Person(name="", email="ada@x.example")),
        (
            "=?utf-8?q?Known_=3Cknown=40y.example=3E?= <real@x.example>",
            Person(name="Known <known@y.example>", email="real@x.example"),
        ),
        ("a@y.example <b@z.example> <real@x.example>", None),
    ],
)
def test_who_sent_it(value: str, person: Person | None) -> None:
    """An address inside an encoded word is a part of the name; the last brackets have it."""
    found = parse_mailbox(value)
    if person is None:
        assert found.email == "real@x.example"
    else:
        assert found == person


@pytest.mark.parametrize(
    ("senders", "anomalies"),
    [
        (["Ada <ada@x.example>"], ()),
        (["ada@x.example (Ada)"], ()),
        (['"Ada@x.example" <ada@x.example>'], ()),
        (["'ada@x.example' <ada@x.example>"], ()),
        (["Xada@x.example <ada@x.example>"], ("another address in the sender's name",)),
        (['"bo@x.example" <ada@x.example>'], ("another address in the sender's name",)),
        (["Ada <ada@x.example>", "Bo <bo@x.example>"], ("2 From headers",)),
        (
            ["=?utf-8?q?A_=3Ca=40y.example=3E?= <real@x.example>"],
            ("another address in the sender's name",),
        ),
    ],
)
def test_what_programs_read_in_different_ways(
    senders: list[str], anomalies: tuple[str, ...]
) -> None:
    """The first From header is taken, as mail programs show it."""
    found = mail(*(f"From: {sender}" for sender in senders))
    assert found.anomalies == anomalies
    assert found.sender == parse_mailbox(senders[0])


@pytest.mark.parametrize(
    ("subject", "place"),
    [
        ("[PATCH] net: one", (0, 0, 1, False)),
        ("[PATCH net-next v12 3/4] net: one", (3, 4, 12, False)),
        ("[RFC] [PATCH 1/1] one [v2 2/2]", (1, 1, 1, False)),
        ("Re: [PATCH v2 1/2] one", (1, 2, 2, True)),
        ("one v3 2/3", (0, 0, 1, False)),
        ("resend: one", (0, 0, 1, False)),
        ("Re: Re: [PATCH 1/2] one", (0, 0, 1, True)),
    ],
)
def test_the_place_in_a_series(subject: str, place: tuple[int, int, int, bool]) -> None:
    """Only what stands in brackets at the start of a subject says it."""
    found = mail(f"Subject: {subject}")
    assert (found.number, found.total, found.version, found.is_reply) == place


def test_a_line_end_in_an_encoded_word_ends_no_line() -> None:
    """A subject stays one line, whatever is encoded into it."""
    found = mail("Subject: =?utf-8?q?one=0ASigned-off-by=3A_Known_=3Ck=40y.example=3E?=")
    assert found.subject == "one Signed-off-by: Known <k@y.example>"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("=?x-evil?q?a?=", "a"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-8?b?YWFhY?=", "=?utf-8?b?YWFhY?="),
        ("=?unicode_escape?q?=5Cu0041?=", "\\u0041"),
        ("=?utf-8?q?=FF?=", "\udcff"),
        ("plain  text", "plain text"),
    ],
)
def test_encoded_words(words: str, text: str) -> None:
    """Charsets are those of the allow-list; what cannot be decoded stays as it is."""
    assert decode_words(words) == text


@pytest.mark.parametrize(
    "value",
    ["", "yesterday", "Tue, 3 Mar 99999 10:11:12 +0000", "Tue, 3 Mar 2026 10:11:12 +9999999"],
)
def test_a_date_that_is_none(value: str) -> None:
    """It is not known, rather than guessed."""
    assert parse_time(value, NOBODY) is None


@pytest.mark.parametrize(
    ("zone", "written"),
    [("+0000", "+0000"), ("+0100", "+0100"), ("-0030", "-0030"), ("GMT", "+0000"), ("", "+0000")],
)
def test_time_zones(zone: str, written: str) -> None:
    """Minutes and both signs; none is UTC."""
    found = parse_time(f"Thu, 1 Jan 1970 01:00:00 {zone}", NOBODY)
    hours = {"+0100": 0, "-0030": 5400}.get(written, 3600)
    assert found == Ident(person=NOBODY, seconds=hours, zone=written)


@given(st.integers(0, 4_000_000_000), st.integers(-14 * 60, 14 * 60))
def test_a_date_as_python_writes_it(seconds: int, minutes: int) -> None:
    """The moment and the zone come back."""
    sign = "-" if minutes < 0 else "+"
    zone = f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    local = email.utils.formatdate(seconds + 60 * minutes).removesuffix("-0000")
    found = parse_time(f"{local}{zone}", NOBODY)
    assert found == Ident(person=NOBODY, seconds=seconds, zone=zone)


@given(st.text(alphabet="ab üß€漢", max_size=80))
def test_a_subject_as_python_encodes_it(text: str) -> None:
    """Its words come back."""
    encoded = email.header.Header(text, "utf-8").encode()
    assert mail(f"Subject: {encoded}").subject.split() == text.split()


@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    """Nothing is raised, and no text has a line end."""
    found = parse_mail(b"Subject: " + raw + b"\nFrom: " + raw + b"\nDate: " + raw)
    assert "\n" not in found.subject + found.sender.name + found.sender.email


def test_very_long_headers_cost_little() -> None:
    """Only so much of each is read, and so many."""
    long = b"=?utf-8?q?a?= " * 100_000
    found = parse_mail(b"Subject: " + long + b"\n" + b"From: " + b"<" * 100_000)
    assert len(found.subject) < 2000
    assert parse_mail(b"X: y\n" * 100_000 + b"Subject: late\n").subject == ""


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ("", b"a\n\nb", b"a\n\nb"),
        ("Content-Transfer-Encoding: Quoted-Printable", b"a=3Db=\nc", b"a=bc"),
        ("Content-Transfer-Encoding: base64", b"YWJj\nZGVm\n", b"abcdef"),
        ("Content-Transfer-Encoding: base64", b"YWJjZ", b"YWJjZ"),
        ("Content-Transfer-Encoding: 8bit", b"\xff", b"\xff"),
        (
            "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64",
            b"--x\n\na=3D",
            b"--x\n\na=3D",
        ),
    ],
)
def test_the_text_of_a_mail(headers: str, body: bytes, text: bytes) -> None:
    """Decoded where it is one; what cannot be decoded stays as it is."""
    assert body_of(f"A: b\n{headers}\n\n".replace("\n\n\n", "\n\n").encode() + body) == text
    assert body_of(b"A: b\n") == b""


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (b"diff --git a/x b/x\n", True),
        (b"text\n--- a/x\n+++ b/x\n", True),
        (b"> diff --git a/x b/x\n> --- a/x\n> +++ b/x\n", False),
        (b"---\n x | 1 +\n", False),
    ],
)
def test_what_changes_a_file(text: bytes, changes: bool) -> None:
    """A quoted patch is none."""
    assert has_change(text) is changes


def test_the_base_that_a_series_names() -> None:
    """A line of its own with a whole id."""
    name = "0123456789abcdef" * 2 + "01234567"
    assert parse_base(f"-- \n2.39\nbase-commit: {name}\r\n".encode()) == name
    assert parse_base(f"see base-commit: {name}\n".encode()) is None
    assert parse_base(b"base-commit: 0123\n") is None


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("[PATCH v2 3/7] net: Foo  bar", "net: foo bar"),
        ("Re: [PATCH] [media] foo", "foo"),
        ("RE: re: x: y", "x: y"),
        ("net: foo", "net: foo"),
        ("[unclosed x", "[unclosed x"),
        (" : a", "a"),
        ("", ""),
    ],
)
def test_the_title_that_a_patch_and_its_commit_share(subject: str, title: str) -> None:
    """Without what only mails have in front of it."""
    assert title_of(subject) == title


def test_the_mails_that_a_mail_follows() -> None:
    """Each once; what is no Message-ID is left out."""
    raw = b"In-Reply-To: <b@x> (your mail)\nReferences: <a@x>\n <b@x> c@x <d e>\n\n"
    assert parse_mail(raw).answers == ("b@x", "a@x")
    assert parse_mail(b"Subject: x\n\n").answers == ()


CHANGE = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"


def test_attached_changes() -> None:
    """Each part is decoded; text about the change is none."""
    parts = (
        b"Content-Type: text/plain\n\nSee the patch.\n",
        b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(CHANGE),
        b"Content-Type: text/x-patch\n\n" + CHANGE,
    )
    body = b"".join(b"--b\n" + part for part in parts) + b"--b--\n"
    raw = b'Content-Type: multipart/mixed; boundary="b"\n\n' + body
    assert attached_changes(raw) == [CHANGE, CHANGE.rstrip(b"\n")]
    assert attached_changes(b"Subject: x\n\n" + CHANGE) == []


def test_a_mail_of_too_many_parts_in_parts() -> None:
    """It is not taken apart, and nothing fails."""
    raw = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (number, number)
        for number in range(5000)
    )
    assert attached_changes(raw + b"\n" + CHANGE) == []
