"""Decoding image files."""

import io
import struct
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from exifds.errors import PhotoError
from exifds.pixels import decode as module
from exifds.pixels.decode import decode
from tests.exif.build import LONG, SHORT, Entry, chunk, gif, jpeg, png, tiff, tiff_file, webp
from tests.export.pictures import BLUE, RED, opened, quarters, saved

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "AVIF", "HEIF")


def file_of(kind: str, image: Image.Image) -> bytes:
    """An image in a format; HEIC is optional."""
    if kind == "HEIF":
        pillow_heif = pytest.importorskip("pillow_heif")
        file = io.BytesIO()
        pillow_heif.from_pillow(image).save(file)
        return file.getvalue()
    return saved(image, kind)


def pixel(data: bytes) -> tuple[int, ...]:
    """The first pixel of a file as RGBA."""
    found = decode(data).image.convert("RGBA").getpixel((0, 0))
    assert isinstance(found, tuple)
    return tuple(int(value) for value in found)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_decoded(kind: str) -> None:
    """What ingest takes in, an export can give out."""
    found = decode(file_of(kind, quarters(64, 48)))
    assert (found.image.size, found.width, found.height) == ((64, 48), 64, 48)
    assert np.allclose(np.asarray(found.image.convert("RGB"))[8, 8], RED, atol=12)


@pytest.mark.parametrize(
    ("short_side", "size"),
    [
        (None, (403, 301)),
        (301, (403, 301)),
        (151, (403, 301)),
        (150, (202, 151)),
        (75, (101, 76)),
        (1, (51, 38)),
    ],
)
def test_a_jpeg_is_decoded_in_no_more_detail_than_needed(short_side: int, size: tuple[int, int]) -> None:
    """At 1/1, 1/2, 1/4 or 1/8, never below what was asked for; the last column may be picture in part."""
    found = decode(saved(quarters(403, 301), "JPEG"), short_side)
    assert found.image.size == size
    assert size[0] - 1 < found.width <= size[0]
    assert found.width / found.height == pytest.approx(403 / 301)


@given(st.integers(1, 70), st.integers(1, 70), st.integers(1, 80))
def test_the_divisor_is_the_one_that_pillow_takes(width: int, height: int, short_side: int) -> None:
    """Whatever the size: the decoded picture is the smallest whose short side suffices."""
    found = decode(saved(Image.new("L", (width, height)), "JPEG"), short_side)
    assert found.image.size == (int(np.ceil(found.width)), int(np.ceil(found.height)))
    assert min(found.width, found.height) >= min(short_side, width, height)


@pytest.mark.parametrize(
    ("image", "options", "expected"),
    [
        (Image.new("1", (4, 4), 1), {}, (255, 255, 255, 255)),
        (Image.new("L", (4, 4), 77), {}, (77, 77, 77, 255)),
        (Image.new("L", (4, 4), 77), {"transparency": 77}, (77, 77, 77, 0)),
        (Image.new("LA", (4, 4), (77, 9)), {}, (77, 77, 77, 9)),
        (Image.new("RGB", (4, 4), BLUE), {"transparency": BLUE}, (*BLUE, 0)),
        (Image.new("RGBA", (4, 4), (*BLUE, 9)), {}, (*BLUE, 9)),
        (Image.new("RGB", (4, 4), BLUE).quantize(4), {}, (*BLUE, 255)),
        (Image.new("RGB", (4, 4), BLUE).quantize(4), {"transparency": bytes([9] * 4)}, (*BLUE, 9)),
        (Image.fromarray(np.full((4, 4), 0x4D99, np.uint16)), {}, (0x4D, 0x4D, 0x4D, 255)),
    ],
    ids=[
        "bits",
        "grey",
        "grey, one clear",
        "grey, alpha",
        "one clear",
        "alpha",
        "palette",
        "clear palette",
        "16 bits",
    ],
)
def test_every_kind_of_png_is_decoded(
    image: Image.Image, options: dict[str, Any], expected: tuple[int, ...]
) -> None:
    """Colours and transparency are those of the file; of 16 bits the upper 8 stay."""
    assert pixel(saved(image, **options)) == expected


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "I;16B"])
def test_every_kind_of_tiff_is_decoded(mode: str) -> None:
    """In one of the five plain modes."""
    image = Image.new("I;16", (4, 4)) if mode == "I;16B" else Image.new("RGB", (4, 4))
    image = image.convert(mode) if mode[0] != "I" else Image.new(mode, (4, 4))
    assert decode(saved(image, "TIFF")).image.mode in {"L", "RGB", "RGBA", "CMYK"}


