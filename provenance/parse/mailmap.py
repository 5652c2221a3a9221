"""A .mailmap by git's own rules (mailmap.c, gitmailmap), which differ from its manual.

``#`` starts a comment in the first column only; later lines override field by field;
matching folds ASCII case; a mapping is applied once, never chained.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct, field

from provenance.facts import Person
from provenance.parse.addresses import normalise
from provenance.parse.text import decode

_SPACE: Final = " \t\n\r"


class _Target(Struct):
    name: str | None = None
    email: str | None = None
    by_name: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)


class Entry(Struct, frozen=True, kw_only=True):
    """One line: whoever claims to be ``claimed`` is ``canonical``; an empty name is any."""

    canonical: Person
    claimed: Person

    @property
    def joins(self) -> bool:
        """True where it has one address for another, False where it gives one a name."""
        return normalise(self.canonical.email) != normalise(self.claimed.email)


class Mailmap:
    """Maps a claimed person to the canonical one; an empty map changes nothing."""

    def __init__(self, raw: bytes = b"") -> None:
        self._targets: dict[str, _Target] = {}
        self._entries: list[Entry] = []
        for line in raw.partition(b"\0")[0].split(b"\n"):
            if not line.startswith(b"#"):
                self._add(decode(line))

    def __len__(self) -> int:
        return len(self._targets)

    def map(self, person: Person) -> Person:
        """The canonical person, or the same person where no entry applies."""
        target = self._targets.get(_fold(person.email))
        if target is None:
            return person
        by_name = target.by_name.get(_fold(person.name))
        name, email = by_name if by_name is not None else (target.name, target.email)
        if name is None and email is None:
            return person
        return Person(
            name=person.name if name is None else name,
            email=person.email if email is None else email,
        )

    def people(self) -> tuple[Person, ...]:
        """Every name and address that a line names, canonical or replaced, in file order."""
        found: list[Person] = []
        for entry in self._entries:
            found.append(entry.canonical)
            if entry.claimed != Person(name="", email=entry.canonical.email):
                found.append(entry.claimed)
        return tuple(found)

    def entries(self) -> tuple[Entry, ...]:
        """Every line that names somebody, in file order."""
        return tuple(self._entries)

    def _add(self, line: str) -> None:
        first = _name_and_email(line, allow_empty=False)
        if first is None:
            return
        new_name, new_email, rest = first
        second = _name_and_email(rest, allow_empty=True) if rest else None
        old_name, old_email = second[:2] if second else (None, new_email)
        self._entries.append(
            Entry(
                canonical=Person(name=new_name or "", email=new_email),
                claimed=Person(name=old_name or "", email=old_email),
            )
        )
        self._merge(old_email, old_name, new_name, new_email if second else None)

    def _merge(
        self, old_email: str, old_name: str | None, name: str | None, email: str | None
    ) -> None:
        target = self._targets.setdefault(_fold(old_email), _Target())
        if old_name is not None:
            target.by_name[_fold(old_name)] = (name, email)
            return
        if name is not None:
            target.name = name
        if email is not None:
            target.email = email


def _name_and_email(text: str, *, allow_empty: bool) -> tuple[str | None, str, str] | None:
    left = text.find("<")
    right = text.find(">", left + 1)
    if left < 0 or right < 0 or (not allow_empty and right == left + 1):
        return None
    name = text[:left].strip(_SPACE)
    return name or None, text[left + 1 : right], text[right + 1 :]


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(char.lower() if char.isascii() else char for char in text)
