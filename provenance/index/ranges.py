"""Which commits an audit covers: release series, explicit ranges, exact set differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from msgspec import Struct
from msgspec.structs import replace

from provenance.errors import (
    EmptyRangeError,
    MissingObjectError,
    NoPredecessorError,
    UnknownRevisionError,
    UsageError,
)
from provenance.facts import ObjectId
from provenance.index.base import choose_base, choose_tip, difference
from provenance.index.history import History, either, tips_key, without
from provenance.index.index import Index
from provenance.index.releases import newest_mainline, position_of, stable_series
from provenance.parse.releases import Release
from provenance.repository import Repository, ResolvedRevision
from provenance.settings import Progress

_HISTORY_PREFIXES = ("refs/heads/", "refs/tags/", "refs/remotes/")
_LITTLE = 0.1
"""The share of a repository's older commits from which on they are the history of a commit."""


class Scope(Struct, frozen=True, kw_only=True):
    """A chosen range with all history around it.

    ``known`` is the mask of all commits that the repository reaches, and of patches by mail
    (``known_key`` names its tips, and is empty where there are such), ``inside`` that of the
    audited ones, ``trusted`` the mask of commits before the trust base, ``mainline`` that of
    commits which count as upstream.  ``line`` is the commit whose first parents are the tree's
    own line, ``below`` the mask in which it is followed.
    ``branch`` is the mask of the branch that the tip is on, up to the newest release of the
    tip's series, ``branch_own`` that of what it has beside the release it started from.
    ``is_range`` is False for commits picked from all history, which may be upstream of another.
    """

    base: ResolvedRevision | None
    tip: ResolvedRevision
    trust_base: ObjectId | None
    reason: str
    notes: tuple[str, ...]
    history: History
    known: bytearray
    known_key: str
    inside: bytearray
    trusted: bytearray
    mainline: bytearray
    line: ObjectId
    below: bytearray
    branch: bytearray
    branch_own: bytearray
    is_stable: bool = False
    is_range: bool = True

    def so_far(self) -> bytearray:
        """The mask of what was there when the tip was made.

        What other branches got later is no evidence about a release; what the tip itself
        reaches counts whatever its dates say.  Commits picked from all history have no end.
        """
        if not self.is_range:
            return self.known
        times = self.history.commit_times
        end = times[self.history.positions[self.tip.commit]]
        later = bytearray(map(end.__lt__, times))
        return either(without(self.known, later), either(self.inside, self.trusted))


def choose_scope(
    repository: Repository,
    index: Index,
    revision: str | None,
    *,
    base: str | None,
    trust_base: str | None,
    mainline: str | None,
    progress: Progress,
) -> Scope:
    """Resolves the range and reads all history.

    Raises ``UnknownRevisionError``, ``NoPredecessorError``, ``EmptyRangeError`` or
    ``UsageError``.
    """
    start, tip_name = _split(revision, base)
    names = filter(None, (start, tip_name, trust_base, mainline))
    named = [repository.resolve(name).commit for name in names]
    history, known, tips = load_history(repository, index, named, progress)
    tip, told = choose_tip(repository, history, tip_name)
    chosen, reason, notes = choose_base(repository, history, tip, start, base)
    inside = difference(history, tip, chosen)
    if not any(inside):
        raise _empty(chosen, tip)
    trust = _trusted(repository, history, inside, chosen, trust_base)
    stable = stable_series(repository, history, tip)
    branch, own = _branch_around(repository, history, tip, stable, history.ancestors([tip.commit]))
    return Scope(
        base=chosen,
        tip=tip,
        trust_base=trust,
        reason=f"{told}{reason}",
        notes=(*notes, *_on_branch(repository, tip, stable)),
        history=history,
        known=known,
        known_key=tips,
        inside=inside,
        trusted=history.ancestors([trust] if trust else []),
        mainline=_mainline(repository, history, known, mainline),
        line=tip.commit,
        below=inside,
        branch=branch,
        branch_own=own,
        is_stable=stable is not None,
    )


