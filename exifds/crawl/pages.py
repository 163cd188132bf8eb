"""Pages: from a task of the work list to the photos it stands for, and the tasks that follow from it.

One class a kind of source. Each gives the first tasks of a crawl (`first`), turns a task into rows (`find`),
and a row into a described photo (`describe`).
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from exifds.crawl.ask import Call, ask
from exifds.errors import GonePhotoError, PhotoError
from exifds.photo import License, Photo
from exifds.sources import id_list
from exifds.sources.flickr import Group, IdList, Search, parse, plan
from exifds.sources.flickr.found import FoundPhoto
from exifds.sources.id_list import BadRow, ListedPhoto
from exifds.store.tasks import NewTask, Task

__all__ = ["Finder", "Findings", "GroupFinder", "Licenses", "ListFinder", "Row", "SearchFinder"]

Licenses = Callable[[], Awaitable[Mapping[int, License]]]
"""Gives the licences Flickr knows; asked for when the first photo is described."""

AHEAD = 20
"""Pages put on the work list at a time, however many a source claims to have."""

LIST_ROWS = 200
"""Rows of an id list in one task."""

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

    per_page = LIST_ROWS
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
        told = plan.wanted_pages(start_page, page_limit, page.total, per_page, cap=cap)
        later = range(max(told.start, task.page + 1), told.stop)
        ahead = 1 if self.limit is not None else AHEAD
        wanted = [*later[:ahead]] if (task.page - start_page) % ahead == 0 else []
        beyond = plan.next_page(task.page, len(page.rows), page.total, per_page, cap=cap)
        if beyond is not None and (page_limit is None or beyond < start_page + page_limit):
            wanted.append(beyond)
        order = int(task.slice.get("since", 0))
        return tuple(NewTask(task.slice, number, task.sweep, order) for number in wanted)

    def _given(self, task: Task, page: parse.Page) -> int:
        """Photos on a full page: Flickr gives fewer than it was asked for in some searches."""
        asked = self._page_size(task)
        return min(asked, page.per_page or asked)


class SearchFinder(Finder):
    """Finds what a search matches: all of it, split where Flickr would not show it all."""

    def __init__(self, search: Search, call: Call, licenses: Licenses, limit: int | None) -> None:
        super().__init__(call, licenses, limit)
        self.search = search
        few = search.page_limit is not None and search.page_limit * search.page_size <= plan.CAP
        self.paged = few or search.start_page > 1
        self.whole = not self.paged and (limit is None or limit > plan.CAP)
        self.ranked = not self.whole
        self.per_page = _first_size(search, limit)

    async def first(self, started: int) -> AsyncIterator[NewTask]:
        """One task a box."""
        for piece in plan.first_slices(self.search, started):
            yield NewTask(piece.to_dict(), self.search.start_page, order=piece.since)

    async def find(self, task: Task) -> Findings:
        """Ask for one page; a slice that is too large is split, at the latest where Flickr shows no more."""
        search, piece = self.search, plan.Slice.from_dict(dict(task.slice))
        whole = self.whole or "part" in task.slice
        sort = "date-posted-asc" if whole else search.sort or "date-posted-desc"
        asked = plan.parameters(search, piece, task.page, self._page_size(task), sort=sort)
        page = parse.page(await self.call("flickr.photos.search", **asked))
        if whole and task.page == 1 and task.sweep == 0 and plan.too_many(page.total):
            parts = await self._parts(piece, page.total)
            if parts:
                return Findings(expected=page.total, then=parts, split=True)
        limit = search.page_limit if self.paged else None
        then = self._more(task, page, search.start_page, limit, plan.CAP)
        if not (then or whole or self.paged) and page.total > plan.CAP:
            then = await self._parts(piece, page.total)
        rows = await self._rows(page, task)
        full = len(page.rows) >= (given := self._given(task, page)) and task.page * given >= plan.CAP
        return Findings(rows, page.total, then, over=whole and (full or page.total > plan.CAP))

    async def _parts(self, piece: plan.Slice, total: int) -> tuple[NewTask, ...]:
        parts = plan.split(piece, total, self.search.license or sorted(await self.licenses()))
        return tuple(NewTask(part.to_dict() | {"part": True}, order=part.since) for part in parts)


class GroupFinder(Finder):
    """Finds the photos of a group's pool, page by page."""

    ranked = True

    def __init__(self, group: Group, call: Call, licenses: Licenses, limit: int | None) -> None:
        super().__init__(call, licenses, limit)
        self.group = group
        self.paged = group.page_limit is not None or group.start_page > 1
        self.per_page = _first_size(group, limit)

    async def first(self, started: int) -> AsyncIterator[NewTask]:
        """The first page; a name or an address is looked up for it."""
        del started
        found = self.group.nsid
        if found is None:
            found = parse.group_id(await self.call("flickr.urls.lookupGroup", url=self.group.url))
        yield NewTask({"group": found}, self.group.start_page)

    async def find(self, task: Task) -> Findings:
        """Ask for one page."""
        group = self.group
        asked = plan.group_parameters(str(task.slice["group"]), group, task.page, self._page_size(task))
        page = parse.page(await self.call("flickr.groups.pools.getPhotos", **asked))
        then = self._more(task, page, group.start_page, group.page_limit, None)
        return Findings(await self._rows(page, task), page.total, then)


