"""Bytes become text without loss, and only encodings that are known to be harmless are used."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.parse.text import _ALLOWED, decode, encode, has_raw_bytes, is_allowed_encoding


@pytest.mark.parametrize(
    ("raw", "encoding", "text"),
    [
        (b"J\xf6rg", "ISO-8859-1", "Jörg"),
        (b"J\xf6rg", "latin1", "Jörg"),
        (b"\xf1", "KOI8-R", "Я"),
        (b"\xf1", "\u212aOI8-R", "Я"),
        (b"\x82\xa0", "Shift_JIS", "\u3042"),
        (b"\x80", "windows-1252", "€"),
        (b"\x80", "cp1252", "€"),
        (b"\xa4", "iso8859-15", "€"),
        ("é".encode(), "UTF-8", "é"),
        ("é".encode(), "us-ascii", "é"),
        ("é".encode(), "ascii", "é"),
        ("é".encode(), "", "é"),
        (b"\xe9", "UTF8", "\udce9"),
        (b"\xe9", "iso-8859-12", "\udce9"),
        (b"+AGE-", "utf-7", "+AGE-"),
        (b"a-", "punycode", "a-"),
        (b"\x82", "shift_jis", "\udc82"),
        (b"a\x81b", "cp1252", "a\udc81b"),
    ],
)
def test_text_is_read_by_its_declared_encoding(raw: bytes, encoding: str, text: str) -> None:
    """One off the list, or bytes that are none of it, count for nothing: the bytes are kept."""
    assert text == decode(raw, encoding)


@given(st.binary())
def test_no_byte_is_lost(raw: bytes) -> None:
    """What does not decode comes back as it was."""
    assert raw == encode(decode(raw))


@pytest.mark.parametrize("name", sorted(_ALLOWED))
def test_every_encoding_on_the_list_is_pythons(name: str) -> None:
    """In any case of letters, and one of text."""
    assert is_allowed_encoding(name.upper())
    assert codecs.lookup(name)
    assert "a" == decode(b"a", name)


@pytest.mark.parametrize("name", ["", "utf-7", "punycode", "rot13", "hex", "iso-8859-12", "cp1259"])
def test_what_could_hide_something_is_not_on_the_list(name: str) -> None:
    """Also what Python does not know."""
    assert not is_allowed_encoding(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("Jörg \uffff", False),
        ("\udc7f\udd00", False),
        ("a\udc80", True),
        ("\udcffa", True),
    ],
)
def test_raw_bytes_are_those_that_did_not_decode(text: str, expected: bool) -> None:
    """Lone surrogates U+DC80 to U+DCFF."""
    assert expected == has_raw_bytes(text)
