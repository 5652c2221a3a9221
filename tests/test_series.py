"""Patches by mail are checked as the commits that they would be; nothing of them is believed."""

from __future__ import annotations

import base64
import email.header
import hashlib
import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from provenance import audit
from provenance.errors import ProvenanceError, UsageError
from provenance.facts import ObjectId
from provenance.report.model import CommitReport, Report
from provenance.repository import Repository, log
from provenance.repository.letters import Letter, open_letter, split_mails
from provenance.repository.series import make_commits
from provenance.series import check_series
from provenance.settings import Settings
from provenance.words import Severity, Status, Tier, Verdict
from sample_repos.keys import Certificate, packet, person_key
from tests.cli import run
from tests.conftest import BuiltSample
from tests.git import git, git_bytes, init, loose_file

Sampler = Callable[[str], BuiltSample]
ADA = "Ada Keeper <ada@kernel.example>"
ROB = "Rob Sable <rob@sable-mail.example>"
DATE = "Thu, 1 Jul 2021 10:00:00 +0000"
DIFF = """\
diff --git a/drivers/net/dana.c b/drivers/net/dana.c
--- a/drivers/net/dana.c
+++ b/drivers/net/dana.c
@@ -1000,3 +1000,4 @@ int dana(void)
 one
-two
+too
+many
 three
"""


def mail(
    *headers: str,
    sender: str = ROB,
    subject: str = "[PATCH] net: dana: one more",
    body: str = f"Text.\n\nSigned-off-by: {ROB}\n",
    diff: str = DIFF,
) -> bytes:
    """A mail with a patch."""
    lines = (f"From: {sender}", f"Date: {DATE}", f"Subject: {subject}", *headers)
    return "\n".join((*lines, "", body + "---", "", diff)).encode()


def patches(repo: Path, span: str, *options: str) -> bytes:
    """What git mails of a range."""
    return git_bytes(repo, "format-patch", "--stdout", *options, span)


def by_subject(report: Report) -> dict[str, CommitReport]:
    return {commit.subject: commit for commit in report.commits}


def rules_of(commit: CommitReport) -> list[str]:
    return sorted(found.rule for found in commit.findings)


@pytest.fixture
def newcomer(sample: Sampler) -> Path:
    return sample("newcomer").path


ON_BASE = Settings(base="v1.0")


def test_a_series_is_judged_as_its_release_would_be(newcomer: Path) -> None:
    """Rules see the same, but for what only a merge can show; lines and subsystems are equal."""
    mailed = by_subject(
        check_series([patches(newcomer, "v1.0..v1.1")], repo=newcomer, settings=ON_BASE)
    )
    merged = by_subject(audit("v1.1", repo=newcomer))
    assert mailed.keys() == merged.keys()
    for subject, commit in merged.items():
        one = mailed[subject]
        assert (one.lines, one.subsystems, one.surface) == (
            commit.lines,
            commit.subsystems,
            commit.surface,
        )
        assert rules_of(one) == rules_of(commit)
        assert one.author == commit.author
        assert one.mail
        assert [copy.id for copy in one.mail.same_change] == [commit.id]


def test_the_same_bytes_whatever_is_kept(newcomer: Path, tmp_path: Path) -> None:
    """With an index and without one; what is kept of the repository stays as it was."""
    mailbox = patches(newcomer, "v1.0..v1.1")
    kept = Settings(base="v1.0", cache=tmp_path, tier=Tier.OWN)
    before = audit("v1.1", repo=newcomer, settings=Settings(cache=tmp_path, tier=Tier.OWN))
    first = check_series([mailbox], repo=newcomer, settings=kept)
    again = check_series([mailbox], repo=newcomer, settings=kept)
    alone = check_series([mailbox], repo=newcomer, settings=Settings(base="v1.0", tier=Tier.OWN))
    assert first == again == alone
    after = audit("v1.1", repo=newcomer, settings=Settings(cache=tmp_path, tier=Tier.OWN))
    assert list(after.commits) == list(before.commits)
    assert after.identities == before.identities


