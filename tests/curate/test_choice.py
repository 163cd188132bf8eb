"""Thresholds and filters that are tried out."""

from collections.abc import Callable

import pytest

from exifds.curate.choice import TABS, Choice
from exifds.curate.desk import Desk
from exifds.curate.listing import Listing
from exifds.curate.verdicts import Verdicts
from exifds.dataset import Dataset
from exifds.store.criteria import Direction
from exifds.store.selection_filters import Filters, Verdict


@pytest.fixture
def choice(desk: Desk) -> Choice:
    """A choice that has counted the photos."""
    made = Choice()
    made.cube = made.read(desk.store, ("monkey",))
    return made


def test_tabs_hold_as_many_photos_as_they_say(choice: Choice, desk: Desk, scored: Dataset) -> None:
    """What is counted from the cube and what the database finds is the same, whatever the threshold."""
    some = [row["_id"] for row in scored.collection.find({}, {"_id": 1}).limit(7)]
    Verdicts(desk.store).judge(some[:4], "accepted")
    Verdicts(desk.store).judge(some[4:], "rejected")
    choice.cube = choice.read(desk.store, ("monkey",))
    for side in Direction:
        for value in (0.0, 0.29, 0.57, 0.7, 0.84, 1.0):
            choice.put("monkey", value, side)
            assert choice.photos() == {tab: desk.store.count(choice.query(tab)) for tab in TABS}


def test_a_threshold_stands_at_a_hundredth(choice: Choice) -> None:
    """A slider gives 0.7000000000000001; that is 0.7, and no change."""
    assert choice.put("monkey", 0.7)
    assert not choice.put("monkey", 0.7000000000000001)
    assert choice.thresholds["monkey"].value == 0.7
    assert choice.put("monkey", 2.0)
    assert choice.thresholds["monkey"].value == 1


def test_a_slider_keeps_its_side(choice: Choice) -> None:
    """Only the buttons change it."""
    choice.put("monkey", 0.6, Direction.DROP_ABOVE)
    choice.put("monkey", 0.7)
    assert choice.thresholds["monkey"].direction is Direction.DROP_ABOVE


def test_a_histogram_begins_where_the_scores_do(choice: Choice, desk: Desk, scored: Dataset) -> None:
    """Vision gives none below 0.5; a scorer that does gets the whole scale."""
    vision = choice.shape("monkey")
    assert (vision.first, vision.width, len(vision.counts), vision.bar(75)) == (50, 1, 50, 25)
    scored.collection.update_one({"scores.monkey": None}, {"$set": {"scores.monkey": 0.1}})
    choice.cube = choice.read(desk.store, ("monkey",))
    whole = choice.shape("monkey")
    assert (whole.first, whole.width, len(whole.counts), whole.bar(75)) == (0, 2, 50, 38)
    assert sum(whole.counts) + whole.below + whole.unscored == 60


def test_what_to_judge_next_has_no_verdict_yet(choice: Choice, desk: Desk) -> None:
    """And when all is judged, there is nothing."""
    choice.put("monkey", 0.8)
    assert desk.store.count(choice.query("next")) > 0
    everything = [row["_id"] for row in desk.store.find({}, {"_id": 1})]
    Verdicts(desk.store).judge(everything, "accepted")
    choice.cube = choice.read(desk.store, ("monkey",))
    assert desk.store.count(choice.query("next")) == 0


def test_filters_go_before_thresholds(choice: Choice, desk: Desk) -> None:
    """Photos that no filter lets through are in no tab."""
    choice.adopt({}, Filters(concept="outdoor"))
    choice.cube = choice.read(desk.store, ("monkey",))
    assert choice.outcome().photos.kept == desk.store.count({"concepts": "outdoor"})


