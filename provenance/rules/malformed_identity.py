"""An author or committer line is broken, empty, or names no mailbox.

What it looks for:
    Lines that do not follow ``name <addr> seconds ±hhmm`` (high: git and other tools then
    disagree on who it is), more than one author or committer line (high), a patch mail with
    several ``From`` headers or with an address in its sender's name (medium), and, as
    information, empty names, empty addresses and addresses without a domain.

Why it matters:
    With two addresses in one line, git shows the first and libgit2 the last. Whoever
    crafts such a commit decides which tool sees which author. Empty fields are common in
    imported history and harmless by themselves.

Example:
    ``author Known Person <known@example.org> <other@example.com> 1700000000 +0000``

What to do:
    Treat the commit as having no author. Look at the object with
    ``git cat-file commit ID`` and find out which tool wrote it.

References:
    gitformat-commit; docs/limits.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.facts import BrokenIdent, Ident
from provenance.findings import Confidence
from provenance.parse.addresses import domain_of
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    for anomaly in case.mail.anomalies if case.mail else ():
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            message=f"programs read its headers in different ways: {anomaly}",
            subject=f"mail {anomaly}",
        )
    for role, ident in (("author", case.commit.author), ("committer", case.commit.committer)):
        if isinstance(ident, BrokenIdent):
            yield Observation(
                severity=Severity.HIGH,
                confidence=Confidence.HIGH,
                message=f"the {role} cannot be read: {ident.reason}",
                subject=role,
            )
            continue
        problem = _incomplete(ident)
        if problem:
            yield Observation(
                severity=Severity.INFO,
                confidence=Confidence.HIGH,
                message=f"the {role}'s {problem}",
                subject=role,
            )


def _incomplete(ident: Ident) -> str:
    if not ident.person.email:
        return "address is empty"
    if not ident.person.name:
        return "name is empty"
    return "" if domain_of(ident.person.email) else "address has no domain"
