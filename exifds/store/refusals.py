"""Refusals: what MongoDB did not take of a batch, and why. No I/O: `sync`, `aio` and `work` do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo.errors import BulkWriteError

from exifds.errors import DatabaseError

__all__ = ["Inserted", "inserted", "update_refused"]

_DUPLICATE_KEY = 11000


@dataclass(frozen=True)
class Inserted:
    """What became of a batch: `_id`s that were already there, and those the server refused, with why."""

    known: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


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
