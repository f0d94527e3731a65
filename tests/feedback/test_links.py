"""What a link in a message is taken for, without a server."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from captpathfinder.public_pages.links import LONGEST, DigestLink, FeedbackLink, Links, _text
from captpathfinder.settings import Settings

UNTIL = datetime(2026, 12, 1, tzinfo=UTC)


def links(key: str = "sb_secret_" + "x" * 30) -> Links:
    return Links(
        Settings(
            supabase_url="https://abc.supabase.co",
            supabase_secret_key=SecretStr(key),
            public_url="https://people.example.com/here",
        )
    )


def token(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_link_says_what_it_is_about_for_whom_and_until_when() -> None:
    made = links()
    url = made.feedback("Vertrieb & mehr", 7, UNTIL)
    assert url.startswith("https://people.example.com/here/feedback/")
    assert made.read_feedback(token(url)) == FeedbackLink("Vertrieb & mehr", 7, UNTIL)
    # Another worker of the project, or the same after a restart.
    assert links().read_feedback(token(url)) == FeedbackLink("Vertrieb & mehr", 7, UNTIL)
    url = made.digest(9, UNTIL)
    assert url.startswith("https://people.example.com/here/digest/")
    assert made.read_digest(token(url)) == DigestLink(9, UNTIL)


def test_a_link_of_another_project_or_for_another_page_is_none() -> None:
    made, other = links(), links("sb_secret_" + "y" * 30)
    feedback, digest = token(made.feedback("sales", 7, UNTIL)), token(made.digest(7, UNTIL))
    assert (other.read_feedback(feedback), other.read_digest(digest)) == (None, None)
    assert (made.read_digest(feedback), made.read_feedback(digest)) == (None, None)
    # What another page's links hold, signed for this one, and the other way round.
    assert made.read_digest(_text(made._feedback.dumps((7, 1_000)))) is None
    assert made.read_feedback(_text(made._digest.dumps(("sales", 7, 1_000)))) is None
    assert made.read_feedback(_text(made._feedback.dumps((7, 1_000)))) is None
    assert made.read_digest(_text(made._digest.dumps(("sales", 7, 1_000)))) is None
    assert other.fingerprint != made.fingerprint == links().fingerprint
    assert "x" * 8 not in made.fingerprint


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_a_link_of_which_anything_is_changed_is_none(place: int) -> None:
    made = links()
    right = token(made.feedback("sales", 7, UNTIL))
    letter = "A" if right[place] != "A" else "B"
    assert made.read_feedback(right[:place] + letter + right[place + 1 :]) is None


def test_what_is_longer_than_any_link_is_not_looked_at() -> None:
    made = links()
    long = token(made.feedback("".join(f"{n:x}" for n in range(LONGEST)), 7, UNTIL))
    assert made.read_feedback(long) is None
    # The longest name that a channel may have fits.
    assert made.read_feedback(token(made.feedback("é" * 63, 2**62, UNTIL))) is not None


def test_the_parts_of_a_link_are_not_taken_apart() -> None:
    made = links()
    first, second = token(made.feedback("sales", 7, UNTIL)), token(made.feedback("board", 8, UNTIL))
    body, _, signature = first.rpartition(".")
    assert body
    for forged in (f"{second.rpartition('.')[0]}.{signature}", body, f"{body}.", f".{signature}", ""):
        assert made.read_feedback(forged) is None
