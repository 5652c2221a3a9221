"""Mailboxes (mbox, RFC 4155): mails one after the other, each behind a line ``From ``.

Such a line in the text of a mail starts none: as for git-mailsplit it has to end like the time that
mail programs write there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_START: Final = re.compile(rb"From \S.*\d\d:\d\d.*(?:19|20)\d\d[^\n]{0,16}\n")
_LONGEST: Final = 400
"""Bytes of a line before a mail."""


def split_mbox(lines: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Each mail without the line before it, of which about so many bytes are kept.

    Lines come with their ends, a very long one in parts.  Lines without such a start are one mail.
    """
    mail: list[bytes] = []
    size = 0
    is_whole = True
    for line in lines:
        if is_whole and _starts_mail(line):
            if size:
                yield b"".join(mail)
            mail, size = [], 0
        elif size < most:
            mail.append(line)
            size += len(line)
        is_whole = line.endswith(b"\n")
    if size:
        yield b"".join(mail)


def _starts_mail(line: bytes) -> bool:
    is_short = line.startswith(b"From ") and len(line) <= _LONGEST
    return is_short and _START.fullmatch(line) is not None
