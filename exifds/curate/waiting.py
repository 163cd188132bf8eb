"""Waiting: the photos whose verdicts are on their way to the database. No I/O."""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final

__all__ = ["Waiting"]

_LONG_S: Final = 2.0


class Waiting:
    """The photos whose verdicts are not stored yet. Until they are, no other verdict on them is taken.

    Args:
        clock: Seconds.

    Example:
        >>> waiting = Waiting()
        >>> waiting.begin(["file:1"]), waiting.begin(["file:1", "file:2"])
        (['file:1'], ['file:2'])
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._since: dict[str, float] = {}
        self._told = False

    def __contains__(self, photo: str) -> bool:
        """Whether a photo waits."""
        return photo in self._since

    def begin(self, ids: Iterable[str]) -> list[str]:
        """Let photos wait.

        Args:
            ids: Of the photos.

        Returns:
            Those that were not waiting already.
        """
        fresh = [photo for photo in ids if photo not in self._since]
        self._since |= dict.fromkeys(fresh, self._clock())
        return fresh

    def end(self, ids: Iterable[str]) -> None:
        """Their verdicts are stored, or cannot be."""
        for photo in ids:
            del self._since[photo]
        self._told = self._told and bool(self._since)

    def is_news(self) -> bool:
        """Whether it takes long. It is so once: until all that waits is stored, it is not said again."""
        late = bool(self._since) and self._clock() - min(self._since.values()) >= _LONG_S
        news, self._told = late and not self._told, self._told or late
        return news
