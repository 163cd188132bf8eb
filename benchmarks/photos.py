"""Photos to measure with: those of real cameras where they are at hand, else rendered ones."""

import warnings
from collections.abc import Sequence
from pathlib import Path

from benchmarks import bare
from exifds import exif
from exifds.errors import PhotoError
from exifds.sandbox import photographer
from exifds.sandbox.studio import Studio

__all__ = ["copies", "originals"]

SHARED = Path(__file__).resolve().parents[2] / "shared" / "photos"
RENDERED = 87
"""As many as there are of real cameras."""


def originals(most: int | None = None, *, side: int = 48) -> tuple[str, list[bytes]]:
    """The photos, as bytes: every one that both exifds and bare Pillow can read.

    Args:
        most: At most so many.
        side: Width and height of rendered photos, in pixels.

    Returns:
        What they are, in words, and the photos.
    """
    if SHARED.is_dir():
        kind, found = "photos of real cameras", [path.read_bytes() for path in sorted(SHARED.iterdir())]
    else:
        shots = photographer.shoot(most or RENDERED, Studio(size=side))
        kind, found = "rendered photos", [shot.data for shot in shots]
    usable = [data for data in found if _is_usable(data)][:most]
    return f"{len(usable)} {kind}, {sum(map(len, usable)) / len(usable) / 1e3:.0f} kB each", usable


def copies(photos: Sequence[bytes], times: int, folder: Path) -> list[Path]:
    """Write each photo several times, each time with another comment: new photos with new hashes.

    Args:
        photos: JPEG files.
        times: Copies of each.
        folder: Where to; made if absent.

    Returns:
        The files, in an order that spreads the copies of a photo.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for copy in range(times):
        for number, photo in enumerate(photos):
            path = folder / f"{copy:03d}-{number:03d}.jpg"
            path.write_bytes(_with_comment(photo, f"{folder.name} {copy}".encode()))
            paths.append(path)
    return paths


def _with_comment(photo: bytes, comment: bytes) -> bytes:
    """A JPEG with one more COM segment, right behind SOI (ITU-T T.81, B.2.4.5)."""
    return photo[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + photo[2:]


def _is_usable(photo: bytes) -> bool:
    """A JPEG that neither side refuses: how fast refusals are is not the question here."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            bare.read(photo)
            return exif.read(photo).format == "JPEG"
        except (PhotoError, OSError, ValueError, SyntaxError, Warning):
            return False
