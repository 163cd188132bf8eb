"""Photos: the rows of a page, taken into the dataset, many at a time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from exifds.crawl.finder import Finder, Row
from exifds.crawl.gather import Gatherer, Rejected
from exifds.crawl.keep import Keeper, Known
from exifds.crawl.needs import Needs, needs
from exifds.crawl.reconcile import refreshed
from exifds.crawl.report import ScrapeReport
from exifds.crawl.storing import Result, Storer
from exifds.errors import FlickrUnavailableError, GonePhotoError, PhotoError
from exifds.photo import FoundBy, Photo
from exifds.progress import Advance
from exifds.sources.flickr import IdList, Source
from exifds.sources.flickr.found import FoundPhoto
from exifds.store import queries
from exifds.store.outcomes import Outcome

__all__ = ["PhotoTaker"]

T = TypeVar("T")

PHOTOS = 128
"""Photos under way at a time, from download to disk: it bounds their memory, and what a kill costs."""

SILENCE = 3
"""So many photos in succession may fail since Flickr does not answer; then it is not for the photos."""


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
    _silent: int = 0
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PHOTOS))

    def __post_init__(self) -> None:
        """Make what stores the results."""
        options = self.gatherer.options
        self._storer = Storer(self.keeper, options, self.record, self.threads, self.report, self.advance)

    async def take(self, rows: Sequence[Row], place: str, page: int | None = None) -> None:
        """Take the photos of rows.

        Args:
            rows: The rows, each photo once.
            place: The slice and page they are from.
            page: Their page, where it says something.
        """
        ids = [row.photo_id for row in rows]
        stored = await self._run(self.keeper.stored, ids)
        wants = {photo_id: needs(stored.get(photo_id), self.gatherer.options) for photo_id in ids}
        lacking = [photo_id for photo_id in ids if wants[photo_id] and not wants[photo_id].new]
        known = await self._run(self.keeper.known, lacking)

        async def one(row: Row) -> None:
            """Whatever becomes of a photo, it gives a result."""
            async with self._slots:
                way = self._provenance(row, page)
                if want := wants[row.photo_id]:
                    result = await self._photo(row, place, way, want, known.get(row.photo_id))
                else:
                    result = _again(row, place, way, stored[row.photo_id]["state"])
                await self._storer.store(result)

        async with asyncio.TaskGroup() as group:
            for row in rows:
                group.create_task(one(row))

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

    async def _photo(self, row: Row, place: str, way: "_Way", want: Needs, known: Known | None) -> Result:
        """Fetch one photo; whatever is wrong with it costs this one only."""
        photo = Photo(
            id=row.photo_id,
            source="flickr",
            source_id=row.photo_id.partition(":")[2],
            created_at=way.found_by.at,
        )
        try:
            photo, copy = await self._complete(row, way, want, known)
            if known and photo == known.photo:
                return _again(row, place, way, photo.state)
            made = partial(self.keeper.draft, photo, copy, known)
        except Rejected as rejection:
            return Result(row.photo_id, Outcome("rejected", str(rejection)), place)
        except GonePhotoError as error:
            made = partial(self.keeper.failure, photo, "gone", str(error), known)
        except FlickrUnavailableError as error:
            self._silent += 1
            if self._silent > SILENCE:
                raise
            made = partial(self.keeper.failure, photo, "failed", str(error), known)
        except PhotoError as error:
            if not row.is_photo:
                return Result(row.photo_id, Outcome("failed", str(error)), place)
            made = partial(self.keeper.failure, photo, "failed", str(error), known)
        return Result(row.photo_id, made, place, way.updates(row) if known else ())

    async def _complete(
        self, row: Row, way: "_Way", want: Needs, known: Known | None
    ) -> tuple[Photo, bytes | None]:
        """A photo with all that is wanted of it, and its image file if that is new."""
        if known is None:
            found = await self.finder.describe(row)
            base = found.photo.model_copy(update={"found_by": (way.found_by,), "concepts": way.concepts})
        elif want.described:
            found = await self.finder.describe(row)
            base = refreshed(known.photo, found.photo)
        else:
            found, base = FoundPhoto(known.photo), known.photo
        complete = await self.gatherer.photo(found, base, want)
        self._silent = 0
        if known and complete[0] == base and not want.metadata:
            return known.photo, None  # what was looked for is not there
        return complete

    def _run(self, call: Callable[..., T], *arguments: Any) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self.threads, call, *arguments)


@dataclass(frozen=True)
class _Way:
    """How a photo was found this time, and the labels it gets for it."""

    found_by: FoundBy
    concepts: tuple[str, ...]

    def updates(self, row: Row) -> tuple[queries.Update, ...]:
        return tuple(queries.add_provenance(row.photo_id, self.found_by, self.concepts))


def _again(row: Row, place: str, way: _Way, state: str) -> Result:
    """A photo that is in the dataset, and lacks nothing that is asked for."""
    if state == "gone":
        return Result(row.photo_id, Outcome("gone", "it was gone before"), place)
    return Result(row.photo_id, Outcome("kept"), place, way.updates(row))
