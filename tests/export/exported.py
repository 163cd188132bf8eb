"""What a TFRecord export holds, read without TensorFlow."""

from pathlib import Path
from typing import Any

from exifds.export.manifest import load
from exifds.export.tfrecord import read

__all__ = ["examples"]


def examples(out: Path) -> dict[str, list[dict[str, Any]]]:
    """The records by split, in their order."""
    return {
        name: [dict(example) for shard in split.shards for example in read(out / shard.path)]
        for name, split in load(out).splits.items()
    }
