"""References from one commit to another in a message: upstream, cherry picks, fixes, reverts.

Forms are those of Documentation/process/stable-kernel-rules and backporting, and the
variants seen in stable history.  A stable revert names the *stable* commit first
(``This reverts commit X which is / commit Y upstream.``): the upstream id is Y.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Form(StrEnum):
    """How an upstream commit is named."""

    UPSTREAM_LINE = "commit-upstream"
    UPSTREAM_NOTE = "upstream-commit-note"
    CHERRY_PICK = "cherry-picked-from"
    BACKPORT = "backported-from"
    BARE = "bare-commit-line"
    REVERT = "revert-of-upstream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One commit id (7 to 40 lower-case digits) named as the origin of this commit."""

    id: str
    form: Form


_ID: Final = r"(?P<id>[0-9a-f]{7,40})"
_PATTERNS: Final = (
    (
        Form.REVERT,
        re.compile(
            r"^this reverts commit [0-9a-f]{7,40},? which (?:is|was)\s+(?:upstream )?"
            rf"(?:commit )?{_ID} upstream",
            re.MULTILINE | re.IGNORECASE,
        ),
    ),
    (
        Form.UPSTREAM_NOTE,
        re.compile(rf"^\s*\[\s*upstream commit:? {_ID}\s*\]", re.MULTILINE | re.IGNORECASE),
    ),
    (
        Form.UPSTREAM_NOTE,
        re.compile(rf"^\s*\[\s*commit:? {_ID} upstream\.?\s*\]", re.MULTILINE | re.IGNORECASE),
    ),
    (
        Form.UPSTREAM_LINE,
        re.compile(
            rf"^\s*(?:git )?(?:upstream )?commit:? {_ID} (?:\w+ ){{0,3}}upstream\b",
            re.MULTILINE | re.IGNORECASE,
        ),
    ),
    (
        Form.UPSTREAM_LINE,
        re.compile(
            rf"^\s*(?:upstream|mainline) (?:git )?commit(?: id)?:? {_ID}\b",
            re.MULTILINE | re.IGNORECASE,
        ),
    ),
    (
        Form.CHERRY_PICK,
        re.compile(
            rf"^\s*\(cherry[- ]picked from (?:upstream )?commit {_ID}",
            re.MULTILINE | re.IGNORECASE,
        ),
    ),
    (
        Form.BACKPORT,
        re.compile(
            rf"^\s*\(?back[- ]?port(?:ed)? (?:of|from) (?:\w+ )?(?:commit )?{_ID}",
            re.MULTILINE | re.IGNORECASE,
        ),
    ),
)
_BARE: Final = re.compile(rf"\s*commit:? {_ID}\.?\s*", re.IGNORECASE)
_FIXES: Final = re.compile(
    r"^\s*fixes:\s*(?:commit )?([0-9a-f]{5,40})\b", re.MULTILINE | re.IGNORECASE
)
_REVERTS: Final = re.compile(
    r"^this reverts commit ([0-9a-f]{7,40})\b", re.MULTILINE | re.IGNORECASE
)
_RELEASE: Final = re.compile(r"lin(?:ux|us) v?\d+\.\d+(?:\.\d+){0,2}(?:-rc\d+)?", re.IGNORECASE)
_TOP_LINES: Final = 3


def parse_upstream(message: str, *, stable: bool) -> tuple[Reference, ...]:
    """Every upstream commit a message claims, in order of trust: the first is *the* upstream.

    A bare ``commit X`` line counts in a ``stable`` range only; elsewhere it is prose.
    """
    found: list[Reference] = []
    for form, pattern in _PATTERNS:
        for match in pattern.finditer(message):
            reference = Reference(id=match["id"].lower(), form=form)
            if all(reference.id != known.id for known in found):
                found.append(reference)
    if not found and stable:
        found.extend(_bare_line(message))
    return tuple(found)


def _bare_line(message: str) -> list[Reference]:
    """``commit X`` alone on one of the first three lines that are not blank."""
    lines = [line for line in message.split("\n")[1:] if line.strip()]
    for line in lines[:_TOP_LINES]:
        match = _BARE.fullmatch(line)
        if match and len(match["id"]) >= 12:
            return [Reference(id=match["id"].lower(), form=Form.BARE)]
    return []


def parse_fixes(message: str) -> tuple[str, ...]:
    """Commit ids named by ``Fixes:`` lines anywhere in the message."""
    return tuple(dict.fromkeys(match.lower() for match in _FIXES.findall(message)))


def parse_reverts(message: str) -> tuple[str, ...]:
    """Commit ids that the message says it reverts."""
    return tuple(dict.fromkeys(match.lower() for match in _REVERTS.findall(message)))


def is_release_subject(subject: str) -> bool:
    """True for the commit that names a release (``Linux 6.12.1``)."""
    return _RELEASE.fullmatch(subject.strip()) is not None
