"""What a dataset must hold of a photo, from the truth of the catalogue and by no code of the crawler."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from exifds.dataset import Dataset
from exifds.photo import Camera, Photo, Point
from exifds.sandbox import tags
from exifds.sandbox.flickr import Catalogue
from exifds.sandbox.flickr.answers import LICENSES
from exifds.sandbox.flickr.texts import squash

GRANULARITY = {0: "second", 4: "month", 6: "year", 8: "circa"}
PRINTED = {"max_aperture": 0.05, "focal_length": 0.05, "brightness": 1e-6}
"""How far a value that Flickr prints may be from what the camera measured, in its unit."""

APEX = 0.05
"""How far the greatest aperture may be: cameras write its logarithm, to a hundredth."""


def ids(photos: Iterable[Photo]) -> set[str]:
    """Flickr's ids of photos."""
    return {photo.source_id for photo in photos}


def check(
    dataset: Dataset, catalogue: Catalogue, photo_ids: Iterable[str], *, exif: str = "file", info: bool = False
) -> None:
    """Make sure that a dataset has these photos and no others, each as it is in the catalogue.

    Args:
        dataset: The dataset.
        catalogue: The truth.
        photo_ids: Flickr's ids.
        exif: Where the EXIF is from.
        info: Whether Flickr was asked about each photo: then the tags are as they were written.
    """
    stored = {photo.source_id: photo for photo in dataset.find(decrypt=True)}
    assert set(stored) == set(photo_ids)
    for photo_id, photo in stored.items():
        index = catalogue.index(photo_id)
        assert index is not None
        assert photo.state == "done"
        assert photo.reason is None
        assert_described(photo, catalogue, index, info=info)
        assert_recorded(photo, catalogue, index, exif)
        if exif != "none":
            assert dataset.original(photo.id) == catalogue.picture(index)


def assert_described(photo: Photo, catalogue: Catalogue, index: int, *, info: bool = False) -> None:
    """The photo says what its owner says of it."""
    expected = described(catalogue, index, info=info)
    assert {name: getattr(photo, name) for name in expected} == expected
    number = int(catalogue.columns.license[index])
    assert photo.license is not None
    assert (photo.license.id, photo.license.name) == (number, LICENSES[number][0])


def described(catalogue: Catalogue, index: int, *, info: bool = False) -> dict[str, Any]:
    """What Flickr tells of a photo."""
    drawn, texts, owner = catalogue.columns, catalogue.texts(index), catalogue.owner(index)
    placed = bool(drawn.located[index]) and drawn.accuracy[index] > 0
    written = [text(tag) for tag in texts.tags] if info else [squash(tag) for tag in texts.tags]
    return {
        "source": "flickr",
        "title": text(texts.title),
        "description": text(texts.description),
        "tags": tuple(dict.fromkeys(tag for tag in written if tag)),
        "machine_tags": texts.machine_tags,
        "views": int(drawn.views[index]),
        "media": "photo",
        "uploaded_at": datetime.fromtimestamp(int(drawn.uploaded[index]), UTC),
        "owner": owner.nsid,
        "owner_name": text(owner.username),
        "path_alias": owner.path_alias,
        "location": Point(coordinates=(drawn.longitude[index], drawn.latitude[index])) if placed else None,
        "location_accuracy": int(drawn.accuracy[index]) if placed else None,
        **taken(catalogue, index),
    }


def text(written: str) -> str | None:
    """A text as a database can hold it: nothing for one that says nothing."""
    whole = written.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
    return whole if whole.strip() else None


def taken(catalogue: Catalogue, index: int) -> dict[str, Any]:
    """When Flickr says that a photo was taken; what the camera says is nearer to the truth than nothing."""
    drawn = catalogue.columns
    if drawn.taken_unknown[index] or drawn.taken_zero[index]:
        return {"taken_granularity": None}
    at = datetime.fromtimestamp(int(drawn.taken[index]), UTC).replace(tzinfo=None)
    return {"taken_at": at, "taken_granularity": GRANULARITY[int(drawn.granularity[index])]}


def assert_recorded(photo: Photo, catalogue: Catalogue, index: int, exif: str) -> None:
    """The photo says what its camera recorded."""
    truth = catalogue.truth(index)
    sources = {"both": ("file", "api"), "none": ()}.get(exif, (exif,))
    assert photo.exif_sources == sources
    if exif == "none":
        assert photo.camera_status is None
        assert photo.camera == Camera()
        return
    shown = truth.exif == "shown" or exif != "api"
    assert photo.camera_status == ("ok" if shown else truth.exif)
    measured = recorded(catalogue, index) if shown else {}
    stored = photo.camera.model_dump(exclude_none=True)
    assert stored.keys() == measured.keys()
    for name, value in stored.items():
        rough = PRINTED.get(name, 0) if exif == "api" else APEX if name == "max_aperture" else 0
        exact = isinstance(value, str | bool)
        assert value == (measured[name] if exact else pytest.approx(measured[name], rel=1e-9, abs=rough)), name


def recorded(catalogue: Catalogue, index: int) -> Mapping[str, Any]:
    """What the camera wrote, as numbers."""
    scenes, row = catalogue.scene(index)
    owner = int(scenes.owner[row])
    values = tags.camera(scenes, row)
    there = {name: values[name] for name in tags.written(scenes, row)}
    return {"make": catalogue.owners.make[owner], "model": catalogue.owners.model[owner], **there}
