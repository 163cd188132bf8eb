"""Upright, plain and small pictures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from exifds.errors import PhotoError
from exifds.pixels.picture import opaque, rgb, small, upright
from tests.export.pictures import BLUE, decibels, opened, quarters, saved


@pytest.mark.parametrize("orientation", [None, 0, *range(1, 10)])
def test_a_picture_is_turned_as_pillow_turns_it(orientation: int | None) -> None:
    """The table says the same as Pillow's own, which takes the code from the file."""
    image = quarters(40, 30)
    exif = Image.Exif()
    exif[0x0112] = orientation or 1
    expected = ImageOps.exif_transpose(opened(saved(image, exif=exif)))
    assert np.array_equal(np.asarray(upright(image, orientation)), np.asarray(expected))


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK"])
def test_every_plain_mode_becomes_rgb(mode: str) -> None:
    """With its colours, and without its transparency."""
    image = rgb(Image.new("RGB", (4, 4), BLUE).convert(mode))
    assert image.mode == "RGB"
    assert image.getpixel((0, 0)) == (BLUE if mode in {"RGB", "RGBA", "CMYK"} else (49, 49, 49))


def test_only_what_is_transparent_is_laid_on_white() -> None:
    """CMYK stays CMYK: its profile is for four colours."""
    assert opaque(Image.new("CMYK", (4, 4))).mode == "CMYK"
    assert opaque(Image.new("RGBA", (4, 4), (0, 0, 0, 0))).getpixel((0, 0)) == (255, 255, 255)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 900), st.integers(1, 900), st.integers(1, 500), st.integers(1, 200_000))
def test_a_small_picture_holds_to_both_bounds(width: int, height: int, side: int, pixels: int) -> None:
    """No side and no product above what was asked for, but a pixel each way; and never larger than it was."""
    data = saved(Image.new("L", (width, height)), "JPEG")
    long = opened(small(data, side=side)).size
    assert max(long) == min(side, max(width, height))
    some = opened(small(data, pixels=pixels)).size
    assert some[0] * some[1] <= pixels or min(some) == 1
    assert some == (width, height) or some[0] * some[1] < width * height


def test_a_small_picture_shows_the_same() -> None:
    """Decoding at a fraction of the size costs next to nothing, also where it ends within a pixel."""
    noise = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)
    image = Image.fromarray(noise).resize((1601, 1203), Image.Resampling.BICUBIC)
    made = opened(small(saved(image, "JPEG", quality=95), side=360, quality=95))
    assert decibels(made, image.resize(made.size, Image.Resampling.BICUBIC)) > 35


def test_a_jpeg_of_too_many_scans_is_refused() -> None:
    """A small file, and minutes of work."""
    data = saved(quarters(64, 64), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    with pytest.raises(PhotoError, match="expected at most 200 scans"):
        small(data[:start] + data[start:-2] * 1000 + data[-2:], side=32)
