"""What the tests of both stores share: documents, and one scenario that either store runs."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from inspect import isawaitable
from typing import Any

from bson.raw_bson import RawBSONDocument

from exifds.crypto import Keyring
from exifds.photo import FoundBy, Photo, Privacy
from exifds.store import queries
from exifds.store.aio import AsyncStore
from exifds.store.codec import Codec, to_bson
from exifds.store.sync import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEYRING = Keyring.create(NOW)
IDENTITY = {"id": KEYRING.id, "check": KEYRING.check}
CODEC = Codec("cameras", Privacy.STANDARD, KEYRING)


def document(number: int, **changes: Any) -> dict[str, Any]:
    """The document of a photo, and what somebody made of it."""
    photo = Photo(
        id=f"file:{number}",
        source="file",
        source_id=str(number),
        state="failed" if number % 10 == 9 else "done",
        owner="61021753@N02",
        views=number,
        created_at=NOW,
    )
    return CODEC.encode(photo) | changes


def encoded(*documents: Mapping[str, Any]) -> list[RawBSONDocument]:
    return [to_bson(document) for document in documents]


SAMPLES = encoded(*map(document, range(20)))
UNFIT = encoded(document(3, owner="61021753@N02"))
"""A personal value that is no token."""


async def play(store: Store | AsyncStore) -> list[Any]:
    """Use every method of a store.

    Returns:
        All answers, in turn. Dates of creation are left out of the dataset's entry.
    """
    provenance = queries.add_provenance(
        "file:1", FoundBy(kind="folder", query="indoor/1.jpg", at=NOW), ["indoor"]
    )
    pipeline: list[dict[str, Any]] = [
        {"$group": {"_id": "$state", "photos": {"$sum": 1}}},
        {"$sort": {"_id": 1}},
    ]
    answers = [await _done(store.meta()), await _done(store.names())]
    for _ in range(2):
        await _done(store.create(Privacy.STANDARD, IDENTITY))
    entry = await _done(store.meta())
    assert entry.pop("created_at").tzinfo is not None
    answers += [entry, await _done(store.names())]
    answers += [
        await _done(store.insert([])),
        await _done(store.insert([*SAMPLES[:3], *UNFIT, *SAMPLES[4:]])),
        await _done(store.insert(SAMPLES[:4])),
        await _done(store.states(["file:8", "file:9", "file:99"])),
        await _done(store.read(["file:1", "file:99"], {"views": 1})),
        await _done(store.update([])),
        await _done(store.update(provenance)),
        await _done(store.update(provenance)),
        await _done(store.forget_failures([])),
        await _done(store.forget_failures(["file:8", "file:9"])),
        await _done(store.count({"views": {"$gte": 10}})),
        await _done(store.aggregate(pipeline)),
        await _all(store.find({"views": {"$lt": 5}}, {"views": 1}, 3)),
        await _all(store.find({})),
    ]
    return answers


async def _done(answer: Any) -> Any:
    return await answer if isawaitable(answer) else answer


async def _all(found: Iterator[Any] | AsyncIterator[Any]) -> list[Any]:
    return [row async for row in found] if isinstance(found, AsyncIterator) else list(found)
