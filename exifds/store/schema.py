"""What MongoDB enforces of a dataset: the `$jsonSchema` validator and the indexes of documented queries."""

from typing import Any

from exifds.photo import Photo, Privacy, personal_fields

__all__ = ["indexes", "validator"]

_TEXT = {"bsonType": "string"}
_TEXTS = {"bsonType": "array", "items": _TEXT}
_NUMBER = {"bsonType": "number"}
_DATE = {"bsonType": "date"}
_OBJECT = {"bsonType": "object"}
_TOKEN = {"bsonType": "string", "pattern": "^gAAAAA"}
"""A Fernet token: version byte 0x80 and a 64-bit time, whose first bytes are 0 until the year 2106."""

_CAMERA = {
    "bsonType": "object",
    "additionalProperties": False,
    "properties": {
        "make": _TEXT,
        "model": _TEXT,
        "flash": {"bsonType": "bool"},
        **{
            name: {"bsonType": "number", "minimum": 0, "exclusiveMinimum": True}
            for name in (
                "exposure_time",
                "f_number",
                "iso",
                "focal_length",
                "focal_length_35mm",
                "max_aperture",
            )
        },
        "exposure_bias": _NUMBER,
        "brightness": _NUMBER,
        **{
            name: {"bsonType": "int"}
            for name in (
                "saturation",
                "sharpness",
                "contrast",
                "orientation",
                "light_source",
                "white_balance",
                "metering_mode",
            )
        },
    },
}
_POINT = {
    "bsonType": "object",
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"enum": ["Point"]},
        "coordinates": {"bsonType": "array", "minItems": 2, "maxItems": 2, "items": _NUMBER},
    },
}
_PLACE = {
    "bsonType": "object",
    "required": ["country_code", "country", "city", "distance_km"],
    "properties": {
        "country_code": {"bsonType": "string", "pattern": "^[A-Z]{2}$"},
        "country": _TEXT,
        "state": _TEXT,
        "city": _TEXT,
        "distance_km": _NUMBER,
        "certain": {"bsonType": "bool"},
    },
}
_IMAGE = {
    "bsonType": "object",
    "required": ["path", "sha256", "original_sha256", "bytes", "width", "height", "format"],
    "properties": {"path": _TEXT, "sha256": _TEXT, "original_sha256": _TEXT, "format": _TEXT, "url": _TEXT},
}
_FOUND_BY = {
    "bsonType": "array",
    "items": {
        "bsonType": "object",
        "required": ["kind", "query", "at"],
        "properties": {"kind": {"enum": ["search", "group", "list", "folder"]}, "query": _TEXT, "at": _DATE},
    },
}
_PLAIN: dict[str, Any] = {
    "_id": {"bsonType": "string", "pattern": "^[a-z]+:[0-9A-Za-z_@.-]+$"},
    "schema": {"bsonType": "int"},
    "source": _TEXT,
    "source_id": _TEXT,
    "title": _TEXT,
    "description": _TEXT,
    "tags": _TEXTS,
    "machine_tags": _TEXTS,
    "taken_at": _DATE,
    "uploaded_at": _DATE,
    "license": {"bsonType": "object", "required": ["id"]},
    "found_by": _FOUND_BY,
    "concepts": _TEXTS,
    "owner_bx": {"bsonType": "string", "pattern": "^[0-9a-f]{32}$"},
    "camera": _CAMERA,
    "camera_status": {"enum": ["ok", "none", "hidden", "error"]},
    "camera_source": _OBJECT,
    "exif_sources": {"bsonType": "array", "items": {"enum": ["file", "api"]}},
    "location": _POINT,
    "place": _PLACE,
    "sizes": _OBJECT,
    "image": _IMAGE,
    "labels": _OBJECT,
    "scores": {
        "bsonType": "object",
        "additionalProperties": {"bsonType": ["number", "null"], "minimum": 0, "maximum": 1},
    },
    "verdict": {"enum": ["accepted", "rejected"]},
    "state": {"enum": ["meta", "done", "gone", "failed"]},
    "reason": _TEXT,
    "created_at": _DATE,
    "updated_at": _DATE,
}


def validator(privacy: Privacy) -> dict[str, Any]:
    """The `$jsonSchema` of a dataset. A personal field must be a Fernet token: the server takes no plain one.

    Args:
        privacy: The privacy of the dataset.

    Returns:
        The validator document for `create` or `collMod`.

    Example:
        >>> validator(Privacy.STANDARD)["$jsonSchema"]["properties"]["owner"]["pattern"]
        '^gAAAAA'
    """
    personal = personal_fields(privacy)
    properties = _PLAIN | dict.fromkeys(personal, _TOKEN)
    required = ["_id", "schema", "source", "source_id", "state", "created_at"]
    if personal:
        properties["_sec"] = {"bsonType": "object", "required": ["v", "k", "n", "m"]}
        required.append("_sec")
    return {"$jsonSchema": {"bsonType": "object", "required": required, "properties": properties}}


def indexes(privacy: Privacy) -> list[dict[str, Any]]:
    """The indexes that the documented queries use, as arguments of PyMongo's `IndexModel`.

    Args:
        privacy: The privacy of the dataset: under `strict` the location is a token and has no index.

    Returns:
        Keyword arguments, one dictionary an index.
    """
    sphere = {"keys": [("location", "2dsphere")], "name": "location"}
    single = (
        "camera.make",
        "camera.model",
        "camera.iso",
        "taken_at",
        "place.country_code",
        "concepts",
        "tags",
        "owner_bx",
        "state",
        "image.original_sha256",
        "_sec.k",
        "scores.$**",
    )
    paths = [{"keys": [(path, 1)], "name": path.removesuffix(".$**")} for path in single]
    return paths if privacy is Privacy.STRICT else [*paths, sphere]


assert set(_PLAIN) - {"_id", "schema"} <= set(Photo.model_fields)
