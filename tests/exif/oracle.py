"""How far exifds agrees with ExifTool about real photos: `python -m tests.exif.oracle` prints the share.

ExifTool 12.57 read the photos with `-n`; its values are the oracle. A value counts as agreeing when exifds
gives the same, to seven digits; dates compare as text, `Flash` by bit 0, and what ExifTool leaves out must
be None here.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from exifds.exif import camera, flat, location, read, taken_at

SHARED = Path(__file__).resolve().parents[3] / "shared"
PHOTOS = SHARED / "photos"

FIELDS = {
    "BrightnessValue": "brightness",
    "Contrast": "contrast",
    "ExposureCompensation": "exposure_bias",
    "ExposureTime": "exposure_time",
    "FNumber": "f_number",
    "FocalLength": "focal_length",
    "FocalLengthIn35mmFormat": "focal_length_35mm",
    "ISO": "iso",
    "LightSource": "light_source",
    "Make": "make",
    "MaxApertureValue": "max_aperture",
    "MeteringMode": "metering_mode",
    "Model": "model",
    "Orientation": "orientation",
    "Saturation": "saturation",
    "Sharpness": "sharpness",
    "WhiteBalance": "white_balance",
}


class Compared(NamedTuple):
    """One value of one photo, as ExifTool and as exifds give it."""

    photo: str
    tag: str
    oracle: object
    ours: object

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        if isinstance(self.oracle, int | float) and isinstance(self.ours, int | float):
            return math.isclose(self.oracle, self.ours, rel_tol=1e-7, abs_tol=1e-7)
        return self.oracle == self.ours


def compared() -> Iterator[Compared]:
    """Every value that ExifTool or exifds gives, photo by photo."""
    for oracle in json.loads((SHARED / "photos.exiftool.json").read_text()):
        photo = oracle["SourceFile"]
        ours = _ours(PHOTOS / photo)
        if "Flash" in oracle:
            oracle["Flash"] = bool(oracle["Flash"] & 1)
        for tag, value in ours.items():
            if value is not None or tag in oracle:
                yield Compared(photo, tag, oracle.get(tag), value)


def _ours(path: Path) -> dict[str, object]:
    exif = read(path)
    tags = flat(exif.tags)
    seen = camera(tags)
    taken, point = taken_at(tags), location(tags)
    values: dict[str, object] = {tag: getattr(seen, field) for tag, field in FIELDS.items()}
    return values | {
        "DateTimeOriginal": taken and f"{taken:%Y:%m:%d %H:%M:%S}",
        "FileType": exif.format,
        "Flash": seen.flash,
        "GPSLatitude": point and point.coordinates[1],
        "GPSLongitude": point and point.coordinates[0],
        "ImageHeight": exif.height,
        "ImageWidth": exif.width,
    }


if __name__ == "__main__":
    values = list(compared())
    agreeing = sum(value.agrees for value in values)
    print(f"{agreeing} of {len(values)} values agree ({agreeing / len(values):.2%})")  # noqa: T201
    for value in values:
        if not value.agrees:
            print(f"  {value.photo} {value.tag}: ExifTool {value.oracle!r}, exifds {value.ours!r}")  # noqa: T201
