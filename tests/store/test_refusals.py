"""How refusals are read that a server at hand does not give."""

from typing import Any

import pytest
from bson.raw_bson import RawBSONDocument
from pymongo.errors import BulkWriteError

from exifds.errors import DatabaseError
from exifds.store import refusals
from exifds.store.codec import to_bson


def failed(*failures: dict[str, Any], unconfirmed: tuple[dict[str, Any], ...] = ()) -> BulkWriteError:
    """The error of a batch, as PyMongo documents it."""
    return BulkWriteError({"writeErrors": list(failures), "writeConcernErrors": list(unconfirmed)})


def batch(size: int) -> list[RawBSONDocument]:
    return [to_bson({"_id": f"file:{number}"}) for number in range(size)]


def test_a_refused_document_is_told_from_one_that_was_there() -> None:
    """A duplicate `_id` is known, anything else is refused, and both are named by their `_id`."""
    duplicate = {"index": 0, "code": 11000, "errmsg": "E11000 duplicate key error"}
    broken = {"index": 2, "code": 2, "errmsg": "bad value"}
    outcome = refusals.inserted(batch(3), failed(duplicate, broken))
    assert outcome.known == ("file:0",)
    assert outcome.refused == {"file:2": "MongoDB refused the document: bad value"}


def test_a_reason_names_the_fields_that_do_not_fit() -> None:
    """A validator's refusal says which fields are unfit or missing."""
    rules = [
        {"operatorName": "properties", "propertiesNotSatisfied": [{"propertyName": "owner", "details": []}]},
        {"operatorName": "required", "missingProperties": ["_sec"]},
    ]
    failure = {
        "index": 0,
        "code": 121,
        "errmsg": "Document failed validation",
        "errInfo": {"details": {"operatorName": "$jsonSchema", "schemaRulesNotSatisfied": rules}},
    }
    (reason,) = refusals.inserted(batch(1), failed(failure)).refused.values()
    assert reason.endswith("it does not fit the schema of the dataset in _sec, owner")


def test_a_reason_quotes_no_document() -> None:
    """MongoDB quotes whole documents in some messages; no part of one is passed on."""
    errmsg = "Can't extract geo keys: { _id: 'file:0', title: 'Zoë at home' } Point must be finite"
    (reason,) = refusals.inserted(
        batch(1), failed({"index": 0, "code": 16755, "errmsg": errmsg})
    ).refused.values()
    assert reason == "MongoDB refused the document: Can't extract geo keys"


def test_an_unconfirmed_write_is_no_success() -> None:
    """A write that the server took but did not confirm to be on disk is an error, for inserts and updates."""
    error = failed(unconfirmed=({"code": 91, "errmsg": "the server is shutting down"},))
    with pytest.raises(
        DatabaseError, match=r"did not confirm .* \(the server is shutting down\): run it again"
    ):
        refusals.inserted(batch(1), error)
    with pytest.raises(DatabaseError, match="did not confirm"):
        refusals.update_refused(error)