def test_nothing_is_written_into_the_repository(newcomer: Path) -> None:
    """No object, no ref, no time of a file."""

    def state() -> list[tuple[str, int]]:
        return sorted((str(path), path.stat().st_mtime_ns) for path in newcomer.rglob("*"))

    before = state()
    check_series([patches(newcomer, "v1.0..v1.1")], repo=newcomer, settings=ON_BASE)
    assert state() == before


def test_git_am_makes_the_same_commits(tmp_path: Path) -> None:
    """Tree, author and message, whatever is in the mail."""
    repo = init(tmp_path / "repo", commits=3)
    base = git(repo, "rev-parse", "HEAD")
    (repo / "file").write_text("1\n2\n3 \n")
    (repo / "new file").write_bytes(b"\0\1binary")
    (repo / "folder").mkdir()
    (repo / "folder" / "ümlaut").write_text("a\n")
    (repo / "folder" / "run").symlink_to("../file")
    git(repo, "add", ".")
    git(
        repo,
        *("commit", "-q", "-m", "[tag] ünicode: a\n\n  b  \n\n\n\nc\n\nFixes: x"),
        GIT_AUTHOR_NAME="Jörg, O. <Müller",
        GIT_AUTHOR_DATE="1600000000 -0330",
    )
    git(repo, "mv", "file", "moved")
    (repo / "new file").chmod(0o755)
    git(repo, "commit", "-q", "-a", "-m", "a subject of more than seventy-six characters " * 3)
    mailbox = patches(repo, f"{base}..", "--binary", "-M", "--attach")
    mailbox += patches(repo, f"{base}..", "--binary", "-M", "--subject-prefix=PATCH v2", "-s")
    wanted = am(repo, base, mailbox)
    with (
        Repository(repo, tier=Tier.FOREIGN) as repository,
        repository.workshop() as workshop,
    ):
        made = []
        start = ObjectId(base)
        letters = [open_letter(workshop.shell, raw) for raw in split_mails(workshop.shell, mailbox)]
        for pair in (letters[:2], letters[2:]):
            made += make_commits(workshop, start, 0, [one for one in pair if one])
        repository.take_in(workshop)
        commits = [repository.read_commit(one.id) for one in made if one.id]
    assert not any(one.alone or one.reason for one in made)
    found = [(one.tree, one.author, one.message) for one in commits]
    with Repository(repo, tier=Tier.FOREIGN) as repository:
        theirs = [repository.read_commit(ObjectId(name)) for name in wanted]
    assert found == [(one.tree, one.author, one.message) for one in theirs]


def am(repo: Path, base: str, mailbox: bytes) -> Sequence[str]:
    """Ids of the commits that git makes of two series of two on one base, in their order."""
    folder = repo.parent / "split"
    folder.mkdir()
    git_bytes(repo, "mailsplit", f"-o{folder}", stdin=mailbox)
    made: list[str] = []
    for pair in (("0001", "0002"), ("0003", "0004")):
        git(repo, "checkout", "-q", "--detach", base)
        git(repo, "am", "-q", *(str(folder / name) for name in pair))
        made += git(repo, "rev-list", "--reverse", f"{base}..HEAD").split()
    return made


def test_a_patch_that_does_not_apply_is_seen_alone(newcomer: Path) -> None:
    """Its lines and its author are there; it is said that the rest of the file is not."""
    report = check_series([mail()], repo=newcomer, settings=ON_BASE)
    (commit,) = report.commits
    assert commit.mail
    assert not commit.mail.applies
    assert (commit.lines.added, commit.lines.removed, commit.lines.files) == (2, 1, 1)
    assert [one.name for one in commit.subsystems] == ["NETWORKING"]
    assert commit.author.status is Status.UNVERIFIED
    assert any("do not apply to v1.0: 1 of 1;" in note for note in report.completeness.notes)
    assert report.completeness.is_complete


def test_a_patch_on_one_that_does_not_apply(newcomer: Path) -> None:
    """The second applies to what the first leaves."""
    more = DIFF.replace("-two\n+too\n+many\n", " too\n-many\n+few\n").replace("-1000,3", "-1000,4")
    series_ = [
        mail(subject="[PATCH 1/2] net: dana: a"),
        mail(subject="[PATCH 2/2] net: dana: b", diff=more),
    ]
    report = check_series(series_, repo=newcomer, settings=ON_BASE)
    assert [(one.mail and one.mail.applies, one.lines.added) for one in report.commits] == [
        (True, 1),
        (False, 2),
    ]


