"""Commits and tags from raw bytes, more strictly than git reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.facts import BrokenIdent, Commit, Ident, ObjectId, SignatureFormat
from provenance.parse.objects import parse_commit, parse_tag

ID = ObjectId("1" * 40)
TREE = b"tree " + b"a" * 40 + b"\n"
WHO = b"A B <a@x.example> 1600000000 +0200\n"
AUTHOR, COMMITTER = b"author " + WHO, b"committer " + WHO
ARMOR = b"-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----"


def commit(*parts: bytes) -> Commit:
    return parse_commit(ID, b"".join(parts))


def test_a_plain_commit_says_what_it_says() -> None:
    """Every field in its place, nothing odd."""
    found = commit(
        TREE, b"parent " + b"b" * 40 + b"\n", AUTHOR, COMMITTER, b"\nsub\nject\n\nbody\n"
    )
    assert isinstance(found.author, Ident)
    assert ("A B", "a@x.example") == (found.author.person.name, found.author.person.email)
    assert (1600000000, "+0200") == (found.author.seconds, found.author.zone)
    assert ("b" * 40,) == found.parents
    assert "sub ject" == found.subject
    assert () == found.anomalies


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"A <a@x.example> <b@x.example> 1 +0000", "more than one address in the identity"),
        (b"A a@x.example 1 +0000", "no <address> in the identity"),
        (b"A <a@x.example>1 +0000", "the date or time zone is not `seconds ±hhmm`"),
        (b"A <a@x.example> -1 +0000", "the date or time zone is not `seconds ±hhmm`"),
        (b"A <a@x.example> 1 PST", "the date or time zone is not `seconds ±hhmm`"),
        (b"A <a@x.example\0@evil> 1 +0000", "a NUL byte stands in the identity"),
    ],
)
def test_an_identity_line_is_strict(line: bytes, reason: str) -> None:
    """What tools disagree on is undetermined, never somebody's name."""
    found = commit(TREE, b"author " + line + b"\n", COMMITTER, b"\ns\n").author
    assert isinstance(found, BrokenIdent)
    assert reason == found.reason


def test_two_author_lines_are_no_author() -> None:
    """git takes the last, libgit2 the first; here it is neither."""
    found = commit(TREE, AUTHOR, AUTHOR, COMMITTER, b"\ns\n")
    assert isinstance(found.author, BrokenIdent)
    assert "2 author lines" == found.author.reason
    assert "duplicate-header" in found.anomalies


@pytest.mark.parametrize(
    ("parts", "anomaly"),
    [
        ((TREE, COMMITTER, AUTHOR, b"\ns\n"), "misordered-header"),
        ((AUTHOR, COMMITTER, b"\ns\n"), "no-tree"),
        ((TREE, b"parent xyz\n", AUTHOR, COMMITTER, b"\ns\n"), "unreadable-parent"),
        ((TREE, AUTHOR, COMMITTER, b"\ns\0hidden\n"), "nul-byte"),
        ((TREE, AUTHOR, COMMITTER, b"new-field x\n\ns\n"), "unknown-header"),
        ((TREE, AUTHOR, COMMITTER, b"\r\n\ns\n"), "malformed-header-line"),
        ((TREE, AUTHOR, COMMITTER, b"encoding punycode\n\ns\n"), "unknown-encoding"),
        (
            (TREE, (b"parent " + b"b" * 40 + b"\n") * 2, AUTHOR, COMMITTER, b"\ns\n"),
            "duplicate-parent",
        ),
    ],
)
def test_what_git_never_writes_is_named(parts: tuple[bytes, ...], anomaly: str) -> None:
    """One word per oddity, for the rule that reports it."""
    assert anomaly in commit(*parts).anomalies


def test_the_same_parent_twice_is_no_merge() -> None:
    """A merge has different parents; otherwise its changes could hide from counting."""
    twice = commit(TREE, (b"parent " + b"b" * 40 + b"\n") * 2, AUTHOR, COMMITTER, b"\ns\n")
    assert not twice.is_merge
    assert 2 == len(twice.parents)


