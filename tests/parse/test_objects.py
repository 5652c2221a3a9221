"""Commits and tags from raw bytes, more strictly than git reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.facts import (
    BrokenIdent,
    Commit,
    Ident,
    ObjectId,
    Person,
    RawSignature,
    SignatureFormat,
    Tag,
    Trailer,
    Zone,
)
from provenance.limits import MAX_COMMIT
from provenance.parse.objects import (
    Field,
    compared_by,
    parse_commit,
    parse_tag,
    split_header,
)
from tests.git import init, write_object

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
        ((b"tree xyz\n", AUTHOR, COMMITTER, b"\ns\n"), "no-tree"),
        ((TREE, TREE, AUTHOR, COMMITTER, b"\ns\n"), "duplicate-header"),
        ((TREE, AUTHOR, COMMITTER, COMMITTER, b"\ns\n"), "duplicate-header"),
        ((TREE, AUTHOR, COMMITTER, b"encoding utf-8\n" * 2, b"\ns\n"), "duplicate-header"),
        ((TREE, b"parent xyz\n", AUTHOR, COMMITTER, b"\ns\n"), "unreadable-parent"),
        ((TREE, b"parent " + b"B" * 40 + b"\n", AUTHOR, COMMITTER, b"\ns\n"), "capital-parent"),
        ((TREE, AUTHOR, COMMITTER, b"x\r\n\ns\n"), "malformed-header-line"),
        ((TREE, AUTHOR, b"\x00 \n", COMMITTER, b"\ns\n"), "nul-byte"),
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


def test_every_field_of_a_commit() -> None:
    """Ids in lower case, the message with its title, the trailers of its block."""
    parents = b"parent " + b"B" * 40 + b"\nparent " + b"c" * 40 + b"\n"
    body = b"\n\xe9tude\n\nSigned-off-by: A B <a@x.example>\n"
    found = commit(TREE.upper().replace(b"TREE", b"tree"), parents, AUTHOR, COMMITTER,
                   b"encoding latin1\nHG:extra x\nchange-id y\n", body)  # fmt: skip
    who = Ident(person=Person(name="A B", email="a@x.example"), seconds=1600000000, zone="+0200")
    assert (
        Commit(
            id=ID,
            tree=ObjectId("a" * 40),
            parents=(ObjectId("b" * 40), ObjectId("c" * 40)),
            author=who,
            committer=who,
            encoding="latin1",
            subject="étude",
            message="étude\n\nSigned-off-by: A B <a@x.example>\n",
            trailers=(
                Trailer(
                    key="Signed-off-by",
                    value="A B <a@x.example>",
                    zone=Zone.BLOCK,
                    person=Person(name="A B", email="a@x.example"),
                ),
            ),
            signature=None,
            mergetags=(),
            anomalies=("capital-parent",),
        )
        == found
    )
    assert found.is_merge


def test_an_encoding_off_the_list_is_named_as_it_stands() -> None:
    """It is not used."""
    found = commit(TREE, AUTHOR, COMMITTER, b"encoding UTF-7\n\n+AGE-\n")
    assert ("UTF-7", "+AGE-", ("unknown-encoding",)) == (
        found.encoding,
        found.subject,
        found.anomalies,
    )


def test_parents_are_where_git_reads_them() -> None:
    """Directly after the tree; one that stands later, or holds no id, is none."""
    late = commit(TREE, AUTHOR, b"parent " + b"b" * 40 + b"\n", COMMITTER, b"\ns\n")
    assert () == late.parents
    odd = commit(TREE, b"parent x\nparent " + b"b" * 40 + b"\n", AUTHOR, COMMITTER, b"\ns\n")
    assert ("b" * 40,) == odd.parents


def test_what_git_compares_a_commit_by() -> None:
    """Its first line where that is the tree, and the first parent."""
    one, two = b"parent " + b"B" * 40 + b"\n", b"parent " + b"c" * 40 + b"\n"
    assert ("a" * 40, "b" * 40) == compared_by(TREE + one + two + AUTHOR + b"\n")
    assert ("a" * 40, None) == compared_by(TREE + AUTHOR + one)
    assert (None, "b" * 40) == compared_by(AUTHOR + one + TREE)
    assert (None, None) == compared_by(AUTHOR + TREE + one)
    assert (None, None) == compared_by(b"")


@pytest.mark.parametrize("role", ["author", "committer"])
@pytest.mark.parametrize(
    ("count", "reason", "raw"),
    [(0, "no {} line", ""), (2, "2 {} lines", "{}\n{}"), (3, "3 {} lines", "{}\n{}\n{}")],
)
def test_a_person_stands_there_once(role: str, count: int, reason: str, raw: str) -> None:
    """The reason says how often, with all that stands there."""
    lines = {"author": AUTHOR, "committer": COMMITTER}
    lines[role] *= count
    found = commit(TREE, *lines.values(), b"\ns\n")
    who = found.author if role == "author" else found.committer
    text = WHO.decode().strip()
    assert BrokenIdent(raw=raw.format(*[text] * 3), reason=reason.format(role)) == who


@pytest.mark.parametrize(
    ("raw", "fields", "body"),
    [
        (b"", [], b""),
        (b"a", [Field(b"a", b"", b"a\n")], b""),
        (b"a b c\n", [Field(b"a", b"b c", b"a b c\n")], b""),
        (b"a b\n\n", [Field(b"a", b"b", b"a b\n")], b""),
        (b"a b\n c\n  d\ne\n\nx\n\ny", [Field(b"a", b"b\nc\n d", b"a b\n c\n  d\n"),
                                       Field(b"e", b"", b"e\n")], b"x\n\ny"),
        (b" a\n b\n\nx", [Field(b"", b"a\nb", b" a\n b\n")], b"x"),
        (b"\n\nx", [], b"x"),
        (b"\na b\n\nx", [Field(b"", b"", b"\n"), Field(b"a", b"b", b"a b\n")], b"x"),
    ],
)  # fmt: skip
def test_a_header_is_fields_up_to_the_first_empty_line(
    raw: bytes, fields: list[Field], body: bytes
) -> None:
    """A line that starts with a blank continues the one above it."""
    assert (fields, body) == split_header(raw)


def signed_by(armor: bytes, key: bytes = b"gpgsig", end: bytes = b"\ns\n") -> RawSignature:
    folded = key + b" " + armor.replace(b"\n", b"\n ") + b"\n"
    found = commit(TREE, AUTHOR, COMMITTER, folded, end).signature
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "format_"),
    [
        (b"PGP SIGNATURE", SignatureFormat.OPENPGP),
        (b"PGP MESSAGE", SignatureFormat.OPENPGP),
        (b"SSH SIGNATURE", SignatureFormat.SSH),
        (b"SIGNED MESSAGE", SignatureFormat.X509),
    ],
)
def test_the_armour_tells_the_format(kind: bytes, format_: SignatureFormat) -> None:
    """Of commits and of tags; other armour is none, in a tag it is text."""
    armor = ARMOR.replace(b"PGP SIGNATURE", kind)
    for text in (armor, b"\n" + armor + b" \n"):
        assert (format_, "") == (signed_by(text).format, signed_by(text).problem)
    tag = parse_tag(ID, TAG + b"\nv1\n" + armor + b"\n").signature
    assert tag is not None
    assert (format_, "", armor + b"\n") == (tag.format, tag.problem, tag.armor)
    other = armor.replace(kind, b"OTHER")
    assert SignatureFormat.NONE is signed_by(other).format
    assert parse_tag(ID, TAG + b"\nv1\n" + other).signature is None


AROUND = "more than one armoured block, or something around it"


@pytest.mark.parametrize(
    ("armor", "problem"),
    [
        (ARMOR, ""),
        (b"", "the signature holds no known armour"),
        (b"x" + ARMOR, "the signature holds no known armour"),
        (ARMOR + b"x", AROUND),
        (ARMOR + b"\n" + ARMOR, AROUND),
        (ARMOR.replace(b"END PGP SIGNATURE", b"END PGP MESSAGE"), AROUND),
        (ARMOR.partition(b"\n-----END")[0], AROUND),
    ],
)
def test_a_signature_field_holds_one_armoured_block(armor: bytes, problem: str) -> None:
    """Anything else must not be verified."""
    assert problem == signed_by(armor).problem


def test_why_a_signature_header_must_not_be_verified() -> None:
    """Each reason by itself; the signature over the SHA-256 form is another hash's."""
    assert "a NUL byte stands in the commit" == signed_by(ARMOR, end=b"\ns\0\n").problem
    assert "no empty line ends the header" == signed_by(ARMOR, end=b"x\n").problem
    other = signed_by(ARMOR, b"gpgsig-sha256")
    assert "only a signature over the SHA-256 form of the commit" == other.problem
    assert (ARMOR, SignatureFormat.OPENPGP) == (other.armor, other.format)
    folded = b" " + ARMOR.replace(b"\n", b"\n ") + b"\n"
    both = commit(
        TREE, AUTHOR, COMMITTER, b"gpgsig-sha256 x\n", b"gpgsig" + folded, b"\ns\n"
    ).signature
    assert both is not None
    assert ("", ARMOR, TREE + AUTHOR + COMMITTER + b"\ns\n") == (
        both.problem,
        both.armor,
        both.payload,
    )


