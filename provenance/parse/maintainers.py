"""MAINTAINERS as scripts/get_maintainer.pl reads it: sections, people, roles, paths.

A line ``X: value`` with a capital letter is a field; a comment or blank line is nothing;
any other line is a section header.  Fields that follow a header belong to it.  Where the
kernel's own prose and its script differ, the script counts, because people use the script.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Final, TypeAlias, TypeVar

from msgspec import Struct

from provenance.facts import Person
from provenance.parse.mailmap import Mailmap
from provenance.parse.pattern_sets import MOST_FOR_A_PATH, GlobPatterns, NamePatterns
from provenance.parse.patterns import (
    GlobPattern,
    KeywordPattern,
    NamePattern,
    Pattern,
    UnusablePatternError,
)
from provenance.parse.remembered import Remembered
from provenance.parse.text import decode, encode

NAME: Final = "MAINTAINERS"
"""What the file is called, at the top of a tree and in folders."""
CONFIG: Final = ".get_maintainer.conf"
"""The options that a tree wants the script to have, one or several a line."""
NO_SUBSYSTEM: Final = "(none)"
"""What a path belongs to where MAINTAINERS has no section for it, or does not exist."""

CHIEF: Final = ("Linus Torvalds", "torvalds@linux-foundation.org")
"""Whom get_maintainer.pl leaves out unless asked (``--git-chief-penguins``)."""

_EVERYTHING: Final = "*/"
"""The ``F:`` value of the section that matches every path: ``THE REST`` of the kernel."""
_UNDERLINE: Final = re.compile(r"[-=~]{3,}")
"""What stands below a heading in QEMU's file; the script takes it for the section's name."""
_FIELD: Final = re.compile(r"([A-Z]):\s*(.*)", re.DOTALL)
_NAMED: Final = re.compile(r"([^<]+)<(.+@.*)>.*", re.DOTALL)
_BRACKETED: Final = re.compile(r"\s*<(.+@\S*)>.*", re.DOTALL)
_BARE: Final = re.compile(r"(.+@\S*).*", re.DOTALL)
_MOST: Final = {"F": 50_000, "X": MOST_FOR_A_PATH, "N": MOST_FOR_A_PATH, "K": MOST_FOR_A_PATH}
"""Lines that are read: five times those of Linux and more; every ``N`` is asked for every path."""
_LONGEST_PERSON: Final = 1000
_LONGEST_PATTERN: Final = 4096
_SHOWN: Final = 200
"""Characters of a pattern that is not usable."""
_PLACE: Final = (b"maintainer-path=", b"mpath=")
_COMMA: Final = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)(?![^<]*>)')
_ROLE_WORDS: Final = {
    "supported": "supporter",
    "maintained": "maintainer",
    "odd fixes": "odd fixer",
    "orphan": "orphan minder",
    "obsolete": "obsolete minder",
    "buried alive in reporters": "chief penguin",
}
_P = TypeVar("_P", bound=Pattern)
_Place: TypeAlias = tuple[int, int]
"""The number of a section, and a line of it."""


class Member(Struct, frozen=True, kw_only=True):
    """A person of one section; ``role`` is the script's word without the subsystem."""

    person: Person
    role: str


class Section(Struct, frozen=True, kw_only=True):
    """One entry.  ``name`` is the header line; patterns are compiled for one tree.

    ``places`` holds ``F:`` and ``N:`` in file order: the last one that matches a path gives
    the section its depth there.  ``is_catch_all`` tells ``THE REST``, whatever a project calls it:
    it has what nobody else has.
    """

    name: str
    status: str
    members: tuple[Member, ...]
    lists: tuple[str, ...]
    places: tuple[GlobPattern | NamePattern, ...]
    excludes: tuple[GlobPattern, ...]
    keywords: tuple[KeywordPattern, ...]
    is_catch_all: bool


class Responsible(Struct, frozen=True, kw_only=True):
    """One person responsible for a path, in one role in one subsystem."""

    person: Person
    role: str
    subsystem: str


