"""Example: a record as the bytes of a `tf.train.Example`, made and read without TensorFlow.

The format is TensorFlow's `tensorflow/core/example/example.proto` and `feature.proto`. It is declared here
again, in a descriptor pool of its own, so that TensorFlow may be loaded into the same process.

| feature | type | values |
|---|---|---|
| image | bytes | the encoded image; absent if the export holds none |
| exif | float | one for each of `Schema.features`, 0 where absent |
| exif_present | int64 | 1 for each value that is there, else 0 |
| label | int64, or float for a number | one; of a multi-label target 0 or 1 for each class; absent without |
| id, make, model, taken_at | bytes | UTF-8 text, empty where unknown; `taken_at` as ISO 8601 |
| group | int64 | the same for photos that belong together |
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.message import DecodeError

from exifds.errors import UsageError
from exifds.export.record import Record, Schema, TargetKind

__all__ = ["Values", "decode", "encode"]

Values = list[bytes] | list[float] | list[int]
"""The values of one feature of an example."""


def _field(number: int, name: str, kind: str, *, repeated: bool = False, **more: Any) -> dict[str, Any]:
    """A field of a message: `kind` is a scalar type, or the name of a message."""
    label = "LABEL_REPEATED" if repeated else "LABEL_OPTIONAL"
    of = {"type": f"TYPE_{kind.upper()}"} if kind.islower() else {"typeName": f".tensorflow.{kind}"}
    return {"number": number, "name": name, "label": label, **of, **more}


def _list(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "field": [_field(1, "value", kind, repeated=True)]}


_PROTO = {
    "name": "exifds/example.proto",
    "package": "tensorflow",
    "syntax": "proto3",
    "messageType": [
        _list("BytesList", "bytes"),
        _list("FloatList", "float"),
        _list("Int64List", "int64"),
        {
            "name": "Feature",
            "oneofDecl": [{"name": "kind"}],
            "field": [
                _field(1, "bytes_list", "BytesList", oneofIndex=0),
                _field(2, "float_list", "FloatList", oneofIndex=0),
                _field(3, "int64_list", "Int64List", oneofIndex=0),
            ],
        },
        {
            "name": "Features",
            "field": [_field(1, "feature", "Features.FeatureEntry", repeated=True)],
            "nestedType": [
                {
                    "name": "FeatureEntry",
                    "field": [_field(1, "key", "string"), _field(2, "value", "Feature")],
                    "options": {"mapEntry": True},
                }
            ],
        },
        {"name": "Example", "field": [_field(1, "features", "Features")]},
    ],
}


def _message_class() -> type[Any]:
    pool = descriptor_pool.DescriptorPool()
    pool.Add(json_format.ParseDict(_PROTO, FileDescriptorProto()))
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tensorflow.Example"))


_Example = _message_class()


def encode(record: Record, schema: Schema) -> bytes:
    """A record as the bytes of a `tf.train.Example`.

    Args:
        record: The photo.
        schema: Says whether there are images and what the label is.

    Returns:
        The bytes; the same for the same record and version of protobuf.

    Example:
        >>> schema = Schema(name="monkeys", features=(), encoding=None)
        >>> data = encode(Record("file:1", 7, None, b"", "jpg", (), ()), schema)
        >>> decode(data)["group"]
        [7]
    """
    example = _Example()
    feature = example.features.feature
    camera = record.document.get("camera") or {}
    texts = (
        ("id", record.id),
        ("make", camera.get("make")),
        ("model", camera.get("model")),
        ("taken_at", _iso(record.document.get("taken_at"))),
    )
    for name, text in texts:
        feature[name].bytes_list.value.append((text or "").encode())
    feature["group"].int64_list.value.append(record.group)
    feature["exif"].float_list.value.extend(record.exif)
    feature["exif_present"].int64_list.value.extend(map(int, record.exif_present))
    if schema.encoding is not None:
        feature["image"].bytes_list.value.append(record.image)
    if schema.kind is not None:
        _add_label(feature["label"], record.label, schema.kind)
    return bytes(example.SerializeToString(deterministic=True))


def _iso(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _add_label(feature: Any, label: Any, kind: TargetKind) -> None:
    if kind == "number":
        feature.float_list.value.append(label)
    elif kind == "multi_label":
        feature.int64_list.value.extend(label)
    else:
        feature.int64_list.value.append(label)


def decode(data: bytes) -> Mapping[str, Values]:
    """The features of a serialized `tf.train.Example`.

    Args:
        data: As `encode` returns it; any other `tf.train.Example` will do.

    Returns:
        Name of each feature to its values, sorted by name.

    Raises:
        UsageError: The bytes are no such example.
    """
    try:
        feature = _Example.FromString(data).features.feature
    except DecodeError:
        raise UsageError("expected a serialized tf.train.Example, got other bytes") from None
    return {name: _values(feature[name]) for name in sorted(feature)}


def _values(feature: Any) -> Values:
    kind = feature.WhichOneof("kind")
    return [] if kind is None else list(getattr(feature, kind).value)
