"""WebP: the chunks of a file, and which of them are not picture (RFC 9649)."""

from typing import Final

from exifds.errors import PhotoError
from exifds.exif.layout import MAX_PARTS, Layout, Part, checked_size

__all__ = ["layout"]

_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_KINDS: Final = {b"EXIF": "exif", b"XMP ": "xmp"}
_SIZE_WITHIN: Final = {b"VP8X": 10, b"VP8L": 5, b"VP8 ": 10}  # bytes of a chunk that say the size
_HAS_METADATA: Final = 0x08 | 0x04  # VP8X flags: EXIF, XMP


def layout(data: bytes) -> Layout:
    """Everything that is not picture in a WebP, and the two header fields that change when it is cut.

    Args:
        data: A WebP file.

    Returns:
        The layout of the whole file; the parts of kind "header" are replaced, not cut.

    Raises:
        PhotoError: The file is cut short or is no WebP.

    Example:
        >>> [part.kind for part in layout(open("photo.webp", "rb").read()).parts]  # doctest: +SKIP
        ['header', 'header', 'exif']
    """
    declared = 8 + int.from_bytes(data[4:8], "little")
    if declared > len(data):
        raise PhotoError("expected a whole WebP, got one that is cut short")
    end = min(declared + declared % 2, len(data))
    size: tuple[int, int] | None = None
    parts: list[Part] = []
    at = 12
    for _ in range(MAX_PARTS):
        if at >= end:
            break
        name, body = data[at : at + 4], at + 8
        stop = body + int.from_bytes(data[at + 4 : body], "little")
        if stop > end:
            raise PhotoError("expected a whole WebP chunk, got one that is cut short")
        following = min(stop + stop % 2, end)
        size = size or _size(name, data[body : body + 10])
        if name not in _KEPT:
            parts.append(Part(_KINDS.get(name, "other"), at, following, body, stop))
        at = following
    else:
        raise PhotoError(f"expected at most {MAX_PARTS:,} WebP chunks, got more")
    if end < len(data):
        parts.append(Part("trailer", end, len(data), end, len(data)))
    return Layout(*checked_size(*(size or (0, 0))), [*_headers(data, end, parts), *parts])


def _size(name: bytes, head: bytes) -> tuple[int, int] | None:
    """Width and height from the first bytes of a picture chunk."""
    if len(head) < _SIZE_WITHIN.get(name, 0):
        return None
    if name == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if name == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if name == b"VP8 ":
        return int.from_bytes(head[6:8], "little") & 0x3FFF, int.from_bytes(head[8:10], "little") & 0x3FFF
    return None


def _headers(data: bytes, end: int, parts: list[Part]) -> list[Part]:
    """The RIFF size and the VP8X flags as they must read once the parts are cut."""
    size = (end - 8 - sum(part.end - part.start for part in parts if part.start < end)).to_bytes(4, "little")
    headers = [Part("header", 4, 8, 4, 8, size)]
    if data[12:16] == b"VP8X":
        flags = bytes(flag & ~_HAS_METADATA for flag in data[20:21])
        headers.append(Part("header", 20, 20 + len(flags), 20, 20 + len(flags), flags))
    return [part for part in headers if data[part.start : part.end] != part.replacement]