class Maintainers:
    """A parsed MAINTAINERS file, compiled for asking about many paths.

    ``in_folders`` tells that files of that name in folders belong to it.
    """

    def __init__(
        self,
        sections: Iterable[Section],
        problems: Iterable[str] = (),
        *,
        in_folders: bool = False,
    ) -> None:
        self.sections = tuple(sections)
        self._in_folders = in_folders
        globs: list[tuple[GlobPattern, _Place]] = []
        names: list[tuple[NamePattern, _Place]] = []
        for number, section in enumerate(self.sections):
            for line, pattern in enumerate(section.places):
                if isinstance(pattern, GlobPattern):
                    globs.append((pattern, (number, line)))
                else:
                    names.append((pattern, (number, line)))
        self._globs, self._names = GlobPatterns(globs), NamePatterns(names)
        self.problems = (*problems, *_too_many("F", self._globs.left_out))
        self._keywords = [(one, keyword) for one in self.sections for keyword in one.keywords]
        self.has_keywords = bool(self._keywords)
        """Some section claims commits by their content (``K:``)."""
        self._match = Remembered(self._match_path, len)
        self._names_of = Remembered(self._subsystem_names, len)

    def __bool__(self) -> bool:
        return bool(self.sections)

    def is_from(self, path: str) -> bool:
        """True for a path at which a file has a say in who maintains what."""
        return path == NAME or (self._in_folders and path.endswith(f"/{NAME}"))

    @cached_property
    def digest(self) -> str:
        """Of everything that decides which paths and lines belong to which section."""
        text = "\n".join(
            repr((one.name, one.is_catch_all, [*map(str, one.places)], [*map(str, one.excludes)],
                  [keyword.source for keyword in one.keywords]))
            for one in self.sections
        )  # fmt: skip
        return hashlib.sha256(encode(text)).hexdigest()

    def sections_for(self, path: str) -> tuple[Section, ...]:
        """Every section that matches, most specific first (ties in file order)."""
        return self._match(path)

    def sections_for_text(self, lines: Sequence[bytes]) -> tuple[tuple[Section, str], ...]:
        """Sections with a ``K:`` pattern found in a line, with the first such pattern."""
        if not self._keywords:
            return ()
        whole = b"\n".join(lines)
        found: dict[str, tuple[Section, str]] = {}
        for section, keyword in self._keywords:
            if section.name in found or not keyword.found_in(whole):
                continue
            if any(keyword.found_in(line) for line in lines):
                found[section.name] = (section, keyword.source)
        return tuple(found.values())

    def may_claim(self, raw: bytes) -> bool:
        """False where no ``K:`` pattern is found in any line of some bytes.

        Also for lines with a ``+`` or ``-`` in front, which hides where they start.
        """
        return any(keyword.may_be_in(raw) for _, keyword in self._keywords)

    def subsystems_for(self, path: str) -> tuple[str, ...]:
        """Names of the sections a line in this path counts for."""
        return self._names_of(path)

    def _subsystem_names(self, path: str) -> tuple[str, ...]:
        sections = self.sections_for(path)
        specific = [section for section in sections if not section.is_catch_all]
        return tuple(dict.fromkeys(section.name for section in specific or sections)) or (
            NO_SUBSYSTEM,
        )

    def is_covered(self, path: str) -> bool:
        """True where a section besides a catch-all matches."""
        return any(not section.is_catch_all for section in self.sections_for(path))

    def people_for(self, path: str, mailmap: Mailmap | None = None) -> tuple[Responsible, ...]:
        """The script's answer with ``--no-git --no-git-fallback``: first role kept.

        Somebody is the same by name or address, before .mailmap and after it.
        """
        written, mapped = _Seen(), _Seen()
        people: dict[Person, Responsible] = {}
        for section in self.sections_for(path):
            for member in section.members:
                if written.known(member.person) is not None:
                    continue
                written.add(member.person)
                person = mailmap.map(member.person) if mailmap else member.person
                person = mapped.known(person) or mapped.add(person)
                person = mailmap.map(person) if mailmap else person
                if (person.name, person.email) != CHIEF:
                    found = Responsible(person=person, role=member.role, subsystem=section.name)
                    people.setdefault(person, found)
        return tuple(people.values())

    def lists_for(self, path: str) -> tuple[str, ...]:
        """Mailing lists of the matching sections, subscribers-only ones left out."""
        found: dict[str, str] = {}
        for section in self.sections_for(path):
            for value in section.lists:
                address, more = parse_list(value)
                if "subscribers-only" not in more:
                    found.setdefault(address.lower(), address)
        return tuple(found.values())

    def _match_path(self, path: str) -> tuple[Section, ...]:
        last: dict[int, tuple[int, int]] = {}
        globs, names = self._globs.matching(path), self._names.matching(path)
        found: Iterable[tuple[GlobPattern | NamePattern, _Place]] = chain(globs, names)
        for pattern, (number, line) in found:
            if line > last.get(number, (-1, 0))[0]:
                last[number] = (line, pattern.depth)
        depths = {number: depth for number, (_, depth) in last.items()}
        kept = [
            (-depth, number)
            for number, depth in depths.items()
            if not any(glob.matches(path) for glob in self.sections[number].excludes)
        ]
        return tuple(self.sections[number] for _, number in sorted(kept))


