"""Coverage: how much of its source a crawl has seen, how far it is, and why it did not keep photos."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pymongo.synchronous.database import Database

from exifds.store.collection import OPTIONS
from exifds.store.connect import patiently, plain_errors
from exifds.store.crawls import CRAWLS, CrawlEntry
from exifds.store.outcomes import FOUND
from exifds.store.tasks import TASKS

__all__ = ["Coverage", "Progress", "coverage", "crawls"]


@dataclass(frozen=True)
class Coverage:
    """How much of its source a crawl has seen.

    Args:
        expected: Photos in all slices together, as the source counted them.
        fetched: Rows of all pages, repeated ones too.
        unique: Different photos.
        slices: Number of slices that were gone through and not split.
        pages: Number of pages fetched.
        over: The slices that hold more than the source gives and could not be split.
        outcomes: Number of photos of each kind of outcome.
    """

    expected: int = 0
    fetched: int = 0
    unique: int = 0
    slices: int = 0
    pages: int = 0
    over: tuple[Mapping[str, Any], ...] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """A crawl: how many of its tasks are open and done, what became of photos, and why some were not kept."""

    crawl: CrawlEntry
    open: int
    done: int
    outcomes: Mapping[str, int]
    reasons: Mapping[str, int]


def coverage(database: Database[dict[str, Any]], crawl: str) -> Coverage:
    """How much of its source a crawl has seen.

    Args:
        database: Where the crawls are.
        crawl: `id` of the crawl.

    Returns:
        Its coverage.
    """
    with plain_errors():
        sums = next(iter(_rows(database, TASKS, _sums(crawl))), {"over": ()})
        kinds = _counts(database, FOUND, [crawl], "kind").get(crawl, {})
    over = tuple(sums.pop("over"))
    return Coverage(**sums, over=over, unique=sum(kinds.values()), outcomes=kinds)


def crawls(database: Database[dict[str, Any]], dataset: str) -> list[Progress]:
    """The crawls of a dataset, the first one begun first, and how far each of them is.

    Args:
        database: Where the crawls are.
        dataset: Name of the dataset.

    Returns:
        Their progress.
    """
    entries = database.get_collection(CRAWLS, **OPTIONS)
    with plain_errors():
        rows = list(entries.find({"dataset": dataset}, sort=[("created_at", 1), ("_id", 1)]))
        ids = [row["_id"] for row in rows]
        states, kinds = _counts(database, TASKS, ids, "state"), _counts(database, FOUND, ids, "kind")
        reasons = {crawl: _rows(database, FOUND, _reasons(crawl)) for crawl in ids}
    return [
        Progress(
            CrawlEntry.of(row),
            open=states.get(row["_id"], {}).get("open", 0),
            done=states.get(row["_id"], {}).get("done", 0),
            outcomes=kinds.get(row["_id"], {}),
            reasons={reason["_id"]: reason["count"] for reason in reasons[row["_id"]]},
        )
        for row in rows
    ]


def _rows(
    database: Database[dict[str, Any]], collection: str, pipeline: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    return patiently(lambda: list(database.get_collection(collection, **OPTIONS).aggregate(pipeline)))


def _counts(
    database: Database[dict[str, Any]],
    collection: str,
    crawls: Collection[str],
    name: Literal["state", "kind"],
) -> dict[str, dict[str, int]]:
    """Documents of each crawl by what they have under a name."""
    pipeline: list[dict[str, Any]] = [
        {"$match": {"crawl": {"$in": list(crawls)}}},
        {"$group": {"_id": {"crawl": "$crawl", "value": f"${name}"}, "count": {"$sum": 1}}},
    ]
    counts: dict[str, dict[str, int]] = {}
    for row in _rows(database, collection, pipeline):
        counts.setdefault(row["_id"]["crawl"], {})[row["_id"]["value"]] = row["count"]
    return counts


def _sums(crawl: str) -> list[dict[str, Any]]:
    """The pipeline over tasks that adds up a crawl: at most one row, with the fields of `Coverage`.

    A slice counts as many photos as its first page said: later answers repeat or contradict it.
    """
    fields = ("key", "sweep", "page", "expected", "rows", "split")
    place = {"$cond": ["$over", "$slice", "$$REMOVE"]}
    slices = {
        "expected": {"$first": "$expected"},
        "fetched": {"$sum": "$rows"},
        "pages": {"$sum": 1},
        "split": {"$max": "$split"},
        "over": {"$max": "$over"},
    }
    total = {
        "expected": {"$sum": {"$cond": ["$split", 0, "$expected"]}},
        "fetched": {"$sum": "$fetched"},
        "slices": {"$sum": {"$cond": ["$split", 0, 1]}},
        "pages": {"$sum": "$pages"},
        "over": {"$push": {"$ifNull": ["$over", "$$REMOVE"]}},
    }
    return [
        {"$match": {"crawl": crawl, "closed": {"$exists": True}}},
        {"$project": {**dict.fromkeys(fields, 1), "over": place}},
        {"$sort": {"sweep": 1, "page": 1}},
        {"$group": {"_id": "$key", **slices}},
        {"$sort": {"over": 1}},
        {"$group": {"_id": None, **total}},
        {"$project": {"_id": 0}},
    ]


def _reasons(crawl: str) -> list[dict[str, Any]]:
    """The pipeline that counts the photos that a crawl did not keep, by reason, the most frequent first."""
    return [
        {"$match": {"crawl": crawl, "kind": {"$ne": "kept"}}},
        {"$group": {"_id": {"$ifNull": ["$reason", "$kind"]}, "count": {"$sum": 1}}},
        {"$sort": {"count": -1, "_id": 1}},
    ]
