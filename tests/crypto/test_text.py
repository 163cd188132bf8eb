"""Tests of exifds.crypto.text."""

import base64
import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.crypto.text import from_text, to_text, utf8
from exifds.errors import PhotoError, UsageError
from exifds.photo import Block, Comment, Photo, Point, Privacy, personal_fields

from .samples import NOW

STRINGS = st.text()  # hypothesis' text holds no surrogates
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | STRINGS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4),
    max_leaves=12,
)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001  # given UTC next
    lambda at: at.replace(tzinfo=UTC, microsecond=at.microsecond // 1000 * 1000)
)
BLOCKS = st.builds(
    Block,
    offset=st.integers(0),
    kind=STRINGS,
    data=st.binary(max_size=40),
    replaced=st.integers(0),
    holds=st.sampled_from([None, "exif_raw", "xmp", "iptc"]),
    holds_at=st.integers(0),
)
COMMENTS = st.builds(
    Comment,
    id=STRINGS,
    author=STRINGS,
    author_name=st.none() | STRINGS,
    text=STRINGS,
    at=st.none() | INSTANTS,
)
POINTS = st.builds(Point, coordinates=st.tuples(st.floats(-180, 180), st.floats(-90, 90)))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": STRINGS,
    "description": STRINGS,
    "tags": st.lists(STRINGS).map(tuple),
    "machine_tags": st.lists(STRINGS).map(tuple),
    "owner": STRINGS,
    "owner_name": STRINGS,
    "path_alias": STRINGS,
    "exif": st.dictionaries(STRINGS, JSON, max_size=5),
    "exif_raw": st.binary(),
    "xmp": st.binary(),
    "iptc": st.binary(),
    "blocks": st.lists(BLOCKS, max_size=3).map(tuple),
    "comments": st.lists(COMMENTS, max_size=3).map(tuple),
    "location": POINTS,
}
PAIRS = st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))


def test_every_personal_field_is_tried() -> None:
    """A field that becomes personal must be added to the round trips below."""
    assert VALUES.keys() == personal_fields(Privacy.STRICT).keys()


@given(pair=PAIRS)
def test_round_trip_is_exact(pair: tuple[str, Any]) -> None:
    """Every value of every personal field comes back equal, of equal type, and fits Photo."""
    field, value = pair
    text = to_text(field, value)
    back = from_text(field, text)
    assert back == value
    assert type(back) is type(value)
    assert to_text(field, back) == text
    photo = Photo(id="file:1", source="file", source_id="1", created_at=NOW, **{field: back})
    assert getattr(photo, field) == value


def test_exif_is_canonical_json() -> None:
    """EXIF is JSON with sorted keys, no blanks and letters as they are: equal EXIF, equal text."""
    exif = {"IFD0": {"Model": "D90", "Artist": "Zoë"}, "GPS": {"GPSLatitude": [1.5, 2, None, True]}}
    expected = '{"GPS":{"GPSLatitude":[1.5,2,null,true]},"IFD0":{"Artist":"Zoë","Model":"D90"}}'
    assert to_text("exif", exif) == expected
    assert to_text("exif", dict(reversed(exif.items()))) == expected


def test_exif_sequences_come_back_as_lists() -> None:
    """JSON knows one kind of sequence."""
    assert from_text("exif", to_text("exif", {"GPS": {"x": (1, 2)}})) == {"GPS": {"x": [1, 2]}}


def test_bytes_are_standard_base64() -> None:
    """Raw EXIF and the data of blocks are base64 of the standard alphabet, readable anywhere."""
    raw = bytes(range(248, 256)) * 2
    assert base64.standard_b64decode(to_text("exif_raw", raw)) == raw
    block = Block(offset=2, kind="exif", data=raw)
    (stored,) = json.loads(to_text("blocks", (block,)))
    assert stored["data"] == to_text("exif_raw", raw)
    assert "/" in stored["data"]


def test_comments_leave_out_what_is_unknown() -> None:
    """A comment's text holds what is known, dates as ISO 8601 in UTC."""
    comment = Comment(id="1", author="a@N01", text="nice", at=NOW + timedelta(milliseconds=7))
    assert to_text("comments", (comment,)) == (
        '[{"at":"2026-01-02T03:04:05.007000Z","author":"a@N01","id":"1","text":"nice"}]'
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "canary\ud800"),
        ("tags", ("canary", "\udfff")),
        ("exif", {"IFD0": {"Artist": "canary\udc00"}}),
        ("exif", {"\ud83d": "canary"}),
    ],
)
def test_half_a_character_is_refused(field: str, value: Any) -> None:
    """A lone surrogate cannot be stored; the photo is refused with the field's name, not its value."""
    with pytest.raises(PhotoError) as caught:
        to_text(field, value)
    assert field in str(caught.value)
    assert "canary" not in str(caught.value)


def deep(levels: int) -> Any:
    """Lists within lists."""
    value: Any = "canary"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", None),
        ("title", 5),
        ("owner", b"canary"),
        ("exif_raw", "canary"),
        ("exif", None),
        ("exif", ["canary"]),
        ("exif", {"IFD0": {"x": math.nan}}),
        ("exif", {"IFD0": {"x": math.inf}}),
        ("exif", {"IFD0": {"x": b"canary"}}),
        ("exif", {"IFD0": {271: "canary"}}),
        ("exif", {"IFD0": datetime(2026, 1, 1, tzinfo=UTC)}),
        ("exif", {"IFD0": deep(100_000)}),
        ("tags", "canary"),
        ("tags", None),
        ("blocks", ("canary",)),
        ("location", {"canary": 1}),
        ("location", None),
    ],
)
def test_value_that_text_cannot_keep_is_refused(field: str, value: Any) -> None:
    """What would come back changed is refused, with the field's name and without the value."""
    with pytest.raises(PhotoError, match=f"^{field} ") as caught:
        to_text(field, value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("exif_raw", "canary!"),
        ("exif", "canary"),
        ("exif", "null"),
        ("exif", "[1]"),
        ("exif", "[" * 100_000),
        ("tags", '{"canary": 1}'),
        ("blocks", '["canary"]'),
        ("blocks", '[{"kind": "canary"}]'),
        ("blocks", '[{"offset": 0, "kind": "canary", "data": "?"}]'),
        ("location", '{"coordinates": [1, "canary"]}'),
    ],
)
def test_text_of_another_form_is_refused(field: str, text: str) -> None:
    """A text that is not of the field's form is an error that shows no value."""
    with pytest.raises(PhotoError, match=f"the decrypted text of {field} ") as caught:
        from_text(field, text)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("field", ["views", "nothing", "_id"])
def test_field_that_is_not_personal_is_a_mistake(field: str) -> None:
    """Only personal fields have a text."""
    with pytest.raises(UsageError, match="expected a personal field"):
        to_text(field, 1)
    with pytest.raises(UsageError, match="expected a personal field"):
        from_text(field, "1")


def test_utf8_is_the_text_itself() -> None:
    """The bytes that are encrypted are the text's UTF-8 and nothing else."""
    assert utf8("title", "Zoë \U0001f412") == "Zoë \U0001f412".encode()
