"""A real repository, read only: its releases, who commits where, and what its files hold."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import pygit2

from benchmarks.detection.people import Person
from benchmarks.detection.releases import pairs, releases

_FIELDS = "%x02%H%x00%an%x00%ae%x00%cn%x00%ce%x00%ct%x00%ci%x00%s%x00%b%x00"
_REFERENCES = ("cherry picked from commit", " upstream.", "Upstream commit", "upstream commit")
_READ = 1500
"""Commits of a window that are looked at for places to go to."""
_DAY = 86_400


@dataclass(frozen=True)
class RealCommit:
    """What is taken from a real commit: the place, the route, the style."""

    id: str
    author: Person
    committer: Person
    time: int
    zone: int
    subject: str
    is_backport: bool
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Window:
    """The commits between two consecutive releases."""

    tag: str
    base_tag: str
    base: str
    tip: str
    start: int
    end: int
    count: int
    is_stable: bool


class World:
    """The real history that campaigns are planned in; nothing here writes to it."""

    def __init__(
        self, path: Path, *, smallest: int = 150, largest: int = 2500, days: int = 1500
    ) -> None:
        self.path = path
        self._sizes = (smallest, largest)
        self._days = days
        self._repo: Any = pygit2.Repository(str(path))
        self.objects = Path(self._git("rev-parse", "--git-path", "objects").strip())
        if not self.objects.is_absolute():
            self.objects = (path / self.objects).resolve()

    @cached_property
    def tags(self) -> dict[str, tuple[str, int]]:
        """Tag name to its commit and that commit's time."""
        found = {}
        for name in self._git("tag").split():
            target = self._repo.revparse_single(f"refs/tags/{name}")
            while isinstance(target, pygit2.Tag):
                target = target.get_object()
            if isinstance(target, pygit2.Commit):
                found[name] = (str(target.id), int(target.commit_time))
        return found

    @cached_property
    def mainline(self) -> tuple[Window, ...]:
        """The windows of the mainline, oldest first; each begins where the one before ends."""
        return tuple(self._windows(pairs(self.tags)[0], is_stable=False))

    @cached_property
    def stable(self) -> tuple[Window, ...]:
        """The windows of stable series whose commits say which upstream commit they are."""
        return tuple(window for window in self._stable if self._has_backports(window))

    @cached_property
    def _stable(self) -> tuple[Window, ...]:
        return tuple(self._windows(pairs(self.tags)[1], is_stable=True))

    @cached_property
    def _all(self) -> tuple[Window, ...]:
        return (*self.mainline, *self._stable)

    @cached_property
    def is_kernel(self) -> bool:
        """True where drivers are built with Kconfig."""
        tree = self._repo[self.mainline[-1].tip].tree
        return "drivers" in tree and "Kbuild" in tree

    def auditable(self, window: Window) -> bool:
        """True for a window whose size allows an audit in seconds."""
        return self._sizes[0] <= window.count <= self._sizes[1] or window.is_stable

    @cache  # noqa: B019
    def commits(self, window: Window) -> tuple[RealCommit, ...]:
        """The newest real commits of a window, merges aside."""
        text = self._git(
            "log", "--no-merges", "--no-renames", f"-n{_READ}", f"--format={_FIELDS}",
            "--name-only", f"{window.base}..{window.tip}",
        )  # fmt: skip
        return tuple(_commit(block) for block in text.split("\x02")[1:])

    @cache  # noqa: B019
    def mergers(self, window: Window) -> tuple[Person, ...]:
        """Who made the merges of a window, one entry a merge; else who committed."""
        text = self._git(
            "log", "--merges", "-n200", "--format=%cn%x00%ce", f"{window.base}..{window.tip}"
        )
        found = [Person(*line.split("\0")) for line in text.splitlines()]
        found = [person for person in found if is_plain(person)]
        return tuple(found) or tuple(
            commit.committer for commit in self.commits(window) if is_plain(commit.committer)
        )

    @cache  # noqa: B019
    def seen_before(self, window: Window) -> frozenset[str]:
        """The addresses of all authors before a window: those before the one that it follows."""
        before = next((one for one in self._all if one.tip == window.base), None)
        if before is None:
            return frozenset(self._git("log", "--format=%ae", window.base).split("\n"))
        own = self._git("log", "--format=%ae", f"{before.base}..{before.tip}").split("\n")
        return self.seen_before(before).union(own)

    @lru_cache(maxsize=64)  # noqa: B019
    def files(self, commit: str) -> tuple[str, ...]:
        """Every path at a commit."""
        return tuple(self._git("ls-tree", "-r", "-z", "--name-only", commit).split("\0")[:-1])

    def folder(self, commit: str, path: str) -> tuple[str, ...]:
        """The names of the files in one folder at a commit."""
        tree = self._repo[commit].tree
        try:
            tree = tree[path] if path else tree
        except KeyError:
            return ()
        if not isinstance(tree, pygit2.Tree):
            return ()
        return tuple(str(entry.name) for entry in tree if entry.type_str == "blob")

    def blob(self, commit: str, path: str) -> str | None:
        """The id of a file at a commit."""
        try:
            entry = self._repo[commit].tree[path]
        except KeyError:
            return None
        return str(entry.id) if entry.type_str == "blob" else None

    def text(self, commit: str, path: str) -> bytes | None:
        """What a file holds at a commit."""
        blob = self.blob(commit, path)
        return bytes(self._repo[blob].data) if blob else None

    def parent(self, commit: str) -> str | None:
        """The first parent of a commit."""
        parents = self._repo[commit].parent_ids
        return str(parents[0]) if parents else None

    def message(self, commit: str) -> str:
        """The whole message of a commit."""
        return str(self._repo[commit].message)

    def stays(self, path: str, commits: Iterable[str]) -> bool:
        """True for a file that is the same at all these commits."""
        return len({self.blob(commit, path) for commit in commits}) == 1

    def _windows(self, found: Iterable[tuple[str, str]], *, is_stable: bool) -> Iterator[Window]:
        times = [self.tags[one.tag][1] for one in releases(self.tags)]
        newest = max(times, default=0)
        for before, tag in found:
            (base, start), (tip, end) = self.tags.get(before, ("", 0)), self.tags.get(tag, ("", 0))
            if not base or not tip or base == tip or end < newest - self._days * _DAY:
                continue
            if not self._repo.descendant_of(tip, base):
                continue
            count = int(self._git("rev-list", "--count", f"{base}..{tip}"))
            yield Window(tag, before, base, tip, start, end, count, is_stable)

    def _has_backports(self, window: Window) -> bool:
        commits = self.commits(window)
        share = sum(commit.is_backport for commit in commits) / max(len(commits), 1)
        return len(commits) >= min(20, self._sizes[0]) and share >= 1 / 3

    def _git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.path), *words], capture_output=True, check=True
        )
        return done.stdout.decode("utf-8", "surrogateescape")


def is_plain(person: Person) -> bool:
    """True for a name and address that can be written again as they are."""
    text = person.name + person.email
    return bool(person.name) and text.isprintable() and text.isascii() and "@" in person.email


def _minutes(zone: str) -> int:
    """The minutes east of Greenwich that +0530 means."""
    value = int(zone[1:3]) * 60 + int(zone[3:5])
    return -value if zone.startswith("-") else value


def _commit(block: str) -> RealCommit:
    name, author, mail, committer, other, time, date, subject, body, paths = block.split("\0", 9)
    return RealCommit(
        id=name,
        author=Person(author, mail),
        committer=Person(committer, other),
        time=int(time),
        zone=_minutes(date.rpartition(" ")[2]),
        subject=subject,
        is_backport=any(words in body for words in _REFERENCES),
        paths=tuple(path for path in paths.splitlines() if path),
    )
