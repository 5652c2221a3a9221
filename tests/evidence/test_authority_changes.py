"""What MAINTAINERS and .mailmap change, line by line, for whom, and what changes nothing."""

from __future__ import annotations

import pytest

from provenance.evidence.authority_changes import AuthorityFinder
from provenance.evidence.claims import Assessor
from provenance.evidence.model import AuthorityChange
from provenance.evidence.pattern.authority import NO_OBJECT
from provenance.facts import FileChange, ObjectId, Person
from provenance.policy import Affiliated, Policy
from tests.evidence.test_trust import record, trust

OLD, NEW = ObjectId("1" * 40), ObjectId("2" * 40)
LISTED = "NET\nM: Ben Torres <ben@net.example>\n"
RECORDS = {
    "chi@storage.example": record("Chi Nguyen"),
    "sol@marsh.example": record("Sol Marsh", commits=3),
    "kim@firm.example": record("Kim Ray"),
    "lee@firm.example": record("Lee Moss"),
}
AUTHORS = {
    Person(name="Eve Summer", email="eve@summer.example"): 2,
    Person(name="eve s", email="eve@Summer.example"): 1,
    Person(name="Chi Nguyen", email="chi@storage.example"): 4,
}
BASE = b"Jo Fielding <jo@fielding.example> <jo@old.example>\n"


def found(
    old: bytes, new: bytes, path: str = ".mailmap", author: str = "ada@kernel.example"
) -> tuple[AuthorityChange, ...]:
    base = trust(
        RECORDS,
        maintainers=LISTED,
        mailmap=BASE,
        policy=Policy(affiliated=Affiliated(people=2)),
    )
    assessor, blobs = Assessor(base), {OLD: old, NEW: new}
    finder = AuthorityFinder(assessor, base.policy, AUTHORS, base.maintainers, blobs.__getitem__)
    change = FileChange(
        path=path,
        change="M",
        added=1,
        removed=0,
        binary=False,
        old_mode="100644",
        new_mode="100644",
        old_id=OLD if old else ObjectId(NO_OBJECT),
        new_id=NEW,
    )
    return finder.of([change], assessor.assess_person(Person(name="", email=author)))


