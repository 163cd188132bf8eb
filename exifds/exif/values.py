"""Values: what Pillow reads from an EXIF block, as JSON that loses nothing a reader would miss."""

import base64
import math
import numbers
from typing import Final, TypeAlias

from exifds.exif.tags import name_of

__all__ = ["JsonValue", "json_value"]

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
"""What JSON can hold. Rationals are "num/den" strings, opaque bytes {"base64": ...}."""

_COPYRIGHT: Final = 0x8298
_TEXT: Final = frozenset({"ExifVersion", "FlashpixVersion", "InteroperabilityVersion"})
_COMMENTS: Final = frozenset({"UserComment", "GPSProcessingMethod", "GPSAreaInformation"})
_NUMBERS: Final = frozenset(
    """
    ComponentsConfiguration DNGBackwardVersion DNGVersion FileSource GPSAltitudeRef GPSVersionID SceneType
    """.split()
)
_UTF16: Final = frozenset({"XPTitle", "XPComment", "XPAuthor", "XPKeywords", "XPSubject"})
_CHARSETS: Final = {
    b"ASCII\0\0\0": "utf-8",
    b"JIS\0\0\0\0\0": "iso2022_jp",
    b"UNICODE\0": "utf-16",
    bytes(8): "utf-8",
}


def json_value(group: str, tag: int, value: object, order: str = "<") -> JsonValue:
    """One value of an EXIF tag as JSON.

    Args:
        group: "IFD0", "Exif", "GPS" or "Interop".
        tag: The tag's number.
        value: What Pillow read.
        order: Byte order of the block, "<" or ">": UTF-16 in `UserComment` follows it.

    Returns:
        Rationals as "num/den" (also "0/0"), text without what follows its NUL, sequences as lists, bytes of
        known meaning as text or numbers, other bytes as {"base64": ...}.

    Example:
        >>> json_value("Exif", 0x9000, b"0232"), json_value("Exif", 0x927C, b"ab")
        ('0232', {'base64': 'YWI='})
    """
    if isinstance(value, bytes):
        return _bytes(name_of(group, tag), value, order)
    if isinstance(value, str):
        return _text(value, keep_all=tag == _COPYRIGHT)
    return _plain(value)


def _plain(value: object) -> JsonValue:
    if isinstance(value, int):
        return value
    if isinstance(value, numbers.Rational):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value)


def _text(value: str, *, keep_all: bool = False) -> str:
    """Pillow reads ASCII as Latin-1, so that no byte is lost; many cameras write UTF-8.

    `Copyright` holds photographer and editor with a NUL between: they become two lines.
    """
    if keep_all:
        value = value.strip("\0").replace("\0", "\n")
    value = value.partition("\0")[0]
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _bytes(name: str, value: bytes, order: str) -> JsonValue:
    if name in _NUMBERS:
        return value[0] if len(value) == 1 else list(value)
    if name in _TEXT and value.rstrip(b"\0").isascii():
        return value.rstrip(b"\0").decode("ascii")
    if name in _UTF16:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    if name in _COMMENTS and value[:8] in _CHARSETS:
        return _comment(_CHARSETS[value[:8]], value[8:], order)
    return {"base64": base64.b64encode(value).decode("ascii")}


def _comment(charset: str, value: bytes, order: str) -> str:
    """Text behind an 8-byte charset prefix (CIPA DC-008, `UserComment`)."""
    if charset == "utf-8":
        return _text(value.rstrip(b"\0 ").decode("latin-1"))
    if charset == "utf-16" and value[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        charset = _utf16_order(value, order)
    return value.decode(charset, "replace").rstrip("\0 ")


def _utf16_order(value: bytes, order: str) -> str:
    """Some writers ignore the block's byte order: in most scripts the zero bytes tell which they used."""
    big, little = value[0::2].count(0), value[1::2].count(0)
    if big == little:
        return "utf-16-be" if order == ">" else "utf-16-le"
    return "utf-16-be" if big > little else "utf-16-le"
