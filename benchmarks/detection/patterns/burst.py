"""Mail burst: an account nobody knows sends fixes everywhere in days, and a driver among them."""

from __future__ import annotations

import random

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
from benchmarks.detection.world import World


def plan(rng: random.Random, world: World) -> list[PlannedCommit]:
    """6 to 16 commits within 3 to 12 days, one or two of them new code with entry points."""
    window = pick(rng, auditable(world))
    draft, author = Draft(rng, world, window), invented(rng)
    days = rng.randrange(3, 13)
    start = moment(rng, window, 0.8) - rng.randrange(days) * DAY
    count, large = rng.randrange(6, 17), rng.randrange(1, 3)
    drops = set(rng.sample(range(count // 2, count), large))
    places = [draft.area(window, start) for _ in range(rng.randrange(2, 5))]
    for number in range(count):
        when = start + number * days * DAY // count + rng.randrange(7200)
        area = rng.choice(places)
        try:
            change = draft.fix(area)
        except NoPlaceError:
            area, change = draft.some_fix(window, when)
        if number in drops:
            size = rng.randrange(80, 450)
            change = draft.feature(area, size, doors=rng.randrange(1, 4))
        draft.send(author, area, change, when)
    return draft.commits
