"""EXIF: read it, turn it into typed numbers, cut it out of a file and put it back."""

from exifds.exif.camera import camera
from exifds.exif.container import detect
from exifds.exif.read import Exif, Tags, read
from exifds.exif.strip import STRIPPABLE, restore, strip
from exifds.exif.tags import CAMERA_TAGS, flat
from exifds.exif.when_where import location, taken_at

__all__ = [
    "CAMERA_TAGS",
    "STRIPPABLE",
    "Exif",
    "Tags",
    "camera",
    "detect",
    "flat",
    "location",
    "read",
    "restore",
    "strip",
    "taken_at",
]
