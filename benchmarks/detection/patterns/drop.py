"""Single large drop: one commit of new code from somebody who never sent anything before."""

from __future__ import annotations

import random

from benchmarks.detection.people import invented
from benchmarks.detection.plan import DAY, Draft, PlannedCommit, auditable, moment, pick
from benchmarks.detection.world import World


def plan(rng: random.Random, world: World) -> list[PlannedCommit]:
    """400 to 3000 lines in one commit, with up to two small fixes to warm up."""
    window = pick(rng, auditable(world))
    draft, author = Draft(rng, world, window), invented(rng)
    when = moment(rng, window, 0.8)
    for before in sorted((rng.randrange(1, 6) for _ in range(rng.randrange(3))), reverse=True):
        area, change = draft.some_fix(window, when)
        draft.send(author, area, change, when - before * DAY)
    area = draft.area(window, when)
    size = rng.randrange(400, 3000)
    draft.send(author, area, draft.feature(area, size, doors=rng.randrange(5)), when)
    return draft.commits
