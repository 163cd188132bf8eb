"""Pages: from a task of the work list to the photos it stands for, and the tasks that follow from it.

One class a kind of source. Each gives the first tasks of a crawl (`first`), turns a task into rows (`find`),
and a row into a described photo (`describe`).
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from exifds.crawl.gather import Call
from exifds.errors import FlickrError, FlickrUnavailableError, GonePhotoError, PhotoError
from exifds.photo import License, Photo
from exifds.sources import id_list
from exifds.sources.flickr import Group, IdList, Search, parse, plan
from exifds.sources.flickr.found import FoundPhoto
from exifds.sources.id_list import BadRow, ListedPhoto
from exifds.store.tasks import NewTask, Task

__all__ = ["Finder", "Findings", "GroupFinder", "Licenses", "ListFinder", "Row", "SearchFinder"]

Licenses = Callable[[], Awaitable[Mapping[int, License]]]
"""Gives the licences Flickr knows; asked for when the first photo is described."""

LIST_ROWS = 200
"""Rows of an id list in one task."""

_NOT_FOUND = 1


@dataclass(frozen=True)
class Row:
    """One photo as a page lists it. `fault` says why it is none."""

    photo_id: str
    rank: int
    found: FoundPhoto | None = None
    listed: ListedPhoto | None = None
    fault: str | None = None

    @property
    def is_photo(self) -> bool:
        """Whether it names a photo."""
        return self.fault is None


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
            raise PhotoError(row.fault or "the row holds no photo")
        return row.found

    async def _rows(self, page: parse.Page, first_rank: int) -> tuple[Row, ...]:
        licenses = await self.licenses() if page.rows else {}
        return tuple(_row(row, rank, licenses) for rank, row in enumerate(page.rows, first_rank))

    def _more(
        self, task: Task, page: parse.Page, start_page: int, page_limit: int | None, cap: int | None
    ) -> tuple[NewTask, ...]:
        """The pages that follow: all at once from the first, or one by one where there is a limit.

        A total may be too low, so a last page that is full is followed by one more.
        """
        told = plan.wanted_pages(start_page, page_limit, page.total, self.per_page, None, cap=cap)
        wanted = [number for number in told if number > task.page]
        beyond = plan.next_page(task.page, len(page.rows), page.total, self.per_page, cap=cap)
        if beyond is not None and (page_limit is None or beyond < start_page + page_limit):
            wanted.append(beyond)
        if self.limit is not None:
            wanted = wanted[:1]
        elif task.page != start_page:
            wanted = [number for number in wanted if number == beyond]
        order = int(task.slice.get("since", 0))
        return tuple(NewTask(task.slice, number, task.sweep, order) for number in wanted)


class SearchFinder(Finder):
    """Finds what a search matches: all of it, split where Flickr would not show it all."""

    def __init__(self, search: Search, call: Call, licenses: Licenses, limit: int | None) -> None:
        super().__init__(call, licenses, limit)
        self.search = search
        few = search.page_limit is not None and search.page_limit * search.page_size <= plan.CAP
        self.paged = few or search.start_page > 1
        self.whole = not self.paged and (limit is None or limit > plan.CAP)
        self.ranked = not self.whole
        self.per_page = _page_size(search, limit)

    async def first(self, started: int) -> AsyncIterator[NewTask]:
        """One task a box."""
        for piece in plan.first_slices(self.search, started):
            yield NewTask(piece.to_dict(), self.search.start_page, order=piece.since)

    async def find(self, task: Task) -> Findings:
        """Ask for one page; a slice that is too large is split, at the latest where Flickr shows no more."""
        search, piece = self.search, plan.Slice.from_dict(dict(task.slice))
        whole = self.whole or "part" in task.slice
        sort = "date-posted-asc" if whole else search.sort or "date-posted-desc"
        asked = plan.parameters(search, piece, task.page, self.per_page, sort=sort)
        page = parse.page(await self.call("flickr.photos.search", **asked))
        if whole and task.page == 1 and task.sweep == 0 and plan.too_many(page.total):
            parts = await self._parts(piece, page.total)
            if parts:
                return Findings(expected=page.total, then=parts, split=True)
        limit = search.page_limit if self.paged else None
        then = self._more(task, page, search.start_page, limit, plan.CAP)
        if not (then or whole or self.paged) and page.total > plan.CAP:
            then = await self._parts(piece, page.total)
        rows = await self._rows(page, (task.page - 1) * self.per_page + 1)
        return Findings(rows, page.total, then, over=whole and page.total > plan.CAP)

    async def _parts(self, piece: plan.Slice, total: int) -> tuple[NewTask, ...]:
        parts = plan.split(piece, total, self.search.license or sorted(await self.licenses()))
        return tuple(NewTask(part.to_dict() | {"part": True}, order=part.since) for part in parts)


class GroupFinder(Finder):
    """Finds the photos of a group's pool, page by page."""

    ranked = True

    def __init__(self, group: Group, call: Call, licenses: Licenses, limit: int | None) -> None:
        super().__init__(call, licenses, limit)
        self.group = group
        self.per_page = _page_size(group, limit)

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
        asked = plan.group_parameters(str(task.slice["group"]), group, task.page, self.per_page)
        page = parse.page(await self.call("flickr.groups.pools.getPhotos", **asked))
        then = self._more(task, page, group.start_page, group.page_limit, None)
        return Findings(await self._rows(page, (task.page - 1) * self.per_page + 1), page.total, then)


