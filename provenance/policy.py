"""The user's policy: thresholds, known organisations and people, severities, ignores.

It is read from the user's own file, never from the audited tree.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import tomllib
from collections.abc import Mapping

from msgspec import Struct, field

from provenance.codec import DecodeError, decode, encode
from provenance.errors import PolicyError
from provenance.limits import MAX_COMMIT
from provenance.words import Severity, Status


class Established(Struct, frozen=True, kw_only=True):
    """A track record before the trust base: non-merge commits over so many days."""

    commits: int = 20
    days: int = 365

    def __post_init__(self) -> None:
        _at_least(1, commits=self.commits)
        _at_least(0, days=self.days)


class Affiliated(Struct, frozen=True, kw_only=True):
    """How many established people make a domain an organisation's."""

    people: int = 5

    def __post_init__(self) -> None:
        _at_least(1, people=self.people)


class Domains(Struct, frozen=True, kw_only=True):
    """Domains to add to the built-in lists, and listed ones to take as any other."""

    free_mail: tuple[str, ...] = ()
    disposable: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


class KnownPerson(Struct, frozen=True, kw_only=True):
    """One entry of the registry: a person the user knows, by exact addresses and key ids."""

    name: str
    addresses: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


class Limits(Struct, frozen=True, kw_only=True):
    """When an addition counts as large (lines), and dates as odd (days)."""

    large_addition: int = 300
    sizeable_addition: int = 100
    date_gap_days: int = 30

    def __post_init__(self) -> None:
        _at_least(
            1,
            large_addition=self.large_addition,
            sizeable_addition=self.sizeable_addition,
            date_gap_days=self.date_gap_days,
        )


class PatternPolicy(Struct, frozen=True, kw_only=True):
    """When the history of an identity shows a pattern; docs/patterns.md has the reasons.

    ``high``, ``medium`` and ``new_code`` are bits of surprise, summed over an identity's signals;
    ``weights`` multiply the bits of single rules, 0 leaves a rule out of the sum.  At most
    ``identities`` are flagged high, of each at most ``commits``: what shows a signal, what is new
    and some of the ``first_commits``.  An identity is young for ``young_days`` after it was first
    seen, new for ``new_days``.  ``releases`` and ``newcomers`` bound the newcomers that are
    compared with.
    """

    high: float = 8.0
    medium: float = 5.0
    new_code: float = 4.0
    first_commits: int = 15
    identities: int = 20
    commits: int = 5
    weights: Mapping[str, float] = field(default_factory=dict)
    young_days: int = 1095
    new_days: int = 60
    burst_commits: int = 8
    burst_series: int = 4
    burst_days: int = 14
    breadth: int = 3
    breadth_days: int = 90
    small_fix: int = 20
    feature: int = 100
    releases: int = 20
    newcomers: int = 1000

    def __post_init__(self) -> None:
        _at_least(
            1,
            young_days=self.young_days,
            new_days=self.new_days,
            burst_commits=self.burst_commits,
            burst_series=self.burst_series,
            burst_days=self.burst_days,
            breadth=self.breadth,
            breadth_days=self.breadth_days,
            small_fix=self.small_fix,
            feature=self.feature,
            releases=self.releases,
        )
        _at_least(
            0,
            newcomers=self.newcomers,
            first_commits=self.first_commits,
            identities=self.identities,
            commits=self.commits,
        )


class Budgets(Struct, frozen=True, kw_only=True):
    """What one commit may cost; a commit over it is listed as over budget (exit code 3).

    Of ``commit_bytes`` more than ``MAX_COMMIT`` means no more than that.
    """

    commit_bytes: int = MAX_COMMIT
    files: int = 100_000

    def __post_init__(self) -> None:
        _at_least(1, commit_bytes=self.commit_bytes, files=self.files)


class Ignore(Struct, frozen=True, kw_only=True):
    """Silences one finding, or a rule for one commit or identity; says why."""

    reason: str
    fingerprint: str = ""
    rule: str = ""
    commit: str = ""
    identity: str = ""
    until: datetime.date | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("`reason` must say why")
        narrowed = bool(self.commit) != bool(self.identity)
        if bool(self.fingerprint) == bool(self.rule) or (self.rule and not narrowed):
            raise ValueError("give `fingerprint`, or `rule` with `commit` or `identity`")
        if self.commit and len(self.commit) < 7:
            raise ValueError("`commit` needs at least 7 digits")


class Policy(Struct, frozen=True, kw_only=True):
    """All settings of a policy file; every key is optional."""

    established: Established = field(default_factory=Established)
    affiliated: Affiliated = field(default_factory=Affiliated)
    verified: tuple[Status, ...] = (
        Status.ATTESTED,
        Status.LISTED,
        Status.AFFILIATED,
        Status.ESTABLISHED,
    )
    organisations: Mapping[str, str] = field(default_factory=dict)
    person: tuple[KnownPerson, ...] = ()
    domains: Domains = field(default_factory=Domains)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    sensitive_paths: tuple[str, ...] = (
        ".github/",
        "certs/",
        "crypto/asymmetric_keys/",
        "scripts/",
        "security/keys/",
        "tools/build/",
    )
    pattern: PatternPolicy = field(default_factory=PatternPolicy)
    budgets: Budgets = field(default_factory=Budgets)
    ignore: tuple[Ignore, ...] = ()

    def is_verified(self, status: Status) -> bool:
        """True where the status counts as verified under this policy."""
        return status in self.verified

    def is_unverified(self, status: Status) -> bool:
        """True where a claim was read and does not count as verified under this policy."""
        return status is not Status.UNDETERMINED and status not in self.verified

    def settings(self) -> dict[str, object]:
        """The settings as plain data, for the report."""
        data = encode(self)
        assert isinstance(data, dict)
        return dict(data)

    @property
    def sha256(self) -> str:
        """Digest of the settings in force, whatever the file's layout."""
        text = json.dumps(self.settings(), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def parse_policy(text: str, name: str = "policy") -> Policy:
    """The policy in a TOML text.  Raises ``PolicyError`` naming the key."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(
            f"{name} is not TOML: {error}", hint="docs/policy.md has a complete example"
        ) from error
    if not data:
        raise PolicyError(f"{name} is empty", hint="leave --policy away to use the defaults")
    try:
        return decode(Policy, _plain_dates(data), strict=True, place=name)
    except DecodeError as error:
        raise PolicyError(str(error), hint="docs/policy.md lists every key") from error


def _plain_dates(data: object) -> object:
    if isinstance(data, datetime.date):
        return data.isoformat()
    if isinstance(data, dict):
        return {key: _plain_dates(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain_dates(value) for value in data]
    return data


def _at_least(minimum: int, **values: int) -> None:
    for name, value in values.items():
        if value < minimum:
            raise ValueError(f"`{name}` must be at least {minimum}")
