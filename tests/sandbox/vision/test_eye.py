"""The eye reads what the photographer painted, however the photo was scaled and saved."""

import io

import pytest
from PIL import Image, ImageOps

from exifds.sandbox.photographer import Shot, Studio, shoot
from exifds.sandbox.vision.eye import BadImageError, see


def resaved(data: bytes, side: int, format_: str = "JPEG", **options: object) -> bytes:
    """The photo upright at another size, without EXIF."""
    with Image.open(io.BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image).resize((side, side))
    file = io.BytesIO()
    upright.info.clear()
    upright.save(file, format_, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "studio",
    [
        Studio(),
        Studio(size=24),
        Studio(size=320, noise=0),
        Studio(size=200, noise=12, fingerprint=True),
        Studio(size=160, physics=True, fingerprint=True),
    ],
)
def test_it_reads_every_symbol(studio: Studio) -> None:
    """With noise, motion blur and an owner's tint in the corner."""
    for shot in shoot(100, studio):
        assert see(shot.data).outdoor == bool(shot.truth["c"])


def test_it_sees_the_same_in_a_smaller_copy(shots: tuple[Shot, ...]) -> None:
    """So scaling down before sending costs nothing."""
    for shot in shots:
        whole, small = see(shot.data), see(resaved(shot.data, 80, quality=70))
        assert small.outdoor == whole.outdoor
        assert abs(small.blue - whole.blue) < 12


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "GIF", "BMP"])
def test_any_format_will_do(shots: tuple[Shot, ...], format_: str) -> None:
    """Vision takes more than JPEG."""
    for shot in shots[:20]:
        assert see(resaved(shot.data, 160, format_)).outdoor == bool(shot.truth["c"])


def test_a_photo_of_something_else_shows_neither_sun_nor_window() -> None:
    """A grey, transparent picture."""
    file = io.BytesIO()
    Image.new("LA", (30, 20), (120, 255)).save(file, "PNG")
    sight = see(file.getvalue())
    assert sight.outdoor is None
    assert sight.blue == 0
    assert sight.animal


def test_a_third_of_the_photos_do_not_show_the_animal(shots: tuple[Shot, ...]) -> None:
    """Blue is the strongest of three channels that are drawn alike."""
    assert 0.2 < sum(not see(shot.data).animal for shot in shots) / len(shots) < 0.46


@pytest.mark.parametrize("data", [b"", b"no image", b"\xff\xd8\xff\xe0 cut off", b"GIF89a" + bytes(30)])
def test_what_cannot_be_decoded_is_a_bad_image(data: bytes) -> None:
    """Whatever the decoder says about it."""
    with pytest.raises(BadImageError, match="got none that can be decoded"):
        see(data)


def test_a_file_that_ends_early_is_a_bad_image(images: tuple[bytes, ...]) -> None:
    """A header alone does not make a photo."""
    with pytest.raises(BadImageError):
        see(images[0][: len(images[0]) // 2])


def test_a_bomb_is_not_unpacked() -> None:
    """The size is read off the header."""
    file = io.BytesIO()
    Image.new("1", (10_000, 8_000)).save(file, "PNG")
    with pytest.raises(BadImageError, match="75 megapixels"):
        see(file.getvalue())
