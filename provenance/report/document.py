"""A small page model: what commands have to say, before any format draws it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct, field


class Column(Struct, frozen=True, kw_only=True):
    """A table column.  ``limit`` is the most terminal columns a cell may take (0: no limit)."""

    title: str
    limit: int = 0
    right: bool = False


class Table(Struct, frozen=True, kw_only=True):
    """Rows of untrusted text; formats make it safe."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]]


class Section(Struct, frozen=True, kw_only=True):
    """A part of a page: facts as label and text, then lines, then a table, then a diff.

    Lines of ``diff`` keep their width; those that start with ``-`` or ``+`` may be coloured.
    """

    title: str = ""
    facts: Sequence[tuple[str, str]] = ()
    lines: Sequence[str] = ()
    table: Table | None = None
    diff: Sequence[str] = ()


class More(Struct, frozen=True, kw_only=True):
    """Sections for whoever wants to know; they are made while they are read, once."""

    title: str
    sections: Iterable[Section]


class Document(Struct, frozen=True, kw_only=True):
    """A whole page.  ``more`` is left out where room is short, as on a terminal."""

    title: str
    sections: Sequence[Section] = field(default_factory=tuple)
    more: More | None = None


class Printable(Protocol):
    """What a command hands to a format."""

    def document(self) -> Document:
        """The page that table, markdown and HTML draw."""

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        """Header and rows for CSV."""

    def data(self) -> object:
        """The record that JSON writes, and whose findings SARIF has."""
