"""Who sends the mail of some archives: how much, what, when, and who that is in a repository."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from provenance.audit import TOOL
from provenance.dates import DAY, day
from provenance.evidence.examination import Examination
from provenance.evidence.replies import reviews_given
from provenance.facts import Address, Mail, Person
from provenance.index.index import open_indexed
from provenance.index.ranges import identity_scope
from provenance.parse.addresses import normalise
from provenance.parse.mail import body_of, has_change
from provenance.report.mail_page import BUSY_DAYS, Busiest, MailCount, Sender, Senders
from provenance.repository.archives import read_mails
from provenance.settings import DEFAULTS, Progress, Settings, no_progress

_NAMES: Final = 20
"""Names of a sender that are kept."""


def profile_senders(
    archives: Sequence[Path],
    *,
    repo: str | PathLike[str] = ".",
    settings: Settings = DEFAULTS,
    progress: Progress = no_progress,
) -> Senders:
    """Everybody who sent a mail of some archives; standing is that at ``settings.trust_base``
    (default: HEAD) of a repository.

    Raises ``ProvenanceError``.
    """
    box = _Box()
    for found in read_mails(
        archives, tier=settings.tier, allowed=settings.alternates, progress=progress
    ):
        box.take(found)
    with open_indexed(repo, settings) as (repository, index):
        scope = identity_scope(repository, index, trust_base=settings.trust_base, progress=progress)
        examination = Examination(repository, index, scope, settings, progress)
        senders = _senders(box, examination)
        account = examination.settled()
        complete = examination.trust.history_complete and account.authority_read
        return Senders(
            schema="provenance-mail/1",
            tool=TOOL,
            archives=tuple(archive.name for archive in archives),
            trust_base_id=scope.trust_base,
            mails=box.count(),
            senders=senders,
            notes=tuple(account.notes),
            is_complete=complete and not (box.unreadable or account.unread),
        )


class _Sheet(Struct):
    """Adds up what one address sent."""

    times: array[int] = field(default_factory=lambda: array("q"))
    names: Counter[str] = field(default_factory=Counter)
    mails: int = 0
    patches: int = 0
    series: int = 0
    replies: int = 0
    reviewed: int = 0

    def add(self, mail: Mail, raw: bytes) -> None:
        self.mails += 1
        if mail.time:
            self.times.append(mail.time.seconds)
        if mail.sender.name in self.names or len(self.names) < _NAMES:
            self.names[mail.sender.name] += 1
        self.replies += mail.is_reply
        text = body_of(raw)
        if not mail.is_reply and has_change(text):
            self.patches += 1
            self.series += mail.number <= 1
        elif reviews_given(text, mail.sender):
            self.reviewed += 1

    def join(self, other: _Sheet) -> None:
        self.times.extend(other.times)
        self.names.update(other.names)
        self.mails += other.mails
        self.patches += other.patches
        self.series += other.series
        self.replies += other.replies
        self.reviewed += other.reviewed


class _Box:
    """Adds up mails by address; one of a Message-ID counts."""

    def __init__(self) -> None:
        self.sheets: dict[Address, _Sheet] = {}
        self.unreadable = 0
        self._read = 0
        self._copies = 0
        self._without_sender = 0
        self._seen: set[bytes] = set()

    def take(self, found: tuple[Mail, bytes] | None) -> None:
        """Takes in a mail, or None for one that could not be read."""
        if found is None:
            self.unreadable += 1
            return
        self._read += 1
        mail, raw = found
        key = hashlib.blake2b(mail.message_id.encode("utf-8", "surrogateescape"), digest_size=8)
        if mail.message_id and key.digest() in self._seen:
            self._copies += 1
            return
        self._seen.add(key.digest())
        if not mail.sender.email:
            self._without_sender += 1
            return
        self.sheets.setdefault(normalise(mail.sender.email), _Sheet()).add(mail, raw)

    def count(self) -> MailCount:
        return MailCount(
            read=self._read,
            copies=self._copies,
            without_sender=self._without_sender,
            unreadable=self.unreadable,
        )


def _senders(box: _Box, examination: Examination) -> tuple[Sender, ...]:
    """The senders with their standing, joined by .mailmap, who sent most first."""
    joined: dict[Address, tuple[Person, _Sheet]] = {}
    for address, sheet in box.sheets.items():
        name = sheet.names.most_common(1)[0][0] if sheet.names else ""
        person = Person(name=name, email=address)
        canonical = normalise(examination.trust.mailmap.map(person).email)
        if canonical in joined:
            joined[canonical][1].join(sheet)
        else:
            joined[canonical] = person, sheet
    found = [_sender(person, sheet, examination) for person, sheet in joined.values()]
    return tuple(sorted(found, key=lambda one: (-one.mails, one.email)))


def _sender(person: Person, sheet: _Sheet, examination: Examination) -> Sender:
    standing = examination.assessor.assess_person(person)
    record = examination.everything.get(standing.address)
    times = sorted(sheet.times)
    return Sender(
        name=standing.canonical.name,
        email=standing.canonical.email,
        status=standing.status,
        evidence=standing.evidence,
        names=tuple(sorted(sheet.names)),
        mails=sheet.mails,
        patches=sheet.patches,
        series=sheet.series,
        replies=sheet.replies,
        reviewed=sheet.reviewed,
        first=day(times[0]) if times else None,
        last=day(times[-1]) if times else None,
        busiest=_busiest(times),
        commits=record.wrote.commits if record else 0,
    )


def _busiest(times: Sequence[int]) -> Busiest | None:
    """The days with most mails, the first of several; times ascend."""
    most, since, start = 0, 0, 0
    for end, time in enumerate(times):
        while time - times[start] >= BUSY_DAYS * DAY:
            start += 1
        if end - start + 1 > most:
            most, since = end - start + 1, times[start]
    return Busiest(mails=most, days=BUSY_DAYS, since=day(since)) if times else None
