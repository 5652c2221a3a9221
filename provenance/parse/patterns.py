"""MAINTAINERS patterns: get_maintainer.pl's Perl, run by an engine that cannot hang.

``F:``/``X:`` values become regular expressions with ``.``, ``*`` and ``?`` translated and
nothing else escaped, anchored at the start only; ``N:`` and ``K:`` are Perl expressions
with ``/x``.  RE2 matches in linear time whatever the pattern; what it cannot take is
reported, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Protocol

from provenance.parse.text import decode, encode

LETTERS: Final = 4
"""Of a name that decide where a glob is looked for; where it has fewer, the first does."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9_\-/.,: ]*")


class Pattern(Protocol):
    """One compiled pattern; ``source`` is what the file says."""

    source: str


class UnusablePatternError(Exception):
    """RE2 refuses the expression (back-references, look-around, syntax)."""


class Match(Protocol):
    """What an expression found."""

    def __getitem__(self, group: int) -> bytes: ...


class Regex(Protocol):
    """A compiled expression over bytes."""

    def search(self, text: bytes) -> Match | None: ...

    def finditer(self, text: bytes) -> Iterator[Match]: ...


@lru_cache(maxsize=8192)
def compile_regex(source: str) -> Regex:
    """The expression in RE2 over UTF-8 bytes.  Raises ``UnusablePatternError``."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    try:
        regex: Regex = re2.compile(source.encode("utf-8", "surrogateescape"), options)
    except re2.error as error:
        raise UnusablePatternError(decode(error.args[0])) from error
    return regex


def strip_extended(source: str) -> str:
    """A Perl ``/x`` expression without its insignificant blanks and ``#`` comments."""
    kept: list[str] = []
    in_class, opened = False, 0
    position = 0
    while position < len(source):
        char = source[position]
        if char == "\\":
            kept.append(source[position : position + 2])
            position += 2
            continue
        if in_class:
            in_class = char != "]" or len(kept) == opened
            kept.append(char)
        elif char == "[":
            in_class = True
            kept.append("[^" if source.startswith("[^", position) else "[")
            position += len(kept[-1]) - 1
            opened = len(kept)
        elif char == "#":
            break
        elif not char.isspace():
            kept.append(char)
        position += 1
    return "".join(kept)


class GlobPattern:
    """An ``F:`` or ``X:`` value.

    ``is_directory`` says that the value, dots escaped, names a directory of the tree: the
    script then appends the slash that makes it match everything below.  ``double_star``
    selects the meaning of ``**`` since March 2026 (any depth).
    """

    __slots__ = ("_literal", "_parts", "_prefix", "_regex", "_slashes", "depth", "source")

    def __init__(self, value: str, *, is_directory: bool, double_star: bool) -> None:
        self.source = value
        expression, any_depth = _translate(value, double_star=double_star)
        if is_directory and not expression.endswith("/"):
            value += "/"
            expression += "/"
        self._prefix = expression.endswith("/") or any_depth
        self._slashes = expression.count("/")
        self._parts = value.split("*")
        simple = all(_PLAIN.fullmatch(part) for part in self._parts) and not any_depth
        self._regex = None if simple else compile_regex(f"^{expression}")
        self._literal = self._parts[0] if simple else _literal_prefix(value)
        self.depth = self._slashes + (0 if expression.endswith("/") else 1)
        if expression.startswith(".*"):
            self.depth = -1

    @property
    def bucket(self) -> str:
        """The fixed first folders and letters of a name: a path elsewhere cannot match."""
        start = self._literal.rfind("/") + 1
        letters = len(self._literal) - start
        return self._literal[: start + (LETTERS if letters >= LETTERS else min(letters, 1))]

    def __str__(self) -> str:
        """Everything that decides what it matches."""
        return f"{self.source} {self.depth} {self._prefix}"

    def covers(self, folder: str) -> bool:
        """True where it matches every path below a folder, whose name ends with a slash."""
        return self._prefix and self._regex is None and self._matches_parts(folder)

    def may_match_in(self, folder: str) -> bool:
        """False where it matches no path, or every path, that lies in a folder itself."""
        if self._prefix and self._regex is None:
            return False
        if not self._prefix and folder.count("/") != self._slashes:
            return False
        return folder.startswith(self._literal) or self._literal.startswith(folder)

    def matches(self, path: str) -> bool:
        """The script's ``file_match_pattern``: not anchored at the end, slashes counted."""
        if not self._prefix and path.count("/") != self._slashes:
            return False
        if self._regex is None:
            return self._matches_parts(path)
        return self._regex.search(encode(path)) is not None

    def _matches_parts(self, path: str) -> bool:
        """The text between the stars, one piece after the other: no engine is needed."""
        position = len(self._parts[0])
        if not path.startswith(self._parts[0]):
            return False
        for part in self._parts[1:]:
            found = path.find(part, position)
            if found < 0:
                return False
            position = found + len(part)
        return True


class NamePattern:
    """An ``N:`` value: a Perl ``/x`` expression found anywhere in the path."""

    __slots__ = ("_regex", "depth", "source")

    def __init__(self, value: str) -> None:
        self.source = value
        self.depth = 0
        self._regex = compile_regex(strip_extended(value))

    def __str__(self) -> str:
        """Everything that decides what it matches."""
        return self.source

    def matches(self, path: str) -> bool:
        return self._regex.search(encode(path)) is not None


class KeywordPattern:
    """A ``K:`` value: a Perl ``/x`` expression found in a line of the message or the change."""

    __slots__ = ("_loose", "_regex", "source")

    def __init__(self, value: str) -> None:
        self.source = value
        expression = strip_extended(value)
        self._regex = compile_regex(f"(?m){expression}")
        self._loose = _without_anchor(expression)

    def found_in(self, line: bytes) -> bool:
        return self._regex.search(line) is not None

    def may_be_in(self, text: bytes) -> bool:
        """False where it is in no part of any line of the text."""
        return self._loose is None or self._loose.search(text) is not None


def _without_anchor(expression: str) -> Regex | None:
    """What finds at least as much wherever a line starts or ends; None where that is unclear."""
    rest = expression.removeprefix("^")
    anchored = set(rest.replace("[^", "[")) & set("^$") or re.search(r"\\[Az]", rest)
    return None if anchored else compile_regex(f"(?m){rest}")


def _translate(value: str, *, double_star: bool) -> tuple[str, bool]:
    expression = value.replace(".", r"\.")
    any_depth = double_star and "**" in expression
    if any_depth:
        expression = "(?:.*)".join(_stars(part) for part in expression.split("**"))
    else:
        expression = _stars(expression)
    return expression, any_depth


def _stars(expression: str) -> str:
    return expression.replace("*", ".*").replace("?", ".")


def _literal_prefix(value: str) -> str:
    """The folders that every match starts with; none where ``|`` gives a second start."""
    if "|" in value:
        return ""
    match = re.match(r"[A-Za-z0-9_\-/,]*", value)
    prefix = match.group() if match else ""
    return prefix[: prefix.rfind("/") + 1]
