"""The tags of getExif."""

from typing import Any

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.exif import camera
from exifds.photo import Camera
from exifds.sources.flickr.api_exif import ApiExif, exif
from tests.sources.flickr.answers import JSON, TEXT


def tag(space: object, name: object, raw: object = None, clean: object = None) -> dict[str, Any]:
    """A row of getExif; absent texts are left out as Flickr does."""
    texts = {key: {"_content": text} for key, text in (("raw", raw), ("clean", clean)) if text is not None}
    return {"tagspace": space, "tagspaceid": 0, "tag": name, "label": name, **texts}


def answer(*rows: object) -> dict[str, Any]:
    """An answer of getExif."""
    return {"photo": {"id": "1", "secret": "ab", "camera": "Nikon D90", "exif": list(rows)}, "stat": "ok"}


def test_tags_are_grouped_and_those_of_exif_flat() -> None:
    """The thumbnail's directory, XMP and JFIF stay out of `flat`; ExifIFD wins over IFD0."""
    found = exif(
        answer(
            tag("JFIF", "XResolution", "300", "300 dpi"),
            tag("IFD0", "Model", "NIKON D90"),
            tag("IFD1", "Orientation", "Rotate 90 CW"),
            tag("ExifIFD", "ExposureTime", "1/250", "0.004 sec (1/250)"),
            tag("IFD0", "ExposureTime", "1/2"),
            tag("GPS", "GPSLatitudeRef", "North"),
            tag("XMP-tiff", "Make", "NIKON CORPORATION"),
        )
    )
    assert list(found.tags) == ["JFIF", "IFD0", "IFD1", "ExifIFD", "GPS", "XMP-tiff"]
    assert found.flat == {"Model": "NIKON D90", "ExposureTime": "1/250", "GPSLatitudeRef": "North"}
    assert found.has_camera_tags


def test_the_raw_text_counts_and_the_clean_one_where_it_is_missing() -> None:
    """The clean date was seen moved to UTC; the raw text was seen empty."""
    found = exif(
        answer(
            tag("ExifIFD", "DateTimeOriginal", "2011:03:08 16:23:00", "2011:03:08 11:23:00Z"),
            tag("ExifIFD", "FNumber", "", "f/4.0"),
            tag("ExifIFD", "ISO", 200),
            tag("ExifIFD", "ISO", "400"),
            tag("ExifIFD", "UserComment"),
        )
    )
    assert found.flat == {"DateTimeOriginal": "2011:03:08 16:23:00", "FNumber": "f/4.0", "ISO": "200"}


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (tag("JFIF", "JFIFVersion", "1.02"), tag("JFIF", "XResolution", "72")),
        (tag("IFD0", "Software", "Picasa"), tag("ExifIFD", "UserComment", "f/4")),
        (tag("IFD1", "Make", "Canon"), tag("XMP-tiff", "Make", "Canon")),
    ],
)
def test_an_answer_may_tell_nothing_of_the_camera(rows: tuple[dict[str, Any], ...]) -> None:
    """That the call succeeded does not mean that there is EXIF."""
    found = exif(answer(*rows))
    assert not found.has_camera_tags
    assert camera(found.flat) == Camera()


def test_names_are_ones_a_document_can_hold() -> None:
    """No dollar, dot or NUL gets into a key."""
    rows = [
        tag("IFD0", name, "1") for name in ("$where", "a.b", "a\0", "", None, "x" * 101, "Maker-Note_1:2")
    ]
    assert exif(answer(*rows, tag("$IFD", "Make", "x"), None)).tags == {"IFD0": {"Maker-Note_1:2": "1"}}


def test_what_is_kept_is_bounded() -> None:
    """A page of megabytes does not become a document of megabytes."""
    many = exif(answer(*(tag("IFD0", f"Tag{index}", "1") for index in range(3000))))
    assert len(many.flat) == 2000
    long = exif(
        answer(
            *(tag("IFD0", f"Tag{index}", "1" * 100_000) for index in range(9)), tag("IFD0", "Make", "Canon")
        )
    )
    assert len(long.flat) == 6
    assert long.flat["Make"] == "Canon"


@pytest.mark.parametrize("nothing", [{}, {"photo": None}, {"photo": {"exif": {}}}, {"photo": {}}])
def test_an_answer_without_tags_has_none(nothing: dict[str, Any]) -> None:
    """Nothing told is nothing known."""
    assert exif(nothing) == ApiExif()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["tagspace", "tag", "raw", "clean"]),
            JSON | TEXT | st.sampled_from(["IFD0", "ExifIFD", "FNumber", "Flash"]),
        )
        | JSON,
        max_size=5,
    )
)
def test_no_answer_raises(rows: list[Any]) -> None:
    """Arbitrary JSON in every field gives tags that can be stored and read."""
    found = exif(answer(*rows))
    bson.encode({"exif": {f"api:{space}": dict(tags) for space, tags in found.tags.items()}})
    camera(found.flat)
