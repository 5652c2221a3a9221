"""Identity lines are read by a grammar of their own, and what does not fit says why."""

from __future__ import annotations

import pytest

from provenance.facts import BrokenIdent, Ident, Person
from provenance.limits import MAX_NAME
from provenance.parse.identity import parse_ident


@pytest.mark.parametrize(
    ("raw", "name", "email", "seconds", "zone"),
    [
        (b"A B <a@x.example> 1600000000 +0200", "A B", "a@x.example", 1_600_000_000, "+0200"),
        (b"<a@x.example> 0 -0000", "", "a@x.example", 0, "-0000"),
        (b" <> 1 +0000", "", "", 1, "+0000"),
        (b"  A\t\r <a> 1 +9999", "A", "a", 1, "+9999"),
        (b"\x0bA <a> 1 +0000", "\x0bA", "a", 1, "+0000"),
        (b"A < a > 1 +0000", "A", " a ", 1, "+0000"),
        (b"A <a> " + b"9" * 19 + b" +0000", "A", "a", 10**19 - 1, "+0000"),
        (b"\xff <\xfe> 1 +0000", "\udcff", "\udcfe", 1, "+0000"),
        ("\u00e9 <\u00fc@x> 1 +0000".encode(), "\u00e9", "\u00fc@x", 1, "+0000"),
    ],
)
def test_a_line_that_fits(raw: bytes, name: str, email: str, seconds: int, zone: str) -> None:
    """Blanks around the name are no part of it, others are."""
    person = Person(name=name, email=email)
    assert Ident(person=person, seconds=seconds, zone=zone) == parse_ident(raw)


def test_names_and_addresses_have_a_longest_size() -> None:
    """Real ones stay far below it; people are remembered, so that more would cost memory."""
    fits = b"N" * MAX_NAME + b" <" + b"a" * MAX_NAME + b"> 1 +0000"
    found = parse_ident(fits)
    assert isinstance(found, Ident)
    assert (MAX_NAME, MAX_NAME) == (len(found.person.name), len(found.person.email))
    for raw in (b"N" + fits, fits.replace(b"<", b"<a"), b" " + fits):
        long = parse_ident(raw)
        assert isinstance(long, BrokenIdent)
        assert "a name or address of more than 10000 bytes in the identity" == long.reason


def test_a_declared_encoding_is_used_for_name_and_address() -> None:
    """Both are text."""
    found = parse_ident(b"\xe9 <\xfc> 1 +0000", "latin1")
    assert Ident(person=Person(name="\u00e9", email="\u00fc"), seconds=1, zone="+0000") == found


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"A\0 <a> <b> 1 +0000", "a NUL byte stands in the identity"),
        (b"A <a> <b> 1 +0000", "more than one address in the identity"),
        (b"A <a < 1 +0000", "more than one address in the identity"),
        (b"A > a> 1 +0000", "more than one address in the identity"),
        (b"A a 1 +0000", "no <address> in the identity"),
        (b"A <a 1 +0000", "no <address> in the identity"),
        (b"A a> 1 +0000", "no <address> in the identity"),
        (b"", "no <address> in the identity"),
        (b"A <a> " + b"9" * 20 + b" +0000", "the date or time zone is not `seconds \xb1hhmm`"),
        (b"A <a> 1 0000", "the date or time zone is not `seconds \xb1hhmm`"),
        (b"A <a> 1 +000", "the date or time zone is not `seconds \xb1hhmm`"),
        (b"A <a> 1 +0000 ", "the date or time zone is not `seconds \xb1hhmm`"),
        (b"A\xff<a> 1 +0000", "the date or time zone is not `seconds \xb1hhmm`"),
    ],
)
def test_a_line_that_does_not_fit_is_nobodys(raw: bytes, reason: str) -> None:
    """It is kept as it stands."""
    text = raw.decode("utf-8", "surrogateescape")
    assert BrokenIdent(raw=text, reason=reason) == parse_ident(raw)
