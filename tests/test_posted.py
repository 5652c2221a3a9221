"""The mail that a commit was posted in: found, compared, and never believed."""

from __future__ import annotations

import json
import mailbox
from collections.abc import Callable
from pathlib import Path

import pytest

from provenance import audit
from provenance.audit import check
from provenance.errors import UsageError
from provenance.evidence import postings
from provenance.parse.comparison import Content
from provenance.report.mails import PostedInfo
from provenance.report.model import CommitReport, Report
from provenance.settings import Settings
from provenance.words import Severity, Status
from sample_repos.keys import Certificate, person_key
from tests.cli import run
from tests.conftest import BuiltSample
from tests.git import git, git_bytes, init
from tests.test_senders import mbox as write_mbox
from tests.test_series import ROB, patches, rules_of, signed

Sampler = Callable[[str], BuiltSample]
TESS = "Tess Author <tess@author.example>"
TIM = "Tim Other <tim@other.example>"
DANA = "[PATCH] net: dana: one more"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Three commits, of which the last changes one line of three."""
    path = init(tmp_path / "repo", commits=2)
    (path / "file").write_text("2\nchanged\n")
    git(path, "commit", "-q", "-a", "-m", f"file: change it\n\nSigned-off-by: {TESS}")
    return path


def mail(
    repo: Path,
    *options: str,
    sender: str = TESS,
    name: str = "1@author.example",
    subject: str = "[PATCH] file: change it",
    headers: str = "",
    body: str = f"Text.\n\nSigned-off-by: {TESS}\n",
) -> bytes:
    """A mail with the change of the last commit."""
    change = git_bytes(repo, "diff-tree", "-p", *(options or ("HEAD~1", "HEAD")))
    head = f"From: {sender}\nDate: Thu, 1 Jul 2021 10:00:00 +0000\nSubject: {subject}\n"
    return f"{head}Message-ID: <{name}>\n{headers}\n{body}---\n".encode() + change


def reply(
    sender: str, text: str, *, to: str = "1@author.example", title: str = "file: change it"
) -> bytes:
    head = f"From: {sender}\nSubject: Re: {title}\nMessage-ID: <r-{len(text)}@x.example>\n"
    return f"{head}In-Reply-To: <{to}>\n\n{text}\n".encode()


def mbox(repo: Path, *mails: bytes) -> Path:
    return write_mbox(repo.parent, mails)


def checked(repo: Path, *mails: bytes, **others: object) -> CommitReport:
    settings = Settings(mails=(mbox(repo, *mails),), **others)  # type: ignore[arg-type]
    return check("HEAD", repo=repo, settings=settings).commit


def posted(repo: Path, *mails: bytes) -> PostedInfo:
    found = checked(repo, *mails).posted
    assert found
    return found


def evidence(commit: CommitReport, source: str) -> tuple[str, str]:
    (seen,) = (one for one in commit.author.evidence if one.source == source)
    return seen.outcome, seen.detail


def test_the_same_change_by_the_same_author(repo: Path) -> None:
    """It is told, and lifts nobody."""
    commit = checked(repo, mail(repo))
    found = commit.posted
    assert found
    assert (found.message_id, found.content, found.author_matches, found.linked) == (
        "1@author.example",
        Content.SAME,
        True,
        False,
    )
    told = "posted by the same author in 1@author.example, 2021-07-01"
    assert evidence(commit, "mail") == ("good", told)
    assert commit.author.status is Status.UNVERIFIED


def test_a_mail_that_is_not_there_says_nothing(repo: Path) -> None:
    """Could not look is never fine, and never a finding."""
    commit = checked(repo, mail(repo, subject="[PATCH] another"))
    assert commit.posted is None
    assert evidence(commit, "mail")[0] == "unavailable"
    without = check("HEAD", repo=repo).commit
    assert rules_of(commit) == rules_of(without)
    assert all(one.source != "mail" for one in without.author.evidence)


@pytest.mark.parametrize("options", [("-U9",), ("-U0",), ("--histogram",), ("-M",)])
def test_git_writes_one_change_in_several_ways(repo: Path, options: tuple[str, ...]) -> None:
    """They are the same, for the same comes out."""
    git(repo, "mv", "file", "moved")
    (repo / "moved").write_text("2\nchanged\nmore\n")
    git(repo, "commit", "-q", "-a", "-m", "file: change it")
    assert posted(repo, mail(repo, *options, "HEAD~1", "HEAD")).content is Content.SAME


def test_what_is_attached_counts(repo: Path) -> None:
    """The text of the mail was broken by a mail program, the attachment was not."""
    change = git_bytes(repo, "diff-tree", "-p", "HEAD~1", "HEAD")
    broken = change.replace(b"\n ", b"\n\xc2\xa0")
    raw = mail(repo, headers='Content-Type: multipart/mixed; boundary="b"\n').partition(b"\n\n")[0]
    body = (
        b"--b\nContent-Type: text/plain\n\n---\n"
        + broken
        + b"\n--b\nContent-Type: text/x-patch\n\n"
        + change
        + b"\n--b--\n"
    )
    assert posted(repo, raw + b"\n\n" + body).content is Content.SAME


def test_what_cannot_be_compared_is_said(repo: Path) -> None:
    """A broken patch is neither the same nor another one."""
    raw = mail(repo)
    found = posted(repo, raw[: raw.index(b"@@ -1,2")] + b"@@ -1,2 +1,2 @@\n*2\n")
    assert (found.content, found.differences) == (
        Content.UNKNOWN,
        ("not compared: a line of a hunk is none",),
    )


def test_a_mail_that_is_too_large_is_not_compared(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its end was not read."""
    monkeypatch.setattr("provenance.evidence.posted.LARGEST", 100)
    assert "larger than what is read" in posted(repo, mail(repo)).differences[0]


