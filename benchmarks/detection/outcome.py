"""What an audit said of a campaign and of everybody else, without the name of anybody real."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.detection.inject import Injected

SEVERITIES = ("info", "low", "medium", "high", "critical")
HIGH = SEVERITIES.index("high")
NOTHING = -1
"""The severity of what has no finding."""
TOP = 20
"""Identities of a release that anybody looks at."""
REAL = -1
"""Who is behind what nobody injected; a campaign's identities are 0, 1, 2..."""


@dataclass(frozen=True)
class Row:
    """An identity of a report, in its order, or a commit.

    ``lines`` are added ones, ``new`` tells an author first seen in the release, ``unsigned``
    counts commits that lack their author's or committer's sign-off.  An identity also has its
    ``commits`` and the bits of each of its ``signals``.  A commit is ``named`` where the audit of
    this or a later release has its author among the first with a pattern at high.
    """

    who: int
    severity: int
    lines: int
    new: bool
    unsigned: int
    commits: int = 1
    named: bool = False
    signals: Mapping[str, float] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """A campaign's commit: what it was for and which rules spoke, the gravest first."""

    who: int
    kind: str
    payload: bool
    severity: int
    status: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """One audited release."""

    release: str
    identities: tuple[Row, ...]
    commits: tuple[Row, ...]
    sent: tuple[Sent, ...]
    scaffold_flagged: int
    seconds: float
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """One campaign: who is behind it and what the audits of its releases said."""

    pattern: str
    seed: int
    people: int
    outcomes: tuple[Outcome, ...]
    planned: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class Reading:
    """An outcome with the ids of its commits, and of the commits that the report names."""

    outcome: Outcome
    ids: tuple[str, ...]
    named: frozenset[str]


def outcomes_of(readings: Sequence[Reading]) -> tuple[Outcome, ...]:
    """The outcomes of a campaign's audits, each with what any of them names."""
    named = frozenset().union(*(reading.named for reading in readings))
    return tuple(
        dataclasses.replace(
            reading.outcome,
            commits=tuple(
                dataclasses.replace(row, named=name in named)
                for name, row in zip(reading.ids, reading.outcome.commits, strict=True)
            ),
        )
        for reading in readings
    )


def read_trial(found: Mapping[str, Any]) -> Trial:
    """A trial from its plain values."""
    outcomes = tuple(
        Outcome(
            release=one["release"],
            identities=tuple(Row(**row) for row in one["identities"]),
            commits=tuple(Row(**row) for row in one["commits"]),
            sent=tuple(Sent(**{**row, "rules": tuple(row["rules"])}) for row in one["sent"]),
            scaffold_flagged=one["scaffold_flagged"],
            seconds=one["seconds"],
            notes=tuple(one["notes"]),
        )
        for one in found["outcomes"]
    )
    return Trial(**{**found, "outcomes": outcomes})


def read_report(
    report: Mapping[str, Any],
    injected: Injected,
    people: Sequence[str],
    seen_before: frozenset[str],
    seconds: float,
) -> Reading:
    """The rows of a JSON report; ``people`` are the campaign's addresses."""
    own = [one for one in report["commits"] if one["id"] not in injected.scaffold]
    borrowed = {injected.commits[one["id"]].borrows for one in own if one["id"] in injected.commits}
    number = {address: place for place, address in enumerate(people)}
    rows, sent = {}, []
    for commit in own:
        planned = injected.commits.get(commit["id"])
        who = number[planned.by] if planned else REAL
        rows[commit["id"]] = _commit_row(commit, who, seen_before)
        if planned:
            sent.append(_sent(commit, who, planned.kind, payload=planned.payload))
    unsigned = _unsigned_by_author(own, rows)
    identities = [
        _identity_row(one, number, seen_before, unsigned)
        for one in report["identities"]
        if text(one["email"]) not in borrowed
    ]
    flagged = [one for one in report["commits"] if one["id"] in injected.scaffold]
    account = report["completeness"]
    outcome = Outcome(
        release=str(report["range"]["tip"]),
        identities=tuple(identities),
        commits=tuple(rows.values()),
        sent=tuple(sent),
        scaffold_flagged=sum(gravest(one["findings"]) >= HIGH for one in flagged),
        seconds=round(seconds, 2),
        notes=tuple(f"{key}: {len(account[key])}" for key in _ACCOUNT if account[key]),
    )
    return Reading(outcome, tuple(rows), frozenset(_named(report, own)))


