"""An identity without standing works on what runs when the tree is built, tested or released.

What it looks for:
    In the audited range: three or more commits, and at least a third of all of the identity's,
    that touch build scripts, configure macros, CI, test runners or packaging. Makefiles deep in
    the tree do not count: whoever adds a driver adds a line to one.

Why it matters:
    Such files run on the machines of everybody who builds, and are read by few. In the xz case
    most of two years went into the build system, the tests and the release.

Example:
    Three of four commits change ``configure.ac`` or files below ``.github/workflows/``.

What to do:
    Read what now runs during a build, and run it by hand.

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
    if not any(deed.inside for deed in build):
        return
    if len(build) >= _COMMITS and len(build) * _SHARE >= len(case.deeds):
        yield Observation(
            severity=Severity.LOW,
            confidence=Confidence.HIGH,
            message=(
                f"{len(build)} of {len(case.deeds)} commits change build, test or release files,"
                f" {build[0].build_files[0]} for one"
            ),
        )
