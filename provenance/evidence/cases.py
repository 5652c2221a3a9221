"""One commit with all its evidence, ready for the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from provenance.evidence.attestation import attested, carries
from provenance.evidence.authority_changes import AuthorityFinder
from provenance.evidence.backports import BackportExaminer, Found
from provenance.evidence.changes import NO_CHANGES, CommitChanges
from provenance.evidence.claims import Assessor
from provenance.evidence.content import FileContent
from provenance.evidence.coverage import Coverer, seals_of
from provenance.evidence.follow_ups import FollowUpFinder
from provenance.evidence.model import (
    CommitCase,
    MergeCase,
    MovedPath,
    Posted,
    Role,
    Signature,
    SignOffs,
    Standing,
    SubsystemLines,
)
from provenance.evidence.posted import PostedExaminer, with_mail
from provenance.evidence.route import Router, Seal
from provenance.evidence.signals import Pattern
from provenance.evidence.signatures import Verifier
from provenance.evidence.trust import TrustBase
from provenance.facts import Address, Commit, FileChange, ObjectId
from provenance.index.history import History
from provenance.parse.maintainers import Maintainers
from provenance.parse.references import is_release_subject
from provenance.parse.releases import Release
from provenance.parse.surface import SurfaceItem, surface_of_files, without_moved
from provenance.parse.text import encode
from provenance.repository.series import Made


class _People(NamedTuple):
    author: Standing
    committer: Standing
    signers: tuple[Standing, ...]
    signature: Signature
    posted: Posted | None


class CaseBuilder:
    """Assembles cases; everything it needs to know about the range is given once."""

    def __init__(
        self,
        *,
        trust: TrustBase,
        assessor: Assessor,
        where: Maintainers,
        backports: BackportExaminer,
        follow_ups: FollowUpFinder,
        history: History,
        authority: AuthorityFinder,
        is_stable: bool,
        verifier: Verifier,
        coverer: Coverer,
        router: Router,
        release: Seal | None,
        patterns: Mapping[Address, Pattern],
        sign_offs: SignOffs,
        releases: Mapping[int, Sequence[Release]],
        mails: Mapping[ObjectId, Made],
        posted: PostedExaminer | None,
    ) -> None:
        self._trust = trust
        self._assessor = assessor
        self._where = where
        self._backports = backports
        self._follow_ups = follow_ups
        self._history = history
        self._authority = authority
        self._is_stable = is_stable
        self._verifier = verifier
        self._coverer = coverer
        self._release = release
        self._router = router
        self._patterns = patterns
        self._sign_offs = sign_offs
        self._releases = releases
        self._mails = mails
        self._posted = posted

    def build(
        self,
        commit: Commit,
        found: CommitChanges | None,
        *,
        with_surface: bool,
        merge: MergeCase | None,
        original: Found | None,
    ) -> CommitCase:
        """The case of one commit; its changes are None for merges and where they are unread.

        ``original`` is the commit that it was taken from.
        """
        changes, contents, trees = found or NO_CHANGES
        made = self._mails.get(commit.id)
        people = self._people(commit, made, found)
        position = self._history.positions[commit.id]
        coverage = self._coverer.of(position)
        upstream = self._backports.examine(commit, people.author, found, original)
        is_release = self._is_release(commit, position)
        roles = self._router.responsible(changes)
        return CommitCase(
            commit=commit,
            changes=changes,
            trees=trees,
            author=people.author,
            committer=people.committer,
            signers=people.signers,
            signature=people.signature,
            coverage=coverage,
            merge=merge,
            route=self._router.route(
                commit,
                roles,
                signers=people.signers,
                author=people.author,
                committer=people.committer,
                is_release=is_release,
                from_upstream=upstream is not None,
                mergers=coverage.mergers,
                seals=seals_of(coverage, self._release),
                handler=Role.SENDER if made else Role.COMMITTER,
            ),
            upstream=upstream,
            follow_ups=self._follow_ups.of(commit.id, upstream),
            subsystems=lines_by_subsystem(self._where, changes, commit.message, contents),
            moved=self._moved(changes),
            surface=all_surface(changes, contents) if with_surface else (),
            authority_changes=self._authority.of(changes, people.author),
            parent_times=() if made else self._parent_times(commit),
            is_release=is_release,
            is_stable=self._is_stable,
            responsible=frozenset(roles),
            pattern=self._patterns.get(people.author.address),
            sign_offs=self._sign_offs,
            known=self._assessor.known,
            policy=self._trust.policy,
            domains=self._trust.domains,
            mail=made.mail if made else None,
            applies=not (made and made.alone),
            posted=people.posted,
        )

    def _people(self, commit: Commit, made: Made | None, found: CommitChanges | None) -> _People:
        """Who is in a commit, with what its signature, or its mail, adds to them."""
        author = self._assessor.assess(commit.author)
        committer = self._assessor.assess(commit.committer)
        signers = self._router.signers(commit)
        posted = None
        if made is None:
            signature = self._verifier.verify(commit.signature, commit.committer)
            author = attested(author, signature)
            if self._posted and found:
                posted = self._posted.examine(commit, author, (committer, *signers), found)
                author = with_mail(author, posted)
        else:
            signature = self._verifier.verify(made.signature, commit.author)
            author = attested(author, signature)
            if carries(signature, committer):
                committer = attested(committer, signature)
        return _People(author, committer, signers, signature, posted)

    def _is_release(self, commit: Commit, position: int) -> bool:
        """True where the subject names a release, by itself or with the tag that stands there."""
        versions = [release.version for release in self._releases.get(position, ())]
        return is_release_subject(commit.subject, versions)

    def _moved(self, changes: Sequence[FileChange]) -> tuple[MovedPath, ...]:
        """Touched paths whose subsystems differ between trust base and tip."""
        before, now = self._trust.maintainers, self._where
        if not before or now is before:
            return ()
        pairs = (
            (change.path, before.subsystems_for(change.path), now.subsystems_for(change.path))
            for change in changes
        )
        return tuple(
            MovedPath(path=path, at_trust_base=old, at_tip=new)
            for path, old, new in pairs
            if set(old) != set(new)
        )

    def _parent_times(self, commit: Commit) -> tuple[int, ...]:
        positions, times = self._history.positions, self._history.commit_times
        return tuple(times[positions[parent]] for parent in commit.parents if parent in positions)


def all_surface(
    changes: Sequence[FileChange], contents: Sequence[FileContent]
) -> tuple[SurfaceItem, ...]:
    """New attack surface: by the files, then by their lines; a file that moves brings none."""
    own = without_moved(changes)
    paths = {change.path for change in own}
    by_line = (item for content in contents if content.path in paths for item in content.surface)
    return (*surface_of_files(own), *by_line)


def lines_by_subsystem(
    where: Maintainers,
    changes: Sequence[FileChange],
    message: str,
    contents: Sequence[FileContent],
) -> tuple[SubsystemLines, ...]:
    """Lines per subsystem, most added first; a file counts once for each it belongs to.

    A file belongs by its path, or by a ``K:`` pattern in its changed lines; a pattern in the
    message makes the commit belong, without lines.
    """
    added: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    patterns = _by_content(where, changes, message, contents, added, removed)
    for change in changes:
        for name in where.subsystems_for(change.path):
            added[name] += change.added
            removed[name] += change.removed
    return tuple(
        SubsystemLines(
            name=name,
            added=added[name],
            removed=removed[name],
            pattern=patterns.get(name, ""),
        )
        for name in sorted(added, key=lambda name: (-added[name], -removed[name], name))
    )


def _by_content(
    where: Maintainers,
    changes: Sequence[FileChange],
    message: str,
    contents: Sequence[FileContent],
    added: Counter[str],
    removed: Counter[str],
) -> dict[str, str]:
    """Counts lines of sections that claim content (``K:``); their patterns by section name.

    A section that claims the file by its path already counts it.
    """
    if not where.has_keywords:
        return {}
    said = where.sections_for_text(encode(message).split(b"\n"))
    if not said and not contents:
        return {}
    patterns: dict[str, str] = {}
    claimed = {name for change in changes for name in where.subsystems_for(change.path)}
    for section, pattern in said:
        if section.name not in claimed:
            patterns[section.name] = pattern
            added[section.name] += 0
    counted = {change.path: change for change in changes}
    taken: set[tuple[str, str]] = set()
    for content in contents:
        own = where.subsystems_for(content.path)
        for section, pattern in content.sections:
            if section.name not in own and (section.name, content.path) not in taken:
                taken.add((section.name, content.path))
                added[section.name] += counted[content.path].added
                removed[section.name] += counted[content.path].removed
                if section.name not in claimed:
                    patterns.setdefault(section.name, pattern)
    return patterns
