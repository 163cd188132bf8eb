"""Cutting metadata out of files, and putting it back."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from exifds.errors import PhotoError, UsageError
from exifds.exif import STRIPPABLE, read, restore, strip
from exifds.exif.jpeg import layout
from exifds.photo import Block
from tests.exif.build import chunk, gif, jpeg, photo_exif, png, riff, segment, webp

PAYLOADS = st.binary(max_size=40)
SEGMENTS = st.builds(
    lambda marker, prefix, payload, fill: b"\xff" * fill + segment(marker, prefix + payload),
    st.sampled_from([*range(0xE0, 0xF0), 0xFE, 0xDB]),
    st.sampled_from([b"", b"Exif\0\0", b"JFIF\0", b"ICC_PROFILE\0", b"Adobe", b"Photoshop 3.0\0", b"MPF\0"]),
    PAYLOADS,
    st.integers(0, 3),
)
CHUNKS = st.builds(
    chunk, st.sampled_from([b"eXIf", b"tEXt", b"iTXt", b"tIME", b"gAMA", b"iCCP", b"prVt"]), PAYLOADS
)
RIFFS = st.builds(
    riff, st.sampled_from([b"EXIF", b"XMP ", b"ICCP", b"ANMF", b"what", b"\xff\0\1\2"]), PAYLOADS
)


@settings(max_examples=100, deadline=None)
@given(st.lists(SEGMENTS, max_size=6), st.lists(SEGMENTS, max_size=2), PAYLOADS)
def test_any_jpeg_comes_back(before: list[bytes], between: list[bytes], after: bytes) -> None:
    """restore(strip(x)) is x for segments of any kind, before, between and after the scans."""
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x33"
    _check(jpeg(*before, end=b"".join(between) + scan + b"\xff\xff\xd9" + after))


@settings(max_examples=100, deadline=None)
@given(st.lists(CHUNKS, max_size=6), PAYLOADS)
def test_any_png_comes_back(chunks: list[bytes], after: bytes) -> None:
    """restore(strip(x)) is x for chunks of any kind."""
    _check(png(*chunks, end=after))


@settings(max_examples=100, deadline=None)
@given(st.lists(RIFFS, max_size=6), PAYLOADS, st.integers(0, 255))
def test_any_webp_comes_back(chunks: list[bytes], after: bytes, flags: int) -> None:
    """restore(strip(x)) is x for chunks of any kind, flags that lie and an odd size."""
    _check(webp(*chunks, flags=flags, end=after))
    odd = bytearray(webp(*chunks, riff(b"EXIF", b"odd"), flags=flags))
    odd[4] -= 1
    _check(bytes(odd))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_mutated_photos_come_back_or_are_refused(photos: list[Path], data: st.DataObject) -> None:
    """A photo with bytes changed gives a PhotoError or an exact inverse."""
    original = bytearray(data.draw(st.sampled_from(photos)).read_bytes()[:60_000])
    for _ in range(data.draw(st.integers(0, 8))):
        original[data.draw(st.integers(2, len(original) - 1))] = data.draw(st.integers(0, 255))
    for whole in (bytes(original), bytes(original) + b"\xff\xd9"):
        try:
            _check(whole)
        except PhotoError as error:
            assert str(error).startswith("expected")  # noqa: PT017  either outcome is right


def test_all_photos_come_back(photos: list[Path]) -> None:
    """For the 87 real photos: bytes identical, and nothing personal readable from the stripped file."""
    for path in photos:
        data = path.read_bytes()
        stripped, blocks = strip(data)
        assert restore(stripped, blocks) == data, path.name
        assert layout(stripped).parts == [], path.name
        found = read(stripped)
        assert (found.status, found.xmp, found.iptc) == ("none", None, None), path.name
        for sign in (b"Exif\0\0", b"ns.adobe.com/xap", b"Photoshop 3.0"):
            assert sign not in stripped, path.name


def test_pixels_and_profile_of_all_photos_stay(photos: list[Path]) -> None:
    """Every pixel decodes the same, and the ICC profile is the same."""
    for path in photos:
        data = path.read_bytes()
        assert _seen(strip(data)[0]) == _seen(data), path.name


@pytest.mark.parametrize("kind", sorted(STRIPPABLE))
def test_a_file_of_pillow_keeps_its_pixels_and_profile(kind: str) -> None:
    """Metadata is gone, pixels and profile stay, and the file comes back."""
    file = io.BytesIO()
    picture = Image.radial_gradient("L").convert("RGB")
    picture.save(file, kind, exif=b"Exif\0\0" + photo_exif(), icc_profile=b"profile", xmp=b"<x/>")
    data = file.getvalue()
    stripped, blocks = strip(data)
    assert read(data).tags["IFD0"]["Make"] == "Canon"
    assert (read(stripped).status, read(stripped).xmp) == ("none", None)
    assert _seen(stripped) == _seen(data)
    assert Image.open(io.BytesIO(stripped)).getexif() == {}
    assert restore(stripped, blocks) == data


def test_stripping_twice_changes_nothing() -> None:
    """A stripped file has nothing left to cut."""
    for data in (jpeg(segment(0xFE, b"hi")), png(chunk(b"tEXt", b"a\0b")), webp(riff(b"EXIF", b"odd"))):
        assert strip(strip(data)[0]) == (strip(data)[0], ())


@pytest.mark.parametrize("data", [gif(), b"II*\0"])
def test_other_types_cannot_be_stripped(data: bytes) -> None:
    """What strip cannot do it says before it starts."""
    with pytest.raises(UsageError, match="JPEG, PNG, WEBP"):
        strip(data)


def test_blocks_may_come_in_any_order() -> None:
    """A database need not keep their order."""
    data = jpeg(segment(0xFE, b"one"), segment(0xE1, b"two"), end=b"\xff\xd9three")
    stripped, blocks = strip(data)
    assert [block.kind for block in blocks] == ["comment", "app1", "trailer"]
    assert restore(stripped, reversed(blocks)) == data


@pytest.mark.parametrize(
    "blocks",
    [
        [Block(offset=99, kind="x", data=b"")],
        [Block(offset=2, kind="x", data=b"", replaced=9)],
        [Block(offset=2, kind="x", data=b"abcd"), Block(offset=3, kind="x", data=b"")],
    ],
)
def test_blocks_of_another_file_are_refused(blocks: list[Block]) -> None:
    """Blocks that do not fit are an error, never a broken file."""
    with pytest.raises(PhotoError, match="cut out of this file"):
        restore(b"12345", blocks)


def _check(data: bytes) -> None:
    stripped, blocks = strip(data)
    assert restore(stripped, blocks) == data
    assert strip(stripped)[1] == ()


def _seen(data: bytes) -> tuple[bytes, bytes | None]:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes(), image.info.get("icc_profile")


def test_nothing_hides_in_a_header_that_stays() -> None:
    """A thumbnail in JFIF, and what is appended to JFIF or Adobe, goes; resolution and transform stay."""
    jfif = b"JFIF\0\1\2\0\0\x48\0\x48"
    data = jpeg(
        segment(0xE0, jfif + b"\2\1" + b"thumb!" + b"owner: Ann"),
        segment(0xEE, b"Adobe\0\x64\0\0\0\0\1" + b"owner: Ann"),
    )
    stripped, blocks = strip(data)
    assert segment(0xE0, jfif + b"\0\0") in stripped
    assert segment(0xEE, b"Adobe\0\x64\0\0\0\0\1") in stripped
    assert b"thumb!" not in stripped
    assert b"Ann" not in stripped
    assert restore(stripped, blocks) == data


def test_a_file_of_nothing_but_metadata_is_refused() -> None:
    """Thousands of pieces would cost more than a photo is worth."""
    with pytest.raises(PhotoError, match="at most 2,000 pieces of metadata, got 3,000"):
        strip(jpeg(*[segment(0xFE, b"")] * 3000))