def _empty(base: ResolvedRevision | None, tip: ResolvedRevision) -> EmptyRangeError:
    start = base.name if base else ""
    is_reversed = base is not None and base.commit != tip.commit
    return EmptyRangeError(
        f"no commit in {start}..{tip.name}: the base already contains the tip",
        hint=f"did you mean {tip.name}..{start}?" if is_reversed else "name another --base REV",
    )


def _trusted(
    repository: Repository,
    history: History,
    inside: bytearray,
    base: ResolvedRevision | None,
    trust_base: str | None,
) -> ObjectId | None:
    """The trust base: the base of the range unless another commit outside it is named."""
    if not trust_base:
        return base.commit if base else None
    trust = repository.resolve(trust_base).commit
    if any(compress(inside, history.ancestors([trust]))):
        raise UsageError(
            f"the trust base {trust_base} lies inside the audited range, or after it",
            hint="nothing inside the range can count as authority; name an earlier --trust-base",
        )
    return trust


def _branch_around(
    repository: Repository,
    history: History,
    tip: ResolvedRevision,
    stable: Release | None,
    otherwise: bytearray,
) -> tuple[bytearray, bytearray]:
    """The branch up to the newest release of the tip's ``stable`` series, and what is its own.

    In mainline what it is ``otherwise``, and nothing.
    """
    if stable is None:
        return otherwise, bytearray(len(history))
    series = [
        one
        for one in repository.releases.values()
        if (one.prefix, one.series, one.candidate) == (stable.prefix, stable.series, None)
    ]
    tips = [repository.released(one.tag) for one in series]
    starts = [commit for one, commit in zip(series, tips, strict=True) if not one.point]
    branch, start = history.reached([tip.commit, *tips]), history.reached(starts)
    return branch, without(branch, start)


def upstream_line(
    repository: Repository, history: History, mainline: str | None
) -> tuple[ObjectId | None, bytearray]:
    """The branch on which upstream commits are looked for, with the mask of what it reaches.

    The mainline where it is named, else HEAD or the newest mainline release, whichever
    reaches more.
    """
    if mainline:
        commit = repository.resolve(mainline).commit
        return commit, history.ancestors([commit])
    found = newest_mainline(repository)
    tips = [repository.refs.head] if repository.refs.head else []
    if found:
        tips.append(repository.released(found.tag))
    masks = [(tip, history.ancestors([tip])) for tip in tips]
    return max(masks, key=lambda item: item[1].count(1), default=(None, bytearray(len(history))))


def _on_branch(
    repository: Repository, tip: ResolvedRevision, stable: Release | None
) -> Iterator[str]:
    """What is said of a revision that is no release and is taken for part of a stable series."""
    if stable and (tip.tag_name or "") not in repository.releases:
        yield f"{tip.name} is taken for part of the stable series of {stable.tag}"


def release_scopes(repository: Repository, whole: Scope) -> list[Scope]:
    """The releases inside a range, oldest first, each a scope from the one before it.

    Commits after the last release are left out.  Raises ``NoPredecessorError`` where the
    range holds no release tag.
    """
    history = whole.history
    found: list[tuple[Release, ResolvedRevision]] = []
    for name, release in repository.releases.items():
        position = position_of(history, repository.released(name))
        if release.candidate is None and whole.inside[position]:
            found.append((release, repository.resolve_tag(name)))
    if not found:
        raise NoPredecessorError(
            "the range holds no release", hint="name a range of releases, e.g. v6.12..v6.12.9"
        )
    found.sort(key=lambda item: (item[0].order, item[0].plainness))
    scopes: list[Scope] = []
    below = bytearray(not inside for inside in whole.inside)
    base = whole.base
    for release, tip in found:
        reached = history.ancestors([tip.commit])
        inside = without(reached, below)
        if any(inside):
            trust = base.commit if base else None
            scopes.append(
                replace(
                    whole,
                    base=base,
                    tip=tip,
                    trust_base=trust,
                    reason=f"the commits that {release.tag} adds",
                    inside=inside,
                    line=tip.commit,
                    below=inside,
                    is_stable=release.point > 0,
                    trusted=history.ancestors([trust] if trust else []),
                )
            )
        below = either(reached, below)
        base = tip
    return scopes


