"""What a dataset must hold of a photo, from the truth of the catalogue and by no code of the crawler."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from exifds.dataset import Dataset
from exifds.fetch.images import ImageStore
from exifds.photo import Photo, Point
from exifds.reading import original_of
from exifds.sandbox import tags
from exifds.sandbox.flickr import Catalogue, FlickrServer
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
    dataset: Dataset,
    catalogue: Catalogue,
    photo_ids: Iterable[str],
    *,
    exif: str = "file",
    size: str = "o",
    info: bool = False,
) -> None:
    """Make sure that a dataset has these photos and no others, each as it is in the catalogue.

    Args:
        dataset: The dataset.
        catalogue: The truth.
        photo_ids: Flickr's ids.
        exif: Where the EXIF is from.
        size: Of the images.
        info: Whether Flickr was asked about each photo: then the tags are as they were written.
    """
    images = dataset.images
    stored = {photo.source_id: photo for photo in dataset.find(decrypt=True)}
    assert set(stored) == set(photo_ids)
    for photo_id, photo in stored.items():
        index = catalogue.index(photo_id)
        assert index is not None
        assert photo.state == "done"
        assert photo.reason is None
        if not catalogue.fates.nulls[index]:
            assert_described(photo, catalogue, index, info=info)
        assert_recorded(photo, catalogue, index, exif)
        served = catalogue.picture(index, "n" if size == "o" and catalogue.fates.guarded[index] else size)
        assert_image(images, photo, served, whole=exif in ("file", "both"))


def assert_image(images: ImageStore, photo: Photo, served: bytes, *, whole: bool) -> None:
    """The image is what was served, without metadata; that can be put back where it was asked for."""
    assert photo.image is not None
    assert photo.image.original_sha256 == hashlib.sha256(served).hexdigest()
    stored = images.get(photo.image.path)
    assert len(stored) == photo.image.bytes
    assert b"Exif\0\0" not in stored
    assert b"eXIf" not in stored
    if whole:
        assert original_of(photo, stored) == served


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
    """The photo says what its camera recorded, as far as who was asked can know."""
    asked = [name for name in ("file", "api") if exif in (name, "both")]
    if catalogue.fates.guarded[index] and "file" in asked:
        asked.remove("file")  # what the owner gives away has no EXIF: that says nothing
    assert photo.exif_sources == tuple(asked)
    told = {name: status(catalogue, index, name) for name in asked}
    best = next((name for name in ("ok", "hidden", "none") if name in told.values()), None)
    assert photo.camera_status == best
    measured = recorded(catalogue, index) if best == "ok" else {}
    stored = photo.camera.model_dump(exclude_none=True)
    assert stored.keys() == measured.keys()
    rough = {"max_aperture": APEX} if told.get("file") == "ok" else PRINTED
    for name, value in stored.items():
        near = (
            pytest.approx(measured[name], rel=1e-9, abs=rough.get(name, 0)) if type(value) is float else None
        )
        assert value == (measured[name] if near is None else near), name


def status(catalogue: Catalogue, index: int, asked: str) -> str:
    """What is known of the EXIF; its owner may hide it from the API."""
    scenes, row = catalogue.scene(index)
    if asked == "api" and catalogue.fates.hidden[index]:
        return "hidden"
    return "none" if scenes.stripped[row] else "ok"


def recorded(catalogue: Catalogue, index: int) -> Mapping[str, Any]:
    """What the camera wrote, as numbers."""
    scenes, row = catalogue.scene(index)
    owner = int(scenes.owner[row])
    values = tags.camera(scenes, row)
    there = {name: values[name] for name in tags.written(scenes, row)}
    return {"make": catalogue.owners.make[owner], "model": catalogue.owners.model[owner], **there}


def fetched(server: FlickrServer) -> Counter[str]:
    """How often the photo host was asked for each photo."""
    paths = (request.what for request in server.stats.ledger if request.side == "photo")
    return Counter(path.rpartition("/")[2].partition("_")[0] for path in paths)
