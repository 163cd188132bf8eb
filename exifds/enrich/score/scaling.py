"""Scaling: an image as small as Google Vision recommends for labels, without any metadata.

Vision asks for 640 x 480 pixels, "about 300,000 pixels", for label detection; more gains little
(https://cloud.google.com/vision/docs/supported-files). So an image is scaled to this number of pixels,
whatever its shape, and never up.
"""

from typing import Final

from exifds.pixels.picture import small

__all__ = ["PIXELS", "scaled"]

PIXELS: Final = 640 * 480

_QUALITY: Final = 90


def scaled(data: bytes, orientation: int | None = None) -> bytes:
    """Make an image small and upright.

    Args:
        data: The image file.
        orientation: EXIF code 2-8 by which its pixels are turned; what the file says about it is ignored.

    Returns:
        A JPEG of at most 307,200 pixels.

    Raises:
        PhotoError: The file is broken, cut short, too large, or no image.

    Example:
        >>> data = open("photo.jpg", "rb").read()  # doctest: +SKIP
        >>> len(scaled(data))  # doctest: +SKIP
        98304
    """
    return small(data, orientation, pixels=PIXELS, quality=_QUALITY)
