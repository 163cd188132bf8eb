"""The columns of an export: read whole, in order, and refused where there is nothing to learn."""

import json
import shutil
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exifds.dataset import Dataset
from exifds.errors import UsageError
from exifds.export import tfrecord
from exifds.export.features import FEATURES
from exifds.train.photos import OUT, TEST, TRAIN, VAL, read, require_usable
from tests.train.samples import CAMERA, photos


@pytest.fixture
def changed(exported: Path, tmp_path: Path) -> Callable[[Callable[[Any], Any]], Path]:
    """A copy of the export whose manifest was changed."""

    def change(how: Callable[[Any], Any]) -> Path:
        folder = shutil.copytree(exported, tmp_path / "changed")
        path = folder / "manifest.json"
        content = json.loads(path.read_bytes())
        how(content)
        path.write_text(json.dumps(content))
        return folder

    return change


def test_photos_stand_in_the_order_of_the_shards(exported: Path) -> None:
    """Train, then val, then test, each as it lies in its shards."""
    found = read(exported)
    splits = found.manifest.splits
    shards = [exported / shard.path for name in ("train", "val", "test") for shard in splits[name].shards]
    examples: list[Any] = [example for shard in shards for example in tfrecord.read(shard)]
    assert found.ids == tuple(example["id"][0].decode() for example in examples)
    assert found.values.tolist() == [example["exif"] for example in examples]
    assert found.present.tolist() == [[bool(bit) for bit in example["exif_present"]] for example in examples]
    assert found.labels.tolist() == [example["label"][0] for example in examples]
    assert found.group.tolist() == [example["group"][0] for example in examples]
    assert found.digest.tolist() == [
        int.from_bytes(blake2b(example["image"][0], digest_size=8).digest(), "big") for example in examples
    ]
    sizes = [splits[name].photos for name in ("train", "val", "test")]
    assert found.split.tolist() == np.repeat([TRAIN, VAL, TEST], sizes).tolist()
    assert [len(found.where(split)) for split in (TRAIN, VAL, TEST, OUT)] == [*sizes, 0]


def test_what_is_known_of_cameras_and_dates(exported_cameras: Path) -> None:
    """Twelve cameras are the groups; dates are those of the camera's clock."""
    found = read(exported_cameras)
    assert len({*zip(found.group.tolist(), found.make, found.model, strict=True)}) == 12
    hour = FEATURES.index(next(feature for feature in FEATURES if feature.name == "hour"))
    dated = ~np.isnat(found.taken_at)
    seconds = (found.taken_at - found.taken_at.astype("M8[D]")).astype(float)
    assert dated.all()
    np.testing.assert_allclose(found.values[:, hour], seconds / 3600, atol=1e-4)


def test_several_labels_are_columns(exported_labels: Path) -> None:
    """A photo with one or two of three labels is a row of 0 and 1."""
    found = read(exported_labels)
    assert found.labels.shape == (240, 3)
    assert set(found.labels.sum(axis=1).tolist()) == {1, 2}


def test_unknown_cameras_and_dates_are_empty(dataset: Dataset, rendered: Path, tmp_path: Path) -> None:
    """A photo without EXIF has no make, no model, no date, and no value that counts."""
    dataset.ingest(rendered, concepts_from_folders=True, progress=False)
    dataset.collection.update_many({}, {"$unset": {"camera": 1, "taken_at": 1}})
    dataset.export(tmp_path / "out", target="concept", image_size=16, progress=False)
    found = read(tmp_path / "out")
    assert set(found.make) == set(found.model) == {""}
    assert np.isnat(found.taken_at).all()
    assert not found.present.any()
    assert not found.values.any()


def test_another_division_shares_all_else() -> None:
    """`with_split` leaves the photos as they are."""
    before = photos([CAMERA] * 12)
    after = before.with_split(np.full(12, VAL))
    assert after.split.dtype == np.int8
    assert after.where(VAL).tolist() == list(range(12))
    assert after.values is before.values


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "no labels: export again with a target"),
        ({"target": "number views"}, "is a number"),
        (
            {"target": "concept", "format": "parquet"},
            "expected an export of the format tfrecord, got parquet",
        ),
    ],
)
def test_exports_that_teach_no_classes_are_refused(
    dataset: Dataset, rendered: Path, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    """Without a target, with a number for one, or in another format."""
    dataset.ingest(rendered, concepts_from_folders=True, progress=False)
    dataset.collection.update_many({}, {"$set": {"views": 3}})
    dataset.export(tmp_path / "out", image_size=16, progress=False, **options)
    with pytest.raises(UsageError, match=message):
        read(tmp_path / "out")


def test_damaged_shards_are_refused(exported: Path, tmp_path: Path) -> None:
    """A shard that is missing, or holds fewer or more photos than the manifest says."""
    folder = shutil.copytree(exported, tmp_path / "damaged")
    (shard,) = folder.glob("*-val.*")
    (other,) = folder.glob("*-test.*")
    whole, more = shard.read_bytes(), other.read_bytes()
    frames = list(tfrecord.frames(shard))
    for data, message in (
        (whole[:-1], "damaged"),
        (b"".join(b"".join(tfrecord.frame(frame)) for frame in frames[1:]), "does not hold the 49 photos"),
        (whole + more, "does not hold the 49 photos"),
    ):
        shard.write_bytes(data)
        with pytest.raises(UsageError, match=message):
            read(folder)
    shard.unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        read(folder)


def test_a_changed_manifest_is_refused(changed: Callable[[Callable[[Any], Any]], Path]) -> None:
    """Photos with more values than the manifest has features."""
    folder = changed(lambda content: content["data"]["features"].pop())
    with pytest.raises(UsageError, match="the manifest was changed: expected photos with 17 values of exif"):
        read(folder)


def test_classes_that_the_manifest_does_not_have_are_refused(
    changed: Callable[[Callable[[Any], Any]], Path],
) -> None:
    """A label beyond the last class."""
    folder = changed(lambda content: content["data"]["classes"].pop())
    with pytest.raises(UsageError, match="the manifest was changed"):
        read(folder)


@pytest.mark.parametrize("name", ["train", "val", "test"])
def test_empty_splits_are_refused(name: str) -> None:
    """Nothing to learn from, to choose by, or to report on."""
    some = photos([CAMERA] * 12)
    gone = ("train", "val", "test").index(name)
    with pytest.raises(UsageError, match=f"{name} has no photos"):
        require_usable(some.with_split(np.where(some.split == gone, OUT, some.split)))


@pytest.mark.parametrize("labels", [[1] * 6, [[1, 0]] * 6])
def test_photos_of_one_kind_are_refused(labels: list[Any]) -> None:
    """Training photos that are all alike teach nothing."""
    with pytest.raises(UsageError, match="nothing to tell apart"):
        require_usable(photos([CAMERA] * 6, labels=np.array(labels)))


def test_progress_is_told(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bar, where asked for."""
    read(exported, progress=True)
    assert "read cameras" in capsys.readouterr().err
