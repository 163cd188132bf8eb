"""JPEG: the segments of a file, and which of them are not picture (ITU-T T.81, Annex B)."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from exifds.errors import PhotoError
from exifds.exif.layout import MAX_PARTS, Layout, Part, checked_size

__all__ = ["head", "layout"]

_SOI, _EOI, _SOS, _COM, _APP0, _APP15 = 0xD8, 0xD9, 0xDA, 0xFE, 0xE0, 0xEF
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # TEM and RSTn: markers without a length
_CODING: Final = frozenset({*range(0xC0, 0xD0), *range(0xDA, 0xE0)})  # frames, tables, scans
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOFn, without DHT, JPG and DAC
_KEPT: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_HEADERS: Final = {0xE0: 14, 0xEE: 12}
"""Bytes of JFIF (ITU-T T.871, 10.1) and Adobe (T.872, 6.5.3) that define the look; beyond is a thumbnail."""
_KINDS: Final = (
    (0xE1, b"Exif\0\0", "exif"),
    (0xE1, b"http://ns.adobe.com/xap/1.0/\0", "xmp"),
    (0xE1, b"http://ns.adobe.com/xmp/extension/\0", "xmp_extension"),
    (0xE2, b"MPF\0", "mpf"),
    (0xE2, b"FPXR\0", "fpxr"),
    (0xED, b"Photoshop 3.0\0", "iptc"),
    (_COM, b"", "comment"),
)
_FRAME_HEADER: Final = 6  # precision, height, width, components
_MARKER: Final = re.compile(rb"\xff+([^\xff])", re.DOTALL)  # any number of fill bytes may come first
_SCAN_END: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)  # not a stuffed byte, not RSTn


class _Segment(NamedTuple):
    """A marker and its payload: `data[start:end]`, payload `data[body:end]`."""

    marker: int
    start: int
    body: int
    end: int


def head(data: bytes) -> Layout:
    """What stands before the pixels, and only a quick look at whether the pixels are complete.

    Args:
        data: A JPEG file.

    Returns:
        The layout up to the first scan.

    Raises:
        PhotoError: The file is cut short or is no JPEG.

    Example:
        >>> head(open("photo.jpg", "rb").read()).width  # doctest: +SKIP
        2048
    """
    segments = []
    for segment in _segments(data):
        segments.append(segment)
        if segment.marker == _SOS:
            break
    found = _layout(data, segments)
    if data.rfind(b"\xff\xd9", segments[-1].end) < 0:
        raise PhotoError("expected a whole JPEG, got one that is cut short")
    return found


def layout(data: bytes) -> Layout:
    """Everything that is not picture in a JPEG, also between its scans and after its end.

    Args:
        data: A JPEG file.

    Returns:
        The layout of the whole file.

    Raises:
        PhotoError: The file is cut short or is no JPEG.

    Example:
        >>> [part.kind for part in layout(open("photo.jpg", "rb").read()).parts]  # doctest: +SKIP
        ['exif', 'xmp', 'trailer']
    """
    segments = list(_segments(data))
    found = _layout(data, segments)
    if (end := segments[-1].end) < len(data):
        found.parts.append(Part("trailer", end, len(data), end, len(data)))
    return found


def _segments(data: bytes) -> Iterator[_Segment]:
    """The segments from SOI to EOI; the pixels of a scan belong to none."""
    at = 2
    for _ in range(MAX_PARTS):
        found = _MARKER.match(data, at)
        if not found:
            raise PhotoError(f"expected a JPEG marker at byte {at}, got {_glimpse(data, at)}")
        marker, body = found[1][0], found.end()
        if marker in _BARE or marker == _EOI:
            end = body
        else:
            end, body = body + int.from_bytes(data[body : body + 2]), body + 2
        if marker in {0x00, _SOI} or not body <= end <= len(data):
            raise PhotoError(f"expected a whole JPEG segment at byte {at}, got a broken one")
        yield _Segment(marker, at, body, end)
        if marker == _EOI:
            return
        at = _scan_end(data, end) if marker == _SOS else end
    raise PhotoError(f"expected at most {MAX_PARTS:,} JPEG segments, got more")


def _scan_end(data: bytes, start: int) -> int:
    """Where the pixels of a scan end and the next marker stands."""
    found = _SCAN_END.search(data, start)
    if not found:
        raise PhotoError("expected a whole JPEG, got one that is cut short")
    return found.start()


def _beyond_header(data: bytes, segment: _Segment) -> Part | None:
    """What a kept segment holds beyond its fixed header: JFIF a thumbnail, and both anything."""
    marker, start, body, end = segment
    if marker not in _HEADERS or end - body <= _HEADERS[marker]:
        return None
    header = bytearray(data[body : body + _HEADERS[marker]])
    if marker == _APP0:
        header[-2:] = bytes(2)  # a thumbnail of 0 by 0: JFIF 1.02
    replacement = bytes((0xFF, marker)) + (len(header) + 2).to_bytes(2) + header
    return Part(f"app{marker - _APP0}", start, end, body, end, replacement)


def _glimpse(data: bytes, at: int) -> str:
    return f"0x{data[at]:02X}" if at < len(data) else "the end of the file"


def _layout(data: bytes, segments: list[_Segment]) -> Layout:
    frame = next((segment for segment in segments if segment.marker in _FRAMES), None)
    scanned = any(segment.marker == _SOS for segment in segments)
    if frame is None or not scanned or frame.end - frame.body < _FRAME_HEADER:
        raise PhotoError("expected a JPEG with a picture, got one without")
    height, width = (int.from_bytes(data[frame.body + at : frame.body + at + 2]) for at in (1, 3))
    width, height = checked_size(width, height)
    return Layout(width, height, [part for segment in segments if (part := _part(data, segment))])


def _part(data: bytes, segment: _Segment) -> Part | None:
    """The segment as a part to cut, or None when it is needed to show the picture."""
    marker, start, body, end = segment
    if marker in _CODING or marker in _BARE or marker == _EOI:
        return None
    if marker in _KEPT and data.startswith(_KEPT[marker], body, end):
        return _beyond_header(data, segment)
    for known, prefix, kind in _KINDS:
        if marker == known and data.startswith(prefix, body, end):
            return Part(kind, start, end, body + len(prefix), end)
    kind = f"app{marker - _APP0}" if _APP0 <= marker <= _APP15 else f"marker_{marker:02x}"
    return Part(kind, start, end, body, end)
