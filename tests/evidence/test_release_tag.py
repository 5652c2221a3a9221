"""The case of a release tag: its objects from the ref inwards, and the tags made before it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from provenance.evidence.claims import Assessor
from provenance.evidence.keyring import Keyring
from provenance.evidence.model import Role, Signature, SignatureStatus, TagCase
from provenance.evidence.release_tag import release_tag, seal_of
from provenance.evidence.route import Seal
from provenance.evidence.signatures import NO_SIGNATURE, Verifier
from provenance.evidence.ssh import SshTrust
from provenance.evidence.trust import build_trust_base
from provenance.facts import BrokenIdent, Ident, ObjectId, RawSignature, SignatureFormat
from provenance.index.ranges import Scope
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import Maintainers
from provenance.policy import Policy
from provenance.repository import Repository
from tests.evidence.test_trust import Records
from tests.git import git, init, write_object

ARMOR = "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
GOOD = Signature(status=SignatureStatus.GOOD, format=SignatureFormat.OPENPGP)
TESS = "tagger Tess Author <tess@author.example> 1600000000 +0000\n"


class Trusting(Verifier):
    """Finds every signature good, and remembers who is said to have made it."""

    def __init__(self) -> None:
        super().__init__(Keyring(), SshTrust(), datetime.date(2021, 9, 1))
        self.makers: list[Ident | BrokenIdent | None] = []

    def verify(self, raw: RawSignature | None, by: Ident | BrokenIdent | None) -> Signature:
        self.makers.append(by)
        return GOOD if raw else NO_SIGNATURE


def nobody_known() -> Assessor:
    return Assessor(
        build_trust_base(
            commit=None,
            maintainers=Maintainers(()),
            mailmap=Mailmap(),
            record=Records({}),
            keyring=Keyring(),
            policy=Policy(),
            history_complete=True,
        )
    )


def tag(repo: Path, target: str, name: str, *, kind: str = "commit", end: str = ARMOR) -> str:
    raw = f"object {target}\ntype {kind}\ntag {name}\n{TESS}\n{name}\n{end}"
    found = write_object(repo, "tag", raw.encode())
    git(repo, "update-ref", f"refs/tags/{name}", found)
    return found


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Releases, signed and not, one lightweight, one that leads over another tag."""
    path = init(tmp_path_factory.mktemp("tags") / "r", commits=2)
    head = git(path, "rev-parse", "HEAD")
    tag(path, head, "v1.0")
    git(path, "update-ref", "refs/tags/v1.1", head)
    tag(path, head, "v1.2", end="")
    tag(path, head, "v1.3-rc1")
    inner = tag(path, head, "inner", end="")
    outer = tag(path, inner, "v1.3", kind="tag")
    git(path, "pack-refs", "--all")
    git(path, "update-ref", "refs/tags/v1.2", head)
    tag(path, head, "lib-v1.0")
    git(path, "update-ref", "refs/tags/v1.4", outer)
    raw = f"object {head}\ntype commit\ntag v1.5\n\nno tagger\n"
    git(path, "update-ref", "refs/tags/v1.5", write_object(path, "tag", raw.encode()))
    yield path


def case(repo: Path, name: str, judge: Verifier | None = None) -> TagCase | None:
    with Repository(repo) as found:
        scope = cast("Scope", SimpleNamespace(tip=found.resolve(name)))
        return release_tag(found, scope, judge or Trusting(), nobody_known())


def test_a_tip_that_is_no_tag_has_no_case(repo: Path) -> None:
    """A branch, for one."""
    assert case(repo, "main") is None


def test_a_tag_over_a_tag(repo: Path) -> None:
    """Both are looked at, each with its own tagger; the outermost speaks."""
    judge = Trusting()
    found = case(repo, "v1.3", judge)
    assert found is not None
    assert ("v1.3", git(repo, "rev-parse", "HEAD")) == (found.name, found.target)
    assert (["v1.3", "inner"], (GOOD, NO_SIGNATURE)) == (
        [one.name for one in found.tags],
        found.signatures,
    )
    assert [one.tagger for one in found.tags] == judge.makers
    assert found.tagger is not None
    assert "tess@author.example" == found.tagger.claimed.email
    assert (None, 2, 4) == (found.packed, found.signed_before, found.releases_before)


def test_a_lightweight_tag_has_no_objects(repo: Path) -> None:
    """And what packed-refs had under its name is kept."""
    plain = case(repo, "v1.1")
    assert plain is not None
    assert ((), (), None, None) == (plain.tags, plain.signatures, plain.tagger, plain.packed)
    assert (1, 1) == (plain.signed_before, plain.releases_before)
    moved = case(repo, "v1.2")
    assert moved is not None
    assert git(repo, "rev-parse", "HEAD") != moved.packed
    assert "tag" == git(repo, "cat-file", "-t", str(moved.packed))


def test_a_signature_for_another_tag_is_bad(repo: Path) -> None:
    """The object under the ref v1.4 says that it is v1.3; what is inside it stays as it is."""
    found = case(repo, "v1.4")
    assert found is not None
    outer, inner = found.signatures
    assert (SignatureStatus.BAD, "it is for a tag named 'v1.3' (by itself: good)") == (
        outer.status,
        outer.detail,
    )
    assert NO_SIGNATURE == inner
    assert (3, 5) == (found.signed_before, found.releases_before)


def test_a_tag_without_tagger_is_nobodys(repo: Path) -> None:
    """Twelve tags of the kernel are like that."""
    found = case(repo, "v1.5")
    assert found is not None
    assert (None, 1) == (found.tagger, len(found.tags))


def test_the_first_release_and_other_tags_have_none_before(repo: Path) -> None:
    """Another prefix is another series; a name that is no release has no earlier ones."""
    for name in ("v1.0", "lib-v1.0", "inner"):
        found = case(repo, name)
        assert found is not None
        assert (0, 0) == (found.signed_before, found.releases_before), name


def test_the_newest_twenty_releases_tell_the_habit(tmp_path: Path) -> None:
    """Of 21, the oldest is not looked at."""
    path = init(tmp_path / "r", commits=1)
    head = git(path, "rev-parse", "HEAD")
    names = [f"v1.{number}" for number in range(1, 23)]
    for name in names:
        end = ARMOR if name in ("v1.20", "v1.21", "v1.22") else ""
        raw = f"object {head}\ntype commit\ntag {name}\n{TESS}\n{name}\n{end}"
        (tmp_path / name).write_text(raw)
    files = [str(tmp_path / name) for name in names]
    for name, found_id in zip(
        names, git(path, "hash-object", "-t", "tag", "-w", *files).split(), strict=True
    ):
        (path / ".git" / "refs" / "tags" / name).write_text(f"{found_id}\n")
    found = case(path, "v1.22")
    assert found is not None
    assert (2, 20) == (found.signed_before, found.releases_before)


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ((), False),
        ((GOOD,), True),
        ((GOOD, GOOD), True),
        ((GOOD, NO_SIGNATURE), False),
        ((NO_SIGNATURE,), False),
    ],
)
def test_a_seal_is_verified_at_every_level(
    signatures: tuple[Signature, ...], expected: bool
) -> None:
    """A lightweight tag seals nothing."""
    tagger = nobody_known().nobody()
    found = TagCase(
        name="v1",
        target=ObjectId("1" * 40),
        tags=(),
        signatures=signatures,
        tagger=tagger,
        packed=None,
        signed_before=0,
        releases_before=0,
    )
    assert Seal(role=Role.RELEASE, name="v1", tagger=tagger, is_verified=expected) == seal_of(found)
