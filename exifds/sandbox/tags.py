"""Tags: what a camera writes about a photo, as an EXIF block.

Numbers are written as cameras write them: nominal third stops (1/250, 28/10), signed rationals for values
that may be negative, either byte order. Pillow puts the block into the JPEG, but its own encoder of tags
reduces 28/10 to 14/5 and has no signed type for values that happen to be positive; hence the TIFF here.
Layout and types: TIFF 6.0 section 2, EXIF 2.32 (CIPA DC-008-2019) tables 4 to 15.
"""

import struct
from typing import Any, Final, NamedTuple

import numpy as np

from exifds.sandbox.owners import PRESENCE, Owners
from exifds.sandbox.scene import Scenes

__all__ = ["block", "camera", "written"]

# Nominal values in third stops: 30 s to 1/8000 s, f/1.4 to f/16, ISO 50 to 12800.
_TIMES: Final = (
    (30, 1), (25, 1), (20, 1), (15, 1), (13, 1), (10, 1), (8, 1), (6, 1), (5, 1), (4, 1), (32, 10), (25, 10),
    (2, 1), (16, 10), (13, 10), (1, 1), (8, 10), (6, 10), (5, 10), (4, 10), (3, 10),
    *((1, below) for below in (
        4, 5, 6, 8, 10, 13, 15, 20, 25, 30, 40, 50, 60, 80, 100, 125, 160, 200, 250, 320, 400, 500, 640, 800,
        1000, 1250, 1600, 2000, 2500, 3200, 4000, 5000, 6400, 8000,
    )),
)  # fmt: skip
_APERTURES: Final = (
    14, 16, 18, 20, 22, 25, 28, 32, 35, 40, 45, 50, 56, 63, 71, 80, 90, 100, 110, 130, 140, 160,
)  # fmt: skip
_ISOS: Final = (
    50, 64, 80, 100, 125, 160, 200, 250, 320, 400, 500, 640, 800, 1000, 1250, 1600, 2000, 2500, 3200, 4000,
    5000, 6400, 8000, 10000, 12800,
)  # fmt: skip

_ASCII, _SHORT, _LONG, _RATIONAL, _UNDEFINED, _SRATIONAL, _BYTE = 2, 3, 4, 5, 7, 10, 1
_FORMATS: Final = {_SHORT: "H", _LONG: "L", _RATIONAL: "LL", _SRATIONAL: "ll"}
_EXIF_POINTER, _GPS_POINTER = 0x8769, 0x8825


class _Tag(NamedTuple):
    """One entry of an image file directory: tag number, type and values."""

    number: int
    kind: int
    value: Any


def camera(scenes: Scenes, row: int) -> dict[str, Any]:
    """The 14 tags of one photo as the numbers a reader should find.

    Args:
        scenes: A block of photos.
        row: The photo's row in the block.

    Returns:
        Values by their name and in the unit of `exifds.photo.Camera`, whether written or not.

    Example:
        >>> from exifds.sandbox import owners, scene
        >>> from exifds.sandbox.studio import Studio
        >>> sorted(camera(scene.stage(Studio(), owners.meet(Studio()), 0), 0))[:3]
        ['brightness', 'contrast', 'exposure_bias']
    """
    top, bottom = _TIMES[15 - int(scenes.time[row])]
    null = {name: int(codes[row]) for name, codes in scenes.null.items()}
    return null | {
        "exposure_time": top / bottom,
        "f_number": _APERTURES[int(scenes.aperture[row]) - 3] / 10,
        "iso": _ISOS[int(scenes.iso[row]) + 3],
        "flash": bool(scenes.flash[row]),
        "focal_length": round(10 * float(scenes.focal[row])) / 10,
        "focal_length_35mm": round(float(scenes.focal_35mm[row])),
        "exposure_bias": int(scenes.compensation[row]) / 3,
        "brightness": round(100 * float(scenes.brightness[row])) / 100,
        "max_aperture": _APERTURES[null["max_aperture"] - 3] / 10,
    }


def written(scenes: Scenes, row: int) -> tuple[str, ...]:
    """The names of the tags, out of the 14, that one photo carries.

    Args:
        scenes: A block of photos.
        row: The photo's row in the block.

    Returns:
        Names as in `exifds.photo.Camera`.

    Example:
        >>> from exifds.sandbox import owners, scene
        >>> from exifds.sandbox.studio import Studio
        >>> written(scene.stage(Studio(stripped=1), owners.meet(Studio()), 0), 0)
        ()
    """
    return tuple(name for name, there in zip(PRESENCE, scenes.written[row], strict=True) if there)


def block(scenes: Scenes, owners: Owners, row: int, *, dated: bool) -> bytes:
    r"""The EXIF block of one photo.

    Args:
        scenes: A block of photos.
        owners: The owners of the studio.
        row: The photo's row in the block.
        dated: Whether to write DateTimeOriginal.

    Returns:
        `Exif\0\0` and a TIFF structure, as JPEG's APP1 segment holds it; empty when the photo is stripped.

    Example:
        >>> from exifds.sandbox import owners, scene
        >>> from exifds.sandbox.studio import Studio
        >>> crew = owners.meet(Studio())
        >>> block(scene.stage(Studio(), crew, 0), crew, 0, dated=True)[:4]
        b'Exif'
    """
    if scenes.stripped[row]:
        return b""
    owner = int(scenes.owner[row])
    there = written(scenes, row)
    main = [
        _Tag(0x010F, _ASCII, owners.make[owner]),
        _Tag(0x0110, _ASCII, owners.model[owner]),
        _Tag(0x013B, _ASCII, owners.name[owner]),
    ]
    if "orientation" in there:
        main.append(_Tag(0x0112, _SHORT, int(scenes.null["orientation"][row])))
    exif = [_Tag(0x9000, _UNDEFINED, b"0232"), _Tag(0xA431, _ASCII, owners.serial[owner])]
    exif += _camera_tags(scenes, owners, row, there)
    if dated:
        exif.append(_Tag(0x9003, _ASCII, f"{scenes.taken_at[row].item():%Y:%m:%d %H:%M:%S}"))
    gps = _gps_tags(*scenes.point[row].tolist()) if scenes.located[row] else []
    return b"Exif\0\0" + _tiff(owners.byte_order[owner], main, exif, gps)


