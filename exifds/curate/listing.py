"""Listing: the photos that the page shows, 30 at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from exifds.photo import Image
from exifds.store.codec import Codec
from exifds.store.sync import Store

__all__ = ["PAGE", "Card", "Listing", "with_picture"]

PAGE: Final = 30
"""Photos on a page at most: Flickr's terms allow no more."""

_FIELDS: Final = ("title", "verdict", "scores", "image", "concepts")


def with_picture(query: Mapping[str, Any]) -> dict[str, Any]:
    """The photos of a filter that can be looked at.

    Args:
        query: A MongoDB filter.

    Returns:
        A filter.
    """
    return {"$and": [{"image": {"$exists": True}}, dict(query)]}


@dataclass(frozen=True)
class Card:
    """What the grid shows of a photo."""

    id: str
    title: str | None
    verdict: str | None
    scores: Mapping[str, float | None]
    image: Image
    classes: tuple[str, ...] = ()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """A card from what `Codec.opened` gives."""
        image = Image.model_validate(document["image"])
        title, scores = document.get("title"), document.get("scores", {})
        classes = tuple(document.get("concepts", ()))
        return cls(document["_id"], title, document.get("verdict"), scores, image, classes)

    def source(self, size: str) -> str:
        """Address of its picture; the hash in it lets browsers keep the picture."""
        return f"/image/{self.id}?size={size}&v={self.image.sha256[:12]}{self.image.orientation or 1}"


@dataclass(frozen=True)
class Listing:
    """A place in the photos of a filter, in the order of their ids. However many there are, a step is cheap.

    Args:
        query: A MongoDB filter.
        firsts: Where each page up to this one begins: after the photo with this id.
    """

    query: Mapping[str, Any]
    firsts: tuple[str, ...] = ("",)

    @property
    def offset(self) -> int:
        """Photos before this page."""
        return PAGE * (len(self.firsts) - 1)

    def pipeline(self, projection: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        """What reads this page, and one photo more than fits, to know whether there is a next.

        Args:
            projection: What to read of each photo; None reads all.

        Returns:
            An aggregation pipeline.
        """
        where = [with_picture(self.query), {"_id": {"$gt": self.firsts[-1]}}]
        shape = [{"$project": dict(projection)}] if projection else []
        return [{"$match": {"$and": where}}, {"$sort": {"_id": 1}}, {"$limit": PAGE + 1}, *shape]

    def next(self, last: str) -> Self:
        """The page after the one that ends with the photo `last`."""
        return replace(self, firsts=(*self.firsts, last))

    def previous(self) -> Self:
        """The page before; the first stays the first."""
        return replace(self, firsts=self.firsts[:-1] or ("",))

    def read(self, store: Store, codec: Codec) -> tuple[list[Card], bool]:
        """Read the page.

        Args:
            store: The dataset.
            codec: Without a keyring: titles that are encrypted stay out.

        Returns:
            At most `PAGE` photos, and whether more follow.
        """
        rows = store.aggregate(self.pipeline(codec.projection(_FIELDS)))
        cards = [Card.of(codec.opened(row)) for row in rows]
        return cards[:PAGE], len(cards) > PAGE