def test_a_parent_inside_a_signature_is_none() -> None:
    """Continuation lines belong to their field."""
    signature = b"gpgsig -----BEGIN PGP SIGNATURE-----\n parent " + b"c" * 40 + b"\n"
    assert () == commit(TREE, AUTHOR, COMMITTER, signature, b"\ns\n").parents


def test_a_signature_covers_the_commit_without_it() -> None:
    """Payload rule of gitformat-signature."""
    folded = b"gpgsig " + ARMOR.replace(b"\n", b"\n ") + b"\n"
    found = commit(TREE, AUTHOR, COMMITTER, folded, b"\ns\n").signature
    assert found is not None
    assert (SignatureFormat.OPENPGP, ARMOR) == (found.format, found.armor)
    assert TREE + AUTHOR + COMMITTER + b"\ns\n" == found.payload
    assert "" == found.problem


def test_two_signatures_are_none_that_can_be_verified() -> None:
    """Exactly one signature header, or it must not be verified."""
    folded = b"gpgsig " + ARMOR.replace(b"\n", b"\n ") + b"\n"
    found = commit(TREE, AUTHOR, COMMITTER, folded, folded, b"\ns\n").signature
    assert found is not None
    assert "2 signature headers" == found.problem


def test_a_signature_in_the_body_is_text() -> None:
    """Only the header signs."""
    assert commit(TREE, AUTHOR, COMMITTER, b"\ngpgsig " + ARMOR + b"\n").signature is None


def test_a_mergetag_is_a_tag() -> None:
    """The embedded tag is read like any other, its signature over its own text."""
    inner = (
        b"object " + b"b" * 40 + b"\ntype commit\ntag pull-1\ntagger " + WHO + b"\npull\n" + ARMOR
    )
    folded = b"mergetag " + inner.replace(b"\n", b"\n ") + b"\n"
    (tag,) = commit(TREE, AUTHOR, COMMITTER, folded, b"\ns\n").mergetags
    assert ("pull-1", "b" * 40) == (tag.name, tag.object)
    assert tag.signature is not None
    assert tag.signature.payload.endswith(b"\npull\n")


def test_a_declared_encoding_is_used_and_undeclared_bytes_are_kept() -> None:
    """Latin-1 by its header; without one the byte survives as a surrogate."""
    name = b"author J\xf6rg <j@x.example> 1 +0000\n"
    declared = commit(TREE, name, COMMITTER, b"encoding ISO-8859-1\n\ns\n").author
    undeclared = commit(TREE, name, COMMITTER, b"\ns\n").author
    assert isinstance(declared, Ident)
    assert isinstance(undeclared, Ident)
    assert ("Jörg", "J\udcf6rg") == (declared.person.name, undeclared.person.name)


def test_a_tag_without_tagger_has_none() -> None:
    """Twelve tags of the kernel are like that."""
    raw = b"object " + b"b" * 40 + b"\ntype commit\ntag v1\n\nold\n"
    tag = parse_tag(ID, raw)
    assert tag.tagger is None
    assert ("v1", "old\n", ()) == (tag.name, tag.message, tag.anomalies)


def test_the_signature_of_a_tag_is_its_tail() -> None:
    """Everything before the last armour is what was signed."""
    raw = (
        b"object " + b"b" * 40 + b"\ntype commit\ntag v1\ntagger " + WHO + b"\nv1\n" + ARMOR + b"\n"
    )
    tag = parse_tag(ID, raw)
    assert tag.signature is not None
    assert raw[: -len(ARMOR) - 1] == tag.signature.payload
    assert "v1\n" == tag.message


@given(st.binary(max_size=600))
def test_any_bytes_can_be_read(raw: bytes) -> None:
    """Neither parser ever raises."""
    parse_commit(ID, raw)
    parse_tag(ID, raw)


@given(st.lists(st.sampled_from([TREE, AUTHOR, COMMITTER, b"\n", b" x\n", b"gpgsig a\n"])))
def test_any_order_of_header_lines_can_be_read(parts: list[bytes]) -> None:
    """Only the canonical header has no anomaly and two people."""
    found = commit(*parts)
    people = (found.author, found.committer)
    if not found.anomalies and all(isinstance(person, Ident) for person in people):
        assert parts[:3] == [TREE, AUTHOR, COMMITTER]
