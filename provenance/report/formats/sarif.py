"""SARIF 2.1.0 (OASIS), for tools that gather findings: one result for each.

What is seen in a commit stands nowhere in a file.  The artifact of a result is the commit, by
its id, or the release tag; its logical location says what that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TextIO

from msgspec import Struct

from provenance.errors import UsageError
from provenance.findings import Finding, from_severity
from provenance.report.audit_page import LIMITS
from provenance.report.completeness_page import about_clone, about_tier
from provenance.report.document import Printable
from provenance.report.formats import FormatOptions
from provenance.report.model import CheckReport, CommitReport, Completeness, Report
from provenance.report.safe import sarif, visible
from provenance.report.streamed import dumps, write_list
from provenance.rules import about_identities, all_rules
from provenance.words import Severity

FINDINGS_ONLY: Final = True
_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_OBJECTS: Final = "OBJECTS"
_LEVELS: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
"""What is only information has no level, but a kind (SARIF 2.1.0, 3.27.9 and 3.27.10)."""
_Plain = Mapping[str, object]


class _Place(Struct, frozen=True, kw_only=True):
    """Where a finding is: the object, what it is, and how it is called for short and in full.

    ``about`` is how a message begins.
    """

    object_id: str
    kind: str
    name: str
    full_name: str
    about: str


def write(result: Printable, out: TextIO, options: FormatOptions) -> None:
    """Writes one run.  Raises ``UsageError`` for what has no findings."""
    data = result.data()
    if not isinstance(data, Report | CheckReport):
        raise UsageError("sarif is for findings", hint="audit, check and render have them")
    driver = {"name": data.tool.name, "version": data.tool.version, "rules": _rules()}
    bases = {_OBJECTS: {"description": {"text": "objects of the audited repository, by id"}}}
    out.write('{\n "version": "2.1.0",\n')
    out.write(f' "$schema": {dumps(_SCHEMA)},\n "runs": [{{\n')
    out.write(f' "tool": {dumps({"driver": driver})},\n')
    out.write(f' "invocations": {dumps([_invocation(data.completeness)])},\n')
    out.write(f' "originalUriBaseIds": {dumps(bases)},\n')
    out.write(f' "columnKind": "unicodeCodePoints",\n "properties": {dumps(_about(data))},\n')
    out.write(' "results": ')
    write_list(_results(data), out)
    out.write("\n }]\n}\n")


def _rules() -> list[_Plain]:
    return [
        {
            "id": rule.id,
            "shortDescription": {"text": sarif(rule.title)},
            "help": {"text": _page(rule.page)},
        }
        for rule in all_rules()
    ]


def _page(page: str) -> str:
    """A rule's page, line by line."""
    return "\n".join(map(sarif, page.split("\n")))


def _invocation(found: Completeness) -> _Plain:
    """What was not seen is told as the tool's own notifications, and makes the run a failed one."""
    problems = (
        ("unreadable", found.unreadable),
        ("over a budget", found.over_budget),
        ("not wholly read", found.partial),
    )
    told = [
        ("error", f"{problem.what} {why}: {problem.reason}")
        for why, some in problems
        for problem in some
    ]
    state = found.repository
    notes = (*about_clone(state), *found.notes, *about_tier(state), *LIMITS)
    told += [("note", note) for note in notes]
    return {
        "executionSuccessful": found.is_complete,
        "toolExecutionNotifications": [
            {"level": level, "message": {"text": sarif(text)}} for level, text in told
        ],
    }


def _about(data: Report | CheckReport) -> _Plain:
    """What was looked at, and under which policy."""
    if isinstance(data, Report):
        covered = {
            "base": data.range.base and visible(data.range.base),
            "tip": visible(data.range.tip),
            "base_id": data.range.base_id,
            "tip_id": data.range.tip_id,
            "trust_base_id": data.range.trust_base_id,
        }
    else:
        covered = {"commit_id": data.commit.id, "trust_base_id": data.trust_base_id}
    return {**covered, "policy_sha256": data.policy.sha256}


def _results(data: Report | CheckReport) -> Iterator[_Plain]:
    """The findings on the release tag, on commits, newest first, and on identities."""
    numbers = {rule.id: number for number, rule in enumerate(all_rules())}
    least = data.min_severity if isinstance(data, Report) else Severity.INFO
    for place, findings in _found(data):
        for finding in from_severity(least, findings):
            yield _result(place, finding, numbers.get(finding.rule))


def _found(data: Report | CheckReport) -> Iterator[tuple[_Place, Iterable[Finding]]]:
    if isinstance(data, CheckReport):
        yield _commit(data.commit), data.commit.findings
        return
    if tag := data.tag:
        name = visible(tag.name)
        yield (
            _Place(object_id=tag.id, kind="tag", name=name, full_name=name, about=sarif(tag.name)),
            tag.findings,
        )
    for commit in data.commits:
        if commit.findings:
            yield _commit(commit), commit.findings
    about = {rule.id for rule in about_identities(all_rules())}
    for who in data.identities:
        place = _Place(
            object_id=data.range.tip_id,
            kind="identity",
            name=visible(who.name),
            full_name=visible(who.email),
            about=f"{sarif(who.name)} <{sarif(who.email)}>",
        )
        yield place, [finding for finding in who.findings if finding.rule in about]


def _commit(commit: CommitReport) -> _Place:
    return _Place(
        object_id=commit.id,
        kind="commit",
        name=commit.id[:12],
        full_name=commit.id,
        about=f'{commit.id[:12]} ("{sarif(commit.subject)}" by {sarif(commit.author.email)})',
    )


def _result(place: _Place, finding: Finding, number: int | None) -> _Plain:
    graded = {"level": "none", "kind": "informational"}
    if finding.severity in _LEVELS:
        graded = {"level": _LEVELS[finding.severity]}
    known = {} if number is None else {"ruleIndex": number}
    location = {"uri": place.object_id, "uriBaseId": _OBJECTS}
    logical = {"name": place.name, "fullyQualifiedName": place.full_name, "kind": place.kind}
    return {
        "ruleId": finding.rule,
        **known,
        **graded,
        "message": {"text": f"{place.about}: {sarif(finding.message)}"},
        "locations": [
            {"physicalLocation": {"artifactLocation": location}, "logicalLocations": [logical]}
        ],
        "partialFingerprints": {"provenance/v1": finding.fingerprint},
        "properties": {
            "severity": finding.severity,
            "confidence": finding.confidence,
            "evidence": [
                f"{one.source} {one.outcome}: {visible(one.detail)}" for one in finding.evidence
            ],
        },
    }
