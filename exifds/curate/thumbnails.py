"""Thumbnails: small, upright pictures of stored photos, made once and kept for a while."""

import os
import time
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from exifds.fetch.images import ImageStore
from exifds.photo import Image as ImageFacts
from exifds.pixels.picture import small

__all__ = ["SIZES", "Thumbnails", "thumbnail"]

SIZES: Final = {"thumb": 360, "view": 1600}
"""Pixels of the long side, by name."""

_KEPT_S: Final = 30 * 24 * 3600
"""Seconds for which a thumbnail is kept: Flickr allows to cache photos for a reasonable time."""

_MAKING: Final = BoundedSemaphore(2)
"""A decoded photo may take half a gibibyte, and a page asks for 30 at once."""


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
    with _MAKING:
        return small(data, orientation, side=side)
