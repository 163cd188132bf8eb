"""Finder: from a task of the work list to the photos it stands for, and the tasks that follow from it.

Each kind of source has one, in a module of its own. It gives the first tasks of a crawl (`first`), turns a
task into rows (`find`), and a row into a described photo (`describe`).
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from exifds.crawl.ask import Call
from exifds.errors import GonePhotoError, PhotoError
from exifds.photo import License
from exifds.sources.flickr import Group, Search, parse
from exifds.sources.flickr.found import FoundPhoto
from exifds.sources.flickr.paging import next_page, wanted_pages
from exifds.sources.listed_photo import ListedPhoto
from exifds.store.tasks import NewTask, Task

__all__ = ["Finder", "Findings", "Licenses", "Row", "first_size"]

Licenses = Callable[[], Awaitable[Mapping[int, License]]]
"""Gives the licences Flickr knows; asked for when the first photo is described."""

AHEAD = 20
"""Pages put on the work list at a time, however many a source claims to have."""

FEWEST = 100
"""Photos a page at least, where a limit makes pages smaller: not all of them may be wanted."""

_SMALLER = 12
"""Pages of each further sweep are smaller by this part of the first one's."""


@dataclass(frozen=True)
class Row:
    """One photo as a page lists it. `fault` says why there is none."""

    photo_id: str
    rank: int
    found: FoundPhoto | None = None
    listed: ListedPhoto | None = None
    fault: PhotoError | None = None

    @property
    def is_photo(self) -> bool:
        """Whether it names a photo."""
        return self.fault is None or isinstance(self.fault, GonePhotoError)

    @property
    def labels(self) -> tuple[str, ...]:
        """Concepts of this photo alone."""
        return self.listed.concepts if self.listed else ()


@dataclass(frozen=True)
class Findings:
    """What a task stands for: rows, and the tasks that follow. `split` tasks have none of their own.

    Args:
        rows: The photos.
        expected: How many the slice has, as Flickr says.
        then: The tasks that follow.
        split: The slice was too large and is done in parts.
        over: The slice is too large and cannot be parted: some photos cannot be reached.
    """

    rows: tuple[Row, ...] = ()
    expected: int = 0
    then: tuple[NewTask, ...] = ()
    split: bool = False
    over: bool = False


class Finder(ABC):
    """Finds the photos of one source.

    Args:
        call: The Flickr API.
        licenses: Gives the licences Flickr knows, by id.
        limit: At most so many photos are wanted; None for all. Then pages come one after the other.
    """

    per_page: int
    """Photos a page of the first sweep."""
    paged = False
    """Whether the user counts pages."""
    shifts = True
    """Whether rows may move from page to page while they are read."""
    ranked = False
    """Whether the number of a page says how far up a photo is."""

    def __init__(self, call: Call, licenses: Licenses, limit: int | None) -> None:
        self.call = call
        self.licenses = licenses
        self.limit = limit

    @abstractmethod
    def first(self, started: int) -> AsyncIterator[NewTask]:
        """The tasks with which a crawl that started at this Unix time begins."""

    @abstractmethod
    async def find(self, task: Task) -> Findings:
        """Read the page a task stands for."""

    async def describe(self, row: Row) -> FoundPhoto:
        """What Flickr says about the photo of a row.

        Raises:
            GonePhotoError: Flickr has it no longer.
            PhotoError: The row is no photo.
        """
        if row.found is None:
            raise row.fault or PhotoError("the row holds no photo")
        return row.found

    def _page_size(self, task: Task) -> int:
        """Photos on the page of a task.

        Another sweep has smaller pages: what fell between two of them, as they moved, is within one of them.
        """
        return self.per_page - (0 if self.paged else task.sweep * self.per_page // _SMALLER)

    async def _rows(self, page: parse.Page, task: Task) -> tuple[Row, ...]:
        first_rank = (task.page - 1) * self._page_size(task) + 1
        licenses = await self.licenses() if page.rows else {}
        return tuple(_row(row, rank, licenses) for rank, row in enumerate(page.rows, first_rank))

    def _more(
        self, task: Task, page: parse.Page, start_page: int, page_limit: int | None, cap: int | None
    ) -> tuple[NewTask, ...]:
        """The pages that follow: some at once, so that others can take them; one if there is a limit.

        A total may be too low, so a last page that is full is followed by one more.
        """
        per_page = self._given(task, page)
        told = wanted_pages(start_page, page_limit, page.total, per_page, cap=cap)
        later = range(max(told.start, task.page + 1), told.stop)
        ahead = 1 if self.limit is not None else AHEAD
        wanted = [*later[:ahead]] if (task.page - start_page) % ahead == 0 else []
        beyond = next_page(task.page, len(page.rows), page.total, per_page, cap=cap)
        if beyond is not None and (page_limit is None or beyond < start_page + page_limit):
            wanted.append(beyond)
        order = int(task.slice.get("since", 0))
        return tuple(NewTask(task.slice, number, task.sweep, order) for number in wanted)

    def _given(self, task: Task, page: parse.Page) -> int:
        """Photos on a full page: Flickr gives fewer than it was asked for in some searches."""
        asked = self._page_size(task)
        return min(asked, page.per_page or asked)


def first_size(source: Search | Group, limit: int | None) -> int:
    """Photos a page: not many more than are wanted, unless the user counts pages."""
    if limit is None or source.start_page > 1 or source.page_limit is not None:
        return source.page_size
    return min(source.page_size, max(limit, FEWEST))


def _row(row: Mapping[str, Any], rank: int, licenses: Mapping[int, License]) -> Row:
    try:
        found = parse.search_row(row, licenses, datetime.now(UTC))
    except GonePhotoError as error:
        return Row(f"flickr:{row['id']}", rank, fault=error)
    except PhotoError as error:
        return Row(f"row:{rank}", rank, fault=error)
    return Row(found.photo.id, rank, found)
