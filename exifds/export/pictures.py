"""Pictures: the second step of an export. Image files become the pictures that are exported, on all cores."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from exifds import exif
from exifds.errors import PhotoError, UsageError
from exifds.export.ahead import ahead
from exifds.export.images import Rendering, render
from exifds.export.ledger import Ledger, Picture, Todo
from exifds.fetch.images import EXTENSIONS, ImageStore, require_space
from exifds.progress import Advance

__all__ = ["Darkroom", "develop"]

KEPT_TOGETHER: Final = 64
"""Pictures written down together: what a kill costs."""

TO_COMPARE: Final = Rendering(size=64, resize="square")
"""For formats without pictures: just enough to tell near-duplicates."""

SUFFIXES: Final = {"jpeg": "jpg", "png": "png"}

HEAD: Final = 64
"""Bytes that tell the type of a file."""

Original = Callable[[str], bytes]
"""Gives the original file of a photo by its `_id`."""


@dataclass(frozen=True)
class Darkroom:
    """Makes the picture of a photo.

    Args:
        images: The image files.
        rendering: What becomes of them; None where only near-duplicates are to be told.
        original: Gives original files instead, if those are exported.
    """

    images: ImageStore
    rendering: Rendering | None
    original: Original | None = None

    def picture(self, todo: Todo) -> Picture:
        """The picture of a photo, or why there is none."""
        try:
            rendered = render(self.images.get(todo.path), self.rendering or TO_COMPARE, todo.orientation)
            original = self.original(todo.id) if self.original else None
        except (PhotoError, UsageError) as error:  # also: it was removed from the dataset meanwhile
            return Picture(todo.number, failure=str(error))
        made = Picture(todo.number, fingerprint=rendered.fingerprint)
        if original is not None:
            return replace(made, data=original, suffix=EXTENSIONS[exif.detect(original[:HEAD])])
        if self.rendering is not None:
            return replace(made, data=rendered.data, suffix=SUFFIXES[self.rendering.encoding])
        return made


def develop(ledger: Ledger, darkroom: Darkroom, workers: int | None, advance: Advance) -> None:
    """Make the pictures that are still to be made.

    Args:
        ledger: Holds the photos; gets the pictures.
        darkroom: Makes them.
        workers: Threads; None takes one per core.
        advance: Told of every few photos.

    Raises:
        DiskFullError: The disk is full.
    """
    made: list[Picture] = []
    for picture in ahead(darkroom.picture, ledger.todo(), workers or os.cpu_count() or 1):
        made.append(picture)
        if len(made) == KEPT_TOGETHER:
            _keep(ledger, made, advance)
    _keep(ledger, made, advance)


def _keep(ledger: Ledger, made: list[Picture], advance: Advance) -> None:
    require_space(ledger.folder)
    with ledger.writing():
        ledger.keep(made)
    advance(len(made), sum(picture.failure is not None for picture in made))
    made.clear()
