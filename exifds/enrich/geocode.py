"""Geocode: countries and cities for the photos of a dataset that have a location."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from exifds.enrich import place
from exifds.photo import Point
from exifds.progress import Advance
from exifds.store import queries
from exifds.store.codec import Codec
from exifds.store.sync import Store

__all__ = ["run"]

BATCH = 1000


def run(store: Store, codec: Codec, advance: Advance) -> int:
    """Store the place of every photo that has a location and no place yet.

    Args:
        store: The dataset.
        codec: Opens its documents: under strict privacy the location is encrypted.
        advance: Told of every batch.

    Returns:
        Number of photos that got a place.
    """
    placed = 0
    for batch in _batches(store.find(queries.without_place(), None if codec.keyring else {"location": 1})):
        plain = [codec.opened(document) for document in batch]
        places = place.find([Point.model_validate(document["location"]).coordinates for document in plain])
        found = [
            (document["_id"], here) for document, here in zip(plain, places, strict=True) if here is not None
        ]
        placed += store.update([({"_id": photo_id}, {"$set": {"place": here}}) for photo_id, here in found])
        advance(len(batch), len(batch) - len(found))
    return placed


def _batches(documents: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(documents)
    while batch := list(islice(iterator, BATCH)):
        yield batch
