"""The patterns of one MAINTAINERS, kept so that a path is compared with few of them.

Where a hostile file has many that may match one path, only the first are: each path costs as
little as in a file that people wrote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, Generic, TypeVar

from provenance.parse.patterns import (
    LETTERS,
    GlobPattern,
    NamePattern,
    Regex,
    UnusablePatternError,
    compile_regex,
    strip_extended,
)
from provenance.parse.remembered import Remembered
from provenance.parse.text import encode

MOST_FOR_A_PATH: Final = 500
"""Four times those of Linux 6.12."""
_TOGETHER: Final = 10
"""Names that are asked one by one."""
_Kept = TypeVar("_Kept")


class GlobPatterns(Generic[_Kept]):
    """Many ``F:`` patterns, each kept with something.

    ``left_out`` counts those that are one too many for some path: of the deepest folders, of
    one folder the last.
    """

    def __init__(self, patterns: Iterable[tuple[GlobPattern, _Kept]]) -> None:
        buckets: dict[str, list[tuple[GlobPattern, _Kept]]] = defaultdict(list)
        for pattern, kept in patterns:
            buckets[pattern.bucket].append((pattern, kept))
        self.left_out = 0
        self._buckets: dict[str, list[tuple[GlobPattern, _Kept]]] = {}
        for bucket in sorted(buckets):
            above = sum(len(self._of(one)) for one in _all_buckets(bucket))
            self._buckets[bucket] = buckets[bucket][: MOST_FOR_A_PATH - above]
            self.left_out += len(buckets[bucket]) - len(self._buckets[bucket])
        self._longest = max(map(len, buckets), default=0)
        self._in_folder = Remembered(self._match_folder, lambda found: sum(map(len, found)))

    def matching(self, path: str) -> Iterator[tuple[GlobPattern, _Kept]]:
        """Those that match a path, in no order."""
        covering, others = self._in_folder(path[: path.rfind("/") + 1])
        yield from covering
        own = (self._of(bucket) for bucket in file_buckets(path))
        yield from (found for found in chain(others, *own) if found[0].matches(path))

    def _of(self, bucket: str) -> Sequence[tuple[GlobPattern, _Kept]]:
        return self._buckets.get(bucket, ())

    def _match_folder(self, folder: str) -> tuple[list[tuple[GlobPattern, _Kept]], ...]:
        """What matches every path in a folder, and what may match some whatever their names."""
        covering, others = [], []
        for found in chain.from_iterable(map(self._of, folder_buckets(folder, self._longest))):
            if found[0].covers(folder):
                covering.append(found)
            elif found[0].may_match_in(folder):
                others.append(found)
        return covering, others


class NamePatterns(Generic[_Kept]):
    """Many ``N:`` patterns, each kept with something; few are asked where none matches."""

    def __init__(self, patterns: Sequence[tuple[NamePattern, _Kept]]) -> None:
        size = max(1, -(-len(patterns) // _TOGETHER))
        starts = range(0, len(patterns), size) if size > 1 else ()
        self._parts = [NamePatterns(patterns[at : at + size]) for at in starts]
        self._patterns = () if self._parts else patterns
        self._any = _any_of(pattern for pattern, _ in patterns)

    def matching(self, path: str) -> Iterator[tuple[NamePattern, _Kept]]:
        """Those that match a path, in order."""
        if self._any is None or self._any.search(encode(path)) is not None:
            yield from (kept for kept in self._patterns if kept[0].matches(path))
            for part in self._parts:
                yield from part.matching(path)


def _any_of(patterns: Iterable[NamePattern]) -> Regex | None:
    """What finds something wherever one of the patterns does; None where RE2 refuses it."""
    try:
        return compile_regex("|".join(f"(?:{strip_extended(one.source)})" for one in patterns))
    except UnusablePatternError:
        return None


def _all_buckets(path: str) -> Iterator[str]:
    yield from folder_buckets(path[: path.rfind("/") + 1], len(path))
    yield from file_buckets(path)


def folder_buckets(folder: str, longest: int) -> Iterator[str]:
    """The buckets that hold every glob that can match all paths of a folder (``a/b/``) alike, and
    not many longer than the ``longest`` there is: a hostile tree is a million folders deep.
    """
    start = 0
    while end := folder.find("/", start) + 1:
        if start > longest:
            return
        yield folder[:start]
        yield from _within(folder, start, end - 1)
        start = end
    yield folder


def file_buckets(path: str) -> Iterator[str]:
    """The others that can match the path: they hold globs for the names in its folder."""
    return _within(path, path.rfind("/") + 1, len(path))


def _within(path: str, start: int, end: int) -> Iterator[str]:
    if start < end:
        yield path[: start + 1]
    if start + LETTERS <= end:
        yield path[: start + LETTERS]
