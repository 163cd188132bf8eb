"""Thresholds and filters, and the MongoDB filters they stand for."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.dataset import Dataset
from exifds.errors import UsageError
from exifds.photo import Privacy
from exifds.store import criteria, filters
from exifds.store.criteria import NONE, Direction, Filters, Threshold, score_path

ABOVE, BELOW = Direction.KEEP_ABOVE, Direction.DROP_ABOVE
BOTH = {"monkey": Threshold(0.8), "cage": Threshold(0.5, BELOW)}

days = st.dates(date(1, 1, 2), date(9999, 12, 30))
any_filters = st.builds(
    lambda texts, span, verdict: Filters(texts[0], texts[1], texts[2], span[0], span[1], verdict),
    st.tuples(*[st.none() | st.text(min_size=1)] * 3),
    st.lists(st.none() | days, min_size=2, max_size=2).filter(
        lambda span: None in span or span == sorted(span, key=str)
    ),
    st.sampled_from([None, "accepted", "rejected", "none"]),
)


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


def test_filters_become_one_query() -> None:
    """Each filter that is given is one condition; texts are compared, never read as operators."""
    given_filters = Filters("wild", "PH", "EOS 80D", date(2020, 1, 1), date(2020, 1, 31), "accepted")
    assert given_filters.query() == {
        "state": "done",
        "image": {"$exists": True},
        "concepts": {"$eq": "wild"},
        "place.country_code": {"$eq": "PH"},
        "camera.model": {"$eq": "EOS 80D"},
        "taken_at": {
            "$gte": datetime(2020, 1, 1, tzinfo=UTC),
            "$lte": datetime(2020, 1, 31, 23, 59, 59, 999999, UTC),
        },
        "verdict": {"$eq": "accepted"},
    }
    assert Filters(verdict="none").query()["verdict"] == {"$exists": False}
    assert Filters().query() == {"state": "done", "image": {"$exists": True}}


def test_the_last_day_of_the_calendar_is_a_day() -> None:
    """Nothing is computed beyond the days that there are."""
    assert "$lte" in Filters(until=date.max).query()["taken_at"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"country": {"$ne": None}}, "expected text for country, got a dict"),
        ({"camera": ["EOS"]}, "expected text for camera, got a list"),
        ({"verdict": "maybe"}, "expected the verdict accepted, rejected, none, got 'maybe'"),
        ({"since": datetime(2020, 1, 1, tzinfo=UTC)}, "expected a day for since"),
        ({"until": "2020-01-01"}, "expected a day for until, got '2020-01-01'"),
        ({"since": date(2020, 1, 2), "until": date(2020, 1, 1)}, "expected a first day before the last"),
    ],
)
def test_filters_take_plain_values_only(wrong: dict[str, Any], message: str) -> None:
    """An operator cannot be smuggled in where a text belongs."""
    with pytest.raises(UsageError, match=message):
        Filters(**wrong)


@given(any_filters)
def test_filters_survive_being_saved(some: Filters) -> None:
    """What is read is what was written."""
    assert Filters.of(some.document()) == some


@given(any_filters)
def test_all_queries_pass_the_allow_list(some: Filters) -> None:
    """They are filters that a user may write, under every privacy."""
    for query in (
        some.query(),
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
