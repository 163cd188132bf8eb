"""WorkList: the work of a crawl, shared by processes through MongoDB.

What is sent is made in `crawls`, `tasks` and `outcomes`.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from itertools import count
from threading import Lock
from typing import Any, Self
from uuid import uuid4

from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError
from pymongo.synchronous.collection import Collection as MongoCollection
from pymongo.synchronous.database import Database

from exifds.store import crawls, outcomes
from exifds.store import tasks as leases
from exifds.store.collection import OPTIONS
from exifds.store.connect import patiently, plain_errors
from exifds.store.coverage import Coverage, coverage
from exifds.store.crawls import CRAWLS, Change, CrawlEntry
from exifds.store.outcomes import FOUND, Outcome, found_id, recording
from exifds.store.refusals import update_refused
from exifds.store.tasks import NewTask, Task

__all__ = ["WorkList"]

_Collection = MongoCollection[dict[str, Any]]


class WorkList:
    """The tasks of one crawl, and what became of its photos.

    Any number of processes and threads may work on a crawl: each task is in one hand at a time, and only
    that hand can finish it. Whoever stops without a word loses its tasks after `LEASE_S`. All writes wait
    for a server that is gone, and change nothing more when they are sent twice because an answer was lost.

    Args:
        database: Where the collections are.
        crawl: The crawl.
        owner: A name for who works with this object, unlike any other.
    """

    def __init__(self, database: Database[dict[str, Any]], crawl: CrawlEntry, owner: str) -> None:
        self.crawl = crawl
        self._owner = owner
        self._crawls, self._tasks, self._found = _collections(database)
        self._lock = Lock()
        """A turn is not given up by one thread while another takes a task in it."""
        self._ended = False

    @classmethod
    def open(
        cls,
        database: Database[dict[str, Any]],
        dataset: str,
        source: Mapping[str, Any],
        options: Mapping[str, Any],
        *,
        kind: str,
        label: str,
        limit: int | None,
    ) -> Self:
        """Go on with a crawl that is running, or begin it. Of two who begin it at once, both get the same.

        Whoever opens a crawl adds its first tasks (`add`), whether it is fresh or not: they follow from
        source and `started`, and who began it may have been killed before it added them.

        Args:
            database: Where the crawls are.
            dataset: Name of the dataset.
            source: Identity of the source: plain values by name.
            options: What is done with the photos, where another choice makes another crawl.
            kind: Kind of the source.
            label: The source in words.
            limit: Photos to keep; None for all. Another limit is another crawl.

        Returns:
            Its work list.
        """
        owner = uuid4().hex
        digest = crawls.digest(source, options, limit)
        described = {"kind": kind, "label": label, "source": dict(source), "options": dict(options)}
        entries, tasks, found = _collections(database)
        with plain_errors():
            patiently(partial(entries.create_index, crawls.INDEX))
            patiently(partial(found.create_index, outcomes.INDEX))
            patiently(partial(tasks.create_index, leases.INDEX))
            row = patiently(lambda: entries.find_one(**crawls.latest(dataset, digest)))
            while row is None or row["state"] == "done":
                number = row["number"] + 1 if row else 1
                begun = crawls.beginning(
                    number, digest, owner=owner, dataset=dataset, limit=limit, **described
                )
                row = patiently(partial(_change, entries, begun, upsert=True))
        return cls(database, CrawlEntry.of(row, owner), owner)

    def add(self, tasks: Iterable[NewTask]) -> None:
        """Add tasks. Those that the crawl has or had already stay as they are."""
        with plain_errors():
            _upsert(self._tasks, leases.addition(leases.document(self.crawl.id, task) for task in tasks))

    def take(self) -> Task | None:
        """Lease the next task that is free.

        Returns:
            The task; None if there is none now: others may have some (`pending`), or it is their turn in a
            limited crawl.
        """
        with self._lock, plain_errors():
            if self._ended or (turn := self._take_turn()) is None:
                return None
            row = self._lease(turn)
            while row is not None and "then" in row:
                self._settle(row["_id"], row["then"])
                row = self._lease(turn)
        return None if row is None else Task.of(row)

    def renew(self, tasks: Collection[Task]) -> set[str]:
        """Keep tasks for another `LEASE_S` seconds, and the turn of a limited crawl with them.

        Args:
            tasks: What was taken and is being worked on.

        Returns:
            Ids of those that are still ours. The others are in other hands, or done: leave them.
        """
        if not tasks:
            return set()
        with self._lock, plain_errors():
            if self.crawl.limit is not None:
                query, update = leases.keeping_turn(self.crawl.id, self._owner)
                if not patiently(lambda: self._crawls.update_one(query, update)).matched_count:
                    return set()
            query, update = leases.renewal(tasks)
            patiently(lambda: self._tasks.update_many(query, update))
            return {row["_id"] for row in patiently(lambda: list(self._tasks.find(query, {"_id": 1})))}

    def release(self, tasks: Collection[Task]) -> None:
        """Give back tasks at once, and the turn of a limited crawl when none is left in our hands."""
        with self._lock, plain_errors():
            if tasks:
                query, update = leases.release(leases.held(tasks))
                patiently(lambda: self._tasks.update_many(query, update))
            if self.crawl.limit is not None and not self._holding():
                self._give_turn()

    def close(self) -> None:
        """Give back everything at once, and take nothing more: also what a thread is about to take."""
        with self._lock, plain_errors():
            self._ended = True
            query, update = leases.release(leases.holding(self.crawl.id, self._owner))
            patiently(lambda: self._tasks.update_many(query, update))
            self._give_turn()

    def finish(
        self,
        task: Task,
        *,
        expected: int | None,
        rows: int,
        new: int = 0,
        repeats: int = 0,
        split: bool = False,
        over: bool = False,
        then: Iterable[NewTask] = (),
    ) -> bool:
        """Record that a task is done, when all its page brought has been recorded.

        Args:
            task: The task.
            expected: Photos in its slice, as the source counted them.
            rows: Rows of the page.
            new: Photos among them that the crawl had not met.
            repeats: Rows that its slice had had, or that are twice on the page.
            split: The slice is gone through in parts, which are among `then`.
            over: The slice holds more than the source gives and cannot be split.
            then: Tasks that follow from it. They are there before it is done, whatever happens.

        Returns:
            Whether it was ours to finish; if not, nothing was changed.
        """
        children = [leases.document(self.crawl.id, new) for new in then]
        results = {"expected": expected, "rows": rows, "new": new, "repeats": repeats}
        results |= {"split": split, "over": over}
        query, update = leases.closing(task, results, children)
        with plain_errors():
            closed = patiently(lambda: self._tasks.update_one(query, update)).matched_count > 0
            if closed and children:
                self._settle(task.id, children)
            return closed or self._closed(task)

    def sweep_again(self) -> bool:
        """When all is done, go once more through the slices whose photos moved from page to page meanwhile.

        Returns:
            Whether there is anything to do now.
        """
        with plain_errors():
            if not self._running():
                return False
            last = patiently(lambda: list(self._tasks.aggregate(leases.sweeps(self.crawl.id))))
            if any(row["open"] for row in last):
                return True
            again = [row["first"] for row in last if leases.wants_sweep(row)]
            firsts = patiently(lambda: list(self._tasks.find({"_id": {"$in": again}})))
            self.add(NewTask(row["slice"], row["page"], row["sweep"] + 1, row["order"]) for row in firsts)
        return bool(firsts)

    def outcomes(self, photos: Iterable[str]) -> dict[str, Outcome]:
        """What became of those of the photos that this crawl met before, by id."""
        ids = {found_id(self.crawl.id, photo): photo for photo in photos}
        with plain_errors():
            rows = patiently(lambda: list(self._found.find({"_id": {"$in": list(ids)}})))
        return {ids[row["_id"]]: Outcome.of(row) for row in rows}

    def record(self, outcomes: Mapping[str, Outcome]) -> None:
        """Write down what became of photos. Only a failure gives way to what is found later.

        Args:
            outcomes: By id of the photo.
        """
        with plain_errors():
            _upsert(self._found, [recording(self.crawl.id, photo, outcomes[photo]) for photo in outcomes])

    def kept(self) -> int:
        """Number of photos this crawl has kept."""
        query = {"crawl": self.crawl.id, "kind": "kept"}
        with plain_errors():
            return patiently(lambda: self._found.count_documents(query))

    def pending(self) -> bool:
        """Whether the crawl is running and has tasks that are not done, also those that others have."""
        with plain_errors():
            return self._running() and self.open_tasks() > 0

    def open_tasks(self) -> int:
        """Number of tasks that are not done, also those that others have."""
        query = {"crawl": self.crawl.id, "state": "open"}
        with plain_errors():
            return patiently(lambda: self._tasks.count_documents(query))

    def complete(self) -> None:
        """Record that the crawl is done: nothing is pending, or it has kept as many as it was to."""
        query, update = crawls.completion(self.crawl.id)
        with plain_errors():
            patiently(lambda: self._crawls.update_one(query, update))

    def coverage(self) -> Coverage:
        """How much of its source the crawl has seen."""
        return coverage(self._tasks.database, self.crawl.id)

    def _take_turn(self) -> int | None:
        """Number of our turn, 0 without a limit; None while it is somebody else's or the crawl is done."""
        if self.crawl.limit is None:
            return 0
        turn = leases.turn(self.crawl.id, self._owner)
        row = patiently(lambda: _change(self._crawls, turn))
        return None if row is None else int(row["turn"]["n"])

    def _give_turn(self) -> None:
        query, update = leases.giving_turn(self.crawl.id, self._owner)
        patiently(lambda: self._crawls.update_one(query, update))

    def _lease(self, turn: int) -> dict[str, Any] | None:
        """Lease a task; when the answer is lost, the one that was leased is found by its token."""
        token = uuid4().hex
        change = leases.leasing(self.crawl.id, self._owner, token, turn)
        mine = leases.holding(self.crawl.id, self._owner) | {"lease.token": token}
        tries = count()

        def lease() -> dict[str, Any] | None:
            before = self._tasks.find_one(mine) if next(tries) else None
            return before or _change(self._tasks, change, sort=leases.NEXT)

        return patiently(lease)

    def _settle(self, task: str, children: Collection[Mapping[str, Any]]) -> None:
        _upsert(self._tasks, leases.addition(children))
        query, update = leases.settling(task)
        patiently(lambda: self._tasks.update_one(query, update))

    def _closed(self, task: Task) -> bool:
        """Whether it was us who finished it: an earlier call did, whose answer was lost."""
        query = {"_id": task.id, "closed": task.fence}
        return patiently(lambda: self._tasks.find_one(query)) is not None

    def _running(self) -> bool:
        query = {"_id": self.crawl.id, "state": "running"}
        return patiently(lambda: self._crawls.find_one(query)) is not None

    def _holding(self) -> bool:
        query = leases.holding(self.crawl.id, self._owner)
        return patiently(lambda: self._tasks.find_one(query)) is not None


def _collections(database: Database[dict[str, Any]]) -> tuple[_Collection, _Collection, _Collection]:
    """Crawls, tasks, and what became of photos."""
    crawls, tasks, found = (
        database.get_collection(name, **OPTIONS) for name in (CRAWLS, leases.TASKS, FOUND)
    )
    return crawls, tasks, found


def _change(collection: _Collection, change: Change, **options: Any) -> dict[str, Any] | None:
    """Change one document and give it as it is then; None if there is none to change."""
    query, update = change
    return collection.find_one_and_update(query, update, return_document=ReturnDocument.AFTER, **options)


def _upsert(collection: _Collection, changes: Collection[Change]) -> None:
    requests = [UpdateOne(query, update, upsert=True) for query, update in changes]
    if requests:
        try:
            patiently(lambda: collection.bulk_write(requests, ordered=False))
        except BulkWriteError as error:
            raise update_refused(error) from None
