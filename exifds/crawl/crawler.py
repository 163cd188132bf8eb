"""Crawler: works through the work list of one crawl until nothing is left, side by side with others.

The order makes a kill at any point harmless: a page is done only when each of its photos is in the dataset,
or known to be none, and the tasks that follow from it are on the list. What is half done is done again by
whoever takes the page next, and what is there already is not fetched twice.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from exifds.crawl.pages import Finder, Row
from exifds.crawl.photos import PhotoTaker
from exifds.store.crawls import FINAL, Outcome
from exifds.store.tasks import LEASE_S, NewTask, Task
from exifds.store.work import WorkList

__all__ = ["Crawler"]

T = TypeVar("T")

PAGES = 3
"""Pages under way at a time, so that downloads go on while the next page is asked for."""

ADDED = 20
"""Tasks of a long list that are put on the work list at a time."""

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
        tick: Called every few seconds while work goes on.
    """

    finder: Finder
    taker: PhotoTaker
    work: WorkList
    threads: Executor
    _held: dict[str, Task] = field(default_factory=dict)

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
            self.work.close()

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
                self._held[task.id] = task
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
        key = slice_key(task.slice)
        before = await self._db(self.work.outcomes, [row.photo_id for row in findings.rows])
        await self._take(task, findings.rows, before, key)
        then = () if await self._enough() else findings.then
        await self._db(
            lambda: self.work.finish(
                task,
                expected=findings.expected,
                rows=len(findings.rows),
                new=len({row.photo_id for row in findings.rows} - before.keys()),
                repeats=_repeated(findings.rows, before, key),
                split=findings.split,
                over=findings.over,
                then=then,
            )
        )

    async def _take(self, task: Task, rows: Sequence[Row], before: Mapping[str, Outcome], key: str) -> None:
        """Take those photos of a page that this crawl has not settled yet, no more than are wanted."""
        once = {row.photo_id: row for row in rows}
        todo = [row for name, row in once.items() if name not in before or before[name].kind not in FINAL]
        page = task.page if self.finder.ranked else None
        while todo:
            left = len(todo) if self.work.crawl.limit is None else await self._left()
            if left <= 0:
                break
            await self.taker.take(todo[:left], key, page)
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


def slice_key(part: Mapping[str, Any]) -> str:
    """A short name of a slice, by which rows of one slice are told from those of another."""
    text = json.dumps(dict(part), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _repeated(rows: Sequence[Row], before: Mapping[str, Outcome], key: str) -> int:
    """Rows that this slice had before, or that stand on this page twice: a sign that pages shift."""
    earlier = sum(row.photo_id in before and before[row.photo_id].slice_key == key for row in rows)
    return earlier + len(rows) - len({row.photo_id for row in rows})
