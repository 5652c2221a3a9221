"""What the changed lines of one file say: new attack surface, and subsystems by content."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from provenance.facts import ObjectId
from provenance.parse.maintainers import Maintainers, Section
from provenance.parse.patch import FilePatch
from provenance.parse.surface import SurfaceItem, surface_of_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContent:
    """One file's share.  ``sections`` are claimed by a ``K:`` pattern, given with each."""

    path: str
    surface: tuple[SurfaceItem, ...]
    sections: tuple[tuple[Section, str], ...]


class ContentReader:
    """Looks at changed lines while they stream by, so that none has to be kept.

    ``surface_of`` holds the commits whose new attack surface is wanted.
    """

    def __init__(self, where: Maintainers, surface_of: Container[ObjectId]) -> None:
        self._where = where
        self._surface_of = surface_of

    def look(self, commit: ObjectId, patch: FilePatch) -> FileContent | None:
        """What a file's patch says; None where it says nothing."""
        surface = tuple(surface_of_lines(patch)) if commit in self._surface_of else ()
        sections: tuple[tuple[Section, str], ...] = ()
        if self._where.has_keywords:
            sections = self._where.sections_for_text([*patch.added(), *patch.removed()])
        if not surface and not sections:
            return None
        return FileContent(path=patch.path, surface=surface, sections=sections)
