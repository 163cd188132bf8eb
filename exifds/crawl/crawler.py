"""Crawler: works through the work list of one crawl until nothing is left, side by side with others.

The order makes a kill at any point harmless: a page is done only when each of its photos is in the dataset,
or known to be none, and the tasks that follow from it are on the list. What is half done is done again by
whoever takes the page next, and what is there already is not fetched twice.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from exifds.crawl.finder import Finder, Row
from exifds.crawl.photos import PhotoTaker
from exifds.store.crawls import hashed
from exifds.store.outcomes import FINAL, Outcome
from exifds.store.tasks import LEASE_S, NewTask, Task
from exifds.store.work import WorkList

__all__ = ["Crawler"]

T = TypeVar("T")

PAGES = 3
"""Pages under way at a time, so that downloads go on while the next page is asked for."""

ADDED = 20
"""Tasks of a long list that are put on the work list at a time."""

CLOSING_S = 5.0
"""So long is waited for a database that does not answer, when a run ends."""

IDLE_S = 0.5
"""How often who has nothing to do looks whether others left something."""


@dataclass
class Crawler:
    """One process at work on one crawl.

    Args:
        finder: Finds photos.
        taker: Takes them into the dataset.
        work: The work list.
        threads: Where calls of the database wait.
    """

    finder: Finder
    taker: PhotoTaker
    work: WorkList
    threads: Executor
    _held: dict[str, Task] = field(default_factory=dict)
    _taking: dict[str, Outcome] = field(default_factory=dict)
    """Photos that a page is taking now: another page that lists one too leaves it to that page."""

    async def run(self) -> None:
        """Work until the crawl is done.

        Raises:
            ExifdsError: It cannot go on now; run again, it goes on where it stopped.
        """
        await self._begin()
        try:
            async with asyncio.TaskGroup() as group:
                heart = group.create_task(self._beat())
                async with asyncio.TaskGroup() as workers:
                    for _ in range(1 if self.work.crawl.limit else PAGES):
                        workers.create_task(self._work())
                heart.cancel()
            await self._db(self.work.complete)
        finally:
            with suppress(TimeoutError):  # a database that hangs: the leases end by themselves
                await asyncio.wait_for(self._db(self.work.close), CLOSING_S)

    async def _begin(self) -> None:
        """Put the first tasks on the list; who began the crawl may have been killed before."""
        some: list[NewTask] = []
        async for task in self.finder.first(self.work.crawl.started):
            some.append(task)
            if len(some) == ADDED:
                await self._db(self.work.add, some)
                some = []
        await self._db(self.work.add, some)

    async def _work(self) -> None:
        """Take tasks until there are none, also none that others may leave behind."""
        while not await self._enough():
            task = await self._db(self.work.take)
            if task is not None:
                under_way = task.id in self._held  # its lease ended meanwhile, as when a computer sleeps
                self._held[task.id] = task
                if not under_way:
                    await self._task(task)
                    del self._held[task.id]
            elif await self._db(self.work.pending):
                await asyncio.sleep(IDLE_S)
            elif not await self._db(self.work.sweep_again):
                return

    async def _enough(self) -> bool:
        return self.work.crawl.limit is not None and await self._left() <= 0

    async def _task(self, task: Task) -> None:
        findings = await self.finder.find(task)
        if not findings.split and self.work.crawl.limit is None:
            await self._db(self.work.add, findings.then)  # at once, so that others can take them
        place = f"{hashed(task.slice)[:16]}:{task.page}"
        ids = {row.photo_id for row in findings.rows}
        others = {name: self._taking[name] for name in ids & self._taking.keys()}
        ours = dict.fromkeys(ids - others.keys(), Outcome("kept", place=place))
        self._taking |= ours  # before anything is waited for, so that no other page takes them too
        try:
            before = await self._db(self.work.outcomes, ids) | others
            await self._take(task, findings.rows, before, place)
        finally:
            for name in ours:
                self._taking.pop(name, None)
        then = () if await self._enough() else findings.then
        await self._db(
            lambda: self.work.finish(
                self._held[task.id],
                expected=findings.expected,
                rows=len(findings.rows),
                new=len(ids - before.keys()),
                repeats=_repeated(findings.rows, before, place) if self.finder.shifts else 0,
                split=findings.split,
                over=findings.over,
                then=then,
            )
        )

    async def _take(self, task: Task, rows: Sequence[Row], before: Mapping[str, Outcome], place: str) -> None:
        """Take those photos of a page that this crawl has not settled yet, no more than are wanted."""
        once = {row.photo_id: row for row in rows}
        todo = [row for name, row in once.items() if _is_open(row, before.get(name))]
        page = task.page if self.finder.ranked else None
        while todo:
            left = len(todo) if self.work.crawl.limit is None else await self._left()
            if left <= 0:
                break
            await self.taker.take(todo[:left], place, page)
            todo = todo[left:]

    async def _left(self) -> int:
        assert self.work.crawl.limit is not None
        return self.work.crawl.limit - await self._db(self.work.kept)

    async def _beat(self) -> None:
        """Keep the leases while work goes on."""
        while True:
            await asyncio.sleep(LEASE_S / 4)
            await self._db(self.work.renew, list(self._held.values()))

    def _db(self, call: Callable[..., T], *arguments: Any) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self.threads, call, *arguments)


def _is_open(row: Row, known: Outcome | None) -> bool:
    """Whether something is to be done about a row: its photo is not settled, or gets further labels."""
    return known is None or known.kind not in FINAL or (known.kind == "kept" and bool(row.labels))


def _repeated(rows: Sequence[Row], before: Mapping[str, Outcome], place: str) -> int:
    """Rows that another page of this slice had, or that stand on this page twice: a sign that pages shift."""
    part = place.partition(":")[0]
    places = (before[row.photo_id].place or "" for row in rows if row.photo_id in before)
    moved = sum(other.partition(":")[0] == part and other != place for other in places)
    return moved + len(rows) - len({row.photo_id for row in rows})
