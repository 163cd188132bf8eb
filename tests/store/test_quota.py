"""The token bucket of an API key, on a real server; its arithmetic by a clock of the test's own."""

import hashlib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as thorough
from hypothesis import strategies as st
from pymongo import MongoClient, ReturnDocument
from pymongo.errors import AutoReconnect
from pymongo.synchronous.collection import Collection
from pymongo.synchronous.database import Database

from exifds.settings import Settings
from exifds.store.quota import LONGEST_HOLD_S, QUOTA, Bucket, Quota
from tests.store.test_sync import Commands

KEY = "0123456789abcdef0123456789abcdef"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Simulation:
    """A bucket on the server by a clock that is set: `now` is the time of the next call."""

    def __init__(self, collection: Collection[dict[str, Any]], per_hour: int) -> None:
        collection.delete_many({})
        self.collection = collection
        self.bucket = Bucket(per_hour)
        self.now = NOON
        self.granted: list[datetime] = []

    def take(self) -> float:
        """Take at `now`; seconds to wait."""
        row = self._changed(self.bucket.taking(self.now))
        if row["wait_ms"] == 0:
            self.granted.append(self.now)
        return float(row["wait_ms"]) / 1000

    def hold(self, seconds: float) -> None:
        self._changed(self.bucket.holding(seconds, self.now))

    def left(self) -> int:
        (row,) = self.collection.aggregate(self.bucket.current(self.now))
        return self.bucket.left(row["tokens"], row["hold_ms"])

    def greedy(self, duration: timedelta) -> int:
        """Take whenever one may for a time; the number of calls."""
        before = len(self.granted)
        end = self.now + duration
        while self.now <= end:
            self.now += max(timedelta(seconds=self.take()), timedelta())
        self.now = end
        return len(self.granted) - before

    def _changed(self, update: list[dict[str, Any]]) -> dict[str, Any]:
        row = self.collection.find_one_and_update(
            {"_id": "test"}, update, upsert=True, return_document=ReturnDocument.AFTER
        )
        assert row is not None
        return row


def most_in_an_hour(times: Sequence[datetime]) -> int:
    """The most calls in any hour, both its ends included."""
    return max((sum(start <= time <= start + HOUR for time in times) for start in times), default=0)


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def database(settings: Settings, commands: Commands) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](settings.uri, event_listeners=[commands], tz_aware=True) as client:
        yield client.get_default_database()


@pytest.fixture(scope="module")
def scratch(server_uri: str) -> Iterator[Collection[dict[str, Any]]]:
    """A collection whose writes wait for no journal: examples are many."""
    with MongoClient[dict[str, Any]](server_uri, tz_aware=True) as client:
        yield client["test_quota"]["scratch"]
        client.drop_database("test_quota")


@pytest.mark.parametrize("per_hour", [1, 2, 5, 6, 7, 60, 100])
def test_who_takes_all_gets_the_calls_of_an_hour_and_no_more(
    scratch: Collection[dict[str, Any]], per_hour: int
) -> None:
    """From a full bucket an hour has all its calls, each later one nearly so, and no hour more."""
    simulation = Simulation(scratch, per_hour)
    a_little = timedelta(seconds=1)  # waits are rounded up to milliseconds
    assert simulation.greedy(HOUR + a_little) == per_hour
    later = [simulation.greedy(HOUR + a_little) for _ in range(2)]
    assert all(calls >= int(simulation.bucket.refill) for calls in later)
    assert most_in_an_hour(simulation.granted) <= per_hour