TAG = b"object " + b"B" * 40 + b"\ntype commit\ntag v1\ntagger " + WHO


def test_every_field_of_a_tag() -> None:
    """The object's id in lower case."""
    assert Tag(
        id=ID,
        object=ObjectId("b" * 40),
        object_type="commit",
        name="v1",
        tagger=Ident(
            person=Person(name="A B", email="a@x.example"), seconds=1600000000, zone="+0200"
        ),
        message="one\n\ntwo\n",
        signature=None,
        anomalies=(),
    ) == parse_tag(ID, TAG + b"\none\n\ntwo\n")


@pytest.mark.parametrize(
    ("raw", "anomalies"),
    [
        (TAG + b"\ntext\n", ()),
        (TAG + b"more x\n\ntext\n", ("unexpected-header",)),
        (b"tag v1\n" + TAG + b"\ntext\n", ("unexpected-header",)),
        (TAG + b"\nte\0xt\n", ("nul-byte",)),
        (b"", ("unexpected-header",)),
    ],
)
def test_what_is_odd_in_a_tag(raw: bytes, anomalies: tuple[str, ...]) -> None:
    """Another header than git writes, and NUL bytes."""
    assert anomalies == parse_tag(ID, raw).anomalies


def test_a_tag_that_says_nothing_once() -> None:
    """Fields that are missing or doubled have no value."""
    nothing = parse_tag(ID, b"")
    assert ("0" * 40, "", "", None) == (
        nothing.object,
        nothing.object_type,
        nothing.name,
        nothing.tagger,
    )
    twice = parse_tag(ID, TAG + TAG + b"\ntext\n")
    assert ("0" * 40, "", "") == (twice.object, twice.object_type, twice.name)
    assert isinstance(twice.tagger, BrokenIdent)
    assert "2 tagger lines" == twice.tagger.reason


