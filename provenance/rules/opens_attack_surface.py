"""An identity in its first year opens several ways into the kernel from outside.

What it looks for:
    Audited commits, within 365 days of being first seen, that add at least three pieces of new
    attack surface (ioctls, system calls, module parameters, exported symbols, entries in debugfs,
    sysfs or procfs, device nodes, firmware) of at least two kinds: low, and medium from six
    pieces of three kinds. New files and lines in Kconfig do not count.

Why it matters:
    New code matters as far as it can be reached. A driver needs some of these; each is a place
    to look at first.

Example:
    One commit adds a device node, an ioctl and two module parameters.

What to do:
    Look at who may open what is new, and at what it does with lengths and pointers.

References:
    docs/patterns.md; the rule unverified-attack-surface.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.model import IdentityCase
from provenance.findings import Confidence
from provenance.parse.surface import ORDINARY, Surface
from provenance.rules import Observation
from provenance.words import Severity

USUAL = 0.05
_NOT_DOORS = ORDINARY | {Surface.BUILD_COMMAND, Surface.BUILD_UNPACKS}
_YEAR = 365


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    doors = [
        kind
        for deed in case.inside
        if case.age(deed.time) <= _YEAR
        for kind in deed.surface
        if kind not in _NOT_DOORS
    ]
    kinds = sorted(set(doors))
    if len(doors) < 3 or len(kinds) < 2:
        return
    yield Observation(
        severity=Severity.MEDIUM if len(doors) >= 6 and len(kinds) >= 3 else Severity.LOW,
        confidence=Confidence.MEDIUM,
        message=f"opens {len(doors)} ways in: {', '.join(kinds)}",
    )