def _camera_tags(scenes: Scenes, owners: Owners, row: int, there: tuple[str, ...]) -> list[_Tag]:
    """The tags of the Exif directory that one photo carries: all of the 14 but Orientation."""
    flash_codes = owners.flash_codes[int(scenes.owner[row])]
    apex = int(np.rint(200 * np.log2(_APERTURES[int(scenes.null["max_aperture"][row]) - 3] / 10)))
    tags = {
        "exposure_time": _Tag(0x829A, _RATIONAL, _TIMES[15 - int(scenes.time[row])]),
        "f_number": _Tag(0x829D, _RATIONAL, (_APERTURES[int(scenes.aperture[row]) - 3], 10)),
        "iso": _Tag(0x8827, _SHORT, _ISOS[int(scenes.iso[row]) + 3]),
        "brightness": _Tag(0x9203, _SRATIONAL, (round(100 * float(scenes.brightness[row])), 100)),
        "exposure_bias": _Tag(0x9204, _SRATIONAL, (int(scenes.compensation[row]), 3)),
        "max_aperture": _Tag(0x9205, _RATIONAL, (apex, 100)),
        "light_source": _Tag(0x9208, _SHORT, int(scenes.null["light_source"][row])),
        "flash": _Tag(0x9209, _SHORT, flash_codes[0] if scenes.flash[row] else flash_codes[1]),
        "focal_length": _Tag(0x920A, _RATIONAL, (round(10 * float(scenes.focal[row])), 10)),
        "focal_length_35mm": _Tag(0xA405, _SHORT, round(float(scenes.focal_35mm[row]))),
        "contrast": _Tag(0xA408, _SHORT, int(scenes.null["contrast"][row])),
        "saturation": _Tag(0xA409, _SHORT, int(scenes.null["saturation"][row])),
        "sharpness": _Tag(0xA40A, _SHORT, int(scenes.null["sharpness"][row])),
    }
    return [tag for name, tag in tags.items() if name in there]


def _gps_tags(longitude: float, latitude: float) -> list[_Tag]:
    """A position as degrees, minutes and seconds, in 1/1000 of a second of arc (3 cm)."""

    def sexagesimal(degrees: float) -> tuple[int, ...]:
        minutes, seconds = divmod(round(abs(degrees) * 3_600_000), 60_000)
        return (minutes // 60, 1, minutes % 60, 1, seconds, 1000)

    return [
        _Tag(0, _BYTE, b"\2\3\0\0"),
        _Tag(1, _ASCII, "N" if latitude >= 0 else "S"),
        _Tag(2, _RATIONAL, sexagesimal(latitude)),
        _Tag(3, _ASCII, "E" if longitude >= 0 else "W"),
        _Tag(4, _RATIONAL, sexagesimal(longitude)),
    ]


def _tiff(order: str, main: list[_Tag], exif: list[_Tag], gps: list[_Tag]) -> bytes:
    """A TIFF structure of the main directory with the Exif and GPS directories behind it."""
    pointers = [_Tag(_EXIF_POINTER, _LONG, 0), *([_Tag(_GPS_POINTER, _LONG, 0)] if gps else [])]
    exif_at = 8 + len(_directory(order, [*main, *pointers], 8))
    exif_bytes = _directory(order, exif, exif_at)
    gps_at = exif_at + len(exif_bytes)
    pointers = [_Tag(tag.number, _LONG, at) for tag, at in zip(pointers, (exif_at, gps_at), strict=False)]
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HL", 42, 8)
    return (
        head
        + _directory(order, [*main, *pointers], 8)
        + exif_bytes
        + (_directory(order, gps, gps_at) if gps else b"")
    )


def _directory(order: str, tags: list[_Tag], at: int) -> bytes:
    """One image file directory that starts `at` bytes into the TIFF structure."""
    table = struct.pack(order + "H", len(tags))
    data = b""
    data_at = at + 2 + 12 * len(tags) + 4
    for tag in sorted(tags):
        value, count = _packed(order, tag)
        if len(value) <= 4:  # noqa: PLR2004 - the room for a value inside its entry
            slot = value.ljust(4, b"\0")
        else:
            slot = struct.pack(order + "L", data_at + len(data))
            data += value + b"\0" * (len(value) % 2)
        table += struct.pack(order + "HHL", tag.number, tag.kind, count) + slot
    return table + bytes(4) + data


def _packed(order: str, tag: _Tag) -> tuple[bytes, int]:
    """The bytes of a value and how many of its type there are."""
    if tag.kind == _ASCII:
        text = tag.value.encode("ascii") + b"\0"
        return text, len(text)
    if isinstance(tag.value, bytes):
        return tag.value, len(tag.value)
    numbers = tag.value if isinstance(tag.value, tuple) else (tag.value,)
    count = len(numbers) // len(_FORMATS[tag.kind])
    return struct.pack(order + _FORMATS[tag.kind] * count, *numbers), count
