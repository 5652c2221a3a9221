"""Stable-only sneaker: a backport with one operator or number of the original turned."""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.detection.people import Person, invented
from benchmarks.detection.plan import DAY, NoPlaceError, PlannedCommit, moment, pick, zone
from benchmarks.detection.text import tampered
from benchmarks.detection.world import RealCommit, Window, World, is_plain

_TRIES = 400


def plan(rng: random.Random, world: World) -> list[PlannedCommit]:
    """1 to 3 backports of real mainline commits, by an unknown author or an unknown committer."""
    window = pick(rng, world.stable)
    handler = rng.choice(
        [commit.committer for commit in world.commits(window) if is_plain(commit.committer)]
    )
    someone = invented(rng)
    as_committer = rng.random() < 0.3
    found: dict[str, PlannedCommit] = {}
    wanted = rng.randrange(1, 4)
    for original, path, content in _candidates(rng, world, window):
        author = original.author if as_committer else someone
        taken = someone if as_committer else handler
        when = max(moment(rng, window), min(original.time + DAY, window.end - 60))
        planned = PlannedCommit(
            window=window,
            base="",
            author=author,
            author_time=original.time if as_committer else when - rng.randrange(DAY),
            author_zone=original.zone if as_committer else zone(author),
            committer=taken,
            commit_time=when,
            commit_zone=zone(taken),
            message=_message(world, original, someone, taken),
            changes={path: content},
            kind="backport, as committer" if as_committer else "backport",
            by=someone.email,
            payload=True,
            borrows=original.author.email if as_committer else "",
        )
        found.setdefault(path, planned)
        if len(found) == wanted:
            break
    if not found:
        raise NoPlaceError(f"no backport applies to {window.tag}")
    return list(found.values())


def _candidates(
    rng: random.Random, world: World, window: Window
) -> Iterator[tuple[RealCommit, str, bytes]]:
    """Mainline commits of one file, not in the stable tree, that apply to it as they are."""
    sources = [
        commit
        for one in world.mainline
        if window.start - 400 * DAY < one.start and one.end <= window.end
        for commit in world.commits(one)
        if len(commit.paths) == 1 and commit.paths[0].endswith((".c", ".h"))
        and is_plain(commit.author)
    ]  # fmt: skip
    rng.shuffle(sources)
    for commit in sources[:_TRIES]:
        path, before = commit.paths[0], world.parent(commit.id)
        if before is None or not world.stays(path, [before, window.tip]):
            continue
        old, new = world.text(before, path), world.text(commit.id, path)
        content = tampered(rng, old, new) if old and new else None
        if content is not None and content != old:
            yield commit, path, content


def _message(world: World, original: RealCommit, someone: Person, taken: Person) -> str:
    """The original's message with the reference of the project's stable trees."""
    subject, _, body = world.message(original.id).strip().partition("\n")
    body = body.strip("\n") or f"Signed-off-by: {original.author}"
    signed = "".join(f"Signed-off-by: {one}\n" for one in dict.fromkeys([someone, taken]))
    if world.is_kernel:
        return f"{subject}\n\ncommit {original.id} upstream.\n\n{body}\n{signed}"
    return f"{subject}\n\n{body}\n(cherry picked from commit {original.id})\n{signed}"
