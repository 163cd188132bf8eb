"""PNG: the chunks of a file, and which of them are not picture (W3C PNG, third edition)."""

import zlib
from typing import Final

from exifds.errors import PhotoError
from exifds.exif.layout import MAX_PARTS, Layout, Part, checked_size

__all__ = ["SIGNATURE", "layout", "text"]

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"

_APPEARANCE: Final = frozenset(
    b"iCCP sRGB gAMA cHRM sBIT bKGD tRNS pHYs hIST sPLT cICP mDCV cLLI acTL fcTL fdAT".split()
)
_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_KEYWORDS: Final = {
    b"XML:com.adobe.xmp": "xmp",
    b"Raw profile type xmp": "xmp",
    b"Raw profile type exif": "exif",
    b"Raw profile type APP1": "exif",
    b"Raw profile type iptc": "iptc",
}
_MAX_TEXT: Final = 1 << 21


def layout(data: bytes) -> Layout:
    """Everything that is not picture in a PNG.

    Args:
        data: A PNG file.

    Returns:
        The layout of the whole file.

    Raises:
        PhotoError: The file is cut short or is no PNG.

    Example:
        >>> [part.kind for part in layout(open("photo.png", "rb").read()).parts]  # doctest: +SKIP
        ['exif', 'comment']
    """
    if data[12:16] != b"IHDR":
        raise PhotoError("expected a PNG that starts with IHDR, got another chunk")
    width, height = checked_size(int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    parts: list[Part] = []
    at = len(SIGNATURE)
    for _ in range(MAX_PARTS):
        body = at + 8
        name = data[at + 4 : body]
        end = body + int.from_bytes(data[at : at + 4]) + 4
        if end > len(data):
            raise PhotoError("expected a whole PNG, got one that is cut short")
        if part := _part(data, name, at, end):
            parts.append(part)
        at = end
        if name == b"IEND":
            if at < len(data):
                parts.append(Part("trailer", at, len(data), at, len(data)))
            return Layout(width, height, parts)
    raise PhotoError(f"expected at most {MAX_PARTS:,} PNG chunks, got more")


def text(data: bytes, part: Part) -> bytes | None:
    """The payload of a metadata chunk, unpacked: an EXIF block, an XMP packet or an IPTC record.

    ImageMagick writes EXIF and IPTC as hex in a text chunk ("Raw profile type exif").

    Args:
        data: A PNG file.
        part: One of its parts, of kind "exif", "xmp" or "iptc".

    Returns:
        The payload; None when it is damaged or unpacks to more than 2 MiB.

    Example:
        >>> text(data, layout(data).parts[0])[:3]  # doctest: +SKIP
        b'II*'
    """
    name, payload = data[part.start + 4 : part.start + 8], data[part.body : part.stop]
    if name not in _TEXTS:
        return payload
    keyword, _, rest = payload.partition(b"\0")
    deflated = name == b"zTXt" or (name == b"iTXt" and rest[:1] == b"\1")
    if name == b"zTXt":
        rest = rest[1:]  # the compression method
    elif name == b"iTXt":
        rest = rest[2:].split(b"\0", 2)[-1]  # two flags, a language, a translated keyword
    unpacked = _inflate(rest) if deflated else rest
    return _unhex(unpacked) if unpacked and keyword.startswith(b"Raw profile") else unpacked


def _part(data: bytes, name: bytes, start: int, end: int) -> Part | None:
    """The chunk as a part to cut, or None when it is needed to show the picture."""
    if not (name.isalpha() and name.isascii()):
        raise PhotoError(f"expected a PNG chunk at byte {start}, got a name that is not four letters")
    if name[:1].isupper() or name in _APPEARANCE:
        return None
    kind = name.decode()
    if name == b"eXIf":
        kind = "exif"
    elif name in _TEXTS:
        keyword = data[start + 8 : min(start + 88, end - 4)].partition(b"\0")[0]
        kind = _KEYWORDS.get(keyword, "comment")
    return Part(kind, start, end, start + 8, end - 4)


def _inflate(packed: bytes) -> bytes | None:
    """Deflated bytes, unpacked up to a limit."""
    stream = zlib.decompressobj()
    try:
        unpacked = stream.decompress(packed, _MAX_TEXT)
    except zlib.error:
        return None
    return unpacked if stream.eof else None


def _unhex(profile: bytes) -> bytes | None:
    """ImageMagick's form of a profile: a name, a length, then hex in lines."""
    try:
        return bytes.fromhex(b"".join(profile.split()[2:]).decode("ascii"))
    except ValueError:
        return None
