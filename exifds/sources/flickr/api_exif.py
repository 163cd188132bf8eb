"""API EXIF: what `flickr.photos.getExif` tells of a photo. No I/O.

Flickr prints the tags as ExifTool does: named as there, grouped by ExifTool's names of directories
("IFD0", "ExifIFD", "GPS", "IPTC", "XMP-dc"), values as text ("1/250", "Off, Did not fire").
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from exifds.sources.flickr.values import matching, part, rows, text

__all__ = ["ApiExif", "exif"]

_EXIF: Final = ("IFD0", "ExifIFD", "GPS")
_NAME: Final = re.compile(r"[0-9A-Za-z_:-]{1,100}")
_MOST_TAGS: Final = 2_000
_MOST_TEXT: Final = 1 << 19  # characters, all values together
_CAMERA: Final = frozenset(
    """
    ApertureValue BrightnessValue Contrast ExposureCompensation ExposureTime FNumber Flash FocalLength
    FocalLengthIn35mmFormat ISO ISOSpeed LightSource Make MaxApertureValue MeteringMode Model Orientation
    RecommendedExposureIndex Saturation Sharpness ShutterSpeedValue StandardOutputSensitivity WhiteBalance
    """.split()
)


@dataclass(frozen=True)
class ApiExif:
    """The tags that Flickr shows of a photo, as text.

    Args:
        tags: Tagspace to tag to text, in the order of the answer.
        flat: Those of EXIF proper as `exifds.exif.camera` takes them; not of a thumbnail, XMP or IPTC.
    """

    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    flat: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_camera_tags(self) -> bool:
        """Whether any tag tells of a camera: an answer may well hold nothing but JFIF's resolution."""
        return not _CAMERA.isdisjoint(self.flat)


def exif(answer: Mapping[str, object]) -> ApiExif:
    """The tags of a photo, from the answer of `flickr.photos.getExif`.

    Args:
        answer: The answer.

    Returns:
        The tags that have a name and a text; where the raw text is missing, the text for people.

    Example:
        >>> row = {"tagspace": "ExifIFD", "tag": "ISO", "raw": {"_content": "200"}}
        >>> exif({"photo": {"camera": "Canon EOS 10D", "exif": [row]}}).flat
        {'ISO': '200'}
    """
    tags: dict[str, dict[str, str]] = {}
    room = _MOST_TEXT
    for row in islice(rows(part(answer, "photo"), "exif"), _MOST_TAGS):
        space, name = matching(_NAME, row.get("tagspace")), matching(_NAME, row.get("tag"))
        value = text(row.get("raw")) or text(row.get("clean"))
        if space and name and value and len(value) <= room:
            room -= len(value)
            tags.setdefault(space, {}).setdefault(name, value)
    return ApiExif(tags, {name: value for space in _EXIF for name, value in tags.get(space, {}).items()})
