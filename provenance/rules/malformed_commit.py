"""The commit object has a structure that git never writes.

What it looks for:
    Header fields that are repeated, out of order, unreadable or broken over lines, NUL
    bytes (text after one is invisible to git), unknown encodings, and trees that are not
    named (medium); the same parent twice and unknown fields (info: old tools wrote them).

Why it matters:
    What tools disagree on can hide something from one of them. In 1.3 million commits of
    real projects the medium cases do not occur.

Example:
    A commit with two ``tree`` lines, or a message with a NUL byte before its last part.

What to do:
    Read the raw object with ``git cat-file commit ID | cat -A`` and find out how it was
    made.

References:
    gitformat-commit; git fsck; docs/limits.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

WORDS = {
    "misordered-header": (Severity.MEDIUM, "header fields are out of order"),
    "duplicate-header": (Severity.MEDIUM, "a header field stands there twice"),
    "no-tree": (Severity.MEDIUM, "it names no tree"),
    "unreadable-parent": (Severity.MEDIUM, "a parent line holds no commit id"),
    "capital-parent": (Severity.MEDIUM, "a parent's id is in capital letters"),
    "nul-byte": (Severity.MEDIUM, "it holds a NUL byte; git shows nothing after it"),
    "malformed-header-line": (Severity.MEDIUM, "a header line is broken"),
    "unknown-encoding": (Severity.LOW, "it declares an encoding that is not on the safe list"),
    "duplicate-parent": (Severity.INFO, "the same parent stands there twice"),
    "unknown-header": (Severity.INFO, "it has a header field that git does not know"),
}


def check(case: CommitCase) -> Iterator[Observation]:
    for anomaly in case.commit.anomalies:
        severity, words = WORDS[anomaly]
        yield Observation(
            severity=severity, confidence=Confidence.HIGH, message=words, subject=anomaly
        )
