"""The numbers of the page: counted where they must be, moved on where they can be."""

from typing import Any

import pytest

from exifds.curate.choice import Choice
from exifds.curate.counts import Counts
from exifds.curate.cube import Cube
from exifds.curate.desk import Desk
from exifds.curate.listing import Listing
from exifds.curate.verdicts import Verdicts
from exifds.dataset import Dataset
from exifds.errors import UnreachableError
from exifds.store.selection_filters import Filters
from tests.curate.finished import finished


@pytest.fixture
def told() -> list[str]:
    """What was told, in order."""
    return []


@pytest.fixture
def choice() -> Choice:
    """What is tried out."""
    return Choice()


@pytest.fixture
def counts(desk: Desk, choice: Choice, told: list[str]) -> Counts:
    """Its numbers, counted once."""
    made = Counts(desk, choice, lambda: told.append("counted"), lambda: told.append("followed"))
    finished(made.look())
    finished(made.count())
    assert choice.cube.concepts == ("monkey",)
    return made


def test_all_photos_of_the_filters_are_counted(counts: Counts, choice: Choice, told: list[str]) -> None:
    """And counted anew when the filters change."""
    assert (choice.cube.total, told) == (60, ["counted"])
    choice.filters = Filters(concept="outdoor")
    finished(counts.count())
    assert 0 < choice.cube.total < 60


def test_a_count_of_other_concepts_is_thrown_away(
    counts: Counts, choice: Choice, scored: Dataset, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A concept came while the database was counting: the sliders need it."""
    read = choice.read

    def slow(*asked: Any) -> Cube:
        cube = read(*asked)
        if asked[1] == ("monkey",):
            scored.collection.update_one({}, {"$set": {"scores.cage": 0.6}})
            finished(counts.look(now=True))
        return cube

    monkeypatch.setattr(choice, "read", slow)
    finished(counts.count())
    assert (choice.cube.concepts, told, counts.is_current) == (("monkey",), ["counted"], False)
    finished(counts.count())
    assert (choice.cube.concepts, counts.is_current) == (("cage", "monkey"), True)


def test_a_count_that_failed_is_counted_again(
    counts: Counts, choice: Choice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers are of other filters until then."""

    def fail(*_asked: Any) -> Cube:
        raise UnreachableError("away")

    choice.filters = Filters(concept="outdoor")
    with monkeypatch.context() as away:
        away.setattr(choice, "read", fail)
        with pytest.raises(UnreachableError):
            finished(counts.count())
    assert not counts.is_current
    finished(counts.count())
    assert counts.is_current


def test_numbers_follow_a_verdict_without_counting(
    counts: Counts, choice: Choice, desk: Desk, told: list[str]
) -> None:
    """They are those of a new count."""
    cards, _ = Listing({}).read(desk.store, desk.codec)
    given = Verdicts(desk.store).judge([cards[1].id], "rejected")
    counts.follow(cards, given)
    assert counts.is_current
    assert told == ["counted", "followed"]
    followed = choice.outcome()
    finished(counts.count())
    assert choice.outcome() == followed


def test_after_a_verdict_of_others_all_is_counted(counts: Counts, desk: Desk, told: list[str]) -> None:
    """What was judged elsewhere at this server is not in the numbers yet."""
    desk.changes.tell()
    assert not counts.is_current
    cards, _ = Listing({}).read(desk.store, desk.codec)
    counts.follow(cards, Verdicts(desk.store).judge([cards[0].id], "accepted"))
    assert not counts.is_current
    finished(counts.count())
    assert counts.is_current
    assert told == ["counted", "counted"]
