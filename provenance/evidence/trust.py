"""The trust base: whose word counts, fixed before the audited range begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from provenance.evidence.domains import DomainLists
from provenance.evidence.keyring import Keyring
from provenance.evidence.known import KnownPeople
from provenance.facts import Address, ObjectId
from provenance.index.track_record import Record, Span, TrackRecord
from provenance.parse.addresses import (
    is_global,
    is_host,
    normalise,
    registrable_domain,
    relayed,
    sent_via,
)
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import Maintainers, parse_list
from provenance.policy import Policy


class TrustBase(Struct, frozen=True, kw_only=True):
    """Authority as of one commit, plus what the user brought.

    ``commit`` is None where the audit starts at the beginning of history: then nothing in
    the repository has authority.  ``history_complete`` is False where history before the
    trust base could not be read in full; "no record" then means nothing.
    """

    commit: ObjectId | None
    maintainers: Maintainers
    mailmap: Mailmap
    record: TrackRecord
    keyring: Keyring
    policy: Policy
    domains: DomainLists
    history_complete: bool
    sections_by_address: Mapping[Address, tuple[str, ...]]
    lists: frozenset[Address]
    """Mailing lists that MAINTAINERS names."""
    organisations: Mapping[str, int]
    """Registrable domain to the number of established people who use it."""

    def is_established(self, address: Address, record: Record) -> bool:
        """True for a track record of one person that meets the policy's thresholds.

        As an author, or as a committer of what others wrote.
        """
        enough = self.is_enough(record.wrote) or self.is_enough(record.handled)
        return enough and not self.shared(address)

    def is_enough(self, span: Span) -> bool:
        """True where so many commits over such a time make a track record."""
        wanted = self.policy.established
        return span.commits >= wanted.commits and span.days >= wanted.days

    def shared(self, address: Address, name: str = "") -> str:
        """Whose address it is where many people write from it; "" where it is somebody's.

        ``name`` is the one it was used with; without one, the one it was used with most counts.
        A mail relay's address names its sender.
        """
        if relayed(address):
            return ""
        record = self.record.get(address)
        usual = record.names[0] if record and record.names else ""
        if address in self.lists or sent_via(name) or sent_via(usual):
            return "a mailing list's address for anyone"
        if is_host(address):
            return "a code host's address for anyone who uses its web page"
        return ""

    def known_people(self) -> KnownPeople:
        """Everyone with standing: listed, in the keyring or registry, or established.

        An address that .mailmap gives to one of them is theirs.
        """
        names: dict[Address, set[str]] = {}
        for section in self.maintainers.sections:
            for member in section.members:
                address = normalise(member.person.email)
                names.setdefault(address, set()).add(member.person.name)
        for person in self.policy.person:
            for text in person.addresses:
                names.setdefault(normalise(text), set()).add(person.name)
        for address in self.keyring.addresses:
            names.setdefault(address, set())
        used: dict[Address, tuple[str, ...]] = {}
        for address, record in self.record.items():
            every = {address, *record.claimed}
            used.update(dict.fromkeys(every, record.names))
            if address in names or self.is_established(address, record):
                for claimed in every:
                    names.setdefault(claimed, set()).update(record.names)
        for alias in self.mailmap.people():
            canonical = self.mailmap.map(alias)
            if normalise(canonical.email) in names:
                names.setdefault(normalise(alias.email), set()).add(canonical.name)
        domains = {*self.organisations, *map(str.lower, self.policy.organisations)}
        domains.update(registrable_domain(address) for address in self.sections_by_address)
        return KnownPeople(names, domains, used)


def build_trust_base(
    *,
    commit: ObjectId | None,
    maintainers: Maintainers,
    mailmap: Mailmap,
    record: TrackRecord,
    keyring: Keyring,
    policy: Policy,
    history_complete: bool,
) -> TrustBase:
    """The trust base with what follows from its parts."""
    domains = DomainLists(policy.domains)
    draft = TrustBase(
        commit=commit,
        maintainers=maintainers,
        mailmap=mailmap,
        record=record,
        keyring=keyring,
        policy=policy,
        domains=domains,
        history_complete=history_complete,
        sections_by_address=_sections_by_address(maintainers),
        lists=frozenset(
            normalise(parse_list(value)[0])
            for section in maintainers.sections
            for value in section.lists
        ),
        organisations={},
    )
    return _with_organisations(draft)


def _sections_by_address(maintainers: Maintainers) -> dict[Address, tuple[str, ...]]:
    found: dict[Address, dict[str, None]] = {}
    for section in maintainers.sections:
        for member in section.members:
            found.setdefault(normalise(member.person.email), {}).setdefault(section.name)
    return {address: tuple(names) for address, names in found.items()}


def _with_organisations(trust: TrustBase) -> TrustBase:
    """Counts established people per domain: one person counts once, by name, per domain."""
    from msgspec.structs import replace

    people: set[tuple[str, str]] = set()
    for address, record in trust.record.items():
        if trust.is_established(address, record) and is_global(address):
            name = record.names[0].casefold() if record.names else address
            for claimed in {address, *record.claimed}:
                if not trust.domains.is_free_mail(claimed) and not relayed(claimed):
                    people.add((registrable_domain(claimed), name))
    counts = Counter(domain for domain, _ in people if domain)
    enough = {
        domain: count
        for domain, count in sorted(counts.items())
        if count >= trust.policy.affiliated.people
        and not trust.domains.is_disposable(f"x@{domain}")
    }
    return replace(trust, organisations=enough)