def test_the_version_that_fits_best(repo: Path) -> None:
    """Not the newest one where an older one is the same; a reply with a patch comes last."""
    other = mail(repo).replace(b"changed", b"another")
    v3 = other.replace(b"[PATCH]", b"[PATCH v3]").replace(b"<1@", b"<3@")
    assert posted(repo, v3, mail(repo)).message_id == "1@author.example"
    v4 = v3.replace(b"v3", b"v4").replace(b"<3@", b"<4@")
    assert posted(repo, other, v4, v3).message_id == "4@author.example"
    again = other.replace(b"[PATCH]", b"Re: [PATCH v9]").replace(b"<1@", b"<9@")
    assert posted(repo, again, other).message_id == "1@author.example"


def test_the_mail_that_the_commit_names(repo: Path) -> None:
    """Whatever its subject, where it is the same change or the same author."""
    text = "file: change it\n\nLink: https://lore.example/r/1@author.example\n"
    git(repo, "commit", "-q", "--amend", "-m", text)
    found = posted(repo, mail(repo, subject="[PATCH] at first called otherwise"))
    assert (found.linked, found.content) == (True, Content.SAME)
    report = mail(repo, sender=TIM, subject="It is broken", body="Try this:\n")
    about = checked(repo, report.replace(b"changed", b"another"))
    assert about.posted is None


def test_another_author(repo: Path) -> None:
    """Of the same change; of another change with the same title it is no finding."""
    commit = checked(repo, mail(repo, sender=TIM))
    assert "posted-by-another" in rules_of(commit)
    assert evidence(commit, "mail")[0] == "bad"
    assert commit.posted
    assert commit.posted.author.email == "tim@other.example"
    other = mail(repo, sender=TIM).replace(b"changed", b"another")
    assert checked(repo, other).posted is None
    passed_on = mail(repo, sender=TIM, body=f"From: {TESS}\n\nText.\n")
    assert "posted-by-another" not in rules_of(checked(repo, passed_on))


