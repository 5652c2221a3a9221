"""Walks a scope and gives each commit its case; keeps account of what could not be read."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from provenance.dates import LAST
from provenance.evidence.account import Account
from provenance.evidence.authority import AuthorityReader, committed
from provenance.evidence.authority_changes import AuthorityFinder
from provenance.evidence.backports import BackportExaminer
from provenance.evidence.cases import CaseBuilder
from provenance.evidence.changes import ChangeReader, CommitChanges
from provenance.evidence.claims import Assessor
from provenance.evidence.coverage import Coverer
from provenance.evidence.follow_ups import FollowUpFinder
from provenance.evidence.line_cases import LineReader, Take
from provenance.evidence.line_tally import LineTally
from provenance.evidence.merges import MergeExaminer, merge_again
from provenance.evidence.model import CommitCase, MergeCase, SignOffs, TagCase
from provenance.evidence.pattern.survey import Surveyor
from provenance.evidence.posted import PostedExaminer
from provenance.evidence.postings import Postings, find_postings
from provenance.evidence.release_tag import release_tag, seal_of
from provenance.evidence.route import Router
from provenance.evidence.sign_offs import read_sign_offs
from provenance.evidence.signals import Pattern
from provenance.evidence.signatures import Verifier
from provenance.evidence.ssh import read_ssh_trust
from provenance.evidence.trust import TrustBase
from provenance.evidence.upstream import Claimed, UpstreamResolver
from provenance.facts import Address, Commit, Ident, ObjectId
from provenance.index.history import History, without
from provenance.index.index import Index
from provenance.index.pulls import Pulls
from provenance.index.ranges import Scope, upstream_line
from provenance.index.releases import newest_release, releases_by_position
from provenance.index.track_record import TrackRecord
from provenance.limits import MAX_COMMIT
from provenance.parse.maintainers import Maintainers
from provenance.parse.objects import parse_commit
from provenance.parse.references import names_an_origin
from provenance.parse.remerge import Remerged
from provenance.repository import Repository
from provenance.repository.objects import RawObject
from provenance.repository.series import Made
from provenance.settings import Progress, Settings, Whose, no_progress

POLICY_IN_TREE = "provenance.toml"
_PROGRESS_EVERY = 200
NO_MAILS: Final[Mapping[ObjectId, Made]] = {}
NO_PATTERNS: Final[Mapping[Address, Pattern]] = {}
_KEPT = 8 << 20
"""Bytes of commits that are kept between two looks at them, parsed: as much as 7,000."""


class Share(Struct, frozen=True, kw_only=True):
    """Commits that are examined while other processes examine the others, after ``fetch``.

    One share ``tells`` of the progress that all make.
    """

    commits: Sequence[ObjectId]
    tells: bool


class Examination:
    """Everything needed to look at the commits of one scope.

    ``account`` fills up while ``cases`` is consumed.  ``mails`` are those that the commits of the
    scope were made of.
    """

    def __init__(
        self,
        repository: Repository,
        index: Index,
        scope: Scope,
        settings: Settings,
        progress: Progress,
        mails: Mapping[ObjectId, Made] = NO_MAILS,
    ) -> None:
        self._repository = repository
        self._index = index
        self._scope = scope
        self._settings = settings
        self._progress = progress
        self._mails = mails
        self.account = Account()
        self._authority = AuthorityReader(repository, settings, self.account)
        self._parsed: dict[ObjectId, Commit] = {}
        self.as_of = settings.as_of or _date_of(scope)
        self.trust: TrustBase = self._authority.trust_base(scope)
        self.assessor = Assessor(self.trust)
        self._verifier = Verifier(
            self.trust.keyring,
            read_ssh_trust(settings.allowed_signers, settings.revoked_signers),
            self.as_of,
        )
        self._router = Router(self.trust, self.assessor)
        self.tag: TagCase | None = release_tag(repository, scope, self._verifier, self.assessor)
        self.where: Maintainers = (
            self.trust.maintainers
            if mails  # of a patch that does not apply there is only a part of each file
            or scope.tip.commit == scope.trust_base
            else self._authority.maintainers(scope.tip.commit, "the audited tip")
        )

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
        account = self.account
        told = list(account.notes)
        trust = self._authority.trust_base(before)
        if account.authority_read:
            account.notes = told  # what is absent there is no limit of this report
        return self._surveyor(before, trust, Assessor(trust))

    def _surveyor(self, scope: Scope, trust: TrustBase, assessor: Assessor) -> Surveyor:
        return Surveyor(
            self._repository, self._index, scope, self._settings, self._progress, trust, assessor
        )

    def settled(self) -> Account:
        """The account with all that could not be read until now, whoever asked for it.

        Of history that are commits of other branches: they may be upstream of something.
        """
        scope, history = self._scope, self._scope.history
        told = history.boundary(scope.inside).keys() | history.boundary(scope.trusted).keys()
        others = {name: why for name, why in history.unreadable.items() if name not in told}
        self.account.unread.update({**self._repository.lost, **others})
        return self.account

    @cached_property
    def order(self) -> Sequence[ObjectId]:
        """The commits of the scope, newest first."""
        history = self._scope.history
        return [ObjectId(history.ids[at]) for at in history.newest_first(self._scope.inside)]

    def fetch(self) -> None:
        """Reads into the index what it lacks of the scope, with as many processes as may run.

        Not the patches of what is compared with an origin or a mail: these are not kept.
        """
        merges, own = self._parted(self.order)
        reader = self._change_reader(own, jobs=self._settings.jobs, progress=self._progress)
        once = self._claimed.keys() | self._with_mail
        absent = reader.absent([name for name in own if name not in once])
        for read in (reader.read(absent), self._remerged(merges, jobs=self._settings.jobs)):
            for _ in read:
                pass

    def cases(
        self,
        patterns: Mapping[Address, Pattern] = NO_PATTERNS,
        *,
        share: Share | None = None,
    ) -> Iterator[CommitCase]:
        """The case of every readable commit of the scope, newest first, or of a share of them.

        ``patterns`` are those of the authors, by canonical address.
        """
        coverer = self._coverer(self._scope.line, self._scope.below)
        order, jobs = (share.commits, 1) if share else (self.order, self._settings.jobs)
        progress = no_progress if share and not share.tells else self._progress
        merges, own = self._parted(order)
        backports = self._backports(order, coverer, jobs)
        builder = self._builder(coverer, backports, patterns)
        keep = backports.to_compare | self._with_mail
        reader = self._change_reader(own, keep=keep, jobs=jobs, progress=progress)
        changed = reader.read(own, fetched=share is not None)
        merged, remerged = frozenset(merges), self._remerged(merges, jobs=jobs)
        examiner = MergeExaminer(self._scope, coverer, remerged, self._repository.tree_and_parent)
        whole = len(self.order)
        for number, raw in enumerate(self._repository.stream_raw(order)):
            if number % _PROGRESS_EVERY == 0:
                progress("examining commits", number * whole // len(order), whole)
            object_id = ObjectId(raw.id)
            is_merge = object_id in merged
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
                with_surface=object_id in self._surfaced,
                merge=merge,
                original=original,
            )

    def _parted(self, ids: Sequence[ObjectId]) -> tuple[list[ObjectId], list[ObjectId]]:
        """The merges among some commits, and the others."""
        merges: list[ObjectId] = []
        own: list[ObjectId] = []
        for name in ids:
            (merges if self._is_merge(name) else own).append(name)
        return merges, own

    def _is_merge(self, name: ObjectId) -> bool:
        history = self._scope.history
        return history.is_merge(history.positions[name])

    def _change_reader(
        self,
        own: Sequence[ObjectId],
        *,
        keep: frozenset[ObjectId] = frozenset(),
        jobs: int,
        progress: Progress,
    ) -> ChangeReader:
        return ChangeReader(
            self._repository,
            self._index,
            self.where,
            surface_of=self._surfaced,
            trees_of=frozenset(own),
            keep=keep,
            jobs=jobs,
            progress=progress,
        )

    def _note_gaps(
        self, commit: Commit, found: CommitChanges | None, merge: MergeCase | None
    ) -> None:
        """Notes what of a commit that is examined could not be read."""
        if merge is None and found is None:
            self.account.partial[commit.id] = "its changes could not be read"
        elif merge and merge.changed is None and self._settings.remerge:
            self.account.partial[commit.id] = "it could not be merged again"
        elif "unreadable-parent" in commit.anomalies:
            self.account.partial[commit.id] = "a parent line holds no commit id"

    def _is_skipped(self, object_id: ObjectId, raw: RawObject, found: CommitChanges | None) -> bool:
        """True for a commit that cannot be examined; the account says why."""
        budgets = self._settings.policy.budgets
        if raw.type != "commit":
            self.account.unreadable[object_id] = raw.problem or f"a {raw.type}, not a commit"
        elif raw.size > min(budgets.commit_bytes, MAX_COMMIT):
            self.account.over_budget[object_id] = f"{raw.size} bytes"
        elif found is not None and len(found.files) > budgets.files:
            self.account.over_budget[object_id] = f"{len(found.files)} files"
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
        scope, canonical = self._scope, self.trust.record.canonical
        return TrackRecord(scope.history, scope.known, canonical, key=scope.known_key)

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
            account=self.account,
        )
        return reader.tallies(take, keep=keep)

    @cached_property
    def _resolver(self) -> UpstreamResolver:
        scope = self._scope
        audited = scope.inside if scope.is_range else bytearray(len(scope.history))
        return UpstreamResolver(scope.history, scope.mainline, audited, stable=scope.is_stable)

    @cached_property
    def _claimed(self) -> Mapping[ObjectId, Claimed]:
        """What each commit of the scope names as its origin, where it names one."""
        found = {}
        kept = 0
        for raw in self._repository.stream_raw(self.order):
            if raw.type == "commit" and names_an_origin(raw.raw):
                commit = parse_commit(ObjectId(raw.id), raw.raw)
                claimed = self._resolver.references(commit.message)
                if claimed:
                    found[commit.id] = claimed
                    kept += len(raw.raw)
                    if kept <= _KEPT:
                        self._parsed[commit.id] = commit
        return found

    @cached_property
    def postings(self) -> Postings | None:
        """The mails of the scope's commits; None where no archive was given."""
        if not self._settings.mails:
            return None
        _, own = self._parted(self.order)
        return find_postings(self._repository, own, self._settings, self._progress)

    @property
    def _posted(self) -> PostedExaminer | None:
        if self.postings is None:
            return None
        return PostedExaminer(self.postings, self._repository, self.assessor, self._verifier)

    @cached_property
    def _with_mail(self) -> frozenset[ObjectId]:
        """The commits that are compared with a mail."""
        return self.postings.commits if self.postings else frozenset()

    def _backports(
        self, order: Sequence[ObjectId], coverer: Coverer, jobs: int
    ) -> BackportExaminer:
        claimed = {name: self._claimed[name] for name in order if name in self._claimed}
        ids = [one.id for one in claimed.values() if one.id]
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
                jobs=jobs,
            ).read(ids),
            history=self._scope.history,
            assessor=self.assessor,
            verifier=self._verifier,
            router=self._router,
            coverer=coverer,
            commits=self._repository.stream_commits(ids),
        )

    def _coverer(self, line: ObjectId, below: bytearray) -> Coverer:
        history = self._scope.history
        pulls = Pulls(history, history.positions[line], below)
        read_commit = self._repository.read_commit
        return Coverer(history, pulls, self._verifier, self.assessor, read_commit)

    def _remerged(
        self, merges: Sequence[ObjectId], *, jobs: int
    ) -> Iterator[tuple[ObjectId, Remerged | None]]:
        """Each merge with what merging again does not give, None where that is not asked."""
        if not self._settings.remerge:
            return ((name, None) for name in merges)
        history = self._scope.history
        with_parents = [
            (name, [ObjectId(one) for one in history.parent_ids(history.positions[name])])
            for name in merges
        ]
        return merge_again(self._repository, self._index, with_parents, jobs=jobs)

    @cached_property
    def _surfaced(self) -> frozenset[ObjectId]:
        """The commits of the scope whose new attack surface is read."""
        return self._with_surface(self.order)

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
                resolver=self._resolver,
                read_commit=self._repository.read_commit,
            ),
            history=scope.history,
            authority=self._authority_finder,
            is_stable=scope.is_stable,
            verifier=self._verifier,
            coverer=coverer,
            router=self._router,
            release=seal_of(self.tag) if self.tag else None,
            patterns=patterns,
            sign_offs=self._sign_offs(),
            releases=releases_by_position(self._repository, scope.history, scope.inside),
            mails=self._mails,
            posted=self._posted,
        )

    def _sign_offs(self) -> SignOffs:
        """How usual they are; noted where they are not."""
        found = read_sign_offs(self._repository, self._scope)
        if not found.are_usual:
            self.account.note(
                f"sign-offs are not asked for here ({found.told}): that one lacks is only noted"
            )
        return found

    @cached_property
    def _authority_finder(self) -> AuthorityFinder:
        history = self._scope.history
        authors = compress(history.authors, without(self._scope.inside, history.merges))
        return AuthorityFinder(
            self.assessor,
            self._settings.policy,
            {history.people[number]: commits for number, commits in Counter(authors).items()},
            self.trust.maintainers,
            self._authority.read_blob,
        )

    def has_policy_in_tree(self) -> bool:
        """True where the audited tree brings a policy; it is mentioned, never obeyed."""
        return self._authority.read_file(self._scope.tip.commit, POLICY_IN_TREE) is not None


def _date_of(scope: Scope) -> datetime.date:
    """The day of the audited tip, or of its release tag where that is later (UTC)."""
    seconds = committed(scope.history, scope.tip.commit)
    taggers = [tag.tagger for tag in scope.tip.tags if isinstance(tag.tagger, Ident)]
    latest = max([seconds, *(tagger.seconds for tagger in taggers)])
    return datetime.datetime.fromtimestamp(min(max(latest, 0), LAST), datetime.UTC).date()
