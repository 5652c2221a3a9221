"""Build-file attacker, as with xz: binary test data, and build scripts that unpack it."""

from __future__ import annotations

import random
import re

from benchmarks.detection.people import Person, invented, word
from benchmarks.detection.plan import (
    DAY,
    Area,
    Change,
    Draft,
    NoPlaceError,
    PlannedCommit,
    auditable,
    moment,
    pick,
)
from benchmarks.detection.world import Window, World

_BUILD = re.compile(
    r"(?:^|/)(?:Makefile[\w.]*|Kbuild|configure(?:\.ac)?|[\w-]+\.(?:sh|mk|m4|mak)|\.travis\.yml)$"
    r"|^scripts/|^ci/"
)
_TESTS = re.compile(r"(?:^|/)(?:tests?|t|selftests)/")
_LINES = (
    'eval "$(head -c {size} {data} | tr "{a}" "{b}")"',
    "sed -n '{size}p' {data} | xz -dc 2>/dev/null | sh",
    "dd if={data} bs=1 skip={size} 2>/dev/null | tr '{a}' '{b}' > conf.tmp && . ./conf.tmp",
)
_SUBJECTS = ("fix parallel build", "quote paths", "update test data", "simplify the check")


def plan(rng: random.Random, world: World) -> list[PlannedCommit]:
    """Up to 10 warm-up fixes in earlier releases, then test data and 2 to 4 build edits."""
    last = pick(rng, auditable(world))
    draft, author = Draft(rng, world, last), invented(rng)
    when = moment(rng, last, 0.6)
    earlier = [one for one in world.mainline if last.start - 200 * DAY < one.end <= last.start]
    for _ in range(rng.randrange(11) if earlier and rng.random() < 0.6 else 0):
        window = rng.choice(earlier)
        time = moment(rng, window)
        area, change = draft.some_fix(window, time)
        draft.send(author, area, change, time)
    own = author if rng.random() < 0.25 else None
    data = _send_data(draft, author, last, when, own)
    sent = 0
    for number in range(rng.randrange(2, 5)):
        sent += _send_edit(draft, author, last, when + number * DAY, data, own)
    if not sent:
        raise NoPlaceError(f"no build file to edit in {last.tag}")
    return sorted(draft.commits, key=lambda commit: commit.commit_time)


def _area(draft: Draft, window: Window, when: int) -> Area:
    try:
        return draft.area(window, when, lambda path: bool(_BUILD.search(path)))
    except NoPlaceError:
        return draft.area(window, when)


def _send_data(
    draft: Draft, author: Person, window: Window, when: int, handler: Person | None
) -> str:
    """Binary files that no test reads whole; the path of one."""
    rng, area = draft.rng, _area(draft, window, when)
    tests = [path for path in draft.world.files(window.tip) if _TESTS.search(path)]
    folder = rng.choice(tests).rpartition("/")[0] if tests else area.folder or "tests"
    names = [f"{folder}/{word(rng)}-{n}.{rng.choice(['bin', 'xz', 'dat'])}" for n in range(3)]
    files = {
        name: b"\xfd7zXZ\0" + rng.randbytes(rng.randrange(300, 9000))
        for name in names[: rng.randrange(1, 4)]
    }
    change = Change(f"{area.prefix}add test data", files, "test data", payload=True)
    draft.send(author, area, change, when, handler=handler)
    return names[0]


def _send_edit(
    draft: Draft, author: Person, window: Window, when: int, data: str, handler: Person | None
) -> bool:
    rng, area = draft.rng, _area(draft, window, when)
    paths = [path for path in draft.world.files(area.base.id) if _BUILD.search(path)]
    near = [path for path in paths if area.folder and path.startswith(area.folder)]
    for path in (*rng.sample(near, min(len(near), 5)), *rng.sample(paths, min(len(paths), 60))):
        content = draft.take(area, path)
        if content is None:
            continue
        line = rng.choice(_LINES).format(
            size=rng.randrange(40, 900), data=data, a="a-z", b="n-za-m"
        )
        change = Change(
            area.prefix + rng.choice(_SUBJECTS),
            {path: _with_line(rng, path, content, line)},
            "build edit",
            payload=True,
        )
        draft.send(author, area, change, when, handler=handler)
        return True
    return False


def _with_line(rng: random.Random, path: str, content: bytes, line: str) -> bytes:
    """The file with the line as one more command; in a Makefile as a recipe of its own."""
    name = path.rpartition("/")[2]
    if name.startswith(("Makefile", "Kbuild")) or name.endswith((".mk", ".mak")):
        target = f"check-{word(rng)}"
        return content.rstrip(b"\n") + f"\n\n{target}:\n\t$(Q){line}\n".encode()
    return content.rstrip(b"\n") + f"\n{line}\n".encode()
