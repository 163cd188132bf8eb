"""Collection: how the collection of a dataset is made, read and updated. No I/O: `sync` and `aio` do it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from pymongo import IndexModel, UpdateOne
from pymongo.errors import OperationFailure
from pymongo.write_concern import WriteConcern

from exifds.photo import Privacy
from exifds.store.codec import BSON_OPTIONS
from exifds.store.queries import Update
from exifds.store.schema import indexes, validator

__all__ = [
    "BATCH",
    "OPTIONS",
    "among",
    "creation",
    "enforcement",
    "failed_among",
    "index_models",
    "requests",
    "state_of",
    "stream",
    "unless_made",
]

_JOURNALED = WriteConcern(w=1, j=True)
"""Acknowledged means on disk: without `j`, a killed server loses acknowledged inserts."""

OPTIONS: Mapping[str, Any] = MappingProxyType({"codec_options": BSON_OPTIONS, "write_concern": _JOURNALED})
"""How collections are used."""

BATCH = 500
"""Documents read at a time: memory stays flat, and the server, which closes a cursor that was left alone for
10 minutes, is asked again in time even when each photo takes a second."""

_COLLECTION_EXISTS = 48


def creation(name: str) -> dict[str, Any]:
    """What makes the collection of a dataset: arguments of `create_collection`, for use in `unless_made`."""
    return {"name": name, "check_exists": False, **OPTIONS}


def enforcement(name: str, privacy: Privacy) -> dict[str, Any]:
    """The command that makes MongoDB enforce the schema, also of a collection that was there before."""
    return {"collMod": name, "validator": validator(privacy), "writeConcern": _JOURNALED.document}


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


def requests(updates: Iterable[Update]) -> list[UpdateOne]:
    """Updates as `bulk_write` takes them."""
    return [UpdateOne(query, change) for query, change in updates]
