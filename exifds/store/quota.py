"""Quota: the calls of an API key, shared by all processes through MongoDB: a token bucket.

The bucket holds a sixth of the calls of an hour and is refilled with the rest of them in the course of an
hour, so that in no hour, whenever it begins, more calls are granted than there are in it. The clock is the
server's. Times and tokens are computed by the server in one step, so any number of processes may take.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from pymongo import ReturnDocument
from pymongo.synchronous.collection import Collection
from pymongo.synchronous.database import Database

from exifds.store.collection import OPTIONS
from exifds.store.connect import patiently, plain_errors

__all__ = ["LONGEST_HOLD_S", "QUOTA", "Bucket", "Quota"]

QUOTA = "_exifds_quota"

LONGEST_HOLD_S = 3600.0
"""Nobody holds calls back for longer."""

_HOUR_MS = 3_600_000
_SET_BACK_MS = 60_000
"""A clock that is so much behind was set back; less is the order in which calls reach the server."""

_NOW = "$$NOW"


@dataclass(frozen=True)
class Bucket:
    """The arithmetic of a quota, as pipelines for the server. `now` may be another time than the server's.

    Args:
        per_hour: Calls in any hour at most.

    Example:
        >>> bucket = Bucket(3000)
        >>> bucket.capacity, bucket.refill
        (500.0, 2500.0)
    """

    per_hour: int

    @property
    def capacity(self) -> float:
        """Tokens in a full bucket: calls that can be made at once."""
        return max(self.per_hour / 6, 1.0)

    @property
    def refill(self) -> float:
        """Tokens an hour. Together with a full bucket they stay below one call more than `per_hour`."""
        return max(self.per_hour - self.capacity, 0.5)

    def current(self, now: Any = _NOW) -> list[dict[str, Any]]:
        """Stages that bring the bucket up to date.

        Args:
            now: A date, or an expression for one.

        Returns:
            Stages of an update or an aggregation.
        """
        at = {"$ifNull": ["$at", now]}
        set_back = {"$lt": [now, {"$subtract": [at, _SET_BACK_MS]}]}
        earned = {"$multiply": [{"$max": [0, {"$subtract": [now, at]}]}, self.refill / _HOUR_MS]}
        tokens = {"$add": [{"$ifNull": ["$tokens", self.capacity]}, earned]}
        hold_ms = {"$subtract": [{"$ifNull": ["$held_until", now]}, now]}
        believed = {"$and": [{"$gt": [hold_ms, 0]}, {"$lte": [hold_ms, LONGEST_HOLD_S * 1000]}]}
        return [
            {
                "$set": {
                    "tokens": {"$min": [self.capacity, tokens]},
                    "at": {"$cond": [set_back, now, {"$max": [at, now]}]},
                    "held_until": {"$cond": [believed, "$held_until", None]},
                }
            },
            {"$set": {"hold_ms": hold_ms}},
        ]

    def taking(self, now: Any = _NOW) -> list[dict[str, Any]]:
        """The update that takes a token if there is one; `wait_ms` is 0 if it was granted.

        Args:
            now: A date, or an expression for one.

        Returns:
            Stages of an update.
        """
        missing_ms = {"$ceil": {"$multiply": [{"$subtract": [1, "$tokens"]}, _HOUR_MS / self.refill]}}
        left = {"$cond": [{"$eq": ["$wait_ms", 0]}, {"$subtract": ["$tokens", 1]}, "$tokens"]}
        return [
            *self.current(now),
            {"$set": {"wait_ms": {"$max": [0, "$hold_ms", missing_ms]}}},
            {"$set": {"tokens": left}},
        ]

    def holding(self, seconds: float, now: Any = _NOW) -> list[dict[str, Any]]:
        """The update that grants nothing for a time.

        Args:
            seconds: How long, from now. An end that was set before and is later counts.
            now: A date, or an expression for one.

        Returns:
            Stages of an update.
        """
        hold_ms = int(min(max(seconds, 0.0), LONGEST_HOLD_S) * 1000)
        until = {"$add": [now, hold_ms]}
        return [*self.current(now), {"$set": {"held_until": {"$max": ["$held_until", until]}}}]

    def left(self, tokens: float, hold_ms: float) -> int:
        """Calls that can be made within an hour from now, each as soon as it is granted.

        Args:
            tokens: What is in the bucket.
            hold_ms: How long nothing is granted.

        Returns:
            Their number.

        Example:
            >>> Bucket(3000).left(tokens=500, hold_ms=0), Bucket(3000).left(tokens=0, hold_ms=0)
            (3000, 2500)
            >>> Bucket(3000).left(tokens=500, hold_ms=1_800_000)
            1750
        """
        held = min(hold_ms / _HOUR_MS, 1.0)
        return int(min(self.capacity, tokens + held * self.refill) + (1 - held) * self.refill)


class Quota:
    """The calls that an API key may make, all processes that share a database together.

    Args:
        database: Where the bucket is.
        key: The API key. The database does not learn it.
        per_hour: Calls in any hour at most.
    """

    def __init__(self, database: Database[dict[str, Any]], key: str, per_hour: int) -> None:
        self._bucket = Bucket(per_hour)
        self._query = {"_id": hashlib.sha256(f"exifds flickr quota{key}".encode()).hexdigest()[:16]}
        self._collection: Collection[dict[str, Any]] = database.get_collection(QUOTA, **OPTIONS)

    def take(self) -> float:
        """Ask for one call. When an answer is lost, a call may be wasted; none is granted twice.

        Returns:
            0.0 if it may be made now; else the seconds after which to ask again.
        """
        return float(self._changed(self._bucket.taking())["wait_ms"]) / 1000

    def hold(self, seconds: float) -> None:
        """Grant nobody a call for a time, an hour at most: the service asked for it.

        Args:
            seconds: How long, from now.
        """
        self._changed(self._bucket.holding(seconds))

    def left(self) -> int:
        """Calls that this key can make within an hour from now, if each is made as soon as it is granted."""
        pipeline = [{"$match": self._query}, *self._bucket.current()]
        with plain_errors():
            rows = patiently(lambda: list(self._collection.aggregate(pipeline)))
        state = rows[0] if rows else {"tokens": self._bucket.capacity, "hold_ms": 0}
        return self._bucket.left(state["tokens"], state["hold_ms"])

    def _changed(self, update: list[dict[str, Any]]) -> dict[str, Any]:
        after = ReturnDocument.AFTER
        with plain_errors():
            row = patiently(
                lambda: self._collection.find_one_and_update(
                    self._query, update, upsert=True, return_document=after
                )
            )
        assert row is not None, "it was upserted"
        return row
