"""A view reads when asked, streams, and opens personal fields only when told to."""

import logging
from pathlib import Path

import pytest

from exifds.dataset import Dataset
from exifds.errors import SealError, UsageError
from exifds.export.seed_columns import SEED_COLUMNS
from exifds.photo import Photo, personal_fields
from exifds.store.fields import doubt


@pytest.fixture
def filled(dataset: Dataset, rendered: Path) -> Dataset:
    """A dataset of 60 photos."""
    dataset.ingest(rendered, concepts_from_folders=True)
    return dataset


def test_a_view_is_lazy_and_repeatable(filled: Dataset, tmp_path: Path) -> None:
    """A view asks the database each time it is used."""
    view = filled.find({"concepts": "indoor"})
    first = view.count()
    assert first == sum(1 for _ in view) == sum(1 for _ in view)
    filled.collection.delete_one({"concepts": "indoor"})
    assert view.count() == first - 1


def test_photos_come_with_or_without_what_is_personal(filled: Dataset) -> None:
    """Only a decrypted view opens personal fields."""
    closed, opened = (list(filled.find(decrypt=decrypt)) for decrypt in (False, True))
    assert all(isinstance(photo, Photo) for photo in closed)
    assert not any(photo.exif for photo in closed)
    assert any(photo.exif for photo in opened)
    assert [photo.camera for photo in closed] == [photo.camera for photo in opened]


def test_limit_and_count_agree(filled: Dataset) -> None:
    """A limited view gives and counts at most so many."""
    view = filled.find().limit(7)
    assert len(list(view)) == view.count() == 7
    assert filled.find().limit(500).count() == 60


def test_a_projection_reads_only_what_was_asked_for(filled: Dataset) -> None:
    """A projection gives dictionaries with the fields asked for and the id."""
    row = next(iter(filled.find({"camera.iso": {"$exists": True}}).project("camera.iso", "concepts")))
    assert set(row) == {"_id", "camera", "concepts"}
    assert set(row["camera"]) == {"iso"}


def test_a_projection_of_a_field_that_no_photo_has_is_warned_of(
    filled: Dataset, caplog: pytest.LogCaptureFixture
) -> None:
    """The table would be empty and not say why."""
    doubt.cache_clear()
    with caplog.at_level(logging.WARNING):
        filled.find().project("camera.isoo", "concepts")
    assert "no field 'camera.isoo' is known: did you mean camera.iso?" in caplog.text
    assert "concepts" not in caplog.text


def test_a_closed_dataset_is_said_to_be_closed(filled: Dataset) -> None:
    """Whatever is asked of it, and of its views; closing it once more does nothing."""
    view = filled.find()
    filled.close()
    filled.close()
    for use in (view.count, lambda: next(iter(view)), filled.find, filled.stats):
        with pytest.raises(UsageError, match="the dataset is closed: open it again"):
            use()


def test_a_projection_on_personal_fields_needs_the_key(filled: Dataset) -> None:
    """A personal field is projected in a decrypted view, and left out elsewhere."""
    query = {"exif": {"$exists": True}}
    closed = next(iter(filled.find(query).project("exif")))
    opened = next(iter(filled.find(query, decrypt=True).project("exif", "camera.make")))
    assert set(closed) == {"_id"}
    assert set(opened) == {"_id", "exif", "camera"}
    assert opened["exif"]["IFD0"]["Make"] == opened["camera"]["make"]


def test_documents_hold_no_tokens(filled: Dataset) -> None:
    """Nobody who reads through a view meets ciphertext."""
    for decrypt in (False, True):
        for row in filled.find(decrypt=decrypt).documents():
            assert "_sec" not in row
            assert not any(str(row.get(name, "")).startswith("gAAAA") for name in personal_fields())


def test_a_moved_token_is_an_error(filled: Dataset) -> None:
    """A token moved from another document is not shown as if it belonged here."""
    here, there = filled.collection.find({"exif": {"$exists": True}}).limit(2)
    filled.collection.update_one({"_id": here["_id"]}, {"$set": {"exif": there["exif"]}})
    with pytest.raises(SealError, match=here["_id"]):
        list(filled.find({"_id": here["_id"]}, decrypt=True))


def test_a_view_becomes_a_table(filled: Dataset) -> None:
    """The table has a row a photo and typed columns; personal fields are in it only when decrypted."""
    frame = filled.find().to_pandas()
    assert len(frame) == 60
    assert str(frame["camera.iso"].dtype) == "Float64"
    assert "exif" not in frame
    assert "exif" in filled.find(decrypt=True).to_pandas()
    assert list(filled.find().project("camera.iso").to_pandas().columns) == ["camera.iso"]


def test_a_view_becomes_a_table_of_the_scraper(filled: Dataset) -> None:
    """The seed's columns are always all there; those of personal fields are empty unless decrypted."""
    closed, opened = (filled.find(decrypt=decrypt).to_pandas(columns="seed") for decrypt in (False, True))
    assert list(closed.columns) == list(opened.columns) == list(SEED_COLUMNS)
    assert len(closed) == 60
    assert closed["exif data"].isna().all()
    assert opened["exif data"].notna().any()
    same = [name for name in SEED_COLUMNS if name != "exif data"]
    assert closed[same].equals(opened[same])
    projected = filled.find().project("image.path").to_pandas("seed")
    assert projected["filename"].tolist() == closed["filename"].tolist()
    assert projected["date taken"].isna().all()


def test_other_columns_are_refused(filled: Dataset) -> None:
    """A table has the columns of the document or of the scraper."""
    with pytest.raises(UsageError, match="expected the columns 'document' or 'seed', got 'thesis'"):
        filled.find().to_pandas(columns="thesis")  # type: ignore[arg-type]
