"""MAINTAINERS as scripts/get_maintainer.pl reads it: sections, people, roles, paths.

A line ``X: value`` with a capital letter is a field; a comment or blank line is nothing;
any other line is a section header.  Fields that follow a header belong to it.  Where the
kernel's own prose and its script differ, the script counts, because people use the script.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from provenance.facts import Person
from provenance.parse.mailmap import Mailmap
from provenance.parse.patterns import (
    GlobPattern,
    NamePattern,
    PathPattern,
    UnusablePatternError,
    buckets_of,
)
from provenance.parse.text import decode

THE_REST: Final = "THE REST"
"""The section that matches every path; it counts only where no other does."""

NO_SUBSYSTEM: Final = "(none)"
"""What a path belongs to where MAINTAINERS has no section for it, or does not exist."""

CHIEF: Final = "torvalds@linux-foundation.org"
"""The address that get_maintainer.pl leaves out unless asked (``--git-chief-penguins``)."""

_FIELD: Final = re.compile(r"([A-Z]):\s*(.*)", re.DOTALL)
_NAMED: Final = re.compile(r"([^<]+)<(.+@.*)>.*", re.DOTALL)
_BRACKETED: Final = re.compile(r"\s*<(.+@\S*)>.*", re.DOTALL)
_BARE: Final = re.compile(r"(.+@\S*).*", re.DOTALL)
_ROLE_WORDS: Final = {
    "supported": "supporter",
    "maintained": "maintainer",
    "odd fixes": "odd fixer",
    "orphan": "orphan minder",
    "obsolete": "obsolete minder",
    "buried alive in reporters": "chief penguin",
}
_ROLE_NAME_LENGTH: Final = 50
_P = TypeVar("_P", bound=PathPattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of one section; ``role`` is the script's word without the subsystem."""

    person: Person
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One entry.  ``name`` is the header line; patterns are compiled for one tree."""

    name: str
    status: str
    members: tuple[Member, ...]
    lists: tuple[str, ...]
    files: tuple[GlobPattern, ...]
    excludes: tuple[GlobPattern, ...]
    names: tuple[NamePattern, ...]
    keywords: tuple[str, ...]

    @property
    def role_name(self) -> str:
        """The name as the script prints it in a role: 50 characters at most."""
        if len(self.name) <= _ROLE_NAME_LENGTH:
            return self.name
        return self.name[: _ROLE_NAME_LENGTH - 3].rstrip() + "..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """One person responsible for a path, in one role in one subsystem."""

    person: Person
    role: str
    subsystem: str


class Maintainers:
    """A parsed MAINTAINERS file, compiled for asking about many paths."""

    def __init__(self, sections: Iterable[Section], problems: Iterable[str] = ()) -> None:
        self.sections = tuple(sections)
        self.problems = tuple(problems)
        self._globs: dict[str, list[tuple[GlobPattern, int]]] = defaultdict(list)
        self._names: list[tuple[NamePattern, int]] = []
        for number, section in enumerate(self.sections):
            for glob in section.files:
                self._globs[glob.bucket].append((glob, number))
            self._names.extend((name, number) for name in section.names)
        self._match = lru_cache(maxsize=1 << 17)(self._match_path)

    def __bool__(self) -> bool:
        return bool(self.sections)

    def sections_for(self, path: str) -> tuple[Section, ...]:
        """Every section that matches, most specific first (ties in file order)."""
        return self._match(path)

    def subsystems_for(self, path: str) -> tuple[str, ...]:
        """Names of the sections a line in this path counts for."""
        names = tuple(dict.fromkeys(section.name for section in self.sections_for(path)))
        specific = tuple(name for name in names if name != THE_REST)
        return specific or names or (NO_SUBSYSTEM,)

    def people_for(self, path: str, mailmap: Mailmap | None = None) -> tuple[Responsible, ...]:
        """The script's answer with ``--no-git --no-git-fallback``: first role kept."""
        people: list[Responsible] = []
        names: set[str] = set()
        emails: set[str] = set()
        for section in self.sections_for(path):
            for member in section.members:
                name, email = member.person.name.lower(), member.person.email.lower()
                if (name and name in names) or email in emails:
                    continue
                names.update([name] if name else [])
                emails.add(email)
                person = mailmap.map(member.person) if mailmap else member.person
                if person.email != CHIEF:
                    people.append(
                        Responsible(person=person, role=member.role, subsystem=section.name)
                    )
        return tuple(people)

    def lists_for(self, path: str) -> tuple[str, ...]:
        """Mailing lists of the matching sections, subscribers-only ones left out."""
        found: dict[str, str] = {}
        for section in self.sections_for(path):
            for value in section.lists:
                address, _, more = value.partition(" ")
                if "subscribers-only" not in more:
                    found.setdefault(address.lower(), address)
        return tuple(found.values())

    def _match_path(self, path: str) -> tuple[Section, ...]:
        depths: dict[int, int] = {}
        for bucket in buckets_of(path):
            for glob, number in self._globs.get(bucket, ()):
                if glob.matches(path):
                    depths[number] = max(depths.get(number, glob.depth), glob.depth)
        for name, number in self._names:
            if number not in depths and name.matches(path):
                depths[number] = 0
        kept = [
            (-depth, number)
            for number, depth in depths.items()
            if not any(glob.matches(path) for glob in self.sections[number].excludes)
        ]
        return tuple(self.sections[number] for _, number in sorted(kept))