@pytest.mark.parametrize(
    ("before", "now", "severity"),
    [
        ("if (a > b)", "if (a >= b)", Severity.MEDIUM),
        ("if (a > b)", "if (a > b)\nown();", Severity.LOW),
        ("if (a > b)\nmore();", "if (a > b)", Severity.INFO),
    ],
)
def test_how_grave_a_difference_is(repo: Path, before: str, now: str, severity: Severity) -> None:
    """An operator, a line of its own, or less than was posted."""
    (repo / "file").write_text(f"2\n{now}\n")
    git(repo, "commit", "-q", "-a", "--amend", "--no-edit")
    raw = mail(repo)
    lines = [f"+{line}\n" for line in before.split("\n")]
    start = raw.index(b"+", raw.index(b"@@ -"))
    start = raw.index(b"\n+", start) + 1
    head, _, _ = raw[:start].rpartition(b"@@ -")
    hunk = f"@@ -1,2 +1,{1 + len(lines)} @@\n 2\n-2\n{''.join(lines)}"
    commit = checked(repo, head + hunk.encode())
    (found,) = (one for one in commit.findings if one.rule == "differs-from-mail")
    assert found.severity is severity


def test_a_backport_is_compared_with_its_origin_only(sample: Sampler) -> None:
    """The mail has the patch for mainline; how the backport differs is told by its own rule."""
    built = sample("backport-altered")
    box = built.path.parent / "backport.mbox"
    box.write_bytes(patches(built.path, "v1.2..v1.3"))
    report = audit("v1.2.1", repo=built.path, settings=Settings(mails=(box,)))
    altered = next(one for one in report.commits if "backport-altered" in rules_of(one))
    assert altered.posted
    assert altered.posted.content is Content.DIFFERENT
    assert "differs-from-mail" not in rules_of(altered)


REVIEWED = f"file: change it\n\nReviewed-by: {TIM}\nSigned-off-by: {TESS}\n"


@pytest.mark.parametrize(
    ("replies", "outcome", "detail"),
    [
        ([reply(TIM, f"Reviewed-by: {TIM}")], "good", "sent in r-"),
        ([reply("tim@OTHER.example", f"Reviewed-by: {TIM}")], "good", "sent in r-"),
        ([reply(TIM, f"> Reviewed-by: {TIM}\n\nNo.")], "unavailable", "without such a line"),
        ([reply(TIM, f"Acked-by: {TIM}")], "unavailable", "other.example, acked-by"),
        (
            [reply("Tim Other <tim@home.example>", f"Reviewed-by: {TIM}")],
            "unavailable",
            "replied from tim@home.example",
        ),
        ([reply(TESS, f"Reviewed-by: {TIM}")], "unavailable", "no reply of theirs"),
        ([reply(TIM, f"Reviewed-by: {TIM}", to="x@y", title="another")], "unavailable", "no reply"),
        ([reply(TIM, f"Reviewed-by: {TIM}", to="x@y")], "good", "sent in"),
        ([reply(TIM, f"Reviewed-by: {TIM}", to="cover@x", title="series")], "good", "sent in"),
    ],
)
def test_a_review_is_looked_for_among_the_replies(
    repo: Path, replies: list[bytes], outcome: str, detail: str
) -> None:
    """To the mail, its title, or the cover letter; by the reviewer's own address."""
    git(repo, "commit", "-q", "--amend", "-m", REVIEWED)
    found = posted(repo, mail(repo, headers="In-Reply-To: <cover@x>\n"), *replies)
    (review,) = found.reviews
    assert review.outcome == outcome
    assert detail in review.detail
    assert review.in_mail is False


def test_replies_to_another_patch_of_the_same_title(repo: Path) -> None:
    """They say nothing of this one, unless they name it."""
    git(repo, "commit", "-q", "--amend", "-m", REVIEWED)
    theirs = mail(repo, sender="Al <al@x.example>", name="2@x").replace(b"changed", b"another")
    yes = reply(TIM, f"Reviewed-by: {TIM}", to="2@x")
    (review,) = posted(repo, mail(repo), theirs, yes).reviews
    assert (review.outcome, review.has_answered) == ("unavailable", False)
    (review,) = posted(
        repo, mail(repo), theirs, yes.replace(b"<2@x>", b"<1@author.example>")
    ).reviews
    assert review.outcome == "good"


