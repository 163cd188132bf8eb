"""AsyncStore: the twin of `sync.Store` for PyMongo's asyncio client, and for Motor's."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import AutoReconnect, BulkWriteError

from exifds.photo import Privacy
from exifds.store import collection, dataset_entry, refusals
from exifds.store.collection import OPTIONS
from exifds.store.connect import PATIENCE_S, pauses, plain_errors
from exifds.store.dataset_entry import META
from exifds.store.queries import Update
from exifds.store.refusals import Inserted

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorDatabase

__all__ = ["AsyncStore", "patiently"]

Result = TypeVar("Result")


class AsyncStore:
    """One dataset: its collection, and what MongoDB keeps about it in `_exifds_meta`.

    Each method does what the one of the same name of `Store` does.

    Args:
        database: Where the collection is: a database of an `AsyncMongoClient` or an `AsyncIOMotorClient`.
        name: Name of the dataset and of its collection.

    Example:
        >>> from pymongo import AsyncMongoClient
        >>> async def photos(uri):
        ...     async with AsyncMongoClient(uri) as client:
        ...         return await AsyncStore(client["exifds"], "cameras").count({"camera.iso": {"$gte": 800}})
    """

    def __init__(
        self, database: "AsyncDatabase[dict[str, Any]] | AsyncIOMotorDatabase[dict[str, Any]]", name: str
    ) -> None:
        self.name = name
        self._database = cast(AsyncDatabase[dict[str, Any]], database)  # Motor's differs only in `aggregate`
        self._meta: AsyncCollection[dict[str, Any]] = self._database.get_collection(META, **OPTIONS)
        self.collection: AsyncCollection[dict[str, Any]] = self._database.get_collection(name, **OPTIONS)

    async def meta(self) -> dict[str, Any] | None:
        """What is recorded about the dataset; None if there is none of this name."""
        with plain_errors():
            return await self._meta.find_one({"_id": self.name})

    async def names(self) -> list[str]:
        """Names of all datasets in the database."""
        with plain_errors():
            return sorted([str(meta["_id"]) async for meta in self._meta.find({}, {"_id": 1})])

    async def create(
        self, privacy: Privacy, keyring: Mapping[str, str] | None, images: str | None = None
    ) -> None:
        """Make the dataset ready to be written to, or make sure that it is.

        Args:
            privacy: What is encrypted.
            keyring: `id` and `check` of the keyring that will seal.
            images: Where its image files go; None for the data directory.

        Raises:
            UsageError: The dataset exists with another privacy, or was written by a later exifds.
            WrongKeyringError: The dataset was written with another keyring.
        """
        with plain_errors():
            entry = await self._meta.find_one({"_id": self.name})
            dataset_entry.check_unclaimed(self.name, entry, await self.collection.find_one({}, {"_id": 1}))
            recorded = await self._meta.find_one_and_update(
                **dataset_entry.registration(self.name, privacy, keyring, images)
            )
            assert recorded is not None, "it was upserted"
            dataset_entry.check_meta(self.name, recorded, privacy, keyring)
            with collection.unless_made():
                await self._database.create_collection(**collection.creation(self.name))
            await self._database.command(collection.enforcement(self.name, privacy))
            await self.collection.create_indexes(collection.index_models(privacy))

    async def seed(self, scheme: Mapping[str, Any], seed: int | None = None) -> int | None:
        """The seed by which the dataset is split, so that every export splits it alike.

        Args:
            scheme: The way to split: what photos are grouped by and the shares.
            seed: Noted if none is yet.

        Returns:
            The seed that was noted first; None if there is none.
        """
        with plain_errors():
            if seed is not None:
                await self._meta.update_one(**dataset_entry.seed_entry(self.name, scheme, seed))
            return dataset_entry.remembered_seed(await self._meta.find_one({"_id": self.name}), scheme)

    async def states(self, ids: Sequence[str]) -> dict[str, str]:
        """The state of those of the photos that are stored, by `_id`."""
        with plain_errors():
            rows = await patiently(lambda: self.collection.find(**collection.state_of(ids)).to_list(None))
        return {row["_id"]: row["state"] for row in rows}

    async def read(
        self, ids: Sequence[str], projection: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The documents of those of the photos that are stored."""
        with plain_errors():
            return await patiently(
                lambda: self.collection.find(collection.among(ids), projection).to_list(None)
            )

    async def insert(self, documents: Sequence[RawBSONDocument]) -> Inserted:
        """Insert new photos, journalled. One that is refused does not keep its neighbours out.

        Args:
            documents: Encoded documents.

        Returns:
            Those that were there already, and those the server refused.
        """
        if not documents:
            return Inserted()
        with plain_errors():
            try:
                await patiently(lambda: self.collection.insert_many(documents, ordered=False))
            except BulkWriteError as error:
                return refusals.inserted(documents, error)
        return Inserted()

    async def update(self, updates: Iterable[Update]) -> int:
        """Apply updates in order, journalled. Each must change nothing more when it is applied twice.

        Args:
            updates: Pairs of filter and update.

        Returns:
            Number of photos changed.

        Raises:
            DatabaseError: MongoDB refused one; those after it were not applied.
        """
        requests = collection.requests(updates)
        if not requests:
            return 0
        with plain_errors():
            try:
                return (await patiently(lambda: self.collection.bulk_write(requests))).modified_count
            except BulkWriteError as error:
                raise refusals.update_refused(error) from None

    async def forget_failures(self, ids: Sequence[str]) -> None:
        """Make room for another try at those of the photos that failed."""
        if ids:
            with plain_errors():
                await patiently(lambda: self.collection.delete_many(collection.failed_among(ids)))

    async def find(
        self, query: Mapping[str, Any], projection: Mapping[str, Any] | None = None, limit: int = 0
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Stream documents. Memory stays flat however many there are. Who leaves early calls `aclose`."""
        with plain_errors():
            cursor = self.collection.find(**collection.stream(query, projection, limit))
            try:
                async for document in cursor:
                    yield document
            finally:
                await cursor.close()

    async def count(self, query: Mapping[str, Any]) -> int:
        """Number of photos that match."""
        with plain_errors():
            return await self.collection.count_documents(query)

    async def aggregate(self, pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Run a pipeline whose result is small."""
        with plain_errors():
            answer: Any = self.collection.aggregate(pipeline)
            cursor = await answer if isawaitable(answer) else answer  # Motor's is the cursor already
            return [row async for row in cursor]


async def patiently(operation: Callable[[], Awaitable[Result]], patience_s: float = PATIENCE_S) -> Result:
    """Repeat an operation while the server is gone, with growing random pauses.

    Args:
        operation: Must change nothing more when it is done twice.
        patience_s: Give up after so many seconds.

    Returns:
        What the operation returns.

    Raises:
        AutoReconnect: The server did not come back.
    """
    waits = pauses(patience_s)
    while True:
        try:
            return await operation()
        except AutoReconnect:
            if (pause := next(waits, None)) is None:
                raise
        await asyncio.sleep(pause)
