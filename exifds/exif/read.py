"""Read the EXIF of a photo, from its bytes or from a file, without decoding its pixels."""

import io
import logging
import os
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from PIL import ExifTags, Image

from exifds.errors import PhotoError
from exifds.exif.container import Contents, contents, detect
from exifds.exif.layout import checked_size
from exifds.exif.tags import name_of
from exifds.exif.tiff import MAGIC, Scan, scan
from exifds.exif.values import JsonValue, json_value

__all__ = ["Exif", "Tags", "read"]

logging.getLogger("PIL.TiffImagePlugin").addFilter(lambda record: record.levelno > logging.DEBUG)
# At level DEBUG it writes every value: names, serial numbers, positions.

Tags = dict[str, dict[str, JsonValue]]
"""Group ("IFD0", "Exif", "GPS", "Interop") to standard tag name to JSON value."""

_MAX_BYTES: Final = 1 << 28
_MAX_BLOCK: Final = 1 << 24  # room for a maker note and a preview
_MAX_STRIPS: Final = 1 << 20
_POINTERS: Final = frozenset({0x8769, 0x8825, 0xA005})
_INTEGERS: Final = {3: ("H", 2), 4: ("L", 4)}  # SHORT, LONG
_STRIPS: Final = (("StripOffsets", "StripByteCounts"), ("TileOffsets", "TileByteCounts"))


@dataclass(frozen=True, slots=True)
class Exif:
    """What a photo file says about itself.

    `tags` has every EXIF tag but `MakerNote` and image data. `raw` is the EXIF block from its TIFF header on,
    `xmp` the XMP packet, `iptc` the block that holds the IPTC record. `format` is Pillow's name. `width` and
    `height` are the pixels as stored, before any rotation. `status` is "error" when the EXIF block is
    damaged, and `reason` says where; the photo itself is usable.
    """

    format: str
    width: int
    height: int
    tags: Tags = field(default_factory=dict)
    raw: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    status: Literal["ok", "none", "error"] = "none"
    reason: str | None = None


def read(source: bytes | bytearray | memoryview | str | os.PathLike[str]) -> Exif:
    """Read the EXIF of a photo.

    Args:
        source: The bytes of an image file, or its path.

    Returns:
        Tags, metadata blocks, format and size. Damaged EXIF gives what could be read.

    Raises:
        PhotoError: It is no image of a known type, cut short, too large, or built to do harm.

    Example:
        >>> read("photo.jpg").tags["Exif"]["ExposureTime"]  # doctest: +SKIP
        '1/250'
    """
    data = _bytes(source)
    kind = detect(data)
    if kind == "TIFF":
        return _read_tiff(data)
    found = contents(data, kind)
    if not found.exif:
        return Exif(kind, found.width, found.height, xmp=found.xmp, iptc=found.iptc)
    tags, reason = _tags(found.exif)
    return _exif(kind, found, tags, reason)


def _bytes(source: bytes | bytearray | memoryview | str | os.PathLike[str]) -> bytes:
    if isinstance(source, str | os.PathLike):
        try:
            with Path(source).open("rb") as file:
                source = file.read(_MAX_BYTES + 1)
        except OSError as error:
            raise PhotoError(f"expected a readable file, got: {error.strerror}") from error
    if len(source) > _MAX_BYTES:
        raise PhotoError(f"expected a file of at most {_MAX_BYTES:,} bytes, got a larger one")
    return source if isinstance(source, bytes) else bytes(source)


def _exif(kind: str, found: Contents, tags: Tags, reason: str | None) -> Exif:
    return Exif(
        format=kind,
        width=found.width,
        height=found.height,
        tags=tags,
        raw=found.exif,
        xmp=found.xmp,
        iptc=found.iptc,
        status="error" if reason else "ok",
        reason=reason,
    )


def _tags(block: bytes) -> tuple[Tags, str | None]:
    """The tags of an EXIF block, and what is wrong with it."""
    if len(block) > _MAX_BLOCK:
        raise PhotoError(f"expected an EXIF block of at most {_MAX_BLOCK:,} bytes, got {len(block):,}")
    if block[:4] not in MAGIC:
        return {}, "the EXIF block has no TIFF header"
    found = scan(block)
    return _values(block, found), found.damage


def _values(block: bytes, found: Scan) -> Tags:
    """The values, parsed by Pillow. `scan` has checked every directory and value that Pillow will meet."""
    if not found.readable:
        return {}
    file = io.BytesIO(block)
    for at, patch in found.patches:
        file.seek(at)
        file.write(patch)
    file.seek(0)
    exif = Image.Exif()
    try:
        exif.load_from_fp(file)
        groups = {
            "IFD0": dict(exif),
            "Exif": exif.get_ifd(ExifTags.IFD.Exif),
            "GPS": exif.get_ifd(ExifTags.IFD.GPSInfo),
            "Interop": exif.get_ifd(ExifTags.IFD.Interop),
        }
    except Exception as error:  # noqa: BLE001  a later Pillow may stumble over what this one skips
        found.damaged(f"Pillow stopped with {type(error).__name__}")
        return {}
    return {
        group: {
            name_of(group, tag): json_value(group, tag, value, found.order)
            for tag, value in values.items()
            if tag not in _POINTERS
        }
        for group, values in groups.items()
        if values
    }


def _read_tiff(data: bytes) -> Exif:
    """A TIFF file is its own EXIF block: `raw` stays empty, since it would be the whole file."""
    found = scan(data)
    tags = _values(data, found)
    size = (tags.get("IFD0", {}).get(name) for name in ("ImageWidth", "ImageLength"))
    width, height = (value if isinstance(value, int) else 0 for value in size)
    blocks = {
        name: data[start : start + length]
        for name, (_, start, length) in found.bulk.items()
        if name in {"XMP", "IPTC"}
    }
    _check_strips(data, found)
    return _exif(
        "TIFF",
        Contents(*checked_size(width, height), None, blocks.get("XMP"), blocks.get("IPTC")),
        tags,
        found.damage,
    )


def _check_strips(data: bytes, found: Scan) -> None:
    """The pixels must be there: strips or tiles within the file."""
    for offsets, counts in _STRIPS:
        if offsets in found.bulk and counts in found.bulk:
            ends = map(
                sum, zip(_integers(data, found, offsets), _integers(data, found, counts), strict=False)
            )
            if max(ends, default=0) <= len(data):
                return
    raise PhotoError("expected a whole TIFF, got one that is cut short")


def _integers(data: bytes, found: Scan, name: str) -> tuple[int, ...]:
    kind, start, size = found.bulk[name]
    if size > _MAX_STRIPS or kind not in _INTEGERS:
        raise PhotoError(
            f"expected at most {_MAX_STRIPS:,} bytes of {name} as integers, got more or another type"
        )
    code, width = _INTEGERS[kind]
    return struct.unpack_from(f"{found.order}{size // width}{code}", data, start)
