"""Characters that a reader cannot see stand in a name, subject, trailer, path or program text.

What it looks for:
    Control characters, bidirectional controls and zero-width characters in identities, the
    subject, the trailers and the paths of new files. A byte order mark or soft hyphen inside a
    name is included. In program text the lines that an unverified author adds are looked at.

Why it matters:
    They change what a terminal or a web page shows: text can be reordered, overwritten or
    made to look like another name, and a compiler sees other code than a reader. None of
    158,000 paths in the histories of Linux, QEMU, U-Boot and git has one, and six of 106,000
    commits of QEMU, Xen and U-Boot add such program text: font tables, mostly.

Example:
    A name that contains U+202E, which turns the rest of the line around.

What to do:
    Look at the escaped form in this report; every output of this program escapes them.

References:
    Unicode Technical Report 36; CVE-2021-42574 (the same trick in source code).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from provenance.evidence.model import CommitCase
from provenance.facts import Ident
from provenance.findings import Confidence
from provenance.parse.surface import Surface
from provenance.parse.text import FILLERS
from provenance.rules import Observation
from provenance.words import Severity

_PLAIN = re.compile(r"[ -~]*")


def check(case: CommitCase) -> Iterator[Observation]:
    for place, text in _places(case):
        hidden = _hidden_in(text)
        if hidden:
            bidi = any(unicodedata.category(char) == "Cf" for char in hidden)
            yield Observation(
                severity=Severity.MEDIUM if bidi else Severity.LOW,
                confidence=Confidence.HIGH,
                message=f"{_codes(hidden)} in the {place}",
                subject=place,
            )
    lines = [item for item in case.surface if item.kind is Surface.HIDDEN_TEXT]
    if lines:
        first, more = lines[0], f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        codes = _codes(_hidden_in(first.text))
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            message=f"{codes} in a line of {first.path}{more}: {first.text}",
            subject="program text",
        )


def _places(case: CommitCase) -> Iterator[tuple[str, str]]:
    for role, ident in (("author", case.commit.author), ("committer", case.commit.committer)):
        if isinstance(ident, Ident):
            yield f"{role}'s name", ident.person.name
            yield f"{role}'s address", ident.person.email
    yield "subject", case.commit.subject
    for trailer in case.commit.trailers:
        if trailer.person:
            yield f"{trailer.key} trailer", trailer.value
    yield "path of a new file", "".join(one.path for one in case.changes if one.change == "A")


def _hidden_in(text: str) -> list[str]:
    return [] if _PLAIN.fullmatch(text) else sorted({char for char in text if _is_hidden(char)})


def _is_hidden(char: str) -> bool:
    if char.isascii():
        return (char < " " and char != "\t") or char == "\x7f"
    return char in FILLERS or unicodedata.category(char) in ("Cc", "Cf")


def _codes(hidden: Sequence[str]) -> str:
    return ", ".join(f"U+{ord(char):04X}" for char in hidden[:4])
