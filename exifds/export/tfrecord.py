"""TFRecord: shards of `tf.train.Example`, written and read without TensorFlow.

A shard is a row of frames (`tensorflow/core/lib/io/record_writer.h`), all numbers little-endian:

| bytes | |
|---|---|
| 8 | length of the data |
| 4 | masked CRC-32C of the length |
| length | data: a serialized `tf.train.Example` |
| 4 | masked CRC-32C of the data |
"""

import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import google_crc32c

from exifds.errors import UsageError
from exifds.export import example, tfds
from exifds.export.manifest import Manifest
from exifds.export.record import Record, Schema

__all__ = ["TFRecord", "frame", "frames", "read"]

_LENGTH = struct.Struct("<Q")
_CHECK = struct.Struct("<I")
_OVERHEAD = _LENGTH.size + 2 * _CHECK.size
_BUFFER = 2**20


class TFRecord:
    """The format `tfrecord`: shards for `tf.data`, which TFDS opens as a data set of its own.

    Example:
        >>> TFRecord().shard_name(Schema(name="Wild-Monkeys", features=()), "train", 0, 4)
        'wild_monkeys-train.tfrecord-00000-of-00004'
    """

    whole = False
    pictures = True

    def check(self, schema: Schema) -> None:
        """Refuse, before any work is done, what cannot be laid down.

        Args:
            schema: Of the export.
        """
        del schema  # every schema can be

    def shard_name(self, schema: Schema, split: str, index: int, count: int) -> str:
        """Path of a shard below the export, as TFDS expects it.

        Args:
            schema: Holds the name of the dataset.
            split: Name of the split.
            index: Number of the shard, from 0.
            count: Number of shards of the split.

        Returns:
            A file name.
        """
        return f"{tfds.dataset_name(schema)}-{split}.tfrecord-{index:05d}-of-{count:05d}"

    def write(self, draft: Path, records: Iterable[Record], schema: Schema) -> None:
        """Write a shard; one record is in memory at a time.

        Args:
            draft: File to write.
            records: The photos.
            schema: What holds for all of them.
        """
        with draft.open("wb", buffering=_BUFFER) as file:
            for record in records:
                file.writelines(frame(example.encode(record, schema)))

    def sidecars(self, manifest: Manifest) -> Mapping[str, str]:
        """What TFDS needs beside the shards.

        Args:
            manifest: Of the export.

        Returns:
            Name of a file to its text.
        """
        return tfds.sidecars(manifest)


def frame(data: bytes) -> tuple[bytes, bytes, bytes]:
    """The parts of a frame, in the order in which they are written.

    Args:
        data: What the frame holds.

    Returns:
        Head, data and check sum.

    Example:
        >>> b"".join(frame(b"")).hex()
        '000000000000000029039807d8ea82a2'
    """
    length = _LENGTH.pack(len(data))
    return length + _masked_crc(length), data, _masked_crc(data)


def _masked_crc(data: bytes) -> bytes:
    """CRC-32C, rotated and moved: the CRC of data that holds CRCs would be weak (`lib/hash/crc32c.h`)."""
    crc = google_crc32c.value(data)
    return _CHECK.pack(((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def read(shard: Path) -> Iterator[Mapping[str, example.Values]]:
    """The examples of a shard.

    Args:
        shard: A TFRecord file, not compressed.

    Yields:
        Name of each feature to its values.

    Raises:
        UsageError: The file is missing, damaged, or holds something else.
    """
    for number, data in enumerate(frames(shard)):
        try:
            yield example.decode(data)
        except UsageError as error:
            raise UsageError(f"record {number} of {shard.name}: {error}") from None


def frames(shard: Path) -> Iterator[bytes]:
    """What the frames of a TFRecord file hold, each checked against its check sums.

    Args:
        shard: A TFRecord file, not compressed.

    Yields:
        The data of each frame.

    Raises:
        UsageError: The file is missing or damaged.
    """
    try:
        with shard.open("rb", buffering=_BUFFER) as file:
            left = os.fstat(file.fileno()).st_size
            while left:
                data = _next_frame(file, left)
                if data is None:
                    raise UsageError(
                        f"{shard.name} is damaged at byte {os.fstat(file.fileno()).st_size - left}: "
                        "a check sum is wrong or the file is cut off; copy it again, or export to a new "
                        "folder with --like"
                    )
                yield data
                left -= len(data) + _OVERHEAD
    except OSError as error:
        raise UsageError(f"the shard {shard.name} cannot be read: {error.strerror}") from None


def _next_frame(file: BinaryIO, left: int) -> bytes | None:
    """The data of the next frame, or None if it is damaged; no more than `left` bytes are there."""
    head = file.read(_LENGTH.size + _CHECK.size)
    if len(head) < _LENGTH.size + _CHECK.size or _masked_crc(head[: _LENGTH.size]) != head[_LENGTH.size :]:
        return None
    length: int = _LENGTH.unpack_from(head)[0]
    if length + _OVERHEAD > left:
        return None
    data = file.read(length)
    return data if _masked_crc(data) == file.read(_CHECK.size) else None
