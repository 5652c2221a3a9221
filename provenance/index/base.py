"""Where an audit starts: the release before the one that is audited, unless somebody says."""

from __future__ import annotations

from collections.abc import Iterable

from provenance.errors import NoPredecessorError, UnknownRevisionError
from provenance.index.history import History, without
from provenance.index.releases import newest_reachable, position_of, releases_in
from provenance.parse.releases import (
    Release,
    finals_before,
    finals_between,
    is_next,
    newest,
    predecessor,
)
from provenance.repository import Repository, ResolvedRevision


def difference(history: History, tip: ResolvedRevision, base: ResolvedRevision | None) -> bytearray:
    """The mask of what the tip reaches and the base does not; dates play no part."""
    inside = history.ancestors([tip.commit])
    if base is None:
        return inside
    below = history.ancestors([base.commit])
    return without(inside, below)


def choose_tip(
    repository: Repository, history: History, name: str | None
) -> tuple[ResolvedRevision, str]:
    """What is audited: what was named, or the newest release that HEAD contains, and that it is.

    Raises ``UnknownRevisionError`` without a commit, ``NoPredecessorError`` without a release.
    """
    if name:
        return repository.resolve(name), ""
    if repository.refs.head is None:
        raise UnknownRevisionError(
            "HEAD leads to no commit", hint="name a tag or range, e.g. `provenance audit v1.0`"
        )
    found = newest_reachable(repository, history, repository.resolve("HEAD").commit)
    if found is None:
        raise NoPredecessorError(
            "no release tag is reachable from HEAD",
            hint="name what to audit, e.g. `provenance audit A..B` or `audit HEAD --base none`",
        )
    return repository.resolve_tag(found.tag), f"the newest release in HEAD is {found.tag}; "


def choose_base(
    repository: Repository,
    history: History,
    tip: ResolvedRevision,
    start: str | None,
    base: str | None,
) -> tuple[ResolvedRevision | None, str, tuple[str, ...]]:
    """Where the audit of a tip starts (None: the beginning of history), why, and what is doubtful.

    ``start`` and ``base`` are what the user said.  Raises ``NoPredecessorError`` where nobody
    said anything and there is no release before the tip.
    """
    if base == "none":
        return None, "from the beginning of history, as asked", ()
    if base is not None or start is not None:
        name = base or start or ""
        return repository.resolve(name), "as asked", ()
    releases = repository.releases
    release = releases.get(tip.tag_name) if tip.tag_name else None
    if release is None:
        before = newest_reachable(repository, history, tip.commit, strictly=True)
        if before is None:
            raise NoPredecessorError(
                f"no release tag is reachable from {tip.name}",
                hint="say where to start with --base REV, or --base none",
            )
        found = repository.resolve_tag(before.tag)
        return found, f"{before.tag} is the newest release that {tip.name} contains", ()
    before = predecessor(release, releases)
    if before is None:
        raise NoPredecessorError(
            f"{tip.tag_name} has no earlier release of its series in this repository",
            hint="fetch the tags, or say where to start with --base REV, or --base none",
        )
    reason = f"{before.tag} is the release before {release.tag} in its series"
    within = _left_from(repository, history, before, tip)
    if within:
        before = within
        reason = f"{before.tag} is the newest release before {release.tag} that it contains"
    found = repository.resolve_tag(before.tag)
    return found, reason, tuple(_doubts(repository, history, release, before, found, tip))


def _left_from(
    repository: Repository, history: History, before: Release, tip: ResolvedRevision
) -> Release | None:
    """The release which a branch left that ended in ``before``; None where the tip contains that.

    Some projects number mainline and stable releases alike: v63.1 comes after v63.0 and is no part
    of v64.0.  What v64.0 adds to both is the same, or None is the answer.
    """
    side = repository.resolve_tag(before.tag)
    reached = history.ancestors([tip.commit])
    if reached[position_of(history, side.commit)]:
        return None
    earlier = finals_before(before, repository.releases)
    found = newest(one for one, _ in releases_in(repository, history, reached, earlier))
    if found is None:
        return None
    left = repository.resolve_tag(found.tag)
    alike = difference(history, tip, left) == difference(history, tip, side)
    return found if alike else None


def _doubts(
    repository: Repository,
    history: History,
    release: Release,
    before: Release,
    base: ResolvedRevision,
    tip: ResolvedRevision,
) -> Iterable[str]:
    """What a reader should know about a base that was chosen for them."""
    if not is_next(before, release, repository.releases):
        yield f"releases between {before.tag} and {release.tag} have no tag in this repository"
    below = history.ancestors([tip.commit])
    if not below[position_of(history, base.commit)]:
        yield f"{before.tag} is not an ancestor of {release.tag}"
    between = finals_between(before, release, repository.releases)
    inside = difference(history, tip, base)
    held = newest(one for one, _ in releases_in(repository, history, inside, between))
    if held:
        yield (
            f"{held.tag}, a point release, lies in this range: --base {held.tag} leaves"
            " out what it had"
        )
