"""References from one commit to another in a message: upstream, cherry picks, fixes, reverts.

Forms are those of Documentation/process/stable-kernel-rules and backporting, and the
variants seen in stable history, of other projects too (Xen: ``master commit: X``).  A
stable revert names the *stable* commit first (``This reverts commit X which is / commit Y
upstream.``): the upstream id is Y.  So it is where it quotes X, indented, with a note on Y.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from typing import Final

from msgspec import Struct

from provenance.parse.patterns import Regex, compile_regex
from provenance.parse.text import encode


class Form(StrEnum):
    """How an upstream commit is named."""

    UPSTREAM_LINE = "commit-upstream"
    UPSTREAM_NOTE = "upstream-commit-note"
    CHERRY_PICK = "cherry-picked-from"
    BACKPORT = "backported-from"
    BARE = "bare-commit-line"
    REVERT = "revert-of-upstream"


class Reference(Struct, frozen=True, kw_only=True):
    """One commit id (7 to 40 lower-case digits) named as the origin of this commit."""

    id: str
    form: Form


_ID: Final = r"([0-9a-f]{7,40})"
_REVERTED: Final = r"this reverts commit [0-9a-f]{7,40},? which (?:is|was)"
_PATTERNS: Final = tuple(
    (form, compile_regex(f"(?im)^[ \\t]*{expression}"))
    for form, expression in (
        (
            Form.REVERT,
            _REVERTED + rf"\s{{1,4}}(?:upstream )?(?:commit )?{_ID} upstream",
        ),
        (Form.UPSTREAM_NOTE, rf"\[[ \t]*upstream commit:? {_ID}[ \t]*\]"),
        (Form.UPSTREAM_NOTE, rf"\[[ \t]*upstream commits:? {_ID}\b"),
        (Form.UPSTREAM_NOTE, rf"\[[ \t]*upstream commits:? [0-9a-f]{{7,40}},? and {_ID}[ \t]*\]"),
        (Form.UPSTREAM_NOTE, rf"and {_ID}[ \t]*\]"),
        (Form.UPSTREAM_NOTE, rf"\[[ \t]*commit:? {_ID} upstream\.?[ \t]*\]"),
        (
            Form.UPSTREAM_LINE,
            rf"(?:git )?(?:upstream )?commit:? {_ID} (?:\w+ ){{0,3}}upstream\b",
        ),
        (Form.UPSTREAM_LINE, rf"(?:upstream|mainline|master) (?:git )?commit(?: id)?:? {_ID}\b"),
        (Form.CHERRY_PICK, rf"\(cherry[- ]picked from (?:upstream )?commit {_ID}"),
        (
            Form.BACKPORT,
            rf"\(?back[- ]?port(?:ed)? (?:of|from) (?:\w+ )?(?:commit )?{_ID}",
        ),
    )
)
_BARE: Final = compile_regex(rf"(?i)^[ \t]*commit:? {_ID}\.?[ \t]*$")
_FIXES: Final = compile_regex(r"(?im)^[ \t]*fixes:[ \t]*(?:commit )?([0-9a-f]{5,40})\b")
_REVERTS: Final = compile_regex(r"(?im)^this reverts commit ([0-9a-f]{7,40})\b")
_VERSION: Final = r"v?\d+\.\d+(?:\.\d+){0,2}(?:-rc\d+)?"
_RELEASE: Final = re.compile(
    rf"lin(?:ux|us) {_VERSION}|update version for {_VERSION}(?: release)?\.?", re.IGNORECASE
)
_FEW_WORDS: Final = 4
_REVERTING: Final = b"\nthis reverts commit "
_INDENTED: Final = (b"    ", b"\t")
_TOP_LINES: Final = 3
_BARE_DIGITS: Final = 12


_HINTS: Final = (
    b"upstream",
    b"mainline",
    b"master",
    b"cherry",
    b"backport",
    b"back-port",
    b"back port",
)
_NAMED: Final = re.compile(rb"^[ \t]*+commit\W", re.MULTILINE)


def names_an_origin(raw: bytes) -> bool:
    """False where a message cannot hold a reference; spares most of them a closer look."""
    text = raw.lower()
    return any(hint in text for hint in _HINTS) or _NAMED.search(text) is not None


def parse_upstream(message: str, *, stable: bool) -> tuple[Reference, ...]:
    """Every upstream commit a message claims, in order of trust: the first is *the* upstream.

    A bare ``commit X`` line counts in a ``stable`` range only; elsewhere it is prose.
    """
    own, quoted = _parted(encode(message))
    found = _named(own) or dict.fromkeys(_named(quoted), Form.REVERT)
    if not found and stable:
        found.update((commit, Form.BARE) for commit in _bare_line(own))
    return tuple(Reference(id=commit, form=form) for commit, form in found.items())


def _named(raw: bytes) -> dict[str, Form]:
    found: dict[str, Form] = {}
    for form, pattern in _PATTERNS:
        for commit in _ids(pattern, raw):
            found.setdefault(commit, form)
    return found


def _parted(message: bytes) -> tuple[bytes, bytes]:
    """A message, and what it quotes of a commit that it reverts, as ``git log`` indents it."""
    start = message.lower().find(_REVERTING)
    if start < 0:
        return message, b""
    lines = message[start:].split(b"\n")
    quoted = [line for line in lines if line.startswith(_INDENTED)]
    own = [line for line in lines if not line.startswith(_INDENTED)]
    return message[:start] + b"\n".join(own), b"\n".join(quoted)


def _bare_line(message: bytes) -> list[str]:
    """``commit X`` alone on one of the first three lines that are not blank."""
    lines = [line for line in message.split(b"\n")[1:] if line.strip()]
    for line in lines[:_TOP_LINES]:
        for commit in _ids(_BARE, line):
            if len(commit) >= _BARE_DIGITS:
                return [commit]
    return []


def parse_fixes(message: str) -> tuple[str, ...]:
    """Commit ids named by ``Fixes:`` lines anywhere in the message."""
    return tuple(dict.fromkeys(_ids(_FIXES, encode(message))))


def parse_reverts(message: str) -> tuple[str, ...]:
    """Commit ids that the message says it reverts."""
    return tuple(dict.fromkeys(_ids(_REVERTS, encode(message))))


def _ids(pattern: Regex, raw: bytes) -> list[str]:
    return [match[1].decode("ascii").lower() for match in pattern.finditer(raw)]


def is_release_subject(subject: str, versions: Collection[str] = ()) -> bool:
    """True for the commit that names a release: ``Linux 6.12.1``, ``Update version for 2.6.1``; or
    in a few words one of the ``versions`` whose tags stand at it: ``Git 2.50.1``.
    """
    named = _RELEASE.fullmatch(subject.strip()) is not None
    if named or not versions:
        return named
    words = [word.rstrip(".").removeprefix("v") for word in subject.split()]
    return len(words) <= _FEW_WORDS and not {*words}.isdisjoint(versions)
