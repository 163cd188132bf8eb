"""The asynchronous store, over PyMongo and over Motor, is the twin of the synchronous one."""

import inspect
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient, MongoClient
from pymongo.errors import AutoReconnect

from exifds.errors import DatabaseError, FilterError, UnreachableError, UsageError, WrongKeyringError
from exifds.photo import Privacy
from exifds.settings import Settings
from exifds.store import collection, embedded, refusals
from exifds.store.aio import AsyncStore, patiently
from exifds.store.embedded import attach
from exifds.store.sync import Store
from tests.store.scenario import IDENTITY, SAMPLES, document, encoded, play
from tests.store.test_sync import OTHER_KEYRING, Commands, kill_server

CLIENTS: dict[str, Any] = {"pymongo": AsyncMongoClient, "motor": AsyncIOMotorClient}


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture(params=CLIENTS)
async def store(
    request: pytest.FixtureRequest, settings: Settings, commands: Commands
) -> AsyncIterator[AsyncStore]:
    """A store over each of the two drivers."""
    client = CLIENTS[request.param](settings.uri, event_listeners=[commands])
    yield AsyncStore(client.get_default_database(), "cameras")
    if inspect.isawaitable(closing := client.close()):
        await closing


def methods(cls: type) -> list[tuple[str, list[tuple[str, Any, Any, Any]]]]:
    """The public methods of a class with their parameters, in turn."""
    return [
        (
            name,
            [
                (p.name, p.kind, p.default, p.annotation)
                for p in inspect.signature(method).parameters.values()
            ],
        )
        for name, method in vars(cls).items()
        if callable(method) and not name.startswith("_")
    ]


def test_the_twins_have_the_same_methods() -> None:
    """`Store` and `AsyncStore` have the same public methods with the same parameters in the same order."""
    assert methods(AsyncStore) == methods(Store)


def test_every_asynchronous_method_can_be_awaited_or_iterated() -> None:
    """No method of `AsyncStore` blocks the loop."""
    for name, _ in methods(AsyncStore):
        method = getattr(AsyncStore, name)
        assert inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method), name


async def test_the_same_scenario_gives_the_same_answers(store: AsyncStore, settings: Settings) -> None:
    """All methods, used in turn, answer and store the same over PyMongo, PyMongo's asyncio and Motor."""
    with MongoClient[dict[str, Any]](settings.uri) as client:
        there = client.get_default_database()
        expected = await play(Store(there, "cameras"))
        client.drop_database(there.name)
        assert await play(store) == expected
    assert len(expected[-1]) == 19


async def test_every_write_is_journalled(store: AsyncStore, commands: Commands) -> None:
    """Whatever changes the database is sent with `j: true`."""
    await play(store)
    writes = {"findAndModify", "create", "createIndexes", "insert", "update", "delete"}
    sent = [command for command in commands.sent if command["name"] in writes]
    assert {command["name"] for command in sent} == writes
    assert all(command["writeConcern"] == {"w": 1, "j": True} for command in sent)


async def test_errors_read_the_same(store: AsyncStore) -> None:
    """A dataset of another privacy or keyring, a bad filter and a refused update are told as by `Store`."""
    await store.create(Privacy.STANDARD, IDENTITY)
    await store.insert(SAMPLES[:1])
    with pytest.raises(UsageError, match="has privacy standard, not strict"):
        await store.create(Privacy.STRICT, IDENTITY)
    with pytest.raises(WrongKeyringError):
        await store.create(Privacy.STANDARD, OTHER_KEYRING)
    with pytest.raises(FilterError):
        await store.count({"views": {"$near": 1}})
    with pytest.raises(FilterError):
        await anext(store.find({"$or": []}))
    with pytest.raises(FilterError):
        await store.aggregate([{"$match": {"$or": []}}])
    with pytest.raises(DatabaseError, match=r"^MongoDB refused the update of file:0: .* in owner$"):
        await store.update([({"_id": "file:0"}, {"$set": {"owner": "Zoë"}})])


async def test_a_stream_reads_in_batches_and_closes_its_cursor(store: AsyncStore, commands: Commands) -> None:
    """A stream holds one batch at a time, and nothing stays open on the server when it is left early."""
    await store.collection.insert_many(
        encoded(*(document(1, _id=f"file:{number}") for number in range(collection.BATCH * 3)))
    )
    async with aclosing(store.find({})) as stream:
        for _ in range(collection.BATCH + 1):
            await anext(stream)
    names = commands.names()
    assert (names["find"], names["getMore"], names["killCursors"]) == (1, 1, 1)


@pytest.mark.parametrize("driver", CLIENTS)
async def test_reads_of_a_server_that_is_gone_fail_in_a_sentence(driver: str) -> None:
    """Reads do not wait for a server that does not answer."""
    # no TCP: a client of PyMongo's asyncio that is closed while it connects leaves that socket open
    client = CLIENTS[driver]("mongodb://%2Fno%2Fsuch.sock", serverSelectionTimeoutMS=100)
    with pytest.raises(UnreachableError, match="no MongoDB server answers"):
        await AsyncStore(client["exifds"], "cameras").meta()
    if inspect.isawaitable(closing := client.close()):
        await closing


@pytest.mark.parametrize("driver", CLIENTS)
async def test_an_insert_outlives_the_server(driver: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An insert while the embedded server is dead goes through once it is back."""
    home = tmp_path_factory.mktemp("a")
    with attach(home, idle_s=0.2) as lease:
        client = CLIENTS[driver](lease.uri)
        store = AsyncStore(client["exifds"], "cameras")
        await store.create(Privacy.STANDARD, IDENTITY)
        kill_server(home)
        assert await store.insert(SAMPLES[:3]) == refusals.Inserted()
        assert await store.count({}) == 3
        if inspect.isawaitable(closing := client.close()):
            await closing
    embedded.stop(home)


async def test_patience_outlasts_a_transient_loss() -> None:
    """An operation that fails twice because the server is gone succeeds in the end."""
    failures = iter([AutoReconnect(), AutoReconnect()])

    async def operation() -> str:
        for failure in failures:
            raise failure
        return "done"

    assert await patiently(operation) == "done"


async def test_patience_ends() -> None:
    """A server that does not come back is given up in the time that was set."""
    tries = iter(range(1000))

    async def operation() -> None:
        next(tries)
        raise AutoReconnect

    start = time.monotonic()
    with pytest.raises(AutoReconnect):
        await patiently(operation, 0.5)
    assert time.monotonic() - start < 5
    assert 2 <= next(tries) <= 6
