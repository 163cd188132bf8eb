"""A view streams into batches as an export would give them."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exifds.dataset import Dataset
from exifds.errors import UsageError
from exifds.export.features import FEATURES
from exifds.export.images import Rendering, render
from exifds.export.tfdata import from_query

tf = pytest.importorskip("tensorflow")

ISO = [feature.name for feature in FEATURES].index("iso")


@pytest.fixture
def filled(dataset: Dataset, rendered: Path) -> Dataset:
    """A dataset of 60 photos."""
    dataset.ingest(rendered, concepts_from_folders=True, progress=False)
    return dataset


def labels(batches: Any) -> Any:
    """The labels of an epoch."""
    return np.concatenate([label for _, label in batches])


def test_a_view_streams_as_an_export_would_give_it(filled: Dataset) -> None:
    """Pixels, EXIF and labels of the photos, in the order of the view."""
    view = filled.find()
    batches = list(from_query(view, "concept", image_size=48, batch_size=25))
    assert [label.shape[0] for _, label in batches] == [25, 25, 10]
    photos = list(view)
    assert labels(batches).tolist() == [["indoor", "outdoor"].index(photo.concepts[0]) for photo in photos]
    features, _ = batches[0]
    data = filled.images.get(photos[0].image.path if photos[0].image else "")
    expected = tf.io.decode_jpeg(render(data, Rendering(size=48)).data)
    np.testing.assert_array_equal(features["image"][0], expected)
    present = [photo.camera.iso is not None for photo in photos[:25]]
    assert features["exif_present"].numpy()[:, ISO].tolist() == present
    assert features["exif"].numpy()[:, ISO].tolist() == [photo.camera.iso or 0 for photo in photos[:25]]


def test_without_a_target_there_are_only_features(filled: Dataset) -> None:
    """What a prediction needs."""
    batch = next(iter(from_query(filled.find().limit(3), image_size=8)))
    assert {name: (tuple(tensor.shape), tensor.dtype.name) for name, tensor in batch.items()} == {
        "image": ((3, 8, 8, 3), "uint8"),
        "exif": ((3, len(FEATURES)), "float32"),
        "exif_present": ((3, len(FEATURES)), "bool"),
    }


@pytest.mark.parametrize(
    ("target", "dtype", "shape"), [("concepts", "float32", (4, 2)), ("number views", "float32", (4,))]
)
def test_labels_have_the_type_that_losses_expect(
    filled: Dataset, target: str, dtype: str, shape: tuple[int, ...]
) -> None:
    """As those of an export."""
    filled.collection.update_many({}, {"$set": {"views": 7}})
    _, label = next(iter(from_query(filled.find(), target, image_size=8, batch_size=4)))
    assert (label.dtype.name, tuple(label.shape)) == (dtype, shape)


def test_shuffling_follows_the_seed(filled: Dataset) -> None:
    """Each epoch comes in another order, and in the same for the same seed."""
    view = filled.find()
    first, again = (from_query(view, "concept", image_size=8, shuffle=True) for _ in range(2))
    epochs = [labels(first).tolist(), labels(first).tolist()]
    assert epochs == [labels(again).tolist(), labels(again).tolist()]
    assert epochs[0] != epochs[1]
    assert sorted(epochs[0]) == sorted(epochs[1])


def test_photos_that_are_no_use_are_left_out_and_counted(
    filled: Dataset, caplog: pytest.LogCaptureFixture
) -> None:
    """A broken file, a missing one and a photo without a label do not end an epoch."""
    broken, missing, bare, *_ = filled.find()
    assert broken.image
    assert missing.image
    root = next(iter(filled.images.local_folders()))
    (root / broken.image.path).write_bytes(b"no image")
    (root / missing.image.path).unlink()
    filled.collection.update_one({"_id": bare.id}, {"$set": {"concepts": []}})
    with caplog.at_level(logging.WARNING):
        found = labels(from_query(filled.find(), "concept", ["indoor", "outdoor"], image_size=8))
    assert len(found) == 57
    assert caplog.messages == ["3 photos were left out: 2 broken, 1 no_concept"]


def test_nothing_to_learn_is_told_before_training(filled: Dataset) -> None:
    """Also a target that does not exist, and sizes that are none."""
    with pytest.raises(UsageError, match=r"there is nothing to learn"):
        from_query(filled.find({"camera.model": "none"}), "concept")
    with pytest.raises(UsageError, match=r"personal"):
        from_query(filled.find(), "owner")


@pytest.mark.parametrize(
    "wrong", [{"image_size": 0}, {"image_size": -1}, {"batch_size": 0}, {"resize": "short"}]
)
def test_sizes_that_are_none_are_refused(filled: Dataset, wrong: dict[str, Any]) -> None:
    """In words, before the first photo is read."""
    with pytest.raises(UsageError, match=r"expected|greater"):
        from_query(filled.find(), **wrong)
