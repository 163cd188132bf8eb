"""Store: one dataset's collection, reached with PyMongo. What is sent: `collection`, `dataset_entry`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo.errors import BulkWriteError
from pymongo.synchronous.collection import Collection
from pymongo.synchronous.database import Database

from exifds.photo import Privacy
from exifds.store import collection, dataset_entry, refusals
from exifds.store.collection import OPTIONS
from exifds.store.connect import patiently, plain_errors
from exifds.store.dataset_entry import META
from exifds.store.queries import Update
from exifds.store.refusals import Inserted

__all__ = ["Store"]


class Store:
    """One dataset: its collection, and what MongoDB keeps about it in `_exifds_meta`.

    Writes, and the reads they depend on, wait for a server that is gone; other reads fail at once.

    Args:
        database: Where the collection is.
        name: Name of the dataset and of its collection.
    """

    def __init__(self, database: Database[dict[str, Any]], name: str) -> None:
        self.name = name
        self._database = database
        self._meta: Collection[dict[str, Any]] = database.get_collection(META, **OPTIONS)
        self.collection: Collection[dict[str, Any]] = database.get_collection(name, **OPTIONS)

    def meta(self) -> dict[str, Any] | None:
        """What is recorded about the dataset; None if there is none of this name."""
        with plain_errors():
            return self._meta.find_one({"_id": self.name})

    def names(self) -> list[str]:
        """Names of all datasets in the database."""
        with plain_errors():
            return sorted(str(meta["_id"]) for meta in self._meta.find({}, {"_id": 1}))

    def create(self, privacy: Privacy, keyring: Mapping[str, str] | None, images: str | None = None) -> None:
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
            entry = self._meta.find_one({"_id": self.name})
            dataset_entry.check_unclaimed(self.name, entry, self.collection.find_one({}, {"_id": 1}))
            recorded = self._meta.find_one_and_update(
                **dataset_entry.registration(self.name, privacy, keyring, images)
            )
            assert recorded is not None, "it was upserted"
            dataset_entry.check_meta(self.name, recorded, privacy, keyring)
            with collection.unless_made():
                self._database.create_collection(**collection.creation(self.name))
            self._database.command(collection.enforcement(self.name, privacy))
            self.collection.create_indexes(collection.index_models(privacy))

    def seed(self, scheme: Mapping[str, Any], seed: int | None = None) -> int | None:
        """The seed by which the dataset is split, so that every export splits it alike.

        Args:
            scheme: The way to split: what photos are grouped by and the shares.
            seed: Noted if none is yet.

        Returns:
            The seed that was noted first; None if there is none.
        """
        with plain_errors():
            if seed is not None:
                self._meta.update_one(**dataset_entry.seed_entry(self.name, scheme, seed))
            return dataset_entry.remembered_seed(self._meta.find_one({"_id": self.name}), scheme)

    def states(self, ids: Sequence[str]) -> dict[str, str]:
        """The state of those of the photos that are stored, by `_id`."""
        with plain_errors():
            rows = patiently(lambda: list(self.collection.find(**collection.state_of(ids))))
        return {row["_id"]: row["state"] for row in rows}

    def read(self, ids: Sequence[str], projection: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The documents of those of the photos that are stored."""
        with plain_errors():
            return patiently(lambda: list(self.collection.find(collection.among(ids), projection)))

    def insert(self, documents: Sequence[RawBSONDocument]) -> Inserted:
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
                patiently(lambda: self.collection.insert_many(documents, ordered=False))
            except BulkWriteError as error:
                return refusals.inserted(documents, error)
        return Inserted()

    def update(self, updates: Iterable[Update]) -> int:
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
                return patiently(lambda: self.collection.bulk_write(requests)).modified_count
            except BulkWriteError as error:
                raise refusals.update_refused(error) from None

    def forget_failures(self, ids: Sequence[str]) -> None:
        """Make room for another try at those of the photos that failed."""
        if ids:
            with plain_errors():
                patiently(lambda: self.collection.delete_many(collection.failed_among(ids)))

    def find(
        self, query: Mapping[str, Any], projection: Mapping[str, Any] | None = None, limit: int = 0
    ) -> Iterator[dict[str, Any]]:
        """Stream documents. Memory stays flat however many there are."""
        with plain_errors(), self.collection.find(**collection.stream(query, projection, limit)) as cursor:
            yield from cursor

    def count(self, query: Mapping[str, Any]) -> int:
        """Number of photos that match."""
        with plain_errors():
            return self.collection.count_documents(query)

    def aggregate(self, pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Run a pipeline whose result is small."""
        with plain_errors(), self.collection.aggregate(pipeline) as cursor:
            return list(cursor)
