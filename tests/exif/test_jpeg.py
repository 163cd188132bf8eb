"""Segments of JPEG files."""

from collections.abc import Callable

import pytest

from exifds.errors import PhotoError
from exifds.exif.jpeg import head, layout
from exifds.exif.layout import MAX_PARTS, Layout
from tests.exif.build import jpeg, segment

WALKS = [head, layout]


def kinds(data: bytes) -> list[str]:
    """The kinds of the parts, in order."""
    return [part.kind for part in layout(data).parts]


@pytest.mark.parametrize(
    ("marker", "payload", "kind"),
    [
        (0xE0, b"JFXX\0", "app0"),
        (0xE1, b"Exif\0\0II*\0", "exif"),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>", "xmp"),
        (0xE1, b"http://ns.adobe.com/xmp/extension/\0", "xmp_extension"),
        (0xE1, b"FLIR\0", "app1"),
        (0xE2, b"MPF\0", "mpf"),
        (0xE2, b"FPXR\0", "fpxr"),
        (0xE2, b"other", "app2"),
        (0xEC, b"Ducky", "app12"),
        (0xED, b"Photoshop 3.0\x008BIM", "iptc"),
        (0xED, b"Adobe_CM", "app13"),
        (0xEF, b"", "app15"),
        (0xFE, b"hello", "comment"),
        (0xF7, b"x", "marker_f7"),
    ],
)
def test_a_segment_that_is_not_picture_is_a_part(marker: int, payload: bytes, kind: str) -> None:
    """Every segment that is not on the list of what stays is named by its content."""
    assert kinds(jpeg(segment(marker, payload))) == [kind]


@pytest.mark.parametrize(
    "payload", [(0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe\0d"), (0xDB, b"q"), (0xDC, b"")]
)
def test_a_segment_of_the_picture_stays(payload: tuple[int, bytes]) -> None:
    """Coding segments, JFIF, the colour profile and Adobe's colour transform are no parts."""
    assert kinds(jpeg(segment(*payload))) == []


def test_fill_bytes_belong_to_the_segment_they_precede() -> None:
    """Any number of 0xFF may stand before a marker."""
    part = layout(jpeg(b"\xff\xff\xff" + segment(0xFE, b"hi"))).parts[0]
    assert (part.start, part.end, part.body, part.stop) == (2, 11, 9, 11)


def test_segments_between_scans_and_after_the_end_are_found() -> None:
    """A comment after a scan and what follows EOI are parts; head stops before them."""
    data = jpeg(end=segment(0xFE, b"between") + segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x11\xff\xd9after")
    assert kinds(data) == ["comment", "trailer"]
    assert head(data).parts == []


def test_markers_without_length_are_stepped_over() -> None:
    """TEM and RSTn between segments have no payload."""
    assert kinds(jpeg(b"\xff\x01", b"\xff\xd0")) == []


@pytest.mark.parametrize("walk", WALKS)
def test_the_size_is_that_of_the_frame(walk: Callable[[bytes], Layout]) -> None:
    """Width and height come from the first frame header."""
    assert walk(jpeg(size=(300, 200)))[:2] == (300, 200)


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0",
        b"\xff\xd8\xff\xe0\0",
        b"\xff\xd8\xff\xe0\0\1",
        b"\xff\xd8\xff\xe0\xff\xff" + bytes(9),
        b"\xff\xd8\xff\xd8",
        b"\xff\xd8\xff\0\0\2",
        b"\xff\xd8" + b"\xff" * 1000,
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\0\2junk",
        b"\xff\xd8" + segment(0xDA, b"") + b"\xff\xd9",
        b"\xff\xd8" + segment(0xC0, b"\x08") + segment(0xDA, b"") + b"\xff\xd9",
        b"\xff\xd8" + segment(0xC0, bytes(9)) + b"\xff\xd9",
        jpeg(end=b""),
        jpeg(end=b"\xff"),
        jpeg(size=(0, 0)),
        jpeg(size=(65535, 65535)),
    ],
)
def test_a_broken_jpeg_is_refused(walk: Callable[[bytes], Layout], data: bytes) -> None:
    """Cut short, without a frame, without a scan, without pixels or with too many: PhotoError."""
    with pytest.raises(PhotoError, match="expected"):
        walk(data)


def test_too_many_segments_are_refused() -> None:
    """A file of nothing but markers is not walked for ever."""
    with pytest.raises(PhotoError, match="segments"):
        layout(b"\xff\xd8" + b"\xff\x01" * (MAX_PARTS + 1))
