"""Mails in which commits may have been posted, and the replies to them, out of mail archives.

One pass over all archives: what is wanted is known before.  Mails go to an unnamed temporary file,
since there may be more than fit into memory.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec import Struct, field

from provenance.dates import DAY
from provenance.evidence.replies import reviews_given
from provenance.facts import Address, Commit, Ident, Mail, ObjectId, Person, Zone, seconds_of
from provenance.parse.addresses import normalise
from provenance.parse.links import parse_mail_links
from provenance.parse.mail import body_of, has_change, title_of
from provenance.parse.objects import parse_commit
from provenance.parse.trailers import REVIEW_KEYS
from provenance.repository import Repository
from provenance.repository.archives import read_mails
from provenance.repository.shelf import Place, Shelf
from provenance.settings import Progress, Settings

_PER_TITLE: Final = 200
"""Mails of one title that are kept: versions of a patch, and its copies on other lists."""
_PER_ID: Final = 8
"""Mails of one Message-ID that are kept: copies that lists have changed."""
_REPLIES: Final = 500
"""Replies of one title, or to one mail, that are kept."""
_TRIED: Final = 12
"""Mails that are compared with a commit."""


class Mention(NamedTuple):
    """The mails that a commit names, and the title by which others are found; by whom and when it
    was written and committed.
    """

    ids: tuple[str, ...]
    title: str
    author: Address
    committed: int


class Posting(NamedTuple):
    """A mail that may be what a commit was made of, and where its text is kept."""

    mail: Mail
    place: Place


class Reply(NamedTuple):
    """An answer to some mails, of somebody who gave a review somewhere; the ``keys`` of those that
    stand in this one are in lower case.
    """

    message_id: str
    sender: Person
    keys: frozenset[str]


class Wanted(Struct):
    """What is looked for in the archives: by Message-ID, by title, and by who reviewed."""

    mentions: dict[ObjectId, Mention] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    reviewers: set[str] = field(default_factory=set)

    def add(self, commit: Commit) -> None:
        """Asks for the mail of a commit that is no merge."""
        author = commit.author
        mention = Mention(
            parse_mail_links(commit.trailers),
            title_of(commit.subject),
            normalise(author.person.email if isinstance(author, Ident) else ""),
            seconds_of(commit.committer),
        )
        self.mentions[commit.id] = mention
        self.ids.update(mention.ids)
        self.titles.add(mention.title)
        for trailer in commit.trailers:
            if trailer.zone is Zone.BLOCK and trailer.key.lower() in REVIEW_KEYS and trailer.person:
                self.reviewers |= _marks(trailer.person)


def _marks(person: Person) -> set[str]:
    """By what somebody is known again: the address, and the name if there is one."""
    return {normalise(person.email), person.name.casefold()} - {""}


class Postings:
    """The mails that were found, by commit; processes that were forked may ask at once.

    ``read`` and ``unreadable`` count the mails of all archives, whose ``names`` are those of their
    files and folders.
    """

    def __init__(self, wanted: Wanted, names: tuple[str, ...]) -> None:
        self._wanted = wanted
        self.names = names
        self._by_id: dict[str, list[Posting]] = defaultdict(list)
        self._by_title: dict[str, list[Posting]] = defaultdict(list)
        self._answers: dict[str, list[Reply]] = defaultdict(list)
        self._answers_by_title: dict[str, list[Reply]] = defaultdict(list)
        self._talk: Counter[str] = Counter()
        self._shelf = Shelf()
        self.read = 0
        self.unreadable = 0

    def take(self, found: tuple[Mail, bytes] | None) -> None:
        """Takes in a mail, or None for one that could not be read."""
        if found is None:
            self.unreadable += 1
            return
        self.read += 1
        mail, raw = found
        title = title_of(mail.subject)
        is_named, has_title = mail.message_id in self._wanted.ids, title in self._wanted.titles
        if is_named or has_title:
            self._take_posting(mail, title, raw, is_named=is_named)
        if not (mail.is_reply or mail.answers):
            return
        if has_title:
            self._talk[title] += mail.is_reply
        if _marks(mail.sender) & self._wanted.reviewers:
            self._take_reply(mail, title, raw)

    def _take_posting(self, mail: Mail, title: str, raw: bytes, *, is_named: bool) -> None:
        named = self._by_id[mail.message_id] if mail.message_id else []
        titled = self._by_title[title]
        if len(named) >= _PER_ID or not (is_named or len(titled) < _PER_TITLE):
            return
        if not (is_named or has_change(body_of(raw))):
            return
        if any(self.text_of(one) == raw for one in named):
            return
        posting = Posting(mail, self._shelf.put(raw))
        named.append(posting)
        titled.append(posting)

    def _take_reply(self, mail: Mail, title: str, raw: bytes) -> None:
        keys = reviews_given(body_of(raw), mail.sender)
        reply = Reply(mail.message_id, mail.sender, keys)
        places = [self._answers[name] for name in mail.answers]
        for known in (self._answers_by_title[title], *places):
            if len(known) < _REPLIES:
                known.append(reply)

    def text_of(self, posting: Posting) -> bytes:
        """A mail as it is in its archive."""
        return self._shelf.take(posting.place)

    @property
    def commits(self) -> frozenset[ObjectId]:
        """The commits for which there is a mail to look at."""
        return frozenset(
            name
            for name, mention in self._wanted.mentions.items()
            if self._by_title.get(mention.title) or any(map(self._by_id.get, mention.ids))
        )

    def is_linked(self, commit: ObjectId, posting: Posting) -> bool:
        """True where the commit names the mail."""
        return posting.mail.message_id in self._wanted.mentions[commit].ids

    def candidates(self, commit: ObjectId) -> Sequence[Posting]:
        """The mails that may be what a commit was made of, the likeliest first: those that it
        names, then those of its title.
        """
        mention = self._wanted.mentions.get(commit)
        if mention is None:
            return ()
        named = [one for name in mention.ids for one in self._by_id.get(name, ())]
        titled = sorted(
            self._by_title.get(mention.title, ()), key=lambda one: _likelihood(one.mail, mention)
        )
        return list(dict.fromkeys((*named, *titled)))[:_TRIED]

    def replies(self, commit: ObjectId, posting: Posting) -> Sequence[Reply]:
        """The answers to a mail of a commit, to those of its title by the same sender or by the
        author, and to what these answer; also those of its title, where nobody else posted one.

        Stable kernels are posted again by who makes them.
        """
        mention = self._wanted.mentions[commit]
        titled = self._by_title.get(mention.title, ())
        senders = {_sender(posting.mail), mention.author}
        own = [posting, *(one for one in titled if _sender(one.mail) in senders)]
        names = dict.fromkeys(
            name for one in own for name in (one.mail.message_id, *one.mail.answers)
        )
        is_only = all(_sender(one.mail) in senders for one in titled)
        by_title = self._answers_by_title.get(mention.title, ()) if is_only else ()
        by_name = (reply for name in names if name for reply in self._answers.get(name, ()))
        return [*by_title, *by_name]

    def talk(self, commit: ObjectId) -> int:
        """How many replies of a commit's title there are, with or without reviews."""
        return self._talk[self._wanted.mentions[commit].title]


def _sender(mail: Mail) -> Address:
    return normalise(mail.sender.email)


def _likelihood(mail: Mail, mention: Mention) -> tuple[bool, bool, bool, int, int]:
    """Sorts mails of one title: by the author, before the commit, no reply, of the last version,
    and the newest of these.
    """
    time = mail.time.seconds if mail.time else 0
    is_later = time > mention.committed + DAY
    return _sender(mail) != mention.author, is_later, mail.is_reply, -mail.version, -time


def find_postings(
    repository: Repository, commits: Sequence[ObjectId], settings: Settings, progress: Progress
) -> Postings:
    """What the archives of the settings have of some commits.

    Raises ``ProvenanceError`` where one cannot be read, or holds no mail.
    """
    wanted = Wanted()
    for raw in repository.stream_raw(commits):
        if raw.type == "commit":
            wanted.add(parse_commit(ObjectId(raw.id), raw.raw))
    found = Postings(wanted, tuple(archive.name for archive in settings.mails))
    for one in read_mails(
        settings.mails, tier=settings.tier, allowed=settings.alternates, progress=progress
    ):
        found.take(one)
    return found
