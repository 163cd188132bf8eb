"""The datasets of a database are listed."""

from pathlib import Path

import exifds
from exifds.listing import ListedDataset, datasets
from exifds.settings import Settings


def test_datasets_are_listed_by_name(settings: Settings, rendered: Path) -> None:
    """Each has its photos and privacy; a collection that is no dataset is not listed."""
    assert datasets(settings=settings) == []
    first, second, *_ = sorted(rendered.rglob("*.jpg"))
    with exifds.open("two", settings=settings) as dataset:
        dataset.ingest([first, second], progress=False)
        dataset.collection.database["other"].insert_one({"x": 1})
    with exifds.open("one", settings=settings, privacy="strict") as dataset:
        dataset.ingest(first, progress=False)
    assert datasets(settings=settings) == [
        ListedDataset("one", 1, "strict"),
        ListedDataset("two", 2, "standard"),
    ]