@pytest.mark.parametrize("mode", ["I", "F"])
def test_pixels_without_a_known_white_are_refused(mode: str) -> None:
    """Of 32-bit numbers nobody knows which one is white."""
    with pytest.raises(PhotoError, match=f"8 or 16 bits of grey or colour for each pixel, got mode {mode}"):
        decode(saved(Image.new(mode, (4, 4)), "TIFF"))


def test_cmyk_as_adobe_writes_it_has_the_right_colours() -> None:
    """Adobe stores inverted values, as CMYK or as YCCK (ITU-T T.872, 6.5.3): both come out alike."""
    cmyk = saved(Image.new("CMYK", (16, 16), (0, 255, 255, 55)), "JPEG", quality=100)
    assert np.allclose(pixel(cmyk), (200, 0, 0, 255), atol=2)
    ycck = bytearray(saved(Image.new("CMYK", (16, 16), (55, 127, 127, 0)), "JPEG", quality=100))
    ycck[ycck.index(b"Adobe") + 11] = 2
    assert np.allclose(pixel(bytes(ycck)), (55, 55, 55, 255), atol=2)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_of_several_pictures_the_first_is_taken(kind: str) -> None:
    """An animation gives its first frame, a document its first page."""
    first, second = Image.new("RGB", (16, 16), RED), Image.new("RGB", (16, 16), BLUE)
    data = saved(first, kind, save_all=True, append_images=[second])
    assert np.allclose(pixel(data), (*RED, 255), atol=12)


def test_of_an_mpo_the_first_picture_is_taken() -> None:
    """Stereo cameras put two JPEGs into one file."""
    first, second = Image.new("RGB", (16, 16), RED), Image.new("RGB", (16, 16), BLUE)
    assert np.allclose(pixel(saved(first, "MPO", save_all=True, append_images=[second])), (*RED, 255), atol=3)


