"""Growth: notices that photos came or were scored while pages are open. Once for all pages of a server."""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any, Final

from exifds.curate import aggregations
from exifds.store.sync import Store

__all__ = ["Growth"]

_EVERY_S: Final = 20.0
_SHARE: Final = 20
"""Looking takes at most one part in so many of the database's time."""


class Growth:
    """The number of photos of a dataset, and what they were scored for.

    Args:
        store: The dataset.
        on_change: Called when that has changed.
        clock: Seconds.
    """

    def __init__(
        self, store: Store, on_change: Callable[[], None], clock: Callable[[], float] = monotonic
    ) -> None:
        self._store, self._on_change, self._clock = store, on_change, clock
        self._one = Lock()
        self._seen: tuple[int, list[dict[str, Any]]] | None = None
        self._due = 0.0

    def concepts(self, *, now: bool = False) -> list[str]:
        """The concepts for which photos were scored.

        Args:
            now: Ask the database; else only if nobody has asked it for a while.

        Returns:
            Their names, sorted.

        Raises:
            DatabaseError: The database did not answer.
        """
        with self._one:
            if self._seen is None or now or self._clock() >= self._due:
                began, before = self._clock(), self._seen
                self._seen = self._store.count({}), self._store.aggregate(aggregations.scored())
                ended = self._clock()
                self._due = ended + max(_EVERY_S, _SHARE * (ended - began))
                if before is not None and before != self._seen:
                    self._on_change()
            return sorted(row["value"] for row in self._seen[1])
