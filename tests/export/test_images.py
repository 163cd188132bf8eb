"""Rendering photos."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps
from pydantic import ValidationError

from exifds.errors import PhotoError
from exifds.export.images import Rendered, Rendering, render
from exifds.sandbox import photographer
from exifds.sandbox.studio import Studio
from tests.exif.build import chunk, segment
from tests.export.pictures import BLUE, GREEN, GREY, RED, decibels, opened, quarters, saved

LOSSLESS = Rendering(size=32, encoding="png")


def shown(data: bytes, rendering: Rendering, orientation: int | None = None) -> Image.Image:
    """A rendered photo, opened."""
    rendered = render(data, rendering, orientation)
    image = opened(rendered.data)
    assert (image.mode, *image.size) == ("RGB", rendered.width, rendered.height)
    return image


def colours(image: Image.Image, *places: tuple[float, float]) -> list[tuple[int, ...]]:
    """Colours at places given as shares of width and height."""
    pixels = np.asarray(image)
    found = (pixels[int(y * image.height), int(x * image.width)] for x, y in places)
    return [tuple(int(value) for value in one) for one in found]


def profile(*, swapped: bool = False) -> bytes:
    """The ICC profile of sRGB, or one in which red and blue have changed places."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if not swapped:
        return data
    return data.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


def test_crop_takes_the_largest_square_from_the_middle() -> None:
    """Of a wide picture the sides go."""
    image = shown(saved(quarters(96, 48)), Rendering(size=32, encoding="png"))
    assert image.size == (32, 32)
    assert colours(image, (0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)) == [RED, GREEN, BLUE, GREY]
    striped = quarters(96, 48)
    striped.paste("white", (0, 0, 24, 48))
    assert colours(shown(saved(striped), LOSSLESS), (0.1, 0.1)) == [RED]


@pytest.mark.parametrize(
    ("size", "bars"), [((96, 48), [(0.5, 0.1), (0.5, 0.9)]), ((48, 96), [(0.1, 0.5), (0.9, 0.5)])]
)
def test_pad_keeps_the_whole_picture_between_black_bars(
    size: tuple[int, int], bars: list[tuple[float, float]]
) -> None:
    """The long side is the size; the rest of the square is black."""
    image = shown(saved(quarters(*size)), Rendering(size=32, resize="pad", encoding="png"))
    assert image.size == (32, 32)
    assert colours(image, *bars) == [(0, 0, 0)] * 2
    inside = ((0.3, 0.3), (0.7, 0.3), (0.3, 0.7), (0.7, 0.7))
    assert colours(image, *inside) == [RED, GREEN, BLUE, GREY]


def test_square_stretches() -> None:
    """All of the picture, out of shape."""
    striped = quarters(96, 48)
    striped.paste("white", (0, 0, 24, 48))
    image = shown(saved(striped), Rendering(size=32, resize="square", encoding="png"))
    assert image.size == (32, 32)
    assert colours(image, (0.1, 0.1), (0.35, 0.1), (0.9, 0.1)) == [(255, 255, 255), RED, GREEN]


@pytest.mark.parametrize(
    ("size", "expected"), [((96, 48), (64, 32)), ((50, 75), (32, 48)), ((16, 16), (32, 32))]
)
def test_short_keeps_the_shape(size: tuple[int, int], expected: tuple[int, int]) -> None:
    """The short side is the size, also of a photo that was smaller."""
    assert shown(saved(quarters(*size)), Rendering(size=32, resize="short")).size == expected


@pytest.mark.parametrize("resize", ["crop", "pad", "square", "short"])
def test_without_a_size_the_pixels_stay(resize: Any) -> None:
    """Nothing is resized, cropped or padded."""
    original = quarters(50, 30)
    image = shown(saved(original), Rendering(size=None, resize=resize, encoding="png"))
    assert image.tobytes() == original.tobytes()


@given(
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.sampled_from(["JPEG", "PNG"]),
    st.builds(
        Rendering,
        size=st.integers(1, 40),
        resize=st.sampled_from(["crop", "pad", "square"]),
        encoding=st.sampled_from(["jpeg", "png"]),
    ),
    st.sampled_from([None, *range(1, 9)]),
)
@settings(deadline=None)
def test_squares_are_square_whatever_comes(
    size: tuple[int, int], kind: str, rendering: Rendering, orientation: int | None
) -> None:
    """Also for pictures of a single pixel, or of a single row."""
    rendered = render(saved(Image.new("RGB", size, GREY), kind), rendering, orientation)
    assert (rendered.width, rendered.height) == (rendering.size, rendering.size)
    assert opened(rendered.data).size == (rendering.size, rendering.size)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("resize", ["crop", "pad", "short"])
