"""A dataset's collection through PyMongo, against a real server."""

import tracemalloc
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from pymongo import MongoClient
from pymongo.errors import WriteError
from pymongo.monitoring import CommandListener, CommandStartedEvent

from exifds.errors import DatabaseError, FilterError, UnreachableError, UsageError, WrongKeyringError
from exifds.photo import SCHEMA_VERSION, FoundBy, Privacy
from exifds.settings import Settings
from exifds.store import collection, dataset_entry, embedded, queries, refusals
from exifds.store.codec import BSON_OPTIONS
from exifds.store.embedded import attach
from exifds.store.sync import Store
from tests.store.scenario import IDENTITY, NOW, SAMPLES, UNFIT, document, encoded

WAY = FoundBy(kind="folder", query="indoor/1.jpg", at=NOW)


class Commands(CommandListener):
    """What a client sent to the server, in turn."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.sent.append({"name": event.command_name, **event.command})

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...

    def names(self) -> Counter[str]:
        return Counter(command["name"] for command in self.sent)


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def client(settings: Settings, commands: Commands) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](settings.uri, event_listeners=[commands]) as opened:
        yield opened


@pytest.fixture
def store(client: MongoClient[dict[str, Any]]) -> Store:
    return Store(client.get_default_database(), "cameras")


@pytest.fixture
def made(store: Store) -> Store:
    """The store of a dataset with standard privacy."""
    store.create(Privacy.STANDARD, IDENTITY)
    return store


def test_a_refused_document_does_not_keep_its_neighbours_out(made: Store) -> None:
    """Of a batch with a known, an unfit and two new documents, the two new ones are stored."""
    made.insert(SAMPLES[:1])
    outcome = made.insert([SAMPLES[0], SAMPLES[1], *UNFIT, SAMPLES[4]])
    assert outcome.known == ("file:0",)
    assert outcome.refused == {
        "file:3": "MongoDB refused the document: it does not fit the schema of the dataset in owner"
    }
    assert made.states(["file:0", "file:1", "file:3", "file:4"]).keys() == {"file:0", "file:1", "file:4"}


def test_a_photo_that_is_there_is_not_overwritten(made: Store) -> None:
    """An insert of a known `_id` leaves what is stored as it is."""
    made.insert(SAMPLES[:1])
    made.insert(encoded(document(0, views=7)))
    assert [row["views"] for row in made.find({})] == [0]


@pytest.mark.parametrize("field", ["owner", "exif", "exif_raw", "comments"])
def test_the_server_takes_no_plain_personal_field(made: Store, field: str) -> None:
    """The validator refuses a personal value that is no Fernet token, and the reason does not quote it."""
    (reason,) = made.insert(encoded(document(1, **{field: "Zoë"}))).refused.values()
    assert reason.endswith(f"schema of the dataset in {field}")
    assert made.count({}) == 0


def test_every_write_is_journalled(made: Store, commands: Commands) -> None:
    """Whatever changes the database is sent with `j: true`."""
    made.insert(SAMPLES)
    made.update(queries.add_provenance("file:1", WAY, ["indoor"]))
    made.forget_failures(["file:9"])
    reads = {"find", "count", "aggregate", "getMore", "endSessions"}
    concerns = {
        command["name"]: command.get("writeConcern")
        for command in commands.sent
        if command["name"] not in reads
    }
    writes = ("findAndModify", "create", "collMod", "createIndexes", "insert", "update", "delete")
    assert concerns.keys() == set(writes)
    assert all(concern == {"w": 1, "j": True} for concern in concerns.values())


def test_an_update_done_twice_changes_nothing_more(made: Store) -> None:
    """The same provenance added again is no change."""
    made.insert(SAMPLES[:2])
    updates = queries.add_provenance("file:1", WAY, ["indoor"])
    assert made.update(updates) == 2
    assert made.update(updates) == 0
    (row,) = made.find({"_id": "file:1"})
    assert [way["query"] for way in row["found_by"]] == ["indoor/1.jpg"]
    assert row["concepts"] == ["indoor"]


def test_a_refused_update_is_named(made: Store) -> None:
    """An update against the schema is an error that names photo and field, not the value."""
    made.insert(SAMPLES[:2])
    updates = [({"_id": "file:1"}, {"$set": {"owner": "Zoë"}})]
    with pytest.raises(DatabaseError, match=r"^MongoDB refused the update of file:1: .* in owner$"):
        made.update(updates)


def test_only_failures_are_forgotten(made: Store) -> None:
    """Of the photos named, those that failed go; those that are done and those not named stay."""
    made.insert(SAMPLES)
    assert made.states(["file:8", "file:9", "file:none"]) == {"file:8": "done", "file:9": "failed"}
    made.forget_failures(["file:8", "file:9"])
    assert made.states(["file:8", "file:9", "file:19"]) == {"file:8": "done", "file:19": "failed"}


def test_nothing_to_do_asks_nothing_of_the_server(store: Store, commands: Commands) -> None:
    """Empty batches are done without a round trip."""
    store.insert([])
    store.forget_failures([])
    assert store.update([]) == 0
    assert commands.sent == []


OTHER_KEYRING = {"id": "0a1b2c3d", "check": "other"}


@pytest.mark.parametrize(
    ("privacy", "keyring", "error", "message"),
    [
        (Privacy.STRICT, IDENTITY, UsageError, "has privacy standard, not strict"),
        (Privacy.OPEN, None, UsageError, "has privacy standard, not open"),
        (Privacy.STANDARD, OTHER_KEYRING, WrongKeyringError, "but this one is 0a1b2c3d"),
        (Privacy.STANDARD, IDENTITY | {"check": "no"}, WrongKeyringError, "its check does not fit"),
    ],
    ids=["stricter", "open", "other keyring", "forged keyring"],
)
def test_a_dataset_that_is_not_ours_is_refused_before_the_first_write(
    made: Store, privacy: Privacy, keyring: dict[str, str] | None, error: type[Exception], message: str
) -> None:
    """Another privacy or another keyring is refused, and the database stays as it was."""
    database = made.collection.database
    database.drop_collection("cameras")
    before = made.meta()
    with pytest.raises(error, match=message):
        made.create(privacy, keyring)
    assert made.meta() == before
    assert database.list_collection_names() == [dataset_entry.META]


def test_a_later_schema_is_refused_before_the_first_write(made: Store) -> None:
    """A dataset of a later exifds is not touched."""
    database = made.collection.database
    database.drop_collection("cameras")
    database[dataset_entry.META].update_one({"_id": "cameras"}, {"$set": {"schema": SCHEMA_VERSION + 1}})
    with pytest.raises(UsageError, match="written by a later version of exifds: update exifds"):
        made.create(Privacy.STANDARD, IDENTITY)
    assert database.list_collection_names() == [dataset_entry.META]


def test_a_dataset_is_made_once_by_many_creators(settings: Settings) -> None:
    """Eight who make the same datasets at once all succeed; each has one entry, validator and indexes."""
    with MongoClient[dict[str, Any]](settings.uri) as client, ThreadPoolExecutor(8) as pool:
        database = client.get_default_database()
        for number in range(5):
            store = Store(database, f"cameras{number}")
            for future in [pool.submit(store.create, Privacy.STANDARD, IDENTITY) for _ in range(8)]:
                future.result()
            assert "validator" in store.collection.options()
            assert {"_id_", "camera.iso", "location"} < set(store.collection.index_information())
        assert store.names() == [f"cameras{number}" for number in range(5)]


def test_of_two_creators_with_different_keyrings_one_wins(settings: Settings) -> None:
    """The dataset belongs to one keyring; the creator with the other is told so."""
    with MongoClient[dict[str, Any]](settings.uri) as client, ThreadPoolExecutor(2) as pool:
        store = Store(client.get_default_database(), "cameras")
        rings = [IDENTITY, OTHER_KEYRING]
        futures = [pool.submit(store.create, Privacy.STANDARD, ring) for ring in rings]
        errors = [future.exception() for future in futures]
        (loser,) = [number for number, error in enumerate(errors) if isinstance(error, WrongKeyringError)]
        assert errors[1 - loser] is None
        assert (store.meta() or {})["keyring"] == rings[1 - loser]


def test_a_half_made_dataset_is_made_whole(made: Store, client: MongoClient[dict[str, Any]]) -> None:
    """After a kill between the entry and the collection, the next `create` makes the rest."""
    client.get_default_database().drop_collection("cameras")
    made.create(Privacy.STANDARD, IDENTITY)
    assert made.insert(UNFIT).refused
    assert "camera.iso" in made.collection.index_information()


def test_a_collection_that_was_there_gets_the_validator(store: Store) -> None:
    """A collection made by somebody else refuses plain personal fields too, once it is a dataset."""
    store.collection.database.create_collection(store.name)
    store.create(Privacy.STANDARD, {"id": "1", "check": "2"})
    with pytest.raises(WriteError, match="failed validation"):
        store.collection.insert_one({"_id": "file:1", "owner": "plain"})


def test_the_entry_has_a_date_with_its_zone(made: Store) -> None:
    """What is recorded is read with UTC dates, whatever the options of the database that was handed in."""
    entry = made.meta()
    assert entry is not None
    assert entry.pop("created_at").utcoffset().total_seconds() == 0
    identity = {"keyring": IDENTITY, "images": None, "schema": SCHEMA_VERSION}
    assert entry == {"_id": "cameras", "privacy": "standard", **identity}


def test_find_streams_with_flat_memory(store: Store, commands: Commands) -> None:
    """20,000 documents of 1 kB pass in batches, with no more than a few of them in memory."""
    photo = document(1, description="x" * 1000)
    store.collection.insert_many(encoded(*(photo | {"_id": f"file:{number}"} for number in range(20_000))))
    commands.sent.clear()
    tracemalloc.start()
    found = sum(1 for _ in store.find({}))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == 20_000
    assert peak < 8 * 2**20
    assert commands.names() == {"find": 1, "getMore": 20_000 // collection.BATCH}


def test_a_stream_that_is_left_closes_its_cursor(made: Store, commands: Commands) -> None:
    """Who stops reading early leaves nothing open on the server."""
    made.collection.insert_many(
        encoded(*(document(1, _id=f"file:{number}") for number in range(collection.BATCH + 1)))
    )
    stream = made.find({})
    next(stream)
    stream.close()  # type: ignore[attr-defined]  # a generator, as every `yield` makes
    assert commands.names()["killCursors"] == 1


def test_find_takes_projection_and_limit(made: Store) -> None:
    """Only the fields and as many photos as asked for are read."""
    made.insert(SAMPLES)
    assert list(made.find({"views": {"$gte": 5}}, {"views": 1}, 2)) == [
        {"_id": "file:5", "views": 5},
        {"_id": "file:6", "views": 6},
    ]
    assert made.count({"views": {"$gte": 5}}) == 15
    assert made.aggregate([{"$group": {"_id": None, "views": {"$sum": "$views"}}}])[0]["views"] == 190


def test_a_malformed_filter_is_told_as_such(made: Store) -> None:
    """What the server does not understand of a filter is a `FilterError`."""
    with pytest.raises(FilterError, match="does not understand the filter"):
        made.count({"views": {"$near": 1}})
    with pytest.raises(FilterError):
        list(made.find({"$or": []}))


def test_reads_of_a_server_that_is_gone_fail_in_a_sentence() -> None:
    """Reads do not wait for a server that does not answer."""
    uri = "mongodb://127.0.0.1:1"
    with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=100) as client:
        store = Store(client.get_database("exifds", codec_options=BSON_OPTIONS), "cameras")
        for read in (store.meta, store.names, lambda: store.count({}), lambda: list(store.find({}))):
            with pytest.raises(UnreachableError, match="no MongoDB server answers"):
                read()


def test_an_insert_outlives_the_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An insert while the embedded server is dead goes through once it is back."""
    home = tmp_path_factory.mktemp("s")
    with attach(home, idle_s=0.2) as lease, MongoClient[dict[str, Any]](lease.uri) as client:
        store = Store(client["exifds"], "cameras")
        store.create(Privacy.STANDARD, IDENTITY)
        kill_server(home)
        assert store.insert(SAMPLES[:3]) == refusals.Inserted()
        assert store.count({}) == 3
    embedded.stop(home)


def kill_server(home: Path) -> None:
    """Kill the mongod of a home; its supervisor starts another."""
    server = psutil.Process(embedded.status(home).pid)
    server.kill()
    psutil.wait_procs([server])
