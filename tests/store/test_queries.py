"""Pipelines and updates, run on a real server."""

from datetime import UTC, datetime
from pathlib import Path

from exifds import access
from exifds.dataset import Dataset
from exifds.photo import FoundBy
from exifds.settings import Settings
from exifds.store.queries import NO_TOTALS, STATISTICS, add_provenance, completion, setback

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_provenance_is_added_once(dataset: Dataset, rendered: Path) -> None:
    """One more way of finding a photo is added once, however often it is told; concepts are united."""
    dataset.ingest(next(rendered.glob("*/*.jpg")), concepts=["a"])
    photo = next(iter(dataset.find()))
    for _ in range(3):
        for query, change in add_provenance(photo.id, FoundBy(kind="folder", query="b", at=NOW), ["a", "b"]):
            dataset.collection.update_one(query, change)
    found = next(iter(dataset.find()))
    assert [way.query for way in found.found_by] == [photo.found_by[0].query, "b"]
    assert found.concepts == ("a", "b")


def test_statistics_count_what_is_there(dataset: Dataset, rendered: Path) -> None:
    """The statistics agree with counting by hand."""
    dataset.ingest(rendered, concepts_from_folders=True)
    dataset.geocode()
    photos = list(dataset.find())
    stats = dataset.stats()
    assert tuple(stats) == STATISTICS
    assert stats["totals"]["summary"]["photos"] == len(photos) == 60
    assert stats["totals"]["summary"]["with_place"] == sum(photo.place is not None for photo in photos)
    for tag, count in stats["totals"]["coverage"].items():
        assert count == sum(getattr(photo.camera, tag) is not None for photo in photos), tag
    by_concept = {row["value"]: row["photos"] for row in stats["concepts"]}
    assert by_concept == {
        label: sum(label in photo.concepts for photo in photos) for label in ("indoor", "outdoor")
    }
    assert sum(row["photos"] for row in stats["countries"]) == stats["totals"]["summary"]["with_place"]
    assert [row["value"] for row in stats["years"]] == sorted(row["value"] for row in stats["years"])
    assert stats["states"] == [{"value": "done", "photos": 60}]


def test_photos_are_counted_by_the_concepts_they_are_scored_for(dataset: Dataset, rendered: Path) -> None:
    """A score of null counts, as the photo was scored; a photo without scores does not."""
    dataset.ingest(rendered / "indoor")
    first, second, *_ = [photo.id for photo in dataset.find()]
    dataset.collection.update_one({"_id": first}, {"$set": {"scores": {"monkey": 0.9, "cage": None}}})
    dataset.collection.update_one({"_id": second}, {"$set": {"scores": {"monkey": None}}})
    assert dataset.stats()["scored"] == [{"value": "monkey", "photos": 2}, {"value": "cage", "photos": 1}]


def test_an_empty_dataset_has_totals_of_zero(dataset: Dataset, settings: Settings) -> None:
    """Statistics of no photos are zeros, not an error."""
    access.for_writing(dataset._store, settings, None)
    assert dataset.stats()["totals"] == NO_TOTALS


def test_completing_a_photo_leaves_alone_what_others_write() -> None:
    """The new document comes without the fields that provenance, places, scores and people go into."""
    document = {
        "_id": "flickr:1",
        "state": "done",
        "found_by": [],
        "place": {},
        "_sec": {"n": 3},
        "title": "x",
    }
    query, update = completion(document, 2)
    assert query == {"_id": "flickr:1", "_sec.n": 2}
    assert update["$set"] == {"state": "done", "_sec": {"n": 3}, "title": "x"}
    assert {"reason", "comments", "description"} <= update["$unset"].keys()
    assert not {"place", "verdict", "found_by", "title", "_sec"} & update["$unset"].keys()


def test_completing_a_photo_that_is_not_sealed() -> None:
    query, _ = completion({"_id": "flickr:1", "state": "done"}, 1)
    assert query == {"_id": "flickr:1", "state": {"$in": ["meta", "done"]}}


def test_a_photo_that_is_gone_is_marked_with_the_reason() -> None:
    assert setback("flickr:1", "gone", "deleted")[1] == {"$set": {"reason": "deleted", "state": "gone"}}
    assert setback("flickr:1", "failed", "reset")[1] == {"$set": {"reason": "reset"}}
