"""The work list of a crawl, on a real server: crawls, tasks that go from hand to hand, and what was found."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from exifds.errors import DatabaseError
from exifds.settings import Settings
from exifds.store.coverage import crawls
from exifds.store.crawls import CRAWLS
from exifds.store.outcomes import FOUND, Outcome, OutcomeKind
from exifds.store.tasks import NEXT, TASKS, NewTask
from exifds.store.work import WorkList
from tests.store.crawling import DATABASE, FIRST, KINDS, SOURCE, Opener, drain, pages, shift
from tests.store.test_sync import Commands


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def database(settings: Settings, commands: Commands) -> Iterator[DATABASE]:
    with MongoClient[dict[str, Any]](settings.uri, event_listeners=[commands]) as client:
        yield client.get_default_database()


@pytest.fixture
def open_crawl(database: DATABASE) -> Opener:
    return Opener(database)


@pytest.fixture
def work(open_crawl: Opener) -> WorkList:
    return open_crawl()


def test_a_crawl_that_is_running_is_gone_on_with(open_crawl: Opener) -> None:
    """The second to open a crawl gets the same one, with the start of the first; it is fresh once."""
    first, second = open_crawl(), open_crawl()
    assert first.crawl.fresh
    assert not second.crawl.fresh
    assert second.crawl.id == first.crawl.id
    assert second.crawl.started == first.crawl.started
    assert abs(first.crawl.started - datetime.now(UTC).timestamp()) < 60


def test_a_crawl_that_is_done_is_begun_again(open_crawl: Opener) -> None:
    """After the end of a crawl, the same command makes the next one, with tasks of its own."""
    first = open_crawl()
    first.add([FIRST])
    assert drain(first) == [1]
    first.complete()
    second = open_crawl()
    assert (first.crawl.number, second.crawl.number) == (1, 2)
    assert second.crawl.fresh
    second.add([FIRST])
    assert drain(second) == [1]


def test_another_source_option_limit_or_dataset_is_another_crawl(
    open_crawl: Opener, database: DATABASE
) -> None:
    """What is found or done differently is told apart; the order of names is not."""
    reordered = dict(reversed(SOURCE.items()))
    opened = [
        open_crawl(),
        open_crawl(source=reordered),
        open_crawl(limit=10),
        open_crawl(source=SOURCE | {"text": "Affe"}),
        open_crawl(dataset="apes"),
        WorkList.open(database, "monkeys", SOURCE, {}, kind="search", label="monkey", limit=None),
    ]
    assert opened[0].crawl.id == opened[1].crawl.id
    assert len({work.crawl.id for work in opened}) == 5


def test_what_looks_like_an_operator_is_text(database: DATABASE) -> None:
    """A source, a label and a reason are written as they are, whatever MongoDB could see in them."""
    source = {"text": "$$NOW", "tags": ["$where", {"a": "$b"}]}
    work = WorkList.open(database, "monkeys", source, {}, kind="search", label="$$ROOT", limit=None)
    work.record({"flickr:1": Outcome("failed", "$kind")})
    row = database[CRAWLS].find_one() or {}
    assert (row["source"], row["label"]) == (source, "$$ROOT")
    assert crawls(database, "monkeys")[0].reasons == {"$kind": 1}


def test_many_begin_a_crawl_at_once(settings: Settings, open_crawl: Opener) -> None:
    """Eight who open a crawl at once get one and the same, again and again; one of them began it."""
    with MongoClient[dict[str, Any]](settings.uri) as client, ThreadPoolExecutor(8) as pool:
        database = client.get_default_database()
        for number in range(1, 6):
            opened = list(
                pool.map(
                    lambda _: WorkList.open(
                        database, "monkeys", SOURCE, {}, kind="search", label="monkey", limit=None
                    ),
                    range(8),
                )
            )
            assert {work.crawl.number for work in opened} == {number}
            assert sum(work.crawl.fresh for work in opened) == 1
            opened[0].complete()
        assert client.get_default_database()[CRAWLS].count_documents({}) == 5


def test_the_end_of_a_crawl_is_written_down_once(open_crawl: Opener) -> None:
    """Who completes it later changes nothing."""
    first, second = open_crawl(), open_crawl()
    first.complete()
    (before,) = crawls(first._crawls.database, "monkeys")
    second.complete()
    (after,) = crawls(first._crawls.database, "monkeys")
    assert after == before
    assert after.crawl.state == "done"
    assert after.crawl.finished_at is not None
    assert after.crawl.finished_at.tzinfo is not None


def test_tasks_are_taken_in_order(work: WorkList) -> None:
    """Lower orders come first, then sweeps, then pages."""
    later, sooner = {"since": 9}, {"since": 1}
    work.add(
        [
            NewTask(later, 1, 0, 9),
            NewTask(sooner, 1, 1, 1),
            NewTask(sooner, 2, 0, 1),
            NewTask(sooner, 1, 0, 1),
        ]
    )
    taken = [work.take() for _ in range(5)]
    assert taken[4] is None
    order = [(task.slice["since"], task.sweep, task.page) for task in taken if task]
    assert order == [(1, 0, 1), (1, 0, 2), (1, 1, 1), (9, 0, 1)]


def test_a_task_is_added_once(work: WorkList, database: DATABASE) -> None:
    """Adding a task again changes nothing, whether it is open, taken or done."""
    work.add(pages(3))
    task = work.take()
    assert task is not None
    work.finish(task, expected=9, rows=3)
    work.take()
    before = list(database[TASKS].find())
    work.add(pages(3))
    work.add([])
    assert list(database[TASKS].find()) == before


def test_two_takers_never_get_the_same_task(settings: Settings, open_crawl: Opener) -> None:
    """Eight threads, each with an owner of its own, share 100 tasks; none is taken twice."""
    workers = [open_crawl() for _ in range(8)]
    workers[0].add(pages(100))
    with ThreadPoolExecutor(8) as pool:
        shares = list(pool.map(drain, workers))
    assert sorted(page for share in shares for page in share) == list(range(1, 101))
    assert not workers[0].pending()


def test_a_lease_that_ended_is_taken_over(open_crawl: Opener, database: DATABASE) -> None:
    """A task not renewed is somebody else's; what the first hand says about it counts no more."""
    slow, quick = open_crawl(), open_crawl()
    slow.add([FIRST])
    lost = slow.take()
    assert lost is not None
    assert quick.take() is None
    assert quick.pending()
    shift(database, timedelta(seconds=61))
    task = quick.take()
    assert task is not None
    assert (task.id, task.fence > lost.fence) == (lost.id, True)
    assert slow.renew([lost]) == set()
    before = list(database[TASKS].find())
    assert not slow.finish(lost, expected=1, rows=1, then=[NewTask({"since": 50})])
    slow.release([lost])
    assert list(database[TASKS].find()) == before
    assert quick.finish(task, expected=1, rows=1)
    assert not slow.finish(lost, expected=1, rows=1)
    assert not quick.pending()


