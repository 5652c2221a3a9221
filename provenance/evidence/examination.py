"""Walks a scope and gives each commit its case; keeps account of what could not be read."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from provenance.dates import LAST
from provenance.errors import MissingObjectError
from provenance.evidence.backports import BackportExaminer
from provenance.evidence.cases import CaseBuilder
from provenance.evidence.changes import ChangeReader, CommitChanges
from provenance.evidence.claims import Assessor
from provenance.evidence.coverage import Coverer
from provenance.evidence.follow_ups import FollowUpFinder
from provenance.evidence.keyring import read_keyring
from provenance.evidence.line_cases import LineReader, Take
from provenance.evidence.line_tally import LineTally
from provenance.evidence.merges import MergeExaminer, merge_again
from provenance.evidence.model import CommitCase, MergeCase, TagCase
from provenance.evidence.pattern.survey import Surveyor
from provenance.evidence.release_tag import release_tag, seal_of
from provenance.evidence.route import Router
from provenance.evidence.signals import Pattern
from provenance.evidence.signatures import Verifier
from provenance.evidence.ssh import read_ssh_trust
from provenance.evidence.trust import TrustBase, build_trust_base
from provenance.evidence.upstream import Claimed, UpstreamResolver
from provenance.facts import Address, Commit, Ident, ObjectId
from provenance.index.history import History, positions_in
from provenance.index.index import Index
from provenance.index.pulls import Pulls
from provenance.index.ranges import Scope, upstream_line
from provenance.index.releases import newest_release
from provenance.index.track_record import TrackRecord
from provenance.parse.addresses import normalise
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import Maintainers, parse_maintainers
from provenance.parse.objects import parse_commit
from provenance.parse.references import names_an_origin
from provenance.parse.remerge import Remerged
from provenance.repository import Repository
from provenance.repository.objects import RawObject
from provenance.settings import Progress, Settings, Whose

POLICY_IN_TREE = "provenance.toml"
_SCRIPT = "scripts/get_maintainer.pl"
_PROGRESS_EVERY = 200
NO_PATTERNS: Final[Mapping[Address, Pattern]] = {}
_KEPT = 5000
"""Commits that are kept between two looks at them."""


class Examination:
    """Everything needed to look at the commits of one scope.

    ``unreadable``, ``over_budget`` and ``partial`` (id to reason) fill up while ``cases``
    is consumed; ``notes`` says in words what could not be looked at.
    """

    def __init__(
        self,
        repository: Repository,
        index: Index,
        scope: Scope,
        settings: Settings,
        progress: Progress,
    ) -> None:
        self._repository = repository
        self._index = index
        self._scope = scope
        self._settings = settings
        self._progress = progress
        self.unreadable: dict[str, str] = {}
        self.over_budget: dict[str, str] = {}
        self.partial: dict[str, str] = {}
        self.notes: list[str] = []
        self.authority_read = True
        """False where a file that says who has authority is there and cannot be read."""
        self._parsed: dict[ObjectId, Commit] = {}
        self.as_of = settings.as_of or _date_of(scope)
        self.trust: TrustBase = self._trust_base(scope)
        self.assessor = Assessor(self.trust)
        self._verifier = Verifier(
            self.trust.keyring,
            read_ssh_trust(settings.allowed_signers, settings.revoked_signers),
            self.as_of,
        )
        self._router = Router(self.trust, self.assessor)
        self.tag: TagCase | None = release_tag(repository, scope, self._verifier, self.assessor)
        self.where: Maintainers = self._maintainers(scope.tip.commit, "the audited tip")

    @property
    def releases(self) -> Mapping[str, ObjectId]:
        """What each release tag points at: releases decide who counts as a newcomer."""
        by_name = self._repository.refs.by_name
        return {name: by_name[f"refs/tags/{name}"] for name in self._repository.releases}

    @cached_property
    def compared(self) -> ObjectId | None:
        """The commit before which newcomers are compared with: the newest release before the
        trust base, so that ranges and commits between two releases meet the same people.
        """
        scope = self._scope
        release = newest_release(self._repository, scope.history, scope.trusted)
        return release or scope.trust_base

    @cached_property
    def surveyor(self) -> Surveyor:
        """Who looks at the identities of the range."""
        return self._surveyor(self._scope, self.trust, self.assessor)

    def surveyor_before(self) -> Surveyor:
        """Who looks at the newcomers before it, and sees nothing that came later."""
        scope, commit = self._scope, self.compared
        if commit is None:
            return self.surveyor
        trusted = scope.history.ancestors([commit])
        before = replace(
            scope,
            tip=replace(scope.tip, commit=commit),
            trust_base=commit,
            trusted=trusted,
            inside=bytearray(len(trusted)),
            known=trusted,
            known_key=commit,
        )
        if commit == scope.trust_base:
            return self._surveyor(before, self.trust, self.assessor)
        told = list(self.notes)
        trust = self._trust_base(before)
        if self.authority_read:
            self.notes = told  # what is absent there is no limit of this report
        return self._surveyor(before, trust, Assessor(trust))

    def _surveyor(self, scope: Scope, trust: TrustBase, assessor: Assessor) -> Surveyor:
        return Surveyor(
            self._repository, self._index, scope, self._settings, self._progress, trust, assessor
        )

    def cases(self, patterns: Mapping[Address, Pattern] = NO_PATTERNS) -> Iterator[CommitCase]:
        """The case of every readable commit of the scope, newest first.

        ``patterns`` are those of the authors, by canonical address.
        """
        coverer = self._coverer(self._scope.line, self._scope.below)
        scope = self._scope
        order = [ObjectId(scope.history.ids[p]) for p in scope.history.newest_first(scope.inside)]
        merges = {name for name in order if scope.history.is_merge(scope.history.positions[name])}
        own = [name for name in order if name not in merges]
        surface_of = self._with_surface(own)
        resolver = self._resolver()
        backports = self._backports(order, self._claimed(order, resolver), coverer)
        builder = self._builder(coverer, backports, resolver, patterns)
        changed = ChangeReader(
            self._repository,
            self._index,
            self.where,
            surface_of=surface_of,
            trees_of=frozenset(own),
            keep=backports.to_compare,
            jobs=self._settings.jobs,
            progress=self._progress,
        ).read(own)
        examiner = self._merge_examiner([name for name in order if name in merges], coverer)
        for number, raw in enumerate(self._repository.stream_raw(order)):
            if number % _PROGRESS_EVERY == 0:
                self._progress("examining commits", number, len(order))
            object_id = ObjectId(raw.id)
            is_merge = object_id in merges
            found = None if is_merge else next(changed)[1]
            merge_case = examiner.examine(object_id) if is_merge else None
            original = backports.next_original(object_id)
            if self._is_skipped(object_id, raw, found):
                continue
            commit = self._parsed.pop(object_id, None) or parse_commit(object_id, raw.raw)
            merge = merge_case(commit) if merge_case else None
            self._note_gaps(commit, found, merge)
            yield builder.build(
                commit,
                found,
                with_surface=object_id in surface_of,
                merge=merge,
                original=original,
            )

    def _note_gaps(
        self, commit: Commit, found: CommitChanges | None, merge: MergeCase | None
    ) -> None:
        """Notes what of a commit that is examined could not be read."""
        if merge is None and found is None:
            self.partial[commit.id] = "its changes could not be read"
        elif merge and merge.changed is None and self._settings.remerge:
            self.partial[commit.id] = "it could not be merged again"
        elif "unreadable-parent" in commit.anomalies:
            self.partial[commit.id] = "a parent line holds no commit id"

    def _is_skipped(self, object_id: ObjectId, raw: RawObject, found: CommitChanges | None) -> bool:
        """True for a commit that cannot be examined; the account says why."""
        budgets = self._settings.policy.budgets
        if raw.type != "commit":
            self.unreadable[object_id] = raw.problem or f"a {raw.type}, not a commit"
        elif raw.size > budgets.commit_bytes or not raw.is_whole:
            self.over_budget[object_id] = f"{raw.size} bytes"
        elif found is not None and len(found.files) > budgets.files:
            self.over_budget[object_id] = f"{len(found.files)} files"
        else:
            return False
        return True

    @property
    def history(self) -> History:
        """All history around the scope."""
        return self._scope.history

    @cached_property
    def everything(self) -> TrackRecord:
        """What each identity did in all history that the repository reaches."""
        scope = self._scope
        return TrackRecord(scope.history, scope.known, self.trust.mailmap, key=scope.known_key)

    def line_tallies(self, take: Take, *, keep: str) -> Iterator[LineTally]:
        """The lines of the scope's non-merge commits, added up by ``take`` (``LineReader``)."""
        reader = LineReader(
            repository=self._repository,
            index=self._index,
            scope=self._scope,
            settings=self._settings,
            progress=self._progress,
            assessor=self.assessor,
            verifier=self._verifier,
            has_keys=bool(self.trust.keyring) or self._settings.allowed_signers is not None,
            where=self.where,
            surface_of=self._with_surface,
            partial=self.partial,
            over_budget=self.over_budget,
        )
        return reader.tallies(take, keep=keep)

    def _resolver(self) -> UpstreamResolver:
        scope = self._scope
        audited = scope.inside if scope.is_range else bytearray(len(scope.history))
        return UpstreamResolver(scope.history, scope.mainline, audited, stable=scope.is_stable)

    def _claimed(
        self, order: Sequence[ObjectId], resolver: UpstreamResolver
    ) -> dict[ObjectId, Claimed]:
        """What each commit of the scope names as its origin, where it names one."""
        found = {}
        for raw in self._repository.stream_raw(order):
            if raw.type == "commit" and names_an_origin(raw.raw):
                commit = parse_commit(ObjectId(raw.id), raw.raw)
                claimed = resolver.references(commit.message)
                if claimed:
                    found[commit.id] = claimed
                    if len(self._parsed) < _KEPT:
                        self._parsed[commit.id] = commit
        return found

    def _backports(
        self, order: Sequence[ObjectId], claimed: dict[ObjectId, Claimed], coverer: Coverer
    ) -> BackportExaminer:
        named = (claimed[name].id for name in order if name in claimed)
        ids = [original for original in named if original]
        if ids and self._scope.history.with_mergetag:
            line, below = upstream_line(
                self._repository, self._scope.history, self._settings.mainline
            )
            if line:
                coverer = self._coverer(line, below)
        return BackportExaminer(
            claimed=claimed,
            index=self._index,
            read_changes=lambda keep: ChangeReader(
                self._repository,
                self._index,
                Maintainers(()),
                keep=keep,
                jobs=self._settings.jobs,
            ).read(ids),
            history=self._scope.history,
            assessor=self.assessor,
            verifier=self._verifier,
            router=self._router,
            coverer=coverer,
            read_commit=self._repository.read_commit,
        )

    def _coverer(self, line: ObjectId, below: bytearray) -> Coverer:
        history = self._scope.history
        pulls = Pulls(history, history.positions[line], below)
        read_commit = self._repository.read_commit
        return Coverer(history, pulls, self._verifier, self.assessor, read_commit)

    def _merge_examiner(self, merges: Sequence[ObjectId], coverer: Coverer) -> MergeExaminer:
        history = self._scope.history
        with_parents = [
            (name, [ObjectId(one) for one in history.parent_ids(history.positions[name])])
            for name in merges
        ]
        remerged: Iterator[tuple[ObjectId, Remerged | None]]
        if self._settings.remerge:
            remerged = merge_again(
                self._repository, self._index, with_parents, jobs=self._settings.jobs
            )
        else:
            remerged = ((name, None) for name in merges)
        return MergeExaminer(self._scope, coverer, remerged, self._repository.read_commit)

    def _with_surface(self, own: Sequence[ObjectId]) -> frozenset[ObjectId]:
        """Commits whose new attack surface is read."""
        whose = self._settings.surface
        if whose is Whose.EVERYBODY:
            return frozenset(own)
        if whose is Whose.NOBODY:
            return frozenset()
        history = self._scope.history
        return frozenset(
            name
            for name in own
            if self._settings.policy.is_unverified(
                self.assessor.assess_person(
                    history.people[history.authors[history.positions[name]]]
                ).status
            )
        )

    def _builder(
        self,
        coverer: Coverer,
        backports: BackportExaminer,
        resolver: UpstreamResolver,
        patterns: Mapping[Address, Pattern],
    ) -> CaseBuilder:
        scope = self._scope
        return CaseBuilder(
            trust=self.trust,
            assessor=self.assessor,
            where=self.where,
            backports=backports,
            follow_ups=FollowUpFinder(
                scope.history,
                branch=scope.branch,
                mainline=scope.mainline,
                own=scope.branch_own,
                resolver=resolver,
                read_commit=self._repository.read_commit,
            ),
            history=scope.history,
            authors=self._authors(),
            is_stable=scope.is_stable,
            read_blob=self._blob,
            verifier=self._verifier,
            coverer=coverer,
            router=self._router,
            release=seal_of(self.tag) if self.tag else None,
            patterns=patterns,
        )

    def _authors(self) -> Counter[Address]:
        """Non-merge commits of the scope by the author's address."""
        history = self._scope.history
        return Counter(
            normalise(history.people[history.authors[position]].email)
            for position in positions_in(self._scope.inside)
            if not history.is_merge(position)
        )

    def _blob(self, blob: ObjectId) -> bytes:
        try:
            return self._repository.read(blob).raw
        except MissingObjectError as error:
            self.notes.append(f"cannot read a version of MAINTAINERS or .mailmap: {error}")
            self.authority_read = False
            return b""

    def _trust_base(self, scope: Scope) -> TrustBase:
        commit = scope.trust_base
        if commit is None:
            self.notes.append("no trust base: the audit starts at the beginning of history")
        mailmap = Mailmap(self._file(commit, ".mailmap") or b"") if commit else Mailmap()
        missing = scope.history.boundary(scope.trusted)
        if missing:
            self.notes.append(
                f"history before the trust base is incomplete: {len(missing)} commits are missing;"
                " track records and affiliations are a lower bound"
            )
        return build_trust_base(
            commit=commit,
            maintainers=self._maintainers(commit, "the trust base"),
            mailmap=mailmap,
            record=TrackRecord(
                scope.history,
                scope.trusted,
                mailmap,
                key=commit or "",
                until=_committed(scope.history, commit) if commit else LAST,
            ),
            keyring=read_keyring(self._settings.keyring),
            policy=self._settings.policy,
            history_complete=not missing,
        )

    def _maintainers(self, commit: ObjectId | None, place: str) -> Maintainers:
        if commit is None:
            return Maintainers(())
        try:
            found = read_maintainers(self._repository, self._tree(commit))
        except MissingObjectError as error:
            self.notes.append(f"MAINTAINERS at {place} cannot be read: {error}")
            self.authority_read = False
            return Maintainers(())
        if not found:
            self.notes.append(f"no MAINTAINERS file at {place}: no subsystems, no authority")
        self.notes.extend(f"MAINTAINERS pattern not usable: {text}" for text in found.problems)
        return found

    def _file(self, commit: ObjectId, path: str) -> bytes | None:
        try:
            tree = self._tree(commit)
            return self._repository.read_file(tree, path) if tree else None
        except MissingObjectError as error:
            self.notes.append(f"cannot read {path}: {error}")
            self.authority_read = False
            return None

    def _tree(self, commit: ObjectId) -> ObjectId | None:
        return self._repository.read_commit(commit).tree

    def has_policy_in_tree(self) -> bool:
        """True where the audited tree brings a policy; it is mentioned, never obeyed."""
        return self._file(self._scope.tip.commit, POLICY_IN_TREE) is not None


def _committed(history: History, commit: ObjectId) -> int:
    """When a commit says that it was made, in Unix seconds."""
    return history.commit_times[history.positions[commit]]


def _date_of(scope: Scope) -> datetime.date:
    """The day of the audited tip, or of its release tag where that is later (UTC)."""
    seconds = _committed(scope.history, scope.tip.commit)
    taggers = [tag.tagger for tag in scope.tip.tags if isinstance(tag.tagger, Ident)]
    latest = max([seconds, *(tagger.seconds for tagger in taggers)])
    return datetime.datetime.fromtimestamp(min(max(latest, 0), LAST), datetime.UTC).date()


def read_maintainers(repository: Repository, tree: ObjectId | None) -> Maintainers:
    """MAINTAINERS of a tree, empty where it has none; ``**`` as that tree's script has it.

    Raises ``MissingObjectError`` where it is named but cannot be read.
    """
    if tree is None:
        return Maintainers(())
    raw = repository.read_file(tree, "MAINTAINERS")
    script = repository.read_file(tree, _SCRIPT) or b""
    if raw is None:
        return Maintainers(())
    return parse_maintainers(
        raw,
        is_directory=lambda path: repository.is_directory(tree, path),
        double_star=b"(?:.*)" in script,
    )
