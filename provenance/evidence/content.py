"""What the changed lines of one file say: new attack surface, and subsystems by content."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from provenance.facts import ObjectId
from provenance.parse.maintainers import Maintainers, Section
from provenance.parse.patch import FilePatch, Look
from provenance.parse.surface import SurfaceItem, surface_of_lines


class FileContent(Struct, frozen=True, kw_only=True):
    """One file's share.  ``sections`` are claimed by a ``K:`` pattern, given with each.

    ``patch`` is kept where the commit is to be compared with another one.
    """

    path: str
    patch: FilePatch | None
    surface: tuple[SurfaceItem, ...]
    sections: tuple[tuple[Section, str], ...]


class ContentReader:
    """Looks at changed lines while they stream by, so that none has to be kept.

    ``surface_of`` holds the commits whose new attack surface is wanted, ``keep`` those whose
    patches are.
    """

    def __init__(
        self,
        where: Maintainers,
        surface_of: Collection[ObjectId],
        keep: Collection[ObjectId] = frozenset(),
    ) -> None:
        self._where = where
        self._surface_of = surface_of
        self._keep = keep

    @property
    def looks(self) -> Look[FileContent] | None:
        """``look``, or None where no line can say anything."""
        return self.look if self._surface_of or self._keep or self._where.has_keywords else None

    def look(self, commit: ObjectId, patch: FilePatch) -> FileContent | None:
        """What a file's patch says; None where it says nothing."""
        surface = tuple(surface_of_lines(patch)) if commit in self._surface_of else ()
        sections: tuple[tuple[Section, str], ...] = ()
        if self._where.has_keywords and self._where.may_claim(patch.hunks):
            sections = self._where.sections_for_text([*patch.added(), *patch.removed()])
        kept = patch if commit in self._keep else None
        if not surface and not sections and not kept:
            return None
        return FileContent(path=patch.path, patch=kept, surface=surface, sections=sections)
