"""Verdicts: given at a page, taken back, and heard of."""

import pytest
from nicegui import ui

from exifds.curate.choice import Choice
from exifds.curate.counts import Counts
from exifds.curate.desk import Desk
from exifds.curate.judge import Judge
from exifds.curate.listing import Listing
from exifds.curate.session import Session
from exifds.curate.verdicts import Verdicts
from tests.curate.finished import finished


@pytest.fixture
def judge(desk: Desk) -> Judge:
    """A judge with the first page of photos before them."""
    choice, session = Choice(), Session()
    counts = Counts(desk, choice, lambda: None, lambda: None)
    finished(counts.look())
    finished(counts.count())
    session.show(Listing({}).read(desk.store, desk.codec)[0])
    return Judge(desk.store, session, counts)


def test_a_verdict_is_on_the_screen_and_in_the_numbers(judge: Judge) -> None:
    """Who has it already does not change."""
    ids = [card.id for card in judge.session.cards]
    assert finished(judge.give(ids[:2], "accepted")) == [0, 1]
    assert finished(judge.give(ids[1:3], "accepted")) == [2]
    assert [card.verdict for card in judge.session.cards[:4]] == ["accepted"] * 3 + [None]
    assert judge._counts.is_current


def test_a_verdict_is_taken_back_once(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """And then it is said that there is none left."""
    said: list[str] = []
    monkeypatch.setattr(ui, "notify", lambda words, **_options: said.append(words))
    finished(judge.give([judge.session.cards[3].id], "rejected"))
    assert finished(judge.undo()) == [3]
    assert judge.session.cards[3].verdict is None
    assert finished(judge.undo()) == []
    assert said == ["Undone: rejected, now not judged (1 photo)", "Nothing to undo"]


def test_what_was_taken_back_elsewhere_is_said(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of photos that are not on the screen, nothing else shows it."""
    said: list[str] = []
    monkeypatch.setattr(ui, "notify", lambda words, **_options: said.append(words))
    ids = [card.id for card in judge.session.cards[:3]]
    finished(judge.give(ids[:1], "accepted"))
    finished(judge.give(ids, "rejected"))
    judge.session.show([])
    assert finished(judge.undo()) == []
    assert said == ["Undone: rejected, now accepted (1 photo), not judged (2 photos)"]


def test_the_verdicts_of_others_are_heard(judge: Judge, desk: Desk) -> None:
    """Once each."""
    Verdicts(desk.store).judge([judge.session.cards[5].id], "rejected")
    assert finished(judge.hear()) == [5]
    assert finished(judge.hear()) == []
