"""Reading EXIF."""

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from exifds.errors import PhotoError
from exifds.exif import camera, flat, location, read, taken_at
from exifds.exif.read import _values
from exifds.exif.tiff import Scan
from tests.exif.build import (
    ASCII,
    LONG,
    SHORT,
    UNDEFINED,
    Entry,
    gif,
    jpeg,
    jpeg_with,
    photo_exif,
    tiff,
    tiff_file,
)

EXIF = photo_exif()
TAGS = {
    "IFD0": {"Make": "Canon", "Orientation": 6},
    "Exif": {"ExposureTime": "1/250", "ExifVersion": "0232"},
    "GPS": {"GPSVersionID": [2, 3, 0, 0], "GPSLatitudeRef": "N"},
    "Interop": {"InteroperabilityIndex": "R98"},
}


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
def test_all_four_directories_are_read(wrap: type) -> None:
    """Tags come by group and standard name; pointers and the maker note are left out."""
    found = read(wrap(jpeg_with(EXIF)))
    assert found.tags == TAGS
    assert (found.format, found.width, found.height, found.status, found.reason) == ("JPEG", 8, 4, "ok", None)
    assert found.raw == EXIF


def test_a_path_is_read(tmp_path: Path) -> None:
    """A path gives the same as the bytes of its file, whatever its name."""
    path = tmp_path / "photo.txt"
    path.write_bytes(jpeg_with(EXIF))
    assert read(path) == read(str(path)) == read(path.read_bytes())


def test_a_path_that_cannot_be_read_is_a_photo_error(tmp_path: Path) -> None:
    """A missing file costs one photo."""
    with pytest.raises(PhotoError, match="No such file"):
        read(tmp_path / "missing.jpg")


def test_an_endless_file_is_refused() -> None:
    """No more than the limit is ever read."""
    with pytest.raises(PhotoError, match="a file of at most"):
        read("/dev/zero")


@pytest.mark.parametrize("data", [jpeg(), gif()])
def test_a_photo_without_exif_has_status_none(data: bytes) -> None:
    """No EXIF is no error."""
    found = read(data)
    assert (found.status, found.tags, found.raw) == ("none", {}, None)


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (b"junk", "the EXIF block has no TIFF header"),
        (b"II*\0\xff\0\0\0", "the first directory lies outside the EXIF block"),
        (
            tiff([Entry(0x010E, ASCII, 999, 99), Entry(0x010F, ASCII, b"Canon\0")]),
            "tag 0x010E lies outside the EXIF block",
        ),
        (tiff([Entry(0x010F, ASCII, b"Canon\0")])[:-3], "tag 0x010F lies outside the EXIF block"),
    ],
)
def test_damaged_exif_gives_what_can_be_read(block: bytes, reason: str) -> None:
    """Damage is a status and a reason; the rest of the tags and the raw block are there."""
    found = read(jpeg_with(block))
    assert (found.status, found.reason, found.raw) == ("error", reason, block)
    assert found.tags in ({}, {"IFD0": {"Make": "Canon"}})


def test_utf8_of_exif_3_is_read() -> None:
    """Text of the new type 129 is read like ASCII."""
    found = read(jpeg_with(tiff([Entry(0x013B, 129, "Zoë Ångström".encode())])))
    assert found.tags == {"IFD0": {"Artist": "Zoë Ångström"}}


def test_what_pillow_stumbles_over_is_damage() -> None:
    """Should Pillow raise (here a warning, as the block was not scanned), tags are lost, not the photo."""
    unscanned = Scan("<")
    assert _values(tiff([Entry(0x010E, ASCII, 999, 99)]), unscanned) == {}
    assert unscanned.damage == "Pillow stopped with UserWarning"