def told(old: bytes, new: bytes, path: str = ".mailmap") -> list[str]:
    """Each change in short: who, of (takes) or as whom, with the name that they share or not."""
    marks = {True: "=", False: "!", None: "?"}
    return [
        f"{one.address}"
        + (
            f" {'of' if one.takes else 'as'} {one.joined.claimed.email}{marks[one.share_a_name]}"
            if one.joined
            else ""
        )
        for one in found(old, new, path)
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"M: Ben <ben@net.example>\n", b"M: Eve <eve@summer.example>\n", ["eve@summer.example"]),
        (b"", b"R: Eve <eve@SUMMER.example>\n", ["eve@summer.example"]),
        (b"M: Eve <eve@summer.example>\n", b"R: Eve  <eve@summer.example>\n", []),
        (b"", b"M: Nobody <new@here.example>\n", ["new@here.example"]),
        (b"M: Nobody <new@here.example>\n", b"R: Nobody <new@here.example>\n", []),
        (b"", b"M: Kim Ray <kim@firm.example>\n", []),
        (b"", b"M: Any <any@firm.example>\n", []),
        (b"", b"M: Eve <eve@summer.example>\nM: Chi <chi@storage.example>\n",
         ["chi@storage.example", "eve@summer.example"]),
    ],
)  # fmt: skip
def test_maintainers_names_authors(old: bytes, new: bytes, expected: list[str]) -> None:
    """Those of the range whom it did not name before, and whoever has no standing."""
    assert expected == told(b"A\n" + old, b"A\n" + new, "MAINTAINERS")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Eve Summer <eve@summer.example>", []),
        ("EVE S <eve@Summer.example>", []),
        ("Linda Terrace <eve@summer.example>", ["eve@summer.example"]),
        ("Linda Terrace <new@here.example>", []),
        ("<eve@summer.example> <eve@SUMMER.example>", []),
        # One with standing, and one without: also where neither authors anything here.
        ("Kit Lowe <kit@lowe.example> <ben@net.example>", ["kit@lowe.example of ben@net.example!"]),
        ("Ben Torres <ben@net.example> <kit@lowe.example>",
         ["kit@lowe.example as ben@net.example="]),
        ("Ben Torres <ben@home.example> <ben@net.example>",
         ["ben@home.example of ben@net.example="]),
        # What an address was used with says more than the line.
        ("Ben Torres <ben@net.example> <sol@marsh.example>",
         ["sol@marsh.example as ben@net.example!"]),
        ("Chi Nguyen <chi@storage.example> <eve@summer.example>",
         ["eve@summer.example as chi@storage.example!"]),
        ("Eve Summer <eve@summer.example> <chi@storage.example>",
         ["eve@summer.example of chi@storage.example!"]),
        # Of an organisation, and not known otherwise.
        ("Max <max@firm.example> <max@home.example>", ["max@home.example as max@firm.example?"]),
        # Both have standing, or none: told of authors of the range.
        ("Chi Nguyen <chi@storage.example> <kim@firm.example>",
         ["chi@storage.example of kim@firm.example!"]),
        ("Kim Ray <kim@firm.example> <lee@firm.example>", []),
        ("Eve Summer <eve@summer.example> <eve@old.example>",
         ["eve@summer.example of eve@old.example?"]),
        ("Eve Summer <eve@new.example> <eve@summer.example>",
         ["eve@summer.example as eve@new.example?"]),
        ("Val Orr <val@orr.example> <val@old.example>", []),
        # The trust base has the two as one already.
        ("Jo F <jo@fielding.example> <jo@old.example>", []),
    ],
)  # fmt: skip
def test_mailmap_joins_and_names(line: str, expected: list[str]) -> None:
    """What moves standing is told of everybody, the rest of authors of the range."""
    new = BASE + line.encode() + b"\n"
    assert expected == told(BASE, new)
    assert expected == told(BASE + b"Other <other@x.example>\n", new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Linda <eve@summer.example>\n", b"# more\nLinda <EVE@summer.example> # Eve\n"),
        (b"Kit <kit@lowe.example> <ben@net.example>\n",
         b"K L <kit@lowe.example> <BEN@net.example>\n"),
    ],
)  # fmt: skip
def test_what_the_file_said_before_is_not_told_again(old: bytes, new: bytes) -> None:
    """In other words."""
    assert [] == told(old, new)


def test_an_address_that_was_named_is_joined_later() -> None:
    """To be in the file already hides nothing."""
    old = b"Kit Lowe <kit@lowe.example>\nBen Torres <ben@net.example>\n"
    new = old + b"Kit Lowe <kit@lowe.example> <ben@net.example>\n"
    assert ["kit@lowe.example of ben@net.example!"] == told(old, new)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Eve S <eve@summer.example>", "Linda <eve@summer.example>", ["eve@summer.example"]),
        ("Linda <eve@summer.example>", "Eve S <eve@summer.example>", []),
        ("Linda <eve@summer.example>", "", []),
        ("Kit <kit@lowe.example> <ben@net.example>\nBen <ben@net.example> <ben@net.example>",
         "Ben <ben@net.example> <ben@net.example>\nKit <kit@lowe.example> <ben@net.example>",
         ["kit@lowe.example of ben@net.example!"]),
        ("Kit <kit@lowe.example> <ben@net.example>",
         "Kit <kit@lowe.example> <ben@net.example>\nLou <lou@vale.example> <ben@net.example>",
         ["lou@vale.example of ben@net.example!"]),
        ("Kit <kit@lowe.example> <ben@net.example>",
         "Lou <lou@vale.example> <ben@net.example>\nKit <kit@lowe.example> <ben@net.example>", []),
    ],
)  # fmt: skip
def test_what_counts_is_what_the_whole_file_says(old: str, new: str, expected: list[str]) -> None:
    """Later lines win, so the order of the lines that were there is enough."""
    assert expected == told(old.encode(), new.encode())


def test_whose_address_it_is() -> None:
    """The author's own, also where it is written otherwise."""
    line = b"Linda <eve@SUMMER.example>\n"
    (own,) = found(b"", line, author="eve@Summer.example")
    (other,) = found(b"", line)
    assert (True, False) == (own.is_own, other.is_own)
    assert (3, 3) == (own.commits_in_range, other.commits_in_range)


def test_other_files_say_nothing() -> None:
    """Wherever they lie."""
    assert () == found(b"", b"M: Eve <eve@summer.example>\n", "net/MAINTAINERS")
