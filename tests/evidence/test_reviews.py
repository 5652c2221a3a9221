"""Who reviewed, read quickly: no trailer of git's is left out, however a message ends."""

from __future__ import annotations

import pytest

from provenance.evidence.pattern.reviews import read_reviews
from provenance.limits import MAX_COMMIT, MAX_NAME
from provenance.parse.trailers import block_trailers
from provenance.repository.objects import RawObject

REVIEW = b"net: fix\n\nprose\n\nReviewed-by: Rob <rob@x.example>\nSigned-off-by: B <b@x.example>\n"


@pytest.mark.parametrize(
    "more",
    [
        b"",
        b"\n",
        b"\n\n\n",
        b"\n \n",
        b"\n\t\n \n",
        b"# a comment\n",
        b"\n# a comment\n",
        b"\n# a comment\n# another\n\n",
        b"\nConflicts:\n\tnet/a.c\n",
        b"\n# one\n\n# two\n",
    ],
)
def test_nothing_after_the_block_hides_a_review(more: bytes) -> None:
    """As git: where it sees the trailer, so does the quick look."""
    message = REVIEW + more
    raw = b"tree 1\nauthor A <a@x.example> 1 +0000\n\n" + message
    assert any(line.key == b"Reviewed-by" for line in block_trailers(message))
    (found,) = read_reviews([RawObject("1" * 40, "commit", raw, size=len(raw))], [7])
    assert (7, "reviewed-by", "rob@x.example") == (found.position, found.key, found.person.email)


def test_a_paragraph_before_the_last_is_no_statement() -> None:
    """A review that is quoted in the text is none."""
    raw = b"tree 1\n\n" + REVIEW.replace(b"\nSigned", b"\n\nSigned")
    assert [] == list(read_reviews([RawObject("1" * 40, "commit", raw, size=len(raw))], [7]))


def test_what_git_does_not_show_hides_no_review() -> None:
    """A NUL ends the message; another paragraph after it is not the last."""
    raw = b"tree 1\n\n" + REVIEW + b"\0\n\nmore\n"
    (found,) = read_reviews([RawObject("1" * 40, "commit", raw, size=len(raw))], [7])
    assert "rob@x.example" == found.person.email


def test_who_has_a_name_longer_than_any_is_no_reviewer() -> None:
    """As where trailers are taken apart."""

    def named(name: bytes, email: bytes) -> int:
        raw = b"tree 1\n\n" + REVIEW.replace(b"Rob", name).replace(b"rob@x.example", email)
        return len(list(read_reviews([RawObject("1" * 40, "commit", raw, size=len(raw))], [7])))

    assert 1 == named(b"N" * (MAX_NAME - 1), b"a" * MAX_NAME)
    assert 0 == named(b"N" * (MAX_NAME + 1), b"a@x.example")
    assert 0 == named(b"N", b"a" * (MAX_NAME + 1))


def test_reviews_of_a_commit_that_is_not_taken_apart_are_left_out() -> None:
    """It is listed as over budget."""
    raw = RawObject("1" * 40, "commit", b"tree 1\n\n" + REVIEW, size=MAX_COMMIT + 1)
    assert [] == list(read_reviews([raw], [7]))
    assert 1 == len(list(read_reviews([raw._replace(size=MAX_COMMIT)], [7])))