def test_what_is_no_patch_is_listed(newcomer: Path) -> None:
    """It was not checked: the report is not complete, and names it."""
    wrong = DIFF.replace("-1000,3", "-1000,9")
    mails = [mail(), mail("Message-ID: <2@sable-mail.example>", subject="two", diff=wrong)]
    report = check_series(mails, repo=newcomer, settings=ON_BASE)
    (problem,) = report.completeness.unreadable
    assert problem.id == "2@sable-mail.example"
    assert problem.reason == "a hunk ends early"
    assert (report.completeness.reached, report.completeness.reported) == (2, 1)
    assert not report.completeness.is_complete
    with pytest.raises(UsageError, match="no patch of - can be checked: a hunk ends early"):
        check_series(mails[1:], repo=newcomer, settings=ON_BASE)


@pytest.mark.parametrize("path", ["../outside", ".git/config", "/etc/passwd", "a/../../b"])
def test_a_patch_leads_nowhere_else(newcomer: Path, path: str) -> None:
    """What names no file of the tree makes no commit."""
    diff = f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+x\n"
    for raw in (mail(diff=diff), mail(diff=diff.replace("--- /dev/null", f"--- a/{path}"))):
        with pytest.raises(UsageError, match="can be checked: "):
            check_series([raw], repo=newcomer, settings=ON_BASE)


@pytest.mark.parametrize(
    ("mails", "subjects", "note"),
    [
        (["[PATCH 2/2] b", "[PATCH 1/2] a"], ["a", "b"], ""),
        (["[PATCH 2/3] b", "[PATCH 1/3] a"], ["a", "b"], "1 of the 3 patches"),
        (["[PATCH] b", "[PATCH 1/2] a"], ["b", "a"], ""),
        (["[PATCH 1/2] b", "[PATCH 1/1] a"], ["b", "a"], ""),
        (["[PATCH v2] b", "[PATCH] a", "[PATCH v2] c"], ["b", "c"], "left out: 1 patch before v2"),
        (["[PATCH] b", "Re: [PATCH] a"], ["b"], "left out: 1 reply with a patch"),
        (["Re: [PATCH] a"], ["a"], ""),
    ],
)
def test_which_patches_and_in_which_order(
    newcomer: Path, mails: Sequence[str], subjects: Sequence[str], note: str
) -> None:
    """Those of the newest version, by number where all have one; replies are none."""
    raw = [
        mail(subject=subject, diff=f"--- /dev/null\n+++ b/lib/{at}.c\n@@ -0,0 +1 @@\n+x\n")
        for at, subject in enumerate(mails)
    ]
    report = check_series(raw, repo=newcomer, settings=ON_BASE)
    assert [commit.subject for commit in report.commits][::-1] == subjects
    assert (note in " ".join(report.completeness.notes)) is True


def test_a_message_id_hides_no_patch(newcomer: Path) -> None:
    """Two mails that share one and are not the same are two; git would apply both."""
    other = "--- /dev/null\n+++ b/lib/new.c\n@@ -0,0 +1 @@\n+x\n"
    mails = [mail("Message-ID: <1@x>"), mail("Message-ID: <1@x>", diff=other)]
    assert len(check_series(mails, repo=newcomer, settings=ON_BASE).commits) == 2


def test_one_mail_from_two_lists_is_one(newcomer: Path) -> None:
    """A copy of it; a cover letter is no patch."""
    one = mail("Message-ID: <1@sable-mail.example>")
    cover = mail(subject="[PATCH 0/1] cover", diff="")
    report = check_series([one, cover, one], repo=newcomer, settings=ON_BASE)
    assert len(report.commits) == 1
    notes = report.completeness.notes
    assert "left out: 1 second copy of a mail" in notes
    assert "left out: 1 mail without a patch" in notes