def test_a_stable_kernel_is_posted_again(repo: Path) -> None:
    """By who makes it, with the reviews of the first time: they were answers to the author's mail,
    which may be otherwise, and what it claims is not the author's word.
    """
    git(repo, "commit", "-q", "--amend", "-m", REVIEWED)
    first = mail(repo).replace(b"changed", b"at first")
    again = mail(
        repo,
        sender="Gil Stable <gil@stable.example>",
        name="stable@x",
        subject="[PATCH 6.12 001/300] file: change it",
        body=f"From: {TESS}\n\nText.\n\nReviewed-by: {TIM}\nSigned-off-by: {TESS}\n",
    )
    commit = checked(repo, first, reply(TIM, f"Reviewed-by: {TIM}"), again)
    assert commit.posted
    assert (commit.posted.message_id, commit.posted.content) == ("stable@x", Content.SAME)
    assert commit.posted.author_matches
    assert [one.outcome for one in commit.posted.reviews] == ["good"]
    alone = checked(repo, again)
    (found,) = (one for one in alone.findings if one.rule == "review-without-reply")
    assert found.severity is Severity.INFO


def test_an_answer_without_a_message_id_is_one(repo: Path) -> None:
    """Who answered is not said to have kept silent."""
    git(repo, "commit", "-q", "--amend", "-m", REVIEWED)
    raw = b"\n".join(
        line for line in reply(TIM, "Yes.").split(b"\n") if not line.startswith(b"Message-ID")
    )
    commit = checked(repo, mail(repo), raw)
    assert commit.posted
    assert commit.posted.reviews[0].has_answered
    assert "review-without-reply" not in rules_of(commit)


