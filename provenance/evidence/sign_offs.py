"""Whether a project asks for sign-offs, by what it took before the trust base."""

from __future__ import annotations

import re
from typing import Final

from provenance.evidence.model import SignOffs
from provenance.facts import ObjectId
from provenance.index.history import positions_in, without
from provenance.index.ranges import Scope
from provenance.repository import Repository

_LOOKED_AT: Final = 500
"""Commits before the trust base, the newest."""
_SIGNED: Final = re.compile(rb"^signed-off-by:", re.IGNORECASE | re.MULTILINE)
_KIND: Final = "sign-offs 1"


def read_sign_offs(repository: Repository, scope: Scope) -> SignOffs:
    """How many of the newest non-merge commits before the trust base of a scope have a sign-off.

    Kept in the index, unless some of them or of history cannot be read.
    """
    key = scope.trust_base
    if key is None:
        return SignOffs(signed=0, of=0)
    kept = scope.history.recall(_KIND, key)
    numbers = (kept or b"").split()
    if len(numbers) == 2 and all(map(bytes.isdigit, numbers)):
        return SignOffs(signed=int(numbers[0]), of=int(numbers[1]))
    newest = positions_in(without(scope.trusted, scope.history.merges))[-_LOOKED_AT:]
    wanted = [ObjectId(scope.history.ids[position]) for position in newest]
    found = [
        bool(_SIGNED.search(raw.raw.partition(b"\n\n")[2]))
        for raw in repository.stream_raw(wanted)
        if raw.type == "commit" and raw.is_whole
    ]
    if len(found) == len(wanted):
        scope.history.remember(_KIND, key, b"%d %d" % (sum(found), len(found)))
    return SignOffs(signed=sum(found), of=len(found))
