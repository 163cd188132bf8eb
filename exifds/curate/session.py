"""Session: where somebody is on a page of photos, and which of them are marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from exifds.curate.listing import Card
from exifds.curate.verdicts import Verdict
from exifds.curate.waiting import Waiting

__all__ = ["Session"]


@dataclass
class Session:
    """The photos on the screen of one person.

    Args:
        cards: The photos, in order.
        current: Index of the photo that keys act on.
        marked: Ids of photos that are judged together.
        waiting: Photos whose verdicts are not stored yet.

    Example:
        >>> Session().targets()
        []
    """

    cards: list[Card] = field(default_factory=list)
    current: int = 0
    marked: set[str] = field(default_factory=set)
    waiting: Waiting = field(default_factory=Waiting)
    _anchor: int = 0

    def show(self, cards: Sequence[Card]) -> None:
        """Begin with another page; marks stay on the page where they were set."""
        self.cards = list(cards)
        self.current = self._anchor = 0
        self.marked.clear()

    @property
    def card(self) -> Card | None:
        """The current photo."""
        return self.cards[self.current] if self.cards else None

    def move(self, step: int) -> bool:
        """Go to another photo of the page.

        Args:
            step: How many photos on; less than 0 goes back.

        Returns:
            Whether there is such a photo; if not, nothing was changed.
        """
        target = self.current + step
        if not 0 <= target < len(self.cards):
            return False
        self.current = self._anchor = target
        return True

    def mark(self, index: int, *, through: bool = False) -> None:
        """Mark a photo, or take its mark away.

        Args:
            index: Of the photo.
            through: Mark all from the one that was marked last to this one.
        """
        self.current = index
        if through:
            low, high = sorted((self._anchor, index))
            self.marked |= {card.id for card in self.cards[low : high + 1]}
        else:
            self.marked ^= {self.cards[index].id}
        self._anchor = index

    def mark_all(self) -> None:
        """Mark all photos of the page, or none if all were marked."""
        everything = {card.id for card in self.cards}
        self.marked = set() if self.marked == everything else everything

    def targets(self) -> list[str]:
        """The photos that a verdict is for: those that are marked, else the current one."""
        if self.marked:
            return [card.id for card in self.cards if card.id in self.marked]
        return [self.card.id] if self.card else []

    def tell(self, verdicts: Mapping[str, Verdict]) -> list[int]:
        """Take over verdicts that were given here or elsewhere.

        Args:
            verdicts: By id.

        Returns:
            Indices of the photos that changed.
        """
        changed = []
        for index, card in enumerate(self.cards):
            if card.id in verdicts and card.verdict != verdicts[card.id]:
                self.cards[index] = replace(card, verdict=verdicts[card.id])
                changed.append(index)
        return changed

    def ids(self) -> Iterable[str]:
        """The ids of the page."""
        return [card.id for card in self.cards]
