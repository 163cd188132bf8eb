"""Storing: what another process did meanwhile counts, and what cannot be stored is told."""

from datetime import UTC, datetime

import pytest

from exifds import access
from exifds.crawl.keep import Draft, Keeper
from exifds.dataset import Dataset
from exifds.errors import PhotoError
from exifds.photo import FoundBy, Image, Photo, Privacy
from exifds.settings import Settings
from exifds.store.sync import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def keeper(dataset: Dataset, settings: Settings, privacy: Privacy = Privacy.STANDARD) -> Keeper:
    """A keeper of a dataset."""
    store = Store(dataset.collection.database, dataset.name)
    return Keeper(store, access.for_writing(store, settings, privacy), dataset.images)


def photo(number: int, query: str, concept: str) -> Photo:
    """A photo found by a search."""
    return Photo(
        id=f"flickr:{number}",
        source="flickr",
        source_id=str(number),
        title="A title",
        found_by=(FoundBy(kind="search", query=query, at=NOW),),
        concepts=(concept,),
        created_at=NOW,
    )


def test_who_comes_second_adds_how_it_found_a_photo(dataset: Dataset, settings: Settings) -> None:
    """Two crawls find a new photo at once: one document, both provenances, also when it is written twice."""
    keeping = keeper(dataset, settings)
    drafts = [keeping.draft(photo(1, query, query), None, None) for query in ("cat", "pet")]
    for draft in (*drafts, drafts[1]):
        assert keeping.write([draft]).refused == {}
    (stored,) = dataset.find()
    assert [way.query for way in stored.found_by] == ["cat", "pet"]
    assert stored.concepts == ("cat", "pet")


def test_a_failure_makes_room_for_the_photo(dataset: Dataset, settings: Settings) -> None:
    keeping = keeper(dataset, settings)
    keeping.write([keeping.failure(photo(1, "cat", "cat"), "failed", "status 503", None)])
    (stored,) = dataset.find()
    assert (stored.state, stored.reason, stored.title) == ("failed", "status 503", None)
    keeping.write([keeping.draft(photo(1, "cat", "cat"), None, None)])
    (stored,) = dataset.find()
    assert (stored.state, stored.reason, stored.title) == ("meta", None, "A title")


@pytest.mark.parametrize(("kind", "state"), [("gone", "gone"), ("failed", "meta")])
def test_a_photo_that_is_known_keeps_what_is_known(
    dataset: Dataset, settings: Settings, kind: str, state: str
) -> None:
    """Only its state and the reason change."""
    keeping = keeper(dataset, settings)
    keeping.write([keeping.draft(photo(1, "cat", "cat"), None, None)])
    known = keeping.known(["flickr:1"])["flickr:1"]
    keeping.write([keeping.failure(known.photo, kind, "no image", known)])  # type: ignore[arg-type]
    (stored,) = dataset.find()
    assert (stored.state, stored.reason, stored.title) == (state, "no image", "A title")


def test_strict_refuses_what_cannot_be_stripped(dataset: Dataset, settings: Settings) -> None:
    """A GIF may say anything anywhere: no file is written, and the document tells why."""
    keeping = keeper(dataset, settings, Privacy.STRICT)
    image = Image(
        path="1.gif", sha256=64 * "0", original_sha256=64 * "0", bytes=3, width=1, height=1, format="GIF"
    )
    draft = keeping.draft(photo(1, "cat", "cat").model_copy(update={"image": image}), b"GIF", None)
    assert (draft.kind, draft.reason) == (
        "failed",
        "strict privacy stores no GIF: its metadata cannot be cut out",
    )
    keeping.write([draft])
    assert [one.state for one in dataset.find()] == ["failed"]
    with pytest.raises(PhotoError, match="No such file"):
        keeping.images.get("1.gif")


def test_a_document_that_is_refused_costs_no_other(dataset: Dataset, settings: Settings) -> None:
    """What MongoDB refuses becomes a failure with its reason, which quotes no value."""
    keeping = keeper(dataset, settings)
    wrong = keeping.draft(photo(1, "cat", "cat").model_copy(update={"state": "secret"}), None, None)
    refused = keeping.write([wrong, keeping.draft(photo(2, "cat", "cat"), None, None)]).refused
    assert list(refused) == ["flickr:1"]
    assert "state" in refused["flickr:1"]
    assert "secret" not in refused["flickr:1"]
    assert {one.id: one.state for one in dataset.find()} == {"flickr:1": "failed", "flickr:2": "meta"}


def test_a_document_that_is_too_large(dataset: Dataset, settings: Settings) -> None:
    draft = keeper(dataset, settings).draft(
        photo(1, "cat", "cat").model_copy(update={"title": "x" * 2**24}), None, None
    )
    assert isinstance(draft, Draft)
    assert (draft.kind, draft.reason) == ("failed", "the document cannot be stored: 16 MiB, at most 15 MiB")
