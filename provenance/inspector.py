"""The rules asked about each case, and what the policy makes of what they see."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from msgspec.structs import replace

from provenance.errors import UsageError
from provenance.evidence.examination import Examination
from provenance.evidence.model import CommitCase, TagCase
from provenance.evidence.signals import Pattern
from provenance.facts import Address
from provenance.findings import Filter, Hidden
from provenance.index.index import Index
from provenance.patterns import Seen, find_patterns
from provenance.policy import Policy
from provenance.report.build import commit_report, tag_info
from provenance.report.model import CommitReport, TagInfo
from provenance.rules import Rule, all_rules, rule_named
from provenance.settings import Settings


class Inspector:
    """Asks the selected rules about each case and applies the policy to what they see."""

    def __init__(self, settings: Settings, as_of: datetime.date) -> None:
        self._rules = select_rules(settings)
        self._of_commits = [rule for rule in self._rules if rule.check]
        self._policy = settings.policy
        self._filter = Filter(settings.policy, as_of, settings.baseline)

    def inspect(self, case: CommitCase) -> CommitReport:
        """The commit's record with its findings."""
        seen = (finding for rule in self._of_commits for finding in rule.findings(case))
        people = {case.author.address, case.author.claimed.email}
        return commit_report(case, self._filter.apply(seen, case.id, people))

    def find_people(self, examination: Examination, index: Index) -> dict[Address, Seen]:
        """What is seen in the identities of a scope, as the policy grades it."""
        found = find_patterns(examination, index, self._rules, self._policy)
        return {
            address: replace(seen, findings=self._filter.apply(seen.findings, "", {address}))
            for address, seen in found.items()
        }

    @property
    def hidden(self) -> Hidden:
        """What was seen so far and is not shown."""
        return self._filter.hidden

    def notes(self) -> list[str]:
        """What the selection of rules and the policy have kept from the report so far."""
        found = self._filter.notes()
        left_out = len(all_rules()) - len(self._rules)
        if left_out:
            found.insert(0, f"rules that were not asked (--select, --ignore): {left_out}")
        return found

    def inspect_tag(self, case: TagCase) -> TagInfo:
        """The release tag's record with its findings."""
        seen = (finding for rule in self._rules for finding in rule.tag_findings(case))
        people = {case.tagger.address, case.tagger.claimed.email} if case.tagger else set()
        return tag_info(case, self._filter.apply(seen, case.target, people))


def select_rules(settings: Settings) -> tuple[Rule, ...]:
    """The rules that ``--select`` and ``--ignore`` leave.  Raises ``UsageError``."""
    for name in sorted(settings.select | settings.ignore):
        rule_named(name)
    _check_names(settings.policy)
    wanted = (settings.select or {rule.id for rule in all_rules()}) - settings.ignore
    if not wanted:
        raise UsageError("no rule is left", hint="loosen --select or --ignore")
    return tuple(rule for rule in all_rules() if rule.id in wanted)


def _check_names(policy: Policy) -> None:
    """Raises ``UsageError`` for a policy that names a rule which cannot be meant."""
    for name in policy.severity:
        rule_named(name, "policy, severity: ")
    for number, ignore in enumerate(policy.ignore):
        if ignore.rule:
            rule_named(ignore.rule, f"policy, ignore[{number}]: ")
    for name in policy.pattern.weights:
        if not rule_named(name, "policy, pattern.weights: ").check_identity:
            raise UsageError(
                f"policy, pattern.weights: {name} has no weight: it looks at commits or tags",
                hint="weights are for the rules about identities; docs/patterns.md lists them",
            )


def patterns_of(people: Mapping[Address, Seen]) -> dict[Address, Pattern]:
    """The patterns of some identities."""
    return {address: seen.pattern for address, seen in people.items()}
