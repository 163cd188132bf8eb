"""Containers: which type of image file some bytes are, and the metadata blocks inside."""

import io
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, cast

from PIL.AvifImagePlugin import AvifImageFile
from PIL.ImageFile import ImageFile

from exifds.errors import PhotoError
from exifds.exif import jpeg, png, webp
from exifds.exif.layout import MAX_PARTS, Layout, Part, checked_size
from exifds.exif.tiff import MAGIC

__all__ = ["Contents", "contents", "detect"]

_BRANDS: Final = {
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"), "HEIF"),
}
_GIF_PADDING: Final = 4096  # what some writers append
_GIF_XMP, _GIF_XMP_END = b"!\xff\x0bXMP DataXMP", b"\x01\xff\xfe"


class Contents(NamedTuple):
    """What an image file says before its pixels. `exif` starts with its TIFF header."""

    width: int
    height: int
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None


def detect(data: bytes) -> str:
    """The type of an image file, told by its first bytes.

    Args:
        data: The file, or at least its first 64 bytes.

    Returns:
        Pillow's name of the format: JPEG (also for MPO), PNG, GIF, WEBP, TIFF, AVIF or HEIF.

    Raises:
        PhotoError: It is none of these.

    Example:
        >>> detect(b"GIF89a...")
        'GIF'
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(png.SIGNATURE):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:4] in MAGIC:
        return "TIFF"
    if data[4:8] == b"ftyp":
        brands = data[8 : min(64, int.from_bytes(data[:4]))]
        for at in (0, *range(8, len(brands), 4)):
            if kind := _BRANDS.get(brands[at : at + 4]):
                return "AVIF" if b"avif" in brands else kind
    got = "an empty file" if not data else f"bytes that start with {data[:4].hex(' ')}"
    raise PhotoError(f"expected a JPEG, PNG, GIF, WebP, TIFF, AVIF or HEIC file, got {got}")


def contents(data: bytes, kind: str) -> Contents:
    """Size and metadata blocks of an image file; its pixels are not decoded.

    Args:
        data: The file.
        kind: What `detect` said, other than TIFF: that is its own metadata block.

    Returns:
        The contents.

    Raises:
        PhotoError: The file is broken, cut short or too large.

    Example:
        >>> data = open("photo.jpg", "rb").read()  # doctest: +SKIP
        >>> contents(data, detect(data)).width  # doctest: +SKIP
        2048
    """
    match kind:
        case "JPEG":
            return _from_jpeg(data)
        case "PNG":
            found = png.layout(data)
            return _contents(found.width, found.height, {p.kind: png.text(data, p) for p in _metadata(found)})
        case "WEBP":
            found = webp.layout(data)
            return _contents(
                found.width, found.height, {p.kind: data[p.body : p.stop] for p in _metadata(found)}
            )
        case "GIF":
            return _from_gif(data)
        case _:
            return _from_boxes(data, kind)


def _metadata(found: Layout) -> list[Part]:
    """The first EXIF, XMP and IPTC of a file; readers ignore a second one."""
    return list(
        {part.kind: part for part in reversed(found.parts) if part.kind in {"exif", "xmp", "iptc"}}.values()
    )


def _contents(width: int, height: int, blocks: Mapping[Any, bytes | None]) -> Contents:
    exif = blocks.get("exif")
    return Contents(
        width, height, exif and exif.removeprefix(b"Exif\0\0"), blocks.get("xmp"), blocks.get("iptc")
    )


def _from_jpeg(data: bytes) -> Contents:
    """EXIF of more than 64 KiB goes on in further segments, without a TIFF header of their own."""
    found = jpeg.head(data)
    blocks: dict[str, list[bytes]] = {"exif": [], "xmp": [], "iptc": []}
    for kind, _, _, body, stop, _ in found.parts:
        pieces = blocks.get(kind)
        if pieces == [] or kind == "iptc" or (kind == "exif" and data[body : body + 4] not in MAGIC):
            blocks[kind].append(data[body:stop])
    return _contents(
        found.width, found.height, {kind: b"".join(p) if p else None for kind, p in blocks.items()}
    )


def _from_gif(data: bytes) -> Contents:
    """Only the logical screen is read: a GIF may hold any number of frames."""
    if not data[-_GIF_PADDING:].rstrip(b"\0\r\n").endswith(b";"):
        raise PhotoError("expected a whole GIF, got one that is cut short")
    width, height = (int.from_bytes(data[at : at + 2], "little") for at in (6, 8))
    start = data.find(_GIF_XMP)
    stop = data.find(_GIF_XMP_END, start)
    xmp = data[start + len(_GIF_XMP) : stop] if 0 <= start < stop else None
    return Contents(*checked_size(width, height), xmp=xmp)


def _from_boxes(data: bytes, kind: str) -> Contents:
    """AVIF and HEIC: boxes within boxes (ISO/IEC 14496-12), left to Pillow and pillow-heif."""
    at = 0
    for _ in range(MAX_PARTS):
        size = int.from_bytes(data[at : at + 4])
        size = int.from_bytes(data[at + 8 : at + 16]) if size == 1 else size or len(data) - at
        at += max(size, 8)
        if at >= len(data):
            break
    if at != len(data):
        raise PhotoError(f"expected a whole {kind} file, got one that is cut short")
    plugin = AvifImageFile if kind == "AVIF" else _heif()
    try:
        image = plugin(io.BytesIO(data))
    except Exception as error:  # noqa: BLE001  C decoders raise what they like on broken files
        raise PhotoError(
            f"expected a readable {kind} file, got {type(error).__name__} from its decoder"
        ) from None
    return _contents(*checked_size(*image.size), image.info)


def _heif() -> Callable[[io.BytesIO], ImageFile]:
    """pillow-heif is optional, and loaded only once a HEIC file is met."""
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        raise PhotoError("expected pillow-heif to read a HEIC file: pip install 'exifds[heif]'") from None
    return cast("Callable[[io.BytesIO], ImageFile]", HeifImageFile)
