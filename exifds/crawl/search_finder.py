"""SearchFinder: what a search matches, all of it, split where Flickr would not show it all."""

from collections.abc import AsyncIterator

from exifds.crawl.ask import Call
from exifds.crawl.finder import Finder, Findings, Licenses, first_size
from exifds.sources.flickr import Search, parse, slices
from exifds.sources.flickr.parameters import search_parameters
from exifds.sources.flickr.search_query import CAP
from exifds.sources.flickr.slices import Slice
from exifds.store.tasks import NewTask, Task

__all__ = ["SearchFinder"]


class SearchFinder(Finder):
    """Finds what a search matches: all of it, split where Flickr would not show it all."""

    def __init__(self, search: Search, call: Call, licenses: Licenses, limit: int | None) -> None:
        super().__init__(call, licenses, limit)
        self.search = search
        few = search.page_limit is not None and search.page_limit * search.page_size <= CAP
        self.paged = few or search.start_page > 1
        self.whole = not self.paged and (limit is None or limit > CAP)
        self.ranked = not self.whole
        self.per_page = first_size(search, limit)

    async def first(self, started: int) -> AsyncIterator[NewTask]:
        """One task a box."""
        for piece in slices.first_slices(self.search, started):
            yield NewTask(piece.to_dict(), self.search.start_page, order=piece.since)

    async def find(self, task: Task) -> Findings:
        """Ask for one page; a slice that is too large is split, at the latest where Flickr shows no more."""
        search, piece = self.search, Slice.from_dict(dict(task.slice))
        whole = self.whole or "part" in task.slice
        sort = "date-posted-asc" if whole else search.sort or "date-posted-desc"
        asked = search_parameters(search, piece, task.page, self._page_size(task), sort=sort)
        page = parse.page(await self.call("flickr.photos.search", **asked))
        if whole and task.page == 1 and task.sweep == 0 and slices.too_many(page.total):
            parts = await self._parts(piece, page.total)
            if parts:
                return Findings(expected=page.total, then=parts, split=True)
        limit = search.page_limit if self.paged else None
        then = self._more(task, page, search.start_page, limit, CAP)
        if not (then or whole or self.paged) and page.total > CAP:
            then = await self._parts(piece, page.total)
        rows = await self._rows(page, task)
        full = len(page.rows) >= (given := self._given(task, page)) and task.page * given >= CAP
        return Findings(rows, page.total, then, over=whole and (full or page.total > CAP))

    async def _parts(self, piece: Slice, total: int) -> tuple[NewTask, ...]:
        parts = slices.split(piece, total, self.search.license or sorted(await self.licenses()))
        return tuple(NewTask(part.to_dict() | {"part": True}, order=part.since) for part in parts)
