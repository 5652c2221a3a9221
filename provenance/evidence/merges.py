"""What each merge of a scope did itself, beside merging."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from provenance.codec import DecodeError, decode, encode
from provenance.errors import MissingObjectError
from provenance.evidence.coverage import Coverer, foreign_tips
from provenance.evidence.model import MergeCase
from provenance.facts import Commit, ObjectId
from provenance.index.history import positions_in
from provenance.index.index import Index
from provenance.index.ranges import Scope
from provenance.parse.remerge import MergedFile, Remerged
from provenance.repository import Repository

_LOOKED_AT = 200
"""The newest merges before the trust base that say whether signed pulls are usual."""
_USUAL = 0.2


class MergeExaminer:
    """Builds the merge cases of one scope.

    ``remerged`` gives, for each merge in the order asked, what merging again does not.
    """

    def __init__(
        self,
        scope: Scope,
        coverer: Coverer,
        remerged: Iterator[tuple[ObjectId, Remerged | None]],
        tree_and_parent: Callable[[ObjectId], tuple[ObjectId | None, ObjectId | None]],
    ) -> None:
        self._scope = scope
        self._coverer = coverer
        self._remerged = remerged
        self._tree_and_parent = tree_and_parent
        self._usual = _signed_pulls_are_usual(scope)
        self._roots = _new_roots(scope, coverer)

    def examine(self, object_id: ObjectId) -> Callable[[Commit], MergeCase]:
        """Takes the next merge's answer; the case once its commit is read."""
        remerged = next(self._remerged)[1]

        def case(commit: Commit) -> MergeCase:
            pulled = self._coverer.pulled(commit)
            position = self._scope.history.positions[object_id]
            return MergeCase(
                pulled=pulled,
                changed=remerged.files if remerged else None,
                takes_nothing=bool(remerged and remerged.files) and self._takes_nothing(commit),
                foreign=foreign_tips(self._scope.history, position, pulled),
                new_roots=tuple(self._roots.get(position, ())),
                signed_pulls_are_usual=self._usual,
            )

        return case

    def _takes_nothing(self, commit: Commit) -> bool:
        try:
            tree, _ = self._tree_and_parent(commit.parents[0])
        except MissingObjectError:
            return False
        return tree == commit.tree


def merge_again(
    repository: Repository,
    index: Index,
    merges: Sequence[tuple[ObjectId, Sequence[ObjectId]]],
    *,
    jobs: int,
) -> Iterator[tuple[ObjectId, Remerged | None]]:
    """Each merge (id and parents) with what it changed itself, kept for the next run.

    Another git may merge otherwise: what is kept counts for the same version only.
    """
    if not merges:
        return
    kind = f"merge 5 {repository.git_version()}"
    known = {
        name: found
        for name, raw in index.facts(kind, [name for name, _ in merges]).items()
        if (found := _unpack(name, raw)) is not None
    }
    fresh = repository.read_merges([pair for pair in merges if pair[0] not in known], jobs=jobs)
    for name, _ in merges:
        if name in known:
            yield name, known[name]
            continue
        _, found = next(fresh)
        if found is not None:
            index.keep(kind, name, json.dumps(encode(found.files)).encode("ascii"))
        yield name, found


def _unpack(name: str, raw: bytes) -> Remerged | None:
    try:
        return Remerged(ObjectId(name), decode(tuple[MergedFile, ...], json.loads(raw)))
    except (ValueError, DecodeError):
        return None


def _signed_pulls_are_usual(scope: Scope) -> bool:
    """True where a fifth of the newest merges before the trust base embed a signed tag."""
    history = scope.history
    if not history.with_mergetag:
        return False
    merges = [position for position in positions_in(scope.trusted) if history.is_merge(position)]
    merges.sort(key=lambda position: (-history.commit_times[position], history.ids[position]))
    newest = merges[:_LOOKED_AT]
    signed = sum(position in history.with_mergetag for position in newest)
    return bool(newest) and signed >= _USUAL * len(newest)


def _new_roots(scope: Scope, coverer: Coverer) -> dict[int, Sequence[ObjectId]]:
    """Roots of history inside the scope, by the merge that brought each in."""
    found: dict[int, list[ObjectId]] = defaultdict(list)
    if scope.trust_base is None:
        return {}
    history = scope.history
    for position in positions_in(scope.inside):
        if not history.parent_ids(position):
            merge = coverer.brought_by(position)
            if merge is not None:
                found[merge].append(ObjectId(history.ids[position]))
    return {merge: sorted(roots) for merge, roots in found.items()}
