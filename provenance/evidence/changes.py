"""What commits changed, from the index where it was read before, else from git."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from provenance.evidence.content import ContentReader, FileContent
from provenance.facts import FileChange, ObjectId
from provenance.index.change_facts import KIND, pack_changes, unpack_changes
from provenance.index.index import Index
from provenance.parse.maintainers import Maintainers, Section
from provenance.parse.patch import Changed
from provenance.parse.surface import Surface, SurfaceItem
from provenance.repository import Repository

AUTHORITY_FILES: Final = frozenset({"MAINTAINERS", ".mailmap"})
_WINDOW: Final = 4000
_SURFACE: Final = "surface 2"
_NOTHING: Final = b"[]"


class CommitChanges(NamedTuple):
    """The files of a commit, and what their changed lines say."""

    files: tuple[FileChange, ...]
    contents: tuple[FileContent, ...]


class ChangeReader:
    """Reads the changes of many commits, in their order.

    ``surface_of`` holds the commits whose new attack surface is wanted, ``keep`` those whose
    patches are wanted as well, which are never kept in the index.
    """

    def __init__(
        self,
        repository: Repository,
        index: Index,
        where: Maintainers,
        *,
        surface_of: Collection[ObjectId] = frozenset(),
        keep: Collection[ObjectId] = frozenset(),
        jobs: int,
    ) -> None:
        self._repository = repository
        self._index = index
        self._surface_of = surface_of
        self._keep = keep
        self._jobs = jobs
        self._content = ContentReader(where, surface_of, keep)
        self._sections = {section.name: section for section in where.sections}
        patterns = [f"{s.name}\0{k.source}" for s in where.sections for k in s.keywords]
        digest = hashlib.sha256("\n".join(patterns).encode("utf-8", "surrogateescape"))
        self._keywords = f"keywords {digest.hexdigest()[:32]}" if where.has_keywords else ""

    def read(self, ids: Sequence[ObjectId]) -> Iterator[tuple[ObjectId, CommitChanges | None]]:
        """Each id with its changes; None where git could not tell."""
        windows = [ids[start : start + _WINDOW] for start in range(0, len(ids), _WINDOW)]
        absent = [name for window in windows for name in self._absent(window)]
        fresh = self._repository.read_changes(absent, look=self._content.look, jobs=self._jobs)
        lacking = frozenset(absent)
        for window in windows:
            known = self._known([name for name in window if name not in lacking])
            for name in window:
                if name not in lacking:
                    yield name, known.get(name)
                    continue
                found = next(fresh)[1]
                yield name, self._kept(name, found) if found else None

    def _absent(self, window: Sequence[ObjectId]) -> list[ObjectId]:
        """Commits of which the index does not have everything that is wanted."""
        there = self._index.present(KIND, window)
        surface = self._index.present(_SURFACE, [n for n in window if n in self._surface_of])
        claims = self._index.present(self._keywords, window) if self._keywords else there
        return [
            name
            for name in window
            if name not in there
            or name not in claims
            or name in self._keep
            or (name in self._surface_of and name not in surface)
        ]

    def _known(self, ids: Sequence[ObjectId]) -> dict[ObjectId, CommitChanges]:
        """What the index has; what turns out to be damaged is read from git after all."""
        files = self._index.facts(KIND, ids)
        surfaces = self._index.facts(_SURFACE, [name for name in ids if name in self._surface_of])
        claims = self._index.facts(self._keywords, ids) if self._keywords else {}
        found: dict[ObjectId, CommitChanges] = {}
        for name in ids:
            try:
                surface = surfaces[name] if name in self._surface_of else _NOTHING
                claimed = claims[name] if self._keywords else _NOTHING
                contents = self._unpack(surface, claimed)
                found[name] = CommitChanges(unpack_changes(files[name]), contents)
            except (ValueError, KeyError, TypeError):
                continue
        damaged = [name for name in ids if name not in found]
        again = self._repository.read_changes(damaged, look=self._content.look, jobs=self._jobs)
        for name, changed in again:
            if changed:
                found[name] = self._kept(name, changed)
        return found

    def _kept(self, name: ObjectId, changed: Changed[FileContent]) -> CommitChanges:
        """What git told, in the index for the next time."""
        files, contents = changed.files, changed.seen
        self._index.keep(KIND, name, pack_changes(files, with_ids=AUTHORITY_FILES))
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
        return CommitChanges(files, contents)

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
