"""Each commit beside the mail that it was made of: who sent it, what it changed, who answered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from provenance.dates import day
from provenance.evidence.attestation import attested
from provenance.evidence.changes import CommitChanges
from provenance.evidence.claims import Assessor
from provenance.evidence.model import (
    Evidence,
    Outcome,
    Posted,
    ReviewClaim,
    Signature,
    Standing,
)
from provenance.evidence.postings import Posting, Postings, Reply
from provenance.evidence.same_person import same_person
from provenance.evidence.signatures import Verifier
from provenance.facts import Commit, ObjectId, Trailer, Zone
from provenance.parse.addresses import normalise
from provenance.parse.apply import gives
from provenance.parse.comparison import UNKNOWN, Comparison, Content, compare
from provenance.parse.mail import parse_time
from provenance.parse.mailed import PatchError, parse_mailed_change, with_plain_ends
from provenance.parse.trailers import REVIEW_KEYS, parse_message
from provenance.repository import Repository
from provenance.repository.archives import LARGEST
from provenance.repository.letters import Letter

_CUT: Final = replace(
    UNKNOWN, differences=("not compared: the mail is larger than what is read of one",)
)
_RANK: Final = (Content.UNKNOWN, Content.DIFFERENT, Content.ADAPTED, Content.SAME)


def _rank(found: Comparison) -> int:
    """How near two changes are."""
    return _RANK.index(found.content)


class _Answer(NamedTuple):
    """What the archives have of a review: in words, and whether the reviewer answered at all."""

    outcome: Outcome
    detail: str
    has_answered: bool


_HANDLED: Final = _Answer(Outcome.NOT_APPLICABLE, "handled the patch", False)


class _Candidate(Struct, frozen=True, kw_only=True):
    """A mail taken apart and compared with the commit."""

    posting: Posting
    letter: Letter
    author: Standing
    author_matches: bool
    comparison: Comparison

    @property
    def rank(self) -> tuple[bool, int]:
        return self.author_matches, _rank(self.comparison)

    @property
    def is_it(self) -> bool:
        """True where nothing could fit better."""
        return self.author_matches and self.comparison.content is Content.SAME

    @property
    def may_be_it(self) -> bool:
        """Of the same author, or the same change: what is linked may be about the bug."""
        same = (Content.SAME, Content.ADAPTED)
        return self.author_matches or self.comparison.content in same


class PostedExaminer:
    """Finds the mail of each commit among those that the archives have."""

    def __init__(
        self,
        postings: Postings,
        repository: Repository,
        assessor: Assessor,
        verifier: Verifier,
    ) -> None:
        self._postings = postings
        self._repository = repository
        self._assessor = assessor
        self._verifier = verifier

    def examine(
        self,
        commit: Commit,
        author: Standing,
        handlers: Sequence[Standing],
        changes: CommitChanges,
    ) -> Posted | None:
        """The mail of a commit that is no merge; None where there is none."""
        found: list[_Candidate] = []
        for posting in self._postings.candidates(commit.id):
            candidate = self._open(posting, author, changes)
            if candidate and candidate.may_be_it:
                found.append(candidate)
                if candidate.is_it:
                    break
        if not found:
            return None
        best = max(found, key=lambda one: one.rank)
        return Posted(
            mail=best.posting.mail,
            linked=self._postings.is_linked(commit.id, best.posting),
            author=best.author,
            author_matches=best.author_matches,
            comparison=best.comparison,
            signature=self._signature(best.letter),
            reviews=tuple(self._reviews(commit, author, handlers, best)),
            replies=self._postings.talk(commit.id),
        )

    def _open(
        self, posting: Posting, author: Standing, changes: CommitChanges
    ) -> _Candidate | None:
        raw = self._postings.text_of(posting)
        letter = self._repository.open_letter(raw)
        if letter is None or not letter.has_patch:
            return None
        theirs = self._assessor.assess_person(letter.author)
        is_cut = len(raw) >= LARGEST
        return _Candidate(
            posting=posting,
            letter=letter,
            author=theirs,
            author_matches=same_person(author, theirs),
            comparison=_CUT if is_cut else self._nearest(letter, changes),
        )

    def _nearest(self, letter: Letter, changes: CommitChanges) -> Comparison:
        """The commit beside the text of its mail, or the attachment that comes nearer to it."""
        text = self._compare(with_plain_ends(letter.patch), changes)
        if text.content is Content.SAME:
            return text
        attached = (self._compare(part, changes) for part in letter.attached)
        return max((text, *attached), key=_rank)

    def _compare(self, patch: bytes, changes: CommitChanges) -> Comparison:
        """By their lines, and where these are not the same by what comes out: git writes the same
        change in several ways.
        """
        try:
            found = compare(parse_mailed_change(patch), changes.compared)
        except PatchError as error:
            found = replace(UNKNOWN, differences=(f"not compared: {error}",))
        if found.content is not Content.SAME:
            with contextlib.suppress(PatchError):
                if gives(patch, changes.files, self._read_text):
                    return Comparison(content=Content.SAME)
        return found

    def _read_text(self, name: ObjectId) -> bytes | None:
        for raw in self._repository.stream_raw([name]):
            if raw.type == "blob":
                return raw.raw
        return None

    def _signature(self, letter: Letter) -> Signature:
        made = parse_time(letter.date, letter.author) or letter.mail.time
        return self._verifier.verify(letter.signature, made)

    def _reviews(
        self, commit: Commit, author: Standing, handlers: Sequence[Standing], found: _Candidate
    ) -> Iterator[ReviewClaim]:
        """Each review that the commit claims, with the reply that gives it."""
        replies = self._postings.replies(commit.id, found.posting)
        sender = self._assessor.assess_person(found.letter.mail.sender)
        is_own = same_person(sender, author)
        told = {_what(one) for one in parse_message(found.letter.message).trailers if is_own}
        for trailer in commit.trailers:
            key = trailer.key.lower()
            if trailer.zone is Zone.BLOCK and trailer.person and key in REVIEW_KEYS:
                reviewer = self._assessor.assess_person(trailer.person)
                answer = _HANDLED
                if not any(same_person(reviewer, handler) for handler in handlers):
                    answer = self._answer(key, reviewer, replies)
                yield ReviewClaim(
                    key=key,
                    reviewer=reviewer,
                    outcome=answer.outcome,
                    detail=answer.detail,
                    has_answered=answer.has_answered,
                    in_mail=_what(trailer) in told,
                )

    def _answer(self, key: str, reviewer: Standing, replies: Iterable[Reply]) -> _Answer:
        """What the archives have of a review."""
        own = [
            (sender, reply)
            for reply in replies
            if same_person(sender := self._assessor.assess_person(reply.sender), reviewer)
        ]
        for sender, reply in own:
            same_address = sender.address.casefold() == reviewer.address.casefold()
            if key in reply.keys and same_address:
                return _Answer(Outcome.GOOD, f"sent in {reply.message_id}", True)
        if not own:
            return _Answer(Outcome.UNAVAILABLE, "no reply of theirs in the archives", False)
        sender, reply = own[0]
        keys = ", ".join(sorted(set().union(*(one.keys for _, one in own))))
        detail = f"replied from {sender.claimed.email}, {keys or 'without such a line'}"
        return _Answer(Outcome.UNAVAILABLE, detail, True)


def _what(trailer: Trailer) -> tuple[str, str]:
    """What a trailer says, whoever wrote it down."""
    return trailer.key.lower(), normalise(trailer.person.email) if trailer.person else ""


def with_mail(author: Standing, posted: Posted | None) -> Standing:
    """The author's standing with what mail archives add to it."""
    outcome, detail = _told(posted)
    seen = Evidence(source="mail", outcome=outcome, detail=detail)
    author = replace(author, evidence=(*author.evidence, seen))
    if posted and posted.author_matches and posted.comparison.content is Content.SAME:
        return attested(author, posted.signature, "mail-signature")
    return author


def _told(posted: Posted | None) -> tuple[Outcome, str]:
    if posted is None:
        return Outcome.UNAVAILABLE, "the mail that it was posted in is not in the archives"
    mail = posted.mail
    when = day(mail.time.seconds) if mail.time else "no date"
    where = f"in {mail.message_id}, {when}"
    if posted.author_matches:
        return Outcome.GOOD, f"posted by the same author {where}"
    who = posted.author.claimed
    return Outcome.BAD, f"posted by {who.name} <{who.email}> {where}"
