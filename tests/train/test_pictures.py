"""Pictures: the same images from memory and from the shards."""

from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

from exifds.errors import UsageError
from exifds.export import tfrecord
from exifds.export.manifest import Manifest, load
from exifds.export.record import Schema
from exifds.train.pictures import Pictures, require_pictures


@pytest.fixture(scope="module")
def manifest(exported: Path) -> Manifest:
    """Of the export."""
    return load(exported)


def test_images_are_the_same_from_memory_and_from_the_shards(exported: Path, manifest: Manifest) -> None:
    """In any order, and more than once."""
    rows = np.array([7, 239, 0, 7, 200])
    kept = Pictures(exported, manifest, keep=True, show=False)
    streamed = Pictures(exported, manifest, keep=False)
    assert kept.bytes == streamed.bytes == 240 * 48 * 48 * 3
    found = kept.batch(rows).numpy()
    assert found.shape == (5, 48, 48, 3)
    assert found.dtype == np.uint8
    assert (found == streamed.batch(rows).numpy()).all()


def test_photo_n_is_the_nth_of_the_export(exported: Path, manifest: Manifest) -> None:
    """Train first, then val, then test, as `photos.read` counts; Pillow decodes alike up to rounding."""
    shards = [shard for split in ("train", "val", "test") for shard in manifest.splits[split].shards]
    encoded = [row["image"][0] for shard in shards for row in tfrecord.read(exported / shard.path)]
    found = Pictures(exported, manifest, show=False).batch(np.arange(240)).numpy()
    for image, data in zip(found[::40], encoded[::40], strict=True):
        expected = np.asarray(Image.open(BytesIO(cast(bytes, data))), np.int16)
        assert np.abs(expected - image).mean() < 2


def test_a_manifest_of_other_images_is_refused(exported: Path, manifest: Manifest) -> None:
    """Before TensorFlow says so in its own words."""
    data = manifest.data.model_copy(update={"height": 64})
    with pytest.raises(UsageError, match="was changed: expected images of 48 x 64 pixels, got 48 x 48"):
        Pictures(exported, manifest.model_copy(update={"data": data}), show=False)


def test_images_that_do_not_fit_are_not_kept(
    exported: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quarter of the free memory is the limit."""
    monkeypatch.setattr("exifds.train.pictures.SHARE_OF_MEMORY", 0)
    assert Pictures(exported, manifest)._kept is None
    monkeypatch.setattr("exifds.train.pictures.SHARE_OF_MEMORY", 1)
    assert Pictures(exported, manifest, show=False)._kept is not None


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"encoding": None}, "no rendered images"),
        ({"encoding": "original"}, "no rendered images"),
        ({"encoding": "jpeg"}, "differ in size"),
        ({"encoding": "png", "height": 48}, "differ in size"),
    ],
)
def test_an_export_without_images_of_one_size_is_refused(schema: dict[str, Any], said: str) -> None:
    """And the message says how to export otherwise."""
    with pytest.raises(UsageError, match=said):
        require_pictures(Schema(name="cats", features=(), **schema))
