"""Rows of searches and answers of getInfo become photos, whatever is in them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.crypto.text import to_text
from exifds.errors import FlickrUnavailableError, GonePhotoError, PhotoError
from exifds.photo import License, Photo, Point, Privacy, Size, personal_fields
from exifds.sources.flickr import parse
from exifds.store.codec import Codec, to_bson
from tests.sources.flickr.answers import INFO, JSON, NOW, ROW, STATIC, hostile

BY = License(id=4, name="CC BY 2.0", url="https://creativecommons.org/licenses/by/2.0/", checked_at=NOW)


def photo(**changes: Any) -> Photo:
    """The photo of a row with some fields changed."""
    return parse.search_row(ROW | changes, {4: BY}, NOW).photo


def info(**changes: Any) -> Photo:
    """The photo of an answer of getInfo with some fields changed."""
    return parse.info({"photo": INFO["photo"] | changes}, {}, NOW).photo


def storable(found: Photo) -> None:
    """Every value can be written: as BSON, and the personal ones as text to encrypt."""
    to_bson(Codec("monkeys", Privacy.OPEN).encode(found))
    for name in personal_fields(Privacy.STRICT):
        if (value := getattr(found, name)) not in (None, ()):
            to_text(name, value)


def test_a_row_of_a_search_becomes_a_photo() -> None:
    """Everything Flickr tells in a row is in the photo, typed; nothing else is."""
    found = parse.search_row(ROW, {4: BY}, NOW)
    assert found.photo == Photo(
        id="flickr:53035145335",
        source="flickr",
        source_id="53035145335",
        title="The White Temple's 'Toilet Block'",
        description='Banyan <b>tree</b>, <a href="https://example.org">here</a>',
        tags=("amphawa", "floating", "market", "thailand"),
        machine_tags=("osm:node=3159296013", "geo:lat=13.4"),
        views=434,
        taken_at=datetime.fromisoformat("2023-03-19 12:17:42"),
        taken_granularity="second",
        uploaded_at=datetime(2023, 7, 9, 23, 19, 31, tzinfo=UTC),
        license=BY,
        owner="28724605@N05",
        owner_name="Mary Faith.",
        path_alias="mary_faith",
        location=Point(coordinates=(99.955, 13.425831)),
        location_accuracy=16,
        sizes={
            "m": Size(width=240, height=180, url=f"{STATIC}/65535/53035145335_3c16bbe397_m.jpg"),
            "medium": Size(width=500, height=375, url=f"{STATIC}/65535/53035145335_3c16bbe397.jpg"),
            "b": Size(width=1024, height=768, url=f"{STATIC}/65535/53035145335_3c16bbe397_b.jpg"),
            "o": Size(width=4000, height=3000, url=f"{STATIC}/65535/53035145335_ce67a48eb8_o.jpg"),
        },
        created_at=NOW,
    )
    assert (found.secret, found.server) == ("3c16bbe397", "65535")
    assert (found.original_secret, found.original_format) == ("ce67a48eb8", "jpg")
    storable(found.photo)


def test_an_answer_of_get_info_becomes_a_photo() -> None:
    """Tags are as their owner wrote them, each once; dates and place come from their own objects."""
    found = parse.info(INFO, {}, NOW)
    assert found.photo == Photo(
        id="flickr:51281775881",
        source="flickr",
        source_id="51281775881",
        title="n224_w1150",
        description="Edinburgh journal",
        tags=("Natural history",),
        machine_tags=("bhl:page=33665645",),
        views=514099,
        taken_at=datetime.fromisoformat("1835-01-01"),
        taken_granularity="circa",
        uploaded_at=datetime(2021, 6, 30, 22, 45, 19, tzinfo=UTC),
        license=License(id=10, checked_at=NOW),
        owner="61021753@N02",
        owner_name="BioDivLibrary",
        path_alias="biodivlibrary",
        location=Point(coordinates=(77.230796, 28.656738)),
        location_accuracy=14,
        created_at=NOW,
    )
    assert (found.secret, found.server, found.original_format) == ("378d4661d8", "65535", "png")


@pytest.mark.parametrize(
    "number", [None, "", "x", "-1", "1.5", "1" * 21, "7/../8", "٣", True, 2.5, [], {}, "7\n", "7\0"]
)
def test_a_photo_without_a_usable_id_is_refused(number: object) -> None:
    """The error names the field, and never the value."""
    with pytest.raises(PhotoError, match=r"^expected an id of 1 to 20 digits in Flickr's answer, got none$"):
        photo(id=number)
    with pytest.raises(PhotoError, match="expected an id"):
        info(id=number)


def test_an_id_may_be_a_number() -> None:
    """JSON of some answers has ids as numbers."""
    assert photo(id=7).id == "flickr:7"
    assert photo(id="00000000000000000001").source_id == "00000000000000000001"


@pytest.mark.parametrize("private", [0, "0", False])
def test_a_private_photo_is_not_taken(private: object) -> None:
    """A secret in a list of ids may open a photo that is not public."""
    with pytest.raises(GonePhotoError, match="keeps private"):
        photo(ispublic=private)
    with pytest.raises(GonePhotoError, match="keeps private"):
        info(visibility={"ispublic": private})
    assert info(visibility=None).id


@pytest.mark.parametrize(
    ("changes", "taken", "granularity"),
    [
        ({"datetakenunknown": "1"}, None, None),
        ({"datetakenunknown": 1}, None, None),
        ({"datetakenunknown": True}, None, None),
        ({"datetaken": None}, None, None),
        ({"datetaken": "0000-00-00 00:00:00"}, None, None),
        ({"datetaken": "0000-00-00 00:00:00", "datetakengranularity": 6}, None, None),
        ({"datetaken": "2023-02-30 00:00:00"}, None, None),
        ({"datetaken": "2023-00-00 00:00:00"}, None, None),
        ({"datetaken": "2023-05-00 00:00:00", "datetakengranularity": "4"}, "2023-05-01", "month"),
        ({"datetaken": "1950-00-00 00:00:00", "datetakengranularity": 6}, "1950-01-01", "year"),
        ({"datetaken": "1700-01-01 00:00:00", "datetakengranularity": 8}, "1700-01-01", "circa"),
        ({"datetakengranularity": 5}, "2023-03-19 12:17:42", None),
        ({"datetakengranularity": None}, "2023-03-19 12:17:42", None),
    ],
)
def test_the_date_taken_is_as_sure_as_flickr_says(
    changes: dict[str, Any], taken: str | None, granularity: str | None
) -> None:
    """An unknown date is none, never the date of the upload; a rough one says how rough."""
    found = photo(**changes)
    assert found.taken_at == (datetime.fromisoformat(taken) if taken else None)
    assert found.taken_granularity == granularity


@pytest.mark.parametrize(
    "changes",
    [
        {"accuracy": "0"},
        {"accuracy": 0},
        {"latitude": 0, "longitude": "0"},
        {"latitude": None},
        {"latitude": "91"},
        {"longitude": -180.5},
        {"longitude": "nan"},
        {"latitude": True},
    ],
)
def test_an_unknown_place_is_none(changes: dict[str, Any]) -> None:
    """Accuracy 0, and 0, 0, are how Flickr says that it does not know."""
    found = photo(**changes)
    assert (found.location, found.location_accuracy) == (None, None)


@pytest.mark.parametrize("accuracy", [None, "", 17, "street"])
def test_a_place_of_unknown_accuracy_is_kept(accuracy: object) -> None:
    """The coordinates are what matters; 1 to 16 is what accuracy can be."""
    found = photo(accuracy=accuracy)
    assert found.location is not None
    assert found.location_accuracy is None


def test_tags_are_split_and_machine_tags_apart() -> None:
    """Machine tags stand in both extras; each tag is there once."""
    found = photo(tags="sea geo:lat=1 été sea サル", machine_tags="geo:lat=1 uploaded:by=iphone")
    assert found.tags == ("sea", "été", "サル")
    assert found.machine_tags == ("geo:lat=1", "uploaded:by=iphone")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("title", None, None),
        ("title", " ", None),
        ("title", 1984, "1984"),
        ("title", "a\0b\ud83d", "ab\ufffd"),
        ("title", "\ud83d\ude00", "😀"),
        ("title", "$where", "$where"),
        ("description", {"_content": ""}, None),
        ("description", "plain", "plain"),
        ("views", {"_content": "12"}, 12),
        ("views", -1, None),
        ("views", 2**63, None),
        ("media", "video", "video"),
        ("media", None, "photo"),
        ("license", None, None),
        ("license", "9" * 18, None),
        ("license", 0, License(id=0, checked_at=NOW)),
        ("license", "4", BY),
        ("dateupload", "0", None),
        ("dateupload", 10**15, None),
        ("pathalias", "", None),
        ("owner", {"$gt": ""}, None),
        ("owner", "a b", None),
    ],
)
def test_a_broken_field_is_left_out(field: str, value: object, expected: object) -> None:
    """One field in an odd form costs that field only."""
    names = {"dateupload": "uploaded_at", "pathalias": "path_alias"}
    found = photo(**{field: value})
    assert getattr(found, names.get(field, field)) == expected
    assert found.tags


@pytest.mark.parametrize(
    "changes",
    [
        {"url_l": None},
        {"url_l": "javascript:alert(1)"},
        {"url_l": "https://live.staticflickr.com/a b"},
        {"url_l": "https://x/" + "a" * 2001},
        {"width_l": ""},
        {"width_l": 0},
        {"height_l": "1e3"},
        {"height_l": 10**9},
    ],
)
def test_a_size_without_a_url_or_pixels_is_left_out(changes: dict[str, Any]) -> None:
    """A size is its address, width and height; without one of them it is none."""
    assert set(photo(**changes).sizes) == {"m", "medium", "o"}


def test_a_secret_that_is_none_is_left_out() -> None:
    """What goes into a URL is letters and digits only."""
    row = ROW | {"secret": "../x", "server": "a", "originalsecret": None, "originalformat": "svg"}
    found = parse.search_row(row, {}, NOW)
    assert (found.secret, found.server, found.original_secret, found.original_format) == (None,) * 4


def test_a_page_has_rows_and_what_flickr_says_of_them() -> None:
    """Numbers come as text too; a row that is no object keeps its rank."""
    answer = {"photos": {"page": 2, "pages": "8", "perpage": 250, "total": "1,9", "photo": [ROW, None, 7]}}
    assert parse.page(answer) == parse.Page((ROW, {}, {}), total=3, per_page=250)
    empty: dict[str, Any] = {"photos": {"photo": [], "total": 0}}
    assert parse.page(empty) == parse.Page((), total=0, per_page=None)


@pytest.mark.parametrize(
    "answer", [{}, {"photos": None}, {"photos": {"total": 3}}, {"photos": {"photo": {}}}]
)
def test_a_page_without_a_list_is_no_page(answer: dict[str, Any]) -> None:
    """Taken for an empty one it would lose photos without a word."""
    with pytest.raises(FlickrUnavailableError, match="expected a list of photos"):
        parse.page(answer)


@settings(max_examples=500, deadline=None)
@given(hostile(ROW))
def test_no_row_raises_anything_but_a_photo_error(row: dict[str, Any]) -> None:
    """Arbitrary JSON in any field: a photo that can be stored, or a PhotoError."""
    try:
        found = parse.search_row(row, {4: BY}, NOW)
    except PhotoError:
        return
    storable(found.photo)


@settings(max_examples=300, deadline=None)
@given(
    hostile(INFO["photo"]),
    st.dictionaries(st.sampled_from([*INFO["photo"]["dates"]]), JSON),
    st.dictionaries(st.sampled_from([*INFO["photo"]["location"]]), JSON),
    st.lists(st.dictionaries(st.sampled_from(["raw", "machine_tag"]), JSON) | JSON, max_size=3),
)
def test_no_info_raises_anything_but_a_photo_error(
    row: dict[str, Any], dates: dict[str, Any], place: dict[str, Any], tags: list[Any]
) -> None:
    """The same one level deeper, where getInfo keeps dates, place and tags."""
    changes = {"dates": dates, "location": place, "tags": {"tag": tags}}
    try:
        found = parse.info({"photo": changes | row if len(dates) % 2 else row | changes}, {}, NOW)
    except PhotoError:
        return
    storable(found.photo)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["photo", "photos", "stat"]), JSON))
def test_no_answer_raises_anything_but_our_errors(answer: dict[str, Any]) -> None:
    """An answer that is something else entirely is told as such."""
    with pytest.raises(PhotoError):
        parse.info(answer, {}, NOW)
    with pytest.raises(FlickrUnavailableError):
        parse.page(answer)
