"""Storing: what became of photos goes into the dataset, then onto the work list, in batches."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, TypeVar

from exifds.crawl.keep import Draft, Keeper, Written
from exifds.crawl.needs import needs
from exifds.crawl.options import Options
from exifds.crawl.report import ScrapeReport
from exifds.progress import Advance
from exifds.store import queries
from exifds.store.outcomes import Outcome

__all__ = ["Result", "Storer"]

T = TypeVar("T")

BATCH = 32
"""Photos in a batch at most."""

BATCHES = 2
"""Batches under way at a time: while the database has one, the next one is encrypted."""

DRAFTERS = 4
"""Threads that share the photos of a batch: their files wait for the disk together."""

OVERTAKEN = "somebody else changed it meanwhile; it is completed when the same command is run again"


@dataclass(frozen=True)
class Result:
    """What became of a row.

    Args:
        photo_id: `_id` of its photo.
        made: Makes its new or changed document, and writes its image file, in a thread; or the outcome, where
            neither is to be done.
        place: The slice and page it is from.
        seen: Other updates.
    """

    photo_id: str
    made: Callable[[], Draft] | Outcome
    place: str
    seen: tuple[queries.Update, ...] = ()


@dataclass
class Storer:
    """Stores results in batches: those that come while batches are under way make the next one.

    Args:
        keeper: Stores photos.
        options: What is fetched of each photo.
        record: Writes down what became of photos.
        threads: Where blocking work is done.
        report: Counts.
        advance: Told of every batch.
    """

    keeper: Keeper
    options: Options
    record: Callable[[Mapping[str, Outcome]], None]
    threads: Executor
    report: ScrapeReport
    advance: Advance
    _waiting: "deque[tuple[Result, asyncio.Future[None]]]" = field(default_factory=deque)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(BATCHES))

    async def store(self, result: Result) -> None:
        """Store a result, with others that wait; return when it is on disk.

        Args:
            result: The result.
        """
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((result, stored))
        async with self._turns:  # whoever has a turn stores for those who wait for one
            if self._waiting and not stored.done():
                await self._store_waiting()
        await stored

    async def _store_waiting(self) -> None:
        """Store a batch. If that fails, the run ends, and until then nobody goes on who waits for it."""
        batch: dict[str, tuple[Result, asyncio.Future[None]]] = {}
        while self._waiting and len(batch) < BATCH and self._waiting[0][0].photo_id not in batch:
            result, stored = self._waiting.popleft()  # two rows of one photo are not for one batch
            batch[result.photo_id] = (result, stored)
        await self._store([result for result, _ in batch.values()])
        for _, stored in batch.values():
            if not stored.done():
                stored.set_result(None)

    async def _store(self, batch: Sequence[Result]) -> None:
        parts = [batch[start::DRAFTERS] for start in range(min(DRAFTERS, len(batch)))]
        drafted = await asyncio.gather(*(self._run(_drafts, part) for part in parts))
        drafts = dict(chain.from_iterable(drafted))
        outcomes = await self._run(self._written, batch, drafts)
        for photo_id, outcome in outcomes.items():
            self.report.add(photo_id, outcome, fresh=photo_id in drafts)
        self.advance(len(batch), sum(outcome.kind == "failed" for outcome in outcomes.values()))

    def _written(self, batch: Sequence[Result], drafts: Mapping[str, Draft]) -> dict[str, Outcome]:
        """Documents first, journalled; then what became of the photos."""
        seen = [update for result in batch for update in result.seen]
        written = self.keeper.write(list(drafts.values()), seen)
        outcomes = {
            result.photo_id: replace(self._outcome(result, drafts, written), place=result.place)
            for result in batch
        }
        self.record(outcomes)
        return outcomes

    def _outcome(self, result: Result, drafts: Mapping[str, Draft], written: Written) -> Outcome:
        if isinstance(result.made, Outcome):
            return result.made
        draft = drafts[result.photo_id]
        if (refusal := written.refused.get(draft.photo_id)) is not None:
            return Outcome("failed", refusal)
        now = written.overtaken.get(draft.photo_id)
        if draft.kind == "kept" and now is not None and needs(now, self.options).fetches:
            return Outcome("failed", OVERTAKEN)
        return Outcome(draft.kind, draft.reason)

    def _run(self, call: Callable[..., T], *arguments: Any) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self.threads, call, *arguments)


def _drafts(part: Sequence[Result]) -> list[tuple[str, Draft]]:
    return [(result.photo_id, result.made()) for result in part if not isinstance(result.made, Outcome)]
