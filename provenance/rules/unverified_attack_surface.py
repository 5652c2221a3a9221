"""An unverified author adds a place where something outside can reach in.

What it looks for:
    In the lines that an unverified author adds: exported symbols, module parameters,
    ioctls, system calls, debugfs, sysfs and procfs entries, device nodes, commands that run
    while building, firmware blobs. A line removed elsewhere in the same file is a move and
    does not count. System calls, ioctls, device nodes, firmware and build commands are
    medium, the rest is low. Kconfig symbols, build objects and new files are part of the
    report but no finding; text that hides something is one of hidden-characters.

Why it matters:
    A fix rarely needs a new entry point. What a newcomer's patch opens stays open, and is
    what a later patch can build on.

Example:
    A first-time author's fix also adds ``debugfs_create_file("poke", 0666, ...)``.

What to do:
    Ask what the entry is for and who may use it; check permissions and the length of what
    is copied from user space.

References:
    Documentation/process/adding-syscalls; docs/trust.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.parse.surface import ORDINARY, Surface
from provenance.rules import Observation
from provenance.words import Severity

GRAVE = frozenset(
    {
        Surface.SYSTEM_CALL,
        Surface.IOCTL,
        Surface.DEVICE_NODE,
        Surface.FIRMWARE,
        Surface.BUILD_COMMAND,
    }
)


def check(case: CommitCase) -> Iterator[Observation]:
    if not case.is_unverified(case.author):
        return
    found = Counter(item.kind for item in case.surface if item.kind not in ORDINARY)
    if not found:
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))
    first = next(item for item in case.surface if item.kind in found)
    yield Observation(
        severity=Severity.MEDIUM if found.keys() & GRAVE else Severity.LOW,
        confidence=Confidence.MEDIUM,
        message=f"an unverified author adds {kinds}; the first in {first.path}: {first.text}",
    )
