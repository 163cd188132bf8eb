"""Counts: the numbers of the page, counted by the database and moved on from verdict to verdict."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from exifds.curate.choice import Choice
from exifds.curate.desk import Desk
from exifds.curate.listing import Card
from exifds.curate.verdicts import Verdict
from exifds.errors import ExifdsError

__all__ = ["Counts"]


class Counts:
    """Keeps the photos of a choice counted.

    Args:
        desk: The dataset.
        choice: What is tried out; its cube holds the numbers.
        on_count: Called when the photos were counted anew.
        on_follow: Called when the numbers have followed a verdict.
    """

    def __init__(
        self, desk: Desk, choice: Choice, on_count: Callable[[], None], on_follow: Callable[[], None]
    ) -> None:
        self._desk, self._choice = desk, choice
        self._on_count, self._on_follow = on_count, on_follow
        self._concepts: tuple[str, ...] = ()
        self._counted = -1

    @property
    def is_current(self) -> bool:
        """Whether the numbers hold: nobody at this server has judged since, and no photos or scores came."""
        return (self._counted, self._choice.cube.concepts) == (self._desk.changes.number, self._concepts)

    async def look(self, *, now: bool = False) -> None:
        """Look what photos were scored for. A concept that was there stays: somebody may hold its slider.

        Args:
            now: Ask the database; else only if nobody at this server has asked it for a while.

        Raises:
            DatabaseError: The database did not answer.
        """
        found = await asyncio.to_thread(self._desk.growth.concepts, now=now)
        self._concepts = tuple(sorted({*self._concepts, *found}))

    async def count(self) -> None:
        """Count the photos anew.

        Raises:
            DatabaseError: The database did not answer.
        """
        changes, filters, concepts = self._desk.changes.number, self._choice.filters, self._concepts
        try:
            cube = await asyncio.to_thread(self._choice.read, self._desk.store, concepts)
        except ExifdsError:
            self._counted = -1
            raise
        if self._choice.filters is filters and self._concepts == concepts:  # else it is counted again
            self._choice.cube, self._counted = cube, changes
            self._on_count()

    def follow(self, cards: Iterable[Card], verdicts: Mapping[str, Verdict]) -> None:
        """Take over verdicts that were given here, at once where that can be done without counting.

        Args:
            cards: The photos of the page as they were before.
            verdicts: What they have now, by id.
        """
        changes = self._desk.changes
        followed = self._choice.judge(cards, verdicts) and self.is_current
        changes.tell()
        if followed:
            self._counted = changes.number
            self._on_follow()
