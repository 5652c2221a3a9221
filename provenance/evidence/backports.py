"""Each backport beside the mainline commit it claims to be: people, lines, and what followed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from provenance.codec import DecodeError, decode, encode
from provenance.evidence.attestation import attested
from provenance.evidence.changes import CommitChanges
from provenance.evidence.claims import Assessor
from provenance.evidence.coverage import Coverer, seals_of
from provenance.evidence.model import Original, Standing, Upstream
from provenance.evidence.route import Router
from provenance.evidence.same_person import same_person
from provenance.evidence.signatures import Verifier
from provenance.evidence.upstream import Claimed
from provenance.evidence.via import vouchers
from provenance.facts import Commit, FileChange, Ident, ObjectId, Person
from provenance.index.history import History
from provenance.index.index import Index
from provenance.parse.comparison import UNKNOWN, Comparison, compare
from provenance.parse.references import Form, is_release_subject

_KIND = "comparison 4"
Originals = Iterator[tuple[ObjectId, CommitChanges | None]]


class Found(Struct, frozen=True, kw_only=True):
    """The original of a commit and its changes; None is what cannot be read."""

    commit: Commit | None
    changes: CommitChanges | None


class BackportExaminer:
    """Compares backports with their originals, in the order in which they are asked about.

    ``claimed`` says what each commit names as origin; ``commits`` are the found ones in the same
    order, None where one cannot be read, and ``read_changes`` gives their changes, with the
    patches of those that it is given.  ``to_compare`` are the commits whose own patches are
    needed: a comparison is kept in the index.
    """

    def __init__(
        self,
        *,
        claimed: Mapping[ObjectId, Claimed],
        index: Index,
        commits: Iterator[Commit | None],
        read_changes: Callable[[frozenset[ObjectId]], Originals],
        history: History,
        assessor: Assessor,
        verifier: Verifier,
        router: Router,
        coverer: Coverer,
    ) -> None:
        self._claimed = claimed
        self._index = index
        self._known = self._compared_before()
        self.to_compare = frozenset(
            name for name, one in claimed.items() if one.id and name not in self._known
        )
        originals = (claimed[name].id for name in self.to_compare)
        self._originals = read_changes(frozenset(filter(None, originals)))
        self._history = history
        self._assessor = assessor
        self._verifier = verifier
        self._router = router
        self._coverer = coverer
        self._commits = commits

    def _compared_before(self) -> dict[ObjectId, Comparison]:
        """Comparisons that an earlier run made, with the very same original."""
        found = {}
        for name, raw in self._index.facts(_KIND, list(self._claimed)).items():
            claimed = self._claimed[ObjectId(name)]
            with contextlib.suppress(ValueError, DecodeError):
                key, _, value = raw.partition(b"\n")
                if key == _key(claimed):
                    found[ObjectId(name)] = decode(Comparison, json.loads(value))
        return found

    def next_original(self, object_id: ObjectId) -> Found | None:
        """The original of a commit; to be asked once for each commit, in order."""
        claimed = self._claimed.get(object_id)
        if not claimed or not claimed.id:
            return None
        return Found(commit=next(self._commits), changes=next(self._originals)[1])

    def examine(
        self,
        commit: Commit,
        author: Standing,
        changes: CommitChanges | None,
        original: Found | None,
    ) -> Upstream | None:
        """The commit beside its original; None where it names none."""
        claimed = self._claimed.get(commit.id)
        if claimed is None:
            return None
        reverts = claimed.reference.form is Form.REVERT
        comparison = self._known.get(commit.id)
        if comparison is None:
            comparison = UNKNOWN
            if original and original.changes is not None and changes is not None:
                theirs, ours = original.changes.compared, changes.compared
                comparison = compare(theirs, ours, reverts=reverts)
                value = json.dumps(encode(comparison)).encode("ascii")
                self._index.keep(_KIND, commit.id, _key(claimed) + b"\n" + value)
        if original is None or original.commit is None:
            return _not_compared(claimed, comparison)
        found = original.commit
        judged = self._original(found, original.changes.files if original.changes else ())
        matches = None if reverts else same_person(author, judged.author)
        dropped, added = ([], []) if reverts else self._signers(found, commit)
        differences = [] if matches is not False else ["author"]
        differences += _address_differs(commit, found) if matches else []
        differences += [f"sign-off of {person.name or person.email} dropped" for person in dropped]
        return Upstream(
            id=found.id,
            form=claimed.reference.form,
            found=True,
            author_matches=matches,
            differences=(*differences, *comparison.differences),
            comparison=comparison,
            original=judged,
            others=claimed.others,
            dropped=tuple(dropped),
            backporters=tuple(added),
        )

    def _original(self, commit: Commit, files: Sequence[FileChange]) -> Original:
        signature = self._verifier.verify(commit.signature, commit.committer)
        author = attested(self._assessor.assess(commit.author), signature)
        coverage = self._coverer.of(self._history.positions[commit.id])
        route = self._router.route(
            commit,
            self._router.responsible(files),
            signers=self._router.signers(commit),
            author=author,
            committer=self._assessor.assess(commit.committer),
            is_release=is_release_subject(commit.subject),
            from_upstream=False,
            mergers=coverage.mergers,
            seals=seals_of(coverage, None),
        )
        return Original(
            author=author,
            route=route.verdict,
            coverage=coverage.kind,
            vouchers=vouchers(route),
        )

    def _signers(self, original: Commit, backport: Commit) -> tuple[list[Person], list[Person]]:
        """Who signed only the original, and who signed only the backport.

        A sign-off that the backport keeps outside its trailer block is not dropped.
        """
        theirs, ours = self._router.signers(original), self._router.signers(backport)
        kept = (*ours, *self._router.loose_signers(backport))
        dropped = [one.claimed for one in theirs if not any(same_person(one, two) for two in kept)]
        added = [one.claimed for one in ours if not any(same_person(one, two) for two in theirs)]
        return dropped, added


def _key(claimed: Claimed) -> bytes:
    """What a kept comparison was made with."""
    return f"{claimed.id} {claimed.reference.form}".encode("ascii")


def _not_compared(claimed: Claimed, comparison: Comparison) -> Upstream:
    return Upstream(
        id=claimed.id or claimed.reference.id,
        form=claimed.reference.form,
        found=claimed.id is not None,
        author_matches=None,
        differences=(),
        comparison=comparison,
        original=None,
        others=claimed.others,
        dropped=(),
        backporters=(),
    )


def _address_differs(commit: Commit, original: Commit) -> list[str]:
    """The same person under another name or address."""
    ours, theirs = commit.author, original.author
    if isinstance(ours, Ident) and isinstance(theirs, Ident) and ours.person != theirs.person:
        return ["author's name or address"]
    return []