def test_a_tiff_is_its_own_exif() -> None:
    """Tags, XMP and IPTC of a TIFF are read; raw stays empty."""
    more = [
        Entry(0x010F, ASCII, b"Canon\0"),
        Entry(0x02BC, 1, b"<xmpmeta/>"),
        Entry(0x83BB, UNDEFINED, b"iptc!"),
    ]
    found = read(tiff_file(more))
    assert (found.format, found.width, found.height, found.status) == ("TIFF", 1, 1, "ok")
    assert found.tags["IFD0"] == {"ImageWidth": 1, "ImageLength": 1, "Make": "Canon"}
    assert (found.raw, found.xmp, found.iptc) == (None, b"<xmpmeta/>", b"iptc!")


def test_tiffs_of_pillow_are_read() -> None:
    """Strips as Pillow writes them are found complete."""
    file = io.BytesIO()
    Image.new("RGB", (640, 480)).save(file, "TIFF")
    assert read(file.getvalue()).width == 640


@pytest.mark.parametrize(
    "data",
    [
        b"II*\0",
        tiff([]),
        tiff([Entry(0x0100, SHORT, b"\1\0"), Entry(0x0101, SHORT, b"\1\0")]),
        tiff([Entry(0x0100, ASCII, b"1"), Entry(0x0101, SHORT, b"\1\0")]),
        tiff_file(strip=(8, 1000)),
        tiff_file(strip=(1000, 1)),
        tiff_file(size=(60_000, 60_000)),
        tiff(
            [*(Entry(0x0100 + i, LONG, 1) for i in (0, 1)), Entry(0x0111, ASCII, 8), Entry(0x0117, LONG, 1)]
        ),
        tiff(
            [
                *(Entry(0x0100 + i, LONG, 1) for i in (0, 1)),
                Entry(0x0111, LONG, bytes(1 << 21)),
                Entry(0x0117, LONG, 1),
            ]
        ),
    ],
)
def test_a_broken_tiff_is_refused(data: bytes) -> None:
    """Without a size, without strips, cut short or too large: PhotoError."""
    with pytest.raises(PhotoError, match="expected"):
        read(data)


def test_all_photos_are_accepted(photos: list[Path]) -> None:
    """The 87 real photos, some odd or damaged on purpose, are all read; five have no EXIF."""
    statuses = [read(path).status for path in photos]
    assert len(statuses) == 87
    assert (statuses.count("ok"), statuses.count("none"), statuses.count("error")) == (82, 5, 0)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_photos_are_read_or_refused(photos: list[Path], data: st.DataObject) -> None:
    """Flipped, cut and inserted bytes give tags or a PhotoError, and tags are always UTF-8."""
    original = bytearray(data.draw(st.sampled_from(photos)).read_bytes()[:20_000] + jpeg()[2:])
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(2, 3_000))
        original[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    _check(bytes(original))


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=8), st.integers(0, len(EXIF)))
def test_mutated_exif_is_read_or_refused(patch: bytes, at: int) -> None:
    """The EXIF of a photo may hold anything anywhere."""
    _check(jpeg_with(EXIF[:at] + patch + EXIF[at + len(patch) :]))


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 2**16 - 1),
    st.sampled_from([1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 129]),
    st.binary(max_size=24),
)
def test_any_value_of_any_type_is_read(tag: int, kind: int, value: bytes) -> None:
    """Every tag may come in every type."""
    size = struct.calcsize(
        {3: "H", 4: "L", 5: "Q", 9: "l", 10: "q", 11: "f", 12: "d", 13: "L"}.get(kind, "b")
    )
    _check(jpeg_with(tiff([Entry(tag, kind, value.ljust(5, b"\1"), len(value.ljust(5)) // min(size, 8))])))


def _check(data: bytes) -> None:
    try:
        found = read(data)
    except PhotoError as error:
        assert str(error).startswith("expected")  # noqa: PT017  either outcome is right
        return
    assert found.status in {"ok", "none", "error"}
    repr(found.tags).encode()
    tags = flat(found.tags)
    camera(tags)
    taken_at(tags)
    location(tags)