def parse_maintainers(
    raw: bytes,
    *,
    is_directory: Callable[[str], bool] = lambda path: False,
    double_star: bool = False,
) -> Maintainers:
    """The file compiled for one tree.

    ``is_directory`` answers for that tree; patterns that RE2 refuses are left out and
    named in ``problems``.
    """
    header = ""
    fields: list[tuple[str, str]] = []
    sections: list[Section] = []
    problems: list[str] = []

    def close() -> None:
        if fields:
            builder = _Builder(header, fields, is_directory, double_star, problems)
            sections.append(builder.section())
            fields.clear()

    for line in raw.split(b"\n"):
        text = decode(line)
        field = _FIELD.fullmatch(text)
        if field:
            fields.append((field[1], field[2]))
        elif text.strip() and not text.lstrip().startswith("#"):
            close()
            header = text.strip()
    close()
    return Maintainers(sections, problems)


def parse_people(raw: bytes) -> list[Person]:
    """Everyone whom an ``M:`` or ``R:`` line names, without compiling any pattern."""
    fields = (_FIELD.fullmatch(decode(line)) for line in raw.split(b"\n") if line[1:2] == b":")
    found = (parse_maintainer(field[2]) for field in fields if field and field[1] in "MR")
    return [person for person in found if person]


class _Builder:
    """One section from its fields; collects the patterns it had to leave out."""

    def __init__(
        self,
        name: str,
        fields: Iterable[tuple[str, str]],
        is_directory: Callable[[str], bool],
        double_star: bool,
        problems: list[str],
    ) -> None:
        self._name = name
        self._fields = tuple(fields)
        self._is_directory = is_directory
        self._double_star = double_star
        self._problems = problems

    def section(self) -> Section:
        statuses = self._values("S")
        return Section(
            name=self._name,
            status=statuses[-1] if statuses else "",
            members=tuple(self._members(statuses[-1] if statuses else "")),
            lists=tuple(self._values("L")),
            files=tuple(self._compiled("F", self._glob)),
            excludes=tuple(self._compiled("X", self._glob)),
            names=tuple(self._compiled("N", NamePattern)),
            keywords=tuple(self._values("K")),
        )

    def _values(self, kind: str) -> list[str]:
        return [value.rstrip() for letter, value in self._fields if letter == kind]

    def _members(self, status: str) -> Iterable[Member]:
        word = _ROLE_WORDS.get(status.lower(), status.lower()) or "unknown"
        previous = ("", "")
        for letter, value in self._fields:
            if letter in "MR":
                person = parse_maintainer(value)
                if person and not person.name and previous[0] == "P":
                    person = Person(name=previous[1].strip(), email=person.email)
                if person:
                    yield Member(person=person, role=word if letter == "M" else "reviewer")
            previous = (letter, value)

    def _glob(self, value: str) -> GlobPattern:
        candidate = not set(value) & set(".*?") and not value.endswith("/")
        return GlobPattern(
            value,
            is_directory=candidate and self._is_directory(value),
            double_star=self._double_star,
        )

    def _compiled(self, kind: str, compiler: Callable[[str], _P]) -> Iterable[_P]:
        for value in self._values(kind):
            try:
                yield compiler(value)
            except UnusablePatternError as error:
                self._problems.append(f"{self._name}: {kind}: {value}: {error}")


def parse_maintainer(value: str) -> Person | None:
    """The person of an ``M:`` or ``R:`` value, by the script's ``parse_email``."""
    for pattern, named in ((_NAMED, True), (_BRACKETED, False), (_BARE, False)):
        match = pattern.fullmatch(value)
        if match:
            name = match[1].strip().strip('"').strip() if named else ""
            return Person(name=name, email=match[match.lastindex or 1].strip())
    return None
