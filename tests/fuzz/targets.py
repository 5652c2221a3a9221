"""What is fuzzed: a name, seeds to start from, and what must be true of any bytes.

A target raises where a promise is broken: anything but the error that its parser documents.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from provenance.errors import ProvenanceError
from provenance.evidence.pattern.reviews import read_reviews
from provenance.facts import BrokenIdent, Commit, Ident, ObjectId, Person, Tag, Zone
from provenance.parse.addresses import domain_of, normalise, registrable_domain, skeleton
from provenance.parse.apply import gives
from provenance.parse.comparison import Change, Content, compare
from provenance.parse.identity import parse_ident
from provenance.parse.mail import (
    attached_changes,
    body_of,
    has_change,
    parse_base,
    parse_mail,
    title_of,
)
from provenance.parse.mail_signature import Taken, parse_developer_signature
from provenance.parse.mailed import PatchError, parse_mailed_change
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import parse_maintainers
from provenance.parse.mbox import split_mbox
from provenance.parse.objects import compared_by, parse_commit, parse_tag, split_header
from provenance.parse.openpgp import (
    PacketError,
    dearmor_all,
    parse_public_key,
    parse_signature,
    split_packets,
)
from provenance.parse.patch import FilePatch, parse_changes
from provenance.parse.preimage import parse_preimages
from provenance.parse.references import (
    names_an_origin,
    parse_fixes,
    parse_reverts,
    parse_upstream,
)
from provenance.parse.releases import parse_releases, predecessor
from provenance.parse.remerge import parse_remerges
from provenance.parse.ssh import SshError, parse_allowed_signers, parse_ssh_signature
from provenance.parse.surface import surface_of_lines
from provenance.parse.text import decode, encode
from provenance.parse.trailers import REVIEW_KEYS, parse_message
from provenance.parse.tree import parse_tree, tree_problems
from provenance.report.safe import cell, markdown, sarif, visible
from provenance.repository import Repository
from provenance.repository.objects import RawObject
from sample_repos.build import build

ID: Final = ObjectId("1" * 40)
_HEX: Final = re.compile(r"[0-9a-f]{40}")
MARK: Final = b"5bd2a6b0"
SAMPLES: Final = (
    "innocent-oddities", "malformed-identity", "malformed-commit", "malformed-tree",
    "unsigned-pull",
    "bad-signature", "trailer-outside-block", "hidden-characters", "release-tag-nested",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One reader of bytes; ``is_object`` says that it reads git objects."""

    name: str
    seeds: Callable[[], list[bytes]]
    check: Callable[[bytes], None]
    is_object: bool = False


@cache
def objects(kind: str) -> list[bytes]:
    """The objects of one kind in the samples."""
    found: set[bytes] = set()
    with tempfile.TemporaryDirectory() as folder:
        for name in SAMPLES:
            build(name, Path(folder) / name)
            for path in (Path(folder) / name / "objects").glob("??/*"):
                head, _, raw = zlib.decompress(path.read_bytes()).partition(b"\0")
                if head.split()[0].decode() == kind:
                    found.add(raw)
    return sorted(found)


def messages() -> list[bytes]:
    """The messages of the samples."""
    return sorted({raw.partition(b"\n\n")[2] for raw in objects("commit")})


def check_commit(raw: bytes) -> None:
    """A commit is told as it is, or as broken."""
    commit = parse_commit(ID, raw)
    for name in (*commit.parents, *filter(None, (commit.tree,))):
        assert _HEX.fullmatch(name), name
    fields, _ = split_header(raw)
    for key, ident in ((b"author", commit.author), (b"committer", commit.committer)):
        lines = [field.value for field in fields if field.key == key]
        assert isinstance(ident, BrokenIdent) or 1 == len(lines), lines
        check_person(ident)
    check_text(commit)
    for parsed in commit.mergetags:
        assert _HEX.fullmatch(parsed.object) or "tag" in str(parsed.anomalies) or parsed.anomalies
    tree, parent = compared_by(raw)
    assert parent is None or parent == commit.parents[0]
    assert tree is None or _HEX.fullmatch(tree)


def check_person(ident: Ident | BrokenIdent | None) -> None:
    """What is called an identity has an address without brackets and a whole time."""
    if isinstance(ident, Ident):
        assert not set("<>\n\0") & set(ident.person.email + ident.person.name)
        check_address(encode(ident.person.email))