def test_the_base_that_a_series_names_decides_nothing_about_trust(newcomer: Path) -> None:
    """It applies there; whose word counts is HEAD's, or what the user says."""
    base = git(newcomer, "rev-parse", "v1.0^{commit}")
    head = git(newcomer, "rev-parse", "HEAD")
    cover = mail(subject="[PATCH 0/1] x", body=f"Text.\nbase-commit: {base}\n", diff="")
    mailbox = patches(newcomer, "v1.1~1..v1.1")
    named = check_series([cover, mail()], repo=newcomer)
    assert named.range.base_id == base
    assert named.range.trust_base_id == head
    assert named.range.reason == "patches on the commit that they name as their base"
    other = check_series([cover, mail()], repo=newcomer, settings=Settings(base="v1.1"))
    assert (other.range.base_id, other.range.trust_base_id) == (head, head)
    told = check_series([mailbox], repo=newcomer, settings=Settings(trust_base="v1.0"))
    assert (told.range.base_id, told.range.trust_base_id) == (head, base)
    gone = f"base-commit: {'1' * 40}"
    (note,) = [
        note
        for note in check_series([mail(body=f"T.\n{gone}\n")], repo=newcomer).completeness.notes
        if "is not here" in note
    ]
    assert note.startswith("111111111111")


def test_whoever_sends_in_anothers_name_is_flagged(newcomer: Path) -> None:
    """A body can say who wrote it; the mail's sender did not sign off."""
    body = f"From: {ADA}\n\nText.\n\nSigned-off-by: {ADA}\n"
    (commit,) = check_series([mail(body=body)], repo=newcomer, settings=ON_BASE).commits
    assert commit.author.email == "ada@kernel.example"
    assert commit.author.status is Status.LISTED
    assert commit.committer.email == "rob@sable-mail.example"
    assert commit.route.verdict is Verdict.PARTIAL
    (found,) = commit.findings
    assert (found.rule, found.severity) == ("handler-without-sign-off", Severity.MEDIUM)
    assert found.message == "sender rob@sable-mail.example did not sign off"


def test_nobody_vouches_for_a_mail(newcomer: Path) -> None:
    """A maintainer's sign-off in it is a text that whoever sent it wrote."""
    body = f"Text.\n\nSigned-off-by: {ROB}\nSigned-off-by: {ADA}\n"
    for sender in (ROB, ADA):
        raw = mail(sender=sender, body=f"From: {ROB}\n\n{body}")
        (commit,) = check_series([raw], repo=newcomer, settings=ON_BASE).commits
        assert not any(step.vouches for step in commit.route.steps)
        assert [step.role for step in commit.route.steps][-1] == "sender"


def test_what_programs_read_in_different_ways_is_a_finding(newcomer: Path) -> None:
    """git takes an address that was encoded into a name for the author's."""
    name = email.header.Header("Ada Keeper <ada@kernel.example>", "utf-8").encode()
    raw = mail(sender=f"{name} <rob@sable-mail.example>")
    (commit,) = check_series([raw], repo=newcomer, settings=ON_BASE).commits
    assert commit.committer.email == "rob@sable-mail.example"
    found = {one.rule: one for one in commit.findings}["malformed-identity"]
    assert found.severity is Severity.MEDIUM
    assert found.message.endswith("another address in the sender's name")


@pytest.mark.parametrize("sender", ["", "Nobody"])
def test_a_mail_without_a_sender(newcomer: Path, sender: str) -> None:
    """Nobody can be looked at: an empty header, and a name alone is an address without a domain."""
    raw = mail(sender=sender, body=f"From: {ROB}\n\nText.\n")
    if not sender:
        with pytest.raises(UsageError, match="it names no sender") as caught:
            check_series([raw], repo=newcomer, settings=ON_BASE)
        assert "From header" in caught.value.hint
        return
    (commit,) = check_series([raw], repo=newcomer, settings=ON_BASE).commits
    assert commit.committer.email == "Nobody"
    assert "malformed-identity" in rules_of(commit)


