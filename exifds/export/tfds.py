"""TFDS: the files by which TensorFlow Datasets opens an export without exifds.

`tfds.builder_from_directory(OUT)` wants `dataset_info.json` (splits and their shards) and `features.json`
(what is in an example), both the JSON form of messages in `tensorflow_datasets/core/proto`, and the names of
the classes in `label.labels.txt`.
"""

import json
from collections.abc import Mapping
from typing import Any

from exifds.export.manifest import Manifest, Split
from exifds.export.record import Feature, Schema

__all__ = ["dataset_name", "sidecars"]

VERSION = "1.0.0"
"""Of the form of the examples, as TFDS counts it."""

_DESCRIPTION = "Photos with what their cameras recorded. manifest.json tells how this export was made."
_FEATURES = "tensorflow_datasets.core.features"
_LABELS = "label.labels.txt"


def dataset_name(schema: Schema) -> str:
    """The name of the dataset as TFDS allows it: lower case, without hyphens.

    Args:
        schema: Holds the name.

    Returns:
        The name.

    Example:
        >>> dataset_name(Schema(name="Wild-Monkeys", features=()))
        'wild_monkeys'
    """
    return schema.name.lower().replace("-", "_")


def sidecars(manifest: Manifest) -> Mapping[str, str]:
    """The files that TFDS needs beside the shards.

    Args:
        manifest: Of the export.

    Returns:
        File name to text; the same for the same data.
    """
    schema = manifest.data
    files = {"dataset_info.json": _json(_info(manifest)), "features.json": _json(_features(schema))}
    if schema.classes:
        files[_LABELS] = "".join(f"{_line(name)}\n" for name in schema.classes)
    return files


def _json(value: Any) -> str:
    return json.dumps(value, indent=4, sort_keys=True)


def _line(name: str) -> str:
    """A class as a line of text. Readers strip lines and skip empty ones: such names are quoted as JSON."""
    plain = name.isprintable() and name == name.strip() and not name.startswith('"')
    return name if plain and name else json.dumps(name)


def _info(manifest: Manifest) -> dict[str, Any]:
    schema = manifest.data
    info: dict[str, Any] = {
        "name": dataset_name(schema),
        "version": VERSION,
        "description": _DESCRIPTION,
        "fileFormat": "tfrecord",
        "splits": [_split(name, split) for name, split in manifest.splits.items() if split.shards],
    }
    if schema.kind is not None:
        keys = ("image" if schema.encoding else "exif", "label")
        info["supervisedKeys"] = {"tuple": {"items": [{"featureKey": key} for key in keys]}}
    return info


def _split(name: str, split: Split) -> dict[str, Any]:
    return {
        "name": name,
        "filepathTemplate": "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}",
        "numBytes": str(sum(shard.bytes for shard in split.shards)),
        "shardLengths": [str(shard.photos) for shard in split.shards],
    }


def _features(schema: Schema) -> dict[str, Any]:
    columns = ", ".join(_column(feature) for feature in schema.features)
    features = {
        "id": _feature("text_feature.Text", text={}, description="Id of the photo"),
        "group": _tensor("int64", description="The same for photos that belong together"),
        "make": _feature("text_feature.Text", text={}, description="Maker of the camera"),
        "model": _feature("text_feature.Text", text={}, description="Model of the camera"),
        "taken_at": _feature("text_feature.Text", text={}, description="When, by the clock of the camera"),
        "exif": _tensor("float32", len(schema.features), description=columns),
        "exif_present": _tensor("bool", len(schema.features), description="Which values of exif are there"),
    }
    if schema.encoding is not None:
        features["image"] = _image(schema)
    if schema.kind is not None:
        features["label"] = _label(schema)
    return _feature("features_dict.FeaturesDict", featuresDict={"features": features})


def _column(feature: Feature) -> str:
    return f"{feature.name} [{feature.unit}]" if feature.unit else feature.name


def _image(schema: Schema) -> dict[str, Any]:
    if schema.encoding == "original":  # of any format, also such as TensorFlow cannot decode
        return _feature("text_feature.Text", text={}, description="The original file")
    dimensions = [str(schema.height or -1), str(schema.width or -1), "3"]
    image = {"shape": {"dimensions": dimensions}, "dtype": "uint8", "encodingFormat": schema.encoding}
    return _feature("image_feature.Image", image=image)


def _label(schema: Schema) -> dict[str, Any]:
    what = schema.target or ""
    if schema.kind == "number":
        return _tensor("float32", description=what)
    if schema.kind == "multi_label":
        return _tensor("int64", len(schema.classes), description=f"{what}: 0 or 1 for each line of {_LABELS}")
    classes = {"numClasses": str(len(schema.classes))}
    return _feature("class_label_feature.ClassLabel", classLabel=classes, description=what)


def _tensor(dtype: str, length: int | None = None, *, description: str) -> dict[str, Any]:
    kind = "scalar.Scalar" if length is None else "tensor_feature.Tensor"
    shape = {} if length is None else {"dimensions": [str(length)]}
    tensor = {"shape": shape, "dtype": dtype, "encoding": "none"}
    return _feature(kind, tensor=tensor, description=description)


def _feature(kind: str, *, description: str | None = None, **content: Any) -> dict[str, Any]:
    return {
        "pythonClassName": f"{_FEATURES}.{kind}",
        **content,
        **({} if description is None else {"description": description}),
    }
