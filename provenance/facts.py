"""What git objects say of themselves, as claims: anyone can write any of this.

Text is ``str`` decoded as UTF-8 (or the commit's declared encoding where that is on the
allow-list); a byte that does not decode is kept as a lone surrogate U+DC80..U+DCFF
(PEP 383), so no information is lost and two different byte strings stay different.
Times are seconds since 1970 with the time zone as the text that stood in the object.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, NewType

from msgspec import Struct

ObjectId = NewType("ObjectId", str)
"""Forty lower-case hexadecimal digits."""

Address = NewType("Address", str)
"""An e-mail address with its domain in lower case; the local part is left as written."""


class Zone(StrEnum):
    """Where in a commit message a trailer-like line stands; only ``block`` makes a statement."""

    BLOCK = "block"
    BODY = "body"
    QUOTED = "quoted"
    AFTER_DIVIDER = "after-divider"
    SUBJECT = "subject"


class SignatureFormat(StrEnum):
    """The armour found; ``none`` where there is no signature."""

    OPENPGP = "openpgp"
    SSH = "ssh"
    X509 = "x509"
    NONE = "none"


class Person(Struct, frozen=True, kw_only=True):
    """A name and an e-mail address as one claim; either may be empty."""

    name: str
    email: str


class Ident(Struct, frozen=True, kw_only=True):
    """A readable author, committer or tagger line.

    ``seconds`` is the Unix time, ``zone`` the four-digit offset as written (``+0530``).
    """

    person: Person
    seconds: int
    zone: str


class BrokenIdent(Struct, frozen=True, kw_only=True):
    """An identity line that does not follow ``name <addr> digits ±hhmm``, or is not there once."""

    raw: str
    reason: str


def seconds_of(ident: Ident | BrokenIdent | None) -> int:
    """The Unix time of an identity line; 0 where there is none or it cannot be read."""
    return ident.seconds if isinstance(ident, Ident) else 0


class Trailer(Struct, frozen=True, kw_only=True):
    """One ``Key: value`` line of a message; ``person`` where the value names one.

    ``note`` is what follows the address (``# v5.10``), without the leading blanks.
    """

    key: str
    value: str
    zone: Zone
    person: Person | None = None
    note: str = ""


class RawSignature(Struct, frozen=True, kw_only=True):
    """A detached signature and the exact bytes it is meant to cover.

    ``problem`` is set where the object holds something other than one clean signature;
    such a signature must not be verified.  ``namespace`` is what an SSH signature has to be made
    for.
    """

    format: SignatureFormat
    armor: bytes
    payload: bytes
    problem: str = ""
    namespace: str = "git"


class Tag(Struct, frozen=True, kw_only=True):
    """An annotated tag object.  ``name`` is the name inside the object, not the ref's."""

    id: ObjectId
    object: ObjectId
    object_type: str
    name: str
    tagger: Ident | BrokenIdent | None
    message: str
    signature: RawSignature | None
    anomalies: tuple[str, ...] = ()


class Commit(Struct, frozen=True, kw_only=True):
    """One commit object.  ``anomalies`` lists what its structure has that git never writes."""

    id: ObjectId
    tree: ObjectId | None
    parents: tuple[ObjectId, ...]
    author: Ident | BrokenIdent
    committer: Ident | BrokenIdent
    encoding: str
    subject: str
    message: str
    trailers: tuple[Trailer, ...]
    signature: RawSignature | None
    mergetags: tuple[Tag, ...]
    anomalies: tuple[str, ...]

    @property
    def is_merge(self) -> bool:
        """True for two or more different parents (the same parent twice is no merge)."""
        return len(set(self.parents)) > 1


class FileChange(NamedTuple):
    """One path of a commit against its first parent, without rename detection.

    ``added`` and ``removed`` are lines; both are 0 where ``binary``.  ``change`` is git's
    letter (A, M, D, T); ids are all zeros where the side does not exist, and empty where they
    were not kept (a file whose content nobody asks for).  A tuple, because there are millions.
    """

    path: str
    change: str
    added: int
    removed: int
    binary: bool
    old_mode: str
    new_mode: str
    old_id: ObjectId
    new_id: ObjectId


class Mail(Struct, frozen=True, kw_only=True):
    """The mail that a patch came in, by its headers (RFC 5322); anyone can write any of them.

    ``sender`` is whom ``From`` names, ``time`` what ``Date`` says (None where that cannot be
    read).  ``number`` of ``total`` is the patch's place in its series and ``version`` the
    series', 0, 0 and 1 where the subject says none.  ``is_reply`` where it starts with ``Re:``;
    ``answers`` are the mails that it says it follows.  ``signatures`` names what signs the mail and
    nobody has looked at; ``anomalies`` are what programs read in different ways.
    """

    message_id: str
    sender: Person
    time: Ident | None
    subject: str
    number: int = 0
    total: int = 0
    version: int = 1
    is_reply: bool = False
    answers: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    anomalies: tuple[str, ...] = ()

    @property
    def is_cover_letter(self) -> bool:
        """True where it says that it is number 0 of a series."""
        return self.total > 0 and self.number == 0
