"""Codes: the tables of CIPA DC-008, 4.6.5 and 4.6.6, and the names that tools print for them."""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from exifds.exif.quantity import number

__all__ = [
    "CONTRAST",
    "LIGHT_SOURCE",
    "METERING_MODE",
    "ORIENTATION",
    "SATURATION",
    "SENSITIVITY_TYPE",
    "SHARPNESS",
    "WHITE_BALANCE",
    "Table",
    "code",
    "flash",
]

Table: TypeAlias = Mapping[int, tuple[str, ...]]
"""Code to the names it is printed as, in lower case."""

SATURATION: Final[Table] = {
    0: ("normal",),
    1: ("low", "low saturation"),
    2: ("high", "high saturation", "enhanced"),
}
CONTRAST: Final[Table] = {0: ("normal",), 1: ("soft", "low"), 2: ("hard", "high")}
SHARPNESS: Final[Table] = {0: ("normal",), 1: ("soft",), 2: ("hard",)}
WHITE_BALANCE: Final[Table] = {0: ("auto", "auto white balance"), 1: ("manual", "manual white balance")}
METERING_MODE: Final[Table] = {
    0: ("unknown",),
    1: ("average",),
    2: ("center-weighted average", "center weighted average"),
    3: ("spot",),
    4: ("multi-spot", "multispot"),
    5: ("multi-segment", "pattern"),
    6: ("partial",),
    255: ("other",),
}
ORIENTATION: Final[Table] = {
    1: ("horizontal (normal)", "horizontal", "normal", "top-left"),
    2: ("mirror horizontal", "mirrored horizontally", "top-right"),
    3: ("rotate 180", "rotated 180", "bottom-right"),
    4: ("mirror vertical", "mirrored vertically", "bottom-left"),
    5: ("mirror horizontal and rotate 270 cw", "left-top"),
    6: ("rotate 90 cw", "rotated 90 cw", "right-top"),
    7: ("mirror horizontal and rotate 90 cw", "right-bottom"),
    8: ("rotate 270 cw", "rotated 90 ccw", "left-bottom"),
}
LIGHT_SOURCE: Final[Table] = {
    0: ("unknown",),
    1: ("daylight",),
    2: ("fluorescent",),
    3: ("tungsten", "tungsten (incandescent)", "tungsten (incandescent light)"),
    4: ("flash",),
    9: ("fine weather",),
    10: ("cloudy", "cloudy weather"),
    11: ("shade",),
    12: ("daylight fluorescent", "daylight fluorescent (d 5700 - 7100k)"),
    13: (
        "day white fluorescent",
        "day white fluorescent (n 4600 - 5500k)",
        "day white fluorescent (n 4600 - 5400k)",
    ),
    14: (
        "cool white fluorescent",
        "cool white fluorescent (w 3800 - 4500k)",
        "cool white fluorescent (w 3900 - 4500k)",
    ),
    15: ("white fluorescent", "white fluorescent (ww 3250 - 3800k)", "white fluorescent (ww 3200 - 3700k)"),
    16: ("warm white fluorescent", "warm white fluorescent (l 2600 - 3250k)"),
    17: ("standard light a",),
    18: ("standard light b",),
    19: ("standard light c",),
    20: ("d55",),
    21: ("d65",),
    22: ("d75",),
    23: ("d50",),
    24: ("iso studio tungsten",),
    255: ("other", "other light source"),
}
SENSITIVITY_TYPE: Final[Table] = {
    0: ("unknown",),
    1: ("standard output sensitivity",),
    2: ("recommended exposure index",),
    3: ("iso speed",),
    4: ("standard output sensitivity and recommended exposure index",),
    5: ("standard output sensitivity and iso speed",),
    6: ("recommended exposure index and iso speed",),
    7: ("standard output sensitivity, recommended exposure index and iso speed",),
}
_UNNAMED: Final = re.compile(r"unknown \(0x([0-9a-f]{1,4})\)")
_FLASH_BITS: Final = 0x80  # the bit field has seven bits
_SAID: Final = {"off": False, "no": False, "false": False, "on": True, "yes": True, "true": True}


def code(value: object, table: Table) -> int | None:
    """A code of a table, from the code itself or from a name it is printed as.

    Args:
        value: A code as a number or text, or a name.
        table: The table of the tag.

    Returns:
        The code, or None when the table has none for it.

    Example:
        >>> code("Rotate 90 CW", ORIENTATION), code("6", ORIENTATION), code(65535, SHARPNESS)
        (6, 6, None)
    """
    found = number(value)
    if found is not None:
        return int(found) if found in table else None
    if not isinstance(value, str):
        return None
    name = " ".join(value.casefold().split())
    return next((code for code, names in table.items() if name in names), None)


def flash(value: object) -> bool | None:
    """Whether the flash fired.

    Args:
        value: The bit field of `Flash`, or what ExifTool or an API prints for it: "Off, Did not fire", "On,
            Red-eye reduction", or "Unknown (0x11)" for bits that have no name.

    Returns:
        True, False, or None when the value does not say.

    Example:
        >>> flash(16), flash("Auto, Fired, Red-eye reduction"), flash("Unknown (0x11)"), flash("Unknown")
        (False, True, True, None)
    """
    if isinstance(value, bool):
        return value
    text = value.strip().casefold() if isinstance(value, str) else ""
    unnamed = _UNNAMED.fullmatch(text)
    bits = int(unnamed[1], 16) if unnamed else number(value)
    if bits is not None:
        return bool(int(bits) & 1) if 0 <= bits < _FLASH_BITS else None
    if any(sign in text for sign in ("not fire", "no flash", "unfired")):
        return False
    return True if "fired" in text else _SAID.get(text.partition(",")[0])
