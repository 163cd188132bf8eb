"""Pages: photos read some at a time, for scoring takes longer than a cursor lasts."""

from collections.abc import Iterator, Mapping
from typing import Any

from exifds.store.sync import Store

__all__ = ["pages"]


def pages(
    store: Store, query: Mapping[str, Any], projection: Mapping[str, Any], size: int
) -> Iterator[list[dict[str, Any]]]:
    """The photos that match, by `_id`, each page by a query of its own.

    Args:
        store: The dataset.
        query: A filter; photos that match it no longer when their page is read are left out.
        projection: The fields to read.
        size: Photos of a page at most.

    Yields:
        Pages, none of them empty.
    """
    after: dict[str, Any] = {}
    while rows := store.aggregate(
        [
            {"$match": {"$and": [dict(query), after]}},
            {"$sort": {"_id": 1}},
            {"$limit": size},
            {"$project": dict(projection)},
        ]
    ):
        yield rows
        after = {"_id": {"$gt": rows[-1]["_id"]}}
