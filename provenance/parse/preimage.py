"""What a patch says that its files were: the lines it removes and those around them.

For lines that a patch does not show numbers stand here, so that each hunk finds its own where it
looks for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from provenance.parse.mailed import PLAIN, Head, Hunk, MailedFile, PatchError, read_files

_LINES: Final = 1_000_000
"""Lines of a file that are made; a hunk further down is in none."""
_ALL_LINES: Final = 20 * _LINES
"""Lines that are made of all files of a patch: one byte each where they are empty."""


class Preimage(NamedTuple):
    """A file before a patch: its mode and content, None where there must not be one.

    It is ``unseen`` where the patch moves it and shows nothing of it.
    """

    path: bytes
    mode: str
    content: bytes | None
    unseen: bool = False


def parse_preimages(patch: bytes) -> tuple[Preimage, ...]:
    """Every file that a patch changes, renames, adds or removes, each once.

    Raises ``PatchError`` where its hunks overlap or end early, or where it changes a binary file.
    """
    found: dict[bytes, Preimage] = {}
    targets: list[bytes] = []
    maker = _Maker()
    for file in read_files(patch):
        for one in maker.made(file):
            if one.path in found or b"\0" in one.path:
                raise PatchError("it has a file twice, or one that no path leads to")
            found[one.path] = one
        if file.head.target:
            targets.append(file.head.target)
    for path in targets:
        found.setdefault(path, Preimage(path, PLAIN, None))
    return tuple(found.values())


class _Maker:
    """Makes files; all together have a bound."""

    def __init__(self) -> None:
        self._left = _ALL_LINES

    def made(self, file: MailedFile) -> Iterator[Preimage]:
        """What a file was; nothing where it only changes its mode."""
        head, mode = file.head, file.head.old_mode or PLAIN
        if file.before is None:
            if any(hunk.old for hunk in file.hunks):
                raise PatchError("it removes lines of a file that is not there")
            yield Preimage(file.after or b"", PLAIN, None)
        elif file.has_lines:
            yield Preimage(file.before, mode, self._content(file.hunks))
        elif head.is_binary:
            yield _binary(head)
        elif head.source:
            yield Preimage(head.source, mode, b"", unseen=True)

    def _content(self, hunks: Sequence[Hunk]) -> bytes:
        """The lines of a file as far as they are shown."""
        lines: list[bytes] = []
        for hunk in hunks:
            lacking = hunk.start - len(lines)
            if lacking < 0 or hunk.start > _LINES or lacking > self._left:
                raise PatchError("its hunks overlap, or lie too far down")
            if hunk.old:
                lines.extend(b"%d\n" % number for number in range(len(lines), hunk.start))
                self._left -= lacking
            lines.extend(hunk.side(b" -"))
        return b"".join(lines)


def _binary(head: Head) -> Preimage:
    """Nothing, where a binary file is new.  Raises ``PatchError`` where it is not."""
    if not (head.is_new and head.name):
        raise PatchError("of a binary file it shows nothing")
    return Preimage(head.name, head.old_mode or PLAIN, None)