def test_a_renewed_lease_lasts(open_crawl: Opener, database: DATABASE) -> None:
    """Renewing starts the minute anew, also after its end, as long as nobody else took the task."""
    work, other = open_crawl(), open_crawl()
    work.add(pages(2))
    tasks = [task for task in (work.take(), work.take()) if task]
    for seconds in (50, 50, 90):
        shift(database, timedelta(seconds=seconds))
        assert work.renew(tasks) == {task.id for task in tasks}
        assert other.take() is None
    assert work.renew([]) == set()
    assert work.finish(tasks[0], expected=1, rows=1)
    assert work.renew(tasks) == {tasks[1].id}


def test_what_is_given_back_is_free_at_once(open_crawl: Opener) -> None:
    """After Ctrl-C the next crawler need not wait; the first one has the task no more."""
    work, other = open_crawl(), open_crawl()
    work.add(pages(2))
    tasks = [task for task in (work.take(), work.take()) if task]
    work.release(tasks[:1])
    assert work.renew(tasks) == {tasks[1].id}
    assert not work.finish(tasks[0], expected=1, rows=1)
    task = other.take()
    assert task is not None
    assert task.id == tasks[0].id
    work.release(tasks)
    assert other.finish(task, expected=1, rows=1)


def test_who_closes_gives_everything_back(open_crawl: Opener) -> None:
    """All tasks and the turn are free at once, and a thread that comes late gets nothing."""
    for limit in (None, 10):
        work, other = open_crawl(limit), open_crawl(limit)
        work.add(pages(2))
        tasks = [task for task in (work.take(), work.take()) if task]
        work.close()
        assert work.renew(tasks) == set()
        assert work.take() is None
        assert drain(other) == [1, 2]


