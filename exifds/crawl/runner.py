"""Runner: sets up everything a scrape needs, and takes its sources one after the other."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from pymongo.synchronous.database import Database

from exifds.crawl.ask import Call
from exifds.crawl.crawler import Crawler
from exifds.crawl.finder import Finder, Licenses
from exifds.crawl.gather import Gatherer
from exifds.crawl.group_finder import GroupFinder
from exifds.crawl.keep import Keeper
from exifds.crawl.list_finder import ListFinder
from exifds.crawl.options import Options
from exifds.crawl.photos import PhotoTaker
from exifds.crawl.pictures import Pictures
from exifds.crawl.report import ScrapeReport
from exifds.crawl.search_finder import SearchFinder
from exifds.crawl.service import NO_KEY, Service
from exifds.errors import UsageError
from exifds.fetch.download import Downloader
from exifds.progress import Advance, bar
from exifds.settings import Settings
from exifds.sources.flickr import Group, IdList, Search, Source
from exifds.sources.flickr.search_query import CAP
from exifds.store.work import WorkList

__all__ = ["Scrape"]

T = TypeVar("T")

PUBLIC_HOSTS = "*.staticflickr.com"
API_THREADS = 8
DATABASE_THREADS = 16
STOPPING_S = 10.0
"""So long is waited for what is under way when the user stops a run."""

SHOW_S = 1.0
"""How often what the bar tells is brought up to date."""


@dataclass(frozen=True)
class Scrape:
    """One run over some sources.

    Args:
        database: Where the work list is.
        keeper: Stores the photos.
        options: What is fetched of each photo.
        settings: The API key and where Flickr is.
        limit: Photos to keep of each source; None for all.
        backoff_s: Seconds waited at most before the second try of a call or a download.
    """

    database: Database[dict[str, Any]]
    keeper: Keeper
    options: Options
    settings: Settings
    limit: int | None = None
    backoff_s: float = 1.0

    def run(self, sources: Sequence[Source], *, show: bool | None = None) -> ScrapeReport:
        """Take all sources. Ctrl-C stops it so that nothing is lost.

        Args:
            sources: What to take.
            show: Show a progress bar; None shows it on a terminal.

        Returns:
            What became of the photos.

        Raises:
            UsageError: There is no API key.
            FlickrError: Flickr refused: a wrong key, an unknown group.
            ExifdsError: It cannot go on now; run again, it goes on where it stopped.
        """
        report = ScrapeReport()
        total = None if self.limit is None else self.limit * len(sources)
        label = f"scrape {self.keeper.store.name}"
        with (
            _threads(API_THREADS, "exifds-api") as api,
            _threads(DATABASE_THREADS, "exifds-db") as threads,
            bar(label, total, show=show, note=lambda: report.note) as advance,
        ):
            service = self._service(api)
            self.keeper.images.sweep()
            try:
                _in_own_loop(_Run(self, service, threads, report, advance).take(sources))
            finally:
                self.keeper.images.sweep()  # others that share the crawl may have been killed meanwhile
                if service is not None:
                    service.stop()
                    report.calls = service.calls
                    report.retries += service.retries
        return report

    def _service(self, threads: Executor) -> Service | None:
        """The API, which only a list without metadata can do without."""
        if not self.options.metadata and self.settings.flickr_key is None:
            return None
        return Service(self.settings, self.database, threads, self.backoff_s)


@dataclass(frozen=True)
class _Run:
    """A scrape while it runs."""

    scrape: Scrape
    service: Service | None
    threads: Executor
    report: ScrapeReport
    advance: Advance

    async def take(self, sources: Sequence[Source]) -> None:
        hosts = [PUBLIC_HOSTS, self.scrape.settings.flickr_static_url]
        async with Downloader(hosts, base=self.scrape.backoff_s) as downloader:
            try:
                for source in sources:
                    await self._take(source, downloader)
            finally:
                self.report.retries += downloader.retries

    async def _take(self, source: Source, downloader: Downloader) -> None:
        scrape, keeper = self.scrape, self.scrape.keeper
        work = await self._in_thread(self._work_list, source)
        finder = self._finder(source)
        static_url = scrape.settings.flickr_static_url
        pictures = Pictures(finder.call, downloader, scrape.options, static_url, keeper.locate)
        gatherer = Gatherer(finder.call, pictures, scrape.options)
        taker = PhotoTaker(
            source, finder, gatherer, keeper, work.record, self.threads, self.report, self.advance
        )
        showing = asyncio.create_task(self._show(work))
        try:
            await Crawler(finder, taker, work, self.threads).run()
        finally:
            showing.cancel()
        self.report.coverage[_name(source)] = await self._in_thread(work.coverage)

    async def _show(self, work: WorkList) -> None:
        """Keep what the bar tells up to date."""
        while True:
            parts = [f"{await self._in_thread(work.open_tasks)} pages open"]
            if self.service is not None:
                parts.append(f"{await self._in_thread(self.service.left):,} API calls left this hour")
            self.report.note = "; ".join([*parts, *self.report.reasons()])
            self.advance(0, 0)
            await asyncio.sleep(SHOW_S)

    def _work_list(self, source: Source) -> WorkList:
        identity = source.identity()
        keyring = self.scrape.keeper.codec.keyring
        if isinstance(source, Search) and source.user_id and keyring:
            identity["user_id"] = keyring.blind_index(source.user_id)
        return WorkList.open(
            self.scrape.database,
            self.scrape.keeper.store.name,
            identity,
            self.scrape.options.identity(),
            kind=source.kind,
            label=source.label,
            limit=_limit(source, self.scrape.limit),
        )

    def _finder(self, source: Source) -> Finder:
        call: Call = self.service.call if self.service else _no_call
        licenses: Licenses = self.service.licenses if self.service else _no_call
        limit = _limit(source, self.scrape.limit)
        if isinstance(source, Search):
            return SearchFinder(source, call, licenses, limit)
        if isinstance(source, Group):
            return GroupFinder(source, call, licenses, limit)
        return ListFinder(source, call, licenses, limit, metadata=self.scrape.options.metadata)

    def _in_thread(self, call: Callable[..., T], *arguments: Any) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self.threads, call, *arguments)


def _name(source: Source) -> str:
    """A source for people: the same word may be searched for in two languages."""
    language = None if isinstance(source, IdList) else source.language
    return f"{source.label} ({language})" if language else source.label


def _limit(source: Source, limit: int | None) -> int | None:
    """Photos to keep. A page limit beyond what Flickr shows of a search is meant as a number of photos."""
    if isinstance(source, Search) and source.start_page == 1 and source.page_limit is not None:
        most = source.page_limit * source.page_size
        return limit if most <= CAP else min(most, limit or most)
    return limit


async def _no_call(*_method: str, **_parameters: str | int) -> Any:
    raise UsageError(NO_KEY)


def _in_own_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread with a loop of its own, so that it also works in Jupyter, which has one.

    Ctrl-C cancels it, waits until it has put its things in order, and is raised.
    """
    loop = asyncio.new_event_loop()

    def work() -> T:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(coroutine)

    with _threads(1, "exifds-scrape") as thread:
        done = thread.submit(work)
        try:
            return done.result()
        except BaseExceptionGroup as group:
            raise _first_of(group) from None
        except KeyboardInterrupt:
            with suppress(RuntimeError):  # it has just come to its end
                loop.call_soon_threadsafe(_cancel_all, loop)
            with suppress(asyncio.CancelledError, Exception):
                done.result(STOPPING_S)
            raise


@contextmanager
def _threads(number: int, name: str) -> Iterator[ThreadPoolExecutor]:
    """Threads that are waited for at the end, unless it comes early: what hangs holds up nobody."""
    pool = ThreadPoolExecutor(number, name)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What went wrong first; the other tasks were cancelled for it."""
    first = group.exceptions[0]
    return _first_of(first) if isinstance(first, BaseExceptionGroup) else first
