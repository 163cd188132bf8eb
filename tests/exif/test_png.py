"""Chunks of PNG files."""

import zlib

import pytest

from exifds.errors import PhotoError
from exifds.exif.layout import MAX_PARTS
from exifds.exif.png import layout, text
from tests.exif.build import chunk, png

PROFILE = b"\nexif\n       4\n49492a00\n"


@pytest.mark.parametrize(
    ("name", "payload", "kind"),
    [
        (b"eXIf", b"II*\0", "exif"),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>", "xmp"),
        (b"zTXt", b"Raw profile type exif\0\0x", "exif"),
        (b"zTXt", b"Raw profile type APP1\0\0x", "exif"),
        (b"tEXt", b"Raw profile type iptc\0x", "iptc"),
        (b"tEXt", b"Author\0me", "comment"),
        (b"tIME", b"1234567", "tIME"),
        (b"caBX", b"c2pa", "caBX"),
    ],
)
def test_a_chunk_that_is_not_picture_is_a_part(name: bytes, payload: bytes, kind: str) -> None:
    """Every chunk that is not on the list of what stays is named by its content."""
    assert [part.kind for part in layout(png(chunk(name, payload))).parts] == [kind]


@pytest.mark.parametrize("name", [b"PLTE", b"iCCP", b"sRGB", b"tRNS", b"acTL", b"fdAT", b"NEWC"])
def test_a_chunk_of_the_picture_stays(name: bytes) -> None:
    """Critical chunks and those that define the look are no parts."""
    assert layout(png(chunk(name))).parts == []


def test_what_follows_the_end_is_a_part() -> None:
    """Bytes after IEND are a trailer."""
    assert [part.kind for part in layout(png(end=b"more")).parts] == ["trailer"]


@pytest.mark.parametrize(
    ("name", "payload", "expected"),
    [
        (b"eXIf", b"II*\0", b"II*\0"),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0en\0titre\0<x/>", b"<x/>"),
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"<x/>"), b"<x/>"),
        (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(PROFILE), b"II*\0"),
        (b"tEXt", b"Raw profile type exif\0" + PROFILE, b"II*\0"),
        (b"tEXt", b"Raw profile type exif\0\nexif\n 4\nno hex", None),
        (b"tEXt", b"Raw profile type exif\0\nexif\n 4\n\xff\xff", None),
        (b"zTXt", b"Raw profile type exif\0\0not deflated", None),
        (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(PROFILE)[:-6], None),
        (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(1 << 22)), None),
    ],
)
def test_metadata_is_unpacked(name: bytes, payload: bytes, expected: bytes | None) -> None:
    """Hex and deflate are undone up to a limit; what is damaged gives None."""
    data = png(chunk(name, payload))
    assert text(data, layout(data).parts[0]) == expected


@pytest.mark.parametrize(
    "data",
    [
        png()[:8],
        png()[:20],
        png()[:-1],
        png()[:-12],
        png().replace(b"IHDR", b"IDAT"),
        png(chunk(b"a1b2")),
        png(b"\xff\xff\xff\xffIDAT"),
        png(size=(0, 5)),
        png(size=(13_000, 13_000)),
    ],
)
def test_a_broken_png_is_refused(data: bytes) -> None:
    """Cut short, misnamed, without pixels or with too many: PhotoError."""
    with pytest.raises(PhotoError, match="expected"):
        layout(data)


def test_too_many_chunks_are_refused() -> None:
    """A file of nothing but empty chunks is not walked for ever."""
    with pytest.raises(PhotoError, match="chunks"):
        layout(png(chunk(b"tIME") * MAX_PARTS))
