"""Record: one photo on its way out, and what all formats know about the records they write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Feature", "Format", "Label", "LeftOut", "Record", "Schema", "Statistics", "TargetKind"]

Label = int | float | tuple[int, ...] | None
"""A class, a number, a 0 or 1 for each class, or None without a target."""

TargetKind = Literal["multi_class", "binary", "multi_label", "number"]


class LeftOut(Exception):  # noqa: N818  # not an error: a photo that is not part of what was asked for
    """A photo does not belong into the export; carries the reason as one word, such as `no_value`."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Feature(_Part):
    """One column of the vector `exif`.

    Args:
        name: As in `exifds.photo.Camera`; `hour` and `day_of_year` come from `taken_at`.
        kind: `numeric`, `binary` (0 or 1), or `category` (the code of the EXIF standard).
        unit: Unit of a number: `s`, `mm`, `EV`, `ISO`, `f-number`, `h`, `d`; empty for codes.
        categories: Code to meaning.
    """

    name: str
    kind: Literal["numeric", "binary", "category"]
    unit: str = ""
    categories: Mapping[int, str] = Field(default_factory=dict)


class Statistics(_Part):
    """What scaling needs to know about one feature, fitted on the train split only.

    Args:
        name: Name of the feature.
        count: Photos of the train split that have it.
        mean, std, min, max, median, q25, q75: Of the values that are present; None without any, or for codes.
        log2: The same of their binary logarithms, for s, mm, ISO and f-numbers; None unless all are positive.
        codes: Of a category or binary feature: code to number of photos.
    """

    name: str
    count: int
    mean: float | None = None
    std: float | None = None
    min: float | None = None
    max: float | None = None
    median: float | None = None
    q25: float | None = None
    q75: float | None = None
    log2: "Statistics | None" = None
    codes: Mapping[int, int] = Field(default_factory=dict)


class Schema(_Part):
    """What holds for all records of an export.

    Args:
        name: Name of the dataset.
        features: Columns of `exif`, in their order.
        target: What is to be learned, in the words of the user; None without one.
        kind: Of the target.
        classes: Names by class number; empty for `number`.
        encoding: `jpeg` or `png`; `original` for restored originals; None if there are no images.
        height: Of every image, in pixels; None where they differ.
        width: Of every image, in pixels; None where they differ.
    """

    name: str
    features: tuple[Feature, ...]
    target: str | None = None
    kind: TargetKind | None = None
    classes: tuple[str, ...] = ()
    encoding: Literal["jpeg", "png", "original"] | None = "jpeg"
    height: Annotated[int, Field(gt=0)] | None = None
    width: Annotated[int, Field(gt=0)] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One photo of an export.

    Args:
        id: `_id` of the photo.
        group: Number that photos of one group share; means nothing outside the export.
        label: What is to be learned.
        image: The encoded image; empty where the format has none.
        suffix: File suffix of the image, such as `jpg`.
        exif: Values by feature; 0 where absent.
        exif_present: Which of them are there.
        document: The exported fields, shaped as in MongoDB; personal ones only if they were asked for.
    """

    id: str
    group: int
    label: Label
    image: bytes
    suffix: str
    exif: tuple[float, ...]
    exif_present: tuple[bool, ...]
    document: Mapping[str, Any] = field(default_factory=dict)


class Format(Protocol):
    """A way to lay records down in files."""

    whole: bool
    """Whether a split is one shard, however large."""
    pictures: bool
    """Whether the images are part of it."""

    def check(self, schema: Schema) -> None:
        """Refuse, before any work is done, what cannot be laid down."""

    def shard_name(self, schema: Schema, split: str, index: int, count: int) -> str:
        """Path of a shard below the export."""

    def write(self, draft: Path, records: Iterable[Record], schema: Schema) -> None:
        """Write a shard under a draft name; the caller syncs and renames it. A folder is a shard too."""

    def sidecars(self, manifest: Any) -> Mapping[str, str]:
        """What readers need beside the shards, from the `Manifest`: name of a file to its text."""