def test_pictures_stand_upright(orientation: int, resize: Any) -> None:
    """Each of the eight orientations gives what a viewer shows."""
    stored = quarters(96, 64)
    exif = Image.Exif()
    exif[0x0112] = orientation
    viewed = ImageOps.exif_transpose(opened(saved(stored, exif=exif)))
    rendering = Rendering(size=32, resize=resize, encoding="png")
    turned, upright = shown(saved(stored), rendering, orientation), shown(saved(viewed), rendering)
    assert turned.size == upright.size
    assert decibels(turned, upright) > 40


def test_what_the_file_says_about_its_orientation_is_ignored() -> None:
    """The document says how to turn a picture; its file may have been turned since."""
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = quarters(96, 64)
    rendering = Rendering(size=32, resize="short")
    told = saved(picture, "JPEG", exif=exif)
    assert render(told, rendering) == render(saved(picture, "JPEG"), rendering)


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_transparent_pixels_lie_on_white(mode: str) -> None:
    """Whatever colour they have beneath."""
    clear = Image.new(mode, (32, 32), (0, 0) if mode == "LA" else (0, 0, 0, 0))
    assert colours(shown(saved(clear), LOSSLESS), (0.5, 0.5)) == [(255, 255, 255)]
    half = Image.new(mode, (32, 32), (0, 128) if mode == "LA" else (0, 0, 0, 128))
    assert colours(shown(saved(half), LOSSLESS), (0.5, 0.5)) == [(127, 127, 127)]


@pytest.mark.parametrize(
    "image",
    [Image.new("1", (9, 9), 1), Image.new("L", (9, 9), 255), Image.new("CMYK", (9, 9))],
    ids=["bits", "grey", "CMYK"],
)
def test_all_kinds_of_pixels_come_out_as_rgb(image: Image.Image) -> None:
    """White is white in all of them."""
    assert colours(shown(saved(image, "TIFF"), LOSSLESS), (0.5, 0.5)) == [(255, 255, 255)]


def test_colours_are_converted_to_srgb_when_asked() -> None:
    """A profile in which red and blue have changed places: with it colours change, without it values stay."""
    picture = saved(Image.new("RGB", (32, 32), RED), icc_profile=profile(swapped=True))
    assert colours(shown(picture, LOSSLESS), (0.5, 0.5)) == [RED]
    converted = colours(shown(picture, Rendering(size=32, encoding="png", srgb=True)), (0.5, 0.5))
    assert np.allclose(converted, [RED[::-1]], atol=2)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_a_profile_that_cannot_be_used_changes_nothing(mode: str) -> None:
    """A broken profile, or one for other colours, is as good as none."""
    for broken in (b"no profile", profile()[:200], profile().replace(b"RGB ", b"CMYK")):
        picture = Image.new("RGB", (32, 32), GREY).convert(mode)
        asked = Rendering(size=32, encoding="png", srgb=True)
        assert colours(shown(saved(picture, icc_profile=broken), asked), (0.5, 0.5)) == [GREY]


def segments(data: bytes) -> list[int]:
    """The markers of a JPEG before its pixels."""
    found, at = [], 2
    while data[at + 1] != 0xDA:
        found.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return found


@pytest.mark.parametrize("size", [32, None])
def test_a_jpeg_carries_no_metadata(size: int | None) -> None:
    """JFIF, tables, frame: no EXIF, XMP, profile or comment comes along."""
    exif = Image.Exif()
    exif[0x010F] = "Canon"
    original = saved(
        quarters(48, 48), "JPEG", exif=exif, icc_profile=profile(), comment="me", dpi=(300, 300), xmp=b"<x/>"
    )
    data = render(original, Rendering(size=size)).data
    assert set(segments(data)) == {0xE0, 0xDB, 0xC0, 0xC4}
    assert opened(data).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert data[data.index(b"JFIF\0") + 7 :][:5] == bytes([0, 0, 1, 0, 1])


@pytest.mark.parametrize("size", [32, None])
def test_a_png_carries_no_metadata(size: int | None) -> None:
    """Header, pixels, end."""
    original = saved(quarters(48, 48), icc_profile=profile(), dpi=(300, 300), transparency=RED)
    end = original.index(b"IDAT") - 4
    original = original[:end] + chunk(b"tEXt", b"Author\0me") + original[end:]
    data = render(original, Rendering(size=size, encoding="png")).data
    found, at = [], 8
    while at < len(data):
        found.append(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4])
    assert found == [b"IHDR", b"IDAT", b"IEND"]


