"""What a campaign is made of, and the helper with which a pattern plans one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.detection.people import Person, chip
from benchmarks.detection.text import small_fix, source
from benchmarks.detection.world import RealCommit, Window, World, is_plain

DAY = 86_400
_PREFIX = re.compile(r"(?:\[[^\]]+\] )?[\w/.,+-]+: (?:[\w/.,+-]+: )*")
_TRIES = 80
_LARGEST = 200_000
_BUILD_NAMES = ("Makefile", "Makefile.objs", "Kconfig")


class NoPlaceError(Exception):
    """The repository has no place for this pattern; another seed may find one."""


@dataclass(frozen=True, kw_only=True)
class PlannedCommit:
    """One commit to be written: who, when, on top of which real commit, what, and what for.

    ``by`` is the address of the campaign's identity behind it, ``payload`` tells what the
    campaign is for from what only covers it. ``borrows`` is the real author whose name a
    tampered backport carries: neither found nor wrongly found.
    """

    window: Window
    base: str
    author: Person
    committer: Person
    author_time: int
    commit_time: int
    author_zone: int
    commit_zone: int
    message: str
    changes: Mapping[str, bytes]
    kind: str
    by: str
    payload: bool
    borrows: str = ""


@dataclass(frozen=True)
class Area:
    """A place in the tree at a time: the real commit to start from and how things are done."""

    window: Window
    base: RealCommit
    folder: str
    prefix: str
    handler: Person


@dataclass(frozen=True)
class Change:
    """What a commit does, before anybody's name is on it."""

    subject: str
    files: Mapping[str, bytes]
    kind: str
    payload: bool = False


