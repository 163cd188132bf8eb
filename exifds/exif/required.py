"""Required: which of the EXIF tags that a user insists on a photo lacks."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Final

from exifds.errors import UsageError
from exifds.exif.tags import ALIASES, NAMES, given
from exifds.photo import Camera

__all__ = ["FIELDS", "lacking", "tag_name"]

FIELDS: Final[Mapping[str, str]] = {
    "Make": "make",
    "Model": "model",
    "ExposureTime": "exposure_time",
    "FNumber": "f_number",
    "PhotographicSensitivity": "iso",
    "FocalLength": "focal_length",
    "FocalLengthIn35mmFilm": "focal_length_35mm",
    "Flash": "flash",
    "ExposureBiasValue": "exposure_bias",
    "BrightnessValue": "brightness",
    "MaxApertureValue": "max_aperture",
    "Saturation": "saturation",
    "Sharpness": "sharpness",
    "Contrast": "contrast",
    "Orientation": "orientation",
    "LightSource": "light_source",
    "WhiteBalance": "white_balance",
    "MeteringMode": "metering_mode",
}
"""EXIF tag to the field of `Camera` that holds it as a number."""

_STANDARD: Final = {
    name.casefold(): tag
    for tag, names in (
        *((tag, (tag,)) for group in ("IFD0", "Exif", "GPS") for tag in NAMES[group].values()),
        *ALIASES.items(),
        *((tag, (field, f"camera.{field}")) for tag, field in FIELDS.items()),
    )
    for name in names
}


def tag_name(name: str) -> str:
    """The standard's name of a tag, from whatever name it goes by.

    Args:
        name: A standard name, an alias such as "ISO", or a field of `Camera`; in any case of letters.

    Returns:
        The name in CIPA DC-008.

    Raises:
        UsageError: No tag goes by this name.

    Example:
        >>> tag_name("ISO"), tag_name("camera.f_number")
        ('PhotographicSensitivity', 'FNumber')
    """
    found = _STANDARD.get(name.strip().casefold())
    if found is None:
        close = difflib.get_close_matches(name.strip().casefold(), _STANDARD, 3)
        hint = f" (did you mean {', '.join(_STANDARD[match] for match in close)}?)" if close else ""
        raise UsageError(f"expected the name of an EXIF tag such as FocalLength, got {name!r}{hint}")
    return found


def lacking(required: Iterable[str], camera: Camera, tags: Mapping[str, object]) -> tuple[str, ...]:
    """The required tags that a photo does not have with a usable value.

    Args:
        required: Names from `tag_name`.
        camera: What the tags say as typed numbers: a tag with a field there needs a plausible number.
        tags: Tag name to value.

    Returns:
        Those that are missing, in the order they were required.

    Example:
        >>> lacking(["FNumber", "LensModel"], Camera(f_number=4), {"FNumber": "4/1"})
        ('LensModel',)
    """
    return tuple(
        name
        for name in required
        if (getattr(camera, FIELDS[name]) if name in FIELDS else next(given(tags, name), None)) is None
    )