def test_a_clock_that_was_set_back_keeps_nothing_locked(open_crawl: Opener, database: DATABASE) -> None:
    """A lease or turn that ends in an hour was written by another clock: it is free."""
    for limit in (None, 10):
        dead, living = open_crawl(limit), open_crawl(limit)
        dead.add([FIRST])
        assert dead.take() is not None
        shift(database, -timedelta(hours=1))
        assert living.take() is not None


def test_children_are_there_before_their_parent_is_done(work: WorkList, database: DATABASE) -> None:
    """What follows from a task is added by finishing it; finishing it twice adds nothing more."""
    work.add([FIRST])
    task = work.take()
    assert task is not None
    halves = [NewTask({"since": 0, "until": 50}), NewTask({"since": 50, "until": 100}, order=50)]
    for _ in range(2):
        assert work.finish(task, expected=5000, rows=500, split=True, then=halves)
        assert work.open_tasks() == 2
    done = database[TASKS].find_one({"_id": task.id}) or {}
    assert (done["state"], done["split"], "then" in done) == ("done", True, False)
    assert [(work.take() or task).slice for _ in halves] == [half.slice for half in halves]


def test_a_task_that_comes_from_two_is_one(work: WorkList) -> None:
    """Two tasks with the same follower add it once, and a task may name one that is done."""
    work.add(pages(2))
    follower = NewTask(FIRST.slice, 3)
    for _ in range(2):
        task = work.take()
        assert task is not None
        assert work.finish(task, expected=1, rows=1, then=[follower, FIRST])
    assert drain(work) == [3]


def test_a_finish_with_a_lost_lease_adds_nothing(open_crawl: Opener, database: DATABASE) -> None:
    """Of two who split the same slice differently, the parts of one count."""
    slow, quick = open_crawl(), open_crawl()
    slow.add([FIRST])
    lost = slow.take()
    shift(database, timedelta(minutes=2))
    task = quick.take()
    assert lost is not None
    assert task is not None
    assert not slow.finish(lost, expected=9000, rows=1, split=True, then=[NewTask({"since": 33})])
    assert quick.finish(task, expected=8000, rows=1, split=True, then=[NewTask({"since": 50})])
    assert database[TASKS].distinct("slice.since") == [0, 50]


@pytest.mark.parametrize("later", KINDS)
@pytest.mark.parametrize("first", KINDS)
def test_only_a_failure_gives_way(work: WorkList, first: OutcomeKind, later: OutcomeKind) -> None:
    """What was kept, rejected or gone stays so; what failed may turn out otherwise, or fail once more."""
    work.record({"flickr:1": Outcome(first, "first")})
    work.record({"flickr:1": Outcome(later, "later"), "flickr:2": Outcome(later)})
    expected = Outcome(later, "later") if first == "failed" else Outcome(first, "first")
    assert work.outcomes(["flickr:1", "flickr:2"]) == {"flickr:1": expected, "flickr:2": Outcome(later)}
    assert work.coverage().unique == 2


def test_outcomes_are_of_one_crawl(open_crawl: Opener) -> None:
    """Another crawl of the same dataset knows nothing of them."""
    one, other = open_crawl(), open_crawl(limit=3)
    one.record({"flickr:1": Outcome("kept", place="2004")})
    assert one.outcomes(["flickr:1", "flickr:2"]) == {"flickr:1": Outcome("kept", place="2004")}
    assert other.outcomes(["flickr:1"]) == {}
    assert other.outcomes([]) == {}


def test_many_record_the_same_photos_at_once(open_crawl: Opener, database: DATABASE) -> None:
    """Eight who found the same 200 photos make 200 entries, and no error."""
    workers = [open_crawl() for _ in range(8)]
    found = {f"flickr:{number}": Outcome("kept") for number in range(200)}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda work: work.record(found), workers))
        list(pool.map(lambda work: work.add(pages(50)), workers))
    assert workers[0].kept() == 200
    assert database[TASKS].count_documents({}) == 50


