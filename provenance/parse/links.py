"""The mails that a commit message names: Message-IDs in ``Link:`` and ``Message-ID:``.

Source: Documentation/maintainer/configure-git; a public-inbox has a mail at ``/LIST/ID/`` (lore),
patch.msgid.link at ``/ID``.  What is linked may as well be a report of the bug.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote

from provenance.facts import Trailer, Zone

_KEYS: Final = frozenset({"link", "message-id"})
_URL: Final = re.compile(r"https?://[^/\s]+/(\S+)")
_LONGEST: Final = 250
"""Characters; a line of a mail has at most 998, and no real Message-ID a quarter of it."""
_ID: Final = re.compile(rf"<([^<>\s]{{1,{_LONGEST}}})>")


def parse_mail_links(trailers: Iterable[Trailer]) -> tuple[str, ...]:
    """Message-IDs without their brackets, in order, each once."""
    found = (
        name
        for trailer in trailers
        if trailer.key.lower() in _KEYS and trailer.zone is not Zone.QUOTED
        for name in _named(trailer.value)
    )
    return tuple(dict.fromkeys(name for name in found if 2 < len(name) <= _LONGEST))


def _named(value: str) -> Iterator[str]:
    url = _URL.match(value)
    if url:
        parts = (unquote(part, errors="surrogateescape") for part in url[1].split("/"))
        yield from (part.strip("<>") for part in parts if "@" in part)
    else:
        yield from ids_in(value)


def ids_in(text: str) -> list[str]:
    """The Message-IDs in a text, which stand in angle brackets (RFC 5322), without these."""
    return _ID.findall(text)
