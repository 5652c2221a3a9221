"""An unverified author adds a lot of code, or a new source file, in one commit.

What it looks for:
    An unverified author whose commit adds at least ``limits.large_addition`` lines of
    source (default 300: medium), a new source file of at least ``limits.sizeable_addition``
    lines (default 100: medium), as many lines of anything else or a smaller new file (low).
    Files that are only moved do not count. One large patch alone is what every new driver
    is: high comes from the author's pattern.

Why it matters:
    New code is read less closely line by line than a fix, and a whole file has no history
    to compare it with. In the case that this program was written for, the largest piece
    was a module of 409 lines from an account eleven days old.

Example:
    ``newcomer@own-domain.example`` adds ``drivers/misc/new.c`` with 409 lines.

What to do:
    Read the added file as if nobody had. Ask who tested it on hardware, and see with
    ``provenance who ADDRESS`` what else the identity sent.

References:
    Documentation/process/submitting-patches; docs/trust.md; the rule pattern-of-author.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.facts import FileChange
from provenance.findings import Confidence
from provenance.parse.surface import without_moved
from provenance.rules import Observation
from provenance.words import Severity, counted

SOURCE_SUFFIXES = (
    ".c",
    ".h",
    ".S",
    ".s",
    ".rs",
    ".py",
    ".sh",
    ".pl",
    ".awk",
    ".cc",
    ".cpp",
    ".go",
    ".lds",
    ".l",
    ".y",
    ".asm",
    ".m4",
    ".java",
    ".mk",
    ".dts",
    ".dtsi",
)
BUILD_FILES = ("Makefile", "Kconfig", "Kbuild")


def check(case: CommitCase) -> Iterator[Observation]:
    if case.commit.is_merge or not case.is_unverified(case.author):
        return
    limits = case.policy.limits
    own = without_moved(case.changes)
    new = [change for change in own if change.change == "A" and _is_source(change)]
    new_lines = sum(change.added for change in new)
    source = sum(change.added for change in own if _is_source(change))
    added = sum(change.added for change in own)
    if source >= limits.large_addition or new_lines >= limits.sizeable_addition:
        severity = Severity.MEDIUM
    elif new or added >= limits.large_addition:
        severity = Severity.LOW
    else:
        return
    message = f"an unverified author adds {counted(added, 'line')} in one commit"
    if new:
        message += f", {new_lines} of them in {_named(new)}"
    yield Observation(severity=severity, confidence=Confidence.HIGH, message=message)


def _is_source(change: FileChange) -> bool:
    name = change.path.rpartition("/")[2]
    return name.endswith(SOURCE_SUFFIXES) or name.startswith(BUILD_FILES)


def _named(new: list[FileChange]) -> str:
    largest = max(new, key=lambda change: (change.added, change.path))
    if len(new) == 1:
        return f"the new file {largest.path}"
    return f"{len(new)} new files, the largest {largest.path}"
