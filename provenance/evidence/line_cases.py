"""Lines of a scope added up, block by block; blocks of history are added up once.

A block is a run of positions in history.  What was added up for most of a block is kept in the
index under the ids in it, so that it serves every later range that has the same of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Final

from msgspec import Struct

from provenance.evidence.account import Account
from provenance.evidence.attestation import attested
from provenance.evidence.cases import all_surface, lines_by_subsystem
from provenance.evidence.changes import NO_CHANGES, ChangeReader, CommitChanges, in_stretches
from provenance.evidence.claims import Assessor
from provenance.evidence.line_tally import LineTally, Who, unpack_tally
from provenance.evidence.model import LineCase, SubsystemLines
from provenance.evidence.signatures import Verifier
from provenance.facts import Commit, ObjectId
from provenance.index.history import NOBODY, positions_in
from provenance.index.index import Index
from provenance.index.ranges import Scope
from provenance.parse.maintainers import Maintainers
from provenance.parse.objects import parse_commit
from provenance.repository import Repository
from provenance.repository.objects import RawObject
from provenance.settings import Progress, Settings, Whose
from provenance.words import Status

_BLOCK: Final = 4096
_KEPT: Final = 0.5
"""Share of a block that a scope must have for its sum to be kept: other branches leave gaps."""
_PROGRESS_EVERY: Final = 500
Take = Callable[[LineTally, LineCase], None]
"""Adds one commit to a tally."""


class _Block(Struct, frozen=True):
    """Non-merge commits of one block, children first; ``key`` is empty for a part of one."""

    positions: Sequence[int]
    key: str


class LineReader:
    """Reads what lines count for; fills the ``partial`` and ``over_budget`` of the ``account``.

    Who wrote a commit is known from history; the commit itself is read only where its message
    or its signature has a say.
    """

    def __init__(
        self,
        *,
        repository: Repository,
        index: Index,
        scope: Scope,
        settings: Settings,
        progress: Progress,
        assessor: Assessor,
        verifier: Verifier,
        has_keys: bool,
        where: Maintainers,
        surface_of: Callable[[Sequence[ObjectId]], frozenset[ObjectId]],
        account: Account,
    ) -> None:
        self._repository = repository
        self._index = index
        self._history, self._inside = scope.history, scope.inside
        self._settings = settings
        self._progress = progress
        self._assessor = assessor
        self._verifier = verifier
        self._has_keys = has_keys
        self._where = where
        self._surface_of = surface_of
        self._account = account
        self._whos: dict[Who, Who] = {}

    def tallies(self, take: Take, *, keep: str) -> Iterator[LineTally]:
        """A tally for every block.

        ``keep`` names the way of counting under which blocks are kept; empty for none.
        """
        kind = self._kind(keep)
        blocks = self._blocks(with_keys=bool(kind))
        fresh = []
        for block in blocks:
            tally = self._recalled(kind, block)
            if tally:
                yield tally
            else:
                fresh.append(block)
        yield from self._read(fresh, take, kind)

    def _recalled(self, kind: str, block: _Block) -> LineTally | None:
        """What was added up for these commits of a block before."""
        raw = self._history.recall(kind, block.key) if block.key else None
        with suppress(ValueError):
            return unpack_tally(raw) if raw else None
        return None

    def _kind(self, keep: str) -> str:
        """What decides a kept tally beside the commits; empty where something else has a say."""
        surface = self._settings.surface
        if not keep or self._has_keys or surface is Whose.UNVERIFIED:
            return ""
        text = f"{self._where.digest} {surface} {self._settings.policy.budgets.files}"
        return f"{keep} {hashlib.sha256(text.encode('ascii')).hexdigest()[:32]}"

    def _blocks(self, *, with_keys: bool) -> list[_Block]:
        found = []
        merges, ids = self._history.merges, self._history.ids
        for number, members in groupby(
            reversed(positions_in(self._inside)), lambda position: position // _BLOCK
        ):
            positions = list(members)
            key = ""
            if with_keys and len(positions) >= _BLOCK * _KEPT:
                start, end = number * _BLOCK, (number + 1) * _BLOCK
                which = ids.raw(start, end) + bytes(self._inside[start:end])
                key = hashlib.sha1(which, usedforsecurity=False).hexdigest()
            found.append(_Block([at for at in positions if not merges[at]], key))
        return found

    def _read(self, blocks: Sequence[_Block], take: Take, kind: str) -> Iterator[LineTally]:
        """The tallies of blocks that are not known yet; those without a gap are kept."""
        cases = self._cases([position for block in blocks for position in block.positions])
        for block in blocks:
            tally, problems = LineTally(), self._problems()
            for _ in block.positions:
                case = next(cases)
                if case:
                    tally.commits += 1
                    take(tally, case)
            if block.key and problems == self._problems():
                self._history.remember(kind, block.key, tally.pack())
            yield tally

    def _problems(self) -> tuple[int, int]:
        """How much could not be read until now."""
        return self._account.gaps, len(self._repository.lost)

    def _cases(self, positions: Sequence[int]) -> Iterator[LineCase | None]:
        """The case of every commit, None where one is over the budget."""
        for some, progress in in_stretches(positions, self._progress):
            yield from self._some_cases(some, progress)

    def _some_cases(
        self, positions: Sequence[int], progress: Progress
    ) -> Iterator[LineCase | None]:
        order = [ObjectId(self._history.ids[position]) for position in positions]
        surface_of = self._surface_of(order)
        changed = ChangeReader(
            self._repository,
            self._index,
            self._where,
            surface_of=surface_of,
            jobs=self._settings.jobs,
            progress=progress,
        ).read(order)
        needed = self._where.has_keywords or self._has_keys
        raws = self._repository.stream_raw(order) if needed else None
        for number, position in enumerate(positions):
            if number % _PROGRESS_EVERY == 0:
                progress("counting lines", number, len(order))
            object_id, found = next(changed)
            raw = next(raws) if raws else None
            if found is None:
                self._account.partial[object_id] = "its changes could not be read"
            elif len(found.files) > self._settings.policy.budgets.files:
                self._account.over_budget[object_id] = f"{len(found.files)} files"
                yield None
                continue
            commit = parse_commit(object_id, raw.raw) if raw and self._has_a_say(raw) else None
            yield self._case(position, commit, found, with_surface=object_id in surface_of)

    def _has_a_say(self, raw: RawObject) -> bool:
        """True where a commit's own words or signature decide what its lines count for."""
        if raw.type != "commit":
            return False
        if self._has_keys and b"\ngpgsig" in raw.raw:
            return True
        return self._where.has_keywords and (
            self._where.may_claim(raw.raw) or b"\nencoding " in raw.raw
        )

    def _case(
        self,
        position: int,
        commit: Commit | None,
        found: CommitChanges | None,
        *,
        with_surface: bool,
    ) -> LineCase:
        files, contents, _ = found or NO_CHANGES
        claimed: tuple[SubsystemLines, ...] = ()
        if self._where.has_keywords and (commit or contents):
            message = commit.message if commit else ""
            subsystems = lines_by_subsystem(self._where, files, message, contents)
            claimed = tuple(lines for lines in subsystems if lines.pattern)
        surface = all_surface(files, contents) if with_surface else ()
        number = self._history.authors[position]
        who = Who(number, self._is_attested(number, commit))
        who = self._whos.setdefault(who, who)  # one for all tallies
        return LineCase(who=who, changes=files, claimed=claimed, surface=surface)

    def _is_attested(self, number: int, commit: Commit | None) -> bool:
        """True where the commit's own signature carries the author's address."""
        if commit is None or commit.signature is None or number == NOBODY:
            return False
        author = self._assessor.assess_person(self._history.people[number])
        signature = self._verifier.verify(commit.signature, commit.committer)
        return attested(author, signature).status is Status.ATTESTED