def _too_many(letter: str, count: int) -> list[str]:
    return [f"{count} {letter}: lines more than are read"] if count else []


class _Seen:
    """People already named, by name and by address, letter case aside."""

    def __init__(self) -> None:
        self._by_name: dict[str, Person] = {}
        self._by_email: dict[str, Person] = {}

    def known(self, person: Person) -> Person | None:
        """Who was named before with this name or address."""
        named = self._by_name.get(person.name.lower()) if person.name else None
        return named or self._by_email.get(person.email.lower())

    def add(self, person: Person) -> Person:
        """Remembers a person."""
        if person.name:
            self._by_name.setdefault(person.name.lower(), person)
        self._by_email.setdefault(person.email.lower(), person)
        return person


def parse_maintainers(
    *files: bytes,
    is_directory: Callable[[str], bool] = lambda path: False,
    double_star: bool = False,
    in_folders: bool = False,
) -> Maintainers:
    """The file, or those of several folders, compiled for one tree.

    ``is_directory`` answers for that tree; patterns that RE2 refuses are left out and
    named in ``problems``, as is that there are too many.
    """
    header, patterns = "", Counter[str]()
    fields: list[tuple[str, str]] = []
    sections: list[Section] = []
    problems: list[str] = []

    def close() -> None:
        if fields:
            builder = _Builder(header, fields, is_directory, double_star, problems)
            sections.append(builder.section())
            fields.clear()

    for raw in files:
        header = ""
        for line in raw.split(b"\n"):
            text = decode(line)
            field = _FIELD.fullmatch(text)
            if field:
                patterns[field[1]] += 1
                if patterns[field[1]] <= _MOST.get(field[1], sys.maxsize):
                    fields.append((field[1], field[2]))
            elif text.strip() and not text.lstrip().startswith("#"):
                close()
                header = header if _UNDERLINE.fullmatch(text.strip()) else text.strip()
        close()
    for letter, most in _MOST.items():
        problems += _too_many(letter, max(0, patterns[letter] - most))
    return Maintainers(sections, problems, in_folders=in_folders)


def looks_in_folders(config: bytes) -> bool:
    """True where the options of a tree make the script read MAINTAINERS of all its folders.

    It does so below ``--maintainer-path``, which has to be the top here; by default that is a file.
    """
    words: list[bytes] = []
    for line in config.split(b"\n"):
        words += line.partition(b"#")[0].split()
    options = [word.lstrip(b"-") for word in words]
    places = [word.partition(b"=")[2] for word in options if word.startswith(_PLACE)]
    return b"find-maintainer-files" in options and places[-1:] in ([b"."], [b"./"])


def parse_people(raw: bytes) -> list[Person]:
    """Everyone whom an ``M:`` or ``R:`` line names, without compiling any pattern."""
    lines = (line for line in raw.split(b"\n") if line[:2] in (b"M:", b"R:"))
    return [person for line in lines for person in _people_of(line)]


