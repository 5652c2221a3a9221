"""Trailers of a commit message: git's block exactly, and everything that only looks like it.

Source: git's trailer.c, commit.c (``ignored_log_message_bytes``) and wt-status.c as of
2.39, with git's default configuration (separator ``:``, comment character ``#``).  The
kernel's own scripts read any body line instead; such lines are kept with another zone.
Everything works on bytes: ``str.splitlines`` would invent lines after VT, FF, NEL, U+2028.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from provenance.facts import Person, Trailer, Zone
from provenance.limits import MAX_NAME
from provenance.parse.text import decode

_GENERATED: Final = (b"Signed-off-by: ", b"(cherry picked from commit ")
_SEPARATOR: Final = re.compile(rb"[A-Za-z0-9-]++[ \t]*+(?=:)")
_SPACE: Final = b" \t\n\r"
_CUT: Final = b"# ------------------------ >8 ------------------------\n"
_BLANK_LINES: Final = re.compile(rb"(?:[ \t\r]*+\n)*+(?:[ \t\r]++\Z)?+")
_CONTINUED: Final = re.compile(rb"^[ \t]", re.MULTILINE)
_FOLD: Final = re.compile(rb"\n[ \t\n\r]*")
_DIVIDER: Final = re.compile(rb"^---[ \t\n\r]", re.MULTILINE)
_LOOSE: Final = re.compile(
    rb"""^(?P<quote>[ \t]*+[>|][>| \t]*+)?[ \t]*+
    (?P<key>[A-Za-z][A-Za-z-]*-b[yt]|Signed-of[A-Za-z-]*|Cc|Fixes|Link|Closes|Message-I[Dd]
       |Stable-dep-of|Change-Id)
    [ \t]*+:[ \t]*+(?P<value>[^\n]*)$""",
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
REVIEW_KEYS: Final = frozenset({"reviewed-by", "acked-by", "tested-by"})
"""In lower case: what others than the author and the handlers say of a patch."""
_NO_PERSON: Final = frozenset(
    {"fixes", "link", "closes", "message-id", "stable-dep-of", "change-id", "references"}
)


class Message(NamedTuple):
    """A message as git shows it: subject line, whole text, trailers in order of appearance."""

    subject: str
    text: str
    trailers: tuple[Trailer, ...]


class Line(NamedTuple):
    """A trailer with the offset at which its first line starts."""

    offset: int
    key: bytes
    value: bytes


def parse_message(body: bytes, encoding: str = "") -> Message:
    """Subject and trailers of the bytes after a commit's header."""
    visible = _before_nul(body)
    start = _subject_offset(visible)
    end_of_subject, subject = _subject(visible, start)
    block = list(block_trailers(visible))
    trailers = [
        (line.offset, _trailer(line.key, line.value, Zone.BLOCK, encoding)) for line in block
    ]
    taken = _covered(visible, block)
    divider = _DIVIDER.search(visible)
    divided = divider.start() if divider else len(visible)
    for match in _LOOSE.finditer(visible, start):
        if match.start() in taken:
            continue
        zone = _zone(match, end_of_subject, divided)
        trailers.append((match.start(), _trailer(match["key"], match["value"], zone, encoding)))
    trailers.sort(key=lambda item: item[0])
    return Message(
        subject=decode(subject, encoding),
        text=decode(body, encoding),
        trailers=tuple(trailer for _, trailer in trailers),
    )


def block_trailers(message: bytes, *, divider: bool = False) -> Iterator[Line]:
    """The trailers of git's own block; with ``divider`` as ``git interpret-trailers`` reads.

    ``git log --format=%(trailers)`` reads on after a ``---`` line, ``interpret-trailers``
    stops there.  Values keep no folding: a continued line is joined by one blank.
    """
    offset = _subject_offset(message) if not divider else 0
    text = message[offset:]
    if divider:
        found = _DIVIDER.search(text)
        if found:
            text = text[: found.start()]
    end = len(text) - _ignored_bytes(text)
    start = _block_start(text, end)
    for at, line in _joined_lines(text, start, end):
        separator = _separator(line)
        if separator >= 1:
            value = _FOLD.sub(b" ", line[separator + 1 :].strip(_SPACE)).strip(_SPACE)
            yield Line(offset + at, line[:separator].strip(_SPACE), value)


def parse_person(value: str) -> tuple[Person | None, str]:
    """The person a trailer value names and the text after the address.

    Kernel form (5.Posting): ``Name <addr>`` and optional text; a bare address is common.
    What is longer than a name or an address can be names nobody.
    """
    left = value.find("<")
    right = value.find(">")
    if left > MAX_NAME or right - left > MAX_NAME:
        return None, ""
    if 0 <= left < right:
        email = value[left + 1 : right]
        if "<" not in email:
            name = value[:left].strip().strip('"').strip()
            return Person(name=name, email=email.strip()), value[right + 1 :].strip()
    elif left < 0 and right < 0 and value.strip():
        first, *rest = value.split(None, 1)
        email, mark, more = first.partition("#")
        note = (mark + more + " " + " ".join(rest)).strip()
        local, _, domain = email.partition("@")
        told = not note or note.startswith(("#", "(", "["))
        if told and len(email) <= MAX_NAME and local and domain and "@" not in domain:
            return Person(name="", email=email), note
    return None, ""


