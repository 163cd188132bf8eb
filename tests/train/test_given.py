"""Photos as they are handed to a model: nothing is read before it is asked for."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from exifds.dataset import Dataset
from exifds.errors import PhotoError, UsageError
from exifds.sandbox import photographer
from exifds.train.given import given


def unread(kind: str, folder: Path, dataset: Dataset) -> Any:
    """Photos of each kind, none of which can be read."""
    (folder / "a.jpg").write_text("no image")
    dataset.collection.update_one({}, {"$set": {"image.path": str(folder / "nowhere.jpg")}})
    return {
        "view": dataset.find(),
        "folder": folder,
        "path": folder / "a.jpg",
        "text": str(folder / "a.jpg"),
        "paths": iter([folder / "a.jpg"]),
        "pairs": [(b"no image", None)],
        "nothing": [(None, None)],
    }[kind]


@pytest.mark.parametrize("kind", ["view", "folder", "path", "text", "paths", "pairs", "nothing"])
def test_a_photo_is_read_when_it_is_asked_for(
    kind: str, tmp_path: Path, dataset: Dataset, rendered: Path
) -> None:
    """Until then what is broken is a photo as any other; then it says what is wrong."""
    dataset.ingest(next(rendered.rglob("*.jpg")), progress=False)
    (tmp_path / "given").mkdir()
    (photo,) = given(unread(kind, tmp_path / "given", dataset))
    with pytest.raises((PhotoError, UsageError)):
        photo.opened(image=True)


def test_a_file_tells_what_its_document_would(dataset: Dataset, rendered: Path) -> None:
    """Camera, time and orientation as they are stored."""
    files = sorted(rendered.rglob("*.jpg"))[:20]
    dataset.ingest(files, progress=False)
    stored = {photo.id: photo.opened(image=False)[1] for photo in given(dataset.find())}
    for file, photo in zip(files, given(files), strict=True):
        data, told = photo.opened(image=False)
        assert (photo.id, data) == (str(file), file.read_bytes())
        known = next(
            each for each in dataset.find({"image.bytes": {"$gt": 0}}) if dataset.original(each.id) == data
        )
        expected = stored[known.id]
        assert told["camera"] == expected["camera"]
        assert told["taken_at"] == expected.get("taken_at")
        assert told["image"].get("orientation", 1) == (expected["image"].get("orientation") or 1)


def test_what_is_known_needs_no_file() -> None:
    """A document is enough where no image is asked for; it is given as it is."""
    document = {"_id": "file:1", "camera": {"iso": 200}, "taken_at": datetime(2026, 11, 22)}  # noqa: DTZ001
    (photo,) = given([(None, document)])
    assert photo.opened(image=False) == (b"", document)
    with pytest.raises(PhotoError, match="the photo has no image"):
        photo.opened(image=True)


def test_kinds_may_be_mixed_and_are_taken_one_by_one(rendered: Path) -> None:
    """A folder gives all of its photos; photos in memory are numbered by their place."""
    taken: list[int] = []

    def photos() -> Iterator[Any]:
        for number, photo in enumerate(
            (rendered / photographer.CLASSES[0], (b"", {}), (b"", {"_id": "file:1"}))
        ):
            taken.append(number)
            yield photo

    found = given(photos())
    assert taken == []
    files = sorted((rendered / photographer.CLASSES[0]).iterdir())
    assert [photo.id for photo in found] == [*map(str, files), "1", "file:1"]


def test_special_files_are_not_waited_for(tmp_path: Path) -> None:
    """A pipe would never end."""
    import os

    os.mkfifo(tmp_path / "pipe.jpg")
    (photo,) = given(tmp_path / "pipe.jpg")
    with pytest.raises(PhotoError, match="expected a regular file"):
        photo.opened(image=True)