def many_scans() -> bytes:
    """A progressive JPEG with one scan a thousand times."""
    data = saved(quarters(64, 64), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    return data[:start] + data[start:-2] * 1000 + data[-2:]


def many_partial_scans() -> bytes:
    """A JPEG that is not progressive and has one colour in each of a thousand scans."""
    data = saved(quarters(64, 64), "JPEG")
    start = data.rindex(b"\xff\xda")
    return data[:start] + (b"\xff\xda\0\x08\1\1\0\0\x3f\0" + data[start + 14 : -2]) * 1000 + data[-2:]


def large_frame() -> bytes:
    """A GIF of 8 x 4 pixels whose first frame has 16,000 x 16,000."""
    return gif(b"," + struct.pack("<4HB", 0, 0, 16_000, 16_000, 0) + b"\2\2D\1\0")


REFUSED: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"no photo, whatever its name",
    "JPEG without pixels": jpeg,
    "JPEG of too many pixels": lambda: jpeg(size=(65_000, 65_000)),
    "PNG of too many pixels": lambda: png(size=(30_000, 30_000)),
    "PNG with wrong pixels": lambda: png(size=(9_000, 9_000)),
    "GIF of too many pixels": lambda: gif(size=(30_000, 30_000)),
    "GIF with a large frame": large_frame,
    "GIF without a frame": gif,
    "WebP of too many pixels": lambda: webp(size=(16_384, 16_384)),
    "WebP with wrong pixels": webp,
    "TIFF of too many pixels": lambda: tiff_file(size=(60_000, 60_000)),
    "TIFF with wrong pixels": lambda: tiff_file([Entry(0x0103, SHORT, struct.pack("<H", 5))]),
    "AVIF with wrong pixels": lambda: file_of("AVIF", quarters(16, 16)).replace(b"av01", b"xx01"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_broken_or_built_to_do_harm_is_refused(name: str) -> None:
    """One photo less, never a crash, and nothing is allocated for a bomb."""
    with pytest.raises(PhotoError, match=r"^expected .* got"):
        decode(REFUSED[name]())


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_cut_short_is_refused(kind: str) -> None:
    """Half a picture is no picture."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    data = file_of(kind, noise)
    for end in (len(data) // 2, len(data) * 9 // 10):
        with pytest.raises(PhotoError, match=r"^expected"):
            decode(data[:end])


@pytest.mark.parametrize("make", [many_scans, many_partial_scans])
def test_a_jpeg_of_a_thousand_scans_is_refused_for_them(make: Callable[[], bytes]) -> None:
    """Each could take a pass over 100 million pixels."""
    with pytest.raises(PhotoError, match="expected at most 200 scans in a JPEG of 64 x 64, got 1,0"):
        decode(make())


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_what_follows_the_only_scan_does_not_matter(mode: str) -> None:
    """Cameras append previews and videos; what looks like a scan in them is none."""
    data = saved(quarters(64, 64).convert(mode), "JPEG")
    assert decode(data + b"\xff\xda\0\x08" * 1000 + b"\xff\xd9").image == decode(data).image


SMALL = {kind: saved(quarters(24, 16), kind) for kind in FORMATS[:-1]}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SMALL)), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8))
def test_damaged_files_are_decoded_or_refused(kind: str, damage: list[tuple[float, int]]) -> None:
    """Any byte may be wrong; the outcome is a picture or a PhotoError, without a warning."""
    data = bytearray(SMALL[kind])
    for where, value in damage:
        data[int(where * (len(data) - 1))] = value
    with suppress(PhotoError):
        assert min(decode(bytes(data), 8).image.size) > 0


def odd_tiff() -> bytes:
    """A grey TIFF that makes Pillow warn: one value too many."""
    strips = [
        Entry(0x0100, SHORT, struct.pack("<H", 1)),
        Entry(0x0101, LONG, 1),
        Entry(0x0102, SHORT, b"\x08\0"),
    ]
    more = [Entry(0x0103, SHORT, b"\1\0"), Entry(0x0106, SHORT, b"\1\0"), Entry(0x0111, LONG, 8)]
    return tiff([*strips, *more, Entry(0x0117, LONG, 1), Entry(0x0128, SHORT, struct.pack("<3H", 2, 2, 2))])


def odd_animation() -> bytes:
    """A PNG that claims to be animated and has no frames."""
    data = saved(quarters(8, 8))
    end = data.index(b"IDAT") - 4
    return data[:end] + chunk(b"acTL", bytes(8)) + data[end:]


@pytest.mark.parametrize("make", [odd_tiff, odd_animation])
def test_nothing_warns(make: Callable[[], bytes]) -> None:
    """What Pillow warns of is not the picture, and a warning in each of a million photos helps nobody."""
    with pytest.warns(UserWarning, match=r"Metadata|APNG"):
        opened(make())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        decode(make())
    assert not caught


def test_filters_of_warnings_are_as_before_after_many_threads() -> None:
    """Threads that come and go leave no filter behind."""
    before = list(warnings.filters)
    data = saved(quarters(64, 64), "JPEG")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(decode, [data] * 200))
    assert warnings.filters == before
    assert module._QUIET._inside == 0


def test_the_real_photos_are_decoded(shared_photos: Path) -> None:
    """All 87, some with an ICC profile."""
    found = [decode(path.read_bytes(), 64) for path in sorted(shared_photos.iterdir())]
    assert len(found) == 87
    assert any(one.profile for one in found)
