"""An identity without standing works on what runs when the tree is built, tested or released.

What it looks for:
    In the audited range: three or more commits, and at least a third of all of the identity's,
    that touch build scripts, configure macros, CI, test runners or packaging; or binary files
    together with one of these. Medium for the second, low for the first. Makefiles deep in the
    tree do not count: whoever adds a driver adds a line to one.

Why it matters:
    Such files run on the machines of everybody who builds, are read by few, and can fetch code
    out of files that nobody reads at all. The xz backdoor was carried by two binary test files
    and a macro that unpacked them.

Example:
    Two ``.bin`` files below ``tests/`` and a change to ``configure.ac`` in one month.

What to do:
    Ask how a binary file was made, and rebuild it. Run what a build script now runs by hand.

References:
    docs/patterns.md; the rule sensitive-path.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.model import IdentityCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

USUAL = 0.02
_COMMITS = 3
_SHARE = 3


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    build = [deed for deed in case.deeds if deed.build_files]
    binary = [deed for deed in case.deeds if deed.binaries]
    if not any(deed.inside for deed in (*build, *binary)):
        return
    if build and binary:
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            message=(
                f"brings the binary file {binary[0].binaries[0]} and changes"
                f" {build[0].build_files[0]}"
            ),
        )
    elif len(build) >= _COMMITS and len(build) * _SHARE >= len(case.deeds):
        yield Observation(
            severity=Severity.LOW,
            confidence=Confidence.HIGH,
            message=(
                f"{len(build)} of {len(case.deeds)} commits change build, test or release files,"
                f" {build[0].build_files[0]} for one"
            ),
        )
