"""Printout: the EXIF of a photo as flickr.photos.getExif prints it. Pure.

Flickr gives what ExifTool prints: "1/250", "70.0 mm", "Rotate 90 CW"; some tags also in a "clean" form,
"0.004 sec (1/250)". Recorded answers of the service: Flickr-Foundation/flickr-photos-api, tests/fixtures.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final, NamedTuple

from exifds.sandbox import tags
from exifds.sandbox.owners import Owners
from exifds.sandbox.scene import Scenes

__all__ = ["Entry", "camera_name", "entries"]


class Entry(NamedTuple):
    """One tag of an answer."""

    space: str
    tag: str
    label: str
    raw: str
    clean: str | None = None


_ORIENTATIONS: Final = {1: "Horizontal (normal)", 3: "Rotate 180", 6: "Rotate 90 CW", 8: "Rotate 270 CW"}
_LIGHTS: Final = {
    0: "Unknown", 1: "Daylight", 2: "Fluorescent", 3: "Tungsten (Incandescent)", 4: "Flash",
    9: "Fine Weather", 10: "Cloudy", 11: "Shade",
}  # fmt: skip
_FLASHES: Final = {
    0: "No Flash", 1: "Fired", 9: "On, Fired", 16: "Off, Did not fire", 24: "Auto, Did not fire",
    25: "Auto, Fired",
}  # fmt: skip
_SHORTEST_DECIMAL: Final = 0.25001  # s; ExifTool prints shorter times as 1/n


def camera_name(owners: Owners, scenes: Scenes, row: int) -> str:
    """The camera as Flickr names it beside the tags; empty for a photo without EXIF."""
    return "" if scenes.stripped[row] else owners.model[int(scenes.owner[row])]


def entries(owners: Owners, scenes: Scenes, row: int, *, dated: bool) -> list[Entry]:
    """The tags of one photo.

    Args:
        owners: The owners of the studio.
        scenes: A block of photos.
        row: The photo's row in the block.
        dated: Whether DateTimeOriginal was written.

    Returns:
        Its tags; those of the JPEG container only for a photo without EXIF.

    Example:
        >>> from exifds.sandbox import owners, scene
        >>> from exifds.sandbox.studio import Studio
        >>> crew = owners.meet(Studio())
        >>> entries(crew, scene.stage(Studio(), crew, 0), 0, dated=True)[-1].label
        'GPS Longitude'
    """
    found = [
        Entry("JFIF", "JFIFVersion", "JFIFVersion", "1.01"),
        Entry("JFIF", "ResolutionUnit", "Resolution Unit", "None"),
        Entry("JFIF", "XResolution", "X-Resolution", "1", "1 dpi"),
        Entry("JFIF", "YResolution", "Y-Resolution", "1", "1 dpi"),
    ]
    if scenes.stripped[row]:
        return found
    owner, there = int(scenes.owner[row]), set(tags.written(scenes, row))
    values = {name: value for name, value in tags.camera(scenes, row).items() if name in there}
    found += [
        Entry("IFD0", "Make", "Make", owners.make[owner]),
        Entry("IFD0", "Model", "Model", owners.model[owner]),
    ]
    if "orientation" in values:
        found.append(Entry("IFD0", "Orientation", "Orientation", _ORIENTATIONS[values["orientation"]]))
    found += [
        Entry("IFD0", "Artist", "Artist", owners.name[owner]),
        Entry("ExifIFD", "ExifVersion", "Exif Version", "0232"),
        Entry("ExifIFD", "SerialNumber", "Serial Number", owners.serial[owner]),
    ]
    if dated:
        taken = f"{scenes.taken_at[row].item():%Y:%m:%d %H:%M:%S}"
        found.append(Entry("ExifIFD", "DateTimeOriginal", "Date and Time (Original)", taken))
    flash = owners.flash_codes[owner][0 if scenes.flash[row] else 1]
    values |= {"flash": flash} if "flash" in values else {}
    found += [printed(values[name]) for name, printed in _PRINTED.items() if name in values]
    return found + (list(_gps(*scenes.point[row].tolist())) if scenes.located[row] else [])


def _time(seconds: float) -> str:
    if seconds < _SHORTEST_DECIMAL:
        return f"1/{round(1 / seconds)}"
    return f"{seconds:.1f}".removesuffix(".0")


def _clean_time(seconds: float) -> str:
    time = _time(seconds)
    return f"{seconds:.3g} sec ({time})" if "/" in time else f"{time} sec"


def _signed(value: float) -> str:
    """EV as halves and thirds: 0, +1/3, -2/3, +1."""
    steps = Fraction(value).limit_denominator(3)
    return f"{'+' if steps > 0 else ''}{steps}"


def _gps(longitude: float, latitude: float) -> Iterator[Entry]:
    """A position as ExifTool prints it."""

    def sexagesimal(degrees: float) -> str:
        minutes, seconds = divmod(round(abs(degrees) * 3_600_000), 60_000)
        return f"{minutes // 60} deg {minutes % 60}' {seconds / 1000:.2f}\""

    yield Entry("GPS", "GPSVersionID", "GPS Version ID", "2.3.0.0")
    yield Entry("GPS", "GPSLatitudeRef", "GPS Latitude Ref", "North" if latitude >= 0 else "South")
    yield Entry("GPS", "GPSLatitude", "GPS Latitude", sexagesimal(latitude), sexagesimal(latitude))
    yield Entry("GPS", "GPSLongitudeRef", "GPS Longitude Ref", "East" if longitude >= 0 else "West")
    yield Entry("GPS", "GPSLongitude", "GPS Longitude", sexagesimal(longitude), sexagesimal(longitude))


def _exif(tag: str, label: str, raw: str, clean: str | None = None) -> Entry:
    return Entry("ExifIFD", tag, label, raw, clean)


_PRINTED: Final[dict[str, Callable[[Any], Entry]]] = {
    "exposure_time": lambda value: _exif("ExposureTime", "Exposure", _time(value), _clean_time(value)),
    "f_number": lambda value: _exif("FNumber", "Aperture", f"{value:.1f}", f"f/{value:.1f}"),
    "iso": lambda value: _exif("ISO", "ISO Speed", str(value)),
    "brightness": lambda value: _exif("BrightnessValue", "Brightness Value", f"{value:.10g}"),
    "exposure_bias": lambda value: _exif(
        "ExposureCompensation", "Exposure Bias", _signed(value), f"{_signed(value)} EV"
    ),
    "max_aperture": lambda value: _exif("MaxApertureValue", "Max Aperture Value", f"{value:.1f}"),
    "light_source": lambda value: _exif("LightSource", "Light Source", _LIGHTS[value]),
    "flash": lambda value: _exif("Flash", "Flash", _FLASHES[value]),
    "focal_length": lambda value: _exif("FocalLength", "Focal Length", f"{value:.1f} mm", f"{value:g} mm"),
    "focal_length_35mm": lambda value: _exif(
        "FocalLengthIn35mmFormat", "Focal Length (35mm format)", f"{value} mm"
    ),
    "contrast": lambda value: _exif("Contrast", "Contrast", ("Normal", "Low", "High")[value]),
    "saturation": lambda value: _exif("Saturation", "Saturation", ("Normal", "Low", "High")[value]),
    "sharpness": lambda value: _exif("Sharpness", "Sharpness", ("Normal", "Soft", "Hard")[value]),
}
"""How each tag of the Exif directory is printed, by its name in `exifds.photo.Camera`."""
