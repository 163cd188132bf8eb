"""Decode: the pixels of an image file, in no more detail than is needed.

A JPEG is decoded at 1/2, 1/4 or 1/8 of its size where that suffices: its blocks are transformed back to
fewer pixels (scaled DCT), which saves most of the work. Other formats are decoded whole.
"""

import io
import re
import warnings
from collections.abc import Callable, Mapping
from threading import Lock
from types import MappingProxyType
from typing import Final, NamedTuple, cast

import numpy as np
from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from exifds.errors import PhotoError
from exifds.exif import read
from exifds.exif.container import contents, detect
from exifds.exif.layout import checked_size

__all__ = ["Decoded", "decode"]

_MAX_SCANS: Final = 200
"""A progressive JPEG of cameras and web sites has about 10 scans; each is work for all of the picture."""
_MAX_SCANNED: Final = 4_000_000_000
"""Pixels times scans: about 5 s of one core. The largest photos may still have 40 scans."""
_SCAN: Final = re.compile(rb"\xff\xda\0")
"""The marker SOS and the first byte of its length; this cannot stand within a scan (ITU-T T.81, B.1.1.5)."""

_MODES: Final = MappingProxyType(
    {
        **{mode: mode for mode in ("L", "RGB", "CMYK", "LA", "RGBA")},
        **dict.fromkeys(("P", "RGBX", "YCbCr"), "RGB"),
        **dict.fromkeys(("PA", "RGBa"), "RGBA"),
        "1": "L",
        "La": "LA",
    }
)
"""Pillow's modes, and the plain one that says the same."""


class Decoded(NamedTuple):
    """A decoded picture.

    Args:
        image: The pixels as the file has them, in mode L, LA, RGB, RGBA or CMYK, perhaps scaled down.
        width: Pixels of `image` that are picture; a scaled one may end within its last column.
        height: The same of its rows.
        profile: The ICC profile of the file.
    """

    image: Image.Image
    width: float
    height: float
    profile: bytes | None


def decode(data: bytes, short_side: float | None = None) -> Decoded:
    """Decode the first picture of an image file.

    Args:
        data: The file.
        short_side: So many pixels suffice for the short side; None for all there are.

    Returns:
        The picture, not turned: orientation tags are ignored.

    Raises:
        PhotoError: It is no image of a known type, broken, cut short, too large, or built to do harm.

    Example:
        >>> decode(open("photo.jpg", "rb").read(), 336).image.size  # doctest: +SKIP
        (512, 384)
    """
    kind = detect(data)
    _check(data, kind)
    with _QUIET:
        try:
            file = io.BytesIO(data)
            image = _OPENERS[kind](file)
            width, height = checked_size(*image.size)
            divisor = 1
            if isinstance(image, JpegImageFile):
                _check_scans(image, data, file.tell())
                divisor = _draft(image, short_side)
            image.decodermaxblock = len(data)  # in one go: each piece would wait for Python's lock anew
            image.load()
            return Decoded(_plain(image), width / divisor, height / divisor, image.info.get("icc_profile"))
        except PhotoError:
            raise
        except Exception as error:  # noqa: BLE001  C decoders raise what they like on broken files
            raise PhotoError(
                f"expected a readable {kind}, got {type(error).__name__} from its decoder"
            ) from None


class _Quiet:
    """No warnings of Pillow while any thread is inside; `warnings.catch_warnings` is for one thread only."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._before = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = warnings.catch_warnings()
                self._before.__enter__()
                warnings.filterwarnings("ignore", module=r"PIL\.")
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._before.__exit__(None, None, None)


_QUIET: Final = _Quiet()


def _heif(file: io.BytesIO) -> ImageFile:
    from pillow_heif import HeifImageFile  # optional; `contents` has said so if it is missing

    return cast("Callable[[io.BytesIO], ImageFile]", HeifImageFile)(file)


_OPENERS: Final[Mapping[str, Callable[[io.BytesIO], ImageFile]]] = MappingProxyType(
    {
        "JPEG": JpegImageFile,
        "PNG": PngImageFile,
        "GIF": GifImageFile,
        "WEBP": WebPImageFile,
        "TIFF": TiffImageFile,
        "AVIF": AvifImageFile,
        "HEIF": _heif,
    }
)
"""Not `Image.open`: it tries every format it knows, and takes a JPEG for an MPO."""


def _check(data: bytes, kind: str) -> None:
    """Refuse what is cut short or too large before anything is allocated for it."""
    if kind == "TIFF":
        read(data)
    else:
        contents(data, kind)


def _check_scans(image: JpegImageFile, data: bytes, pixels: int) -> None:
    """Refuse a JPEG with thousands of scans; `pixels` is where those of the first one begin.

    A first scan with all colours of a JPEG that is not progressive is all of it, whatever follows. Most are
    of that kind; to look through all their bytes would slow all threads down, since it holds Python's lock.
    """
    length = 6 + 2 * image.layers  # of the header of such a scan (ITU-T T.81, B.2.3)
    header = b"\xff\xda" + length.to_bytes(2) + bytes([image.layers])
    if "progressive" not in image.info and data.startswith(header, pixels - length - 2):
        return
    width, height = image.size
    limit = min(_MAX_SCANS, _MAX_SCANNED // (width * height))
    if (scans := len(_SCAN.findall(data))) > limit:
        raise PhotoError(f"expected at most {limit} scans in a JPEG of {width} x {height}, got {scans:,}")


def _draft(image: JpegImageFile, short_side: float | None) -> int:
    """Let a JPEG be decoded at a fraction of its size; tells by what its sides are divided."""
    if short_side is None:
        return 1
    width, height = image.size
    divisor = next((step for step in (8, 4, 2) if short_side * step <= min(width, height)), 1)
    image.draft(None, (width // divisor, height // divisor))
    return divisor


def _plain(image: Image.Image) -> Image.Image:
    """The picture in one of the five plain modes."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode not in _MODES:
        raise PhotoError(f"expected 8 or 16 bits of grey or colour for each pixel, got mode {image.mode}")
    mode = _MODES[image.mode]
    if "transparency" in image.info and mode in {"L", "RGB"}:
        mode = "RGBA"
    return image if image.mode == mode else image.convert(mode)
