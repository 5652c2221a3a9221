"""All patches of an identity come in through one handler, also where that one is not in charge.

What it looks for:
    At least five commits of an identity without standing, nine in ten of them committed by one
    and the same person, in two or more unrelated subsystems.

Why it matters:
    One maintainer for one subsystem is how the kernel works. One person who takes everything
    from somebody, wherever it belongs, is the door that somebody has found.

Example:
    Patches to a file system, a sound driver and a network driver, all committed by one person.

What to do:
    Ask the maintainers of the subsystems whether they saw the patches.

References:
    docs/patterns.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.affinity import unrelated_groups
from provenance.evidence.pattern.model import IdentityCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

USUAL = 0.02
_COMMITS = 5
_SHARE = 0.9


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    few = len(case.deeds) < _COMMITS or not case.inside or not case.handlers
    if few or not case.unverified:
        return
    handler, count = min(case.handlers.items(), key=lambda item: (-item[1], item[0]))
    if count < _SHARE * len(case.deeds):
        return
    names = [deed.subsystems[0] for deed in case.deeds if deed.subsystems]
    apart = unrelated_groups(list(dict.fromkeys(names)), case.unrelated)
    if len(apart) > 1:
        yield Observation(
            severity=Severity.LOW,
            confidence=Confidence.MEDIUM,
            message=(
                f"{count} of {len(case.deeds)} commits came through {handler},"
                f" in unrelated subsystems ({', '.join(apart[:3])})"
            ),
        )