class ListFinder(Finder):
    """Finds the photos of an id list. The rows go onto the work list, so the file is read once."""

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
        """The rows of a task."""
        rows = tuple(_listed(row, rank) for rank, row in enumerate(task.slice["rows"], task.slice["from"]))
        return Findings(rows, len(rows))

    async def describe(self, row: Row) -> FoundPhoto:
        """Ask Flickr about the photo, unless the list alone shall do."""
        if row.listed is None:
            raise PhotoError(row.fault or "the row holds no photo")
        now = datetime.now(UTC)
        if not self.metadata:
            bare = Photo(id=row.photo_id, source="flickr", source_id=row.listed.id, created_at=now)
            return FoundPhoto(bare, row.listed.secret, row.listed.server)
        secret = {"secret": row.listed.secret} if row.listed.secret else {}
        try:
            answer = await self.call("flickr.photos.getInfo", photo_id=row.listed.id, **secret)
        except FlickrUnavailableError as error:
            raise PhotoError(f"flickr.photos.getInfo: {error}") from None
        except FlickrError as error:
            if error.code == _NOT_FOUND:
                raise GonePhotoError("Flickr has the photo no longer, or not for everybody") from None
            raise
        return parse.info(answer, await self.licenses(), now)


def _page_size(source: Search | Group, limit: int | None) -> int:
    """Photos a page: no more than are wanted, unless pages are counted."""
    return source.page_size if limit is None or source.start_page > 1 else min(source.page_size, limit)


def _row(row: Mapping[str, Any], rank: int, licenses: Mapping[int, License]) -> Row:
    try:
        found = parse.search_row(row, licenses, datetime.now(UTC))
    except PhotoError as error:
        return Row(f"row:{rank}", rank, fault=str(error))
    return Row(found.photo.id, rank, found)


def _plain(row: ListedPhoto | BadRow) -> dict[str, Any]:
    """A row as the work list keeps it."""
    if isinstance(row, BadRow):
        return {"line": row.line, "fault": row.reason}
    return {"id": row.id, "secret": row.secret, "server": row.server, "concepts": list(row.concepts)}


def _listed(row: Mapping[str, Any], rank: int) -> Row:
    if "fault" in row:
        return Row(f"line:{row['line']}", rank, fault=row["fault"])
    listed = ListedPhoto(row["id"], row["secret"], row["server"], tuple(row["concepts"]))
    return Row(f"flickr:{listed.id}", rank, listed=listed)
