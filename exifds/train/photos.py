"""Photos: the columns of an export in memory, all but the images."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from sys import intern
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exifds.errors import UsageError
from exifds.export import manifest as manifests
from exifds.export import tfrecord
from exifds.export.manifest import Manifest
from exifds.export.record import Schema
from exifds.progress import bar

__all__ = ["OUT", "SPLITS", "TEST", "TRAIN", "VAL", "Photos", "read", "require_usable"]

Example = Mapping[str, Any]

TRAIN: Final = 0
VAL: Final = 1
TEST: Final = 2
OUT: Final = -1
"""Of a photo that is left out."""
SPLITS: Final = ("train", "val", "test")
"""Names by number."""
_SINGLE: Final = ("id", "group", "image", "make", "model", "taken_at")


@dataclass(frozen=True, eq=False)
class Photos:
    """N photos in the order of the export: the shards of train, then those of val, then those of test.

    Args:
        folder: The export.
        manifest: What it holds and how it was made.
        ids: `_id` of each photo.
        group: Number that photos of one owner (camera, place) share, shape (N,).
        values: EXIF in the units of the export, 0 where absent, shape (N, F).
        present: Which of them are there, shape (N, F).
        labels: Class, shape (N,); for several labels 0 or 1, shape (N, C).
        split: `TRAIN`, `VAL`, `TEST` or `OUT`, shape (N,).
        make: Of the camera; empty where unknown.
        model: Of the camera; empty where unknown.
        taken_at: On the camera's clock; NaT where unknown, shape (N,).
        digest: First 64 bits of BLAKE2b of the encoded image, shape (N,).
    """

    folder: Path
    manifest: Manifest
    ids: tuple[str, ...]
    group: NDArray[np.int64]
    values: NDArray[np.float32]
    present: NDArray[np.bool_]
    labels: NDArray[np.int64]
    split: NDArray[np.int8]
    make: tuple[str, ...]
    model: tuple[str, ...]
    taken_at: NDArray[np.datetime64]
    digest: NDArray[np.uint64]

    def with_split(self, split: NDArray[Any]) -> "Photos":
        """The photos divided otherwise.

        Args:
            split: Of each photo, shape (N,).

        Returns:
            The photos; all else is shared.
        """
        return replace(self, split=np.asarray(split, np.int8))

    def where(self, split: int) -> NDArray[np.int64]:
        """Numbers of the photos of a split, in order.

        Args:
            split: `TRAIN`, `VAL`, `TEST` or `OUT`.

        Returns:
            Row numbers.
        """
        return np.flatnonzero(self.split == split)


def read(folder: str | Path, *, progress: bool | None = None) -> Photos:
    """Read all of an export but its images.

    Args:
        folder: The export, of the format tfrecord.
        progress: Show a progress bar; None shows it on a terminal.

    Returns:
        The photos.

    Raises:
        UsageError: This is no whole export, one that cannot be classified, or one that is not divided into
            train, val and test.

    Example:
        >>> read("nowhere")
        Traceback (most recent call last):
        exifds.errors.UsageError: there is no folder nowhere
    """
    root = Path(folder).expanduser()
    manifest = manifests.load(root)
    _require_classes(manifest)
    columns = _empty(manifest)
    with bar(f"read {manifest.data.name}", manifest.photos, show=progress) as advance:
        for row, (split, example) in enumerate(_examples(root, manifest)):
            columns["split"][row] = split
            _fill(columns, row, _checked(example, manifest.data))
            advance(1, 0)
    columns |= {name: tuple(columns[name]) for name in ("ids", "make", "model")}
    photos = Photos(folder=root, manifest=manifest, **columns)
    require_usable(photos)
    return photos


def require_usable(photos: Photos) -> None:
    """Make sure that there is something to learn and something to test it on.

    Args:
        photos: Divided into splits.

    Raises:
        UsageError: A split is empty, or the training photos are all alike.
    """
    for number, name in enumerate(SPLITS):
        if not (photos.split == number).any():
            raise UsageError(
                f"{name} has no photos: export more photos or groups, or with other shares (--split)"
            )
    labels = photos.labels[photos.split == TRAIN]
    if not (labels.min(axis=0) < labels.max(axis=0)).any():
        raise UsageError(
            "expected training photos of two classes or more, got one: there is nothing to tell apart; "
            "export photos of another class, or with another seed"
        )


def _require_classes(manifest: Manifest) -> None:
    written = manifest.options.get("format", "tfrecord")
    if written != "tfrecord":
        raise UsageError(f"expected an export of the format tfrecord, got {written}: export again")
    if manifest.data.kind is None:
        raise UsageError("this export has no labels: export again with a target, such as --target concept")
    if manifest.data.kind == "number":
        raise UsageError(
            "the target of this export is a number, and models learn classes: export again with a target "
            "such as 'scores.monkey>=0.8'"
        )


def _empty(manifest: Manifest) -> dict[str, Any]:
    """The columns of the photos, to be filled."""
    n, width = manifest.photos, len(manifest.data.features)
    several = (len(manifest.data.classes),) if manifest.data.kind == "multi_label" else ()
    return {
        "ids": [],
        "make": [],
        "model": [],
        "group": np.zeros(n, np.int64),
        "values": np.zeros((n, width), np.float32),
        "present": np.zeros((n, width), np.bool_),
        "labels": np.zeros((n, *several), np.int64),
        "split": np.zeros(n, np.int8),
        "taken_at": np.full(n, "NaT", "datetime64[s]"),
        "digest": np.zeros(n, np.uint64),
    }


def _examples(root: Path, manifest: Manifest) -> Iterator[tuple[int, Example]]:
    """Split and content of each photo, as many as the manifest says."""
    for number, name in enumerate(SPLITS):
        for shard in manifest.splits[name].shards if name in manifest.splits else ():
            found = 0
            for found, example in enumerate(tfrecord.read(root / shard.path), 1):
                if found > shard.photos:
                    break
                yield number, example
            if found != shard.photos:
                raise UsageError(
                    f"{shard.path} is damaged: it does not hold the {shard.photos} photos of the manifest; "
                    "copy it again, or export to a new folder with --like"
                )


def _checked(example: Example, schema: Schema) -> Example:
    """A photo that is as the manifest says."""
    width, several = len(schema.features), schema.kind == "multi_label"
    sizes = {"exif": width, "exif_present": width, "label": len(schema.classes) if several else 1}
    for name in (*sizes, *_SINGLE):
        found, expected = len(example.get(name, ())), sizes.get(name, 1)
        if found != expected:
            raise UsageError(
                f"the manifest was changed: expected photos with {expected} values of {name}, got {found}; "
                "export to a new folder with --like"
            )
    if not several and not 0 <= example["label"][0] < len(schema.classes):
        raise UsageError(
            f"the manifest was changed: expected one of {len(schema.classes)} classes, got number "
            f"{example['label'][0]}; export to a new folder with --like"
        )
    return example


def _fill(columns: dict[str, Any], row: int, example: Example) -> None:
    """Take a photo over."""
    texts = {name: example[name][0].decode() for name in ("id", "make", "model", "taken_at")}
    columns["ids"].append(texts["id"])
    columns["make"].append(intern(texts["make"]))
    columns["model"].append(intern(texts["model"]))
    columns["group"][row] = example["group"][0]
    columns["values"][row] = example["exif"]
    columns["present"][row] = example["exif_present"]
    columns["labels"][row] = example["label"] if columns["labels"].ndim > 1 else example["label"][0]
    if texts["taken_at"]:
        columns["taken_at"][row] = datetime.fromisoformat(texts["taken_at"]).replace(tzinfo=None)
    digest = hashlib.blake2b(example["image"][0], digest_size=8).digest()
    columns["digest"][row] = int.from_bytes(digest, "big")
