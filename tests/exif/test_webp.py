"""Chunks of WebP files."""

import struct

import pytest

from exifds.errors import PhotoError
from exifds.exif.layout import MAX_PARTS
from exifds.exif.webp import layout
from tests.exif.build import riff, webp


def simple(name: bytes, payload: bytes) -> bytes:
    """A WebP of one chunk."""
    body = b"WEBP" + riff(name, payload)
    return b"RIFF" + struct.pack("<L", len(body)) + body


def test_metadata_chunks_are_parts_and_the_header_is_patched() -> None:
    """EXIF, XMP and unknown chunks are cut; the size and the flags will read as without them."""
    parts = layout(
        webp(riff(b"EXIF", b"II*\0"), riff(b"XMP ", b"<x/>"), riff(b"what", b"abc"), end=b"tail")
    ).parts
    assert [part.kind for part in parts] == ["header", "header", "exif", "xmp", "other", "trailer"]
    assert parts[0].replacement == struct.pack("<L", 4 + 18 + 14)
    assert parts[1].replacement == b"\0"


@pytest.mark.parametrize("name", [b"ICCP", b"ALPH", b"ANIM", b"ANMF"])
def test_a_chunk_of_the_picture_stays(name: bytes) -> None:
    """Pixels, alpha, animation and colour profile are no parts."""
    assert layout(webp(riff(name, b"1234"), flags=0x20)).parts == []


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (webp(size=(300, 200)), (300, 200)),
        (simple(b"VP8L", b"\x2f" + (299 | 199 << 14).to_bytes(4, "little")), (300, 200)),
        (simple(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 300 | 0x4000, 200)), (300, 200)),
    ],
)
def test_the_size_is_read_from_each_kind(data: bytes, size: tuple[int, int]) -> None:
    """Extended, lossless and lossy files say their size in different places."""
    assert layout(data)[:2] == size


def test_an_odd_last_chunk_may_lack_its_padding() -> None:
    """Some writers leave out the last padding byte, and count it or not."""
    data = webp(riff(b"EXIF", b"II*"))
    short = data[:4] + struct.pack("<L", len(data) - 9) + data[8:-1]
    assert layout(data).parts[-1].stop == len(data) - 1
    assert layout(short).parts[-1][2:] == (len(short), len(short) - 3, len(short), b"")


@pytest.mark.parametrize(
    "data",
    [
        webp()[:-1],
        webp()[:20],
        b"RIFF\4\0\0\0WEBP",
        simple(b"EXIF", b"II*\0"),
        simple(b"VP8X", b""),
        webp(b"EXIF\xff\xff\xff\xff"),
        webp(b"EX"),
        webp(size=(1 << 24, 1 << 24)),
    ],
)
def test_a_broken_webp_is_refused(data: bytes) -> None:
    """Cut short, without a picture or with too many pixels: PhotoError."""
    with pytest.raises(PhotoError, match="expected"):
        layout(data)


def test_too_many_chunks_are_refused() -> None:
    """A file of nothing but empty chunks is not walked for ever."""
    with pytest.raises(PhotoError, match="chunks"):
        layout(webp(riff(b"ANMF", b"") * MAX_PARTS))
