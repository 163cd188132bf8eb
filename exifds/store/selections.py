"""Selections: choices of thresholds and filters under a name, in versions, kept in MongoDB."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from uuid import uuid4

from pymongo.errors import DuplicateKeyError
from pymongo.synchronous.collection import Collection
from pymongo.synchronous.database import Database

from exifds.errors import UsageError
from exifds.store import criteria
from exifds.store.codec import to_bson
from exifds.store.collection import OPTIONS
from exifds.store.connect import patiently, plain_errors
from exifds.store.criteria import Threshold, Thresholds, score_path
from exifds.store.selection_filters import Filters

__all__ = ["SELECTIONS", "Selection", "get", "listed", "save"]

SELECTIONS = "_exifds_selections"

_NAME = re.compile(r"\w[\w.-]{0,63}")
_LONGEST_NOTE = 1000


@dataclass(frozen=True)
class Selection:
    """A choice of photos. It is never changed: who saves it again makes a new version.

    Args:
        dataset: Name of the dataset.
        name: Its name.
        version: 1, 2, 3...
        thresholds: By concept.
        filters: Which photos are looked at.
        created_at: When it was saved.
        note: What its author wanted to say.
        counts: How many photos were kept, dropped and unscored when it was saved.
    """

    dataset: str
    name: str
    version: int
    thresholds: Thresholds
    filters: Filters
    created_at: datetime
    note: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read a selection.

        Args:
            row: As MongoDB returned it.

        Returns:
            The selection.
        """
        thresholds = {concept: Threshold(**at) for concept, at in row["thresholds"].items()}
        filters = Filters.of(row["filter"])
        return cls(
            **row["_id"],
            thresholds=thresholds,
            filters=filters,
            created_at=row["created_at"],
            note=row["note"],
            counts=row["counts"],
        )

    def condition(self) -> dict[str, Any]:
        """The filter that the selection stands for.

        Returns:
            A MongoDB filter of the photos that it keeps: of those that meet its filters the accepted ones,
            and those within all thresholds that are not rejected. It speaks of verdicts and scores of today,
            not of the day it was saved. Photos without one of the scores do not match.
        """
        return {"$and": [self.filters.query(), criteria.kept(self.thresholds)]}


def save(
    database: Database[dict[str, Any]],
    dataset: str,
    name: str,
    thresholds: Thresholds,
    filters: Filters,
    *,
    counts: Mapping[str, int],
    note: str = "",
) -> Selection:
    """Save a selection as the next version of its name. Of two who save at once, each gets a version.

    Args:
        database: Where the selections are.
        dataset: Name of the dataset.
        name: Letters, digits, `_`, `.` and `-`, up to 64.
        thresholds: By concept.
        filters: Which photos are looked at.
        counts: How many photos are kept, dropped and unscored now.
        note: What is to be remembered about it, up to 1,000 characters.

    Returns:
        The selection, journalled.

    Raises:
        UsageError: The name or the note cannot be used.
        PhotoError: A text is no UTF-8.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"expected a name of a selection of up to 64 letters, digits, '_', '.' and '-', got {name!r}"
        )
    if len(note) > _LONGEST_NOTE:
        raise UsageError(f"expected a note of up to {_LONGEST_NOTE:,} characters, got {len(note):,}")
    for concept in thresholds:
        score_path(concept)
    content = {
        "thresholds": {
            concept: {"value": at.value, "direction": str(at.direction)} for concept, at in thresholds.items()
        },
        "filter": filters.document(),
        "created_at": datetime.now(UTC),
        "note": note,
        "counts": dict(counts),
        "saved_by": uuid4().hex,
    }
    with plain_errors():
        while (row := patiently(lambda: _try(_collection(database), dataset, name, content))) is None:
            pass
    return Selection.of(row)


def listed(database: Database[dict[str, Any]], dataset: str) -> list[Selection]:
    """The selections of a dataset by name, the last version of each first.

    Args:
        database: Where the selections are.
        dataset: Name of the dataset.

    Returns:
        All versions of all selections.
    """
    order = [("_id.name", 1), ("_id.version", -1)]
    with plain_errors():
        return [Selection.of(row) for row in _collection(database).find({"_id.dataset": dataset}, sort=order)]


def get(database: Database[dict[str, Any]], dataset: str, name: str, version: int | None = None) -> Selection:
    """A selection that was saved.

    Args:
        database: Where the selections are.
        dataset: Name of the dataset.
        name: Its name.
        version: Which version; None for the last.

    Returns:
        The selection.

    Raises:
        UsageError: There is none of this name and version.
    """
    with plain_errors():
        row = _last(_collection(database), dataset, name, version)
    if row is not None:
        return Selection.of(row)
    known = dict.fromkeys(f"{one.name} {one.version}" for one in listed(database, dataset))
    wanted = name if version is None else f"{name} {version}"
    raise UsageError(
        f"expected a selection of {dataset}, got {wanted!r}; there are: {', '.join(known) or 'none yet'}"
    )


def _try(
    collection: Collection[dict[str, Any]], dataset: str, name: str, content: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Insert the version after the last; None if somebody was faster. Done twice, it inserts one."""
    if (saved := collection.find_one({"saved_by": content["saved_by"]})) is not None:
        return saved
    last = _last(collection, dataset, name)
    version = last["_id"]["version"] + 1 if last else 1
    row = to_bson({"_id": {"dataset": dataset, "name": name, "version": version}, **content})
    try:
        collection.insert_one(row)
    except DuplicateKeyError:
        return None
    return collection.find_one({"_id": row["_id"]})


def _last(
    collection: Collection[dict[str, Any]], dataset: str, name: str, version: int | None = None
) -> dict[str, Any] | None:
    query = {"_id.dataset": dataset, "_id.name": name} | ({} if version is None else {"_id.version": version})
    return collection.find_one(query, sort=[("_id.version", -1)])


def _collection(database: Database[dict[str, Any]]) -> Collection[dict[str, Any]]:
    return database.get_collection(SELECTIONS, **OPTIONS)
