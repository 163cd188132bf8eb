"""Thumbnails: small, upright pictures of stored photos, made once and kept for a while."""

import io
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile

from exifds.errors import PhotoError
from exifds.exif import read
from exifds.exif.container import contents, detect
from exifds.exif.layout import checked_size
from exifds.fetch.images import ImageStore
from exifds.photo import Image as ImageFacts

__all__ = ["SIZES", "Thumbnails", "thumbnail"]

SIZES: Final = {"thumb": 360, "view": 1600}
"""Pixels of the long side, by name."""

_KEPT_S: Final = 30 * 24 * 3600
"""Seconds for which a thumbnail is kept: Flickr allows to cache photos for a reasonable time."""

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


class Thumbnails:
    """The thumbnails of a dataset.

    Args:
        images: The image files.
        folder: Where thumbnails are kept, by the hash of the file they show.
    """

    def __init__(self, images: ImageStore, folder: Path) -> None:
        self._images = images
        self._folder = folder

    def get(self, image: ImageFacts, size: str) -> bytes:
        """A thumbnail, made if it is not there yet.

        Args:
            image: What is known of the image file.
            size: A name of `SIZES`.

        Returns:
            A JPEG without metadata.

        Raises:
            PhotoError: The file is gone, broken, or no image.
        """
        kept = self._folder / image.sha256[:2] / f"{image.sha256}-{image.orientation or 1}-{size}.jpg"
        with suppress(OSError):
            return kept.read_bytes()
        made = thumbnail(self._images.get(image.path), SIZES[size], image.orientation)
        draft = kept.with_name(f".{kept.name}.{os.urandom(8).hex()}")
        with suppress(OSError):  # a full disk costs time, not the page
            draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_bytes(made)
            draft.replace(kept)
        return made

    def sweep(self, now: float | None = None) -> int:
        """Remove what has been kept long enough.

        Args:
            now: Seconds since 1970; None for the clock's.

        Returns:
            Number of thumbnails removed.
        """
        oldest = (time.time() if now is None else now) - _KEPT_S
        removed = 0
        for path in self._folder.glob("??/*.jpg"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    path.unlink()
                    removed += 1
        return removed


def thumbnail(data: bytes, side: int, orientation: int | None = None) -> bytes:
    """Make a thumbnail of an image file.

    Args:
        data: The file.
        side: Pixels of the long side at most.
        orientation: EXIF code by which the pixels are turned; what the file says about it is ignored.

    Returns:
        A JPEG without metadata.

    Raises:
        PhotoError: The file is broken, too large, or no image.

    Example:
        >>> small = thumbnail(open("photo.jpg", "rb").read(), 360)  # doctest: +SKIP
    """
    kind = detect(data)
    if kind == "TIFF":
        read(data)
    else:
        contents(data, kind)
    try:
        with _opened(data, kind) as image:
            checked_size(*image.size)
            image.draft("RGB", (side, side))
            picture = ImageOps.contain(_rgb(image), (side, side)) if max(image.size) > side else _rgb(image)
    except PhotoError:
        raise
    except Exception as error:  # noqa: BLE001  C decoders raise what they like on broken files
        raise PhotoError(f"expected a readable {kind}, got {type(error).__name__} from its decoder") from None
    turn = _TURNS.get(orientation or 1)
    file = io.BytesIO()
    upright = picture if turn is None else picture.transpose(turn)
    upright.info = {}
    upright.save(file, "JPEG", quality=85)
    return file.getvalue()


def _opened(data: bytes, kind: str) -> ImageFile:
    if kind != "HEIF":
        return Image.open(io.BytesIO(data), formats=[kind])
    from pillow_heif import HeifImageFile  # optional; `contents` has said so if it is missing

    return cast("Callable[[io.BytesIO], ImageFile]", HeifImageFile)(io.BytesIO(data))


def _rgb(image: Image.Image) -> Image.Image:
    """As RGB, on white where it is transparent."""
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("RGB")
    if image.mode in {"LA", "PA", "RGBA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")