class Draft:
    """A campaign while it is planned: no file is edited twice, so that merges are clean."""

    def __init__(self, rng: random.Random, world: World, last: Window) -> None:
        self.rng = rng
        self.world = world
        self.commits: list[PlannedCommit] = []
        self._last = last
        self._used: set[str] = set()

    def area(
        self,
        window: Window,
        by: int | None = None,
        wanted: Callable[[str], bool] = lambda path: path.endswith(".c"),
    ) -> Area:
        """A place that real commits of the window touch, through a handler who took them.

        ``by`` asks for one that was there by then. Raises ``NoPlaceError``.
        """
        found = list(self._places(window, wanted))
        early = [commit for commit, _ in found if by is None or commit.time <= by]
        if not found:
            raise NoPlaceError(f"no place in {window.tag}")
        commit = self.rng.choice(early or [commit for commit, _ in found])
        path = self.rng.choice([path for path in commit.paths if wanted(path)])
        match = _PREFIX.match(commit.subject)
        assert match is not None
        return Area(window, commit, path.rpartition("/")[0], match[0], commit.committer)

    def _places(
        self, window: Window, wanted: Callable[[str], bool]
    ) -> Iterator[tuple[RealCommit, str]]:
        for commit in self.world.commits(window):
            if commit.committer.email == commit.author.email or not is_plain(commit.committer):
                continue
            if not _PREFIX.match(commit.subject) or commit.time > window.end - 3600:
                continue
            fitting = [path for path in commit.paths if wanted(path)]
            if fitting:
                yield commit, fitting[0]

    def fix(self, area: Area) -> Change:
        """A fix of a line or two in a real file of the area.  Raises ``NoPlaceError``."""
        names = list(self.world.folder(area.base.id, area.folder))
        self.rng.shuffle(names)
        for name in names[:_TRIES]:
            path = f"{area.folder}/{name}" if area.folder else name
            if not name.endswith((".c", ".h", ".S")):
                continue
            content = self.take(area, path)
            if content is not None:
                subject, after = small_fix(self.rng, content)
                return Change(area.prefix + subject, {path: after}, "fix")
        raise NoPlaceError(f"no file to fix in {area.folder}")

    def some_fix(self, window: Window, by: int | None = None) -> tuple[Area, Change]:
        """A fix somewhere in the window.  Raises ``NoPlaceError``."""
        for _ in range(_TRIES):
            area = self.area(window, by)
            try:
                return area, self.fix(area)
            except NoPlaceError:
                continue
        raise NoPlaceError(f"no file to fix in {window.tag}")

    def feature(self, area: Area, lines: int, *, doors: int, payload: bool = True) -> Change:
        """A new file of about so many lines, with the lines that build it where possible."""
        name = chip(self.rng)
        stem = f"{area.folder}/" if area.folder else ""
        kernel = self.world.is_kernel
        files = {f"{stem}{name}.c": source(self.rng, name, lines, doors=doors, kernel=kernel)}
        for build in _BUILD_NAMES:
            content = self.take(area, stem + build)
            if content is not None:
                files[stem + build] = content + _build_lines(build, name)
        subject = self.rng.choice(["add support for {}", "add {} driver", "{}: new driver"])
        return Change(area.prefix + subject.format(name), files, "feature", payload)

    def take(self, area: Area, path: str) -> bytes | None:
        """What a file holds, which is then nobody else's; None where it cannot be had.

        A file can be had that no real commit changes from here to the campaign's end.
        """
        tips = [area.base.id, *(window.tip for window in self._later(area.window))]
        if path in self._used or not self.world.stays(path, tips):
            return None
        content = self.world.text(area.base.id, path)
        if content is None or len(content) > _LARGEST or b"\0" in content:
            return None
        self._used.add(path)
        return content

    def _later(self, window: Window) -> Sequence[Window]:
        row = self.world.stable if window.is_stable else self.world.mainline
        return [other for other in row if window.end <= other.end <= self._last.end]

    def send(
        self,
        author: Person,
        area: Area,
        change: Change,
        when: int,
        *,
        credits_: Sequence[str] = (),
        handler: Person | None = None,
    ) -> None:
        """Plans the commit: mailed at a time, taken by the area's handler some days later."""
        window, handler = area.window, handler or area.handler
        earliest = max(min(when, window.end - 3600), area.base.time)
        taken = earliest + self.rng.randrange(60, min(4 * DAY, window.end - earliest))
        signers = dict.fromkeys([author, handler])
        lines = [f"Signed-off-by: {author}", *credits_, *(f"Signed-off-by: {s}" for s in signers)]
        trailers = "\n".join(dict.fromkeys(lines))
        self.commits.append(
            PlannedCommit(
                window=window,
                base=area.base.id,
                author=author,
                committer=handler,
                author_time=min(when, taken - self.rng.randrange(600, DAY)),
                commit_time=taken,
                author_zone=zone(author),
                commit_zone=area.base.zone if handler == area.handler else zone(handler),
                message=f"{change.subject}\n\n{_body(self.rng)}\n\n{trailers}\n",
                changes=change.files,
                kind=change.kind,
                by=author.email,
                payload=change.payload,
            )
        )


def zone(person: Person) -> int:
    """The time zone in which an invented person lives, always the same."""
    return random.Random(person.email).choice([-480, -300, 0, 60, 60, 120, 180, 330, 480, 540])


def pick(rng: random.Random, windows: Sequence[Window]) -> Window:
    """One of the windows.  Raises ``NoPlaceError`` where there is none."""
    if not windows:
        raise NoPlaceError("no release of a fitting size")
    return rng.choice(windows)


def auditable(world: World) -> list[Window]:
    """The mainline windows that an audit of seconds can cover."""
    return [window for window in world.mainline if world.auditable(window)]


def moment(rng: random.Random, window: Window, upto: float = 1.0) -> int:
    """A time in the first part of a window."""
    span = max(int((window.end - window.start) * upto), 2)
    return window.start + rng.randrange(1, span)


def _build_lines(build: str, name: str) -> bytes:
    if build == "Kconfig":
        text = (
            f'\nconfig {name.upper()}\n\ttristate "{name} support"\n\thelp\n\t  Support for it.\n'
        )
    elif build == "Makefile.objs":
        text = f"common-obj-y += {name}.o\n"
    else:
        text = f"obj-$(CONFIG_{name.upper()}) += {name}.o\n"
    return text.encode()


def _body(rng: random.Random) -> str:
    return rng.choice(
        [
            "Found by inspection; compile tested.",
            "The code did the wrong thing when the device is slow to answer.\nDo it in order.",
            "Seen while testing on hardware here. No other user is affected.",
            "This is needed by the next boards.",
            "Without this the probe fails now and then.",
        ]
    )
