"""Many commits compared at once: each pair of texts once, in the order of the packs.

In the order of history git unpacks a text anew for each commit that changes its file, from the
start of a chain of deltas.  Here the texts stand in two trees of our own, those before a change
in one and those after it in the other, as they follow each other in the packs, and git compares
the trees.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from threading import Event
from typing import IO, Final, Generic, NamedTuple, TypeVar

from provenance.facts import ObjectId
from provenance.parse.patch import (
    FILE,
    NO_FILE,
    SUBMODULE,
    Changed,
    EndlessPatchError,
    FilePatch,
    Head,
    LineCounts,
    Look,
    changed_of,
    counts_and_hunks,
    pairs_in,
    parse_heads,
    path_at,
    whole_files,
)
from provenance.repository.log import (
    LOG,
    PATCH,
    PLAIN,
    TREE_OF,
    Command,
    End,
    blocks_of,
    marked,
    read_in_chunks,
    run,
)
from provenance.repository.objects import stream_told
from provenance.repository.packs import NOWHERE, find_places
from provenance.repository.pool import in_shares, map_in_order
from provenance.repository.shell import Shell

_DIFF: Final = ("diff-tree", *PLAIN, *PATCH, "--stdin")
_MAKE: Final = ("mktree", "--missing", "--batch")
_START: Final = FILE.removeprefix(b"\n")
_FILE_TEXT: Final = 100
"""Bytes of what git says of a file."""
_MOST_TEXT: Final = 64 << 20
"""Bytes of what is kept of that; 60,000 commits of Linux have 20 million.  What is too much to be
compared together is left to be read commit by commit.
"""
_WINDOW: Final = 20_000
"""Pairs that one process of git compares."""
_LISTING: Final = 0.15
"""Which share of the work it is to list the files."""
_TELL_EVERY: Final = 1000
_SAMPLE: Final = 400
"""Commits that tell how large the texts of many are."""
_SMALL: Final = 1 << 10
"""Bytes that a text is taken to have at least: no more than half a million files are listed."""
_FAR_MORE: Final = 512 << 20
"""Bytes of texts.  Where a tree has as many (Linux, 1,080 MB) pack order saves a third of git's
work; where it has fewer (U-Boot 390, QEMU 220, Buildroot 140) nothing, and to find it takes time.
"""
_LIST: Final = ("ls-tree", "-r", "--name-only")
_T = TypeVar("_T")


class _Use(NamedTuple):
    """A file whose change is the pair: the number of its commit, and where its line starts."""

    commit: int
    line: int


class _Plan:
    """The commits of which every file is a pair of two texts, and the pairs, by number.

    Small, because a long history has millions: ``first`` has the first use of each pair, two
    numbers each, ``more`` the others, ``numbers`` the pairs of all files, commit after commit, of
    which those of a commit start at its place in ``starts``.
    """

    def __init__(self, heads: Iterable[Head]) -> None:
        self.heads: list[Head] = []
        self.first = array("I")
        self.more: dict[int, list[_Use]] = {}
        self.numbers = array("I")
        self.starts = array("I")
        known: dict[str, int] = {}
        kept = 0
        for head in heads:
            if kept + len(head.text) > _MOST_TEXT:
                break
            found = pairs_in(head.text)
            kept += len(head.text) if found else 0
            if found is None:
                continue
            self.starts.append(len(self.numbers))
            for pair, line in found:
                number = known.setdefault(pair, len(known))
                self._use(number, len(self.heads), line)
                self.numbers.append(number)
            self.heads.append(head)
        self.starts.append(len(self.numbers))
        self.pairs = list(known)

    def _use(self, number: int, commit: int, line: int) -> None:
        if 2 * number == len(self.first):
            self.first.extend((commit, line))
        else:
            self.more.setdefault(number, []).append(_Use(commit, line))

    def uses(self, number: int) -> Iterator[_Use]:
        """The files whose change is the pair."""
        yield _Use(self.first[2 * number], self.first[2 * number + 1])
        yield from self.more.get(number, ())


class _Seen(NamedTuple, Generic[_T]):
    """What ``look`` saw in a file."""

    use: _Use
    what: _T


class _Window(NamedTuple, Generic[_T]):
    """What git says of some pairs, and what was seen in them."""

    counts: Sequence[tuple[int, LineCounts]]
    seen: Sequence[_Seen[_T]]


class Compared(Generic[_T]):
    """Commits whose pairs were compared."""

    def __init__(self, plan: _Plan) -> None:
        self._heads, self._numbers, self._starts = plan.heads, plan.numbers, plan.starts
        self._lines = array("I", bytes(8 * len(plan.pairs)))
        self._is_known = bytearray(len(plan.pairs))
        self._is_binary = bytearray(len(plan.pairs))
        self._seen: dict[int, list[_Seen[_T]]] = {}
        self._position = {head.id: number for number, head in enumerate(plan.heads)}

    def add(self, window: _Window[_T]) -> None:
        """Takes in what git says of some pairs."""
        for number, counts in window.counts:
            self._lines[2 * number] = counts.added
            self._lines[2 * number + 1] = counts.removed
            self._is_binary[number] = counts.binary
            self._is_known[number] = True
        for one in window.seen:
            self._seen.setdefault(one.use.commit, []).append(one)

    def changes(self, ids: Iterable[ObjectId]) -> dict[ObjectId, Changed[_T]]:
        """The changes of those commits of which all is known."""
        found = {}
        for name in ids:
            at = self._position.get(name)
            if at is None:
                continue
            numbers = self._numbers[self._starts[at] : self._starts[at + 1]]
            if all(self._is_known[number] for number in numbers):
                seen = sorted(self._seen.get(at, ()), key=lambda one: one.use.line)
                counts = [self._counts(number) for number in numbers]
                what = [one.what for one in seen]
                found[name] = changed_of(self._heads[at].text, counts, what)
        return found

    def _counts(self, number: int) -> LineCounts:
        added, removed = self._lines[2 * number], self._lines[2 * number + 1]
        return LineCounts(added, removed, bool(self._is_binary[number]))


def pays_off(shell: Shell, ids: Sequence[ObjectId]) -> bool:
    """True where git, in the order of history, has to unpack most texts anew: where the files of
    the first commit are far more than git keeps.

    They are taken to be as large as those that the commits change.
    """
    _, heads = run(shell, _listing(with_trees=False), ids[:: -(-len(ids) // _SAMPLE)])
    texts = {_text_of(pair) for head in heads for pair, _ in pairs_in(head.text) or ()}
    sizes = [int(size) for size in stream_told(shell, "objectsize", texts) if size]
    mean = sum(sizes) / max(1, len(sizes))
    return _has_more_files(shell, ids[0], int(_FAR_MORE / max(mean, _SMALL)))


def _has_more_files(shell: Shell, commit: ObjectId, most: int) -> bool:
    """True where the tree of a commit has more files, also where git is lost in it."""

    def read(stdout: IO[bytes]) -> Iterator[int]:
        count = 0
        for block in blocks_of(stdout):
            count += block.count(b"\n")
            if count > most:
                raise EndlessPatchError
        yield count

    end, _ = run(shell, Command((*_LIST, commit), read), ())
    return end is End.LOST


def compare_pairs(
    shell: Shell,
    ids: Sequence[ObjectId],
    *,
    look: Look[_T],
    jobs: int,
    with_trees: bool,
    tell: Callable[[float], None],
    stop: Event,
) -> Compared[_T]:
    """Compares the pairs of many commits; ``tell`` hears which share of them is done.

    Where ``stop`` is set it ends soon, and less is known.
    """

    def listed() -> Iterator[Head]:
        for number, head in enumerate(_heads(shell, ids, with_trees, jobs)):
            if stop.is_set():
                return
            if number % _TELL_EVERY == 0:
                tell(number / len(ids) * _LISTING)
            if head:
                yield head

    plan = _Plan(listed())
    order = _in_pack_order(shell, plan.pairs)
    compared = Compared[_T](plan)
    done = 0
    for window, found in map_in_order(
        lambda window: _compare(shell, window, plan, look, stop),
        in_shares(order, _WINDOW, jobs),
        jobs=jobs,
    ):
        if found:
            compared.add(found)
        done += len(window)
        tell(_LISTING + done / len(order) * (1 - _LISTING))
    return compared


def _heads(
    shell: Shell, ids: Sequence[ObjectId], with_trees: bool, jobs: int
) -> Iterator[Head | None]:
    for _, head in read_in_chunks(shell, _listing(with_trees), ids, jobs=jobs):
        yield head


def _listing(with_trees: bool) -> Command[Head]:
    return marked(
        (*LOG, *(("-t",) if with_trees else ())),
        TREE_OF,
        parse_heads,
        lambda head: len(head.text) // _FILE_TEXT,
    )


def _in_pack_order(shell: Shell, pairs: Sequence[str]) -> Sequence[int]:
    """The numbers of the pairs as their texts lie in the packs."""
    texts = [_text_of(pair) for pair in pairs]
    places = find_places(shell.stores, set(texts))
    return sorted(range(len(pairs)), key=lambda number: places.get(texts[number], NOWHERE))


def _text_of(pair: str) -> ObjectId:
    """The text after the change, or where there is none the one before it."""
    _, new_mode, old, new = pair.split(" ")
    return ObjectId(old if new_mode == NO_FILE else new)


def _compare(
    shell: Shell, window: Sequence[int], plan: _Plan, look: Look[_T], stop: Event
) -> _Window[_T] | None:
    """What git says of each pair; None where it did not say it of all of them."""

    def read(stdout: IO[bytes]) -> Iterator[tuple[int, LineCounts]]:
        blocks = takewhile(lambda _: not stop.is_set(), blocks_of(stdout))
        for text in whole_files(blocks, _START):
            for patch in text.split(FILE)[1:]:
                number = window[int(patch[2 : patch.index(b" ")])]
                counts, hunks = counts_and_hunks(patch)
                for use in plan.uses(number) if hunks else ():
                    head = plan.heads[use.commit]
                    what = look(head.id, FilePatch(path_at(head.text, use.line), hunks))
                    if what is not None:
                        seen.append(_Seen(use, what))
                yield number, counts

    seen: list[_Seen[_T]] = []
    if stop.is_set():
        return None
    with Shell(()) as own:
        trees = _write_trees(own, [plan.pairs[number] for number in window])
        with Shell((*shell.stores, own.objects)) as both:
            end, counted = run(both, Command(_DIFF, read), [" ".join(trees)])
    if end is not End.COMPLETE or len(counted) != len(window):
        return None
    return _Window(counted, seen)


def _write_trees(own: Shell, window: Sequence[str]) -> list[str]:
    """The trees of what is before and what is after: files whose names are numbers."""
    lines: list[str] = []
    for side in (0, 1):
        for number, pair in enumerate(window):
            mode, name = pair.split(" ")[side::2]
            if mode != NO_FILE:
                kind = "commit" if mode == SUBMODULE else "blob"
                lines.append(f"{mode} {kind} {name}\t{number:07}")
        lines.append("")
    _, trees = run(own, Command(_MAKE, lambda stdout: b"".join(blocks_of(stdout)).split()), lines)
    return [tree.decode("ascii", "replace") for tree in trees]
