"""Crawls: their entries in `_exifds_crawls`, as plain dictionaries. No I/O: `work` does it.

Together with the `tasks` and the `outcomes` they hold ids, reasons and slices, and nothing about a photo or
its owner.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

__all__ = ["CRAWLS", "INDEX", "Change", "CrawlEntry", "beginning", "completion", "digest", "hashed", "latest"]

Change = tuple[dict[str, Any], dict[str, Any] | list[dict[str, Any]]]
"""A filter and the update of what it finds. Done twice, it changes nothing more."""

CRAWLS = "_exifds_crawls"

INDEX = ("dataset", "digest", "number")


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


def hashed(value: Mapping[str, Any]) -> str:
    """A text that is the same for equal values and differs for others: 64 hexadecimal digits."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
