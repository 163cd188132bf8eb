"""Plan: what the stores send to MongoDB and how they read its answers. No I/O: `sync` and `aio` do it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo import IndexModel, ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure
from pymongo.write_concern import WriteConcern

from exifds.errors import DatabaseError, UsageError, WrongKeyringError
from exifds.photo import SCHEMA_VERSION, Privacy
from exifds.store.codec import BSON_OPTIONS
from exifds.store.queries import Update
from exifds.store.schema import indexes, validator

__all__ = [
    "JOURNALED",
    "META",
    "OPTIONS",
    "Inserted",
    "among",
    "check_meta",
    "check_unclaimed",
    "creation",
    "enforcement",
    "failed_among",
    "index_models",
    "inserted",
    "registration",
    "remembered_seed",
    "requests",
    "seed_entry",
    "state_of",
    "stream",
    "unless_made",
    "update_refused",
]

META = "_exifds_meta"
"""The collection with an entry for each dataset."""

JOURNALED = WriteConcern(w=1, j=True)
"""Acknowledged means on disk: without `j`, a killed server loses acknowledged inserts."""

OPTIONS: Mapping[str, Any] = MappingProxyType({"codec_options": BSON_OPTIONS, "write_concern": JOURNALED})
"""How collections are used."""

BATCH = 500
"""Documents read at a time: memory stays flat, and the server, which closes a cursor that was left alone for
10 minutes, is asked again in time even when each photo takes a second."""

_DUPLICATE_KEY = 11000
_COLLECTION_EXISTS = 48


@dataclass(frozen=True)
class Inserted:
    """What became of a batch: `_id`s that were already there, and those the server refused, with why."""

    known: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


def registration(
    name: str, privacy: Privacy, keyring: Mapping[str, str] | None, images: str | None
) -> dict[str, Any]:
    """What makes the entry of a dataset unless there is one, and gives the one that counts.

    Args:
        name: Name of the dataset.
        privacy: What is encrypted.
        keyring: `id` and `check` of the keyring that will seal.
        images: Where its image files go; None for the data directory.

    Returns:
        Arguments of `find_one_and_update`: one step, so that of two creators one wins and both know.
    """
    entry = {
        "privacy": str(privacy),
        "keyring": dict(keyring) if keyring else None,
        "images": images,
        "schema": SCHEMA_VERSION,
        "created_at": datetime.now(UTC),
    }
    return {
        "filter": {"_id": name},
        "update": {"$setOnInsert": entry},
        "upsert": True,
        "return_document": ReturnDocument.AFTER,
    }


def seed_entry(name: str, scheme: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """What notes the seed of a way to split, unless there is one already.

    Args:
        name: Name of the dataset.
        scheme: The way to split: what photos are grouped by and the shares.
        seed: The seed.

    Returns:
        Arguments of `update_one`.
    """
    return {
        "filter": {"_id": name, "seeds": {"$not": {"$elemMatch": dict(scheme)}}},
        "update": {"$push": {"seeds": {**scheme, "seed": seed}}},
    }


def remembered_seed(recorded: Mapping[str, Any] | None, scheme: Mapping[str, Any]) -> int | None:
    """The seed that was noted for a way to split.

    Args:
        recorded: The entry of the dataset.
        scheme: The way to split.

    Returns:
        The seed; None if there is none.

    Example:
        >>> remembered_seed({"seeds": [{"group": "owner", "seed": 7}]}, {"group": "owner"})
        7
    """
    for entry in (recorded or {}).get("seeds", ()):
        if all(entry.get(name) == value for name, value in scheme.items()):
            return int(entry["seed"])
    return None


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
    known = recorded["keyring"]
    if keyring is not None and known is not None and dict(known) != dict(keyring):
        if known["id"] == keyring["id"]:
            raise WrongKeyringError(
                f"the entry of dataset {name} in {META} was changed: its check does not fit"
            )
        raise WrongKeyringError(
            f"the dataset {name} was written with keyring {recorded['keyring']['id']}, but this one is "
            f"{keyring['id']}: point EXIFDS_CONFIG to the folder of the right keyring"
        )


def check_unclaimed(name: str, entry: Mapping[str, Any] | None, first: Mapping[str, Any] | None) -> None:
    """Make sure that a new dataset does not take over a collection of somebody else.

    Args:
        name: Name of the dataset.
        entry: Its entry in `_exifds_meta`.
        first: Any document of the collection of this name.

    Raises:
        UsageError: The collection holds documents and is no dataset.
    """
    if entry is None and first is not None:
        raise UsageError(f"the collection {name} is there already and is no dataset: choose another name")


def creation(name: str) -> dict[str, Any]:
    """What makes the collection of a dataset: arguments of `create_collection`, for use in `unless_made`."""
    return {"name": name, "check_exists": False, **OPTIONS}


def enforcement(name: str, privacy: Privacy) -> dict[str, Any]:
    """The command that makes MongoDB enforce the schema, also of a collection that was there before."""
    return {"collMod": name, "validator": validator(privacy), "writeConcern": JOURNALED.document}


@contextmanager
def unless_made() -> Iterator[None]:
    """Let it pass that the collection is there: from an earlier run, or made by another process just now."""
    try:
        yield
    except OperationFailure as error:
        if error.code != _COLLECTION_EXISTS:
            raise


def index_models(privacy: Privacy) -> list[IndexModel]:
    """The indexes of a dataset, for `create_indexes`."""
    return [IndexModel(**index) for index in indexes(privacy)]


def state_of(ids: Sequence[str]) -> dict[str, Any]:
    """What reads the states of photos: arguments of `find`."""
    return {"filter": among(ids), "projection": {"state": 1}}


def among(ids: Sequence[str]) -> dict[str, Any]:
    """Filter of the photos with these ids."""
    return {"_id": {"$in": list(ids)}}


def failed_among(ids: Sequence[str]) -> dict[str, Any]:
    """Filter of those of the photos that failed."""
    return among(ids) | {"state": "failed"}


def stream(query: Mapping[str, Any], projection: Mapping[str, Any] | None, limit: int) -> dict[str, Any]:
    """What reads any number of documents: arguments of `find`."""
    return {"filter": query, "projection": projection, "limit": limit, "batch_size": BATCH}


def inserted(documents: Sequence[RawBSONDocument], error: BulkWriteError) -> Inserted:
    """Read what became of a batch of which MongoDB did not take all.

    Args:
        documents: The batch.
        error: What `insert_many` raised.

    Returns:
        Those that were there already, and those that were refused.

    Raises:
        DatabaseError: MongoDB did not confirm that what it took is on disk.
    """
    _confirmed(error)
    known: list[str] = []
    refused: dict[str, str] = {}
    for failure in error.details["writeErrors"]:
        photo_id = str(documents[failure["index"]]["_id"])
        if failure["code"] == _DUPLICATE_KEY:
            known.append(photo_id)
        else:
            refused[photo_id] = f"MongoDB refused the document: {_reason(failure)}"
    return Inserted(tuple(known), refused)


def requests(updates: Iterable[Update]) -> list[UpdateOne]:
    """Updates as `bulk_write` takes them."""
    return [UpdateOne(query, change) for query, change in updates]


def update_refused(error: BulkWriteError) -> DatabaseError:
    """Say which update MongoDB refused, and why.

    Args:
        error: What `bulk_write` raised.

    Returns:
        The error to raise instead.
    """
    _confirmed(error)
    failure = error.details["writeErrors"][0]
    return DatabaseError(f"MongoDB refused the update of {failure['op']['q'].get('_id')}: {_reason(failure)}")


def _confirmed(error: BulkWriteError) -> None:
    if error.details["writeConcernErrors"]:
        text = error.details["writeConcernErrors"][0]["errmsg"]
        raise DatabaseError(f"MongoDB did not confirm that the photos are on disk ({text}): run it again")


def _reason(failure: Mapping[str, Any]) -> str:
    """Why the server refused a document. Fields are named, but no value is: `errmsg` may quote them all."""
    rules = failure.get("errInfo", {}).get("details", {}).get("schemaRulesNotSatisfied", ())
    unfit = [unmet["propertyName"] for rule in rules for unmet in rule.get("propertiesNotSatisfied", ())]
    missing = [name for rule in rules for name in rule.get("missingProperties", ())]
    if unfit or missing:
        return f"it does not fit the schema of the dataset in {', '.join(sorted({*unfit, *missing}))}"
    return str(failure["errmsg"]).partition("{")[0].rstrip(" :")
