"""Report: what a scoring run would do, and what it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from exifds.enrich.score.budget import price

__all__ = ["Estimate", "ScoreReport"]


@dataclass(frozen=True)
class Estimate:
    """What a run would do.

    Args:
        photos: Photos without labels.
        cached: Those of them whose labels are known already.
        images: Different images to be paid.
        requests: Requests for them, if none is repeated.
        refused: Photos whose image was refused by an earlier run: they are not asked about again.
        covered: Images that the budget suffices for; None without one.
        by_others: Photos with scores of the concepts from another scorer.
    """

    photos: int = 0
    cached: int = 0
    images: int = 0
    requests: int = 0
    refused: int = 0
    covered: int | None = None
    by_others: int = 0

    @property
    def usd(self) -> Decimal:
        """What they cost at most."""
        return price(self.images)


@dataclass
class ScoreReport:
    """What a run did.

    Args:
        scored: Photos whose labels it paid.
        cached: Photos that got labels which were known.
        rescored: Photos with labels whose scores changed with the concepts.
        failures: Why photos got none, by `_id`. Running again tries them again, but those that were refused.
        requests: Requests made.
        paid: Images paid: each time that one was sent.
        remaining: Photos without labels that did not fail: the run ended before them.
        stopped: Why it did.
        reason: The same in words.
        by_others: Photos that still have scores of the concepts from another scorer.
    """

    scored: int = 0
    cached: int = 0
    rescored: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    paid: int = 0
    remaining: int = 0
    stopped: Literal["budget", "unavailable"] | None = None
    reason: str | None = None
    by_others: int = 0

    @property
    def usd(self) -> Decimal:
        """What it cost at most."""
        return price(self.paid)

    def add(self, scored: int, cached: int, failures: Mapping[str, str]) -> None:
        """Count photos in.

        Args:
            scored: Photos whose labels were paid.
            cached: Photos that got labels which were known.
            failures: Why photos got none, by `_id`.
        """
        self.scored += scored
        self.cached += cached
        self.failures |= failures

    @property
    def failed(self) -> list[tuple[str, str]]:
        """Photos that got no labels, and why."""
        return list(self.failures.items())
