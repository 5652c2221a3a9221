"""A sign-off, review or ack stands where git does not read trailers.

What it looks for:
    Lines that look like ``Signed-off-by``, ``Reviewed-by``, ``Acked-by`` or ``Tested-by``
    outside the last paragraph that git accepts as the trailer block: above a blank line,
    after a ``---`` line, quoted, or in the subject, for a person whom the block does not
    name with the same key. A misspelt key is reported as such.

Why it matters:
    git and the kernel's scripts read different lines. A statement that only one of them
    sees can be made to look given, or not given. In old history blank lines between
    trailers are common, so this is information; a sign-off that exists only in quoted text
    or in the subject is low.

Example:
    ``> Reviewed-by: Alice Maintainer <alice@example.org>`` inside a quoted mail.

What to do:
    Read the message with ``git cat-file commit ID``; take only the block as a statement.

References:
    git-interpret-trailers; scripts/checkpatch.pl BAD_SIGN_OFF.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.facts import Trailer, Zone
from provenance.findings import Confidence
from provenance.parse.addresses import normalise
from provenance.parse.trailers import is_sign_off_like
from provenance.rules import Observation
from provenance.words import Severity

MATTERS = frozenset({"signed-off-by", "reviewed-by", "acked-by", "tested-by"})


def check(case: CommitCase) -> Iterator[Observation]:
    stated = {
        (_kind(trailer), normalise(trailer.person.email))
        for trailer in case.commit.trailers
        if trailer.zone is Zone.BLOCK and trailer.person
    }
    for trailer in case.commit.trailers:
        if trailer.zone is Zone.BLOCK or trailer.person is None or not _kind(trailer):
            continue
        address = normalise(trailer.person.email)
        if (_kind(trailer), address) in stated:
            continue
        stated.add((_kind(trailer), address))
        hidden = trailer.zone in (Zone.QUOTED, Zone.SUBJECT)
        yield Observation(
            severity=Severity.LOW if hidden else Severity.INFO,
            confidence=Confidence.HIGH,
            message=f"{trailer.key} of {address} stands outside the block ({trailer.zone})",
            subject=f"{_kind(trailer)} {address}",
        )


def _kind(trailer: Trailer) -> str:
    key = trailer.key.lower()
    if key in MATTERS:
        return key
    return "signed-off-by" if is_sign_off_like(key) else ""
