"""Tables: documents as JSON, as rows of CSV, and as a pandas DataFrame with typed columns."""

import json
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from exifds.photo import Camera, Image, License, Photo, Place

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "cell", "csv_row", "flat", "to_frame", "to_json"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters that make a spreadsheet compute a cell (OWASP ASVS 1.2.10), also as full-width forms."""

_WHOLE = frozenset({"exif", "labels", "camera_source"})
_CATEGORIES = ("source", "camera_status", "state", "verdict", "media", "image.format", "place.country_code")
_BOOLEANS = ("camera.flash", "place.certain")
_NUMBERS = tuple(f"camera.{name}" for name in Camera.model_fields if name not in ("make", "model", "flash"))
_INTEGERS = ("image.width", "image.height", "image.bytes", "views", "schema")
_DATES = ("taken_at", "uploaded_at", "created_at", "updated_at")


def to_json(value: Any, *, indent: int | None = None) -> str:
    """A value as JSON: dates in ISO 8601, bytes in base64.

    Args:
        value: A document or a part of it.
        indent: Spaces a level; None writes one line.

    Returns:
        The text.

    Example:
        >>> to_json({"taken_at": datetime(2026, 1, 2)})
        '{"taken_at": "2026-01-02T00:00:00"}'
    """
    return json.dumps(value, default=_jsonable, ensure_ascii=False, indent=indent)


def _jsonable(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_none=True)
    return str(value)


def _columns() -> Iterator[str]:
    parts: dict[str, type[BaseModel]] = {"camera": Camera, "place": Place, "image": Image, "license": License}
    for name, field in Photo.model_fields.items():
        if name in parts:
            yield from (f"{name}.{part}" for part in parts[name].model_fields)
        elif name == "location":
            yield from ("longitude", "latitude")
        else:
            yield field.alias or name


COLUMNS = tuple(_columns())
"""The columns of a CSV file: the fields of a photo, dotted as in MongoDB."""


def csv_row(document: Mapping[str, Any]) -> list[str]:
    """A document as a row of CSV that no spreadsheet takes for a formula.

    Args:
        document: An opened document.

    Returns:
        One cell for each of `COLUMNS`. Lists and maps are JSON, dates ISO 8601, what is unknown is empty.

    Example:
        >>> csv_row({"_id": "file:1", "title": "=1+1"})[COLUMNS.index("title")]
        "'=1+1"
    """
    known = dict(flat(document, {*_WHOLE, "scores"}))
    return [cell(known.get(column)) for column in COLUMNS]


def cell(value: Any) -> str:
    """A value as a cell of CSV that no spreadsheet takes for a formula.

    Args:
        value: From a document.

    Returns:
        Its text: lists and maps as JSON, dates in ISO 8601, None as nothing, and text that a spreadsheet
        would compute behind a quote.

    Example:
        >>> cell("=1+1"), cell(-1.5), cell(["a"]), cell(None)
        ("'=1+1", '-1.5', '["a"]', '')
    """
    if value is None:
        return ""
    if isinstance(value, (list, tuple, Mapping)):
        return to_json(value)
    text = value if isinstance(value, str) else str(_jsonable(value))
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def to_frame(documents: Iterable[Mapping[str, Any]]) -> "pd.DataFrame":
    """Documents as a table: one row a photo, nested fields as dotted columns, one type a column.

    Numbers of the camera are `Float64` and flags `boolean`, both with `<NA>` where unknown; dates are
    `datetime64`; `location` becomes `longitude` and `latitude`; lists stay lists.

    Args:
        documents: As a query of the collection returns them.

    Returns:
        The table, indexed by `_id`.

    Example:
        >>> to_frame([{"_id": "file:1", "camera": {"iso": 200}}])["camera.iso"].tolist()
        [200.0]
    """
    import pandas as pd  # heavy: only where a table is asked for

    frame = pd.DataFrame.from_records([dict(flat(document, _WHOLE)) for document in documents])
    if "_id" not in frame:
        return pd.DataFrame(index=pd.Index([], name="_id", dtype="str"))
    types = (
        dict.fromkeys(_CATEGORIES, "category")
        | dict.fromkeys(_BOOLEANS, "boolean")
        | dict.fromkeys(_NUMBERS, "Float64")
        | dict.fromkeys(_INTEGERS, "Int64")
        | {name: "Float64" for name in frame if str(name).startswith("scores.")}
    )
    frame = frame.astype({name: kind for name, kind in types.items() if name in frame})
    for name in _DATES:
        if name in frame:
            frame[name] = pd.to_datetime(frame[name], utc=True)
    if "taken_at" in frame:
        frame["taken_at"] = frame["taken_at"].dt.tz_localize(None)
    return frame.set_index("_id")


def flat(document: Mapping[str, Any], whole: Collection[str], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The fields of a document by dotted path.

    Args:
        document: A document or a part of it.
        whole: Names of fields that are not taken apart.
        prefix: Stands before each path.

    Yields:
        Path and value; `location` gives `longitude` and `latitude`.

    Example:
        >>> dict(flat({"_id": "file:1", "camera": {"iso": 200}}, ()))
        {'_id': 'file:1', 'camera.iso': 200}
    """
    for key, value in document.items():
        if key == "location":
            yield from zip(("longitude", "latitude"), value["coordinates"], strict=True)
        elif isinstance(value, Mapping) and key not in whole:
            yield from flat(value, whole, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
