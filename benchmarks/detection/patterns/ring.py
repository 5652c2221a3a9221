"""Review ring: three accounts that vouch for each other's patches."""

from __future__ import annotations

import random

from benchmarks.detection.people import Person, domain, invented
from benchmarks.detection.plan import Draft, PlannedCommit, auditable, moment, pick
from benchmarks.detection.world import Window, World


def plan(rng: random.Random, world: World) -> list[PlannedCommit]:
    """Three newcomers, 2 to 5 commits each over one or two releases, each reviewed by another."""
    last = pick(rng, auditable(world))
    draft = Draft(rng, world, last)
    shared = domain(rng) if rng.random() < 0.4 else None
    ring = [invented(rng, shared) for _ in range(3)]
    windows = _with_one_before(world, last) if rng.random() < 0.5 else [last]
    culprit = rng.randrange(3)
    for number, author in enumerate(ring):
        for _ in range(rng.randrange(2, 6)):
            _send(draft, author, ring, rng.choice(windows))
        if number == culprit or rng.random() < 0.3:
            when = moment(rng, last, 0.8)
            area = draft.area(last, when)
            change = draft.feature(area, rng.randrange(120, 700), doors=rng.randrange(1, 4))
            draft.send(author, area, change, when, credits_=_credits(rng, author, ring))
    return draft.commits


def _send(draft: Draft, author: Person, ring: list[Person], window: Window) -> None:
    when = moment(draft.rng, window, 0.9)
    area, change = draft.some_fix(window, when)
    draft.send(author, area, change, when, credits_=_credits(draft.rng, author, ring))


def _credits(rng: random.Random, author: Person, ring: list[Person]) -> list[str]:
    others = [one for one in ring if one != author]
    chosen = rng.sample(others, rng.choice([1, 1, 2]))
    return [f"{rng.choice(['Reviewed-by', 'Reviewed-by', 'Tested-by'])}: {one}" for one in chosen]


def _with_one_before(world: World, last: Window) -> list[Window]:
    row = auditable(world)
    place = row.index(last)
    before = row[place - 1 : place] if place else []
    return [*before, last] if before and before[0].tip == last.base else [last]
