"""Dates and places."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.exif import location, taken_at

moment = datetime.fromisoformat
PARIS = {
    "GPSLatitudeRef": "N",
    "GPSLatitude": ["48/1", "51/1", "282/10"],
    "GPSLongitudeRef": "E",
    "GPSLongitude": ["2/1", "17/1", "492/10"],
}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"DateTimeOriginal": "2010:07:20 01:23:44"}, moment("2010-07-20T01:23:44")),
        ({"DateTimeOriginal": "2010-07-20T01:23:44"}, moment("2010-07-20T01:23:44")),
        ({"DateTimeOriginal": "2010:07:20 01:23"}, moment("2010-07-20T01:23:00")),
        ({"DateTimeOriginal": "2010:07:20 01:23:44.25"}, moment("2010-07-20T01:23:44.250000")),
        (
            {"DateTimeOriginal": "    :  :     :  :  ", "CreateDate": "2003:09:10 20:59:18"},
            moment("2003-09-10T20:59:18"),
        ),
        ({"DateTimeOriginal": "0000:00:00 00:00:00"}, None),
        ({"DateTimeOriginal": "2010:02:30 00:00:00"}, None),
        ({"DateTimeOriginal": "2010:07:20 25:00:00"}, None),
        ({"DateTimeOriginal": "1601:01:01 00:00:00"}, None),
        ({"DateTimeOriginal": ""}, None),
        ({"DateTimeOriginal": 20100720}, None),
        ({}, None),
    ],
)
def test_a_date_is_read_or_unknown(tags: dict[str, object], expected: datetime | None) -> None:
    """A date that exists is read; zeros, blanks and impossible dates give None."""
    assert taken_at(tags) == expected


@pytest.mark.parametrize(
    ("fraction", "milliseconds"), [("5", 500), ("25 ", 250), ("123456", 123), (7, 700), ("x", 0), (None, 0)]
)
def test_subseconds_are_decimals_of_a_second(fraction: object, milliseconds: int) -> None:
    """A fraction of "5" is half a second; what is no number is left out."""
    found = taken_at({"DateTimeOriginal": "2010:07:20 01:23:44", "SubSecTimeOriginal": fraction})
    assert found == moment(f"2010-07-20T01:23:44.{milliseconds:03}")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (2.297, 48.8578333)),
        ({"GPSLatitudeRef": "S", "GPSLongitudeRef": "West"}, (-2.297, -48.8578333)),
        ({"GPSLatitude": "48 deg 51' 28.20\"", "GPSLongitude": "2 deg 17' 49.20\" W"}, (2.297, 48.8578333)),
        ({"GPSLatitude": "48 deg 51' 28.20\" S", "GPSLatitudeRef": None}, (2.297, -48.8578333)),
        ({"GPSLatitude": 48.5, "GPSLongitude": ["2/1", "30/1"]}, (2.5, 48.5)),
        ({"GPSLatitude": ["91/1"]}, None),
        ({"GPSLatitude": ["90/1", "1/1"]}, None),
        ({"GPSLatitude": ["48/1", "61/1", "0/1"]}, None),
        ({"GPSLatitude": ["48/1", "51/1", "0/0"]}, None),
        ({"GPSLatitude": ["-48/1"]}, None),
        ({"GPSLatitude": ["1/1"] * 4}, None),
        ({"GPSLatitude": []}, None),
        ({"GPSLatitude": ""}, None),
        ({"GPSLatitude": None}, None),
        ({"GPSLatitudeRef": None}, None),
        ({"GPSLatitudeRef": ""}, None),
        ({"GPSLatitudeRef": "E"}, None),
        ({"GPSLongitudeRef": 7}, None),
        ({"GPSLatitude": [0, 0, 0], "GPSLongitude": [0, 0, 0]}, None),
    ],
)
def test_a_place_is_read_or_unknown(changes: dict[str, object], expected: tuple[float, float] | None) -> None:
    """A place needs both numbers in range with their refs; 0, 0 is no place."""
    point = location({**PARIS, **changes})
    assert (point and point.coordinates) == (pytest.approx(expected) if expected else None)


def test_an_empty_gps_directory_is_no_place() -> None:
    """No tags, no place."""
    assert location({}) is None


ANY = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.lists(st.text("0123456789/.-", max_size=6), max_size=4),
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*PARIS, "DateTimeOriginal", "SubSecTimeOriginal"]), ANY))
def test_no_tags_raise(tags: dict[str, object]) -> None:
    """Whatever the tags say, the answer is a date, a point or None."""
    assert taken_at(tags) is None or isinstance(taken_at(tags), datetime)
    point = location(tags)
    assert point is None or abs(point.coordinates[1]) <= 90
