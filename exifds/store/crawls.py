"""Crawls: their entries, and what became of their photos, as plain dictionaries. No I/O: `work` does it.

`_exifds_crawls` has an entry for each crawl, `_exifds_found` one for each photo that it met. Together with
the `tasks` they hold ids, reasons and slices, and nothing about a photo or its owner.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, Self

__all__ = [
    "CRAWLS",
    "FINAL",
    "FOUND",
    "INDEXES",
    "Change",
    "Coverage",
    "CrawlEntry",
    "Outcome",
    "OutcomeKind",
    "Progress",
    "beginning",
    "completion",
    "counted",
    "coverage",
    "digest",
    "found_id",
    "hashed",
    "latest",
    "reasons",
    "recording",
]

Change = tuple[dict[str, Any], dict[str, Any] | list[dict[str, Any]]]
"""A filter and the update of what it finds. Done twice, it changes nothing more."""

CRAWLS = "_exifds_crawls"
FOUND = "_exifds_found"

INDEXES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {CRAWLS: ("dataset", "digest", "number"), FOUND: ("crawl", "kind")}
)

OutcomeKind = Literal["kept", "rejected", "gone", "failed"]

FINAL = ("kept", "rejected", "gone")
"""Outcomes that stay. A photo that failed is tried again when it is met again."""


@dataclass(frozen=True)
class CrawlEntry:
    """A crawl: one collection of one source, from its start until all of it was seen.

    Args:
        id: `<dataset>/<digest>/<number>`.
        dataset: Name of the dataset.
        kind: Kind of the source.
        label: The source in words.
        number: How often this was crawled before, and one.
        started: Unix seconds by the server's clock: the `now` of its plan, also when it is resumed.
        limit: Photos to keep; None for all.
        state: Whether something may be left to do.
        created_at: When it began.
        finished_at: When all was seen.
        fresh: It was begun just now, by who asks.
    """

    id: str
    dataset: str
    kind: str
    label: str
    number: int
    started: int
    limit: int | None
    state: Literal["running", "done"]
    created_at: datetime
    finished_at: datetime | None = None
    fresh: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any], owner: str | None = None) -> Self:
        """Read an entry.

        Args:
            row: As MongoDB returned it.
            owner: Who asks.

        Returns:
            The entry.
        """
        names = ("dataset", "kind", "label", "number", "limit", "state", "created_at")
        known = {name: row[name] for name in names}
        fresh = row["begun_by"] == owner
        return cls(
            id=row["_id"],
            started=int(row["started"]),
            finished_at=row.get("finished_at"),
            fresh=fresh,
            **known,
        )


@dataclass(frozen=True)
class Outcome:
    """What became of a photo.

    Args:
        kind: `kept` in the dataset, `rejected` as not wanted, `gone` at the source, `failed` for now.
        reason: Why, without any personal value.
        place: The slice and page it was found on.
    """

    kind: OutcomeKind
    reason: str | None = None
    place: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read an outcome as MongoDB returned it."""
        return cls(row["kind"], row.get("reason"), row.get("place"))


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


def digest(source: Mapping[str, Any], options: Mapping[str, Any], limit: int | None) -> str:
    """What tells one crawl from another: the same source, options and limit give the same text.

    Args:
        source: Identity of the source: plain values by name.
        options: What is done with the photos.
        limit: Photos to keep.

    Returns:
        16 hexadecimal digits.

    Example:
        >>> digest({"text": "monkey", "tags": []}, {}, 10) == digest({"tags": [], "text": "monkey"}, {}, 10)
        True
    """
    return hashed({"source": source, "options": options, "limit": limit})[:16]


def latest(dataset: str, digest: str) -> dict[str, Any]:
    """What finds the last of the crawls that differ in nothing but their number: arguments of `find_one`."""
    return {"filter": {"dataset": dataset, "digest": digest}, "sort": [("number", -1)]}


def beginning(
    number: int, digest: str, *, owner: str, dataset: str, limit: int | None, **described: Any
) -> Change:
    """What begins a crawl, or gives the one that somebody began a moment ago.

    Args:
        number: Its number.
        digest: From `digest`.
        owner: Who begins it.
        dataset: Name of the dataset.
        limit: Photos to keep.
        **described: What else the entry is to hold.

    Returns:
        An upsert.
    """
    entry = {"dataset": dataset, "digest": digest, "number": number, **described}
    entry |= {"limit": limit, "state": "running", "begun_by": owner}
    clock = {"started": {"$toLong": {"$divide": [{"$toLong": "$$NOW"}, 1000]}}, "created_at": "$$NOW"}
    written = {"$mergeObjects": [{"$literal": entry}, clock, "$$ROOT"]}  # what is there already wins
    return {"_id": f"{dataset}/{digest}/{number}"}, [{"$replaceWith": written}]


def completion(crawl: str) -> Change:
    """What ends a crawl."""
    query = {"_id": crawl, "state": "running"}
    return query, [{"$set": {"state": "done", "finished_at": "$$NOW"}}]


def found_id(crawl: str, photo: str) -> str:
    """The `_id` of what became of a photo in a crawl."""
    return f"{crawl}/{photo}"


def recording(crawl: str, photo: str, outcome: Outcome) -> Change:
    """What writes down what became of a photo. Only a failure gives way to what is found later.

    Args:
        crawl: The crawl.
        photo: `_id` of the photo.
        outcome: What became of it.

    Returns:
        An upsert.
    """
    known = {"kind": outcome.kind, "reason": outcome.reason, "place": outcome.place}
    row = {"_id": found_id(crawl, photo), "crawl": crawl}
    row |= {name: value for name, value in known.items() if value is not None}
    final = {"$in": ["$kind", list(FINAL)]}
    return {"_id": row["_id"]}, [{"$replaceWith": {"$cond": [final, "$$ROOT", {"$literal": row}]}}]


def coverage(crawl: str) -> list[dict[str, Any]]:
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


def counted(crawls: Collection[str], name: Literal["state", "kind"]) -> list[dict[str, Any]]:
    """The pipeline that counts the tasks of crawls by state, or their photos by kind of outcome."""
    return [
        {"$match": {"crawl": {"$in": list(crawls)}}},
        {"$group": {"_id": {"crawl": "$crawl", "value": f"${name}"}, "count": {"$sum": 1}}},
    ]


def reasons(crawl: str) -> list[dict[str, Any]]:
    """The pipeline that counts the photos that a crawl did not keep, by reason, the most frequent first."""
    return [
        {"$match": {"crawl": crawl, "kind": {"$ne": "kept"}}},
        {"$group": {"_id": {"$ifNull": ["$reason", "$kind"]}, "count": {"$sum": 1}}},
        {"$sort": {"count": -1, "_id": 1}},
    ]


def hashed(value: Mapping[str, Any]) -> str:
    """A text that is the same for equal values and differs for others: 64 hexadecimal digits."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