def single_scope(
    repository: Repository,
    index: Index,
    revision: str,
    *,
    trust_base: str | None,
    mainline: str | None,
    progress: Progress,
) -> Scope:
    """One commit alone; authority is what stood before it, at its first parent."""
    if ".." in revision:
        raise UsageError(f"{revision} is a range", hint=f"`provenance audit {revision}` takes it")
    tip = repository.resolve(revision)
    named = [repository.resolve(name).commit for name in (trust_base, mainline) if name]
    history, known, tips = load_history(repository, index, [tip.commit, *named], progress)
    position = position_of(history, tip.commit)
    inside = bytearray(len(history))
    inside[position] = 1
    trust = _trust_before(repository, history, position, trust_base)
    trusted = history.ancestors([trust] if trust else [])
    line, below = _line_around(repository, history, tip.commit, mainline)
    stable = stable_series(repository, history, tip)
    branch, branch_own = _branch_around(repository, history, tip, stable, below)
    base = ResolvedRevision(name=trust, commit=trust, tag_name=None, tags=()) if trust else None
    return Scope(
        base=base,
        tip=tip,
        trust_base=trust,
        reason="one commit",
        notes=(
            *_on_branch(repository, tip, stable),
            *(() if trust_base else _little_before(history, known, trusted, position)),
        ),
        history=history,
        known=known,
        known_key=tips,
        inside=inside,
        trusted=trusted,
        mainline=_mainline(repository, history, known, mainline),
        line=line,
        below=below,
        branch=branch,
        branch_own=branch_own,
        is_stable=stable is not None,
    )


def series_scope(
    repository: Repository,
    index: Index,
    name: str,
    base: ResolvedRevision,
    commits: Sequence[ObjectId],
    *,
    reason: str,
    trust_base: ResolvedRevision,
    mainline: str | None,
    progress: Progress,
) -> Scope:
    """Patches that are no part of the repository, as commits after ``base``; the last is the tip.

    What they claim of themselves decides nothing about who is trusted.
    """
    tip = ResolvedRevision(name=name, commit=commits[-1], tag_name=None, tags=())
    named = [repository.resolve(one).commit for one in (mainline,) if one]
    history, tips = _load(repository, index, [base.commit, trust_base.commit, *named], progress)
    index.admit(history, tip.commit, base.commit)
    inside = bytearray(len(history))
    for commit in commits:
        inside[position_of(history, commit)] = 1
    known, line = history.reached(tips), history.ancestors([tip.commit])
    stable = stable_series(repository, history, base)
    branch, branch_own = _branch_around(repository, history, base, stable, line)
    return Scope(
        base=base,
        tip=tip,
        trust_base=trust_base.commit,
        reason=reason,
        notes=tuple(_on_branch(repository, base, stable)),
        history=history,
        known=either(known, inside),
        known_key="",
        inside=inside,
        trusted=history.ancestors([trust_base.commit]),
        mainline=_mainline(repository, history, known, mainline),
        line=tip.commit,
        below=line,
        branch=branch,
        branch_own=branch_own,
        is_stable=stable is not None,
    )


def _little_before(
    history: History, known: bytearray, trusted: bytearray, position: int
) -> Iterator[str]:
    """What is to be said of a commit before which little of the repository stands: it is of a
    history that was merged later, or on a very old base.
    """
    before = trusted.count(1)
    if before >= _LITTLE * known.count(1):
        return
    time = history.commit_times[position]
    older = sum(one < time for one in compress(history.commit_times, known))
    if before < _LITTLE * older:
        yield (
            f"of the {older} older commits of this repository {before} stand before it, and only"
            " they say who is known (`--trust-base REV` judges by others)"
        )


