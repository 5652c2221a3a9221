"""An identity makes the build or the tests run, unpack or fetch data.

What it looks for:
    Audited commits that add a line to a makefile, a configure script or another script which
    pipes into a shell, evaluates text, unpacks (xz, gzip, base64, dd, ...) or fetches something.
    Of young identities, established or not. A line that the same commit removes does not count.

Why it matters:
    This is how code comes out of a file that nobody reads: in the xz case a line of a configure
    macro took a script out of a test file and ran it.

Example:
    ``sed -n 80p tests/bad.dat | xz -dc | sh`` in a makefile.

What to do:
    Run the line by hand, without the shell at its end. Ask why the data is not text.

References:
    docs/patterns.md; the rules binary-and-build and build-file-pressure.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.model import IdentityCase
from provenance.findings import Confidence
from provenance.parse.surface import Surface
from provenance.rules import Observation
from provenance.words import Severity, counted

USUAL = 0.01


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    found = [deed for deed in case.inside if Surface.BUILD_UNPACKS in deed.surface]
    if found:
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.MEDIUM,
            message=(
                f"{counted(len(found), 'commit')} by which the build runs or unpacks data,"
                f" {found[0].id[:12]} for one"
            ),
            commits=tuple(deed.id for deed in found),
        )
