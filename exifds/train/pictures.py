"""Pictures: the images of an export by number of the photo, from memory if they fit, else from the shards."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil
from numpy.typing import NDArray

from exifds.errors import UsageError
from exifds.export import example
from exifds.export.manifest import Manifest
from exifds.export.record import Schema
from exifds.progress import bar

__all__ = ["Pictures", "require_pictures"]

SHARE_OF_MEMORY: Final = 0.25
"""Decoded images that take no more of the free memory are decoded once and kept."""

CHUNK: Final = 256
"""Images that are decoded at a time."""

_LENGTH: Final = struct.Struct("<Q")
_BEFORE, _AFTER = 12, 4
"""Bytes before and after the data of a frame; see `exifds.export.tfrecord`."""


def require_pictures(schema: Schema) -> tuple[int, int]:
    """Make sure that an export has images of one size.

    Args:
        schema: Of the export.

    Returns:
        Height and width in pixels.

    Raises:
        UsageError: It has none, or of different sizes.
    """
    if schema.encoding not in ("jpeg", "png"):
        raise UsageError(
            "this export has no rendered images to learn from: export again with --format tfrecord, "
            "or train with --inputs exif"
        )
    if schema.height is None or schema.width is None:
        raise UsageError(
            "the images of this export differ in size, and a network needs one: "
            "export again with --image-size and --resize crop, pad or square"
        )
    return schema.height, schema.width


class Pictures:
    """The images of an export, N of H x W pixels, by number in the order of the export.

    Args:
        folder: The export.
        manifest: Its manifest.
        keep: Whether decoded images are kept in memory; None does so if they fit into a quarter of what is
            free. A batch is the same either way.
        show: Show a progress bar while they are decoded; None shows it on a terminal.

    Raises:
        UsageError: The export has no images of one size, or not of that of its manifest.
    """

    def __init__(
        self, folder: Path, manifest: Manifest, *, keep: bool | None = None, show: bool | None = None
    ) -> None:
        self._shape = (*require_pictures(manifest.data), 3)
        self._png = manifest.data.encoding == "png"
        shards = [shard for split in ("train", "val", "test") for shard in manifest.splits[split].shards]
        self._files = [os.open(folder / shard.path, os.O_RDONLY) for shard in shards]
        self._places = np.concatenate(
            [_places(n, fd) for n, fd in enumerate(self._files)] or [np.empty((0, 3), np.int64)]
        )
        self._kept: Any = None
        self._require_shape()
        if keep is None:
            keep = self.bytes <= psutil.virtual_memory().available * SHARE_OF_MEMORY
        if keep:
            self._kept = self._decode_all(show)

    def __del__(self) -> None:
        for file in self._files:
            os.close(file)

    @property
    def bytes(self) -> int:
        """How many bytes all decoded images take."""
        return len(self._places) * int(np.prod(self._shape))

    def batch(self, rows: Any) -> Any:
        """Images by number; made for `tf.data.Dataset.map`.

        Args:
            rows: Numbers of photos, an int64 tensor of shape (B,).

        Returns:
            A tensor (B, H, W, 3) uint8.
        """
        import tensorflow as tf

        if self._kept is not None:
            return tf.gather(self._kept, rows)
        found = tf.numpy_function(self._read, [rows], tf.string, stateful=False)
        examples = tf.io.parse_example(
            tf.ensure_shape(found, (None,)), {"image": tf.io.FixedLenFeature((), tf.string)}
        )
        decode = tf.io.decode_png if self._png else tf.io.decode_jpeg
        signature = tf.TensorSpec(self._shape, tf.uint8)
        return tf.map_fn(
            lambda image: decode(image, channels=3), examples["image"], fn_output_signature=signature
        )

    def _require_shape(self) -> None:
        """Look at the first image: the size of all stands in the manifest, which may have been changed."""
        import tensorflow as tf

        if not len(self._places):
            return
        image = example.decode(self._read(np.array([0]))[0])["image"][0]
        found = tf.io.decode_image(image, channels=3).numpy().shape
        if found != self._shape:
            told = [f"{width} x {height}" for height, width, _ in (self._shape, found)]
            raise UsageError(
                f"the manifest was changed: expected images of {told[0]} pixels, got {told[1]}; "
                "export to a new folder with --like"
            )

    def _read(self, rows: NDArray[np.int64]) -> NDArray[np.object_]:
        """Serialized examples, as `exifds.export.example` lays them out."""
        places = self._places[rows].tolist()
        return np.array([os.pread(self._files[shard], size, start) for shard, start, size in places], object)

    def _decode_all(self, show: bool | None) -> Any:
        import tensorflow as tf

        total = len(self._places)
        numbers = tf.data.Dataset.range(total).batch(CHUNK)
        images = np.empty((total, *self._shape), np.uint8)
        filled = 0
        with bar("decode images", total, show=show) as advance:
            for batch in numbers.map(self.batch, num_parallel_calls=tf.data.AUTOTUNE).prefetch(1):
                images[filled : filled + len(batch)] = batch
                filled += len(batch)
                advance(len(batch), 0)
        with tf.device("CPU"):
            return tf.constant(images)


def _places(number: int, file: int) -> NDArray[np.int64]:
    """Where the examples of a shard stand: number of the shard, first byte, bytes; shape (n, 3)."""
    return np.array([(number, start, size) for start, size in _frames(file)], np.int64).reshape(-1, 3)


def _frames(file: int) -> Iterator[tuple[int, int]]:
    """First byte and size of the data of each frame of a TFRecord file."""
    end, position = os.fstat(file).st_size, 0
    while position < end:
        (size,) = _LENGTH.unpack(os.pread(file, _LENGTH.size, position))
        yield position + _BEFORE, size
        position += _BEFORE + size + _AFTER
