"""TFDS opens an export without exifds."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from exifds.export.manifest import Manifest, Shard, Split
from exifds.export.record import Label, Record, Schema, TargetKind
from exifds.export.tfds import dataset_name, sidecars
from exifds.export.tfrecord import TFRecord
from tests.export.test_example import RECORD, SCHEMA

FORMAT = TFRecord()
HOSTILE = ("../x", "=1+1", "a/b", " a ", "", "a\nb", "a\r", '"a"', "\x85", "ä 🐒")
"""Names of classes that would break a file of lines, or lead somewhere else."""


def photo(number: int, encoding: str) -> bytes:
    """A grey picture, 6 wide and 4 high, that tells its number."""
    file = io.BytesIO()
    Image.new("RGB", (6, 4), (number * 10,) * 3).save(file, encoding)
    return file.getvalue()


def export(out: Path, schema: Schema, labels: Mapping[str, list[list[Label]]]) -> Manifest:
    """Write an export that has these labels, by split and shard, as the exporter does."""
    splits = {}
    for split, parts in labels.items():
        shards = []
        for index, part in enumerate(parts):
            path = out / FORMAT.shard_name(schema, split, index, len(parts))
            FORMAT.write(path, records(schema, part), schema)
            size = path.stat().st_size
            shards.append(Shard(path=path.name, photos=len(part), bytes=size, sha256="0" * 64))
        photos = sum(len(part) for part in parts)
        splits[split] = Split(photos=photos, groups=photos, share=1 / 3, shards=tuple(shards))
    manifest = manifest_of(schema, splits)
    for name, text in FORMAT.sidecars(manifest).items():
        (out / name).write_text(text, encoding="utf-8", newline="")
    return manifest


def manifest_of(schema: Schema, splits: Mapping[str, Split]) -> Manifest:
    """A manifest with nothing but data and splits."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Manifest(exifds="0", created_at=now, options={}, data=schema, seed=0, splits=splits)


def records(schema: Schema, labels: list[Label]) -> list[Record]:
    """A record for each label."""
    encoding = "png" if schema.encoding == "png" else "jpeg"
    return [
        replace(RECORD, id=f"flickr:{n}", label=label, image=photo(n, encoding))
        for n, label in enumerate(labels)
    ]


def opened(out: Path) -> Any:
    """The export as a TFDS builder."""
    import tensorflow_datasets as tfds

    return tfds.builder_from_directory(str(out))


def features_of(schema: Schema, **more: Any) -> Any:
    """What TFDS itself would say about such a data set."""
    import numpy as np
    from tensorflow_datasets import features as tf

    count = len(schema.features)
    return tf.FeaturesDict(
        {
            "id": tf.Text(doc="Id of the photo"),
            "group": tf.Scalar(np.int64, doc="The same for photos that belong together"),
            "make": tf.Text(doc="Maker of the camera"),
            "model": tf.Text(doc="Model of the camera"),
            "taken_at": tf.Text(doc="When, by the clock of the camera"),
            "exif": tf.Tensor(shape=(count,), dtype=np.float32, doc="iso [ISO], flash"),
            "exif_present": tf.Tensor(shape=(count,), dtype=np.bool_, doc="Which values of exif are there"),
            **more,
        }
    )


@pytest.fixture
def schema() -> Schema:
    """Two classes, and images of one size."""
    return SCHEMA.model_copy(update={"name": "Wild-Monkeys", "encoding": "png", "height": 4, "width": 6})


def test_tfds_gives_images_numbers_and_names(tmp_path: Path, schema: Schema) -> None:
    """Splits, shards, pixels, EXIF with presence, and labels with names arrive as they were written."""
    export(tmp_path, schema, {"train": [[0, 1], [1]], "val": [[0]], "test": [[1]]})
    builder = opened(tmp_path)
    assert builder.name == "wild_monkeys"
    assert {name: split.shard_lengths for name, split in builder.info.splits.items()} == {
        "train": [2, 1],
        "val": [1],
        "test": [1],
    }
    assert builder.info.features["label"].names == ["a", "b"]
    photos = list(builder.as_dataset(split="train").as_numpy_iterator())
    assert sorted((one["id"], one["label"]) for one in photos) == [
        (b"flickr:0", 0),
        (b"flickr:0", 1),
        (b"flickr:1", 1),
    ]
    for one in photos:
        assert one["image"].shape == (4, 6, 3)
        assert one["image"].dtype == "uint8"
        assert (one["image"] == int(one["id"][-1:]) * 10).all()
        assert one["exif"].tolist() == [100.0, 0.0]
        assert one["exif_present"].dtype == "bool"
        assert one["exif_present"].tolist() == [True, False]
        assert (one["group"], one["make"], one["model"]) == (7, b"Ricoh", b"GR III")
        assert one["taken_at"] == b"2020-01-02T03:04:05"


def test_tfds_gives_pairs_for_training(tmp_path: Path, schema: Schema) -> None:
    """`as_supervised` gives image and label; slices of a split work."""
    export(tmp_path, schema, {"train": [[0, 1, 1, 0]]})
    pairs = list(opened(tmp_path).as_dataset(split="train[:50%]", as_supervised=True).as_numpy_iterator())
    assert [(image.shape, label) for image, label in pairs] == [((4, 6, 3), 0), ((4, 6, 3), 1)]