def is_sign_off_like(key: str) -> bool:
    """True for ``Signed-off-by`` and its misspellings, as people write them in the body."""
    letters = "".join(char for char in key.casefold() if char.isalpha())
    return letters.startswith("sign") and letters[-2:] in ("by", "bt", "of", "ff")


def _trailer(key: bytes, value: bytes, zone: Zone, encoding: str) -> Trailer:
    name, text = decode(key), decode(value.strip(_SPACE), encoding)
    person, note = (None, "") if name.lower() in _NO_PERSON else parse_person(text)
    return Trailer(key=name, value=text, zone=zone, person=person, note=note)


def _zone(match: re.Match[bytes], end_of_subject: int, divided: int) -> Zone:
    if match.start() < end_of_subject:
        return Zone.SUBJECT
    if match["quote"]:
        return Zone.QUOTED
    return Zone.AFTER_DIVIDER if match.start() > divided else Zone.BODY


def _covered(message: bytes, block: list[Line]) -> frozenset[int]:
    """Offsets of every line from the first trailer of the block to the end of the last."""
    if not block:
        return frozenset()
    covered = {line.offset for line in block}
    covered.update(match.start() for match in _CONTINUED.finditer(message, block[0].offset))
    return frozenset(covered)


def _before_nul(body: bytes) -> bytes:
    end = body.find(b"\0")
    return body if end < 0 else body[:end]


def _next_line(text: bytes, position: int) -> int:
    end = text.find(b"\n", position)
    return len(text) if end < 0 else end + 1


def _is_blank(text: bytes, position: int) -> bool:
    return not text[position : _next_line(text, position)].strip(_SPACE)


def _subject_offset(message: bytes) -> int:
    """Where the first line that is not blank starts (git's ``skip_blank_lines``)."""
    blank = _BLANK_LINES.match(message)
    return blank.end() if blank else 0


def _subject(message: bytes, start: int) -> tuple[int, bytes]:
    """End offset and text of the title paragraph, its lines joined by a blank (``%s``)."""
    lines = []
    position = start
    while position < len(message) and not _is_blank(message, position):
        end = _next_line(message, position)
        lines.append(message[position:end].rstrip(_SPACE))
        position = end
    return position, b" ".join(lines)


def _separator(line: bytes) -> int:
    match = _SEPARATOR.match(line)
    return match.end() if match else -1


def _ignored_bytes(text: bytes) -> int:
    """Length of trailing comments, blank lines and old ``Conflicts:`` blocks."""
    cutoff = len(text)
    if text.startswith(_CUT):
        cutoff = 0
    else:
        found = text.find(b"\n" + _CUT)
        if found >= 0:
            cutoff = found + 1
    position, first, in_conflicts = 0, 0, False
    while position < cutoff:
        if text[position : position + 1] in (b"#", b"\n"):
            first = first or position
        elif text.startswith(b"Conflicts:\n", position):
            in_conflicts = True
            first = first or position
        elif in_conflicts and text[position : position + 1] == b"\t":
            pass
        elif first:
            first, in_conflicts = 0, False
        position = _next_line(text, position)
    return len(text) - first if first else len(text) - cutoff


def _block_start(text: bytes, end: int) -> int:
    """Where the trailer block starts; ``end`` where there is none (``find_trailer_start``)."""
    title = _end_of_title(text, end)
    recognised, only_blank = False, True
    trailers = others = continuations = 0
    position = _last_line(text, end)
    while position >= title:
        line = text[position : _next_line(text, position)]
        if line.startswith(b"#"):
            others, continuations = others + continuations, 0
        elif not line.strip(_SPACE):
            if not only_blank:
                others += continuations
                if (recognised and trailers * 3 >= others) or (trailers and not others):
                    return position + len(line)
                return end
        else:
            only_blank = False
            if line.startswith(_GENERATED):
                trailers, continuations, recognised = trailers + 1, 0, True
            elif line[0] not in _SPACE and _separator(line) >= 1:
                trailers, continuations = trailers + 1, 0
            elif line[0] in _SPACE:
                continuations += 1
            else:
                others, continuations = others + 1 + continuations, 0
        position = _last_line(text, position)
    return end


def _end_of_title(text: bytes, end: int) -> int:
    position = 0
    while position < end:
        if not text.startswith(b"#", position) and _is_blank(text, position):
            break
        position = _next_line(text, position)
    return position


def _last_line(text: bytes, end: int) -> int:
    """Start of the last line before ``end``; -1 where there is none (``last_line``)."""
    if end == 0:
        return -1
    if end == 1:
        return 0
    return text.rfind(b"\n", 0, end - 1) + 1


def _joined_lines(text: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Lines of the block with continuation lines joined to the trailer above them."""
    current: list[bytes] = []
    begun, open_trailer = start, False
    position = start
    while position < end:
        line = text[position : min(_next_line(text, position), end)]
        if open_trailer and line[:1] in (b" ", b"\t", b"\r", b"\n"):
            current.append(line)
        else:
            if current:
                yield begun, b"".join(current)
            current, begun = [line], position
            open_trailer = _separator(line) >= 1
        position += len(line)
    if current:
        yield begun, b"".join(current)
