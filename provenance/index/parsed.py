"""The facts of one raw commit that are kept for all of history, read in one pass."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from provenance.facts import BrokenIdent, Ident, ObjectId
from provenance.limits import MAX_COMMIT
from provenance.parse.identity import NAME
from provenance.parse.objects import parse_commit
from provenance.parse.references import parse_fixes, parse_reverts
from provenance.parse.text import decode

MENTIONED: Final = 7
"""Digits by which a mentioned commit is looked up; a shorter id names too many."""
NOBODY: Final = b""
"""The identity that could not be read."""

_PERSON: Final = rb"((?:%b )?<%b>) (\d{1,18}) [+-]\d{4}\n" % (NAME, NAME)
_HEADER: Final = re.compile(
    rb"tree [0-9a-f]{40}\n((?:parent [0-9a-f]{40}\n)*)author " + _PERSON + rb"committer " + _PERSON
)
_REPEATED: Final = re.compile(rb"^(?:tree|parent|author|committer|encoding)(?: |$)", re.MULTILINE)
_PARENT_LINE: Final = 48


class Parsed(NamedTuple):
    """One commit: its people as they stand in the object, times in Unix seconds.

    ``mentions`` are pairs of ``fixes`` or ``reverts`` and the start of an id.
    """

    id: str
    parents: tuple[str, ...]
    author: bytes
    author_time: int
    committer: bytes
    commit_time: int
    has_mergetag: bool
    mentions: tuple[tuple[str, str], ...]


def parse_facts(object_id: str, raw: bytes) -> Parsed:
    """The facts of a raw commit; never raises, a broken identity is nobody's."""
    match = _HEADER.match(raw)
    if match is None or not (raw.startswith(b"\n", end := match.end()) or _is_plain(raw, end)):
        return _odd(object_id, raw)
    parents, author, author_time, committer, commit_time = match.groups()
    ids = tuple(
        [
            parents[start + 7 : start + 47].decode("ascii")
            for start in range(0, len(parents), _PARENT_LINE)
        ]
    )
    mentions: tuple[tuple[str, str], ...] = ()
    if len(raw) <= MAX_COMMIT and (
        raw.find(b"ixes: ", end) >= 0 or raw.find(b"everts commit ", end) >= 0
    ):
        mentions = _mentions(
            decode(raw[end:].partition(b"\n\n" if raw[end : end + 1] != b"\n" else b"\n")[2])
        )
    return Parsed(
        object_id,
        ids,
        author,
        int(author_time),
        committer,
        int(commit_time),
        len(ids) > 1 and b"\nmergetag " in raw.partition(b"\n\n")[0],
        mentions,
    )


def _is_plain(raw: bytes, end: int) -> bool:
    """True where no field after the committer line repeats one before it or says how names
    are encoded.
    """
    stop = raw.find(b"\n\n", end)
    return _REPEATED.search(raw, end, stop if stop >= 0 else len(raw)) is None


def _odd(object_id: str, raw: bytes) -> Parsed:
    """A commit git would not write: read strictly."""
    commit = parse_commit(ObjectId(object_id), raw)
    author, author_time = _person(commit.author)
    committer, commit_time = _person(commit.committer)
    return Parsed(
        object_id,
        tuple(commit.parents),
        author,
        author_time,
        committer,
        commit_time,
        bool(commit.mergetags),
        _mentions(commit.message),
    )


def _person(ident: Ident | BrokenIdent) -> tuple[bytes, int]:
    if isinstance(ident, BrokenIdent):
        return NOBODY, 0
    text = f"{ident.person.name} <{ident.person.email}>"
    return text.encode("utf-8", "surrogateescape"), min(ident.seconds, 1 << 62)


def _mentions(message: str) -> tuple[tuple[str, str], ...]:
    found = [("fixes", prefix) for prefix in parse_fixes(message)]
    found += [("reverts", prefix) for prefix in parse_reverts(message)]
    return tuple(pair for pair in found if len(pair[1]) >= MENTIONED)
