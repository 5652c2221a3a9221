"""Changed files, line counts and changed lines of many commits, read by git.

git is ten times faster than libgit2 here.  Its patch text costs little more than its
``--numstat``, so one pass gives both; where nobody looks at lines it is asked for counts only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from threading import Event
from typing import IO, Final, TypeVar

from provenance.facts import ObjectId
from provenance.parse.numstat import parse_counts
from provenance.parse.objects import compared_by
from provenance.parse.patch import Changed, FilePatch, Look, parse_changes
from provenance.repository.genuine import Genuineness
from provenance.repository.log import (
    LOG,
    PATCH,
    TREE_OF,
    Command,
    Part,
    blocks_of,
    in_chunks,
    marked,
    read_chunk,
)
from provenance.repository.objects import stream_objects
from provenance.repository.pairs import Compared, compare_pairs, pays_off
from provenance.repository.pool import map_in_order
from provenance.repository.shell import Shell

_COUNTS: Final = (*LOG, "-z", "--numstat", "--format=%H")
_PATCHES: Final = (*LOG, "-t", *PATCH)
_KEEP_MORE: Final = ("-c", "core.deltaBaseCacheLimit=128m")
"""Twice what git keeps otherwise, where commits are read in the order of history: it finds the
texts of one again for the next.
"""
_SEGMENT: Final = 60_000
"""Commits whose pairs of texts are compared together, while those before them are used."""
_MANY: Final = 2_000
"""Commits; fewer have too few texts in common.  Nor does it pay off where the objects behind each
commit are looked at: that takes longer than to compare them, and would have to wait.
"""
_T = TypeVar("_T")
Tell = Callable[[int], None]
"""Hears how many commits are done."""


def read_changes(
    shell: Shell,
    store: Genuineness,
    ids: Sequence[ObjectId],
    *,
    look: Look[_T] | None,
    jobs: int,
    with_trees: bool = True,
    tell: Tell = lambda done: None,
) -> Iterator[tuple[ObjectId, Changed[_T] | None]]:
    """Each id with its changes against the first parent; None where git could not tell.

    ``look`` is asked, in several threads, about each file with changed lines; None for nobody.
    Without ``with_trees`` folders may be left out.  ``tell`` hears of how many commits the texts
    have been compared.
    """
    store.expect(len(ids), jobs=jobs)
    starts = range(0, len(ids), _SEGMENT)
    stop = Event()
    seen: Look[_T] = look or _nothing
    only_counts = look is None and not with_trees

    def compare(start: int) -> Compared[_T] | None:
        segment = ids[start : start + _SEGMENT]
        if len(segment) < _MANY or not store.is_known or not pays_off(shell, segment):
            return None
        return compare_pairs(
            shell,
            segment,
            look=seen,
            jobs=jobs,
            with_trees=with_trees,
            tell=lambda share: tell(start + int(share * len(segment))),
            stop=stop,
        )

    for start, compared in map_in_order(compare, starts, jobs=1, stop=stop):
        read = partial(_read, shell, store, seen, only_counts, compared)
        yield from in_chunks(read, ids[start : start + _SEGMENT], jobs)


def _read(
    shell: Shell,
    store: Genuineness,
    look: Look[_T],
    only_counts: bool,
    compared: Compared[_T] | None,
    chunk: Sequence[ObjectId],
) -> Part[Changed[_T]]:
    """The chunk's changes: those that were compared by pairs, and what is left from git."""
    found = compared.changes(chunk) if compared else {}
    taken = len(chunk)
    left = [name for name in chunk if name not in found]
    is_counted = only_counts and store.is_known
    keep = _KEEP_MORE if compared is None and store.is_known else ()
    exactly: Callable[[Sequence[ObjectId]], Part[Changed[_T]]]
    exactly = partial(_read_exactly, shell, keep, look)
    if left:
        more = _count(shell, keep, left) if is_counted else exactly(left)
        found.update(more.found)
        if more.taken < len(left):
            taken = chunk.index(left[more.taken])
    if store.is_known:
        return Part(found, taken)
    if compared or is_counted:  # a file has changed since; the folders to look at may be lacking
        found, taken = exactly(chunk)
    return Part(_genuine(shell, store, found), taken)


def _nothing(_: ObjectId, __: FilePatch) -> None:
    """Sees nothing in a file."""


def _count(
    shell: Shell,
    options: Sequence[str],
    chunk: Sequence[ObjectId],
    files: Callable[[Changed[_T]], int] = lambda counted: len(counted.files),
) -> Part[Changed[_T]]:
    """The chunk's changes without folders and lines."""
    counts: Command[Changed[_T]] = Command(
        (*options, *_COUNTS), lambda stdout: parse_counts(_tokens(stdout)), files
    )
    return read_chunk(shell, counts, chunk)


def _read_exactly(
    shell: Shell, options: Sequence[str], look: Look[_T], chunk: Sequence[ObjectId]
) -> Part[Changed[_T]]:
    """The chunk's changes; where patch text leaves a count open, numstat gives it."""
    patches = marked(
        (*options, *_PATCHES),
        TREE_OF,
        lambda blocks, mark: parse_changes(blocks, mark, look),
        lambda changed: len(changed.files) + len(changed.trees),
    )
    found, taken = read_chunk(shell, patches, chunk)
    odd = [object_id for object_id, changed in found.items() if not changed.exact]
    counted: Part[Changed[_T]] = _count(shell, options, odd, lambda _: 0) if odd else Part({}, 0)
    for object_id in odd:
        exact = counted.found.get(object_id)
        if exact is None:
            del found[object_id]
        else:
            found[object_id] = found[object_id]._replace(files=exact.files, exact=True)
    return Part(found, taken)


def _genuine(
    shell: Shell, store: Genuineness, found: dict[ObjectId, Changed[_T]]
) -> dict[ObjectId, Changed[_T]]:
    """Those changes whose commit, parent, trees and texts all have the bytes their ids say."""
    if not found:
        return {}
    commits = _compared_by(shell, found)
    parents = dict.fromkeys(parent for _, parent in commits.values() if parent)
    commits.update(_compared_by(shell, [one for one in parents if one not in commits]))
    compared: dict[ObjectId, dict[ObjectId | None, None]] = {}
    for name, changed in found.items():
        tree, parent = commits.get(name, (None, None))
        before = commits.get(parent, (None, None))[0] if parent else tree
        every = (name, parent or name, tree, before, *changed.objects)
        compared[name] = dict.fromkeys(every)
    sound = store.sound(dict.fromkeys(one for names in compared.values() for one in names if one))
    return {name: found[name] for name, names in compared.items() if names.keys() <= sound}


def _compared_by(
    shell: Shell, ids: Iterable[ObjectId]
) -> dict[str, tuple[ObjectId | None, ObjectId | None]]:
    """The tree and the first parent of each commit whose bytes are what its id says."""
    return {
        raw.id: compared_by(raw.raw) for raw in stream_objects(shell, ids) if raw.type == "commit"
    }


def _tokens(stdout: IO[bytes]) -> Iterator[bytes]:
    """What stands between NUL bytes, without the NUL; an unended rest is dropped."""
    rest = b""
    for block in blocks_of(stdout):
        parts = (rest + block).split(b"\0")
        rest = parts.pop()
        yield from parts
