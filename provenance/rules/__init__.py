"""Rules: one module each, found by its place in this package; nothing has to be registered.

The module name is the rule's id with underscores.  The docstring is the rule's page: a
title line, then "What it looks for", "Why it matters", "Example", "What to do" and
"References".  ``check(case)`` yields an ``Observation`` for each thing seen in a commit,
``check_tag(case)`` for the audited release tag; a rule has one of them, and it is pure.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from provenance.evidence.model import CommitCase, Evidence, TagCase
from provenance.findings import Confidence, Finding, fingerprint
from provenance.words import Severity

SECTIONS = ("What it looks for", "Why it matters", "Example", "What to do", "References")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a rule saw.  ``subject`` names the thing seen where a commit can hold several."""

    severity: Severity
    confidence: Confidence
    message: str
    subject: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its id, its page, and the function that looks at a commit or at a tag."""

    id: str
    page: str
    check: Callable[[CommitCase], Iterable[Observation]] | None
    check_tag: Callable[[TagCase], Iterable[Observation]] | None

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.partition("\n")[0]

    def findings(self, case: CommitCase) -> Iterator[Finding]:
        """What the rule finds in one commit."""
        for seen in self.check(case) if self.check else ():
            yield self._finding(seen, case.id)

    def tag_findings(self, case: TagCase) -> Iterator[Finding]:
        """What the rule finds in the release tag."""
        for seen in self.check_tag(case) if self.check_tag else ():
            yield self._finding(seen, f"refs/tags/{case.name}")

    def _finding(self, seen: Observation, place: str) -> Finding:
        return Finding(
            rule=self.id,
            severity=seen.severity,
            confidence=seen.confidence,
            message=seen.message,
            fingerprint=fingerprint(self.id, place, seen.subject),
            evidence=seen.evidence,
        )


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by id."""
    rules = []
    for found in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{found.name}")
        rules.append(
            Rule(
                id=found.name.replace("_", "-"),
                page=inspect.cleandoc(module.__doc__ or ""),
                check=getattr(module, "check", None),
                check_tag=getattr(module, "check_tag", None),
            )
        )
    return tuple(sorted(rules, key=lambda rule: rule.id))