class ListFinder(Finder):
    """Finds the photos of an id list. The rows go onto the work list, so the file is read once."""

    shifts = False

    def __init__(
        self,
        listing: IdList,
        call: Call,
        licenses: Licenses,
        limit: int | None,
        *,
        metadata: bool,
    ) -> None:
        super().__init__(call, licenses, limit)
        self.listing = listing
        self.metadata = metadata

    async def first(self, started: int) -> AsyncIterator[NewTask]:
        """Tasks of some rows each."""
        del started
        rows = id_list.read(self.listing.path)
        page = 0
        while chunk := [_plain(row) for row in islice(rows, LIST_ROWS)]:
            page += 1
            yield NewTask({"rows": chunk, "from": (page - 1) * LIST_ROWS + 1}, page, order=page)

    async def find(self, task: Task) -> Findings:
        """The rows of a task, each photo once with all of its labels."""
        rows: dict[str, Row] = {}
        for rank, plain in enumerate(task.slice["rows"], task.slice["from"]):
            row = _listed(plain, rank)
            rows[row.photo_id] = _joined(rows[row.photo_id], row) if row.photo_id in rows else row
        return Findings(tuple(rows.values()), len(rows))

    async def describe(self, row: Row) -> FoundPhoto:
        """Ask Flickr about the photo, unless the list alone shall do."""
        if row.listed is None:
            raise row.fault or PhotoError("the row holds no photo")
        now = datetime.now(UTC)
        if not self.metadata:
            bare = Photo(id=row.photo_id, source="flickr", source_id=row.listed.id, created_at=now)
            return FoundPhoto(bare, row.listed.secret, row.listed.server)
        answer = await ask(self.call, "flickr.photos.getInfo", row.listed.id, row.listed.secret)
        if answer is None:
            raise GonePhotoError("its owner does not show it to everybody")
        return parse.info(answer, await self.licenses(), now)


def _first_size(source: Search | Group, limit: int | None) -> int:
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


def _plain(row: ListedPhoto | BadRow) -> dict[str, Any]:
    """A row as the work list keeps it."""
    if isinstance(row, BadRow):
        return {"line": row.line, "fault": row.reason}
    return {"id": row.id, "secret": row.secret, "server": row.server, "concepts": list(row.concepts)}


def _listed(row: Mapping[str, Any], rank: int) -> Row:
    if "fault" in row:
        return Row(f"line:{row['line']}", rank, fault=PhotoError(row["fault"]))
    listed = ListedPhoto(row["id"], row["secret"], row["server"], tuple(row["concepts"]))
    return Row(f"flickr:{listed.id}", rank, listed=listed)


def _joined(one: Row, other: Row) -> Row:
    """Two rows of one photo as one."""
    if one.listed is None or other.listed is None:
        return one
    return replace(one, listed=id_list.union(one.listed, other.listed))
