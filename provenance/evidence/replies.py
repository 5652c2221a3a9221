"""Reviews that somebody gives in a mail of their own."""

from __future__ import annotations

from provenance.facts import Person, Zone
from provenance.parse.addresses import normalise
from provenance.parse.trailers import REVIEW_KEYS, parse_message


def reviews_given(text: bytes, sender: Person) -> frozenset[str]:
    """The keys, in lower case, of lines in which the sender reviews, acks or has tested, and does
    not quote that.
    """
    address = normalise(sender.email)
    return frozenset(
        trailer.key.lower()
        for trailer in parse_message(b"reply\n\n" + text).trailers
        if trailer.person is not None
        and trailer.key.lower() in REVIEW_KEYS
        and trailer.zone is not Zone.QUOTED
        and normalise(trailer.person.email) == address
    )