def test_the_last_armour_that_starts_a_line_signs_a_tag() -> None:
    """What stands before it is signed with it; a NUL byte or text behind it is a problem."""
    text = TAG + b"\n" + ARMOR + b"\nquoted " + ARMOR + b"\n"
    found = parse_tag(ID, text + ARMOR + b"\n")
    assert found.signature is not None
    assert (text, "", ARMOR + b"\n") == (
        found.signature.payload,
        found.signature.problem,
        found.signature.armor,
    )
    behind = parse_tag(ID, TAG + b"\nv1\n" + ARMOR + b"\nmore\n").signature
    nul = parse_tag(ID, TAG + b"\nv\x001\n" + ARMOR).signature
    assert behind is not None
    assert nul is not None
    assert (AROUND, "a NUL byte stands in the signed text") == (behind.problem, nul.problem)
    bare = parse_tag(ID, TAG + b"\n" + ARMOR)
    assert ("", True) == (bare.message, bare.signature is not None)


def test_an_embedded_tag_has_the_id_that_git_gives_it(tmp_path: Path) -> None:
    """With the line end that folding has taken."""
    raw = TAG + b"\npull\n"
    value = raw.removesuffix(b"\n").replace(b"\n", b"\n ")
    (found,) = commit(TREE, AUTHOR, COMMITTER, b"mergetag " + value + b"\n", b"\ns\n").mergetags
    assert write_object(init(tmp_path / "r"), "tag", raw) == found.id
    assert "pull\n" == found.message


def test_of_a_huge_commit_the_start_is_read() -> None:
    """All parents, whatever they take; no trailers and no signature, which may be cut."""
    signed = b"gpgsig " + ARMOR.replace(b"\n", b"\n ") + b"\n"
    signs = b"\nSigned-off-by: A B <a@x.example>\n"
    whole = [TREE, AUTHOR, COMMITTER, signed, b"\ns\n"]
    size = sum(map(len, (*whole, signs)))
    fits = commit(*whole, b"x" * (MAX_COMMIT - size - 1), b"\n", signs)
    assert (1, True) == (len(fits.trailers), fits.signature is not None)
    cut = commit(*whole, b"x" * (MAX_COMMIT - size), b"\n", signs)
    assert ((), None) == (cut.trailers, cut.signature)
    assert ("s", fits.author, fits.tree) == (cut.subject[:1], cut.author, cut.tree)
    parents = [b"%040x" % number for number in range(MAX_COMMIT // 48 + 2)]
    lines = b"".join(b"parent " + name + b"\n" for name in parents)
    many = commit(TREE, lines, AUTHOR, COMMITTER, b"\ns\n")
    assert [name.decode() for name in parents] == list(many.parents)
    assert isinstance(many.author, BrokenIdent)


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
