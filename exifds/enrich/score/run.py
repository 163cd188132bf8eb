"""Run: the labels and scores of a dataset, paid for once.

1. Photos whose image has labels in the cache get them from there: nothing is sent.
2. The others are asked about, in batches on several threads.
3. Images that somebody else was asking about meanwhile are waited for.

Run again, it goes on with the photos that have no labels yet.
"""

import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from exifds.enrich.score.answers import Scorer
from exifds.enrich.score.budget import Budget, accounted, affordable
from exifds.enrich.score.concepts import Concepts
from exifds.enrich.score.labeller import Labeller, Part, Unlabelled
from exifds.enrich.score.pages import pages
from exifds.enrich.score.report import Estimate, ScoreReport
from exifds.fetch.images import ImageStore
from exifds.progress import Advance
from exifds.store.labels import LabelCache, counting
from exifds.store.sync import Store

__all__ = ["Scoring", "estimate", "without_labels"]

_PAGE: Final = 512
_BUSY_S: Final = 1.0


def without_labels(scorer: str) -> dict[str, Any]:
    """Filter of the photos that have an image and no labels of a scorer yet.

    Args:
        scorer: The scorer, as in `Photo.labels`.

    Returns:
        The filter.

    Example:
        >>> without_labels("google")["labels.google"]
        {'$exists': False}
    """
    return {"state": "done", "image": {"$exists": True}, f"labels.{scorer}": {"$exists": False}}


def estimate(
    store: Store, scorer: str = "google", batch: int = 16, budget: Decimal | None = None
) -> Estimate:
    """What a run would do, and cost. Nothing is sent or written, and no key is needed.

    Args:
        store: The dataset.
        scorer: The scorer, as in `Photo.labels`.
        batch: Images of a request.
        budget: What may be spent, in USD; None for no limit.

    Returns:
        Photos, images, requests and USD.
    """
    rows = store.aggregate(counting(scorer, without_labels(scorer)))
    counts = rows[0] if rows else {"photos": 0, "cached": 0, "refused": 0, "images": 0}
    covered = None if budget is None else min(counts["images"], affordable(budget, 0))
    return Estimate(**counts, requests=-(-counts["images"] // batch), covered=covered)


@dataclass
class Scoring:
    """Scores the photos of one dataset.

    Args:
        store: The dataset.
        images: Its image files.
        cache: What the scorer said already, about images of all datasets.
        scorer: Gives labels.
        concepts: What the photos are scored for.
        budget: What may be spent.
        pause: Waits for so many seconds.
    """

    store: Store
    images: ImageStore
    cache: LabelCache
    scorer: Scorer
    concepts: Concepts
    budget: Budget = field(default_factory=Budget)
    pause: Callable[[float], object] = time.sleep

    def run(self, advance: Advance) -> ScoreReport:
        """Score the photos that have no labels yet.

        Args:
            advance: Told of every batch.

        Returns:
            What was done.

        Raises:
            UsageError: The scorer lets nobody in with these settings.
            KeyboardInterrupt: Somebody stopped it; its message says what was paid.
            UnreachableError: The database went away and did not come back; it says what was paid, too.
        """
        with accounted(self.budget):
            return self._run(advance)

    def _run(self, advance: Advance) -> ScoreReport:
        report = ScoreReport()
        labeller = Labeller(self.store, self.images, self.cache, self.scorer, self.concepts, self.budget)
        while True:
            for page in self._pages():
                part = labeller.fill(page)
                known = len(part.failures.keys() - report.failures)
                report.add(0, part.cached, part.failures)
                advance(part.cached + known, known)
            busy = self._ask(labeller, report, advance)
            if report.stopped or not busy:
                break
            self.pause(_BUSY_S)
        report.requests, report.paid = self.scorer.requests, self.budget.spent
        left = self.store.count(without_labels(self.scorer.name))
        report.remaining = max(left - len(report.failures), 0)
        return report

    def _ask(self, labeller: Labeller, report: ScoreReport, advance: Advance) -> int:
        """Ask for what is not known; tells about how many images somebody else was asking."""
        busy = 0
        with closing(self._parts(labeller, report)) as parts:
            for part in parts:
                report.add(part.scored, part.cached, part.failures)
                busy += part.busy
                if part.unanswered and report.stopped != "unavailable":
                    self.scorer.stop()
                    report.stopped, report.reason = "unavailable", part.unanswered
                elif part.unaffordable and not report.stopped:
                    report.stopped, report.reason = "budget", "the budget is spent"
                advance(part.scored + part.cached + len(part.failures), len(part.failures))
        return busy

    def _parts(self, labeller: Labeller, report: ScoreReport) -> Generator[Part, None, None]:
        """What becomes of the batches, as soon as it is known. Few are begun ahead."""
        pool = ThreadPoolExecutor(self.scorer.workers, "exifds-score")
        running: set[Future[Part]] = set()
        try:
            for batch in self._batches(report):
                running.add(pool.submit(labeller.ask, batch))
                if len(running) == 2 * self.scorer.workers:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        except BaseException:
            self.scorer.stop()
            raise
        finally:
            pool.shutdown(cancel_futures=True)  # waits for what is under way: it is paid

    def _batches(self, report: ScoreReport) -> Iterator[list[Unlabelled]]:
        """Photos to ask about, until the run is to stop. Those that failed are not tried again."""
        photos = (photo for page in self._pages() for photo in page if photo.id not in report.failures)
        while not report.stopped and (batch := list(islice(photos, self.scorer.batch))):
            yield batch

    def _pages(self) -> Iterator[list[Unlabelled]]:
        """Photos without labels, by `_id`."""
        fields = {"image.sha256": 1, "image.path": 1, "image.orientation": 1}
        for rows in pages(self.store, without_labels(self.scorer.name), fields, _PAGE):
            yield [Unlabelled.of(row) for row in rows]
