"""Single values of Flickr's JSON."""

import math
import re
from datetime import UTC, datetime
from itertools import repeat

import pytest
from hypothesis import given, settings

from exifds.sources.flickr.values import decimal, flag, instant, matching, part, rows, text, wall_clock, whole
from tests.sources.flickr.answers import JSON


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("7", 7), (7, 7), ({"_content": "7"}, 7), ("007", 7), (0, 0), (2**63 - 1, 2**63 - 1)),
        *zip(("", " 7", "+7", "7.0", 7.0, -7, True, None, 2**63, "9" * 19, "٣"), repeat(None), strict=False),
    ],
)
def test_a_whole_number_is_digits(value: object, expected: int | None) -> None:
    """As a number or as text; nothing else is taken for one."""
    assert whole(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("-1.5", -1.5), (2, 2.0), (0.5, 0.5), ("0", 0.0)),
        *zip(("", ".", "1e5", "nan", math.nan, math.inf, 10**400, True, "1,5"), repeat(None), strict=False),
    ],
)
def test_a_decimal_is_finite(value: object, expected: float | None) -> None:
    """Infinities, NaN and other notations are none."""
    assert decimal(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((1, True), ("1", True), (True, True), ({"_content": 1}, True)),
        *((0, False), ("0", False), (False, False)),
        *((None, None), ("", None), ("yes", None), (2, None), (1.0, None)),
    ],
)
def test_a_flag_is_one_or_zero(value: object, expected: bool | None) -> None:
    """Anything else is unknown."""
    assert flag(value) is expected


def test_moments_are_in_the_range_of_a_calendar() -> None:
    """0 stands for unknown; numbers beyond the year 9999 are none."""
    assert instant(253402300799) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert instant(253402300800) is instant(0) is instant(None) is None


@pytest.mark.parametrize(
    "value", ["2023-1-1 0:0:0", "2023-01-01", "2023-01-01T00:00:00", "2023-13-01 00:00:00", 7]
)
def test_other_dates_are_none(value: object) -> None:
    """Flickr writes dates in one form only."""
    assert wall_clock(value) is wall_clock(value, rough=True) is None


def test_parts_and_rows_are_there_or_empty() -> None:
    """Code that reads an answer asks no further whether something is there."""
    assert part({"a": [1]}, "a") == part({}, "a") == {}
    assert list(rows({"a": {"b": 1}}, "a")) == list(rows("a", "a")) == []


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_no_value_raises(value: object) -> None:
    """Every reader takes any JSON."""
    found = text(value)
    assert found is None or (found.encode() and "\0" not in found and found.strip())
    assert matching(re.compile("[a-z]+"), value) in (None, found)
    for read in (whole, decimal, flag, instant, wall_clock):
        read(value)