def test_a_verdict_is_taken_over_without_counting(choice: Choice, desk: Desk) -> None:
    """The numbers are those of a new count, with any filter; a photo elsewhere asks for one."""
    cards, _ = Listing(choice.query("kept")).read(desk.store, desk.codec)
    verdicts = Verdicts(desk.store).judge([card.id for card in cards[:9]], "rejected")
    choice.put("monkey", 0.75)
    assert choice.judge(cards, verdicts)
    at_once = choice.outcome()
    choice.cube = choice.read(desk.store, ("monkey",))
    assert choice.outcome() == at_once
    assert not choice.judge(cards[:5], verdicts)
    assert choice.outcome() == at_once
    choice.filters = Filters(verdict="rejected")
    cards, _ = Listing(choice.query("dropped")).read(desk.store, desk.codec)
    assert choice.judge(cards, Verdicts(desk.store).judge([card.id for card in cards[:4]], "accepted"))
    at_once = choice.outcome()
    choice.cube = choice.read(desk.store, ("monkey",))
    assert choice.outcome() == at_once
    assert at_once.rejected == 5


@pytest.mark.parametrize("verdict", ["accepted", "rejected", "none"])
def test_the_verdict_filter_does_not_narrow_the_estimate(
    choice: Choice, desk: Desk, verdict: Verdict
) -> None:
    """Of accepted photos alone, all are right: it narrows the tabs and counts."""
    some = [row["_id"] for row in desk.store.find({"scores.monkey": {"$ne": None}}, {"_id": 1})][:9]
    Verdicts(desk.store).judge(some[:3], "accepted")
    Verdicts(desk.store).judge(some[3:], "rejected")
    choice.put("monkey", 0.6)
    choice.cube = choice.read(desk.store, ("monkey",))
    before = choice.estimate()
    choice.filters = Filters(verdict=verdict)
    choice.cube = choice.read(desk.store, ("monkey",))
    assert choice.estimate() == before
    assert before.judged == len(some)
    assert choice.photos() == {tab: desk.store.count(choice.query(tab)) for tab in TABS}
    shape = choice.shape("monkey")
    assert sum(shape.counts) + shape.below + shape.unscored == desk.store.count(choice.filters.query())
    assert (desk.store.count(choice.query("next")) > 0) is (verdict == "none")


def scored_by(dataset: Dataset, scores: Callable[[int], float]) -> None:
    """Give each photo a score, by its number."""
    for number, row in enumerate(list(dataset.collection.find({}, {"_id": 1}).sort("_id", 1))):
        dataset.collection.update_one({"_id": row["_id"]}, {"$set": {"scores.monkey": scores(number)}})


def test_there_is_more_while_the_other_side_has_photos(choice: Choice, desk: Desk, scored: Dataset) -> None:
    """All that is kept is on the page; what is dropped comes next."""
    scored_by(scored, lambda number: 0.9 if number < 10 else 0.3)
    choice.put("monkey", 0.8)
    choice.cube = choice.read(desk.store, ("monkey",))
    chosen, more = choice.draw(desk.store)
    assert (len(chosen), more) == (10, True)
    Verdicts(desk.store).judge(chosen, "accepted")
    for left in (20, 0):
        choice.cube = choice.read(desk.store, ("monkey",))
        chosen, more = choice.draw(desk.store)
        assert (len(chosen), more) == (30 if left else 20, left > 0)
        Verdicts(desk.store).judge(chosen, "rejected")


def test_photos_that_were_scored_meanwhile_are_counted_anew(
    choice: Choice, desk: Desk, scored: Dataset
) -> None:
    """Else none of those drawn would be known, and the page would be empty."""
    scored_by(scored, lambda number: 0.9 if number < 40 else 0.3)
    choice.put("monkey", 0.8)
    choice.cube = choice.read(desk.store, ("monkey",))
    scored_by(scored, lambda number: 0.95 if number < 40 else 0.35)
    chosen, more = choice.draw(desk.store)
    assert (len(chosen), more) == (30, True)
    assert choice.cube.histogram("monkey").counts[95] == 40
