"""The audited release tag: its objects, their signatures, and how tags were made before."""

from __future__ import annotations

from typing import Final

from provenance.evidence.claims import Assessor
from provenance.evidence.model import Role, TagCase
from provenance.evidence.route import Seal
from provenance.evidence.signatures import Verifier, misplaced
from provenance.index.ranges import Scope
from provenance.repository import Repository

_LOOKED_AT: Final = 20
"""The newest earlier releases that say whether release tags are usually signed."""


def release_tag(
    repository: Repository, scope: Scope, verifier: Verifier, assessor: Assessor
) -> TagCase | None:
    """The case of the tag that was named; None where the tip is no tag."""
    tip = scope.tip
    if tip.tag_name is None:
        return None
    before = _signed_before(repository, tip.tag_name)
    outermost = tip.tags[0] if tip.tags else None
    signatures = [verifier.verify(tag.signature, tag.tagger) for tag in tip.tags]
    if outermost and outermost.name != tip.tag_name:
        signatures[0] = misplaced(signatures[0], f"it is for a tag named {outermost.name!r}")
    return TagCase(
        name=tip.tag_name,
        target=tip.commit,
        tags=tip.tags,
        signatures=tuple(signatures),
        tagger=assessor.assess(outermost.tagger) if outermost and outermost.tagger else None,
        packed=repository.refs.packed_elsewhere.get(f"refs/tags/{tip.tag_name}"),
        signed_before=sum(before),
        releases_before=len(before),
    )


def _signed_before(repository: Repository, name: str) -> list[bool]:
    """For the newest releases before this one, whether each tag is signed."""
    releases = repository.releases
    this = releases.get(name)
    if this is None:
        return []
    earlier = [
        release
        for release in releases.values()
        if release.prefix == this.prefix and release.order < this.order
    ]
    earlier.sort(key=lambda release: release.order, reverse=True)
    return [
        any(tag.signature for tag in repository.resolve_tag(release.tag).tags)
        for release in earlier[:_LOOKED_AT]
    ]


def seal_of(case: TagCase) -> Seal:
    """The release tag as a seal over the range; verified where every level of it is."""
    verified = bool(case.signatures) and all(one.status.is_verified for one in case.signatures)
    return Seal(
        role=Role.RELEASE,
        name=case.name,
        tagger=case.tagger,
        is_verified=verified,
    )
