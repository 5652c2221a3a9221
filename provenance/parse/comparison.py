"""Is a backport the change it says it is?  Decided from the changed lines themselves.

git's patch-id ignores white space and binary content, so it cannot prove sameness.  Here
a change is, per file, the run of its removed and added lines with every byte; binary files
are compared by blob id.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Final

from msgspec import Struct

from provenance.facts import FileChange
from provenance.parse.patch import FilePatch
from provenance.parse.surface import is_prose
from provenance.parse.text import decode
from provenance.words import counted


class Content(StrEnum):
    """How two changes compare.

    ``same``: every file has the same changed lines between the same lines.  ``adapted``: the
    same changed lines, between other lines or in another file.  ``different``: other lines.
    """

    SAME = "same"
    ADAPTED = "adapted"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


class AlteredLine(Struct, frozen=True, kw_only=True):
    """An added line that differs from the original's in operators, numbers or text only.

    ``is_minor`` says that only brackets and commas at its end do, honest where a condition
    around the line was built otherwise, a semicolon at its end that is gone, as after a macro,
    suffixes of numbers (``U``, ``L``), or words of a text with blanks in it: a message.
    """

    path: str
    original: str
    now: str
    is_minor: bool


class Comparison(Struct, frozen=True, kw_only=True):
    """Two changes side by side.

    ``differences`` says in words where files differ; ``interdiff`` has the changed lines of
    the original (``-``) and of the backport (``+``), file by file.  ``own`` counts lines that
    the backport adds and the original does not, ``dropped`` added lines of the original that
    are missing in files which the backport changes too, ``reordered`` files whose added lines
    stand in another order, ``removes_more`` files of which it removes more lines.
    """

    content: Content
    differences: tuple[str, ...] = ()
    altered: tuple[AlteredLine, ...] = ()
    interdiff: tuple[str, ...] = ()
    own: int = 0
    dropped: int = 0
    reordered: int = 0
    removes_more: int = 0


UNKNOWN: Final = Comparison(content=Content.UNKNOWN)
_NO_LINE_END: Final = b"\n"
"""Marks a line that ends the file without a line end: no line can hold this."""
_LONGEST: Final = 400
"""Lines of an interdiff that are kept."""
_DIFFED: Final = 2000
"""Changed lines of one file that are compared line by line for showing."""
_TOKENISED: Final = 1000
"""Bytes; no line that a person wrote is longer."""
_TOKEN: Final = re.compile(
    rb"[A-Za-z_]\w*|\d[\w.]*|\"(?:\\.|[^\"\\])*(?:\"|\\?$)|'(?:\\.|[^'\\])*(?:'|\\?$)|\S"
)
_IDENTIFIER: Final = re.compile(rb"[A-Za-z_]\w*")
_USUAL_MODES: Final = ("100644", "100755")
_COMMENTS: Final = re.compile(rb"/\*.*?(?:\*/|$)|(?<!:)//.*$")
_WORD: Final = re.compile(rb"(?<![%\\\w])[A-Za-z]+")
_TAIL: Final = re.compile(rb"[\s(){},;\\]+$")
_SAYING: Final = re.compile(rb"[\w\"']")
_SUFFIXED: Final = re.compile(rb"(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]{1,3}")
_CONTROL: Final = re.compile(
    rb"\s*(?:\}\s*)?(?:else\s+)?(?:if|else|for|while|do|switch|return|goto|break|continue)\b"
)
"""How a line starts of which a semicolon at its end decides what belongs to it."""


class Change(Struct, frozen=True):
    """One commit's changes: its files, and the hunks of those with changed lines."""

    files: Sequence[FileChange]
    patches: Sequence[FilePatch]


def compare(original: Change, backport: Change, *, reverts: bool = False) -> Comparison:
    """How a backport compares with the original, or with its opposite where it reverts it."""
    theirs, ours = _by_path(original, reverts), _by_path(backport, False)
    if not theirs and not ours:
        return UNKNOWN
    if theirs == ours:
        return Comparison(content=Content.SAME)
    left = {path: file.lines for path, file in theirs.items()}
    right = {path: file.lines for path, file in ours.items()}
    moved = _moves(left, right)
    pairs = [(path, moved.get(path, path)) for path in left]
    different = [(path, other) for path, other in pairs if left[path] != right.get(other, _NOTHING)]
    paired = {other for _, other in pairs}
    extra = [path for path in right if path not in paired]
    interdiff = _interdiff(left, right, [*pairs, *((path, path) for path in extra)])
    words = tuple(_words(left, right, different, extra, moved))
    if not different and not extra:
        return Comparison(content=Content.ADAPTED, differences=words, interdiff=interdiff)
    code = [(path, other) for path, other in different if not is_prose(other)]
    kept = {path: left[path] for path, other in code if other in right}
    both = [(left[path], right[other]) for path, other in code if other in right]
    added = _added(right)
    return Comparison(
        content=Content.DIFFERENT,
        differences=words,
        altered=tuple(_altered(left, right, code)),
        interdiff=interdiff,
        own=sum((added - _added(left)).values()),
        dropped=sum((_added(kept) - added).values()),
        reordered=sum(_is_reordered(before, now) for before, now in both),
        removes_more=sum(_count(now, b"-") > _count(before, b"-") for before, now in both),
    )