def test_images_may_differ_in_size_and_be_jpeg(tmp_path: Path, schema: Schema) -> None:
    """Where sizes differ, the shape is left open."""
    schema = schema.model_copy(update={"encoding": "jpeg", "height": None, "width": None})
    export(tmp_path, schema, {"train": [[0]]})
    builder = opened(tmp_path)
    assert builder.info.features["image"].shape == (None, None, 3)
    (one,) = builder.as_dataset(split="train").as_numpy_iterator()
    assert one["image"].shape == (4, 6, 3)


def test_originals_come_as_files(tmp_path: Path, schema: Schema) -> None:
    """A restored original may be of a format TensorFlow cannot decode, and its EXIF is wanted: bytes."""
    schema = schema.model_copy(update={"encoding": "original"})
    export(tmp_path, schema, {"train": [[0]]})
    (one,) = opened(tmp_path).as_dataset(split="train").as_numpy_iterator()
    assert one["image"] == photo(0, "jpeg")


@pytest.mark.parametrize(
    ("kind", "label", "dtype"),
    [("binary", 1, "int64"), ("multi_label", (1, 0), "int64"), ("number", 0.5, "float32")],
)
def test_labels_of_all_kinds(
    tmp_path: Path, schema: Schema, kind: TargetKind, label: Label, dtype: str
) -> None:
    """One class, a 0 or 1 for each class, or a number."""
    classes = () if kind == "number" else schema.classes
    schema = schema.model_copy(update={"kind": kind, "classes": classes})
    export(tmp_path, schema, {"train": [[label]]})
    (one,) = opened(tmp_path).as_dataset(split="train").as_numpy_iterator()
    assert one["label"].dtype == dtype
    assert one["label"].tolist() == (list(label) if isinstance(label, tuple) else label)
    assert (tmp_path / "label.labels.txt").exists() == bool(classes)


def test_without_target_and_images_there_are_numbers(tmp_path: Path, schema: Schema) -> None:
    """An export of EXIF alone opens too."""
    schema = Schema(name=schema.name, features=schema.features, encoding=None)
    export(tmp_path, schema, {"train": [[None]]})
    (one,) = opened(tmp_path).as_dataset(split="train").as_numpy_iterator()
    assert set(one) == {"exif", "exif_present", "group", "id", "make", "model", "taken_at"}


def test_an_empty_split_is_left_out(tmp_path: Path, schema: Schema) -> None:
    """A split without shards is no split of TFDS, which could not read it."""
    export(tmp_path, schema, {"train": [[0]], "val": [], "test": [[0]]})
    assert set(opened(tmp_path).info.splits) == {"train", "test"}


def test_hostile_names_stay_apart(tmp_path: Path, schema: Schema) -> None:
    """As many names as classes, each on one line; a name that no line can hold is quoted as JSON."""
    schema = schema.model_copy(update={"classes": HOSTILE})
    export(tmp_path, schema, {"train": [[len(HOSTILE) - 1]]})
    names = opened(tmp_path).info.features["label"].names
    assert [json.loads(name) if name.startswith('"') else name for name in names] == list(HOSTILE)
    assert [name for name in names if name in HOSTILE] == ["../x", "=1+1", "a/b", "ä 🐒"]


def test_the_features_are_those_of_tfds(schema: Schema) -> None:
    """TFDS would write the same `features.json` for these features."""
    import numpy as np
    from google.protobuf import json_format
    from tensorflow_datasets import features as tf

    image = tf.Image(shape=(4, 6, 3), encoding_format="png")
    several = tf.Tensor(shape=(2,), dtype=np.int64, doc="concept: 0 or 1 for each line of label.labels.txt")
    labels = {
        "multi_class": tf.ClassLabel(names=schema.classes, doc="concept"),
        "multi_label": several,
        "number": tf.Scalar(np.float32, doc="concept"),
    }
    for kind, label in labels.items():
        manifest = manifest_of(schema.model_copy(update={"kind": kind}), {})
        theirs = json_format.MessageToDict(features_of(schema, image=image, label=label).to_proto())
        assert json.loads(sidecars(manifest)["features.json"]) == theirs


def test_what_tfds_writes_itself_is_the_same(tmp_path: Path, schema: Schema) -> None:
    """TFDS, told to write down what it read, writes the same labels and the same splits."""
    export(tmp_path, schema, {"train": [[0, 1], [1]]})
    (tmp_path / "again").mkdir()
    opened(tmp_path).info.write_to_directory(str(tmp_path / "again"))
    ours = json.loads((tmp_path / "dataset_info.json").read_bytes())
    theirs = json.loads((tmp_path / "again" / "dataset_info.json").read_bytes())
    assert {key: theirs[key] for key in ours} == ours
    for name in ("features.json", "label.labels.txt"):
        assert (tmp_path / "again" / name).read_text() == (tmp_path / name).read_text()


def test_the_files_hold_no_date(tmp_path: Path, schema: Schema) -> None:
    """They are the same for the same data, whenever it is exported."""
    manifest = export(tmp_path, schema, {"train": [[0]]})
    later = manifest.model_copy(update={"created_at": datetime(2027, 1, 1, tzinfo=UTC)})
    assert sidecars(manifest) == sidecars(later)


@pytest.mark.parametrize("name", ["Wild-Monkeys", "a", "A_b-2020"])
def test_any_name_of_a_dataset_is_one_for_tfds(name: str) -> None:
    """Whatever exifds allows, TFDS takes."""
    from tensorflow_datasets.core import naming

    assert naming.is_valid_dataset_and_class_name(dataset_name(Schema(name=name, features=())))