def test_quality_and_sampling_are_those_asked_for() -> None:
    """The tables of a JPEG are those of its quality; colours are stored at half the size (4:2:0)."""
    photo = next(photographer.shoot(1, Studio(size=96))).data
    for quality in (50, 90):
        data = render(photo, Rendering(size=64, quality=quality)).data
        expected = opened(saved(Image.new("RGB", (8, 8)), "JPEG", quality=quality))
        assert opened(data).quantization == expected.quantization  # type: ignore[attr-defined]
        frame = data.index(b"\xff\xc0")
        assert data[frame + 11] == 0x22


def test_the_same_photo_gives_the_same_bytes_in_every_thread() -> None:
    """An export that is run again must come out byte-equal."""
    photos = [shot.data for shot in photographer.shoot(8, Studio(size=200))]
    expected = [render(photo, Rendering()) for photo in photos]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda photo: render(photo, Rendering()), photos * 4)) == expected * 4


@pytest.mark.parametrize("size", [(20_000, 2), (2, 20_000)])
def test_a_picture_that_would_become_too_large_is_refused(size: tuple[int, int]) -> None:
    """A thin line whose short side is to be 224 pixels would have millions on the other."""
    with pytest.raises(PhotoError, match="expected at most 100,000,000 pixels, got"):
        render(saved(Image.new("L", size)), Rendering(resize="short"))


def test_a_picture_that_no_jpeg_can_hold_is_refused() -> None:
    """A JPEG has at most 65,500 pixels in a row."""
    with pytest.raises(PhotoError, match="expected a photo that can be rendered, got"):
        render(saved(Image.new("L", (70_000, 1))), Rendering(size=None))


@pytest.mark.parametrize("data", [b"", b"text", saved(quarters(64, 64), "JPEG")[:-300]])
def test_broken_files_are_photo_errors(data: bytes) -> None:
    """They cost one photo each."""
    with pytest.raises(PhotoError, match=r"^expected"):
        render(data, Rendering())


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 0},
        {"size": 8193},
        {"resize": "fit"},
        {"encoding": "gif"},
        {"quality": 0},
        {"quality": 101},
        {"a": 1},
    ],
)
def test_wrong_renderings_are_refused(wrong: dict[str, Any]) -> None:
    """Before the first photo."""
    with pytest.raises(ValidationError):
        Rendering(**wrong)


def apart(one: Rendered, other: Rendered) -> int:
    """Bits in which two fingerprints differ."""
    return (int.from_bytes(one.fingerprint) ^ int.from_bytes(other.fingerprint)).bit_count()


def test_the_fingerprint_is_that_of_the_whole_upright_picture() -> None:
    """However it is cropped, sized, encoded or stored."""
    photo = opened(next(photographer.shoot(1, Studio(size=400))).data).crop((0, 0, 400, 300))
    reference = render(saved(photo), Rendering(size=None))
    for size in (16, 100, 224):
        for rendering in (Rendering(size=size), Rendering(size=size, resize="pad", encoding="png")):
            assert apart(render(saved(photo), rendering), reference) <= 2
            assert apart(render(saved(photo, "JPEG"), rendering), reference) <= 8
    lying = photo.transpose(Image.Transpose.ROTATE_90)
    assert apart(render(saved(lying), Rendering(), 6), reference) <= 8
    assert apart(render(saved(lying), Rendering()), reference) > 16


def full(data: bytes, size: int) -> Image.Image:
    """The plain way: decode everything, take the middle, resize with the same filter."""
    image = opened(data).convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    box = (left, top, left + side, top + side)
    return image.resize((size, size), Image.Resampling.BICUBIC, box)


@pytest.mark.parametrize("size", [224, 299])
def test_scaled_decoding_is_as_good_as_full_decoding(shared_photos: Path, size: int) -> None:
    """What it costs is below what JPEG at quality 90 costs (36 dB on the median)."""
    found = []
    for path in sorted(shared_photos.iterdir())[::3]:
        data = path.read_bytes()
        if min(opened(data).size) >= 2 * 1.25 * size:
            found.append(decibels(shown(data, Rendering(size=size, encoding="png")), full(data, size)))
    assert len(found) >= 15
    assert min(found) > 35
    assert quantiles(found, n=10)[0] > 38
    assert median(found) > 45


def test_fingerprints_of_real_photos_hardly_depend_on_the_size(shared_photos: Path) -> None:
    """So a split hardly does either: 16 bits apart count as near-duplicates."""
    for path in sorted(shared_photos.iterdir())[::5]:
        data = path.read_bytes()
        reference = render(data, Rendering(size=None))
        assert all(apart(render(data, Rendering(size=size)), reference) <= 8 for size in (32, 128, 224, 512))


def test_comments_between_scans_do_not_matter() -> None:
    """A segment after the frame is skipped."""
    data = saved(quarters(48, 48), "JPEG")
    at = data.index(b"\xff\xda")
    odd = data[:at] + segment(0xFE, b"me") + data[at:]
    assert render(odd, Rendering()) == render(data, Rendering())
