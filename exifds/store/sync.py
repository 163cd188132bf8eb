"""Store: one dataset's collection, reached with PyMongo. What to send is decided elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo import IndexModel, UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure
from pymongo.synchronous.collection import Collection
from pymongo.synchronous.database import Database
from pymongo.write_concern import WriteConcern

from exifds.errors import UsageError, WrongKeyringError
from exifds.photo import SCHEMA_VERSION, Privacy
from exifds.store.codec import BSON_OPTIONS
from exifds.store.connect import patiently, plain_errors
from exifds.store.schema import indexes, validator

__all__ = ["Inserted", "Store"]

JOURNALED = WriteConcern(w=1, j=True)
"""Acknowledged means on disk: without it, a killed server loses acknowledged inserts."""

META = "_exifds_meta"
DUPLICATE_KEY = 11000
COLLECTION_EXISTS = 48


@dataclass(frozen=True)
class Inserted:
    """What became of a batch: `_id`s that were already there, and those the server refused, with why."""

    known: tuple[str, ...]
    refused: Mapping[str, str]


class Store:
    """One dataset: its collection, and what MongoDB keeps about it in `_exifds_meta`.

    Args:
        database: Where the collection is.
        name: Name of the dataset and of its collection.
    """

    def __init__(self, database: Database[dict[str, Any]], name: str) -> None:
        self.name = name
        self._database = database
        self.collection: Collection[dict[str, Any]] = database.get_collection(
            name, codec_options=BSON_OPTIONS, write_concern=JOURNALED
        )

    def meta(self) -> dict[str, Any] | None:
        """What is recorded about the dataset; None if there is none of this name."""
        with plain_errors():
            return self._database[META].find_one({"_id": self.name})

    def names(self) -> list[str]:
        """Names of all datasets in the database."""
        with plain_errors():
            return sorted(str(meta["_id"]) for meta in self._database[META].find({}, {"_id": 1}))

    def create(self, privacy: Privacy, keyring: Mapping[str, str] | None) -> None:
        """Make the dataset ready to be written to, or make sure that it is.

        Args:
            privacy: What is encrypted.
            keyring: `id` and `check` of the keyring that will seal.

        Raises:
            UsageError: The dataset exists with another privacy.
            WrongKeyringError: The dataset was written with another keyring.
        """
        wanted = {
            "privacy": str(privacy),
            "keyring": dict(keyring) if keyring else None,
            "schema": SCHEMA_VERSION,
            "created_at": datetime.now(UTC),
        }
        meta = self._database.get_collection(META, write_concern=JOURNALED)
        with plain_errors():
            meta.update_one({"_id": self.name}, {"$setOnInsert": wanted}, upsert=True)
            recorded = meta.find_one({"_id": self.name})
        assert recorded is not None
        check_meta(self.name, recorded, privacy, keyring)
        with plain_errors():
            try:
                self._database.create_collection(self.name, validator=validator(privacy), check_exists=False)
            except OperationFailure as error:
                if error.code != COLLECTION_EXISTS:
                    raise
            self.collection.create_indexes([IndexModel(**index) for index in indexes()])

    def states(self, ids: Sequence[str]) -> dict[str, str]:
        """The state of those of the photos that are stored, by `_id`."""
        with plain_errors():
            return patiently(
                lambda: {
                    row["_id"]: row["state"]
                    for row in self.collection.find({"_id": {"$in": list(ids)}}, {"state": 1})
                }
            )

    def insert(self, documents: Sequence[RawBSONDocument]) -> Inserted:
        """Insert new photos, journalled. One that is refused does not keep its neighbours out.

        Args:
            documents: Encoded documents.

        Returns:
            Those that were there already, and those the server refused.
        """
        known: list[str] = []
        refused: dict[str, str] = {}
        if documents:
            with plain_errors():
                for failure in patiently(lambda: self._insert(documents)):
                    photo_id = str(documents[failure["index"]]["_id"])
                    if failure["code"] == DUPLICATE_KEY:
                        known.append(photo_id)
                    else:
                        refused[photo_id] = f"MongoDB refused the document: {failure['errmsg']}"
        return Inserted(tuple(known), refused)

    def _insert(self, documents: Sequence[RawBSONDocument]) -> list[dict[str, Any]]:
        try:
            self.collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            return list(error.details["writeErrors"])
        return []

    def update(self, updates: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> int:
        """Apply updates in order, journalled. Each must change nothing more when it is applied twice.

        Args:
            updates: Pairs of filter and update.

        Returns:
            Number of photos changed.
        """
        requests = [UpdateOne(query, change) for query, change in updates]
        if not requests:
            return 0
        with plain_errors():
            return patiently(lambda: self.collection.bulk_write(requests).modified_count)

    def forget_failures(self, ids: Sequence[str]) -> None:
        """Make room for another try at those of the photos that failed."""
        if ids:
            query = {"_id": {"$in": list(ids)}, "state": "failed"}
            with plain_errors():
                patiently(lambda: self.collection.delete_many(query))

    def find(
        self, query: Mapping[str, Any], projection: Mapping[str, Any] | None = None, limit: int = 0
    ) -> Iterator[dict[str, Any]]:
        """Stream documents. Memory stays flat however many there are."""
        with plain_errors(), self.collection.find(query, projection, limit=limit) as cursor:
            yield from cursor

    def count(self, query: Mapping[str, Any]) -> int:
        """Number of photos that match."""
        with plain_errors():
            return self.collection.count_documents(query)

    def aggregate(self, pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Run a pipeline whose result is small."""
        with plain_errors(), self.collection.aggregate(pipeline) as cursor:
            return list(cursor)


def check_meta(
    name: str, recorded: Mapping[str, Any], privacy: Privacy | None, keyring: Mapping[str, str] | None
) -> None:
    """Make sure that a dataset is what the caller takes it for.

    Args:
        name: Name of the dataset.
        recorded: Its entry in `_exifds_meta`.
        privacy: The privacy that was asked for; None takes any.
        keyring: `id` and `check` of the keyring in use; None when it is not needed.

    Raises:
        UsageError: Another privacy, or a schema of a later exifds.
        WrongKeyringError: Another keyring.
    """
    if recorded["schema"] > SCHEMA_VERSION:
        raise UsageError(f"the dataset {name} was written by a later version of exifds: update exifds")
    if privacy is not None and recorded["privacy"] != privacy:
        raise UsageError(
            f"the dataset {name} has privacy {recorded['privacy']}, not {privacy}; it cannot be changed"
        )
    if keyring is not None and recorded["keyring"] is not None and dict(recorded["keyring"]) != dict(keyring):
        raise WrongKeyringError(
            f"the dataset {name} was written with keyring {recorded['keyring']['id']}, but this one is "
            f"{keyring['id']}: point EXIFDS_CONFIG to the folder of the right keyring"
        )