def _trust_before(
    repository: Repository, history: History, position: int, trust_base: str | None
) -> ObjectId | None:
    """What was named, else the first parent.  Raises ``UsageError`` where it has the commit."""
    if not trust_base:
        parents = history.parents(position)
        return ObjectId(history.ids[parents[0]]) if parents else None
    trust = repository.resolve(trust_base).commit
    if history.ancestors([trust])[position]:
        raise UsageError(
            f"the trust base {trust_base} contains the commit to be checked",
            hint="name an earlier --trust-base",
        )
    return trust


def _line_around(
    repository: Repository, history: History, commit: ObjectId, mainline: str | None
) -> tuple[ObjectId, bytearray]:
    """The branch in which to look for the merge that brought a commit in.

    The mainline where it is named, else HEAD; the commit itself where neither contains it.
    """
    tip = repository.resolve(mainline).commit if mainline else repository.refs.head
    below = history.ancestors([tip]) if tip else bytearray(len(history))
    if tip and below[history.positions[commit]]:
        return tip, below
    return commit, history.ancestors([commit])


def identity_scope(
    repository: Repository, index: Index, *, trust_base: str | None, progress: Progress
) -> Scope:
    """All history, nothing chosen yet; authority is HEAD's unless a revision is named.

    Here the trust base may lie after the commits looked at: the question is who somebody
    is today, not whether a range can be believed.
    """
    tip = repository.resolve(trust_base or "HEAD")
    history, known, tips = load_history(repository, index, [tip.commit], progress)
    return Scope(
        base=None,
        tip=tip,
        trust_base=tip.commit,
        reason="all history",
        notes=(),
        history=history,
        known=known,
        known_key=tips,
        inside=bytearray(len(history)),
        trusted=history.ancestors([tip.commit]),
        mainline=known,
        line=tip.commit,
        below=history.ancestors([tip.commit]),
        branch=history.ancestors([tip.commit]),
        branch_own=bytearray(len(history)),
        is_range=False,
    )


def _mainline(
    repository: Repository, history: History, known: bytearray, mainline: str | None
) -> bytearray:
    """The mask of commits that count as upstream: all that there are, or one revision's."""
    if mainline is None:
        return known
    return history.ancestors([repository.resolve(mainline).commit])


def load_history(
    repository: Repository, index: Index, more: Iterable[ObjectId], progress: Progress
) -> tuple[History, bytearray, str]:
    """All commits that branches, tags, remotes, HEAD and the given commits reach.

    The mask says which these are (an index may know commits of other clones), the key names
    the tips together.
    """
    history, tips = _load(repository, index, more, progress)
    return history, history.reached(tips), tips_key(tips)


def _load(
    repository: Repository, index: Index, more: Iterable[ObjectId], progress: Progress
) -> tuple[History, Sequence[ObjectId]]:
    """The history, and all the tips that it was read from."""
    tips, lost = list(more), {}
    refs = [name for name in repository.refs.by_name if name.startswith(_HISTORY_PREFIXES)]
    commits = repository.commits_of_refs(refs)
    for name in ("HEAD", *refs):
        try:
            tips.append(commits.get(name) or repository.resolve(name).commit)
        except UnknownRevisionError as error:
            if isinstance(error.__cause__, MissingObjectError):
                lost[name] = error.__cause__.reason
            # else a tag of a tree or blob, or an unborn HEAD; naming it gives the full error
    if not tips:
        raise UnknownRevisionError(
            "the repository has no commits", hint="fetch or commit something first"
        )
    history = index.history(
        list(dict.fromkeys(tips)), lambda count: progress("reading history", count, 0)
    )
    history.lost_refs = lost
    return history, tips


def _split(revision: str | None, base: str | None) -> tuple[str | None, str | None]:
    """``A..B`` as base and tip; anything else as the tip."""
    if revision is None or ".." not in revision:
        return None, revision
    if "..." in revision:
        raise UsageError(f"{revision} is a symmetric difference", hint="an audit takes A..B")
    if base is not None:
        raise UsageError(
            f"--base together with the range {revision}", hint="give the tip alone, or no --base"
        )
    start, _, tip = revision.partition("..")
    return start or "HEAD", tip or "HEAD"