def test_many_mails_of_one_title(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The author's own before the commit are looked at first."""
    monkeypatch.setattr(postings, "_TRIED", 1)
    own = mail(repo)
    others = [mail(repo, sender=f"X <x@{at}.example>", name=f"{at}@x") for at in range(3)]
    later = own.replace(b"Jul 2021", b"Jul 2025").replace(b"<1@", b"<5@").replace(b"changed", b"c")
    assert posted(repo, *others, later, own).message_id == "1@author.example"


def test_who_claims_a_review_that_nobody_sent(repo: Path) -> None:
    """Medium in the mail of somebody unverified; whoever took the patch may know more."""
    git(repo, "commit", "-q", "--amend", "-m", REVIEWED)
    claimed = checked(repo, mail(repo, body=f"Reviewed-by: {TIM}\nSigned-off-by: {TESS}\n"))
    added = checked(repo, mail(repo))
    found = [
        next(seen for seen in one.findings if seen.rule == "review-without-reply")
        for one in (claimed, added)
    ]
    assert [one.severity for one in found] == [Severity.MEDIUM, Severity.INFO]
    assert "the author's mail claims" in found[0].message
    assert "the commit claims" in found[1].message
    git(repo, "commit", "-q", "--amend", "-m", REVIEWED + f"Signed-off-by: {TIM}\n")
    assert "review-without-reply" not in rules_of(checked(repo, mail(repo)))


@pytest.mark.parametrize(
    ("change", "status", "outcomes"),
    [
        ((b"", b""), Status.ATTESTED, ["good"]),
        ((b"Text.", b"Words."), Status.LISTED, ["bad"]),
    ],
    ids=["good", "another text"],
)
def test_a_developers_signature_over_the_mail_attests(
    repo: Path, change: tuple[bytes, bytes], status: Status, outcomes: list[str]
) -> None:
    """It is of the commit's author, over the change that the commit is."""
    commit = by_rob(repo, signed(mail(repo, sender=ROB, subject=DANA), ROB).replace(*change))
    seen = [one.outcome for one in commit.author.evidence if one.source == "mail-signature"]
    assert (commit.author.status, seen) == (status, outcomes)
    assert commit.posted
    assert commit.posted.signature.status == outcomes[0]


def test_a_signature_over_another_change_attests_nothing(repo: Path) -> None:
    """What was signed is not what was committed."""
    raw = mail(repo, sender=ROB, subject=DANA).replace(b"+changed", b"+another")
    commit = by_rob(repo, signed(raw, ROB))
    assert commit.posted
    assert (commit.posted.signature.status, commit.posted.content) == ("good", Content.DIFFERENT)
    assert commit.author.status is Status.LISTED


def by_rob(repo: Path, raw: bytes) -> CommitReport:
    """The last commit with Rob as its author, whose key is known, and his mail."""
    git(repo, "commit", "-q", "--amend", "-m", "net: dana: one more", f"--author={ROB}")
    keys = repo.parent / "rob.asc"
    keys.write_bytes(Certificate(person_key("rob"), (ROB,)).armored())
    return checked(repo, raw, keyring=(keys,))


def test_archives_of_every_kind(repo: Path, tmp_path: Path) -> None:
    """A mailbox, a maildir and a public-inbox say the same; several are read together."""
    raw = mail(repo)
    box = mailbox.Maildir(tmp_path / "maildir")
    box.add(raw)
    inbox = init(tmp_path / "inbox")
    (inbox / "m").write_bytes(raw)
    git(inbox, "add", "m")
    git(inbox, "commit", "-q", "-m", "a mail")
    archives = (mbox(repo, raw), tmp_path / "maildir", inbox)
    found = [
        check("HEAD", repo=repo, settings=Settings(mails=some)).commit.posted
        for some in (*((one,) for one in archives), archives)
    ]
    assert found[0]
    assert [one.message_id for one in found if one] == ["1@author.example"] * 4


def test_a_mail_that_cannot_be_read_is_counted(repo: Path, tmp_path: Path) -> None:
    """The report is not complete, and says so."""
    inbox = init(tmp_path / "inbox")
    for number in (1, 2):
        (inbox / "m").write_bytes(mail(repo, name=f"{number}@x"))
        git(inbox, "add", "m")
        git(inbox, "commit", "-q", "-m", "a mail")
    name = git(inbox, "rev-parse", "HEAD~1:m")
    (inbox / ".git" / "objects" / name[:2] / name[2:]).unlink()
    shown = run("check", "HEAD", "-C", str(repo), "--mail", str(inbox))
    assert shown.code == 3
    assert "1 mail in inbox, 1 could not be read" in " ".join(shown.stdout.split())


@pytest.mark.parametrize("text", [None, "", "# A page\n\nSee: the docs.\n"])
def test_an_archive_without_mails_is_refused(repo: Path, text: str | None) -> None:
    """It would look as if nothing had been posted."""
    empty = repo.parent / "empty"
    if text is not None:
        empty.write_text(text)
    with pytest.raises(UsageError) as caught:
        check("HEAD", repo=repo, settings=Settings(mails=(empty,)))
    assert "public-inbox" in caught.value.hint


def test_patches_by_mail_are_mails_themselves(repo: Path) -> None:
    """The option has no meaning there."""
    box = mbox(repo, mail(repo))
    shown = run("check", str(box), "-C", str(repo), "--mail", str(box))
    assert (shown.code, shown.stdout) == (2, "")
    assert "--mail is for commits" in shown.stderr


def test_what_is_kept_of_an_archive_has_bounds(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails of one title or one Message-ID, and replies, however many there are."""
    monkeypatch.setattr(postings, "_PER_TITLE", 2)
    monkeypatch.setattr(postings, "_PER_ID", 1)
    monkeypatch.setattr(postings, "_REPLIES", 1)
    git(repo, "commit", "-q", "--amend", "-m", REVIEWED)
    other = mail(repo).replace(b"changed", b"another")
    many = [other.replace(b"<1@", f"<{number}@".encode()) for number in range(2, 6)]
    found = posted(repo, *many, mail(repo))
    assert found.content is Content.DIFFERENT
    first = posted(repo, mail(repo), other)
    assert first.content is Content.SAME
    noise = reply(TIM, "Hello.")
    late = posted(repo, mail(repo), noise, reply(TIM, f"Reviewed-by: {TIM}"))
    assert late.reviews[0].outcome == "unavailable"
    assert late.replies == 2


def test_a_second_copy_of_a_mail_is_the_same_mail(repo: Path) -> None:
    """Lists that both have it; one that a list changed is another text of the same mail."""
    changed = mail(repo).replace(b"Text.", b"[list] Text.").replace(b"+changed", b"+mangled")
    assert posted(repo, changed, mail(repo), mail(repo)).content is Content.SAME


def test_mails_without_a_message_id(repo: Path) -> None:
    """As git format-patch writes them: all are looked at."""
    raw = mail(repo).replace(b"Message-ID: <1@author.example>\n", b"")
    others = [raw.replace(b"change it", f"{number}".encode()) for number in range(20)]
    found = posted(repo, *others, raw)
    assert (found.message_id, found.content) == ("", Content.SAME)


def test_the_report_has_it_in_every_format(sample: Sampler) -> None:
    """Page, JSON and the totals; the same with an index, without, and on several cores."""
    built = sample("differs-from-mail")
    first = run("audit", "-C", str(built.path), *built.options)
    assert "of 3 of 4 commits (same 1 (33 %), different 2 (67 %))" in " ".join(first.stdout.split())
    shown = run("audit", "-C", str(built.path), *built.options, "-f", "json")
    report = json.loads(shown.stdout)
    assert report["summary"]["by_posting"] == {
        "same": 1,
        "adapted": 0,
        "different": 2,
        "unknown": 0,
    }
    assert report["completeness"]["archives"] == {
        "names": ["mail.mbox"],
        "mails": 4,
        "unreadable": 0,
    }
    again = run("audit", "-C", str(built.path), *built.options, "-f", "json", "--no-cache", "-j2")
    assert again.raw == shown.raw
    page = run("check", "main", "-C", str(built.path), *built.options)
    assert "Mail: 2-jo@fielding.example" in page.stdout
    assert "who sent one, and when, is what it says itself" in " ".join(page.stdout.split())


def page_of(repo: Path, *mails: bytes, **options: Path) -> str:
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    shown = run("check", "HEAD", "-C", str(repo), "--mail", str(mbox(repo, *mails)), *words)
    return " ".join(shown.stdout.split())


def test_the_page_says_what_was_found(repo: Path) -> None:
    """Another author, a developer's signature, each review with where it is claimed."""
    git(repo, "commit", "-q", "--amend", "-m", REVIEWED)
    page = page_of(repo, mail(repo, sender=TIM))
    assert f"ANOTHER author: {TIM}; content: the same change" in page
    page = page_of(repo, mail(repo), reply(TIM, f"Reviewed-by: {TIM}"))
    assert f"reviewed-by: {TIM} [unverified], in the commit only; good: sent in r-" in page
    page = page_of(repo, mail(repo, body=f"Reviewed-by: {TIM}\n"))
    assert "in the author's mail; unavailable: no reply of theirs in the archives" in page
    by_rob(repo, mail(repo))
    raw = signed(mail(repo, sender=ROB, subject=DANA), ROB)
    page = page_of(repo, raw, keyring=repo.parent / "rob.asc")
    assert "developer signature good" in page
    assert "mail-signature good: signed by" in page


def test_merges_have_no_mail(tmp_path: Path) -> None:
    """A merge is nobody's patch."""
    path = init(tmp_path / "repo", commits=1)
    git(path, "checkout", "-q", "-b", "side")
    (path / "other").write_text("x\n")
    git(path, "add", ".")
    git(path, "commit", "-q", "-m", "other: new")
    git(path, "checkout", "-q", "main")
    (path / "file").write_text("1\n2\n")
    git(path, "commit", "-q", "-a", "-m", "file: more")
    git(path, "merge", "-q", "side", "-m", "other: new")
    raw = mail(path, "HEAD~1", "HEAD", subject="[PATCH] other: new")
    settings = Settings(mails=(mbox(path, raw),), base="none")
    report: Report = audit("main", repo=path, settings=settings)
    merge, *rest = report.commits
    assert merge.is_merge
    assert merge.posted is None
    assert all(one.source != "mail" for one in merge.author.evidence)
    assert sum(one.posted is not None for one in rest) == 1