def test_a_mail_without_a_date(newcomer: Path) -> None:
    """It is taken to be of the base's time."""
    raw = mail().replace(f"Date: {DATE}\n".encode(), b"Date: soon\n")
    (commit,) = check_series([raw], repo=newcomer, settings=ON_BASE).commits
    base = git(newcomer, "log", "-1", "--format=%cd", "--date=format:%Y-%m-%dT%H:%M:%S", "v1.0")
    assert commit.committer.date == f"{base}+00:00"
    assert commit.author.date == commit.committer.date


def test_signatures_of_mails_are_told_and_not_looked_at(newcomer: Path) -> None:
    """Could not check is never fine."""
    raw = mail("DKIM-Signature: v=1", 'Content-Type: multipart/signed; boundary="x"')
    report = check_series([mail("DKIM-Signature: v=1"), raw], repo=newcomer, settings=ON_BASE)
    told = "signatures that are not looked at: DKIM-Signature in 1 mail"
    assert told in report.completeness.notes


def signed(raw: bytes, author: str) -> bytes:
    """A mail that Rob's key signs: somebody's of this subject."""
    text = raw.partition(b"\n\n")[2].removeprefix(f"From: {author}\n\n".encode())
    body = text.rstrip(b"\n").replace(b"\n", b"\r\n") + b"\r\n"
    heads = f"from:{author}\r\nsubject:net: dana: one more\r\n"
    sent = base64.b64encode(hashlib.sha256(body).digest()).decode()
    start = f"v=1; a=openpgp-sha256; h=from:subject; bh={sent}; b="
    digest = hashlib.sha256(f"{heads}x-developer-signature:{start}".encode()).digest()
    parts = (bytes(13), b"b\0" + bytes(4) + digest, person_key("rob").sign(digest, made=SIGNED_AT))
    message = b"".join(packet(tag, part) for tag, part in zip((4, 11, 2), parts, strict=True))
    value = base64.b64encode(message).decode()
    return f"X-Developer-Signature: {start}{value}\n".encode() + raw


SIGNED_AT = 1_625_133_600


@pytest.mark.parametrize(
    ("change", "status", "rules"),
    [
        ((b"", b""), Status.ATTESTED, []),
        ((b"+many", b"+some"), Status.LISTED, ["bad-signature"]),
        ((b"one more", b"one"), Status.LISTED, ["bad-signature"]),
    ],
    ids=["good", "patch", "subject"],
)
def test_a_developers_signature_attests_who_wrote_it(
    newcomer: Path, tmp_path: Path, change: tuple[bytes, bytes], status: Status, rules: list[str]
) -> None:
    """A key with the address, over author, subject, message and patch."""
    (tmp_path / "rob.asc").write_bytes(Certificate(person_key("rob"), (ROB,)).armored())
    settings = Settings(base="v1.0", keyring=(tmp_path / "rob.asc",), ignore=NO_PATTERNS)
    raw = signed(mail(), ROB).replace(*change)
    (commit,) = check_series([raw], repo=newcomer, settings=settings).commits
    assert commit.author.status is status
    assert rules_of(commit) == rules
    assert {one.severity for one in commit.findings} <= {Severity.LOW, Severity.MEDIUM}


NO_PATTERNS = frozenset({"pattern-of-author"})


def test_a_signature_of_the_sender_does_not_speak_for_the_author(
    newcomer: Path, tmp_path: Path
) -> None:
    """Who passes a patch on is attested, who wrote it is not."""
    (tmp_path / "rob.asc").write_bytes(Certificate(person_key("rob"), (ROB,)).armored())
    body = f"From: {ADA}\n\nText.\n\nSigned-off-by: {ADA}\nSigned-off-by: {ROB}\n"
    raw = signed(mail(body=body), ADA)
    settings = Settings(base="v1.0", keyring=(tmp_path / "rob.asc",))
    (commit,) = check_series([raw], repo=newcomer, settings=settings).commits
    assert commit.author.email == "ada@kernel.example"
    assert (commit.author.status, commit.committer.status) == (Status.LISTED, Status.ATTESTED)
    assert commit.author.evidence[0].outcome == "not-applicable"
    assert commit.route.steps[-1].status is Status.ATTESTED


