"""Labels: what scorers said about images, kept by content, so that no image is paid twice.

The cache is one collection for all datasets of a database. Its key is the scorer and the hash of the image
file, so the same file in another dataset, or met again after a kill, has its labels already. What was refused
is in it, too, with the reason and the date: it would be paid for the same answer.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pymongo import UpdateOne
from pymongo.synchronous.database import Database

from exifds.store.claims import LEASE_S, Claims
from exifds.store.collection import OPTIONS
from exifds.store.connect import patiently, plain_errors

__all__ = ["LABELS", "Claim", "LabelCache", "counting", "key"]

LABELS: Final = "_exifds_labels"

_UNKNOWN: Final[Mapping[str, Any]] = {"model": {"$exists": False}, "refused": {"$exists": False}}


@dataclass(frozen=True)
class Claim:
    """Images that somebody wants the labels of.

    Args:
        ours: Hashes of those to ask the scorer about: nobody else does.
        known: Labels of those that have them already, by hash.
        refused: Why others were refused, by hash: nobody asks again.
        held: Whether they are surely still ours. Ask it before each payment.
    """

    ours: frozenset[str]
    known: Mapping[str, dict[str, Any]]
    refused: Mapping[str, str]
    held: Callable[[], bool]


def key(scorer: str, sha256: str) -> str:
    """The `_id` of an image in the cache.

    Args:
        scorer: The scorer, as in `Photo.labels`.
        sha256: Hash of the image file.

    Returns:
        The `_id`.

    Example:
        >>> key("google", "0f3c")
        'google:0f3c'
    """
    return f"{scorer}:{sha256}"


def counting(scorer: str, photos: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The pipeline over a dataset that counts what labels are missing, and how many of them are cached.

    Args:
        scorer: The scorer.
        photos: Filter of the photos that want labels; each has an image.

    Returns:
        A pipeline that gives one row, or none if there is no photo: `photos`; `cached`, those of them whose
        labels are known; `refused`, those whose image was refused; and `images`, the different ones left.
    """
    known = {"$size": "$cached.model"}  # a claim has none
    refused = {"$size": "$cached.refused"}
    return [
        {"$match": dict(photos)},
        {"$group": {"_id": {"$concat": [f"{scorer}:", "$image.sha256"]}, "photos": {"$sum": 1}}},
        {"$lookup": {"from": LABELS, "localField": "_id", "foreignField": "_id", "as": "cached"}},
        {
            "$group": {
                "_id": None,
                "photos": {"$sum": "$photos"},
                "cached": {"$sum": {"$multiply": [known, "$photos"]}},
                "refused": {"$sum": {"$multiply": [refused, "$photos"]}},
                "images": {"$sum": {"$subtract": [1, {"$add": [known, refused]}]}},
            }
        },
        {"$project": {"_id": 0}},
    ]


class LabelCache:
    """What one scorer said about images, by hash. Any number of threads and processes may use it.

    Args:
        database: Where the datasets are.
        scorer: The scorer, as in `Photo.labels`.
        lease_s: A claim that was not renewed for so many seconds is free again.
    """

    def __init__(self, database: Database[dict[str, Any]], scorer: str, lease_s: float = LEASE_S) -> None:
        self._scorer = scorer
        self._lease_s = lease_s
        self._collection = database.get_collection(LABELS, **OPTIONS)

    def read(self, hashes: Collection[str]) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
        """What is known of images.

        Args:
            hashes: Hashes of image files.

        Returns:
            By hash what `Photo.labels` holds, of those that have labels, and why the others were refused.
        """
        rows = self._rows(hashes)
        return _known(rows), _refused(rows)

    def keep(self, labels: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep the labels of images, journalled.

        Args:
            labels: By hash what `Photo.labels` holds.
        """
        updates = [
            UpdateOne(
                {"_id": key(self._scorer, sha256)},
                {"$set": given, "$unset": {"claim": "", "refused": ""}},
                upsert=True,
            )
            for sha256, given in labels.items()
        ]
        if updates:
            with plain_errors():
                patiently(lambda: self._collection.bulk_write(updates, ordered=False))

    def refuse(self, reasons: Mapping[str, str]) -> None:
        """Remember images that the scorer refused, journalled. Labels that are known stay.

        Args:
            reasons: Why, by hash.
        """
        unknown = {"$eq": [{"$type": "$model"}, "missing"]}
        updates = []
        for sha256, reason in reasons.items():
            refused = {"reason": {"$literal": reason}, "at": datetime.now(UTC)}
            change = {"$cond": [unknown, {"_id": "$_id", "refused": refused}, "$$ROOT"]}
            row = {"_id": key(self._scorer, sha256)}
            updates.append(UpdateOne(row, [{"$replaceWith": change}], upsert=True))
        if updates:
            with plain_errors():
                patiently(lambda: self._collection.bulk_write(updates, ordered=False))

    @contextmanager
    def claimed(self, hashes: Collection[str]) -> Iterator[Claim]:
        """Claim images while the block runs: those without labels that nobody else has claimed.

        Args:
            hashes: Hashes of image files.

        Yields:
            Those that are ours, and what is known of the others.
        """
        claims = Claims(self._collection, self._lease_s)
        claims.take([key(self._scorer, sha256) for sha256 in hashes], _UNKNOWN)
        rows = self._rows(hashes)
        ours = frozenset(sha256 for sha256, row in rows.items() if claims.has(row))
        with claims.renewed([key(self._scorer, sha256) for sha256 in ours]):
            yield Claim(ours, _known(rows), _refused(rows), claims.held)

    def _rows(self, hashes: Collection[str]) -> dict[str, dict[str, Any]]:
        """What is there of images, by hash."""
        query = {"_id": {"$in": [key(self._scorer, sha256) for sha256 in hashes]}}
        with plain_errors():
            rows = patiently(lambda: list(self._collection.find(query)))
        return {row.pop("_id").partition(":")[2]: row for row in rows}


def _known(rows: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {sha256: row for sha256, row in rows.items() if "model" in row}


def _refused(rows: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    return {
        sha256: f"{row['refused']['reason']} (refused on {row['refused']['at']:%Y-%m-%d}, not asked again)"
        for sha256, row in rows.items()
        if "refused" in row
    }
