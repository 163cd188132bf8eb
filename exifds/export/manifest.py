"""Manifest: what an export holds and how it was made; written last, so an export with one is whole."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from exifds.errors import UsageError
from exifds.export.record import Schema, Statistics

__all__ = ["MANIFEST", "Manifest", "Shard", "Split", "Tallies", "is_export", "load"]

MANIFEST = "manifest.json"
_HEAD: Final = 200
"""Bytes in which a manifest names the version of exifds that wrote it."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Shard(_Part):
    """A part of a split: a file, or for class folders the folder of the split.

    Args:
        path: Below the export.
        photos: Number of photos in it.
        bytes: Size.
        sha256: Of the file; of a folder, of the sorted lines `sha256  path` of its files.
    """

    path: str
    photos: int
    bytes: int
    sha256: str

    def is_in(self, folder: Path) -> bool:
        """Whether it is there, a file in its full size."""
        path = folder / self.path
        return path.is_dir() or (path.is_file() and path.stat().st_size == self.bytes)


class Split(_Part):
    """One of train, val and test.

    Args:
        photos: Number of photos.
        groups: Number of groups.
        share: Its share of all photos.
        asked: The share that was asked for; None where dates cut.
        classes: Photos by class.
        shards: Its parts, in order.
    """

    photos: int
    groups: int
    share: float
    asked: float | None = None
    classes: Mapping[str, int] = Field(default_factory=dict)
    shards: tuple[Shard, ...] = ()


class Tallies(_Part):
    """Counts over the exported photos, for the datasheet. Each is value to number of photos."""

    sources: Mapping[str, int] = Field(default_factory=dict)
    licenses: Mapping[str, int] = Field(default_factory=dict)
    years: Mapping[str, int] = Field(default_factory=dict)
    countries: Mapping[str, int] = Field(default_factory=dict)
    queries: Mapping[str, int] = Field(default_factory=dict)


class Manifest(_Part):
    """What an export holds and how it was made.

    Args:
        version: Of this form.
        exifds: Version of exifds that wrote it.
        created_at: When.
        options: Everything that was asked for: `exifds export DS OUT --like OLD` runs it again.
        data: What holds for all records.
        seed: Of the split; None where dates cut.
        better_seed: A seed that would share these photos out better than the one the dataset remembers.
        cuts: Dates from which photos are val and test, for the group `time`.
        selected: Photos that the options chose; no label, a companion in another split or a broken image left
            some of them out.
        splits: By name.
        statistics: Of the features, on the train split.
        left_out: Reason to number of photos.
        failed: Photos whose image could not be used, by `_id`, and why.
        leaks: Kind to number of photos with an earlier companion in another split; empty unless leaks were
            allowed.
        without_group: Photos whose group is unknown: what a camera took within an hour stays together then.
        owners_crossing: Owners with photos in several splits; none where owners are the groups.
        tallies: Counts for the datasheet.
        libraries: Version of each library that shaped the bytes.
    """

    version: int = 1
    exifds: str
    created_at: datetime
    options: Mapping[str, Any]
    data: Schema
    seed: int | None
    better_seed: int | None = None
    cuts: tuple[datetime, datetime] | None = None
    selected: int | None = None
    splits: Mapping[str, Split]
    statistics: tuple[Statistics, ...] = ()
    left_out: Mapping[str, int] = Field(default_factory=dict)
    failed: Mapping[str, str] = Field(default_factory=dict)
    leaks: Mapping[str, int] = Field(default_factory=dict)
    without_group: int = 0
    owners_crossing: int = 0
    tallies: Tallies = Tallies()
    libraries: Mapping[str, str] = Field(default_factory=dict)

    @property
    def photos(self) -> int:
        """Number of photos in the export."""
        return sum(split.photos for split in self.splits.values())


def is_export(folder: Path) -> bool:
    """Whether a folder has a manifest of exifds, also a damaged one; others have files of this name, too.

    Args:
        folder: The folder.

    Returns:
        Whether it has one, or a file of its name that cannot be looked into, or that a crash has emptied.
    """
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return path.is_file()
    return b'"exifds"' in head or not head.strip(b"\0")


def load(folder: str | Path) -> Manifest:
    """Read the manifest of an export.

    Args:
        folder: The export.

    Returns:
        The manifest.

    Raises:
        UsageError: There is none, or it is of another program or a later exifds: this is no finished export.
    """
    path = Path(folder).expanduser() / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {folder}") from None
        raise UsageError(
            f"{folder} has no {MANIFEST}: it is no export, or one that was not finished; "
            "run the same exifds export again to finish it"
        ) from None
    except (OSError, ValidationError) as error:
        if not is_export(path.parent):
            raise UsageError(f"{folder} is no export: its {MANIFEST} is of another program") from None
        why = getattr(error, "strerror", None) or (
            "it is damaged, or of a later exifds; copy it again, or export to a new folder"
        )
        raise UsageError(f"{path} cannot be read: {why}") from None
