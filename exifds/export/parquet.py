"""Parquet: the format `parquet`, as Hugging Face datasets, pandas and any engine for tables read it.

`datasets.load_dataset(OUT)` finds `data/SPLIT-00000-of-00002.parquet` by this name and shows images and class
names: the files carry its features as JSON under the key `huggingface` of their schema (see `Features` in
https://huggingface.co/docs/datasets/about_dataset_features).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exifds.errors import MissingExtraError, UsageError
from exifds.export.folder import file_name
from exifds.export.record import Record, Schema
from exifds.export.sheets import DOCUMENT
from exifds.export.tables import flat, to_json

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Parquet"]

_GROUP_ROWS = 100
_GROUP_BYTES = 16 * 2**20
"""A row group is held in memory while it is written or read; whichever limit comes first closes it."""

_Feature = Mapping[str, Any]
"""A feature of Hugging Face datasets as JSON; the type of the column follows from it."""


def _value(dtype: str) -> _Feature:
    return {"dtype": dtype, "_type": "Value"}


def _list(feature: _Feature) -> _Feature:
    return {"feature": feature, "_type": "Sequence"}  # every version of datasets reads it; 4 made it List


_TEXT, _WHOLE, _NUMBER = _value("string"), _value("int64"), _value("float64")
_INSTANT, _WALL_CLOCK = _value("timestamp[ms, tz=UTC]"), _value("timestamp[ms]")
_FEATURES: Mapping[str, _Feature] = {
    "views": _WHOLE,
    "taken_at": _WALL_CLOCK,
    "uploaded_at": _INSTANT,
    "license.id": _WHOLE,
    "license.checked_at": _INSTANT,
    "location_accuracy": _WHOLE,
    "longitude": _NUMBER,
    "latitude": _NUMBER,
    "place.distance_km": _NUMBER,
    "place.certain": _value("bool"),
    "camera.flash": _value("bool"),
    **dict.fromkeys(("tags", "machine_tags", "concepts"), _list(_TEXT)),
    **{
        f"camera.{name}": _NUMBER
        for name in (
            *("exposure_time", "f_number", "iso", "focal_length", "focal_length_35mm"),
            *("exposure_bias", "brightness", "max_aperture"),
        )
    },
    **{
        f"camera.{name}": _value("int32")
        for name in (
            *("saturation", "sharpness", "contrast", "orientation"),
            *("light_source", "white_balance", "metering_mode"),
        )
    },
}
"""What is no text."""


def _features(schema: Schema) -> dict[str, Any]:
    """The columns of an export: the same whatever photos a shard holds, or readers could not join them."""
    known = {path: _FEATURES.get(path, _TEXT) for path in DOCUMENT if path not in ("exif", "scores")}
    return {
        "id": _TEXT,
        "image": {"_type": "Image"},
        **({} if schema.kind is None else {"label": _label_feature(schema)}),
        "exif": _list(_value("float32")),
        "exif_present": _list(_value("bool")),
        "group": _WHOLE,
        **known,
        "scores": [{"concept": _TEXT, "score": _NUMBER}],
        "exif_tags": _TEXT,
    }


def _label_feature(schema: Schema) -> _Feature:
    if schema.kind == "number":
        return _NUMBER
    one = {"names": list(schema.classes), "_type": "ClassLabel"}
    return _list(one) if schema.kind == "multi_label" else one


def _row(record: Record) -> dict[str, Any]:
    label, document = record.label, record.document
    return {
        **dict(flat(document, ("exif", "scores"))),
        "id": record.id,
        "image": {"bytes": record.image, "path": file_name(record)},
        "label": [at for at, holds in enumerate(label) if holds] if isinstance(label, tuple) else label,
        "exif": record.exif,
        "exif_present": record.exif_present,
        "group": record.group,
        "scores": [{"concept": name, "score": score} for name, score in document.get("scores", {}).items()],
        "exif_tags": to_json(document["exif"]) if "exif" in document else None,
    }


def _row_groups(records: Iterable[Record]) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    size = 0
    for record in records:
        rows.append(_row(record))
        size += len(record.image)
        if len(rows) == _GROUP_ROWS or size >= _GROUP_BYTES:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


class Parquet:
    """The format `parquet`: the image, the label, the vector `exif` and every field that may leave, typed.

    Columns are named as in MongoDB (`camera.iso`, `place.country_code`) and null where nothing is known.
    `label` is the number of the class, the numbers of all classes that hold, or a number. `scores` is a list
    of `{concept, score}`; a score of null is one below the floor. `exif_tags` is JSON, and like all personal
    columns null unless asked for.

    Example:
        >>> Parquet().shard_name(Schema(name="cats", features=()), "train", 0, 2)
        'data/train-00000-of-00002.parquet'
    """

    whole = False
    pictures = True

    def check(self, schema: Schema) -> None:
        """Refuse, before any work is done, what cannot be laid down.

        Args:
            schema: Of the export.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        del schema
        _pyarrow()

    def shard_name(self, schema: Schema, split: str, index: int, count: int) -> str:  # noqa: ARG002
        """Path of a shard below the export.

        Args:
            schema: Of the export.
            split: Its name.
            index: Of the shard.
            count: Shards of the split.

        Returns:
            The path.
        """
        return f"data/{split}-{index:05d}-of-{count:05d}.parquet"

    def write(self, draft: Path, records: Iterable[Record], schema: Schema) -> None:
        """Write a shard, a row group at a time.

        Args:
            draft: The file to write.
            records: Its photos.
            schema: Of the export.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        pa = _pyarrow()
        from pyarrow.parquet import ParquetWriter

        features = _features(schema)
        fields = [(name, _arrow_type(feature)) for name, feature in features.items()]
        described = {"huggingface": json.dumps({"info": {"features": features}})}
        arrow = pa.schema(fields, metadata=described)
        # a dictionary would gain little in a row group this small, and nothing for images
        with ParquetWriter(draft, arrow, compression="zstd", use_dictionary=False) as writer:
            for rows in _row_groups(records):
                try:
                    table = pa.Table.from_pylist(rows, schema=arrow)
                except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
                    raise UsageError(
                        f"a field of a document has another type than exifds gives it ({error}): mend it, or "
                        "leave the photo out by a filter"
                    ) from None
                writer.write_table(table)

    def sidecars(self, manifest: Any) -> Mapping[str, str]:  # noqa: ARG002
        """Readers need nothing beside the shards.

        Args:
            manifest: Of the export.

        Returns:
            Nothing.
        """
        return {}


def _pyarrow() -> Any:
    try:
        import pyarrow as pa
    except ImportError:
        raise MissingExtraError("writing Parquet", "parquet") from None
    return pa


def _arrow_type(feature: Any) -> "pa.DataType":
    """The type that Hugging Face datasets gives to a column of a feature."""
    import pyarrow as pa

    if isinstance(feature, list):
        return pa.list_(_arrow_type(feature[0]))
    match feature.get("_type"):
        case "Sequence":
            return pa.list_(_arrow_type(feature["feature"]))
        case "ClassLabel":
            return pa.int64()
        case "Image":
            return pa.struct({"bytes": pa.binary(), "path": pa.string()})
        case "Value":
            zoned = feature == _INSTANT
            return pa.timestamp("ms", tz="UTC") if zoned else pa.type_for_alias(feature["dtype"])
    return pa.struct({name: _arrow_type(part) for name, part in feature.items()})