@thorough(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    per_hour=st.integers(1, 30),
    steps=st.lists(
        st.tuples(st.integers(1, 12), st.floats(0, 1.2, allow_nan=False)), min_size=1, max_size=12
    ),
)
def test_no_hour_has_more_calls_than_allowed(
    scratch: Collection[dict[str, Any]], per_hour: int, steps: list[tuple[int, float]]
) -> None:
    """Whatever the rhythm of bursts and pauses, no hour has more; whoever waits as told gets a call."""
    simulation = Simulation(scratch, per_hour)
    for burst, pause in steps:
        waits = [simulation.take() for _ in range(burst)]
        simulation.now += timedelta(seconds=waits[-1]) if pause > 1 else HOUR * pause
        if pause > 1 and waits[-1] > 0:
            assert simulation.take() <= 0.001  # the last bit of a token may be missing
    assert 1 <= most_in_an_hour(simulation.granted) <= per_hour


@thorough(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    per_hour=st.integers(6, 40),
    taken=st.integers(0, 10),
    pause=st.floats(0, 0.5),
    held_s=st.integers(0, 5000),
)
def test_what_is_left_is_what_can_be_taken(
    scratch: Collection[dict[str, Any]], per_hour: int, taken: int, pause: float, held_s: int
) -> None:
    """`left` says how many calls an hour gives to who takes each as soon as it is there."""
    simulation = Simulation(scratch, per_hour)
    for _ in range(taken):
        simulation.take()
    simulation.now += HOUR * pause
    simulation.hold(held_s)
    left = simulation.left()
    got = simulation.greedy(HOUR + timedelta(seconds=1))
    assert abs(got - left) <= 1  # a call at the very end of the hour


def test_calls_that_overtake_one_another_earn_nothing(scratch: Collection[dict[str, Any]]) -> None:
    """Times that reach the server out of order, as from many processes, refill no faster than its clock."""
    simulation = Simulation(scratch, 3600)
    while simulation.take() == 0:
        pass
    granted = len(simulation.granted)
    for second in range(0, 600, 2):
        for ahead in (20, 0):
            simulation.now = NOON + timedelta(seconds=second + ahead)
            simulation.take()
    assert len(simulation.granted) - granted <= 620 * simulation.bucket.refill / 3600 + 1


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(days=1), timedelta(days=20000)])
def test_a_clock_that_is_set_back_stops_nobody(scratch: Collection[dict[str, Any]], back: timedelta) -> None:
    """After the server's clock was set back the bucket fills as before, and grants no more than before."""
    simulation = Simulation(scratch, 60)
    simulation.hold(600)
    simulation.greedy(HOUR)
    before = len(simulation.granted)
    simulation.now -= back
    assert simulation.greedy(HOUR) in range(int(simulation.bucket.refill) - 1, 61)
    assert len(simulation.granted) - before <= 60


def test_a_hold_from_another_clock_is_not_believed(scratch: Collection[dict[str, Any]]) -> None:
    """A hold that would last for more than the longest there is was written before the clock was set back."""
    simulation = Simulation(scratch, 60)
    simulation.hold(600)
    simulation.now -= timedelta(days=1)
    assert simulation.take() == 0
    simulation.hold(5)
    assert simulation.take() == 5


def test_the_longer_hold_counts(scratch: Collection[dict[str, Any]]) -> None:
    """A shorter hold does not end a longer one; none lasts longer than an hour, nor below zero."""
    simulation = Simulation(scratch, 60)
    waits = []
    for seconds in (-5, 0, 90, 30, 10**9):
        simulation.hold(seconds)
        waits.append(simulation.take())
    assert waits == [0, 0, 90, 90, LONGEST_HOLD_S]
    simulation.now += timedelta(seconds=3599)
    assert simulation.take() == 1
    simulation.now += timedelta(seconds=1)
    assert simulation.take() == 0


def test_tokens_are_earned_while_calls_are_held(scratch: Collection[dict[str, Any]]) -> None:
    """After a hold the calls that were possible meanwhile are there, up to a full bucket."""
    simulation = Simulation(scratch, 60)
    while simulation.take() == 0:
        pass
    simulation.hold(300)
    simulation.now += timedelta(seconds=300)
    assert [simulation.take() == 0 for _ in range(5)] == [True, True, True, True, False]


