"""Desk: what the page works on, and the pictures it serves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from pymongo.synchronous.database import Database

from exifds.curate.growth import Growth
from exifds.curate.thumbnails import Thumbnails
from exifds.fetch.images import ImageStore
from exifds.photo import Image, Photo
from exifds.store.codec import Codec
from exifds.store.sync import Store

__all__ = ["Changes", "Desk"]


class Changes:
    """How often photos were judged at this server, or came, so that each page knows when to count."""

    def __init__(self) -> None:
        self._next = count(1).__next__
        self.number = 0

    def tell(self) -> None:
        """Note a change."""
        self.number = self._next()


@dataclass(frozen=True)
class Desk:
    """A dataset as the page sees it.

    Args:
        store: The dataset.
        database: Where the selections are.
        codec: Reads its documents; without a keyring, so that nothing personal is read by accident.
        images: Its image files.
        cache: Where thumbnails are kept.
        look: Gives a photo by its id; with True, opens its personal fields.
        changes: Shared by the pages.
    """

    store: Store
    database: Database[dict[str, Any]]
    codec: Codec
    images: ImageStore
    cache: Path
    look: Callable[[str, bool], Photo | None]
    changes: Changes = field(default_factory=Changes)

    @cached_property
    def growth(self) -> Growth:
        """What notices new photos and new scores for all pages."""
        return Growth(self.store, self.changes.tell)

    @property
    def name(self) -> str:
        """Name of the dataset."""
        return self.store.name

    def thumbnail(self, photo_id: str, size: str) -> bytes | None:
        """The picture of a photo of this dataset.

        Args:
            photo_id: Its `_id`; nothing else leads to a file.
            size: `thumb` or `view`.

        Returns:
            A JPEG; None if there is no such photo.

        Raises:
            PhotoError: Its file is missing or broken.
        """
        for row in self.store.read([photo_id], {"image": 1}):
            if "image" in row:
                return Thumbnails(self.images, self.cache).get(Image.model_validate(row["image"]), size)
        return None
