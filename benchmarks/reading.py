"""Reading of exported photos into `tf.data`, against a hand-written pipeline and against Keras.

All sides read the same photos, 224 x 224 pixels, batch by batch, one epoch a turn, shuffled, from files that
the page cache holds. Nobody keeps decoded images, and opening the files counts, as in each epoch of training.

- exifds: `tfdata.load()`: image, EXIF, presence and label; the order depends on the seed only.
- by hand: the pipeline of TensorFlow's guide to TFRecord files: the same files, features and shuffle buffer,
  read in parallel, parsed in parallel, batched, prefetched.
- keras: `keras.utils.image_dataset_from_directory` on class folders with the same image files: image and
  label only.

Targets: 0.95 of the rate of the pipeline by hand, 1.2 times the rate of Keras.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks import photos
from benchmarks.result import Result, in_turns, rate, versus
from exifds.export.features import FEATURES
from exifds.export.folder import Folder
from exifds.export.images import Rendering, render
from exifds.export.manifest import MANIFEST, Manifest, Shard, Split
from exifds.export.pipeline import tensorflow
from exifds.export.record import Record, Schema
from exifds.export.tfdata import load
from exifds.export.tfrecord import TFRecord

__all__ = ["run"]

OF_THE_RATE_BY_HAND = 0.95
FASTER_THAN_KERAS = 1.2

SIZE = 224
BATCH = 32
SHARDS = 8
SCHEMA = Schema(
    name="bench",
    features=FEATURES,
    target="concept",
    kind="multi_class",
    classes=("even", "odd"),
    height=SIZE,
    width=SIZE,
)


def run(*, quick: bool = False) -> list[Result]:
    """Measure reading.

    Args:
        quick: The smallest size that works: the figures mean nothing.

    Returns:
        `load()` against both others.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    total, rounds = (40, 1) if quick else (4000, 9)
    with tempfile.TemporaryDirectory(prefix="exifds-bench-") as name:
        root = Path(name)
        note = _export(root, total, most=4 if quick else None)
        datasets = {"ours": load(root, BATCH).train, "hand": _by_hand(root, total), "keras": _keras(root)}
        found = in_turns({name: _epoch(batches, total) for name, batches in datasets.items()}, rounds)
    return [
        versus(
            "tfdata.load / pipeline by hand",
            found["ours"],
            found["hand"],
            target=OF_THE_RATE_BY_HAND,
            unit="images",
            note=note,
        ),
        versus(
            "tfdata.load / image_dataset_from_directory",
            found["ours"],
            found["keras"],
            target=FASTER_THAN_KERAS,
            unit="images",
        ),
    ]


def _epoch(batches: Any, total: int) -> Callable[[], float]:
    """A turn: all batches once."""

    def work() -> int:
        seen = sum(int(label.shape[0]) for _, label in batches)
        assert seen == total, seen
        return seen

    return lambda: rate(work)


def _export(root: Path, total: int, most: int | None) -> str:
    """Write the photos as shards and as class folders; near-duplicates, so not by `Dataset.export`."""
    kind, originals = photos.originals(most=most)
    rendered = [render(data, Rendering(size=SIZE)).data for data in originals]
    values, present = (1.0,) * len(FEATURES), (True,) * len(FEATURES)
    records = [
        Record(f"file:{number}", number, number % 2, image, "jpg", values, present)
        for number, image in enumerate(islice(cycle(rendered), total))
    ]
    Folder().write(root / Folder().shard_name(SCHEMA, "train", 0, 1), records, SCHEMA)
    shards = [_shard(root, records[index::SHARDS], index) for index in range(SHARDS)]
    counts = {"even": total - total // 2, "odd": total // 2}
    train = Split(photos=total, groups=total, share=1, classes=counts, shards=tuple(shards))
    empty = Split(photos=0, groups=0, share=0)
    manifest = Manifest(
        exifds="0",
        created_at=datetime.now(UTC),
        options={"format": "tfrecord"},
        data=SCHEMA,
        seed=0,
        splits={"train": train, "val": empty, "test": empty},
    )
    (root / MANIFEST).write_text(manifest.model_dump_json())
    size = sum(map(len, rendered)) / len(rendered) / 1e3
    return f"{total} images of {SIZE} pixels, {size:.0f} kB each, of {kind}"


def _shard(root: Path, records: list[Record], index: int) -> Shard:
    path = TFRecord().shard_name(SCHEMA, "train", index, SHARDS)
    TFRecord().write(root / path, records, SCHEMA)
    data = (root / path).read_bytes()
    return Shard(path=path, photos=len(records), bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def _by_hand(root: Path, total: int) -> Any:
    tf = tensorflow()
    fields = {
        "image": tf.io.FixedLenFeature([], tf.string),
        "exif": tf.io.FixedLenFeature([len(FEATURES)], tf.float32),
        "exif_present": tf.io.FixedLenFeature([len(FEATURES)], tf.int64),
        "label": tf.io.FixedLenFeature([], tf.int64),
    }

    def parse(example: Any) -> Any:
        row = tf.io.parse_single_example(example, fields)
        image = tf.io.decode_jpeg(row["image"], channels=3)
        image = tf.ensure_shape(image, [SIZE, SIZE, 3])
        features = {
            "image": image,
            "exif": row["exif"],
            "exif_present": tf.cast(row["exif_present"], tf.bool),
        }
        return features, row["label"]

    files = [str(path) for path in sorted(root.glob("*.tfrecord-*"))]
    return (
        tf.data.TFRecordDataset(files, num_parallel_reads=tf.data.AUTOTUNE)
        .shuffle(total)
        .map(parse, num_parallel_calls=tf.data.AUTOTUNE)
        .batch(BATCH)
        .prefetch(tf.data.AUTOTUNE)
    )


def _keras(root: Path) -> Any:
    import keras  # slow to load, and not before TF_CPP_MIN_LOG_LEVEL is set

    return keras.utils.image_dataset_from_directory(
        root / "train", image_size=(SIZE, SIZE), batch_size=BATCH, seed=0, verbose=False
    )
