"""What is sent of an image: few pixels, upright, and nothing but the picture."""

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from exifds.enrich.score.scaling import PIXELS, scaled
from exifds.errors import PhotoError

SIDES = st.integers(1, 3000)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """An image file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    """What was made of it."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def halves(size: tuple[int, int]) -> Image.Image:
    """Red above blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, size[1] // 2, *size))
    return image


@settings(max_examples=30, deadline=None)
@given(SIDES, SIDES)
def test_an_image_is_scaled_to_what_vision_recommends(width: int, height: int) -> None:
    """About 300,000 pixels in the same shape, and never up."""
    made = opened(scaled(encoded(Image.new("RGB", (width, height)))))
    assert made.width * made.height <= PIXELS
    if width * height <= PIXELS:
        assert made.size == (width, height)
    elif min(made.size) > 20:
        assert made.width * made.height > PIXELS * 0.9
        assert made.width / made.height == pytest.approx(width / height, rel=0.1)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
        *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
        *(("GIF", "P"), ("WEBP", "RGBA"), ("TIFF", "CMYK"), ("TIFF", "I;16"), ("AVIF", "RGB")),
    ],
)
def test_every_kind_of_image_becomes_a_jpeg(kind: str, mode: str) -> None:
    """In RGB, whatever it was."""
    source = Image.new(mode, (900, 700))
    made = opened(scaled(encoded(source, kind)))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (628, 488))


def test_a_heic_file_becomes_a_jpeg() -> None:
    """With the optional part that reads them."""
    heif = pytest.importorskip("pillow_heif")
    file = io.BytesIO()
    heif.from_pillow(halves((800, 600))).save(file)
    assert opened(scaled(file.getvalue())).size == (640, 480)


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    """They are not cut off at 255."""
    made = opened(scaled(encoded(Image.new("I;16", (10, 10), 32768), "PNG")))
    assert made.getpixel((5, 5)) == (128, 128, 128)


def test_what_is_transparent_is_white() -> None:
    """As a viewer shows it."""
    made = opened(scaled(encoded(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG")))
    assert made.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("orientation", "top"), [(None, "red"), (1, "red"), (3, "blue"), (4, "blue"), (2, "red")]
)
def test_the_picture_is_upright(orientation: int | None, top: str) -> None:
    """Turned by the given code."""
    made = opened(scaled(encoded(halves((800, 600))), orientation))
    red, _, blue = made.getpixel((made.width // 2, 2))  # type: ignore[misc]
    assert ("red" if red > blue else "blue") == top
    assert made.size == (640, 480)


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_portraits_stand(orientation: int) -> None:
    """Codes 5 to 8 swap the sides."""
    assert opened(scaled(encoded(halves((800, 600))), orientation)).size == (480, 640)


def test_what_the_file_says_about_itself_is_not_sent() -> None:
    """No EXIF, no comment, no profile: only the picture leaves the house."""
    exif = Image.Exif()
    exif[0x010F] = "canary"
    exif[0x0112] = 6
    source = encoded(halves((800, 600)), exif=exif, comment="canary", icc_profile=b"canary")
    made = scaled(source)
    assert b"canary" in source
    assert b"canary" not in made
    assert b"Exif" not in made
    assert opened(made).size == (640, 480)  # turned by what is given, not by what the file says


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no image",
        encoded(halves((80, 60)))[:-400],
        encoded(halves((80, 60)), "PNG")[:-30],
        encoded(halves((80, 60)), "PNG").replace(b"IDAT\x78", b"IDAT\x79"),
        encoded(halves((80, 60))).replace(b"\xff\xda\0", b"\xff\xda\0\xff\xda\0" * 201),
    ],
    ids=["empty", "text", "short jpeg", "short png", "broken png", "scans"],
)
def test_what_is_no_image_fails_alone(data: bytes) -> None:
    """A PhotoError, whatever the decoder thinks of it."""
    with pytest.raises(PhotoError, match="expected"):
        scaled(data)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_decompression_bomb_is_refused_unread() -> None:
    """By the size in its header."""
    bomb = Image.new("1", (13_000, 13_000))
    for data in (encoded(bomb, "PNG"), encoded(bomb, "TIFF", compression="group4")):
        with pytest.raises(PhotoError):
            scaled(data)
