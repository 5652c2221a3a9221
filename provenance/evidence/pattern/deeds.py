"""Deeds of identities, read from their commits: what each set out to do and what it touched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Final, NamedTuple

from provenance.evidence.cases import all_surface
from provenance.evidence.changes import ChangeReader, CommitChanges
from provenance.evidence.pattern.model import Deed, Kind
from provenance.facts import Address, Commit, FileChange, Ident, ObjectId, Trailer, Zone
from provenance.index.index import Index
from provenance.parse.addresses import normalise
from provenance.parse.maintainers import THE_REST, Maintainers
from provenance.parse.objects import parse_commit
from provenance.parse.surface import Surface, is_source
from provenance.repository import Repository

REVIEW_KEYS: Final = frozenset({"reviewed-by", "acked-by", "tested-by"})
_FIX: Final = re.compile(
    r"\b(?:fix(?:es|ed|up)?|bugs?|leaks?|typos?|correct(?:s|ly)?|prevents?|avoid|regression|oops"
    r"|null|overflows?|warnings?|repair|revert|deadlock|races?|uninit\w*|missing|off.by.one)\b",
    re.IGNORECASE,
)
_FEATURE: Final = re.compile(
    r"\b(?:add(?:s|ed|ing)?|implement(?:s|ation)?|introduc\w+|supports?|new|enable[sd]?)\b",
    re.IGNORECASE,
)
_NEW_SOURCE: Final = 50
"""Lines in new source files from which a commit is a feature, whatever its subject says."""
_BUILD: Final = re.compile(
    r"(?:^|/)(?:configure(?:\.ac|\.in)?|autogen\.sh|bootstrap|CMakeLists\.txt|meson\.build"
    r"|setup\.py|GNUmakefile|Jenkinsfile|\.travis\.yml|\.gitlab-ci\.yml|\.cirrus\.yml)$"
    r"|\.(?:m4|cmake|mk)$"
    r"|^(?:\.github|\.gitlab-ci\.d|\.circleci|ci|scripts|build-aux|packaging|debian|rpm)/"
    r"|^(?:Makefile|Kbuild|Rules)[\w.]*$|^tools/(?:build|testing)/.*(?:Makefile|\.sh|\.pl|\.py)$"
    r"|(?:^|/)tests?/.*(?:Makefile\w*|\.sh|\.m4)$"
)
_SOURCE: Final = (".c", ".h", ".S", ".rs", ".cc", ".cpp", ".dts", ".dtsi")
_MAKEFILE: Final = re.compile(r"(?:^|/)(?:Makefile|Kbuild)[\w.]*$|\.(?:sh|mak)$")
_TOOL: Final = re.compile(
    r"\b(?:claude|copilot|chatgpt|gpt-\d\S*|codex|gemini|llama|llm|ai agent|coding agent|cursor)\b",
    re.IGNORECASE,
)


class Found(NamedTuple):
    """A deed, and the commit with its changes where they were read for it."""

    deed: Deed
    commit: Commit | None
    changes: CommitChanges | None


class DeedReader:
    """Reads deeds by id; subsystems are those of one MAINTAINERS file."""

    def __init__(
        self, repository: Repository, index: Index, where: Maintainers, *, jobs: int
    ) -> None:
        self._repository = repository
        self._index = index
        self._where = where
        self._jobs = jobs
        self._kind = f"deed 1 {where.digest[:32]}"

    def read(self, ids: Sequence[ObjectId], inside: Sequence[bool]) -> Iterator[Found | None]:
        """Each commit's deed; None where it or its changes cannot be read.

        Deeds outside the range are kept in the index; of those the commit itself is not given.
        """
        outside = [name for name, audited in zip(ids, inside, strict=True) if not audited]
        known = {
            name: deed
            for name, raw in self._index.facts(self._kind, outside).items()
            if (deed := unpack_deed(raw))
        }
        wanted = [
            (name, audited)
            for name, audited in zip(ids, inside, strict=True)
            if audited or name not in known
        ]
        fresh = self._read(wanted)
        for name, audited in zip(ids, inside, strict=True):
            if audited or name not in known:
                found = next(fresh)
                if found and not audited:
                    self._index.keep(self._kind, name, pack_deed(found.deed))
                yield found
            else:
                yield Found(known[name], None, None)

    def _read(self, wanted: Sequence[tuple[ObjectId, bool]]) -> Iterator[Found | None]:
        ids = [name for name, _ in wanted]
        changes = ChangeReader(
            self._repository,
            self._index,
            Maintainers(()),
            surface_of=frozenset(ids),
            jobs=self._jobs,
        ).read(ids)
        raws = self._repository.stream_raw(ids)
        for raw, (name, found), (_, audited) in zip(raws, changes, wanted, strict=True):
            if raw.type != "commit" or found is None:
                yield None
                continue
            commit = parse_commit(name, raw.raw)
            yield Found(self._deed(commit, found, inside=audited), commit, found)

    def _deed(self, commit: Commit, found: CommitChanges, *, inside: bool) -> Deed:
        files = found.files
        new_source = sum(f.added for f in files if f.change == "A" and is_source(f.path))
        return Deed(
            id=commit.id,
            subject=commit.subject,
            time=commit.committer.seconds if isinstance(commit.committer, Ident) else 0,
            kind=kind_of(commit, new_source),
            added=sum(f.added for f in files),
            removed=sum(f.removed for f in files),
            new_source=new_source,
            surface=tuple(item.kind for item in all_surface(files, found.contents)),
            subsystems=self._subsystems(files),
            build_files=build_files_of(files),
            binaries=tuple(f.path for f in files if f.binary),
            committer=_address(commit),
            reviewers=reviewers_of(commit.trailers),
            tools=tools_of(commit.trailers),
            zone=commit.author.zone if isinstance(commit.author, Ident) else "",
            inside=inside,
        )

    def _subsystems(self, files: Sequence[FileChange]) -> tuple[str, ...]:
        """Sections of the files, or their first folders where no section covers them."""
        names: dict[str, None] = {}
        for file in files:
            for name in places_of(self._where, file.path):
                names.setdefault(name)
        return tuple(names)


def pack_deed(deed: Deed) -> bytes:
    """A deed outside the range for the index."""
    values = [getattr(deed, field.name) for field in fields(deed)]
    plain = [sorted(value) if isinstance(value, frozenset) else value for value in values]
    return json.dumps(plain).encode("ascii")


def unpack_deed(raw: bytes) -> Deed | None:
    """The deed that was packed; None on other bytes."""
    try:
        values = dict(zip((field.name for field in fields(Deed)), json.loads(raw), strict=True))
        for name in ("subsystems", "build_files", "binaries", "tools"):
            values[name] = tuple(values[name])
        values["surface"] = tuple(map(Surface, values["surface"]))
        values["reviewers"] = frozenset(values["reviewers"])
        values["kind"] = Kind(values["kind"])
        return Deed(**values)
    except (ValueError, TypeError, KeyError):
        return None


def places_of(where: Maintainers, path: str) -> Sequence[str]:
    """Where a path belongs: its sections, or its first two folders where none covers it."""
    found = where.subsystems_for(path)
    if where and found[0] != THE_REST and not found[0].startswith("("):
        return found
    folders = path.split("/")[:-1][:2]
    return ["/".join(folders) + "/"] if folders else []


def kind_of(commit: Commit, new_source: int) -> Kind:
    """A fix, a feature, or neither; new source files outweigh what the subject says."""
    if new_source >= _NEW_SOURCE:
        return Kind.FEATURE
    fixes = any(t.key.lower() == "fixes" and t.zone is Zone.BLOCK for t in commit.trailers)
    if fixes or _FIX.search(commit.subject):
        return Kind.FIX
    return Kind.FEATURE if _FEATURE.search(commit.subject) else Kind.OTHER


def is_build_file(path: str) -> bool:
    """True for what runs while the tree is configured, built, tested or released.

    Makefiles deep in the tree are not: whoever adds a driver adds a line to one.
    """
    return _BUILD.search(path) is not None


def build_files_of(files: Sequence[FileChange]) -> tuple[str, ...]:
    """Build files of a commit; other makefiles count where it adds no source file to be built."""
    adds = any(f.change == "A" and f.path.endswith(_SOURCE) for f in files)
    return tuple(
        f.path
        for f in files
        if is_build_file(f.path) or (not adds and _MAKEFILE.search(f.path) is not None)
    )


def reviewers_of(trailers: Sequence[Trailer]) -> frozenset[Address]:
    """Who reviewed, acked or tested, as the trailer block claims."""
    return frozenset(
        normalise(trailer.person.email)
        for trailer in trailers
        if trailer.person and trailer.zone is Zone.BLOCK and trailer.key.lower() in REVIEW_KEYS
    )


def tools_of(trailers: Sequence[Trailer]) -> tuple[str, ...]:
    """Tools that the trailers disclose, or in whose name somebody signed off."""
    return tuple(
        f"{trailer.key}: {trailer.value}"
        for trailer in trailers
        if trailer.zone is Zone.BLOCK
        and (
            trailer.key.lower() == "assisted-by"
            or (
                trailer.key.lower() in ("signed-off-by", "co-developed-by", "co-authored-by")
                and _TOOL.search(trailer.value)
            )
        )
    )


def _address(commit: Commit) -> Address:
    committer = commit.committer
    return normalise(committer.person.email) if isinstance(committer, Ident) else Address("")