def _named(report: Mapping[str, Any], own: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What those did, in the release and elsewhere, whose pattern the report has at high."""
    addresses = set()
    for identity in report["identities"][:TOP]:
        if identity.get("signals") and gravest(identity["findings"]) >= HIGH:
            addresses |= {text(identity["email"]), *map(_alias, identity["aliases"])}
            yield from (identity.get("elsewhere") or {}).get("ids", ())
    yield from (one["id"] for one in own if text(one["author"]["email"]) in addresses)


_ACCOUNT = ("unreadable", "over_budget")


def gravest(findings: Sequence[Mapping[str, Any]]) -> int:
    """The place of the gravest severity among findings."""
    return max((SEVERITIES.index(one["severity"]) for one in findings), default=NOTHING)


def text(value: Any) -> str:
    """A string of a report, which is a table where it is not UTF-8."""
    return value if isinstance(value, str) else str(value["text"])


def _commit_row(commit: Mapping[str, Any], who: int, seen_before: frozenset[str]) -> Row:
    merge = len(commit["parents"]) > 1
    address = text(commit["author"]["email"])
    return Row(
        who=who,
        severity=gravest(commit["findings"]),
        lines=0 if merge else commit["lines"]["added"],
        new=not merge and address not in seen_before,
        unsigned=0 if merge else int(_lacks_sign_off(commit)),
    )


def _lacks_sign_off(commit: Mapping[str, Any]) -> bool:
    """Presence only: the author's and the committer's address in any sign-off line."""
    signed = " ".join(
        text(one["value"]).lower()
        for one in commit["trailers"]
        if text(one["key"]).lower() == "signed-off-by"
    )
    wanted = [text(commit[role]["email"]).lower() for role in ("author", "committer")]
    return any(f"<{address}>" not in signed for address in wanted)


def _sent(commit: Mapping[str, Any], who: int, kind: str, *, payload: bool) -> Sent:
    found = sorted(
        commit["findings"], key=lambda one: (-SEVERITIES.index(one["severity"]), one["rule"])
    )
    return Sent(
        who=who,
        kind=kind,
        payload=payload,
        severity=gravest(found),
        status=commit["author"]["status"],
        rules=tuple(dict.fromkeys(f"{one['rule']} {one['severity']}" for one in found)),
    )


def _unsigned_by_author(
    commits: Sequence[Mapping[str, Any]], rows: Mapping[str, Row]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for commit in commits:
        address = text(commit["author"]["email"])
        found[address] = found.get(address, 0) + rows[commit["id"]].unsigned
    return found


def _identity_row(
    identity: Mapping[str, Any],
    number: Mapping[str, int],
    seen_before: frozenset[str],
    unsigned: Mapping[str, int],
) -> Row:
    names = [text(identity["email"]), *map(_alias, identity["aliases"])]
    return Row(
        who=next((number[name] for name in names if name in number), REAL),
        severity=gravest(identity["findings"]),
        lines=identity["lines_added"],
        new=not any(name in seen_before for name in names),
        unsigned=sum(unsigned.get(name, 0) for name in dict.fromkeys(names)),
        commits=identity["commits"],
        signals={one["rule"]: one["bits"] for one in identity.get("signals", ())},
    )


def _alias(value: Any) -> str:
    """An alias is a mailbox or an address, whatever the report says of it."""
    return text(value["email"]) if isinstance(value, dict) and "email" in value else text(value)
