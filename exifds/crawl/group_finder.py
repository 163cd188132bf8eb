"""GroupFinder: the photos of a group's pool, page by page."""

from collections.abc import AsyncIterator

from exifds.crawl.ask import Call
from exifds.crawl.finder import Finder, Findings, Licenses, first_size
from exifds.sources.flickr import Group, parse
from exifds.sources.flickr.parameters import group_parameters
from exifds.store.tasks import NewTask, Task

__all__ = ["GroupFinder"]


class GroupFinder(Finder):
    """Finds the photos of a group's pool, page by page."""

    ranked = True

    def __init__(self, group: Group, call: Call, licenses: Licenses, limit: int | None) -> None:
        super().__init__(call, licenses, limit)
        self.group = group
        self.paged = group.page_limit is not None or group.start_page > 1
        self.per_page = first_size(group, limit)

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
        asked = group_parameters(str(task.slice["group"]), group, task.page, self._page_size(task))
        page = parse.page(await self.call("flickr.groups.pools.getPhotos", **asked))
        then = self._more(task, page, group.start_page, group.page_limit, None)
        return Findings(await self._rows(page, task), page.total, then)