def test_a_key_has_one_bucket_for_all(database: Database[dict[str, Any]]) -> None:
    """Two users of a key share its calls; another key has its own. The database learns neither."""
    one, other, foreign = (Quota(database, key, 60) for key in (KEY, KEY, KEY[::-1]))
    assert other.left() == 60
    assert [one.take() == 0 for _ in range(11)] == [True] * 10 + [False]
    assert 0 < other.take() <= 72
    assert (one.left(), other.left(), foreign.left()) == (50, 50, 60)
    assert foreign.take() == 0
    names = [row["_id"] for row in database[QUOTA].find()]
    assert hashlib.sha256(f"exifds flickr quota{KEY}".encode()).hexdigest()[:16] in names
    assert KEY not in str(list(database[QUOTA].find()))


def test_a_hold_is_for_everybody(database: Database[dict[str, Any]]) -> None:
    """When one was told to wait, nobody calls."""
    one, other = Quota(database, KEY, 3000), Quota(database, KEY, 3000)
    one.hold(60)
    assert 59 < other.take() <= 60
    one.hold(1)
    assert 58 < other.take() <= 60
    assert 2950 <= other.left() <= 3000


def test_a_call_takes_one_round_trip_and_is_journalled(
    database: Database[dict[str, Any]], commands: Commands
) -> None:
    """Asking for a call is one command, on disk before it is answered: a crash gives no token back."""
    quota = Quota(database, KEY, 3000)
    commands.sent.clear()
    quota.take()
    (command,) = commands.sent
    assert command["name"] == "findAndModify"
    assert command["writeConcern"] == {"w": 1, "j": True}


def test_a_lost_answer_grants_nothing_twice(
    database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When every other answer is lost, half of the tokens are wasted."""
    calls: Counter[str] = Counter()
    change = Collection.find_one_and_update

    def lose(self: Any, *args: Any, **options: Any) -> Any:
        answer = change(self, *args, **options)
        calls["sent"] += 1
        if calls["sent"] % 2:
            raise AutoReconnect
        return answer

    monkeypatch.setattr(Collection, "find_one_and_update", lose)
    quota = Quota(database, KEY, 60)
    assert [quota.take() == 0 for _ in range(6)] == [True] * 5 + [False]


def test_many_threads_get_no_more_than_there_are(
    settings: Settings, database: Database[dict[str, Any]]
) -> None:
    """Of 400 who ask at once 100 get a call, and nobody sees an error."""
    quota = Quota(database, KEY, 600)
    began = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        granted = sum(wait == 0 for wait in pool.map(lambda _: quota.take(), range(400)))
    assert 100 <= granted <= 101 + (time.monotonic() - began) * Bucket(600).refill / 3600


TAKER = """
import sys
from pymongo import MongoClient
from exifds.store.quota import Quota

with MongoClient(sys.argv[1]) as client:
    quota = Quota(client.get_default_database(), "0123456789abcdef", 600)
    print(sum(quota.take() == 0 for _ in range(100)))
"""


def test_many_processes_get_no_more_than_there_are(settings: Settings) -> None:
    """Four processes share a bucket that none of them had made before."""
    command = [sys.executable, "-c", TAKER, str(settings.uri)]
    began = time.monotonic()
    takers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    granted = [int(taker.communicate(timeout=60)[0]) for taker in takers]
    assert 100 <= sum(granted) <= 101 + (time.monotonic() - began) * Bucket(600).refill / 3600


def test_the_bound_holds_for_every_setting() -> None:
    """A full bucket and an hour's refill together are less than one call more than allowed."""
    for per_hour in (*range(1, 50), 3000, 3600, 10**6):
        bucket = Bucket(per_hour)
        assert bucket.capacity >= 1
        assert bucket.refill > 0
        assert int(bucket.capacity + bucket.refill) == per_hour
        assert bucket.left(bucket.capacity, 0) == per_hour
    assert all(low.refill <= high.refill for low, high in pairwise(map(Bucket, range(1, 100))))
