"""How far the crawls of a dataset are, counted by a real server."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from exifds.errors import UnreachableError
from exifds.settings import Settings
from exifds.store.coverage import Coverage, crawls
from exifds.store.outcomes import Outcome
from exifds.store.tasks import NewTask
from exifds.store.work import WorkList
from tests.store.crawling import DATABASE, FIRST, KINDS, Opener, pages


@pytest.fixture
def database(settings: Settings) -> Iterator[DATABASE]:
    with MongoClient[dict[str, Any]](settings.uri) as client:
        yield client.get_default_database()


@pytest.fixture
def open_crawl(database: DATABASE) -> Opener:
    return Opener(database)


@pytest.fixture
def work(open_crawl: Opener) -> WorkList:
    return open_crawl()


def test_progress_is_told_for_each_crawl(open_crawl: Opener, database: DATABASE) -> None:
    """`crawls` lists those of a dataset, the first one first, with tasks and outcomes."""
    work = open_crawl()
    work.add(pages(3))
    task = work.take()
    assert task is not None
    work.record({"flickr:1": Outcome("kept"), "flickr:2": Outcome("gone", "deleted")})
    work.finish(task, expected=3, rows=2)
    open_crawl(limit=5)
    open_crawl(dataset="apes")
    first, second = crawls(database, "monkeys")
    assert (first.open, first.done, first.outcomes) == (2, 1, {"kept": 1, "gone": 1})
    assert (second.open, second.done, second.outcomes, second.crawl.limit) == (0, 0, {}, 5)
    assert (first.crawl.label, first.crawl.kind, first.crawl.state) == ("monkey", "search", "running")
    assert crawls(database, "nothing") == []


def test_what_was_not_kept_is_counted_by_reason(work: WorkList, database: DATABASE) -> None:
    """The most frequent reason first; without one, what became of the photos."""
    reasons = [
        ("failed", "no JPEG"),
        ("gone", "deleted"),
        ("gone", None),
        ("failed", "no JPEG"),
        ("kept", "x"),
    ]
    outcomes = [Outcome(kind, reason) for kind, reason in reasons]  # type: ignore[arg-type]
    work.record({f"flickr:{number}": outcome for number, outcome in enumerate(outcomes)})
    (progress,) = crawls(database, work.crawl.dataset)
    assert [*progress.reasons.items()] == [("no JPEG", 2), ("deleted", 1), ("gone", 1)]
    assert work.kept() == 1


def test_coverage_adds_up_slices_and_pages(work: WorkList) -> None:
    """A split slice is expected through its parts, a slice with many pages as its first page said."""
    assert work.coverage() == Coverage()
    low, high = {"since": 0, "until": 50}, {"since": 50, "until": 100}
    results = {
        (100, 1, 0): (9000, 500),
        (50, 1, 0): (900, 500),
        (50, 2, 0): (950, 390),
        (50, 1, 1): (None, 500),
        (100, 2, 0): (8000, 480),
    }
    parts = [NewTask(low), NewTask(low, 2), NewTask(low, sweep=1), NewTask(high, 2)]
    work.add([FIRST])
    while (task := work.take()) is not None:
        expected, rows = results[task.slice["until"], task.page, task.sweep]
        split = task.slice == FIRST.slice
        over = expected == 8000
        then = parts if split else ()
        assert work.finish(task, expected=expected, rows=rows, split=split, over=over, then=then)
    work.record({f"flickr:{number}": Outcome(kind) for number, kind in enumerate((*KINDS, "kept"))})
    assert work.coverage() == Coverage(
        expected=8900,
        fetched=2370,
        unique=5,
        slices=2,
        pages=5,
        over=(high,),
        outcomes={"kept": 2, "gone": 1, "rejected": 1, "failed": 1},
    )


def test_a_server_that_is_gone_is_told_in_a_sentence() -> None:
    """The list of crawls does not wait for a server that does not answer."""
    uri = "mongodb://127.0.0.1:1"
    with (
        MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=100) as client,
        pytest.raises(UnreachableError, match="no MongoDB server answers"),
    ):
        crawls(client["exifds"], "monkeys")
