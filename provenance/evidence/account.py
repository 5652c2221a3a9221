"""What an examination could not look at, and what it has to say of its limits."""

from __future__ import annotations

from msgspec import Struct, field


class Account(Struct, kw_only=True):
    """Commits that could not be read, wholly or in part, each id with the reason.

    ``unread`` are other objects that evidence rests on, and that could not be read.
    ``notes`` says in words what else could not be looked at.  ``authority_read`` is False where a
    file that says who has authority is there and cannot be read.
    """

    unreadable: dict[str, str] = field(default_factory=dict)
    over_budget: dict[str, str] = field(default_factory=dict)
    partial: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    authority_read: bool = True

    @property
    def gaps(self) -> int:
        """Commits of which something is lacking."""
        return len(self.unreadable) + len(self.over_budget) + len(self.partial)

    def note(self, text: str) -> None:
        """Adds a note."""
        self.notes.append(text)

    def lost_authority(self, note: str) -> None:
        """Notes that a file which says who has authority cannot be read."""
        self.note(note)
        self.authority_read = False

    def others(self) -> dict[str, str]:
        """What is ``unread`` and not told elsewhere."""
        told = self.unreadable.keys() | self.over_budget.keys() | self.partial.keys()
        return {name: reason for name, reason in self.unread.items() if name not in told}

    def join(self, other: Account) -> None:
        """Takes in the account of another part of the same commits."""
        self.unreadable.update(other.unreadable)
        self.over_budget.update(other.over_budget)
        self.partial.update(other.partial)
        self.unread.update(other.unread)
        self.notes.extend(note for note in other.notes if note not in self.notes)
        self.authority_read = self.authority_read and other.authority_read
