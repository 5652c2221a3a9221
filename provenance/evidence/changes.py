"""What commits changed, from the index where it was read before, else from git."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

from provenance.evidence.content import ContentReader, FileContent
from provenance.evidence.trees import KIND as TREES
from provenance.evidence.trees import TreeReader, pack_problems, unpack_problems
from provenance.facts import FileChange, ObjectId
from provenance.index.change_facts import KIND, pack_changes, unpack_changes
from provenance.index.index import Index
from provenance.parse.comparison import Change
from provenance.parse.maintainers import Maintainers, Section
from provenance.parse.patch import Changed
from provenance.parse.surface import Surface, SurfaceItem, is_authority_file, renames_in
from provenance.parse.tree import TreeProblem
from provenance.repository import Repository
from provenance.repository.pool import in_loads, in_shares
from provenance.settings import Progress, no_progress, part_of

_STRETCH: Final = 240_000
"""Commits that are asked for at once where there may be millions: their ids take memory."""
_WINDOW: Final = 4000
"""Commits of which the index is asked what it has."""
_AT_ONCE: Final = 100
"""Commits whose facts are held, packed: 3 MB for one of 100,000 files."""
_FILES_AT_ONCE: Final = 100_000
"""Files of commits that are looked at and kept together."""
_SURFACE: Final = "surface 4"
_NOTHING: Final = b"[]"


_Read: TypeAlias = tuple[ObjectId, Changed[FileContent] | None]
"""A commit, and what git told of it."""


class CommitChanges(NamedTuple):
    """The files of a commit, what their changed lines say, and what is wrong with its trees."""

    files: tuple[FileChange, ...]
    contents: tuple[FileContent, ...]
    trees: tuple[TreeProblem, ...] = ()

    @property
    def compared(self) -> Change:
        """What is compared with another change, where the patches were kept."""
        return Change(self.files, [one.patch for one in self.contents if one.patch])


NO_CHANGES: Final = CommitChanges((), ())


class ChangeReader:
    """Reads the changes of many commits, in their order.

    ``surface_of`` holds the commits whose new attack surface is wanted, ``trees_of`` those whose
    trees are looked at, ``keep`` those whose patches are wanted as well, which are never kept in
    the index.
    """

    def __init__(
        self,
        repository: Repository,
        index: Index,
        where: Maintainers,
        *,
        surface_of: Collection[ObjectId] = frozenset(),
        trees_of: Collection[ObjectId] = frozenset(),
        keep: Collection[ObjectId] = frozenset(),
        jobs: int,
        progress: Progress = no_progress,
    ) -> None:
        self._progress = progress
        self._repository = repository
        self._index = index
        self._surface_of = surface_of
        self._trees_of = trees_of
        self._trees = TreeReader(repository)
        self._keep = keep
        self._jobs = jobs
        self._content = ContentReader(where, surface_of, keep)
        self._sections = {section.name: section for section in where.sections}
        patterns = [f"{s.name}\0{k.source}" for s in where.sections for k in s.keywords]
        digest = hashlib.sha256("\n".join(patterns).encode("utf-8", "surrogateescape"))
        self._keywords = f"keywords {digest.hexdigest()[:32]}" if where.has_keywords else ""

    def read(
        self, ids: Sequence[ObjectId], *, fetched: bool = False
    ) -> Iterator[tuple[ObjectId, CommitChanges | None]]:
        """Each id with its changes; None where git could not tell.

        ``fetched`` where the index was given what it lacked: then it is not asked for that again.
        """
        absent = [name for name in ids if name in self._keep] if fetched else self.absent(ids)
        fresh = self._repository.read_changes(
            absent,
            look=self._content.looks,
            jobs=self._jobs,
            with_trees=bool(self._trees_of),
            tell=lambda done: self._progress("comparing files", done, len(absent)),
        )
        lacking = frozenset(absent)
        for window in in_shares(ids, _WINDOW, 1):
            known = self._known_each([name for name in window if name not in lacking])
            new = self._kept_each(islice(fresh, sum(name in lacking for name in window)))
            for name in window:
                yield name, next(new if name in lacking else known)

    def absent(self, ids: Sequence[ObjectId]) -> list[ObjectId]:
        """Commits of which the index does not have everything that is wanted."""
        return [name for window in in_shares(ids, _WINDOW, 1) for name in self._absent(window)]

    def _absent(self, window: Sequence[ObjectId]) -> list[ObjectId]:
        lacking = {name for name in window if name in self._keep}
        for kind, names in self._wanted(window):
            if not self._index.has_all(kind, names):
                lacking.update(set(names) - self._index.present(kind, names))
        return [name for name in window if name in lacking]

    def _wanted(self, window: Sequence[ObjectId]) -> Iterator[tuple[str, Sequence[ObjectId]]]:
        """Each kind of facts, and the commits of which it is wanted."""
        yield KIND, window
        yield _SURFACE, [name for name in window if name in self._surface_of]
        yield TREES, [name for name in window if name in self._trees_of]
        if self._keywords:
            yield self._keywords, window

    def _known_each(self, ids: Sequence[ObjectId]) -> Iterator[CommitChanges | None]:
        """What the index has; what turns out to be damaged is read from git after all.

        One commit after the other: each may have as many files as a thousand others.
        """
        for some in in_shares(ids, _AT_ONCE, 1):
            facts = {kind: self._index.facts(kind, names) for kind, names in self._wanted(some)}
            lost = {
                name
                for kind, names in self._wanted(some)
                for name in names
                if name not in facts[kind]
            }
            again = self._again([name for name in some if name in lost])
            for name in some:
                if name in lost:
                    yield next(again)
                else:
                    yield self._unpacked(name, facts) or next(self._again([name]))

    def _again(self, ids: Sequence[ObjectId]) -> Iterator[CommitChanges | None]:
        read = self._repository.read_changes(ids, look=self._content.looks, jobs=self._jobs)
        return self._kept_each(read)

    def _unpacked(
        self, name: ObjectId, facts: Mapping[str, Mapping[str, bytes]]
    ) -> CommitChanges | None:
        """What some facts say of a commit; None where they are not what was kept."""
        try:
            surface = facts[_SURFACE][name] if name in self._surface_of else _NOTHING
            claimed = facts[self._keywords][name] if self._keywords else _NOTHING
            odd = unpack_problems(facts[TREES][name]) if name in self._trees_of else ()
            files = unpack_changes(facts[KIND][name])
            return CommitChanges(files, self._unpack(surface, claimed), odd)
        except (ValueError, KeyError, TypeError):
            return None

    def _kept_each(self, read: Iterable[_Read]) -> Iterator[CommitChanges | None]:
        """As many at a time as have few files together."""
        for some, _ in in_loads(read, _files_of, _FILES_AT_ONCE):
            kept = self._kept(some)
            yield from (kept.get(name) for name, _ in some)

    def _kept(self, read: Iterable[_Read]) -> dict[ObjectId, CommitChanges]:
        """What git told of some commits, in the index for the next time."""
        fresh = {name: changed for name, changed in read if changed}
        odd = self._trees.problems(one for name, one in fresh.items() if name in self._trees_of)
        for name, changed in fresh.items():
            self._keep_one(name, changed)
            if name in odd:
                self._index.keep(TREES, name, pack_problems(odd[name]))
        return {
            name: CommitChanges(changed.files, changed.seen, odd.get(name, ()))
            for name, changed in fresh.items()
        }

    def _keep_one(self, name: ObjectId, changed: Changed[FileContent]) -> None:
        contents = changed.seen
        moved = renames_in(changed.files)
        with_ids = {*moved, *moved.values()}
        with_ids.update(file.path for file in changed.files if is_authority_file(file.path))
        self._index.keep(KIND, name, pack_changes(changed.files, with_ids=with_ids))
        if name in self._surface_of:
            items = [
                (item.kind, item.path, item.text)
                for content in contents
                for item in content.surface
            ]
            self._index.keep(_SURFACE, name, json.dumps(items).encode("ascii"))
        if self._keywords:
            claims = [
                (content.path, section.name, pattern)
                for content in contents
                for section, pattern in content.sections
            ]
            self._index.keep(self._keywords, name, json.dumps(claims).encode("ascii"))

    def _unpack(self, surface: bytes, claims: bytes) -> tuple[FileContent, ...]:
        if surface == claims == _NOTHING:
            return ()
        items: dict[str, list[SurfaceItem]] = {}
        sections: dict[str, list[tuple[Section, str]]] = {}
        for kind, path, text in json.loads(surface):
            items.setdefault(path, []).append(SurfaceItem(kind=Surface(kind), path=path, text=text))
        for path, section, pattern in json.loads(claims):
            sections.setdefault(path, []).append((self._sections[section], pattern))
        return tuple(
            FileContent(
                path=path,
                patch=None,
                surface=tuple(items.get(path, ())),
                sections=tuple(sections.get(path, ())),
            )
            for path in dict.fromkeys([*items, *sections])
        )


def _files_of(read: _Read) -> int:
    _, changed = read
    return len(changed.files) if changed else 0


def in_stretches(
    positions: Sequence[int], progress: Progress
) -> Iterator[tuple[Sequence[int], Progress]]:
    """Parts of any number of commits to be read one after the other, each with what it tells."""
    for start in range(0, len(positions), _STRETCH):
        some = positions[start : start + _STRETCH]
        yield some, part_of(progress, start, start + len(some), len(positions))
