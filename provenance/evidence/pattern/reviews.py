"""Reviews that commits claim, and the circles in which unverified people review each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from provenance.evidence.pattern.model import Given
from provenance.facts import Address, ObjectId, Person
from provenance.index.history import NOBODY, History
from provenance.limits import MAX_COMMIT
from provenance.parse.addresses import normalise
from provenance.parse.identity import NAME
from provenance.parse.mailmap import Mailmap
from provenance.parse.text import decode
from provenance.repository.objects import RawObject

_REVIEW: Final = re.compile(
    rb"^(reviewed-by|acked-by|tested-by)[ \t]*:[ \t]*+(%b)<(?!>)(%b)>" % (NAME, NAME),
    re.IGNORECASE | re.MULTILINE,
)


_IGNORED = (b"#", b"Conflicts:")
"""What git passes over at the end of a message (trailer.c, ``ignored_log_message_bytes``)."""


class Review(NamedTuple):
    """One review trailer: where it stands, and whom it names; ``key`` in lower case."""

    position: int
    key: str
    person: Person


def read_reviews(raws: Iterable[RawObject], positions: Sequence[int]) -> Iterator[Review]:
    """Review trailers in the last paragraph of each message.

    A quick look: it takes such lines for trailers wherever the paragraph stands that git looks
    at, and leaves out no trailer of git's that has an address in angle brackets and stands on one
    line, but for commits that are not taken apart.
    """
    for position, raw in zip(positions, raws, strict=True):
        if raw.size > MAX_COMMIT:
            continue
        visible, _, _ = raw.raw.partition(b"\0")  # git shows no more
        for match in _REVIEW.finditer(visible, _last_paragraph(visible)):
            person = Person(name=decode(match[2]).strip(), email=decode(match[3]).strip())
            yield Review(position, match[1].decode("ascii").lower(), person)


def _last_paragraph(raw: bytes) -> int:
    """Where it starts; blank lines, comments and a list of conflicts after it do not count."""
    end = len(raw)
    while True:
        start = raw.rfind(b"\n\n", 0, end)
        if start < 0:
            return 0
        if not raw.startswith(_IGNORED, start + 2) and raw[start + 2 : end].strip():
            return start
        end = start + 1


def given_by(
    reviews: Iterable[Review],
    history: History,
    mailmap: Mailmap,
    is_unverified: Callable[[Person], bool],
) -> dict[Address, list[Given]]:
    """What each reviewer gave to somebody else's commits, by canonical address."""
    by_commit: dict[int, dict[tuple[Address, str], None]] = defaultdict(dict)
    for review in reviews:
        address = normalise(mailmap.map(review.person).email)
        by_commit[review.position].setdefault((address, review.key))
    found: dict[Address, list[Given]] = defaultdict(list)
    for position in sorted(by_commit):
        named = by_commit.pop(position)
        number = history.authors[position]
        person = history.people[number]
        author = normalise(mailmap.map(person).email)
        unverified = number != NOBODY and is_unverified(person)
        reviewers = {address for address, _ in named}
        name, time = ObjectId(history.ids[position]), history.commit_times[position]
        for address, key in named:
            if address != author:
                given = Given(
                    id=name,
                    key=key,
                    author=author,
                    time=time,
                    is_only=reviewers == {address},
                    to_unverified=unverified,
                )
                found[address].append(given)
    return found


def circles(given: Mapping[Address, Sequence[Given]]) -> dict[Address, tuple[Address, ...]]:
    """Groups of two and more in which everybody reaches everybody by reviews, by member.

    The strongly connected components of who reviewed whom (Tarjan, iterative).
    """
    edges = {who: sorted({one.author for one in found}) for who, found in given.items()}
    order: dict[Address, int] = {}
    low: dict[Address, int] = {}
    stack: dict[Address, None] = {}
    found: dict[Address, tuple[Address, ...]] = {}
    for root in sorted(edges):
        work: list[tuple[Address, Iterator[Address]]] = []
        if root not in order:
            _enter(root, edges, order, low, stack, work)
        while work:
            node, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    _close(node, stack, found)
            elif target not in order:
                _enter(target, edges, order, low, stack, work)
            elif target in stack:
                low[node] = min(low[node], order[target])
    return found


def _enter(
    node: Address,
    edges: Mapping[Address, Sequence[Address]],
    order: dict[Address, int],
    low: dict[Address, int],
    stack: dict[Address, None],
    work: list[tuple[Address, Iterator[Address]]],
) -> None:
    order[node] = low[node] = len(order)
    stack[node] = None
    work.append((node, iter(edges.get(node, ()))))


def _close(
    node: Address, stack: dict[Address, None], found: dict[Address, tuple[Address, ...]]
) -> None:
    members = []
    while True:
        member, _ = stack.popitem()
        members.append(member)
        if member == node:
            break
    if len(members) > 1:
        group = tuple(sorted(members))
        found.update(dict.fromkeys(group, group))
