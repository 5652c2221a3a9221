"""The one edge to git: everything that opens a repository or starts git is in here.

Nothing in the audited repository configures us: git runs only in an empty repository of
our own that borrows the audited one's objects, and every object is checked against its id.
"""

from __future__ import annotations

from provenance.repository.repository import Repository, ResolvedRevision

__all__ = ["Repository", "ResolvedRevision"]
