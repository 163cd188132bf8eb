"""Where somebody is on a page, and what is marked."""

import pytest

from exifds.curate.listing import Card
from exifds.curate.session import Session
from exifds.photo import Image

SHA = "0" * 64
IMAGE = Image(path="a", sha256=SHA, original_sha256=SHA, bytes=1, width=1, height=1, format="PNG")


@pytest.fixture
def session() -> Session:
    """Five photos, a to e."""
    shown = Session()
    shown.show([Card(name, None, None, {}, IMAGE) for name in "abcde"])
    return shown


def test_moving_stops_at_both_ends(session: Session) -> None:
    """There the page is turned instead."""
    assert not session.move(-1)
    assert session.move(4)
    assert not session.move(1)
    assert session.targets() == ["e"]


def test_a_verdict_is_for_what_is_marked_else_for_the_current_photo(session: Session) -> None:
    """In the order of the page."""
    session.mark(3)
    session.mark(1)
    assert session.targets() == ["b", "d"]
    session.mark(3)
    session.mark(1)
    assert session.targets() == ["b"]  # the current one


def test_marks_reach_through(session: Session) -> None:
    """From the last mark to this one, in both directions."""
    session.mark(3)
    session.mark(1, through=True)
    assert session.targets() == ["b", "c", "d"]


def test_all_and_none(session: Session) -> None:
    """The same button marks all, and none once all are marked."""
    session.mark(1)
    session.mark_all()
    assert len(session.targets()) == 5
    session.mark_all()
    assert session.marked == set()


def test_another_page_has_no_marks(session: Session) -> None:
    """A verdict never reaches photos that are not on the screen."""
    session.mark_all()
    session.show(session.cards[:2])
    assert session.targets() == ["a"]


def test_verdicts_of_others_are_taken_over(session: Session) -> None:
    """Only what changed is told, so only that is drawn."""
    assert session.tell({"b": "accepted", "c": None, "z": "rejected"}) == [1]
    assert session.cards[1].verdict == "accepted"
    assert session.tell({"b": "accepted"}) == []


def test_an_empty_page_has_nothing_to_judge() -> None:
    """Nor can one move on it."""
    empty = Session()
    assert (empty.card, empty.targets(), empty.move(1)) == (None, [], False)
