"""Turns: a crawl with a limit is worked on by one process at a time, so that it keeps no more than that."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from exifds.settings import Settings
from exifds.store.crawls import CRAWLS
from exifds.store.outcomes import Outcome
from tests.store.crawling import DATABASE, FIRST, Opener, drain, pages, shift


@pytest.fixture
def database(settings: Settings) -> Iterator[DATABASE]:
    with MongoClient[dict[str, Any]](settings.uri) as client:
        yield client.get_default_database()


@pytest.fixture
def open_crawl(database: DATABASE) -> Opener:
    return Opener(database)


def test_a_limited_crawl_is_worked_on_by_one_at_a_time(open_crawl: Opener) -> None:
    """While one has the turn others get nothing, though tasks are free; unlimited crawls have no turns."""
    one, other = open_crawl(limit=10), open_crawl(limit=10)
    one.add(pages(5))
    tasks = [one.take(), one.take()]
    assert all(tasks)
    assert other.take() is None
    assert other.pending()
    one.release([task for task in tasks if task])
    assert drain(other) == [1, 2, 3, 4, 5]


def test_a_turn_that_ended_is_taken_over_with_its_tasks(open_crawl: Opener, database: DATABASE) -> None:
    """Who takes over the turn gets the tasks of the one before too, in order, even when leased for longer."""
    dead, next_one = open_crawl(limit=10), open_crawl(limit=10)
    dead.add(pages(3))
    lost = [task for task in (dead.take(), dead.take()) if task]
    database[CRAWLS].update_one({}, {"$set": {"turn.until": datetime.now(UTC) - timedelta(hours=1)}})
    taken = [task.page for task in iter(next_one.take, None) if task]
    assert taken == [1, 2, 3]
    assert dead.take() is None
    assert dead.renew(lost) == set()
    assert not dead.finish(lost[0], expected=1, rows=1)


def test_the_turn_is_renewed_with_the_tasks(open_crawl: Opener, database: DATABASE) -> None:
    """Whoever renews a task keeps the turn; one that ended and was not taken is still ours."""
    one, other = open_crawl(limit=10), open_crawl(limit=10)
    one.add(pages(2))
    task = one.take()
    assert task is not None
    for seconds in (50, 50, 90):
        shift(database, timedelta(seconds=seconds))
        assert one.renew([task]) == {task.id}
        assert other.take() is None


def test_a_taker_that_slept_through_its_turn_steals_nothing(
    open_crawl: Opener, database: DATABASE, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process stopped between getting the turn and leasing a task, while its turn passed on, gets none."""
    slow, quick = open_crawl(limit=10), open_crawl(limit=10)
    quick.add([FIRST])
    lease = slow._lease

    def sleep_first(turn: int) -> Mapping[str, Any] | None:
        shift(database, timedelta(minutes=2))
        assert quick.take() is not None
        return lease(turn)

    monkeypatch.setattr(slow, "_lease", sleep_first)
    assert slow.take() is None


def test_the_turn_stays_while_a_task_is_held(open_crawl: Opener) -> None:
    """Giving back one of two tasks keeps the turn; giving back the last one gives it up."""
    one, other = open_crawl(limit=10), open_crawl(limit=10)
    one.add(pages(2))
    first, second = one.take(), one.take()
    assert first is not None
    assert second is not None
    one.release([first])
    assert other.take() is None
    assert one.finish(second, expected=1, rows=1)
    one.release([])
    assert other.take() is not None


def test_a_limited_crawl_that_kept_enough_is_over_for_all(open_crawl: Opener) -> None:
    """Once it is done nothing is pending, though tasks are open, and nobody gets one."""
    one, other = open_crawl(limit=1), open_crawl(limit=1)
    one.add(pages(3))
    task = one.take()
    assert task is not None
    one.record({"flickr:1": Outcome("kept")})
    assert one.finish(task, expected=9, rows=1)
    assert one.kept() == 1
    one.complete()
    assert not other.pending()
    assert other.open_tasks() == 2
    assert other.take() is None
    assert one.take() is None