def check_text(parsed: Commit | Tag) -> None:
    """Text of others is one line of visible characters wherever it is shown."""
    message = parsed.message
    shown = parsed.subject if isinstance(parsed, Commit) else parsed.name
    for text in (shown, message[:200]):
        for safe in (visible(text), cell(text), markdown(text), sarif(text)):
            assert "\n" not in safe
            assert "\x1b" not in safe
            assert encode(safe) == safe.encode(), safe
        assert not cell(text).startswith(("=", "+", "-", "@"))


def check_tag(raw: bytes) -> None:
    """A tag is told as it is, or with what is odd about it."""
    tag = parse_tag(ID, raw)
    assert _HEX.fullmatch(tag.object) or tag.anomalies, tag.object
    check_person(tag.tagger)
    check_text(tag)


def check_tree(raw: bytes) -> None:
    """Entries are ids with names; what is odd about them is named, or nothing is."""
    for entry in parse_tree(raw):
        assert _HEX.fullmatch(entry.id)
        assert b"\0" not in entry.name
    for problem in tree_problems(raw):
        assert "\n" not in visible(problem.path)


def check_message(raw: bytes) -> None:
    """Each trailer stands in the message, byte for byte."""
    found = parse_message(raw)
    for trailer in found.trailers:
        assert encode(trailer.key) in raw
    names_an_origin(raw)
    shown = found.text.lower()
    for name in parse_fixes(found.text):
        assert name in shown
    for stable in (False, True):
        for reference in parse_upstream(found.text, stable=stable):
            assert reference.id in shown
            assert names_an_origin(raw)
    parse_reverts(found.text)
    seen = {
        (one.key, one.person.email) for one in read_reviews([RawObject(ID, "commit", raw)], [0])
    }
    for trailer in found.trailers:
        key, person = trailer.key.lower(), trailer.person
        if trailer.zone is Zone.BLOCK and key in REVIEW_KEYS and person and person.email:
            in_brackets = f"<{person.email}>" in trailer.value
            start, value = encode(key), encode(trailer.value)
            lines = (line for line in raw.split(b"\n") if line.lower().startswith(start))
            on_one_line = any(value in line for line in lines)
            assert not (in_brackets and on_one_line) or (key, person.email) in seen, trailer


def check_ident(raw: bytes) -> None:
    """One address, or no identity at all."""
    found = parse_ident(raw)
    if isinstance(found, Ident):
        assert (1, 1) == (raw.count(b"<"), raw.count(b">"))
    check_person(found)


def check_address(raw: bytes) -> None:
    """Any text is an address or has no domain."""
    text = decode(raw)
    address = normalise(text)
    assert normalise(address) == address
    assert "@" not in domain_of(address)
    assert "@" not in registrable_domain(address)
    skeleton(text)


def check_maintainers(raw: bytes) -> None:
    """Any file answers for any path, quickly."""
    found = parse_maintainers(raw)
    for path in ("net/core/dev.c", "MAINTAINERS", "a/../b", ""):
        found.subsystems_for(path)
    found.sections_for_text([raw[:200]])


def check_mailmap(raw: bytes) -> None:
    """Whoever a line names is mapped to somebody; the same person always to the same."""
    found = Mailmap(raw)
    for person in (*found.people(), Person(name="Ada Keeper", email="ada@kernel.example")):
        assert found.map(person) == found.map(person)


def check_patch(raw: bytes) -> None:
    """However the stream is cut, the same is read."""
    whole = list(parse_changes([raw], MARK, _surface))
    assert whole == list(parse_changes(_blocks(raw), MARK, _surface))
    for changed in whole:
        assert all(name for name in changed.objects)
    assert list(parse_remerges([raw], MARK)) == list(parse_remerges(_blocks(raw), MARK))


def check_comparison(raw: bytes) -> None:
    """A change is the same as itself and, with other words, compares with what it was."""
    changes = [
        Change(files=one.files, patches=one.seen)
        for text in (raw, raw.replace(b"e", b"o"))
        for one in parse_changes([text], MARK, _patch)
    ]
    for one in changes:
        assert compare(one, one).content in (Content.SAME, Content.UNKNOWN)
    for first, second in pairwise(changes):
        compare(first, second)
        compare(first, second, reverts=True)


def _patch(_: ObjectId, patch: FilePatch) -> FilePatch:
    return patch


def _surface(commit: ObjectId, patch: FilePatch) -> tuple[object, ...]:
    return (patch.path, *surface_of_lines(patch))


def _blocks(raw: bytes) -> Iterator[bytes]:
    yield from (raw[start : start + 7] for start in range(0, len(raw), 7))


