"""Rules: one module each, found by its place in this package; nothing has to be registered.

The module name is the rule's id with underscores.  The docstring is the rule's page: a
title line, then "What it looks for", "Why it matters", "Example", "What to do" and
"References".  ``check(case)`` yields an ``Observation`` for each thing seen in a commit,
``check_tag(case)`` for the audited release tag, ``check_identity(case)`` for what an author
did over time; a rule has one of them, and it is pure.

What a rule about commits sees is the author's doing, unless ``BY_HANDLER`` says that whoever
took it over decided it: the author of a backport is that of the original.

A rule about identities also has ``USUAL``, the share of newcomers who do the same in a history
where nothing was wrong, which counts where a history has too few to tell, and may say
``AMONG`` whom else its base rate is taken; ``SPEAKS_FOR`` are bits that it takes off the sum.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from msgspec import Struct

from provenance.errors import UsageError, did_you_mean
from provenance.evidence.model import CommitCase, Evidence, TagCase
from provenance.evidence.pattern.model import IdentityCase
from provenance.evidence.signals import Among
from provenance.facts import ObjectId
from provenance.findings import Confidence, Finding, fingerprint
from provenance.listing import module_names
from provenance.words import Severity

SECTIONS = ("What it looks for", "Why it matters", "Example", "What to do", "References")


class Observation(Struct, frozen=True, kw_only=True):
    """What a rule saw.  ``subject`` names the thing seen where a commit can hold several.

    ``commits`` are those audited commits of an identity that show it by themselves: where the
    identity's whole history is unusual they are what to read first.
    """

    severity: Severity
    confidence: Confidence
    message: str
    subject: str = ""
    evidence: tuple[Evidence, ...] = ()
    commits: tuple[ObjectId, ...] = ()


class Rule(Struct, frozen=True, kw_only=True):
    """One rule: its id, its page, and the function that looks at a commit, a tag or an identity."""

    id: str
    page: str
    check: Callable[[CommitCase], Iterable[Observation]] | None
    check_tag: Callable[[TagCase], Iterable[Observation]] | None
    check_identity: Callable[[IdentityCase], Iterable[Observation]] | None
    usual: float
    among: Among
    speaks_for: float
    by_handler: bool

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

    def observed(self, case: IdentityCase) -> Observation | None:
        """The gravest thing that the rule sees in what an identity did."""
        seen = list(self.check_identity(case)) if self.check_identity else []
        return max(seen, key=lambda one: one.severity.rank, default=None)

    def identity_finding(self, case: IdentityCase, seen: Observation) -> Finding:
        """What was seen of an identity as a finding."""
        return self._finding(seen, f"<{case.address}>")

    def _finding(self, seen: Observation, place: str) -> Finding:
        return Finding(
            rule=self.id,
            severity=seen.severity,
            confidence=seen.confidence,
            message=seen.message,
            fingerprint=fingerprint(self.id, place, seen.subject),
            evidence=seen.evidence,
        )


def rule_named(name: str, place: str = "") -> Rule:
    """The rule with an id, written at some place.  Raises ``UsageError``."""
    rules = {rule.id: rule for rule in all_rules()}
    if name not in rules:
        raise UsageError(
            f"{place}unknown rule: {name}",
            hint=did_you_mean(name, list(rules), "`provenance rules` lists them"),
        )
    return rules[name]


@cache
def rules_by_handler() -> frozenset[str]:
    """Ids of the rules that see what a handler did."""
    return frozenset(rule.id for rule in all_rules() if rule.by_handler)


def about_identities(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Those that look at what an identity did."""
    return tuple(rule for rule in rules if rule.check_identity)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by id."""
    rules = []
    for name in module_names(__path__):
        module = importlib.import_module(f"{__name__}.{name}")
        rules.append(
            Rule(
                id=name.replace("_", "-"),
                page=inspect.cleandoc(module.__doc__ or ""),
                check=getattr(module, "check", None),
                check_tag=getattr(module, "check_tag", None),
                check_identity=getattr(module, "check_identity", None),
                usual=getattr(module, "USUAL", 0.0),
                among=getattr(module, "AMONG", Among.NEWCOMERS),
                speaks_for=getattr(module, "SPEAKS_FOR", 0.0),
                by_handler=getattr(module, "BY_HANDLER", False),
            )
        )
    return tuple(sorted(rules, key=lambda rule: rule.id))
