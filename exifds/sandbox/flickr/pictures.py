"""Pictures: the files of photos, drawn when they are asked for."""

import io
import struct
import threading
import zlib
from typing import Final

from PIL import Image, ImageOps

from exifds.sandbox import photographer
from exifds.sandbox.flickr.sizes import ORIGINAL, Kind
from exifds.sandbox.studio import Studio

__all__ = ["PLACEHOLDER", "Pictures"]

_MOST_KEPT: Final = 50_000
_DRAWN_AT_ONCE: Final = 16


class Pictures:
    """The files of a studio's photos, kept once they are drawn.

    Args:
        studio: Who photographs what.

    Example:
        >>> Pictures(Studio()).file(3, ORIGINAL)[:2].hex()
        'ffd8'
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._kept: dict[tuple[int, str], bytes] = {}
        self._one_at_a_time = threading.Lock()

    def kept(self, index: int, size: Kind, *, png: bool = False) -> bytes | None:
        """The file of one size, if it is drawn already."""
        return self._kept.get((index, "png" if png else size.suffix))

    def file(self, index: int, size: Kind, *, png: bool = False) -> bytes:
        """The file of one size.

        Args:
            index: The photo's.
            size: Which size.
            png: Whether the original is wanted as PNG.

        Returns:
            The original as the photographer made it, with all its EXIF; other sizes upright and without.
        """
        known = self.kept(index, size, png=png)
        if known is not None:
            return known
        if png:
            return self._keep(index, "png", self._png(index))
        if size is not ORIGINAL:
            return self._keep(index, size.suffix, self._resized(index, size))
        return self._shot(index)

    def warm(self, photos: int) -> None:
        """Draw the originals of all photos, which is quicker than one by one.

        Args:
            photos: How many.
        """
        for index, shot in enumerate(photographer.shoot(photos, self._studio)):
            self._keep(index, ORIGINAL.suffix, shot.data)

    def _shot(self, index: int) -> bytes:
        """The photographer's file. Its neighbours are drawn too: a scene is set up for many at once."""
        with self._one_at_a_time:
            known = self.kept(index, ORIGINAL)
            if known is not None:
                return known
            first = index - index % _DRAWN_AT_ONCE
            shots = photographer.shoot(_DRAWN_AT_ONCE, self._studio, start=first)
            drawn = [self._keep(at, ORIGINAL.suffix, shot.data) for at, shot in enumerate(shots, first)]
            return drawn[index - first]

    def _keep(self, index: int, name: str, data: bytes) -> bytes:
        while len(self._kept) >= _MOST_KEPT:
            self._kept.pop(next(iter(self._kept)), None)  # the oldest
        self._kept[index, name] = data
        return data

    def _png(self, index: int) -> bytes:
        """The photographer's file with all its EXIF as PNG."""
        file = io.BytesIO()
        with Image.open(io.BytesIO(self.file(index, ORIGINAL))) as image:
            image.save(file, "PNG", exif=image.info.get("exif", b""))
        return file.getvalue()

    def _resized(self, index: int, size: Kind) -> bytes:
        """A smaller size: upright, without EXIF."""
        file = io.BytesIO()
        with Image.open(io.BytesIO(self.file(index, ORIGINAL))) as image:
            upright = ImageOps.exif_transpose(image)
            upright.info.clear()  # else Pillow writes what is left of the EXIF
            upright.resize((size.longest, size.longest), Image.Resampling.BILINEAR).save(
                file, "JPEG", quality=85, exif=b""
            )
        return file.getvalue()


def _grey(width: int, height: int) -> bytes:
    """A grey PNG, written by hand so that its bytes are the same with every version of Pillow and zlib."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xd0" * width) * height
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(rows), len(rows) ^ 0xFFFF) + rows
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", stored + struct.pack(">I", zlib.adler32(rows)))
        + chunk(b"IEND", b"")
    )


PLACEHOLDER: Final = _grey(250, 188)
"""The picture that says "this photo is no longer available": the same bytes for all."""
