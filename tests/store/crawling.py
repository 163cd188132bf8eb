"""What the tests of work lists share: a crawl to open, tasks for it, and time that passes at will."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pymongo.synchronous.database import Database

from exifds.store.crawls import CRAWLS
from exifds.store.outcomes import OutcomeKind
from exifds.store.tasks import TASKS, NewTask
from exifds.store.work import WorkList

DATABASE = Database[dict[str, Any]]
SOURCE = {"kind": "search", "text": "monkey", "tags": ["$where"], "bbox": None}
FIRST = NewTask({"since": 0, "until": 100})
KINDS: tuple[OutcomeKind, ...] = ("kept", "rejected", "gone", "failed")


class Opener:
    """Opens the same crawl of a database as often as it is called."""

    def __init__(self, database: DATABASE) -> None:
        self.database = database

    def __call__(
        self, limit: int | None = None, source: Mapping[str, Any] = SOURCE, dataset: str = "monkeys"
    ) -> WorkList:
        return WorkList.open(
            self.database, dataset, source, {"size": "b"}, kind="search", label="monkey", limit=limit
        )


def shift(database: DATABASE, by: timedelta) -> None:
    """Let time pass for the leases and turns there are: their ends move back."""
    for collection, name in ((TASKS, "lease.until"), (CRAWLS, "turn.until")):
        moved = {"$subtract": [f"${name}", by // timedelta(milliseconds=1)]}
        database[collection].update_many({name: {"$exists": True}}, [{"$set": {name: moved}}])


def pages(count: int) -> list[NewTask]:
    """The first pages of one slice."""
    return [NewTask(FIRST.slice, page) for page in range(1, count + 1)]


def drain(work: WorkList) -> list[int]:
    """Do all there is to do; gives the pages in turn."""
    done = []
    while (task := work.take()) is not None:
        assert work.finish(task, expected=None, rows=1)
        done.append(task.page)
    return done


def states(database: DATABASE) -> Counter[str]:
    """Tasks by state."""
    return Counter(row["state"] for row in database[TASKS].find())
