"""Deeds of identities, read from their commits: what each set out to do and what it touched."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from provenance.errors import MissingObjectError
from provenance.evidence.cases import all_surface
from provenance.evidence.changes import ChangeReader, CommitChanges
from provenance.evidence.pattern.authority import own_entries
from provenance.evidence.pattern.model import Deed, Kind
from provenance.facts import (
    Address,
    Commit,
    FileChange,
    Ident,
    ObjectId,
    Trailer,
    Zone,
    seconds_of,
)
from provenance.index.index import Index
from provenance.parse.addresses import normalise
from provenance.parse.maintainers import Maintainers
from provenance.parse.objects import parse_commit
from provenance.parse.surface import Surface, new_files, new_source_lines, without_moved
from provenance.parse.trailers import REVIEW_KEYS
from provenance.repository import Repository

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
    r"(?:^|/)(?:configure(?:\.ac|\.in)?|autogen\.sh|bootstrap"
    r"|setup\.py|GNUmakefile|Jenkinsfile|\.travis\.yml|\.gitlab-ci\.yml|\.cirrus\.yml)$"
    r"|\.(?:m4|cmake)$|(?:^|/)(?!Makefile)[^/]*\.mk$"
    r"|^\.github/(?:workflows/|actions/|scripts/|[^/]+\.ya?ml$)"
    r"|^(?:\.gitlab-ci\.d|\.circleci|ci|scripts|build-aux|packaging|debian|rpm)/"
    r"|^(?:(?:Makefile|Kbuild|Rules)[\w.]*|CMakeLists\.txt|meson\.build)$"
    r"|^tools/(?:build|testing)/.*(?:Makefile|\.sh|\.pl|\.py)$"
    r"|(?:^|/)tests?/.*(?:Makefile\w*|\.sh|\.m4)$"
)
_KIND: Final = "deed 10"
_SUBJECT: Final = 1000
"""Characters of a subject that are kept."""
_PATHS: Final = 2000
"""Paths of one commit, the first, that decide which subsystems it is in; as much is kept of
what it has most of.
"""
_CREDITS: Final = frozenset({"signed-off-by", "co-developed-by", "co-authored-by", "generated-by"})
_NAMES: Final = Deed.__struct_fields__
_SOURCE: Final = (".c", ".h", ".S", ".rs", ".cc", ".cpp", ".dts", ".dtsi")
_MAKEFILE: Final = re.compile(
    r"(?:^|/)(?:(?:Makefile|Kbuild)[\w.]*|CMakeLists\.txt|meson\.build)$|\.(?:sh|mak)$"
)
_TOOL: Final = re.compile(
    r"\b(?:copilot|chatgpt|gpt-\d\S*|codex|gemini|llama|llm|ai agent|coding agent|cursor)\b"
    r"|\bnoreply@(?:[\w-]+\.)*(?:anthropic\.com|claude\.ai|openai\.com)\b",
    re.IGNORECASE,
)
_CLAUDE: Final = re.compile(
    r"(?<![\w-])claude(?![a-z]|-[a-z])"
    r"(?:\s+(?:ai|agent|code|opus|sonnet|haiku)\b|[^<]{0,40}\d|\s*(?:<|\(|$))",
    re.IGNORECASE,
)
"""A tool of that name, and nobody who is called so: alone, with a version, or with its kind."""


class DeedReader:
    """Reads deeds by id; subsystems are those of one MAINTAINERS file.

    What a deed is without its subsystems is kept in the index: it serves every trust base.
    """

    def __init__(
        self, repository: Repository, index: Index, where: Maintainers, *, jobs: int
    ) -> None:
        self._repository = repository
        self._index = index
        self._where = where
        self._jobs = jobs

    def read(self, ids: Sequence[ObjectId], inside: Sequence[bool]) -> Iterator[Deed | None]:
        """Each commit's deed; None where it or its changes cannot be read."""
        audited = dict(zip(ids, inside, strict=True))
        known = {
            name: deed
            for name, raw in self._index.facts(_KIND, ids).items()
            if (deed := unpack_deed(raw, self._subsystems, inside=audited[ObjectId(name)]))
        }
        fresh = self._read([name for name in ids if name not in known])
        for name in ids:
            deed = known.get(name)
            if not deed and (raw := next(fresh)):
                deed = unpack_deed(raw, self._subsystems, inside=audited[name])
            yield deed

    def _read(self, ids: Sequence[ObjectId]) -> Iterator[bytes | None]:
        """Each commit's deed, packed and kept."""
        changes = ChangeReader(
            self._repository,
            self._index,
            Maintainers(()),
            surface_of=frozenset(ids),
            jobs=self._jobs,
        ).read(ids)
        for raw, (name, found) in zip(self._repository.stream_raw(ids), changes, strict=True):
            if raw.type != "commit" or found is None:
                yield None
                continue
            try:
                deed = self._deed(parse_commit(name, raw.raw), found)
            except MissingObjectError:
                yield None
                continue
            packed = pack_deed(deed, [file.path for file in found.files[:_PATHS]])
            self._index.keep(_KIND, name, packed)
            yield packed

    def _deed(self, commit: Commit, found: CommitChanges) -> Deed:
        files = found.files
        new_source = new_source_lines(files)
        return Deed(
            id=commit.id,
            subject=commit.subject,
            time=seconds_of(commit.committer),
            authored=seconds_of(commit.author),
            kind=kind_of(commit, new_source),
            added=sum(f.added for f in files),
            removed=sum(f.removed for f in files),
            new_source=new_source,
            surface=tuple(item.kind for item in all_surface(files, found.contents)),
            subsystems=(),
            build_files=build_files_of(files),
            binaries=tuple(f.path for f in without_moved(files) if f.binary and f.change != "D"),
            entries=own_entries(commit, files, self._repository),
            committer=_address(commit),
            reviewers=reviewers_of(commit.trailers),
            tools=tools_of(commit.trailers),
            zone=commit.author.zone if isinstance(commit.author, Ident) else "",
            inside=False,
        )

    def _subsystems(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Sections of the files, or their first folders where no section covers them."""
        names: dict[str, None] = {}
        for path in paths:
            for name in places_of(self._where, path):
                names.setdefault(name)
        return tuple(names)


def pack_deed(deed: Deed, paths: Sequence[str]) -> bytes:
    """A deed and the paths it touches for the index."""
    values = [getattr(deed, name) for name in _NAMES]
    plain = [sorted(value) if isinstance(value, frozenset) else value for value in values]
    return json.dumps([paths, *plain]).encode("ascii")


def unpack_deed(
    raw: bytes, subsystems: Callable[[Sequence[str]], tuple[str, ...]], *, inside: bool
) -> Deed | None:
    """The deed that was packed, in the subsystems of its paths; None on other bytes.

    Of what it has very much of, only the first is in it.
    """
    try:
        paths, *plain = json.loads(raw)
        values = dict(zip(_NAMES, plain, strict=True))
        for name in ("build_files", "binaries", "entries", "tools"):
            values[name] = tuple(values[name][:_PATHS])
        values["surface"] = tuple(map(Surface, values["surface"][:_PATHS]))
        values["reviewers"] = frozenset(values["reviewers"])
        values["kind"] = Kind(values["kind"])
        values["subject"] = values["subject"][:_SUBJECT]
        return Deed(**{**values, "subsystems": subsystems(paths), "inside": inside})
    except (ValueError, TypeError, KeyError):
        return None


def places_of(where: Maintainers, path: str) -> Sequence[str]:
    """Where a path belongs: its sections, or its first two folders where none covers it."""
    if where.is_covered(path):
        return where.subsystems_for(path)
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
    adds = any(f.path.endswith(_SOURCE) for f in new_files(files))
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
            or (trailer.key.lower() in _CREDITS and _names_tool(trailer.value))
        )
    )


def _names_tool(value: str) -> bool:
    return bool(_TOOL.search(value) or _CLAUDE.search(value))


def _address(commit: Commit) -> Address:
    committer = commit.committer
    return normalise(committer.person.email) if isinstance(committer, Ident) else Address("")
