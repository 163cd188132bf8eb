"""Leaking: what a random split of an export would pretend, told by a quick model of its tags."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exifds.export import tfrecord
from exifds.export.manifest import Manifest
from exifds.export.record import Feature
from exifds.train.analyze.leaking import MOST, leaking
from exifds.train.stats.alarm import Leak

__all__ = ["leak"]


@dataclass(frozen=True, eq=False)
class _Photos:
    features: Sequence[Feature]
    values: NDArray[np.float64]
    present: NDArray[np.bool_]
    labels: NDArray[np.int64]


def leak(folder: Path, manifest: Manifest, *, most: int = MOST) -> Leak | None:
    """Part the photos of an export at random, and by group, and compare how well their tags tell the class.

    Args:
        folder: The export, of the format tfrecord.
        manifest: Of it.
        most: Photos that are read: the first ones of each split, in proportion.

    Returns:
        The comparison; None where it cannot be told.

    Raises:
        UsageError: A shard is missing or damaged.
    """
    read = list(_examples(folder, manifest, most))
    if not read:
        return None
    values, present, labels = (
        np.array([example[name] for example in read]) for name in ("exif", "exif_present", "label")
    )
    if manifest.data.kind != "multi_label":
        labels = labels[:, 0]
    photos = _Photos(manifest.data.features, values.astype(float), present.astype(bool), labels)
    found = leaking(photos, np.array([example["group"][0] for example in read]))
    unknown = manifest.without_group / max(manifest.photos, 1)
    return None if found is None else found.model_copy(update={"unknown": unknown})


def _examples(folder: Path, manifest: Manifest, most: int) -> Iterator[Mapping[str, Any]]:
    for split in manifest.splits.values():
        found = (example for shard in split.shards for example in tfrecord.read(folder / shard.path))
        yield from islice(found, round(split.photos * min(1.0, most / max(manifest.photos, 1))))