def test_a_slice_whose_pages_shift_is_swept_again(work: WorkList) -> None:
    """Repeats call for a second sweep, something new in it for a third; there is no fourth."""
    calm, shifting, whole = {"since": 0}, {"since": 50}, {"since": 90}
    work.add([NewTask(calm, 2, 0, 4), NewTask(shifting, 2, 0, 50), NewTask(whole, 1, 0, 90)])
    swept = []
    while work.sweep_again():
        task = work.take()
        assert task is not None
        swept.append((task.slice["since"], task.page, task.sweep))
        shifts = task.slice != calm
        then = [NewTask(task.slice, 3, task.sweep)] if task.page == 2 else []
        new, repeats, split = 9 * (task.page == 3), 2 * shifts, task.slice == whole
        assert work.finish(task, expected=9, rows=9, new=new, repeats=repeats, split=split, then=then)
    once = [(0, 2, 0), (0, 3, 0), (50, 2, 0), (50, 3, 0), (90, 1, 0)]
    assert swept == once + [(50, page, sweep) for sweep in (1, 2) for page in (2, 3)]
    assert not work.pending()


def test_a_sweep_begins_when_all_is_done(open_crawl: Opener) -> None:
    """While others have tasks there is no new sweep; once the crawl is done there is none either."""
    work, other = open_crawl(), open_crawl()
    work.add(pages(2))
    first, second = work.take(), other.take()
    assert first is not None
    assert second is not None
    assert work.finish(first, expected=2, rows=1, repeats=1)
    assert work.sweep_again()
    assert work.take() is None
    assert other.finish(second, expected=2, rows=1)
    assert other.sweep_again()
    assert work.sweep_again()
    assert drain(work) == [1]
    assert not other.sweep_again()
    work.complete()
    work.add([FIRST, NewTask({"since": 7})])
    assert not work.sweep_again()


def test_every_write_is_journalled(open_crawl: Opener, commands: Commands) -> None:
    """Whatever changes the database is sent with `j: true`."""
    work = open_crawl(limit=3)
    work.add(pages(2))
    task, other = work.take(), work.take()
    assert task is not None
    assert other is not None
    work.renew([task, other])
    work.record({"flickr:1": Outcome("kept")})
    work.finish(task, expected=1, rows=1, then=pages(3))
    work.release([other])
    work.complete()
    writes = [
        command for command in commands.sent if command["name"] not in {"find", "aggregate", "endSessions"}
    ]
    assert {command["name"] for command in writes} == {"createIndexes", "findAndModify", "update"}
    assert all(command["writeConcern"] == {"w": 1, "j": True} for command in writes)


def test_nothing_to_do_asks_nothing_of_the_server(work: WorkList, commands: Commands) -> None:
    """Empty batches are done without a round trip."""
    commands.sent.clear()
    work.add([])
    work.record({})
    work.renew([])
    work.release([])
    assert commands.sent == []


def test_a_task_is_found_by_an_index(work: WorkList, database: DATABASE) -> None:
    """Taking the next of many tasks reads as few as are in other hands before it, and sorts none."""
    work.add([NewTask({"since": number}, order=number) for number in range(500)])
    for _ in range(3):
        work.take()
    query = {"crawl": work.crawl.id, "state": "open"}
    found = database[TASKS].find(query).sort(NEXT).limit(1)
    stats = found.explain()["executionStats"]
    assert (stats["totalDocsExamined"], stats["totalKeysExamined"]) == (1, 1)


def test_a_refused_write_is_told(work: WorkList, database: DATABASE) -> None:
    """What the server refuses is a `DatabaseError` that names the entry."""
    database.command("collMod", FOUND, validator={"kind": {"$ne": "kept"}})
    with pytest.raises(DatabaseError, match=r"refused the update of monkeys/\w+/1/flickr:1: "):
        work.record({"flickr:1": Outcome("kept"), "flickr:2": Outcome("gone")})
    assert work.outcomes(["flickr:1", "flickr:2"]) == {"flickr:2": Outcome("gone")}
