"""Who sends mail, as a page: what each sender wrote, how it is spread, and who that is here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from provenance.evidence.model import Evidence
from provenance.report.audit_page import UNVERIFIED, describe_trust_base
from provenance.report.document import Column, Document, Section, Table
from provenance.report.model import Tool
from provenance.words import Status

BUSY_DAYS = 14
"""Days of which those with most mails are looked for."""
_SHOWN = 40
_UNKNOWN = (Status.UNVERIFIED, Status.UNDETERMINED)


class Busiest(Struct, frozen=True, kw_only=True):
    """The days in which somebody sent most mails: so many of them from a day on."""

    mails: int
    days: int
    since: str


class Sender(Struct, frozen=True, kw_only=True):
    """One sender by ``From``, joined by the trust base's .mailmap, and what it sent.

    ``patches`` are in so many ``series``; ``reviewed`` are mails in which it gives its own
    Reviewed-by, Acked-by or Tested-by.  Days are by ``Date``, null where no mail has one that can
    be read.  ``commits`` counts what it wrote in the repository, ``names`` are those it used.
    """

    name: str
    email: str
    status: Status
    evidence: tuple[Evidence, ...]
    names: tuple[str, ...]
    mails: int
    patches: int
    series: int
    replies: int
    reviewed: int
    first: str | None
    last: str | None
    busiest: Busiest | None
    commits: int


class MailCount(Struct, frozen=True, kw_only=True):
    """Mails that were read, those among them that are left out, and those that could not be."""

    read: int
    copies: int
    without_sender: int
    unreadable: int


class Senders(Struct, frozen=True, kw_only=True):
    """All senders of some archives, who sent most first; standing is that of the trust base."""

    schema: str
    tool: Tool
    archives: tuple[str, ...]
    trust_base_id: str | None
    mails: MailCount
    senders: tuple[Sender, ...]
    notes: tuple[str, ...]
    is_complete: bool


_COLUMNS = (
    "email",
    "name",
    "status",
    "mails",
    "patches",
    "series",
    "replies",
    "reviewed",
    "first",
    "last",
    "busiest_mails",
    "busiest_since",
    "commits",
)


class MailPage(Struct, frozen=True, kw_only=True):
    """Draws senders."""

    found: Senders

    def data(self) -> Senders:
        return self.found

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        return _COLUMNS, (_csv_row(one) for one in self.found.senders)

    def document(self) -> Document:
        found = self.found
        unknown = [one for one in found.senders if one.status in _UNKNOWN]
        unknown.sort(key=lambda one: (-(one.busiest.mails if one.busiest else 0), one.email))
        known = [one for one in found.senders if one.status not in _UNKNOWN]
        lines = (
            *found.notes,
            "From and Date are claims: anybody can write any address",
            UNVERIFIED,
        )
        return Document(
            title="Senders of mail",
            sections=[
                self._head(),
                _table(
                    f"Senders without standing, by the mails of their busiest {BUSY_DAYS} days",
                    unknown,
                    known=False,
                ),
                _table("Senders with standing, by mails", known, known=True),
                Section(title="What this could not see", lines=lines),
            ],
        )

    def _head(self) -> Section:
        found, mails = self.found, self.found.mails
        by_status = Counter(one.status for one in found.senders)
        shares = ", ".join(
            f"{status} {by_status[status]}" for status in Status if by_status[status]
        )
        return Section(
            facts=(
                ("Archives", ", ".join(found.archives)),
                ("Mails", _told(mails)),
                ("Senders", f"{len(found.senders)}: {shares}" if shares else "none"),
                ("Trust base", describe_trust_base(found.trust_base_id)),
            )
        )


def _told(mails: MailCount) -> str:
    others = (
        (mails.copies, "of a Message-ID that was there already"),
        (mails.without_sender, "without a sender"),
        (mails.unreadable, "that could not be read"),
    )
    return ", ".join([str(mails.read), *(f"{number} {what}" for number, what in others if number)])


def _table(title: str, senders: Sequence[Sender], *, known: bool) -> Section:
    """Of whom is known the status and since when, of others when they sent most."""
    shown = senders[:_SHOWN]
    rest = len(senders) - len(shown)
    if not shown:
        return Section(title=title, lines=("nobody",))
    counts = tuple(Column(title=what, right=True) for what in ("mails", "patches", "reviewed"))
    own = ("status", "first") if known else ("busiest", "from")
    return Section(
        title=title,
        lines=(f"{rest} more in the JSON report",) if rest else (),
        table=Table(
            columns=(
                Column(title="sender", limit=40),
                *counts,
                *(Column(title=what, right=what == "busiest") for what in own),
                Column(title="commits", right=True),
            ),
            rows=[_row(one, known=known) for one in shown],
        ),
    )


def _row(one: Sender, *, known: bool) -> Sequence[str]:
    busiest = one.busiest
    most = (str(busiest.mails), busiest.since) if busiest else ("-", "-")
    return (
        one.email,
        *map(str, (one.mails, one.patches, one.reviewed)),
        *((one.status, one.first or "-") if known else most),
        str(one.commits),
    )


def _csv_row(one: Sender) -> Sequence[str]:
    busiest = one.busiest
    return (
        one.email,
        one.name,
        one.status,
        *map(str, (one.mails, one.patches, one.series, one.replies, one.reviewed)),
        one.first or "",
        one.last or "",
        str(busiest.mails) if busiest else "",
        busiest.since if busiest else "",
        str(one.commits),
    )
