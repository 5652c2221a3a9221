"""Every error a user can meet, each with a hint that says what to do next."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(name: str, names: Iterable[str], otherwise: str) -> str:
    """A hint with the names most like a misspelt one, or another hint where none is like it."""
    import difflib

    close = difflib.get_close_matches(name, list(names), n=3)
    return f"did you mean {', '.join(close)}?" if close else otherwise


class ProvenanceError(Exception):
    """A failure that ends the command with exit code 2; ``hint`` names the way out."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ProvenanceError):
    """The command line asks for something that makes no sense."""


class NotARepositoryError(ProvenanceError):
    """The directory holds no git repository that can be read."""


class UnsupportedRepositoryError(ProvenanceError):
    """The repository uses a format this program does not read (SHA-256, reftable)."""


class UnknownRevisionError(ProvenanceError):
    """A revision names nothing, or more than one thing, in the repository."""


class NoPredecessorError(ProvenanceError):
    """No earlier release of the same series exists, so a range cannot be chosen."""


class EmptyRangeError(ProvenanceError):
    """The range holds no commit; an audit of nothing would look like a clean one."""


class UnreadableCommitError(ProvenanceError):
    """The one commit that was asked for cannot be read."""


class UnknownIdentityError(ProvenanceError):
    """Nothing in history names the address."""


class NoMaintainersError(ProvenanceError):
    """A command that is about MAINTAINERS finds none."""


class PolicyError(ProvenanceError):
    """The policy file cannot be used; the message names the key."""


class KeyringError(ProvenanceError):
    """A keyring cannot be read or holds no certificate."""


class ReportError(ProvenanceError):
    """A saved report is not a report this version understands."""


class OutputError(ProvenanceError):
    """The report could not be written; no file was left behind."""


class GitError(ProvenanceError):
    """The git program is missing or failed in a way that cannot be worked around."""


class MissingObjectError(Exception):
    """An object is absent or its bytes do not match its id.

    It never ends a run: it becomes an entry under completeness.
    """

    def __init__(self, object_id: str, reason: str) -> None:
        super().__init__(f"{object_id}: {reason}")
        self.object_id = object_id
        self.reason = reason
