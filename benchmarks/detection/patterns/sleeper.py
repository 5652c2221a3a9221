"""Patient sleeper: two years of small honest fixes, then new code with entry points."""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks.detection.people import invented
from benchmarks.detection.plan import (
    DAY,
    Draft,
    NoPlaceError,
    PlannedCommit,
    auditable,
    moment,
    pick,
)
from benchmarks.detection.world import Window, World


def plan(rng: random.Random, world: World) -> list[PlannedCommit]:
    """30 to 80 fixes over 600 to 850 days; by the drop the account may have a track record."""
    first = world.mainline[0].start if world.mainline else 0
    span = rng.randrange(600, 850) * DAY
    last = pick(rng, [window for window in auditable(world) if window.start - span > first])
    draft, author = Draft(rng, world, last), invented(rng)
    when = moment(rng, last, 0.7)
    row = [one for one in world.mainline if one.end > when - span and one.end <= last.end]
    for time in sorted(when - rng.randrange(3 * DAY, span) for _ in range(rng.randrange(30, 81))):
        window = _holding(row, time)
        try:
            area, change = draft.some_fix(window, time)
        except NoPlaceError:
            continue
        draft.send(author, area, change, time)
    for number in range(rng.randrange(1, 4)):
        area = draft.area(last, when)
        size = rng.randrange(200, 900)
        change = draft.feature(area, size, doors=rng.randrange(2, 5))
        draft.send(author, area, change, when + number * DAY)
    return draft.commits


def _holding(row: Sequence[Window], time: int) -> Window:
    return next((window for window in row if window.end > time), row[-1])