_people_of: Final = Remembered[bytes, list[Person]](
    lambda line: parse_members(decode(line[2:]).lstrip()), len
)
"""The people of an ``M:`` or ``R:`` line; versions of a file have most lines in common."""


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
        statuses, places = self._values("S"), tuple(self._places())
        return Section(
            name=self._name,
            status=statuses[-1] if statuses else "",
            members=tuple(self._members(statuses[-1] if statuses else None)),
            lists=tuple(self._values("L")),
            places=places,
            excludes=tuple(self._compiled("X", self._glob)),
            keywords=tuple(self._compiled("K", KeywordPattern)),
            is_catch_all=any(place.source == _EVERYTHING for place in places),
        )

    def _values(self, kind: str) -> list[str]:
        return [value for letter, value in self._fields if letter == kind]

    def _members(self, status: str | None) -> Iterable[Member]:
        word = "unknown" if status is None else _ROLE_WORDS.get(status.lower(), status.lower())
        previous = ("", "")
        for letter, value in self._fields:
            if letter in "MR":
                names = previous[1] if previous[0] == "P" else ""
                for person in parse_members(value, names):
                    yield Member(person=person, role=word if letter == "M" else "reviewer")
            previous = (letter, value)

    def _places(self) -> Iterable[GlobPattern | NamePattern]:
        for letter, value in self._fields:
            if letter == "F":
                yield from self._compile(letter, value, self._glob)
            elif letter == "N":
                yield from self._compile(letter, value, NamePattern)

    def _glob(self, value: str) -> GlobPattern:
        candidate = not set(value) & set(".*?") and not value.endswith("/")
        return GlobPattern(
            value,
            is_directory=candidate and self._is_directory(value),
            double_star=self._double_star,
        )

    def _compiled(self, kind: str, compiler: Callable[[str], _P]) -> Iterable[_P]:
        for value in self._values(kind):
            yield from self._compile(kind, value, compiler)

    def _compile(self, kind: str, value: str, compiler: Callable[[str], _P]) -> list[_P]:
        """The pattern as a list: empty, and named as a problem, where RE2 refuses it or it is
        longer than a path of a file system.
        """
        try:
            if len(value) > _LONGEST_PATTERN:
                raise UnusablePatternError(f"longer than {_LONGEST_PATTERN} characters")
            return [compiler(value)]
        except UnusablePatternError as error:
            shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
            self._problems.append(f"{self._name}: {kind}: {shown}: {error}")
            return []


def parse_members(value: str, names: str = "") -> list[Person]:
    """Everybody of an ``M:`` or ``R:`` value; old files name several, with commas between.

    ``names`` is the ``P:`` line above a bare address, with as many names or none.
    """
    several = value.count("@") > 1 and len(value) <= _LONGEST_PERSON
    parts = [part.strip() for part in _COMMA.split(value)] if several else [value]
    people = [person for part in parts if (person := parse_maintainer(part))]
    called = [name.strip() for name in names.split(",")] if len(people) > 1 else [names.strip()]
    if len(called) != len(people):
        called = [""] * len(people)
    return [
        person if person.name else Person(name=name, email=person.email)
        for person, name in zip(people, called, strict=True)
    ]


def parse_list(value: str) -> tuple[str, str]:
    """The address and the remark of an ``L:`` value; a display name goes to the remark."""
    named = _NAMED.fullmatch(value)
    if named:
        return named[2].strip(), named[1].strip()
    address, *more = value.split(None, 1) or [""]
    return address, more[0] if more else ""


def parse_maintainer(value: str) -> Person | None:
    """The person of an ``M:`` or ``R:`` value, by the script's ``parse_email``.

    Nobody where the value is longer than any name and address can be.
    """
    if len(value) > _LONGEST_PERSON:
        return None
    for pattern, named in ((_NAMED, True), (_BRACKETED, False), (_BARE, False)):
        match = pattern.fullmatch(value)
        if match:
            name = match[1].strip().strip('"').strip() if named else ""
            return Person(name=name, email=match[match.lastindex or 1].strip())
    return None
