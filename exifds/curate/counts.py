"""Counts: the numbers of the page, counted by the database and moved on from verdict to verdict."""

from collections.abc import Callable, Iterable, Mapping

from exifds.curate import aggregations
from exifds.curate.asking import ask
from exifds.curate.choice import Choice
from exifds.curate.desk import Desk
from exifds.curate.listing import Card
from exifds.curate.verdicts import Verdict

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
        self._counted = 0

    @property
    def is_current(self) -> bool:
        """Whether nobody at this server has judged since the numbers were counted."""
        return self._counted == self._desk.changes.number

    async def begin(self) -> tuple[str, ...]:
        """Read which concepts photos were scored for.

        Returns:
            The concepts.
        """
        rows = await ask(self._desk.store.aggregate, aggregations.scored()) or []
        self._concepts = tuple(row["value"] for row in rows)
        return self._concepts

    async def count(self) -> None:
        """Count the photos anew."""
        changes, filters = self._desk.changes.number, self._choice.filters
        cube = await ask(self._choice.read, self._desk.store, self._concepts)
        if cube is not None and self._choice.filters is filters:  # else another count is under way
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
