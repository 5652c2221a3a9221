"""Findings keep their fingerprint, and a policy silences and grades exactly what it names."""

from __future__ import annotations

import datetime
import hashlib

import pytest

from provenance.findings import Confidence, Filter, Finding, Gravest, Hidden, fingerprint
from provenance.policy import Ignore, Policy
from provenance.words import Severity

DAY = datetime.date(2021, 6, 1)
COMMIT = "abcdef" + "0" * 34
PEOPLE = ("ada@x.example", "ben@x.example")


def finding(rule: str, severity: str = "low", message: str = "m", mark: str = "1") -> Finding:
    return Finding(
        rule=rule,
        severity=Severity(severity),
        confidence=Confidence.HIGH,
        message=message,
        fingerprint=mark * 32,
        evidence=(),
    )


def test_a_fingerprint_is_of_rule_commit_and_subject() -> None:
    """The start of a SHA-256, the parts kept apart; bytes that are no text count as they are."""
    expected = hashlib.sha256(b"rule\0commit\0s\xff").hexdigest()[:32]
    assert expected == fingerprint("rule", "commit", "s\udcff")
    assert fingerprint("a", "b", "") != fingerprint("a", "", "b")


def test_the_gravest_of_each_rule_is_kept() -> None:
    """The first of equals; ordered by severity, then by name, with others among them."""
    gravest = Gravest()
    first, second = finding("b", "medium", "first"), finding("b", "medium", "second")
    for one in (finding("b", "low"), first, second, finding("b", "info"), finding("a", "medium")):
        gravest.take(one)
    critical, low = finding("z", "critical"), finding("a", "low", "other")
    assert (critical, finding("a", "medium"), first, low) == gravest.ordered(low, critical)
    assert () == Gravest().ordered()
    other = Gravest()
    for one in (finding("b", "high", "third"), finding("a", "low"), finding("c", "info")):
        other.take(one)
    gravest.join(other)
    joined = (finding("b", "high", "third"), finding("a", "medium"), finding("c", "info"))
    assert joined == gravest.ordered()


@pytest.mark.parametrize(
    ("ignore", "silenced"),
    [
        (Ignore(reason="x", fingerprint="1" * 32), True),
        (Ignore(reason="x", fingerprint="2" * 32), False),
        (Ignore(reason="x", rule="rule", commit="abcdef0"), True),
        (Ignore(reason="x", rule="rule", commit="bcdef00"), False),
        (Ignore(reason="x", rule="other", commit="abcdef0"), False),
        (Ignore(reason="x", rule="rule", identity="ben@x.example"), True),
        (Ignore(reason="x", rule="rule", identity="eve@x.example"), False),
        (Ignore(reason="x", rule="other", identity="ben@x.example"), False),
        (Ignore(reason="x", rule="rule", identity="ben@x.example", until=DAY), True),
        (
            Ignore(
                reason="x",
                rule="rule",
                identity="ben@x.example",
                until=DAY - datetime.timedelta(days=1),
            ),
            False,
        ),
    ],
)
def test_what_an_ignore_silences(ignore: Ignore, silenced: bool) -> None:
    """One fingerprint, or a rule in one commit or for one person, up to its last day."""
    elsewhere = Ignore(reason="x", rule="nothing", commit="f" * 7)
    found = Filter(Policy(ignore=(elsewhere, ignore)), DAY).apply(
        [finding("rule")], COMMIT, iter(PEOPLE)
    )
    assert silenced == (found == ())


def test_a_baseline_silences_known_fingerprints_only() -> None:
    """Of whatever rule."""
    kept = Filter(Policy(), DAY, frozenset({"1" * 32})).apply(
        [finding("a"), finding("a", mark="2"), finding("b")], COMMIT, PEOPLE
    )
    assert (finding("a", mark="2"),) == kept


def test_the_policy_grades_and_the_gravest_come_first() -> None:
    """Then by rule, message and fingerprint."""
    policy = Policy(severity={"b": Severity.CRITICAL, "nothing": Severity.INFO})
    given = [
        finding("c", "low", "n"),
        finding("c", "low", "m", "2"),
        finding("c", "low", "m"),
        finding("a", "low"),
        finding("b", "info"),
        finding("d", "high"),
    ]
    assert [
        ("b", "critical", "m", "1"),
        ("d", "high", "m", "1"),
        ("a", "low", "m", "1"),
        ("c", "low", "m", "1"),
        ("c", "low", "m", "2"),
        ("c", "low", "n", "1"),
    ] == [
        (one.rule, one.severity, one.message, one.fingerprint[0])
        for one in Filter(policy, DAY).apply(given, COMMIT, ())
    ]


def test_what_is_hidden_is_counted_in_words() -> None:
    """Once for each fingerprint; and ignores that are out of date are told."""
    old = Ignore(reason="x", rule="c", commit="abcdef0", until=DAY - datetime.timedelta(days=1))
    policy = Policy(ignore=(Ignore(reason="x", rule="b", commit="abcdef0"), old))
    seen = Filter(policy, DAY, frozenset({"1" * 32}))
    assert ["ignores of the policy that have expired: 1"] == seen.notes()
    given = [finding("a"), finding("b", mark="2"), finding("b", mark="3"), finding("c", mark="4")]
    for _ in range(2):
        assert [finding("c", mark="4")] == list(seen.apply(given, COMMIT, PEOPLE))
    assert [
        "hidden because the baseline has them: 1 finding",
        "hidden by ignores of the policy: 2 findings",
        "ignores of the policy that have expired: 1",
    ] == seen.notes()
    assert [] == Filter(Policy(), DAY).notes()


def test_what_parts_hide_is_hidden_together() -> None:
    """Each finding once."""
    both = Hidden(by_baseline={"1"}, by_ignore={"2", "3"})
    both.join(Hidden(by_baseline={"1", "4"}, by_ignore={"5"}))
    assert Hidden(by_baseline={"1", "4"}, by_ignore={"2", "3", "5"}) == both


def test_the_surest_ranks_highest() -> None:
    """Low, medium, high."""
    assert [0, 1, 2] == [one.rank for one in Confidence]
    assert (0, 2) == (Confidence("low").rank, Confidence("high").rank)
