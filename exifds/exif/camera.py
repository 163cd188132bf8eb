"""Camera: what the camera recorded, as typed numbers, from tags in whatever form they came.

One small function per field. What is unknown or implausible is None, never a default. The standard is
CIPA DC-008, 4.6.5 and 4.6.6; APEX units are converted by its Annex C. The bounds also catch the standard's
own marks for "unknown": 0 for ISO and focal lengths, 0xFFFFFFFF as a numerator, 99.99 as a brightness.
"""

from collections.abc import Mapping
from typing import Final

from exifds.exif import codes
from exifds.exif.quantity import each, is_printed, within
from exifds.exif.tags import given
from exifds.photo import Camera

__all__ = ["camera"]

_Tags = Mapping[str, object]
_TIMES: Final = (1e-7, 1e5)  # s
_F_NUMBERS: Final = (0.7, 1024.0)  # the fastest lens ever used on photos had f/0.7
_SPEEDS: Final = (1.0, 1e7)
_LENGTHS: Final = (0.1, 2e4)  # mm
_EXPOSURE_VALUES: Final = (-20.0, 20.0)
_APEX: Final = (-30.0, 30.0)
_UNKNOWN_SPEED: Final = 65535  # PhotographicSensitivity when the speed does not fit its 16 bits
_LONGEST_NAME: Final = 200
_SPEED_TAGS: Final = {
    1: ("StandardOutputSensitivity",),
    2: ("RecommendedExposureIndex",),
    3: ("ISOSpeed",),
    4: ("StandardOutputSensitivity", "RecommendedExposureIndex"),
    5: ("StandardOutputSensitivity", "ISOSpeed"),
    6: ("RecommendedExposureIndex", "ISOSpeed"),
}
_ANY_SPEED: Final = ("RecommendedExposureIndex", "StandardOutputSensitivity", "ISOSpeed")


def camera(tags: Mapping[str, object]) -> Camera:
    """What the camera recorded, as typed numbers.

    Args:
        tags: Tag name to value: `flat(exif.tags)`, or what ExifTool or an API gives. Names as in the standard
            or in `tags.ALIASES`; values as numbers, fractions, codes, lists or text with units.

    Returns:
        Every field that is known and plausible.

    Example:
        >>> camera({"ExposureTime": "1/250", "FNumber": "f/4.2", "Flash": 16}).exposure_time
        0.004
    """
    return Camera(
        make=_name(tags, "Make"),
        model=_name(tags, "Model"),
        exposure_time=_exposure_time(tags),
        f_number=_f_number(tags),
        iso=_iso(tags),
        focal_length=_first(tags, "FocalLength", _LENGTHS),
        focal_length_35mm=_first(tags, "FocalLengthIn35mmFilm", _LENGTHS),
        flash=_flash(tags),
        exposure_bias=_first(tags, "ExposureBiasValue", _EXPOSURE_VALUES),
        brightness=_first(tags, "BrightnessValue", _EXPOSURE_VALUES),
        max_aperture=_aperture(tags, "MaxApertureValue"),
        saturation=_code(tags, "Saturation", codes.SATURATION),
        sharpness=_code(tags, "Sharpness", codes.SHARPNESS),
        contrast=_code(tags, "Contrast", codes.CONTRAST),
        orientation=_code(tags, "Orientation", codes.ORIENTATION),
        light_source=_code(tags, "LightSource", codes.LIGHT_SOURCE),
        white_balance=_code(tags, "WhiteBalance", codes.WHITE_BALANCE),
        metering_mode=_code(tags, "MeteringMode", codes.METERING_MODE),
    )


def _name(tags: _Tags, name: str) -> str | None:
    """A maker's or model's name: what stands before the first NUL, trimmed."""
    for value in given(tags, name):
        text = " ".join(value.partition("\0")[0].split()) if isinstance(value, str) else ""
        if text and text.isprintable() and len(text) <= _LONGEST_NAME:
            return text
    return None


def _first(tags: _Tags, name: str, plausible: tuple[float, float]) -> float | None:
    """The first plausible number a tag or its aliases give."""
    found = (within(value, *plausible) for value in given(tags, name))
    return next((item for item in found if item is not None), None)


def _exposure_time(tags: _Tags) -> float | None:
    """Seconds; else from the shutter speed, t = 2^-Tv."""
    seconds = _first(tags, "ExposureTime", _TIMES)
    if seconds is not None:
        return seconds
    for value in given(tags, "ShutterSpeedValue"):
        if is_printed(value):
            return within(value, *_TIMES)
        speed = within(value, *_APEX)
        return None if speed is None else _inside(2.0**-speed, _TIMES)
    return None


def _f_number(tags: _Tags) -> float | None:
    """The f-number; else from the aperture, N = 2^(Av/2)."""
    return _first(tags, "FNumber", _F_NUMBERS) or _aperture(tags, "ApertureValue")


def _aperture(tags: _Tags, name: str) -> float | None:
    """An APEX aperture as an f-number; a printed one is an f-number already."""
    for value in given(tags, name):
        if is_printed(value):
            return within(value, *_F_NUMBERS)
        aperture = within(value, *_APEX)
        return None if aperture is None else _inside(2.0 ** (aperture / 2), _F_NUMBERS)
    return None


def _iso(tags: _Tags) -> float | None:
    """The first plausible ISO speed; where it did not fit 16 bits, the tags `SensitivityType` points to."""
    for value in given(tags, "PhotographicSensitivity"):
        for item in each(value.split(", ") if isinstance(value, str) else value):
            speed = within(item, *_SPEEDS)
            if speed is not None and speed != _UNKNOWN_SPEED:
                return speed
    kind = codes.code(tags.get("SensitivityType"), codes.SENSITIVITY_TYPE)
    for name in (*_SPEED_TAGS.get(kind or 0, ()), *_ANY_SPEED):
        speed = _first(tags, name, _SPEEDS)
        if speed is not None:
            return speed
    return None


def _flash(tags: _Tags) -> bool | None:
    """Whether the flash fired, as the first value says that says it."""
    found = (codes.flash(item) for value in given(tags, "Flash") for item in each(value))
    return next((fired for fired in found if fired is not None), None)


def _code(tags: _Tags, name: str, table: codes.Table) -> int | None:
    """A code of the standard's table, from the code itself or from the name tools print for it."""
    for value in given(tags, name):
        for item in each(value):
            code = codes.code(item, table)
            if code is not None:
                return code
    return None


def _inside(value: float, plausible: tuple[float, float]) -> float | None:
    low, high = plausible
    return value if low <= value <= high else None
