"""Options of commands, and what their values mean."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.errors import PolicyError, UsageError
from provenance.words import Severity, Tier

if TYPE_CHECKING:  # a mistyped command line needs no policy
    from provenance.policy import Policy

Repo = Annotated[Path, typer.Option("-C", "--repo", metavar="DIR", help="The repository.")]
Format = Annotated[
    str,
    typer.Option(
        "-f",
        "--format",
        metavar="FORMAT",
        envvar="PROVENANCE_FORMAT",
        help="table, csv, json, markdown or html; sarif for findings.",
    ),
]
Output = Annotated[
    str, typer.Option("-o", "--output", metavar="FILE", help="Where to write; - is stdout.")
]
Base = Annotated[
    str | None,
    typer.Option(metavar="REV", help="Start of the range; `none`: beginning of history."),
]
TrustBase = Annotated[
    str | None,
    typer.Option(metavar="REV", help="Whose MAINTAINERS, .mailmap and history count."),
]
Mainline = Annotated[
    str | None,
    typer.Option(
        metavar="REV|DIR",
        help="Where upstream commits are: a revision or another repository (default: any ref).",
    ),
]
Keyring = Annotated[
    list[Path] | None,
    typer.Option(metavar="PATH", help="OpenPGP certificates, a file or folder; repeatable."),
]
AllowedSigners = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="SSH keys that may sign, in git's allowed-signers format."),
]
RevokedSigners = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="SSH keys that may not, one public key a line."),
]
Mail = Annotated[
    list[Path] | None,
    typer.Option(
        "--mail",
        metavar="PATH",
        help="Where to look for the mails of commits: mbox, maildir, public-inbox; repeatable.",
    ),
]
PolicyFile = Annotated[
    Path | None,
    typer.Option(
        "--policy", metavar="FILE", envvar="PROVENANCE_POLICY", help="Your policy (TOML)."
    ),
]
Select = Annotated[
    list[str] | None, typer.Option(metavar="RULES", help="Only these rules (comma-separated).")
]
Ignore = Annotated[
    list[str] | None, typer.Option(metavar="RULES", help="Not these rules (comma-separated).")
]
MinSeverity = Annotated[Severity, typer.Option(help="A commit is flagged from this severity up.")]
FailOn = Annotated[Severity, typer.Option(help="Exit with 1 from this severity up.")]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="YYYY-MM-DD: which ignores still hold (default: the tip's)."),
]
Baseline = Annotated[
    Path | None,
    typer.Option(metavar="REPORT.json", help="Findings of this report are not shown again."),
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Keep no index; the answers are the same.")
]
CacheDir = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        envvar="PROVENANCE_CACHE_DIR",
        help="Where the index is kept (default: your cache folder).",
    ),
]
TierOfRepo = Annotated[
    Tier,
    typer.Option(
        "--tier",
        envvar="PROVENANCE_TIER",
        help="own: a clone that you fetched; foreign: any file in it may be forged.",
    ),
]
AllowAlternate = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="DIR",
        help="A folder that a foreign repository may lead to or borrow from; repeatable.",
    ),
]
Everything = Annotated[bool, typer.Option("--all", help="Clean commits too.")]
Jobs = Annotated[
    int | None, typer.Option("-j", "--jobs", min=1, help="Processes at once (default: cores).")
]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="No progress bar.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say each phase and its time.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No remarks on standard error.")]


def load_policy(path: Path | None) -> Policy:
    """The named policy, else the user's own at its usual place, else the defaults."""
    from provenance.policy import Policy, parse_policy

    if path is None:
        usual = user_policy_path()
        if not usual.is_file():
            return Policy()
        path = usual
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(
            f"cannot read policy {path}: {error.strerror}", hint="check the path given to --policy"
        ) from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"policy {path} is not UTF-8", hint="save it as UTF-8") from error
    return parse_policy(text, path.name)


def user_cache_path() -> Path:
    """Where the index is kept unless another folder is named (XDG base directories)."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "provenance"


def user_policy_path() -> Path:
    """Where the user's own policy is looked for (XDG base directories)."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "provenance" / "policy.toml"


def names(values: Iterable[str] | None) -> frozenset[str]:
    """What comma-separated lists name together."""
    return frozenset(
        name.strip() for value in values or () for name in value.split(",") if name.strip()
    )


def date(text: str | None) -> datetime.date | None:
    """A day.  Raises ``UsageError``."""
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date", hint="--as-of takes YYYY-MM-DD") from error


def fingerprints(path: Path | None) -> frozenset[str]:
    """Those of all findings in a saved report.  Raises ``ReportError``."""
    if path is None:
        return frozenset()
    from provenance.cli.files import read_report

    report = read_report(path)
    findings = chain(
        report.tag.findings if report.tag else (),
        *(commit.findings for commit in report.commits),
        *(identity.findings for identity in report.identities),
    )
    return frozenset(seen.fingerprint for seen in findings)