@pytest.mark.parametrize(
    "mailboxes",
    [[b""], [b"\n\n"], [b"no mail"], [b"From: a@x.example\n\ntext\n"], [mail(diff="")], []],
)
def test_what_holds_no_patch(newcomer: Path, mailboxes: Sequence[bytes]) -> None:
    """A clear error; an empty series is not a clean one."""
    with pytest.raises(ProvenanceError) as caught:
        check_series(mailboxes, repo=newcomer)
    assert caught.value.hint


def test_too_many_mails(newcomer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a bound."""
    monkeypatch.setattr("provenance.series.MOST", 1)
    with pytest.raises(UsageError, match="2 mails are more than one series"):
        check_series([mail(), mail()], repo=newcomer)


def test_a_mail_that_git_cannot_take_apart(newcomer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named; the others are checked."""

    def fails(workshop: object, raw: bytes) -> Letter | None:
        return None if b"bad" in raw else open_letter(workshop, raw)  # type: ignore[arg-type]

    monkeypatch.setattr("provenance.series.open_letter", fails)
    report = check_series([mail(), mail(subject="bad")], repo=newcomer, settings=ON_BASE)
    (problem,) = report.completeness.unreadable
    assert (problem.id, problem.reason) == ("2", "git cannot take it apart")


def test_a_charset_that_git_does_not_know(newcomer: Path) -> None:
    """git gives up; the mail is listed, and nothing is guessed."""
    kind = "Content-Type: text/plain; charset=x-evil"
    raw = mail(kind, body="T\xfcxt.\n").decode().encode("latin-1")
    report = check_series([mail(), raw], repo=newcomer, settings=ON_BASE)
    assert [one.id for one in report.completeness.unreadable] == ["2"]


def test_git_that_hangs_is_ended(newcomer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail costs so much time at most."""
    monkeypatch.setattr(log, "_ANSWER", 0.0)
    with pytest.raises(ProvenanceError, match="cannot split"):
        check_series([mail()], repo=newcomer, settings=ON_BASE)


def test_a_full_disk_is_told_as_such(newcomer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not as a patch that does not apply."""
    usage = SimpleNamespace(total=1, used=1, free=0)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    with pytest.raises(OSError, match="No space left on device"):
        check_series([mail()], repo=newcomer, settings=ON_BASE)


def test_a_base_whose_tree_is_gone(tmp_path: Path) -> None:
    """The patches have nowhere to go."""
    repo = init(tmp_path / "repo", commits=1)
    tree = git(repo, "rev-parse", "HEAD^{tree}")
    (repo / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(ProvenanceError, match="its files cannot be read"):
        check_series([mail()], repo=repo)


def test_a_forged_file_of_the_base(tmp_path: Path) -> None:
    """In a foreign repository no patch is applied to bytes that are not what their id says."""
    repo = init(tmp_path / "repo", commits=1)
    blob = git(repo, "rev-parse", "HEAD:file")
    other = git(repo, "hash-object", "-w", "--stdin", stdin=b"2\n")
    path = repo / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes((repo / ".git" / "objects" / other[:2] / other[2:]).read_bytes())
    diff = "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-2\n+3\n"
    (commit,) = check_series([mail(diff=diff)], repo=repo).commits
    assert commit.mail
    assert not commit.mail.applies


def test_the_command(newcomer: Path, tmp_path: Path) -> None:
    """A file, standard input and a quilt series give the same; the page tells what it is."""
    mailbox = tmp_path / "net.mbox"
    mailbox.write_bytes(patches(newcomer, "v1.0..v1.1"))
    words = ("-C", str(newcomer), "--base", "v1.0")
    found = run("check", str(mailbox), *words, "-f", "json")
    assert found.code == 1
    git(newcomer, "format-patch", "-q", "-o", str(tmp_path), "v1.0..v1.1")
    names = sorted(path.name for path in tmp_path.glob("*.patch"))
    (tmp_path / "series").write_text("# ours\n" + "".join(f"{name} -p1\n" for name in names))
    quilt = run("check", str(tmp_path / "series"), *words, "-f", "json")
    one, other = json.loads(found.stdout), json.loads(quilt.stdout)
    assert one["commits"] == other["commits"]
    assert (one["range"]["tip"], other["range"]["tip"]) == ("net.mbox", "series")
    page = run("check", str(mailbox), *words)
    assert page.stdout.startswith("Patches of net.mbox\n")
    assert "Patch 4/6, " in page.stdout
    assert "Sender evidence" not in page.stdout
    (tmp_path / "saved.json").write_text(found.stdout)
    assert run("render", str(tmp_path / "saved.json")).stdout == page.stdout
    assert (
        "net: add the sable offload module"
        in run("check", str(mailbox), *words, "-f", "csv").stdout
    )


def test_a_long_series_shows_what_is_flagged(newcomer: Path, tmp_path: Path) -> None:
    """And everything where that is asked for."""
    mailbox = tmp_path / "net.mbox"
    mailbox.write_bytes(b"\n".join(_numbered(12)))
    words = ("check", str(mailbox), "-C", str(newcomer), "--base", "v1.0")
    short, whole = run(*words), run(*words, "--all")
    assert "2 more patches are in the JSON report; --all shows everything" in short.stdout
    assert short.stdout.count("Message-ID ") == 10
    assert whole.stdout.count("Message-ID ") == 12


def _numbered(total: int) -> Sequence[bytes]:
    return [
        b"From 1234 Mon Sep 17 00:00:00 2001\n"
        + mail(
            f"Message-ID: <{at}@x.example>",
            subject=f"[PATCH v2 {at}/{total}] lib: {at}",
            diff=f"--- /dev/null\n+++ b/lib/n{at}.c\n@@ -0,0 +1 @@\n+x\n",
        )
        for at in range(1, total + 1)
    ]


def test_standard_input(newcomer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash reads it."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(mail())))
    found = run("check", "-", "-C", str(newcomer))
    assert found.stdout.startswith("Patches of standard input\n")


def test_a_revision_goes_before_a_file(
    newcomer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As git has it where a name is both; --base is for patches only."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "v1.1").write_bytes(mail())
    assert run("check", "v1.1", "-C", str(newcomer)).stdout.startswith("Commit ")
    assert run("check", "./v1.1", "-C", str(newcomer)).stdout.startswith("Patches of v1.1")
    found = run("check", "v1.1", "-C", str(newcomer), "--base", "v1.0")
    assert (found.code, found.stdout) == (2, "")
    assert "--base is for patches by mail" in found.stderr


def test_a_file_that_is_not_there(newcomer: Path) -> None:
    """It is not looked for among the revisions only."""
    found = run("check", "absent.patch", "-C", str(newcomer))
    assert (found.code, found.stdout) == (2, "")
    assert "no such file, and no revision: absent.patch" in found.stderr


@pytest.mark.parametrize("lines", ["../x.patch\n", "/etc/hostname\n", "absent.patch\n", "a\0b\n"])
def test_a_series_names_files_of_its_folder(newcomer: Path, tmp_path: Path, lines: str) -> None:
    """Anything else is no series, and no mail either."""
    (tmp_path / "x.patch").write_bytes(mail())
    (tmp_path / "quilt").mkdir()
    (tmp_path / "quilt" / "series").write_text(lines)
    found = run("check", str(tmp_path / "quilt" / "series"), "-C", str(newcomer))
    assert (found.code, found.stdout) == (2, "")
    assert "hint: " in found.stderr


def test_a_file_that_cannot_be_read(
    newcomer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named; so is one that is too large."""
    monkeypatch.setattr("provenance.cli.files._MOST", 10)
    (tmp_path / "large").write_bytes(mail())
    assert "MiB of patches" in run("check", str(tmp_path / "large"), "-C", str(newcomer)).stderr
    monkeypatch.setattr("provenance.cli.files._SERIES", 5)
    assert "MiB of patches" in run("check", str(tmp_path / "large"), "-C", str(newcomer)).stderr
    (tmp_path / "loop").symlink_to("loop")
    assert run("check", str(tmp_path / "loop"), "-C", str(newcomer)).code == 2
    (tmp_path / "secret").write_bytes(mail())
    monkeypatch.setattr("provenance.cli.files._read_up_to", _denied)
    assert "cannot read" in run("check", str(tmp_path / "secret"), "-C", str(newcomer)).stderr


def _denied(*_: object) -> bytes:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("alone", [False, True])
def test_a_clone_that_lacks_other_files(tmp_path: Path, alone: bool) -> None:
    """As one of ``git clone --filter=blob:none`` does: a patch needs the files that it changes."""
    repo = init(tmp_path / "repo", commits=1)
    (repo / "other").write_text("other\n")
    (repo / "own").write_text("0\n1\n2\n")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "two files")
    (repo / "own").write_text("0\none\n2\n")
    git(repo, "commit", "-q", "-a", "-m", "own: change it")
    mailbox = patches(repo, "HEAD~1..")
    git(repo, "reset", "-q", "--hard", "HEAD~1")
    for name in ["other", "own"][: 1 + alone]:
        loose_file(repo, f"HEAD:{name}").unlink()
    (commit,) = check_series([mailbox], repo=repo).commits
    assert commit.mail
    assert (commit.mail.applies, commit.lines.added, commit.lines.removed) == (not alone, 1, 1)


def with_attachment(text: bytes, *parts: bytes) -> bytes:
    """A mail whose patch is in its text, and again in attachments."""
    body = b"Text.\n\nSigned-off-by: %b\n---\n%b" % (ROB.encode(), text)
    kinds = (b"text/plain", *(b'text/plain; name="x.patch"' for _ in parts))
    raw = b"".join(
        b"--b\nContent-Type: %b\n\n%b\n" % one for one in zip(kinds, (body, *parts), strict=True)
    )
    head = mail("Content-Type: multipart/mixed; boundary=b").partition(b"\n\n")[0]
    return head + b"\n\n" + raw + b"--b--\n"


@pytest.mark.parametrize("broken", [b"\n\xc2\xa0", b"\n>"])
def test_an_attachment_counts_where_the_text_is_broken(newcomer: Path, broken: bytes) -> None:
    """As a mail program has done it; where several are attached it is not known which."""
    text = DIFF.encode().replace(b"\n ", broken)
    report = check_series([with_attachment(text, DIFF.encode())], repo=newcomer, settings=ON_BASE)
    (commit,) = report.commits
    assert (commit.lines.added, commit.lines.removed) == (2, 1)
    assert any("in the attachment, it is: 1 of 1" in note for note in report.completeness.notes)
    twice = with_attachment(text, DIFF.encode(), DIFF.encode().replace(b"dana", b"eli"))
    with pytest.raises(UsageError):
        check_series([twice], repo=newcomer, settings=ON_BASE)


def test_a_cover_letter_that_shows_a_change_is_no_patch(newcomer: Path) -> None:
    """Unless there is nothing else."""
    cover = mail(subject="[PATCH 0/1] net: dana: what it was at first")
    one = mail(subject="[PATCH 1/1] net: dana: one more")
    report = check_series([cover, one], repo=newcomer, settings=ON_BASE)
    assert [commit.subject for commit in report.commits] == ["net: dana: one more"]
    assert "left out: 1 cover letter with a patch" in report.completeness.notes
    assert len(check_series([cover], repo=newcomer, settings=ON_BASE).commits) == 1


def test_carriage_returns_of_a_mail_program(newcomer: Path) -> None:
    """They are no part of the patch, though git takes them for one."""
    body = base64.encodebytes(f"Text.\n---\n{DIFF}".replace("\n", "\r\n").encode())
    head = mail("Content-Transfer-Encoding: base64").partition(b"\n\n")[0]
    report = check_series([head + b"\n\n" + body, mail()], repo=newcomer, settings=ON_BASE)
    first, second = report.commits
    assert first.lines == second.lines
    assert any("is no patch that fits" in note for note in report.completeness.notes)


def test_an_attachment_that_is_broken_too(newcomer: Path) -> None:
    """What is wrong with the text is told; the next mail is read as ever."""
    broken = DIFF.encode().replace(b"\n ", b"\n*")
    report = check_series(
        [with_attachment(broken, broken), mail()], repo=newcomer, settings=ON_BASE
    )
    assert len(report.commits) == 1
    (problem,) = report.completeness.unreadable
    assert problem.reason == "a line of a hunk is none"
