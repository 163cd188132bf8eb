"""Claims: who is about to pay for images claims them first, so that of two runs only one pays.

A claim lasts half a minute by the clock of the server, and is renewed while its owner works. So what a killed
run had claimed is soon free again. Before each payment the owner asks whether the claim is still held: while
a laptop sleeps, nobody renews it.
"""

import threading
import time
import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

from pymongo import UpdateMany, UpdateOne
from pymongo.errors import PyMongoError
from pymongo.synchronous.collection import Collection as Rows

from exifds.store.connect import patiently, plain_errors

__all__ = ["LEASE_S", "Claims"]

LEASE_S: Final = 30.0
"""A claim that was not renewed for so long is free again."""


class Claims:
    """What one owner claims in a collection, and for how long.

    Args:
        rows: The collection; the claim on a row is in its field `claim`.
        lease_s: A claim that was not renewed for so many seconds is free again.
    """

    def __init__(self, rows: Rows[dict[str, Any]], lease_s: float = LEASE_S) -> None:
        self._rows = rows
        self._lease_s = lease_s
        self._owner = uuid.uuid4().hex
        self._until = {"$add": ["$$NOW", round(lease_s * 1000)]}
        self._surely_until = 0.0

    def take(self, ids: Collection[str], wanting: Mapping[str, Any]) -> None:
        """Claim rows that nobody else has claimed. Those that are not there are made.

        Args:
            ids: `_id`s of the rows.
            wanting: Filter of the rows that can be claimed at all.
        """
        asked_at = _now()
        free = {"$expr": {"$lte": ["$claim.until", "$$NOW"]}}  # also where there is none
        claiming = {"_id": {"$in": list(ids)}, **wanting, "$or": [{"claim.owner": self._owner}, free]}
        steps: list[Any] = [
            *(UpdateOne({"_id": name}, {"$setOnInsert": {"_id": name}}, upsert=True) for name in ids),
            UpdateMany(claiming, [{"$set": {"claim": {"owner": self._owner, "until": self._until}}}]),
        ]
        with plain_errors():
            patiently(lambda: self._rows.bulk_write(steps))
        self._confirmed(asked_at)

    def has(self, row: Mapping[str, Any]) -> bool:
        """Whether a row, as it was read, is ours."""
        return bool(row.get("claim", {}).get("owner") == self._owner)

    def held(self) -> bool:
        """Whether the claims are surely held: by the clock of this computer they have not run out yet."""
        return _now() < self._surely_until

    @contextmanager
    def renewed(self, ids: Collection[str]) -> Iterator[None]:
        """Renew the claims on rows now and then, and give up what is left of them in the end.

        Args:
            ids: `_id`s of all rows that are ours.

        Yields:
            Nothing.
        """
        done = threading.Event()
        ours = {"_id": {"$in": list(ids)}, "claim.owner": self._owner}
        renewal = [{"$set": {"claim.until": self._until}}]

        def renew() -> None:
            while not done.wait(self._lease_s / 3):
                asked_at = _now()
                with suppress(PyMongoError):  # the next time is soon enough
                    if self._rows.update_many(ours, renewal).matched_count == len(ids):
                        self._confirmed(asked_at)

        thread = threading.Thread(target=renew, name="exifds-claim", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            with suppress(PyMongoError):  # it runs out by itself
                self._rows.delete_many(ours)

    def _confirmed(self, asked_at: float) -> None:
        """The server has confirmed the claims; its answer came after it was asked."""
        self._surely_until = asked_at + self._lease_s


def _now() -> float:
    """Seconds of a clock that goes on while the computer sleeps, which `time.monotonic` does not."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
