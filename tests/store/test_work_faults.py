"""The work list of a crawl when answers are lost, crawlers are killed and the server goes away."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect
from pymongo.synchronous.collection import Collection

from exifds.settings import Settings
from exifds.store import embedded
from exifds.store.coverage import Coverage
from exifds.store.embedded import attach
from exifds.store.outcomes import Outcome
from exifds.store.tasks import NewTask
from exifds.store.work import WorkList
from tests.store.crawling import DATABASE, FIRST, SOURCE, Opener, drain, pages, shift, states
from tests.store.test_sync import kill_server

pytestmark = pytest.mark.faults


@pytest.fixture
def database(settings: Settings) -> Iterator[DATABASE]:
    with MongoClient[dict[str, Any]](settings.uri) as client:
        yield client.get_default_database()


@pytest.fixture
def open_crawl(database: DATABASE) -> Opener:
    return Opener(database)


@pytest.fixture
def lossy(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Let the answer to every first of two writes be lost after the server did it; gives the losses."""
    lost: Counter[str] = Counter()
    for name in ("find_one_and_update", "update_one", "update_many", "bulk_write", "create_index"):
        monkeypatch.setattr(Collection, name, losing(name, getattr(Collection, name), lost))
    return lost


def losing(name: str, method: Callable[..., Any], lost: Counter[str]) -> Callable[..., Any]:
    calls = iter(range(1_000_000))

    def call(*args: Any, **options: Any) -> Any:
        answer = method(*args, **options)
        if next(calls) % 2 == 0:
            lost[name] += 1
            raise AutoReconnect("connection closed")
        return answer

    return call


def test_a_lost_answer_doubles_nothing(open_crawl: Opener, lossy: Counter[str]) -> None:
    """When every other answer is lost after the server did what it was asked, all is as if none were."""
    for limit in (None, 100):
        work = open_crawl(limit)
        assert (work.crawl.fresh, work.crawl.number) == (True, 1)
        work.add([FIRST])
        for page in (1, 2, 3):
            task = work.take()
            assert task is not None
            assert (task.page, task.fence) == (page, 1)
            assert work.renew([task]) == {task.id}
            work.record({f"flickr:{page}": Outcome("kept")})
            then = pages(3)[1:] if page == 1 else []
            assert work.finish(task, expected=3, rows=1, then=then)
        assert work.take() is None
        assert not work.pending()
        assert work.coverage() == Coverage(3, 3, 3, 1, 3, (), {"kept": 3})
        work.complete()
    assert lossy.keys() == {"create_index", "find_one_and_update", "update_one", "update_many", "bulk_write"}


def test_a_lost_answer_gives_back_what_was_held(
    open_crawl: Opener, database: DATABASE, lossy: Counter[str]
) -> None:
    """A release sent twice does not take the task from who got it in between."""
    work, other = open_crawl(), open_crawl()
    work.add(pages(2))
    task = work.take()
    assert task is not None
    work.release([task])
    work.release([task])
    taken = other.take()
    assert taken is not None
    assert (taken.id, taken.fence) == (task.id, 3)
    work.release([task])
    assert other.renew([taken]) == {taken.id}
    assert lossy["update_many"] > 0


def test_a_finish_whose_answer_was_lost_is_a_success_though_others_ended_it(
    open_crawl: Opener, database: DATABASE, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task was closed by us; that somebody else settled it meanwhile takes nothing from it."""
    work, other = open_crawl(), open_crawl()
    work.add([FIRST])
    task = work.take()
    assert task is not None
    update = Collection.update_one
    losses = iter([True])

    def lose(self: Any, *args: Any, **options: Any) -> Any:
        answer = update(self, *args, **options)
        if next(losses, False):
            shift(database, timedelta(minutes=2))
            assert drain(other) == [2, 3]
            raise AutoReconnect
        return answer

    monkeypatch.setattr(Collection, "update_one", lose)
    assert work.finish(task, expected=3, rows=1, then=pages(3))
    assert states(database) == {"done": 3}


WORKER = """
import os, signal, sys
from pymongo import MongoClient
from exifds.store import tasks
from exifds.store.tasks import NewTask
from exifds.store.work import WorkList

uri, step = sys.argv[1:]
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if step == "added":
    tasks.settling = die
elif step == "closed":
    WorkList._settle = die
elif step == "taken":
    tasks.closing = die
with MongoClient(uri) as client:
    database = client.get_default_database()
    work = WorkList.open(
        database, "monkeys", {"text": "monkey"}, {}, kind="search", label="monkey", limit=None
    )
    work.add([NewTask({"root": number}) for number in range(20 if step == "share" else 1)])
    while (task := work.take()) is not None or work.pending():
        if task is None:
            continue
        root = task.slice["root"]
        then = [NewTask(task.slice, page) for page in range(2, 11)] if task.page == 1 else ()
        assert work.finish(task, expected=10, rows=1, then=then)
        print(root, task.page, flush=True)
"""


def worker(uri: str | None, step: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WORKER, str(uri), step], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("step", ["taken", "closed", "added"])
def test_a_kill_between_children_and_done_loses_nothing(
    settings: Settings, database: DATABASE, step: str
) -> None:
    """Killed at any step of finishing a task, the next crawler does the rest: all pages, each once."""
    killed = worker(settings.uri, step)
    assert killed.communicate(timeout=60)[0] == ""
    assert killed.returncode == -9
    work = WorkList.open(database, "monkeys", {"text": "monkey"}, {}, kind="search", label="", limit=None)
    assert work.pending()
    shift(database, timedelta(minutes=2))
    done = []
    while (task := work.take()) is not None:
        then = [NewTask(task.slice, page) for page in range(2, 11)] if task.page == 1 else ()
        assert work.finish(task, expected=10, rows=1, then=then)
        done.append(task.page)
    assert done == (list(range(1, 11)) if step == "taken" else list(range(2, 11)))
    assert states(database) == {"done": 10}
    assert work.coverage().fetched == 10
    assert not work.pending()


def test_four_processes_do_each_of_200_tasks_once(settings: Settings, database: DATABASE) -> None:
    """Tasks that make tasks, shared by processes: each is done by one of them."""
    workers = [worker(settings.uri, "share") for _ in range(4)]
    shares = [process.communicate(timeout=120)[0].splitlines() for process in workers]
    assert [process.returncode for process in workers] == [0] * 4
    done = [line for share in shares for line in share]
    assert sorted(done) == sorted(f"{root} {page}" for root in range(20) for page in range(1, 11))
    assert states(database) == {"done": 200}


def test_the_work_outlives_the_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Killed with -9 between any two steps, the server comes back and what was confirmed is there."""
    home = tmp_path_factory.mktemp("w")
    with attach(home, idle_s=0.2) as lease, MongoClient[dict[str, Any]](lease.uri) as client:
        work = WorkList.open(client["exifds"], "monkeys", SOURCE, {}, kind="search", label="", limit=3)
        work.add([FIRST])
        kill_server(home)
        task = work.take()
        assert task is not None
        work.record({"flickr:1": Outcome("kept")})
        kill_server(home)
        assert work.finish(task, expected=1, rows=1, then=pages(2))
        assert drain(work) == [2]
        kill_server(home)
        assert work.kept() == 1
        assert not work.pending()
    embedded.stop(home)