_Lines = tuple[bytes, ...]
_NOTHING: Final[_Lines] = (b"",)
"""Equal to no file's lines."""


class _File(Struct, frozen=True):
    """Changed lines with their sign; ``whole`` has the lines around them as well."""

    lines: _Lines
    whole: _Lines


def _by_path(change: Change, undo: bool) -> dict[str, _File]:
    found: dict[str, _File] = {}
    hunks: dict[str, bytes] = defaultdict(bytes)
    for patch in change.patches:
        hunks[patch.path] += patch.hunks
    for file in change.files:
        whole = tuple(_body(hunks[file.path]))
        if undo:
            whole = tuple(_undone_lines(whole))
        kind = _kind(_undone(file) if undo else file)
        lines = tuple(line for line in whole if not line.startswith(b" "))
        found[file.path] = _File(_grouped((*kind, *lines)), (*kind, *whole))
    return found


def _kind(file: FileChange) -> _Lines:
    """What a file's change is besides its lines: created, removed, its mode, a binary's id."""
    kind = []
    if file.change != "M" or file.old_mode != file.new_mode or file.new_mode not in _USUAL_MODES:
        kind.append(f"={file.change} {file.old_mode} {file.new_mode}".encode())
    if file.binary:
        kind.append(f"=binary {file.new_id}".encode())
    return tuple(kind)


def _body(hunks: bytes) -> Iterator[bytes]:
    """Lines of the hunks without the ``@@`` lines; a missing line end stays with its line."""
    held: bytes | None = None
    for line in hunks.split(b"\n")[1:]:
        if line.startswith(b"\\"):
            held = (held or b"") + _NO_LINE_END
            continue
        if held is not None:
            yield held
        held = None if line.startswith(b"@@ ") else line
    if held is not None:
        yield held


def _grouped(lines: _Lines) -> _Lines:
    """Removed lines before added ones: git may interleave the same change otherwise."""
    rest = tuple(line for line in lines if line[:1] not in (b"-", b"+"))
    removed = tuple(line for line in lines if line[:1] == b"-")
    added = tuple(line for line in lines if line[:1] == b"+")
    return (*rest, *removed, *added)


def _moves(left: Mapping[str, _Lines], right: Mapping[str, _Lines]) -> dict[str, str]:
    """Files whose change stands in another file of the backport, told by their lines or name."""
    moved: dict[str, str] = {}
    free = [path for path in right if path not in left]
    for path in left:
        if path in right or not free:
            continue
        same = [other for other in free if right[other] == left[path]]
        named = [other for other in free if _name(other) == _name(path)]
        if same or named:
            moved[path] = (same or named)[0]
            free.remove(moved[path])
    return moved


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _words(
    left: Mapping[str, _Lines],
    right: Mapping[str, _Lines],
    different: Sequence[tuple[str, str]],
    extra: Sequence[str],
    moved: Mapping[str, str],
) -> Iterator[str]:
    for path, other in moved.items():
        yield f"{path}: stands in {other}"
    for path, other in different:
        if other not in right:
            yield f"{path}: left out"
        else:
            before, now = Counter(left[path]), Counter(right[other])
            added, gone = sum((now - before).values()), sum((before - now).values())
            own = f"{counted(added, 'changed line')} of its own, {gone} left out"
            yield f"{other}: {own if added or gone else 'the same lines in another order'}"
    for path in extra:
        yield f"{path}: not changed by the original"


def _interdiff(
    left: Mapping[str, _Lines],
    right: Mapping[str, _Lines],
    pairs: Iterable[tuple[str, str]],
) -> tuple[str, ...]:
    out: list[str] = []
    for path, other in pairs:
        before, now = left.get(path, ()), right.get(other, ())
        if before == now and path == other:
            continue
        out.append(f"  {path}" + (f" -> {other}" if path != other else ""))
        if len(out) >= _LONGEST:
            break
        if max(len(before), len(now)) > _DIFFED:
            out.append(f"  ... {len(before)} and {len(now)} changed lines, too many to show")
            continue
        shown = difflib.unified_diff(
            [decode(one) for one in before], [decode(one) for one in now], n=2, lineterm=""
        )
        out.extend("  ..." if line.startswith("@@ ") else line for line in islice(shown, 2, None))
    return tuple(out[:_LONGEST])


