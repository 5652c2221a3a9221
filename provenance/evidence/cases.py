"""One commit with all its evidence, ready for the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from provenance.evidence.claims import Assessor
from provenance.evidence.model import (
    AuthorityChange,
    CommitCase,
    Standing,
    SubsystemLines,
)
from provenance.evidence.route import Router
from provenance.evidence.trust import TrustBase
from provenance.evidence.upstream import UpstreamResolver
from provenance.facts import Address, Commit, FileChange, ObjectId
from provenance.index.history import History
from provenance.parse.addresses import normalise
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import Maintainers, parse_people
from provenance.parse.references import is_release_subject

AUTHORITY_FILES = ("MAINTAINERS", ".mailmap")
_NO_OBJECT = "0" * 40


class CaseBuilder:
    """Assembles cases; everything it needs to know about the range is given once."""

    def __init__(
        self,
        *,
        trust: TrustBase,
        assessor: Assessor,
        where: Maintainers,
        upstream: UpstreamResolver,
        history: History,
        authors: Mapping[Address, int],
        is_stable: bool,
        read_blob: Callable[[ObjectId], bytes],
    ) -> None:
        self._trust = trust
        self._assessor = assessor
        self._where = where
        self._upstream = upstream
        self._history = history
        self._authors = authors
        self._is_stable = is_stable
        self._read_blob = read_blob
        self._router = Router(trust, assessor)

    def build(self, commit: Commit, changes: Sequence[FileChange]) -> CommitCase:
        """The case of one commit; ``changes`` is empty for merges."""
        upstream = self._upstream.resolve(commit)
        author = self._assessor.assess(commit.author)
        committer = self._assessor.assess(commit.committer)
        is_release = is_release_subject(commit.subject)
        return CommitCase(
            commit=commit,
            changes=tuple(changes),
            author=author,
            committer=committer,
            signers=self._router.signers(commit),
            route=self._router.route(
                commit, changes, is_release=is_release, from_upstream=upstream is not None
            ),
            upstream=upstream,
            subsystems=lines_by_subsystem(self._where, changes),
            authority_changes=tuple(self._authority_changes(changes, author)),
            parent_times=self._parent_times(commit),
            is_release=is_release,
            is_stable=self._is_stable,
            responsible=frozenset(self._router.responsible(changes)),
            known=self._assessor.known,
            policy=self._trust.policy,
            domains=self._trust.domains,
        )

    def _parent_times(self, commit: Commit) -> tuple[int, ...]:
        positions, times = self._history.positions, self._history.commit_times
        return tuple(times[positions[parent]] for parent in commit.parents if parent in positions)

    def _authority_changes(
        self, changes: Sequence[FileChange], author: Standing
    ) -> list[AuthorityChange]:
        found: list[AuthorityChange] = []
        for change in changes:
            if change.path in AUTHORITY_FILES:
                before = self._addresses(change.path, change.old_id)
                after = self._addresses(change.path, change.new_id)
                found.extend(
                    AuthorityChange(
                        path=change.path,
                        address=address,
                        standing=after[address],
                        commits_in_range=self._authors.get(address, 0),
                        is_own=address in (author.address, normalise(author.claimed.email)),
                    )
                    for address in sorted(after.keys() - before.keys())
                    if address in self._authors
                )
        return found

    def _addresses(self, path: str, blob: ObjectId) -> dict[Address, Standing]:
        """Everyone a version of the file names, by address."""
        if blob == _NO_OBJECT:
            return {}
        raw = self._read_blob(blob)
        people = parse_people(raw) if path == "MAINTAINERS" else Mailmap(raw).people()
        return {normalise(person.email): self._assessor.assess_person(person) for person in people}


def lines_by_subsystem(
    where: Maintainers, changes: Sequence[FileChange]
) -> tuple[SubsystemLines, ...]:
    """Lines per subsystem, most added first; a file counts once for each it belongs to."""
    added: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    for change in changes:
        for name in where.subsystems_for(change.path):
            added[name] += change.added
            removed[name] += change.removed
    return tuple(
        SubsystemLines(name=name, added=added[name], removed=removed[name])
        for name in sorted(added, key=lambda name: (-added[name], -removed[name], name))
    )
