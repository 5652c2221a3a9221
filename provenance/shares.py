"""The commits of a range inspected on all cores, each share of them in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Sized
from itertools import pairwise
from math import floor
from typing import Final

from msgspec import Struct

from provenance.evidence.account import Account
from provenance.evidence.examination import Examination, Share
from provenance.facts import Address
from provenance.findings import Hidden
from provenance.index.index import Index
from provenance.inspector import Inspector, patterns_of
from provenance.patterns import Seen
from provenance.report.model import CommitReport
from provenance.report.spool import Block, Spool
from provenance.report.tally import Tally
from provenance.repository.forks import in_forks
from provenance.repository.pool import in_loads
from provenance.settings import Settings

_LEAST: Final = 250
"""Commits of a share; for fewer a process costs more than it saves."""
_OWN: Final = 1.1
"""What this process does while another one does, and writes, the records of one commit."""
_BLOCK: Final = 4 << 20
"""Bytes of records that go from one process to another together: what they share goes once."""
_RECORD: Final = 6000
_PIECE: Final = 500
"""Bytes of a record, and of each piece of one, in memory."""


class _Sums(Struct, frozen=True, kw_only=True):
    """What a share adds up to."""

    tally: Tally
    account: Account
    hidden: Hidden


class _Part(Struct, frozen=True, kw_only=True):
    """Some records of a share, or at its end its sums."""

    block: Block[CommitReport] | None = None
    sums: _Sums | None = None


def inspect_range(
    index: Index,
    examination: Examination,
    inspector: Inspector,
    people: Mapping[Address, Seen],
    settings: Settings,
) -> tuple[Tally, Spool[CommitReport]]:
    """The totals and the records of all commits of a scope, newest first."""
    patterns = patterns_of(people)

    def inspected(share: Share | None, tally: Tally) -> Iterator[CommitReport]:
        for case in examination.cases(patterns, share=share):
            record = inspector.inspect(case)
            tally.add(case, record)
            yield record

    def work(share: Share | None) -> Iterator[_Part]:
        tally = Tally(settings.min_severity)
        for records, size in in_loads(inspected(share, tally), _size, _BLOCK):
            yield _Part(block=Block(records, size))
        sums = _Sums(tally=tally, account=examination.settled(), hidden=inspector.hidden)
        yield _Part(sums=sums)

    tally, commits = Tally(settings.min_severity), Spool[CommitReport]()
    for part in in_forks(work, _shares(index, examination, settings.jobs), rest=index.rest):
        if part.block:
            commits.add(part.block)
        if part.sums:
            tally.join(part.sums.tally)
            examination.account.join(part.sums.account)
            inspector.hidden.join(part.sums.hidden)
    return tally, commits


def _size(record: CommitReport) -> int:
    """About how much memory a record takes: one may take as much as thousands of others."""
    upstream, merge = record.upstream, record.merge
    pieces: list[Sized] = [
        *(record.trailers, record.route.steps, record.pulled, record.follow_ups),
        *(record.lines.binary_files, record.subsystems, record.moved, record.surface),
        record.findings,
    ]
    if upstream:
        pieces += (upstream.interdiff, upstream.others)
    if merge and merge.changed:
        pieces += (file.novel for file in merge.changed)
    people = (record.author, record.committer)
    text = len(record.subject) + sum(len(one.name) + len(one.email) for one in people)
    text += sum(len(one.value) for one in record.trailers)
    return _RECORD + _PIECE * sum(map(len, pieces)) + 4 * text


def _shares(index: Index, examination: Examination, jobs: int) -> Sequence[Share | None]:
    """Contiguous parts of the scope, one for each process; None is all of it.

    What the index lacks is read before, by all processes together; where it keeps nothing there
    are no parts.
    """
    order = examination.order
    processes = min(jobs, len(order) // _LEAST)
    if processes > 1 and index.keeps:
        examination.fetch()
        if index.keeps:
            size = max(1, floor(len(order) / (processes - 1 + _OWN)))
            starts = [0, *range(len(order) - (processes - 1) * size, len(order), size)]
            return [
                Share(commits=order[start:end], tells=not start)
                for start, end in pairwise([*starts, len(order)])
            ]
    return [None]
