"""Thresholds, and the MongoDB filters they stand for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.dataset import Dataset
from exifds.errors import UsageError
from exifds.photo import Privacy
from exifds.store import criteria, filters
from exifds.store.criteria import NONE, Direction, Threshold, score_path

ABOVE, BELOW = Direction.KEEP_ABOVE, Direction.DROP_ABOVE
BOTH = {"monkey": Threshold(0.8), "cage": Threshold(0.5, BELOW)}


@pytest.mark.parametrize("value", [-0.01, 1.01, 0.805, 0.1 + 0.2, float("nan"), float("inf"), 80])
def test_a_threshold_stands_at_a_hundredth(value: float) -> None:
    """Other values would fall between the levels of a cube, and counts and filters would differ."""
    with pytest.raises(UsageError, match=r"expected a threshold from 0 to 1 in steps of 0\.01, got "):
        Threshold(value)


@given(st.integers(0, 100))
def test_every_hundredth_is_a_threshold(cut: int) -> None:
    """A value from a slider is the number that people write, and back."""
    assert Threshold(cut / 100).cut == Threshold(float(f"{cut / 100:.2f}")).cut == cut


def test_a_direction_is_one_of_two() -> None:
    """Text from a database or a page is checked, too."""
    assert Threshold(0.5, "drop_above").direction is BELOW  # type: ignore[arg-type]
    assert (ABOVE.opposite, BELOW.opposite) == (BELOW, ABOVE)
    with pytest.raises(UsageError, match="expected the direction keep_above or drop_above, got 'up'"):
        Threshold(0.5, "up")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "a.b", "$where", "a\0b"])
def test_a_concept_is_a_single_key(name: str) -> None:
    """A name that reaches elsewhere in the document, or is an operator, is refused."""
    with pytest.raises(UsageError, match="expected a concept without"):
        score_path(name)
    with pytest.raises(UsageError, match="expected a concept without"):
        criteria.kept({name: Threshold(0.5)})


def test_all_queries_pass_the_allow_list() -> None:
    """They are filters that a user may write, under every privacy."""
    for query in (
        criteria.kept(BOTH),
        criteria.dropped(BOTH),
        criteria.unscored(BOTH),
        criteria.borderline(BOTH),
        dict(NONE),
    ):
        for privacy in Privacy:
            assert filters.checked(query, privacy) == query


def test_without_thresholds_verdicts_decide() -> None:
    """All photos are kept but the rejected ones; none is borderline or unscored."""
    assert criteria.kept({}) == {
        "$or": [{"verdict": "accepted"}, {"$and": [{"verdict": {"$ne": "rejected"}}]}]
    }
    assert criteria.dropped({})["$or"][1]["$or"] == [NONE]
    assert criteria.unscored({}) == criteria.borderline({}) == NONE


@pytest.mark.parametrize(
    ("thresholds", "matching"),
    [
        ({"monkey": Threshold(0.8)}, "0.8, 1.0"),
        ({"monkey": Threshold(0.8, BELOW)}, "0.0, 0.79999, None"),
        ({"monkey": Threshold(0.0)}, "0.0, 0.79999, 0.8, 1.0, None"),
        ({"monkey": Threshold(0.0, BELOW)}, ""),
        ({"monkey": Threshold(1.0)}, "1.0"),
        ({"monkey": Threshold(1.0, BELOW)}, "0.0, 0.79999, 0.8, None"),
        ({"monkey": Threshold(0.8), "cage": Threshold(0.5, BELOW)}, ""),
    ],
)
def test_a_threshold_cuts_at_its_value(
    dataset: Dataset, thresholds: dict[str, Threshold], matching: str
) -> None:
    """`null` counts as 0; a photo without the score is on no side of the threshold."""
    scores = {"0.0": 0.0, "0.79999": 0.79999, "0.8": 0.8, "1.0": 1.0, "None": None}
    dataset.collection.insert_many([{"_id": key, "scores": {"monkey": at}} for key, at in scores.items()])
    dataset.collection.insert_one({"_id": "absent", "scores": {}})

    def found(query: dict[str, Any]) -> str:
        return ", ".join(row["_id"] for row in dataset.collection.find(query, sort=[("_id", 1)]))

    assert found(criteria.kept(thresholds)) == matching
    assert "absent" in found(criteria.unscored(thresholds))
    assert "absent" not in found(criteria.dropped(thresholds))
