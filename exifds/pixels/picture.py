"""Picture: what every stage does to decoded pixels: turn them upright, make them RGB, make them few."""

import io
from math import inf, sqrt
from typing import Final

from PIL import Image

from exifds.errors import PhotoError
from exifds.pixels.decode import decode

__all__ = ["REDUCING_GAP", "SPARE", "opaque", "rgb", "small", "upright"]

SPARE: Final = 1.25
"""A JPEG is decoded with at least so many times the wanted pixels of a side."""
REDUCING_GAP: Final = 2.0
"""Pillow's `reducing_gap`: 2 is indistinguishable from none within a rounding step nearly everywhere."""

_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By orientation code (CIPA DC-008, 4.6.4 A); Pillow turns anticlockwise."""
_ROUNDING: Final = 1e-6
"""Pixels that are added before a side is cut to whole ones: a product of floats may end just below."""


def upright(image: Image.Image, orientation: int | None) -> Image.Image:
    """Turn a picture.

    Args:
        image: Pixels as the file has them.
        orientation: EXIF code 2-8 by which they are turned; anything else leaves them.

    Returns:
        The picture as it was seen.

    Example:
        >>> upright(Image.new("L", (4, 3)), 6).size
        (3, 4)
    """
    turn = _TURNS.get(orientation or 1)
    return image if turn is None else image.transpose(turn)


def opaque(image: Image.Image) -> Image.Image:
    """Lay a picture on white.

    Args:
        image: Of mode L, LA, RGB, RGBA or CMYK.

    Returns:
        RGB if it had an alpha channel, otherwise the picture itself.
    """
    if image.mode not in {"LA", "RGBA"}:
        return image
    colour, alpha = image.convert("RGB"), image.getchannel("A")
    return Image.composite(colour, Image.new("RGB", image.size, "white"), alpha)


def rgb(image: Image.Image) -> Image.Image:
    """Make a picture RGB, on white where it is transparent.

    Args:
        image: Of mode L, LA, RGB, RGBA or CMYK.

    Returns:
        The picture in mode RGB.

    Example:
        >>> rgb(Image.new("LA", (1, 1), (0, 0))).getpixel((0, 0))
        (255, 255, 255)
    """
    image = opaque(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def small(
    data: bytes,
    orientation: int | None = None,
    *,
    side: float = inf,
    pixels: float = inf,
    quality: int = 85,
) -> bytes:
    """Make an image file small and upright; never larger than it is.

    Args:
        data: The file.
        orientation: EXIF code 2-8 by which the pixels are turned; what the file says about it is ignored.
        side: Pixels of the long side at most.
        pixels: Pixels of the whole at most.
        quality: Of the JPEG, 1-100.

    Returns:
        A JPEG in RGB, without metadata.

    Raises:
        PhotoError: The file is broken, cut short, too large, built to do harm, or no image.

    Example:
        >>> data = open("photo.jpg", "rb").read()  # doctest: +SKIP
        >>> len(small(data, side=360))  # doctest: +SKIP
        20480
    """
    image, width, height, _profile = decode(data, min(side, sqrt(pixels)) * SPARE)
    scale = min(side / max(width, height), sqrt(pixels / (width * height)))
    try:
        if scale < 1:
            size = (max(int(width * scale + _ROUNDING), 1), max(int(height * scale + _ROUNDING), 1))
            image = image.resize(size, Image.Resampling.BICUBIC, (0, 0, width, height), REDUCING_GAP)
        image = upright(rgb(image), orientation)
        image.info = {}  # it would bring comments and profiles of the original along
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
    except (OSError, ValueError) as error:
        raise PhotoError(f"expected a photo that can be made small, got {type(error).__name__}") from None
    return file.getvalue()