def check_mail(raw: bytes) -> None:
    """Headers are lines of text; a signature is over something, or there is none, or it is told."""
    mail = parse_mail(raw)
    for text in (mail.message_id, mail.subject, mail.sender.name, mail.sender.email):
        assert "\n" not in text
    assert mail.time is None or mail.time.seconds >= 0
    assert title_of(title_of(mail.subject)) == title_of(mail.subject)
    assert all(has_change(part) for part in attached_changes(raw))
    body = body_of(raw)
    assert parse_base(body) is None or _HEX.fullmatch(parse_base(body) or "")
    taken = Taken(author=raw[:20], email=b"a@x.example", subject=raw[20:40], text=body)
    signature = parse_developer_signature(raw, taken)
    assert signature is None or signature.problem or len(signature.payload) == 32


def check_mbox(raw: bytes) -> None:
    """Nothing is lost between mails but the lines before them."""
    mails = list(split_mbox(raw.splitlines(keepends=True), 1 << 30))
    assert all(mails)
    kept = b"".join(mails)
    starts = sum(line.startswith(b"From ") for line in raw.splitlines())
    assert len(kept) == len(raw) or starts


def check_preimages(raw: bytes) -> None:
    """Files have one path each, and no more lines than a bound allows."""
    with contextlib.suppress(PatchError):
        shown = parse_preimages(raw)
        assert len({one.path for one in shown}) == len(shown)
        assert all(one.content is None or len(one.content) < 1 << 28 for one in shown)
    with contextlib.suppress(PatchError):
        change = parse_mailed_change(raw)
        assert all(file.path for file in change.files)
        assert compare(change, change).content in (Content.SAME, Content.UNKNOWN)
        files = [one._replace(old_id=ObjectId("1"), new_id=ObjectId("2")) for one in change.files]
        gives(raw, files, {"1": b"one\ntwo\n" * 200, "2": raw}.get)


def check_openpgp(raw: bytes) -> None:
    """Packets, or a packet error."""
    with contextlib.suppress(PacketError):
        for armored in dearmor_all(raw):
            _packets(armored)
    with contextlib.suppress(PacketError):
        _packets(raw)


def _packets(raw: bytes) -> None:
    for packet in split_packets(raw):
        for parse in (parse_signature, parse_public_key):
            with contextlib.suppress(PacketError):
                parse(packet.body)


def check_ssh(raw: bytes) -> None:
    """A signature, or an SSH error; lines of signers, or an SSH error."""
    with contextlib.suppress(SshError):
        parse_ssh_signature(raw)
    with contextlib.suppress(SshError):
        parse_allowed_signers(decode(raw))


def check_releases(raw: bytes) -> None:
    """Tags in any order have the same predecessors."""
    names = [decode(line) for line in raw.split(b"\n")[:50]]
    releases = parse_releases(names)
    assert releases == parse_releases(reversed(names))
    for release in releases.values():
        before = predecessor(release, releases)
        assert before is None or before != release


FILES: Final = ("HEAD", "packed-refs", "config", "shallow", "commondir", "info/grafts",
                "objects/info/alternates", "refs/heads/main", "refs/tags/v1.1")  # fmt: skip


@cache
def _made() -> tempfile.TemporaryDirectory[str]:
    """Goes with the process."""
    made = tempfile.TemporaryDirectory(prefix="provenance-fuzz-")
    build("clean", Path(made.name) / "r")
    return made


def _repository() -> Path:
    return Path(_made().name) / "r"


def check_git_file(raw: bytes) -> None:
    """A damaged file of a git directory is an error with a hint, or is said to be ignored."""
    number, _, content = raw.partition(b"\n")
    name = FILES[sum(number) % len(FILES)]
    path = _repository() / name
    before = path.read_bytes() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    try:
        with contextlib.suppress(ProvenanceError), Repository(_repository()) as found:
            for full in (*found.refs.by_name, "HEAD", "v1.1^", decode(content[:40])):
                with contextlib.suppress(ProvenanceError):
                    found.resolve(full)
            assert found.releases is not None
    finally:
        path.unlink()
        if before is not None:
            path.write_bytes(before)


def git_files() -> list[bytes]:
    """Each file of a git directory, after a line that says which it is."""
    texts = [b"ref: refs/heads/main\n", b"1" * 40 + b" refs/tags/v1.0\n^" + b"2" * 40 + b"\n",
             b"[core]\n\trepositoryformatversion = 0\n", b"1" * 40 + b"\n", b"../x\n"]  # fmt: skip
    return [bytes([number]) + b"\n" + text for number in range(1, 10) for text in texts]


