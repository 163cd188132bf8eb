"""tf.data: an export as the train, val and test datasets of a training loop.

The order of a shuffled epoch depends on seeds and on the export alone: the number of shards read at a time
and the size of the shuffle buffer come from the export, never from the machine.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exifds.errors import UsageError
from exifds.export import manifest as manifests
from exifds.export.manifest import Manifest, Shard, Split
from exifds.export.pipeline import (
    SHUFFLE_BYTES,
    Augment,
    batches,
    image_shape,
    require_batch_size,
    tensorflow,
)
from exifds.export.record import Schema
from exifds.export.streaming import from_query

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["Loaded", "from_query", "load"]

SHARDS_AT_A_TIME = 16
"""Shards whose photos alternate in a shuffled epoch."""

READ_BYTES = 2**20
"""What is read from a shard at a time."""

_ELSEWHERE = {
    "parquet": "datasets.load_dataset(folder) or pandas.read_parquet()",
    "folder": "keras.utils.image_dataset_from_directory(folder + '/train')",
    "csv": "pandas.read_csv()",
}
"""What reads the other formats."""


@dataclass(frozen=True)
class Loaded:
    """The datasets of an export; unpacks into train, val and test.

    Args:
        train: Batches to learn from.
        val: Batches to choose by, in the order of the export.
        test: Batches to report on, in the order of the export.
        manifest: What the export holds and how it was made: features, classes, statistics.
    """

    train: "tf.data.Dataset"
    val: "tf.data.Dataset"
    test: "tf.data.Dataset"
    manifest: Manifest

    def __iter__(self) -> Iterator["tf.data.Dataset"]:
        return iter((self.train, self.val, self.test))

    @property
    def classes(self) -> tuple[str, ...]:
        """Names by class number."""
        return self.manifest.data.classes

    @property
    def class_weight(self) -> dict[int, float] | None:
        """Weight of each class for `fit(class_weight=)`: n / (C n_c), so that all classes weigh the same.

        n photos of the train split, n_c of class c, C classes that occur in it; a class that does not occur
        weighs 1. `balanced` in scikit-learn. None unless a photo has exactly one class.
        """
        if self.manifest.data.kind not in ("multi_class", "binary"):
            return None
        counts = self._counts()
        mean = sum(counts) / max(1, sum(map(bool, counts)))
        return {number: mean / count if count else 1.0 for number, count in enumerate(counts)}

    @property
    def positive_weight(self) -> tuple[float, ...] | None:
        """Weight of a yes against a no for each class, (n - n_c) / n_c; None for other kinds of target.

        For `tf.nn.weighted_cross_entropy_with_logits(pos_weight=)`. Not for `fit(class_weight=)`, which would
        take the first class of a photo for its only one. A class that does not occur weighs 1.
        """
        if self.manifest.data.kind != "multi_label":
            return None
        photos = self.manifest.splits["train"].photos
        return tuple((photos - count) / count if count else 1.0 for count in self._counts())

    def _counts(self) -> list[int]:
        found = self.manifest.splits["train"].classes
        return [found.get(name, 0) for name in self.classes]


def load(
    directory: str | Path,
    batch_size: int = 32,
    *,
    image_size: int | tuple[int, int] | None = None,
    shuffle: bool = True,
    augment: Augment = False,
    seed: int = 0,
    verify: bool = False,
) -> Loaded:
    """Open an export of the format `tfrecord` for training.

    Each dataset gives `({"image": (B, H, W, 3) uint8, "exif": (B, F) float32, "exif_present": (B, F) bool},
    label)`. The label is (B,) int64 for one class, (B, C) float32 for several, (B,) float32 for a number;
    without a target there are only the features. `exif` holds raw values, 0 where absent; names, units and
    statistics are in the manifest.

    Args:
        directory: The export.
        batch_size: Photos of a batch, B; the last one of an epoch may have fewer.
        image_size: Height and width, or one number for both; None takes what is stored. A photo of other
            proportions is cut around its middle.
        shuffle: Draw the photos of train in another order in each epoch. Val and test keep theirs.
        augment: True mirrors the photos of train and crops up to 15 % of each side, at random; a function
            takes and gives an image (H, W, 3). Brightness stays: changed, it would contradict the EXIF.
        seed: Of both. The same seed gives the same batches, epoch by epoch, on any machine. The global seed
            of TensorFlow (`keras.utils.set_random_seed`), if one is set, takes part.
        verify: Compare the SHA-256 of each shard first. Their size always is, and the checksum of each photo
            when it is read.

    Returns:
        The datasets.

    Raises:
        UsageError: This is no finished export of the format `tfrecord`, a shard is missing or damaged, or an
            argument is not usable.
        MissingExtraError: TensorFlow is not installed.

    Example:
        >>> import exifds
        >>> train, val, test = exifds.tfdata.load("out", batch_size=32)  # doctest: +SKIP
        >>> model.fit(train, validation_data=val)  # doctest: +SKIP
    """
    tf = tensorflow()
    root = Path(directory).expanduser()
    manifest = manifests.load(root)
    _require_tfrecords(manifest)
    shape = image_shape(manifest.data, image_size)
    require_batch_size(batch_size)

    def opened(name: str, *, train: bool = False) -> Any:
        split = manifest.splits[name]
        paths = [str(_checked(root, shard, verify=verify)) for shard in split.shards]
        encoded = _shuffled(paths, split, seed) if shuffle and train else _in_order(paths)
        rows = encoded.batch(batch_size).map(_parser(manifest.data), num_parallel_calls=tf.data.AUTOTUNE)
        found = batches(rows, manifest.data, shape, augment=augment if train else False, seed=seed)
        return found.apply(tf.data.experimental.assert_cardinality(-(-split.photos // batch_size)))

    return Loaded(opened("train", train=True), opened("val"), opened("test"), manifest)


def _require_tfrecords(manifest: Manifest) -> None:
    written = manifest.options.get("format", "tfrecord")
    if written in _ELSEWHERE:
        raise UsageError(
            f"this export has the format {written}: read it with {_ELSEWHERE[written]}, "
            "or export again with the format tfrecord"
        )


def _checked(root: Path, shard: Shard, *, verify: bool) -> Path:
    """The path of a shard that is there and whole."""
    path = root / shard.path
    found = path.stat().st_size if path.is_file() else None
    if found is None:
        raise UsageError(
            f"{shard.path} is missing: copy the whole export again, or export to a new folder with --like"
        )
    if found != shard.bytes:
        raise UsageError(
            f"{shard.path} is damaged: expected {shard.bytes} bytes, got {found}; "
            "copy it again, or export to a new folder with --like"
        )
    if verify and _sha256(path) != shard.sha256:
        raise UsageError(
            f"{shard.path} is damaged: its SHA-256 is not that of the manifest; "
            "copy it again, or export to a new folder with --like"
        )
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _in_order(paths: Sequence[str]) -> Any:
    tf = tensorflow()
    return tf.data.TFRecordDataset(tf.constant(paths, tf.string), buffer_size=READ_BYTES)


def _shuffled(paths: Sequence[str], split: Split, seed: int) -> Any:
    """Encoded photos of shards in random order, drawn at random from as many as memory may hold."""
    tf = tensorflow()
    size = sum(shard.bytes for shard in split.shards) // max(1, split.photos)
    return (
        tf.data.Dataset.from_tensor_slices(tf.constant(paths, tf.string))
        .shuffle(max(1, len(paths)), seed=seed)
        .interleave(
            lambda path: tf.data.TFRecordDataset(path, buffer_size=READ_BYTES),
            cycle_length=min(SHARDS_AT_A_TIME, max(1, len(paths))),
            num_parallel_calls=tf.data.AUTOTUNE,
            deterministic=True,
        )
        .shuffle(max(1, min(split.photos, SHUFFLE_BYTES // max(1, size))), seed=seed)
    )


def _parser(schema: Schema) -> Any:
    """A function from serialized examples, as `exifds.export.example` lays them out, to their fields."""
    tf = tensorflow()
    fields = {
        "image": tf.io.FixedLenFeature((), tf.string),
        "exif": tf.io.FixedLenFeature((len(schema.features),), tf.float32),
        "exif_present": tf.io.FixedLenFeature((len(schema.features),), tf.int64),
    }
    if schema.kind == "number":
        fields["label"] = tf.io.FixedLenFeature((), tf.float32)
    elif schema.kind:
        shape = (len(schema.classes),) if schema.kind == "multi_label" else ()
        fields["label"] = tf.io.FixedLenFeature(shape, tf.int64)
    return lambda examples: tf.io.parse_example(examples, fields)
