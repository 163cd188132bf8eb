"""Scaling: an image as small as Google Vision recommends for labels, without any metadata.

Vision asks for 640 x 480 pixels, "about 300,000 pixels", for label detection; more gains little
(https://cloud.google.com/vision/docs/supported-files). So an image is scaled to this number of pixels,
whatever its shape, and never up.
"""

import io
from math import sqrt
from typing import Final

from PIL import Image

from exifds.errors import PhotoError
from exifds.exif.container import contents, detect
from exifds.exif.layout import checked_size

__all__ = ["PIXELS", "scaled"]

PIXELS: Final = 640 * 480

_QUALITY: Final = 90
_REDUCING_GAP: Final = 2.0
"""Pillow's `reducing_gap`: 2 is nearly indistinguishable from none, and lets a JPEG be decoded smaller."""
_MAX_SCANS: Final = 200
"""A progressive JPEG of cameras and web sites has about 10 scans; each is work for all of the picture."""

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
    kind = detect(data)
    if kind != "TIFF":
        contents(data, kind)  # refuses what is cut short
    if kind == "JPEG" and (scans := data.count(b"\xff\xda\0")) > _MAX_SCANS:
        raise PhotoError(f"expected at most {_MAX_SCANS} scans in a JPEG, got {scans:,}")
    try:
        return _encoded(_small(_opened(data, kind)), orientation)
    except PhotoError:
        raise
    except Exception as error:  # noqa: BLE001  C decoders raise what they like on broken files
        raise PhotoError(f"expected a readable {kind}, got {type(error).__name__} from its decoder") from None


def _opened(data: bytes, kind: str) -> Image.Image:
    file = io.BytesIO(data)
    if kind != "HEIF":
        return Image.open(file, formats=(kind,))
    from pillow_heif import HeifImageFile  # optional; `contents` has said so if it is missing

    return HeifImageFile(file)  # type: ignore[no-untyped-call]


def _small(image: Image.Image) -> Image.Image:
    width, height = checked_size(*image.size)
    scale = sqrt(PIXELS / (width * height))
    if image.format not in {"JPEG", "MPO"}:  # these are scaled while they are decoded
        image = _rgb(image)
    if scale < 1:
        size = (max(int(width * scale), 1), max(int(height * scale), 1))
        image.thumbnail(size, Image.Resampling.BICUBIC, _REDUCING_GAP)
    return _rgb(image)


def _rgb(image: Image.Image) -> Image.Image:
    """As RGB, on white where it is transparent."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    if "A" in image.mode or "a" in image.mode or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _encoded(image: Image.Image, orientation: int | None) -> bytes:
    """The file. `info` would bring comments and profiles of the original along."""
    turn = _TURNS.get(orientation or 1)
    upright = image if turn is None else image.transpose(turn)
    upright.info = {}
    file = io.BytesIO()
    upright.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