PATCH: Final = (
    MARK + b"1" * 40 + b" " + b"2" * 40 + b"\n\n:100644 100644 " + b"3" * 40 + b" " + b"4" * 40
    + b" M\tnet/core.c\n:000000 040000 " + b"0" * 40 + b" " + b"5" * 40 + b" A\tnet\n\n"
    b"diff --git a/net/core.c b/net/core.c\n--- a/net/core.c\n+++ b/net/core.c\n"
    b"@@ -1,2 +1,3 @@ f\n a\n-b\n+module_init(x);\n+d\n\\ No newline at end of file\n"
)  # fmt: skip
MAIL: Final = (
    b"From: =?utf-8?q?Ad=C3=A1?= Keeper <ada@kernel.example>\n"
    b"Date: Thu, 1 Jul 2021 10:00:00 +0200\n"
    b"Message-ID: <1@x.example>\nSubject: [PATCH v2 1/3] =?utf-8?b?bmV0?=\n : one\n"
    b"X-Developer-Signature: v=1; a=openpgp-sha256; l=9; h=from:subject; bh=YWJj; b=YWJj\n ZGVm\n"
    b"Content-Transfer-Encoding: quoted-printable\n\nText=3D\nbase-commit: " + b"1" * 40 + b"\n"
)
START: Final = b"From ada@kernel.example Thu Jul  1 10:00:00 2021\n"
MBOX: Final = START + MAIL + b"\n" + START + MAIL + b"From now on\n"
DIFF: Final = (
    b"diff --git a/net/core.c b/net/core.c\nindex 1..2 100644\n--- a/net/core.c\n"
    b"+++ b/net/core.c\n@@ -3,2 +3,3 @@ f\n a\n-b\n+c\n+d\n@@ -9 +10,0 @@\n-e\n"
    b"\\ No newline at end of file\ndiff --git a/a b/b\nrename from a\nrename to b\n"
    b"diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n"
)
MAINTAINERS: Final = (
    b"NETWORKING\nM:\tAda Keeper <ada@kernel.example>\nR:\tBen <ben@net.example>\nL:\tl@x.example\n"
    b"S:\tMaintained\nF:\tnet/\nX:\tnet/core/*.h\nN:\t[^a-z]tegra\nK:\t\\b(dma|iommu)\\b\n\n"
    b"THE REST\nM:\tAda Keeper <ada@kernel.example>\nF:\t*\nF:\t*/\n"
)
MAILMAP: Final = (
    b"Ada Keeper <ada@kernel.example> Ada <old@kernel.example>\n<a@x.example> <b@y.example>\n"
)
ARMOR: Final = re.compile(rb"-----BEGIN.*?-----END[^\n]*\n", re.DOTALL)


def armors() -> list[bytes]:
    """Every armored block in the samples' commits and tags, and what is in it."""
    texts = [raw.replace(b"\n ", b"\n") for raw in (*objects("commit"), *objects("tag"))]
    found = sorted({block for raw in texts for block in ARMOR.findall(raw)})
    inner = []
    for block in found:
        with contextlib.suppress(PacketError):
            inner += list(dearmor_all(block))
    return found + inner


TARGETS: Final = (
    Target("commit", lambda: objects("commit"), check_commit, is_object=True),
    Target("tag", lambda: objects("tag"), check_tag, is_object=True),
    Target("tree", lambda: objects("tree"), check_tree, is_object=True),
    Target("message", messages, check_message),
    Target("ident", lambda: [b"Ada Keeper <ada@kernel.example> 1625133600 +0000"], check_ident),
    Target("address", lambda: [b"ada@kernel.example", b"a+b@x.co.uk"], check_address),
    Target("maintainers", lambda: [MAINTAINERS], check_maintainers),
    Target("mailmap", lambda: [MAILMAP], check_mailmap),
    Target("patch", lambda: [PATCH, PATCH + b"\n" + PATCH], check_patch),
    Target("comparison", lambda: [PATCH, PATCH + b"\n" + PATCH], check_comparison),
    Target("openpgp", armors, check_openpgp),
    Target("ssh", armors, check_ssh),
    Target("releases", lambda: [b"v6.1\nv6.1.1\nv6.1-rc1\nv2.6.34\nv2.6.34.1"], check_releases),
    Target("git-file", git_files, check_git_file),
    Target("mail", lambda: [MAIL], check_mail),
    Target("mbox", lambda: [MBOX], check_mbox),
    Target("patch-mail", lambda: [DIFF, DIFF + DIFF.replace(b"core", b"dev")], check_preimages),
)  # fmt: skip