def _added(files: Mapping[str, _Lines]) -> Counter[bytes]:
    return Counter(
        text
        for path, lines in files.items()
        if not is_prose(path)
        for line in lines
        if line[:1] == b"+" and (text := line[1:].strip())
    )


def _is_reordered(before: _Lines, now: _Lines) -> bool:
    """True where the same lines are added in another order."""
    mine, theirs = ([line for line in lines if line[:1] == b"+"] for lines in (now, before))
    return mine != theirs and sorted(mine) == sorted(theirs)


def _count(lines: _Lines, sign: bytes) -> int:
    return sum(line[:1] == sign and bool(line[1:].strip()) for line in lines)


def _altered(
    left: Mapping[str, _Lines],
    right: Mapping[str, _Lines],
    different: Sequence[tuple[str, str]],
) -> Iterator[AlteredLine]:
    """Added lines of the original that the backport adds with other operators or numbers.

    Names differ between trees for honest reasons; operators and numbers hardly do.  Lines
    without a name (a table of numbers) are taken in their order, those of brackets alone are not.
    """
    for path, other in different:
        before, now = _code(left[path]), _code(right.get(other, ()))
        known: dict[tuple[bytes, ...], deque[bytes]] = {}
        for line in (Counter(before) - Counter(now)).elements():
            known.setdefault(_names_of(line), deque()).append(line)
        for line in (Counter(now) - Counter(before)).elements():
            twins = known.get(_names_of(line))
            if twins:
                twin = twins.popleft()
                if _tokens(twin) != _tokens(line):
                    yield AlteredLine(
                        path=other,
                        original=decode(twin).strip(),
                        now=decode(line).strip(),
                        is_minor=_is_minor(twin, line),
                    )


def _code(lines: _Lines) -> list[bytes]:
    """Added lines without their comments; a line of a block comment starts with a lone star."""
    found = []
    for line in lines:
        if line[:1] == b"+" and len(line) <= _TOKENISED:
            text = _COMMENTS.sub(b" ", line[1:]).strip()
            if _SAYING.search(text) and not text.startswith((b"* ", b"*/")):
                found.append(text)
    return found


@lru_cache(maxsize=8192)
def _tokens(line: bytes) -> tuple[bytes, ...]:
    return tuple(_TOKEN.findall(line))


def _is_minor(before: bytes, now: bytes) -> bool:
    """True where only closing brackets or commas at the end, suffixes, or messages differ.

    A condition around the line was built otherwise; brackets inside it regroup it.  A new
    semicolon may end a condition; one that is gone lets the next line be part of this one, which
    is shown as a line of the backport's own.
    """
    tails = [_worded(_tokens(_TAIL.sub(b"", line.strip()))) for line in (before, now)]
    ended, ends = (line.rstrip().endswith(b";") for line in (before, now))
    return tails[0] == tails[1] and (ended == ends or (ended and not _CONTROL.match(before)))


def _worded(tokens: tuple[bytes, ...]) -> list[bytes]:
    """The tokens with one word for each of a message, and numbers without suffix.

    What is printed into a message stays.
    """
    return [
        _WORD.sub(b"x", token) if token.startswith(b'"') and b" " in token else _plain(token)
        for token in tokens
    ]


def _plain(token: bytes) -> bytes:
    number = _SUFFIXED.fullmatch(token)
    return number[1] if number else token


def _names_of(line: bytes) -> tuple[bytes, ...]:
    return tuple(token for token in _tokens(line) if _IDENTIFIER.fullmatch(token))


def _undone(file: FileChange) -> FileChange:
    letter = {"A": "D", "D": "A"}.get(file.change, file.change)
    return FileChange(
        path=file.path,
        change=letter,
        added=file.removed,
        removed=file.added,
        binary=file.binary,
        old_mode=file.new_mode,
        new_mode=file.old_mode,
        old_id=file.new_id,
        new_id=file.old_id,
    )


def _undone_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of the opposite change: signs swapped, removed lines first in each run."""
    added: list[bytes] = []
    removed: list[bytes] = []
    for line in lines:
        if line.startswith(b"-"):
            added.append(b"+" + line[1:])
        elif line.startswith(b"+"):
            removed.append(b"-" + line[1:])
        else:
            yield from removed
            yield from added
            yield line
            added, removed = [], []
    yield from removed
    yield from added
