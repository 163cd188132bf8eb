"""Photos: the rows of a page, taken into the dataset: many at a time, stored in batches."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from exifds.crawl.gather import Gatherer, Rejected
from exifds.crawl.keep import Draft, Keeper, Known
from exifds.crawl.needs import Needs, needs
from exifds.crawl.pages import Finder, Row
from exifds.crawl.report import ScrapeReport
from exifds.errors import GonePhotoError, PhotoError
from exifds.photo import FoundBy, Photo
from exifds.progress import Advance
from exifds.sources.flickr.query import IdList, Source
from exifds.store import queries
from exifds.store.crawls import Outcome

__all__ = ["PhotoTaker"]

T = TypeVar("T")

PHOTOS = 96
"""Photos under way at a time: it bounds what they hold in memory."""

BATCH = 32
FLUSH_S = 1.0
"""Photos are stored so many at a time, and once a second: a kill costs no more than that."""


@dataclass(frozen=True)
class _Result:
    """What became of a row: the outcome, the draft of a new or changed document, and other updates."""

    photo_id: str
    outcome: Outcome
    draft: Draft | None = None
    seen: tuple[queries.Update, ...] = ()


@dataclass
class PhotoTaker:
    """Takes photos into one dataset.

    Args:
        source: What is crawled: where photos get their provenance and concepts from.
        finder: Describes photos.
        gatherer: Fetches what belongs to them.
        keeper: Stores them.
        record: Writes down what became of them.
        threads: Where blocking work is done.
        report: Counts.
        advance: Told of every batch.
    """

    source: Source
    finder: Finder
    gatherer: Gatherer
    keeper: Keeper
    record: Callable[[Mapping[str, Outcome]], None]
    threads: Executor
    report: ScrapeReport
    advance: Advance
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PHOTOS))

    async def take(self, rows: Sequence[Row], slice_key: str, page: int | None = None) -> int:
        """Take the photos of rows.

        Args:
            rows: The rows, each photo once.
            slice_key: The slice they are from.
            page: Their page, where it says something.

        Returns:
            How many of them are in the dataset now.
        """
        ids = [row.photo_id for row in rows]
        stored = await self._run(self.keeper.stored, ids)
        wants = {photo_id: needs(stored.get(photo_id), self.gatherer.options) for photo_id in ids}
        partial = [photo_id for photo_id in ids if wants[photo_id] and not wants[photo_id].new]
        known = await self._run(self.keeper.known, partial)
        results: asyncio.Queue[_Result] = asyncio.Queue()

        async def one(row: Row) -> None:
            async with self._slots:
                way = self._provenance(row, page)
                if want := wants[row.photo_id]:
                    results.put_nowait(await self._photo(row, way, want, known.get(row.photo_id)))
                else:
                    results.put_nowait(_again(row, way, stored[row.photo_id]["state"]))

        async with asyncio.TaskGroup() as group:
            storing = group.create_task(self._store(results, len(rows), slice_key))
            for row in rows:
                group.create_task(one(row))
        return storing.result()

    def _provenance(self, row: Row, page: int | None) -> "_Way":
        found_by = FoundBy(
            kind=self.source.kind,
            query=self.source.label,
            language=None if isinstance(self.source, IdList) else self.source.language,
            page=page,
            rank=None if page is None else row.rank,
            at=datetime.now(UTC),
        )
        listed = row.listed.concepts if row.listed else ()
        return _Way(found_by, tuple(dict.fromkeys((*self.source.concepts, *listed))))

    async def _photo(self, row: Row, way: "_Way", want: Needs, known: Known | None) -> _Result:
        """Fetch one photo; whatever is wrong with it costs this one only."""
        photo = Photo(
            id=row.photo_id,
            source="flickr",
            source_id=row.photo_id.partition(":")[2],
            created_at=way.found_by.at,
        )
        try:
            found = await self.finder.describe(row)
            new = {"found_by": (way.found_by,), "concepts": way.concepts}
            photo = known.photo if known else found.photo.model_copy(update=new)
            photo, copy = await self.gatherer.photo(found, photo, want)
            draft = await self._run(self.keeper.draft, photo, copy, known)
        except Rejected as rejection:
            return _Result(row.photo_id, Outcome("rejected", str(rejection)))
        except GonePhotoError as error:
            draft = self.keeper.failure(photo, "gone", str(error), known)
        except PhotoError as error:
            if not row.is_photo:
                return _Result(row.photo_id, Outcome("failed", str(error)))
            draft = self.keeper.failure(photo, "failed", str(error), known)
        return _Result(
            row.photo_id, Outcome(draft.kind, draft.reason), draft, way.updates(row) if known else ()
        )

    async def _store(self, results: "asyncio.Queue[_Result]", expected: int, slice_key: str) -> int:
        """Store results as they come, in batches; how many photos are in the dataset then."""
        kept = 0
        batch: list[_Result] = []
        flushed = time.monotonic()
        for left in range(expected - 1, -1, -1):
            batch.append(await results.get())
            if len(batch) >= BATCH or left == 0 or time.monotonic() - flushed > FLUSH_S:
                kept += await self._flush(batch, slice_key)
                batch, flushed = [], time.monotonic()
        return kept

    async def _flush(self, batch: Sequence[_Result], slice_key: str) -> int:
        """Documents first, journalled; then what became of the photos."""
        drafts = [result.draft for result in batch if result.draft]
        seen = [update for result in batch for update in result.seen]
        refused = await self._run(self.keeper.write, drafts, seen)
        outcomes = {result.photo_id: result.outcome for result in batch}
        outcomes |= {photo_id: Outcome("failed", reason) for photo_id, reason in refused.items()}
        placed = {name: replace(outcome, slice_key=slice_key) for name, outcome in outcomes.items()}
        await self._run(self.record, placed)
        fresh = {draft.photo_id for draft in drafts}
        for photo_id, outcome in outcomes.items():
            self.report.add(photo_id, outcome, fresh=photo_id in fresh)
        self.advance(len(batch), sum(outcome.kind == "failed" for outcome in outcomes.values()))
        return sum(outcome.kind == "kept" for outcome in outcomes.values())

    def _run(self, call: Callable[..., T], *arguments: Any) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self.threads, call, *arguments)


@dataclass(frozen=True)
class _Way:
    """How a photo was found this time, and the labels it gets for it."""

    found_by: FoundBy
    concepts: tuple[str, ...]

    def updates(self, row: Row) -> tuple[queries.Update, ...]:
        return tuple(queries.add_provenance(row.photo_id, self.found_by, self.concepts))


def _again(row: Row, way: _Way, state: str) -> _Result:
    """A photo that is in the dataset, and lacks nothing that is asked for."""
    outcome = Outcome("gone", "it was gone before") if state == "gone" else Outcome("kept")
    return _Result(row.photo_id, outcome, None, way.updates(row))
