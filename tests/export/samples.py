"""Records, schemas and manifests as the writers of exports get them."""

import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from exifds.export.record import Feature, Label, Record, Schema, TargetKind

FEATURES = (Feature(name="iso", kind="numeric", unit="ISO"), Feature(name="flash", kind="binary"))
HOSTILE = ("../x", "=1+1", "a/b", "CON", "", ".", "a" * 60, "Wolf", "wolf", "<script>|`[x](y)", "猿 のら")
"""Class names that are no folder names, formulas, devices, markup, or alike where case is."""


def schema(kind: TargetKind | None = None, classes: tuple[str, ...] = (), **changes: Any) -> Schema:
    """The schema of an export of 16 x 16 JPEGs."""
    known = {"name": "cats", "features": FEATURES, "height": 16, "width": 16}
    target = None if kind is None else "a target"
    return Schema(**known | {"target": target, "kind": kind, "classes": classes} | changes)


def jpeg(grey: int = 128) -> bytes:
    """A grey picture of 16 x 16 pixels."""
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), (grey, grey, grey)).save(buffer, "JPEG")
    return buffer.getvalue()


def record(number: int = 1, label: Label = None, **document: Any) -> Record:
    """A photo that has ISO 200 and no flash tag."""
    return Record(
        id=f"flickr:{number}",
        group=number % 3,
        label=label,
        image=jpeg(number % 256),
        suffix="jpg",
        exif=(200.0, 0.0),
        exif_present=(True, False),
        document={"_id": f"flickr:{number}", "source": "flickr"} | document,
    )


KNOWN: dict[str, Any] = {
    "title": "=1+1",
    "tags": ["sea", "ape"],
    "views": 7,
    "taken_at": datetime(2020, 5, 4, 3, 2, 1),  # noqa: DTZ001  # a camera's clock has no zone
    "uploaded_at": datetime(2020, 6, 1, tzinfo=UTC),
    "license": {"id": 4, "name": "CC BY 2.0", "url": "https://creativecommons.org/licenses/by/2.0/"},
    "concepts": ["monkey"],
    "camera": {"make": "Nikon", "iso": 200, "flash": True, "orientation": 6},
    "location": {"type": "Point", "coordinates": [120.5, 14.25]},
    "place": {"country_code": "PH", "country": "Philippines", "city": "Orani", "distance_km": 3.5},
    "scores": {"monkey": 0.5, "cage": None},
}
"""What a photo's document holds of fields that may leave."""
