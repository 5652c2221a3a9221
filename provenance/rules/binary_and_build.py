"""An identity without standing brings binary files and changes what runs during a build.

What it looks for:
    In all that the identity did in this history, with at least one of the two in the audited
    range: a commit with a binary file, and a commit that touches build scripts, configure
    macros, CI, test runners or packaging. Pictures in documentation are left out.

Why it matters:
    A binary file is read by nobody, and a build script can take code out of one. The xz backdoor
    was carried by two binary test files and a macro that unpacked them.

Example:
    Two ``.bin`` files below ``tests/`` and, a month later, a change to ``configure.ac``.

What to do:
    Ask how the binary file was made, and make it again. See whether anything reads it while
    building.

References:
    docs/patterns.md; the rules build-file-pressure and sensitive-path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from provenance.evidence.pattern.model import IdentityCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

USUAL = 0.003
_PICTURE: Final = re.compile(
    r"(?:^|/)(?:docs?|documentation|website)/.*\.(?:png|jpe?g|gif|ico|webp)$", re.IGNORECASE
)


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    build = [deed for deed in case.deeds if deed.build_files]
    binary = [deed for deed in case.deeds if any(map(_counts, deed.binaries))]
    if build and binary and any(deed.inside for deed in (*build, *binary)):
        path = next(filter(_counts, binary[-1].binaries))
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            message=f"brings the binary file {path} and changes {build[-1].build_files[0]}",
            commits=tuple(deed.id for deed in binary if deed.inside),
        )


def _counts(path: str) -> bool:
    return _PICTURE.search(path) is None
