"""The one-pass reader says of odd headers what the strict parser says."""

from __future__ import annotations

import pytest

from provenance.facts import BrokenIdent, Ident, ObjectId
from provenance.index.parsed import parse_facts
from provenance.parse.objects import parse_commit

ID = "1" * 40
HEAD = (
    b"tree " + b"a" * 40 + b"\nparent " + b"b" * 40 + b"\nauthor B\xe9n <ben@net.example> 5 +0000\n"
    b"committer Ada <ada@kernel.example> 7 +0000\n"
)


def said(ident: Ident | BrokenIdent) -> tuple[str, int]:
    """Who and when, as the strict parser has it."""
    if isinstance(ident, BrokenIdent):
        return "", 0
    return f"{ident.person.name} <{ident.person.email}>", ident.seconds


@pytest.mark.parametrize(
    "more",
    [
        b"",
        b"gpgsig x\n",
        b"encoding ISO-8859-1\n",
        b"author Eve <eve@x.example> 9 +0000\n",
        b"committer Eve <eve@x.example> 9 +0000\n",
        b"parent " + b"c" * 40 + b"\n",
        b"tree " + b"c" * 40 + b"\n",
        b"x y\nencoding ISO-8859-1\n",
        b"authors Eve <eve@x.example> 9 +0000\n",
    ],
)
@pytest.mark.parametrize("body", [b"\nnet: one\n", b"\nauthor Eve <eve@x.example> 9 +0000\n", b""])
def test_a_field_after_the_committer_changes_no_answer(more: bytes, body: bytes) -> None:
    """Repeated, naming the encoding of what stood before it, or in the message."""
    raw = HEAD + more + body
    facts, strict = parse_facts(ID, raw), parse_commit(ObjectId(ID), raw)
    text = facts.author.decode("utf-8", "surrogateescape")
    assert said(strict.author) == (text, facts.author_time)
    assert said(strict.committer) == (facts.committer.decode(), facts.commit_time)
    assert tuple(strict.parents) == facts.parents


def test_the_encoding_of_a_name_is_heeded() -> None:
    """It stands after the name."""
    assert (
        "B\xe9n <ben@net.example>".encode()
        == parse_facts(ID, HEAD + b"encoding ISO-8859-1\n\nx\n").author
    )
