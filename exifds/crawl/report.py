"""Report: what a scrape found and what became of it."""

from collections import Counter
from dataclasses import dataclass, field

from exifds.ingest import Failure
from exifds.store.coverage import Coverage
from exifds.store.outcomes import Outcome

__all__ = ["ScrapeReport"]


@dataclass
class ScrapeReport:
    """What became of the photos of a run.

    Args:
        stored: Photos that are new in the dataset, or complete now.
        known: Photos that were there already.
        rejected: Photos that are not wanted, by reason.
        gone: Photos that their source has no longer, by reason.
        failures: Why photos could not be fetched or stored, by `_id`; running again tries them again.
        coverage: By source, how much of it was seen, also by earlier and other runs.
        calls: Calls of the API.
        retries: Calls and downloads that had to be repeated, by reason.
        note: How the run stands, while it goes on.
    """

    stored: int = 0
    known: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    coverage: dict[str, Coverage] = field(default_factory=dict)
    calls: int = 0
    retries: Counter[str] = field(default_factory=Counter)
    note: str = ""

    @property
    def failed(self) -> list[Failure]:
        """Photos that could not be fetched or stored, and why."""
        return [Failure(photo_id, reason) for photo_id, reason in self.failures.items()]

    @property
    def photos(self) -> int:
        """Number of photos looked at."""
        return self.stored + self.known + self.rejected.total() + self.gone.total() + len(self.failures)

    def reasons(self, most: int = 3) -> list[str]:
        """Why photos were not kept: the most frequent reasons, each with its number.

        Args:
            most: How many reasons to tell.

        Returns:
            Such as `12 without FocalLength`.
        """
        failed = Counter(self.failures.values())
        return [
            f"{number} {reason}" for reason, number in (self.rejected + self.gone + failed).most_common(most)
        ]

    def add(self, photo_id: str, outcome: Outcome, *, fresh: bool) -> None:
        """Count one photo; one that failed before is tried again when it is met again, and counts once.

        Args:
            photo_id: Its `_id`.
            outcome: What became of it.
            fresh: Its document is new or was changed by this run.
        """
        reason = outcome.reason or outcome.kind
        self.failures.pop(photo_id, None)
        match outcome.kind:
            case "kept":
                self.stored += fresh
                self.known += not fresh
            case "rejected":
                self.rejected[reason] += 1
            case "gone":
                self.gone[reason] += 1
            case "failed":
                self.failures[photo_id] = reason
