"""The filters of a selection: what they take, and the MongoDB filters they stand for."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.photo import Privacy
from exifds.store import filters
from exifds.store.selection_filters import Filters

days = st.dates(date(1, 1, 2), date(9999, 12, 30))
any_filters = st.builds(
    lambda texts, span, verdict: Filters(texts[0], texts[1], texts[2], span[0], span[1], verdict),
    st.tuples(*[st.none() | st.text(min_size=1)] * 3),
    st.lists(st.none() | days, min_size=2, max_size=2).filter(
        lambda span: None in span or span == sorted(span, key=str)
    ),
    st.sampled_from([None, "accepted", "rejected", "none"]),
)


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
    for privacy in Privacy:
        assert filters.checked(some.query(), privacy) == some.query()
