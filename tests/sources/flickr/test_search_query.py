"""What a user may ask of Flickr, what is made of it, and what is said when it makes no sense."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.sources import flickr
from exifds.sources.flickr.search_query import Search

FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "a search needs something to look for"),
    "only spaces": ({"text": "  "}, "a search needs something to look for"),
    "only a page": ({"per_page": 10}, "a search needs something to look for"),
    "only places": ({"has_geo": True}, "a search needs something to look for"),
    "British spelling": ({"text": "x", "licence": 4}, "no option 'licence': did you mean license?"),
    "Flickr's name": (
        {"text": "x", "min_upload_date": 1},
        "no option 'min_upload_date': did you mean since?",
    ),
    "no such option": ({"text": "x", "zzz": 1}, "no option 'zzz': there are accuracy, bbox, concepts"),
    "licence by name": ({"text": "x", "license": "cc-by"}, r"4 BY, .* got 'cc-by'"),
    "licence as float": ({"text": "x", "license": 4.5}, "license: expected Flickr's licence ids"),
    "two texts": ({"text": ["monkey", "ape"]}, r"text: expected one text, got \['monkey', 'ape'\]"),
    "not UTF-8": ({"text": "M\udcf6we"}, "text: expected UTF-8 without control characters"),
    "NUL": ({"text": "a\0b"}, "text: expected UTF-8 without control characters"),
    "latitude first": ({"bbox": "4 116 22 127"}, "bbox: expected 'west south east north', longitude before"),
    "min and max": ({"bbox": "116 127 4 22"}, "bbox: expected 'west south east north', longitude before"),
    "upside down": ({"bbox": "4 22 16 4"}, "got a south above its north: 4 22 16 4"),
    "0 to 360": ({"bbox": "170 -20 190 -10"}, "a box across 180 degrees has a west greater than its east"),
    "decimal commas": ({"bbox": "116,5 4,2 127,0 22,1"}, "four numbers .* with decimal points"),
    "three numbers": ({"bbox": (1, 2, 3)}, "bbox: expected four numbers"),
    "one number": ({"bbox": 5}, "bbox: expected four numbers"),
    "not a number": ({"bbox": ["nan"] * 4}, "bbox: expected"),
    "a point": ({"bbox": "5 5 5 5"}, "got a box without area"),
    "a line at 180": ({"bbox": "180 0 -180 1"}, "got a box without area"),
    "German date": ({"text": "x", "since": "31.12.2020"}, "since: expected a date such as 2020-12-31"),
    "no such day": ({"text": "x", "until": "2021-02-29"}, "until: expected a date such as"),
    "year 0": ({"text": "x", "taken_since": "0000"}, "taken_since: expected a date such as"),
    "out of UTC": (
        {"text": "x", "since": "0001-01-01T00:00+05:00"},
        "since: expected a date of the years 1 to",
    ),
    "turned round": ({"text": "x", "since": 2021, "until": 2020}, "got 2021-01-01 after 2020-12-31"),
    "taken before upload": (
        {"text": "x", "until": "1999"},
        "before Flickr opened in 2004: .* use taken_since",
    ),
    "taken turned round": ({"text": "x", "taken_since": 1990, "taken_until": 1980}, "taken_since: expected"),
    "too large a page": ({"text": "x", "per_page": 501}, "per_page: expected at most 500, got 501"),
    "no page": ({"text": "x", "per_page": 0}, "per_page: expected at least 1, got 0"),
    "page 0": ({"text": "x", "start_page": 0}, "start_page: expected at least 1, got 0"),
    "page past the cap": (
        {"text": "x", "start_page": 9},
        "expected 1 to 8, got 9: Flickr gives the first 4,000",
    ),
    "geo page past it": ({"bbox": "1 1 2 2", "start_page": 17, "per_page": 500}, "expected 1 to 16, got 17"),
    "unknown sort": ({"text": "x", "sort": "newest"}, "'date-posted-asc', .* or 'relevance', got 'newest'"),
    "unknown mode": ({"tags": "x", "tag_mode": "or"}, "tag_mode: expected 'any' or 'all', got 'or'"),
    "unknown media": (
        {"text": "x", "media": "photo"},
        "media: expected 'photos', 'videos' or 'all', got 'photo'",
    ),
    "unknown safety": (
        {"text": "x", "safe_search": "off"},
        "expected safe, moderate, restricted or its number",
    ),
    "safety 4": ({"text": "x", "safe_search": 4}, "safe_search: expected at most 3, got 4"),
    "accuracy 17": ({"text": "x", "accuracy": "17"}, "accuracy: expected at most 16, got '17'"),
    "content type 7": (
        {"text": "x", "content_types": 7},
        "expected photo, screenshot, other or virtual, got '7'",
    ),
    "language by name": ({"text": "x", "language": "German"}, "expected a code such as en, de or zh-Hant"),
    "21 tags": ({"tags": [f"t{n}" for n in range(21)]}, "tags: expected at most 20, Flickr's limit, got 21"),
    "tags as map": ({"tags": {"a": 1}}, "tags: expected texts, or one text with commas between them"),
    "tag as number": ({"tags": [1]}, "tags: expected one text, got 1"),
    "two filter tags": ({"text": "x", "filter_tag": "a,b"}, "filter_tag: expected one tag, got 2: 'a,b'"),
    "filter of any": ({"tags": "a,b", "filter_tag": "c"}, "filter_tag: .* use tag_mode all"),
    "no machine tag": ({"machine_tags": "geo"}, "machine_tags: expected machine tags such as geo:country=de"),
    "group by name": ({"group_id": "monkeys"}, "group_id: expected one id such as 12037949754@N01"),
}


@pytest.mark.parametrize(("options", "message"), FAULTS.values(), ids=FAULTS)
def test_what_makes_no_sense_is_told_in_plain_words(options: dict[str, Any], message: str) -> None:
    """A fault names the option, what was expected and what came, whichever way the search is made."""
    with pytest.raises(UsageError, match=message):
        flickr.search(**options)
    with pytest.raises(UsageError, match=message):
        Search.model_validate(options)


@pytest.mark.parametrize("who", ["janedoe", "https://www.flickr.com/photos/janedoe", ["janedoe"], 7])
def test_a_person_is_never_quoted(who: object) -> None:
    """Neither a message nor a printed search says whose photos are looked for."""
    with pytest.raises(UsageError, match="user_id: expected one id such as") as raised:
        flickr.search("monkey", user_id=who)
    assert "janedoe" not in str(raised.value)
    search = flickr.search(user_id="https://www.flickr.com/people/12037949754%40N01/")
    assert search.parameters()["user_id"] == "12037949754@N01"
    assert search.label == "by one owner"
    assert "12037949754" not in f"{search!r}{search.identity()}{search.label}"
    assert search.identity() != flickr.search(user_id="12037949755@N01").identity()


def test_values_are_taken_as_people_write_them() -> None:
    """Text, numbers and iterables mean the same."""
    assert flickr.search(
        " wild  monkey ",
        tags="zoo, new york,zoo",
        license="5, 4",
        bbox="[116, 4, 127.0000001, 22]",
        since="2020",
        until=date(2020, 6, 30),
        taken_until="2019-02",
        content_types="photo,virtual",
        accuracy="City",
        safe_search="restricted",
        has_geo="yes",
        start_page="2",
        concepts=["monkey", " wild life "],
        per_page=None,
    ) == flickr.search(
        "wild monkey",
        tags=["zoo", "new york"],
        license=[4, "5"],
        bbox=(116, 4, 127, 22),
        since=datetime(2020, 1, 1, tzinfo=UTC),
        until="2020-06-30T23:59:59",
        taken_until=datetime(2019, 2, 28, 23, 59, 59),  # noqa: DTZ001
        content_types=[0, 3],
        accuracy=11,
        safe_search=3,
        has_geo=True,
        start_page=2,
        concepts="monkey,wild life",
    )


def test_equal_words_are_equal_on_every_system() -> None:
    """A Mac writes an accent as a character of its own; Flickr and the database would not find it."""
    assert flickr.search("Mo\u0308we") == flickr.search("M\u00f6we")


def test_dates_of_upload_are_utc_and_dates_taken_are_a_camera_clock() -> None:
    """A zone moves an upload; a day ends with its last second; a camera knows no zone."""
    search = flickr.search(
        "x", since="2020-01-01T02:00+02:00", until="2020-12-31", taken_since="1959-07-01T04:00"
    )
    assert search.since == datetime(2020, 1, 1, tzinfo=UTC)
    assert search.until == datetime(2020, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert search.parameters()["min_taken_date"] == "1959-07-01 04:00:00"
    zoned = flickr.search("x", taken_until=datetime(2020, 5, 1, 9, 30, tzinfo=UTC))
    assert zoned.parameters()["max_taken_date"] == "2020-05-01 09:30:00"


def test_flickr_is_asked_in_its_own_words() -> None:
    """What is not given is not sent; a box without accuracy asks for coarse places too."""
    assert flickr.search("monkey").parameters() == {"text": "monkey", "media": "photos"}
    assert flickr.search(
        tags="zoo",
        filter_tag="wild",
        machine_tags='dc:title="a, b"',
        has_geo=False,
        media="all",
        license=[0, 4],
    ).parameters() == {
        "tags": "zoo,wild",
        "tag_mode": "all",
        "machine_tags": 'dc:title="a, b"',
        "machine_tag_mode": "any",
        "has_geo": "0",
        "license": "0,4",
        "media": "all",
    }
    assert flickr.search(filter_tag="wild", text="x").parameters()["tags"] == "wild"
    assert flickr.search(bbox="1 1 2 2").parameters()["accuracy"] == "1"
    assert flickr.search(bbox="1 1 2 2", accuracy=11).parameters()["accuracy"] == "11"
    assert "accuracy" not in flickr.search("x", has_geo=True).parameters()


@pytest.mark.parametrize(
    ("options", "geo", "size"),
    [
        ({"text": "x"}, False, 500),
        ({"text": "x", "per_page": 100}, False, 100),
        ({"text": "x", "has_geo": False}, True, 250),
        ({"bbox": "1 1 2 2", "per_page": 500}, True, 250),
        ({"bbox": "1 1 2 2", "per_page": 100}, True, 100),
    ],
)
def test_a_page_is_no_larger_than_flickr_gives(options: dict[str, Any], geo: bool, size: int) -> None:
    """A search of places has 250 photos a page, whatever is asked."""
    search = flickr.search(**options)
    assert (search.geo, search.page_size) == (geo, size)


@pytest.mark.parametrize(
    ("written", "boxes"),
    [
        (None, (None,)),
        ("116 4 127 22", ((116, 4, 127, 22),)),
        ("170 -20 -170 -10", ((170, -20, 180, -10), (-180, -20, -170, -10))),
        ("180 -20 -170 -10", ((-180, -20, -170, -10),)),
        ("170 -20 -180 -10", ((170, -20, 180, -10),)),
        ("-180 -90 180 90", ((-180, -90, 180, 90),)),
    ],
)
def test_a_box_across_180_degrees_is_two(written: str | None, boxes: object) -> None:
    """Flickr knows no box that crosses the line, so there are two; an edge on the line makes one."""
    assert flickr.search("x", bbox=written).boxes == boxes


@pytest.mark.parametrize(
    ("options", "label"),
    [
        ({"text": "monkey wild"}, "monkey wild"),
        ({"tags": "zoo,ape"}, "tags zoo, ape"),
        ({"tags": "zoo,ape", "tag_mode": "all"}, "tags zoo + ape"),
        ({"bbox": (116, 4.5, 127, 22)}, "bbox 116 4.5 127 22"),
        (
            {
                "text": "サル",
                "since": "2020-01",
                "until": "2020-02-03T04:05:06",
                "license": "4,5",
                "media": "all",
            },
            "サル; since 2020-01-01; until 2020-02-03 04:05:06; license 4,5; media all",
        ),
        ({"text": "x", "has_geo": False, "taken_since": "1990"}, "x; place unknown; taken since 1990-01-01"),
        (
            {"machine_tags": "geo:", "group_id": "1@N01", "has_geo": 1},
            "machine tags geo:; group 1@N01; place known",
        ),
    ],
)
def test_a_search_has_a_readable_name(options: dict[str, Any], label: str) -> None:
    """The words alone are the name of a plain search, so that `found_by.query` is found by them."""
    assert flickr.search(**options).label == label


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
MOMENTS = st.datetimes(datetime(2004, 3, 1), datetime(2030, 1, 1))  # noqa: DTZ001


BOXES = st.tuples(st.floats(-180, 180), st.floats(-90, 0), st.floats(-180, 180), st.floats(0.001, 90))
SEARCHES = st.fixed_dictionaries(
    {"text": TEXTS, "tags": st.lists(TEXTS, max_size=4), "license": st.sets(st.integers(0, 16))},
    optional={
        "since": MOMENTS,
        "taken_until": MOMENTS,
        "accuracy": st.integers(1, 16),
        "has_geo": st.booleans(),
    },
)


@settings(max_examples=200)
@given(options=SEARCHES, bbox=BOXES)
def test_a_search_survives_json(options: dict[str, Any], bbox: tuple[float, ...]) -> None:
    """Any search is JSON, is itself again after it, and has one identity; no text breaks it."""
    assume(round(bbox[0] - bbox[2], 3) not in (0, 360))
    search = flickr.search(**options, bbox=bbox)
    again = Search.model_validate_json(search.model_dump_json())
    assert again == search
    assert again.identity() == search.identity() == json.loads(json.dumps(search.identity()))
    assert all(isinstance(value, str) for value in search.parameters().values())
    assert search.label


@given(
    st.dictionaries(
        st.sampled_from(sorted(Search.model_fields)), st.one_of(TEXTS, st.integers(), st.floats())
    )
)
def test_whatever_is_written_ends_in_a_search_or_in_plain_words(options: dict[str, Any]) -> None:
    """No value of any option ends in another error."""
    try:
        search = flickr.search(**options)
    except UsageError as error:
        assert str(error).isprintable()  # noqa: PT017
    else:
        assert search.identity()["kind"] == "search"
