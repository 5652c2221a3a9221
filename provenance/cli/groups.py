"""Groups of options: what several commands take is written once, and typer sees it flat."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from provenance.cli import options as o
from provenance.cli.output import emit, require_destination, say
from provenance.cli.progress import progress_bar
from provenance.errors import UsageError
from provenance.words import Tier

if TYPE_CHECKING:
    from provenance.report.document import Printable
    from provenance.settings import Progress, Settings


@dataclass(frozen=True, kw_only=True)
class Result:
    """Where a result goes, and in which format."""

    format_: o.Format = "table"
    output: o.Output = "-"

    def require(self, *, findings: bool = False) -> None:
        """Refuses what cannot be before any work is done; ``findings`` are what some formats need.

        Raises ``UsageError`` for a format, ``OutputError`` for a file.
        """
        from provenance.report.formats import format_names, is_for_findings

        require_destination(self.output)
        if self.format_ not in format_names():
            raise UsageError(
                f"unknown format: {self.format_}",
                hint=f"--format takes {', '.join(format_names())}",
            )
        if not findings and is_for_findings(self.format_):
            others = [name for name in format_names() if not is_for_findings(name)]
            raise UsageError(
                f"{self.format_} is for findings, and this command has none",
                hint=f"--format takes {', '.join(others)} here",
            )

    def emit(self, page: Printable) -> None:
        """Writes the result, whole or not at all."""
        emit(page, format_name=self.format_, output=self.output)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A repository, how far it is trusted, its index, and what is said meanwhile."""

    repo: o.Repo = Path()
    cache_dir: o.CacheDir = None
    tier: o.TierOfRepo = Tier.FOREIGN
    allow_alternate: o.AllowAlternate = None
    jobs: o.Jobs = None
    no_progress: o.NoProgress = False
    verbose: o.Verbose = False
    quiet: o.Quiet = False

    def settings(self) -> Settings:
        """What these options say; a command adds its own.  Raises ``ProvenanceError``."""
        from provenance.settings import Settings, cores

        return Settings(
            cache=self.cache_dir or o.user_cache_path(),
            tier=self.tier,
            alternates=tuple(self.allow_alternate or ()),
            warn=self.say,
            jobs=self.jobs or cores(),
        )

    def progress(self) -> AbstractContextManager[Progress]:
        """A bar for each phase, where a person watches."""
        return progress_bar(enabled=not self.no_progress, verbose=self.verbose)

    @property
    def say(self) -> Callable[[str], None]:
        """Makes a remark on standard error, unless ``--quiet``."""
        return partial(say, quiet=self.quiet)


@dataclass(frozen=True, kw_only=True)
class Common(Source, Result):
    """What every command takes that reads a repository and judges who is in it."""

    no_cache: o.NoCache = False
    keyring: o.Keyring = None
    allowed_signers: o.AllowedSigners = None
    revoked_signers: o.RevokedSigners = None
    policy: o.PolicyFile = None

    def settings(self) -> Settings:
        """As above, with whose word counts."""
        found = super().settings()
        return replace(
            found,
            cache=None if self.no_cache else found.cache,
            keyring=tuple(self.keyring or ()),
            allowed_signers=self.allowed_signers,
            revoked_signers=self.revoked_signers,
            policy=o.load_policy(self.policy),
        )


@dataclass(frozen=True, kw_only=True)
class Ruled(Common):
    """What every command takes whose report shows findings."""

    mainline: o.Mainline = None
    select: o.Select = None
    ignore: o.Ignore = None

    def settings(self) -> Settings:
        """As above, with the rules that are asked.  Raises ``ProvenanceError``."""
        return replace(
            super().settings(),
            mainline=self.mainline,
            select=o.names(self.select),
            ignore=o.names(self.ignore),
        )


def flat(command: Callable[..., int]) -> Callable[..., int]:
    """A command as typer is to see it: instead of a group, the options in it.

    typer goes by the signature and knows single options only.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if is_dataclass(kind)}
    parameters: list[Parameter] = []
    for name, parameter in signature(command).parameters.items():
        if name in groups:
            parameters += _options_of(groups[name])
        else:
            parameters.append(
                parameter.replace(kind=Parameter.KEYWORD_ONLY, annotation=hints[name])
            )

    @functools.wraps(command)
    def called(**given: Any) -> int:
        for name, kind in groups.items():
            own = {field.name: given.pop(field.name) for field in fields(kind)}
            given[name] = kind(**own)
        return command(**given)

    seen: Any = called
    seen.__signature__ = Signature(parameters)
    seen.__annotations__ = {one.name: one.annotation for one in parameters}
    return called


def _options_of(group: Any) -> list[Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        Parameter(
            field.name, Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(group)
    ]
