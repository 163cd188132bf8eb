"""Cut the metadata out of an image file without touching its pixels, and put it back byte for byte."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from exifds.errors import PhotoError, UsageError
from exifds.exif import jpeg, png, webp
from exifds.exif.container import detect
from exifds.exif.layout import Layout
from exifds.photo import Block

__all__ = ["STRIPPABLE", "restore", "strip"]

_LAYOUTS: Final[Mapping[str, Callable[[bytes], Layout]]] = {
    "JPEG": jpeg.layout,
    "PNG": png.layout,
    "WEBP": webp.layout,
}

STRIPPABLE: Final = frozenset(_LAYOUTS)
"""The image formats whose metadata can be cut out."""


MOST_PARTS: Final = 2_000


def strip(data: bytes) -> tuple[bytes, tuple[Block, ...]]:
    """Cut everything out of an image file that is not needed to show its picture.

    What stays is an allow-list: the coded picture, its colour profile and what else defines its look. EXIF,
    XMP, IPTC, comments, thumbnails, unknown segments and whatever follows the end of the picture go. The
    pixels are not decoded. The orientation goes with the EXIF: it lives on in the photo's document.

    Args:
        data: A whole JPEG, PNG or WebP file.

    Returns:
        The stripped file, and the blocks that `restore` needs.

    Raises:
        UsageError: The file is of a type that is not in `STRIPPABLE`.
        PhotoError: The file is broken or cut short.

    Example:
        >>> stripped, blocks = strip(open("photo.jpg", "rb").read())  # doctest: +SKIP
        >>> [block.kind for block in blocks]  # doctest: +SKIP
        ['exif', 'xmp', 'trailer']
    """
    kind = detect(data)
    if kind not in STRIPPABLE:
        raise UsageError(f"expected a file of type {', '.join(sorted(STRIPPABLE))} to strip, got {kind}")
    view, at = memoryview(data), 0
    kept: list[bytes | memoryview] = []
    blocks: list[Block] = []
    parts = _LAYOUTS[kind](data).parts
    if len(parts) > MOST_PARTS:
        raise PhotoError(f"expected at most {MOST_PARTS:,} pieces of metadata, got {len(parts):,}")
    for part in parts:
        kept += [view[at : part.start], part.replacement]
        cut = data[part.start : part.end]
        blocks.append(Block(offset=part.start, kind=part.kind, data=cut, replaced=len(part.replacement)))
        at = part.end
    return b"".join([*kept, view[at:]]), tuple(blocks)


def restore(stripped: bytes, blocks: Iterable[Block]) -> bytes:
    """Put the blocks back: the exact inverse of `strip`.

    Args:
        stripped: The file `strip` returned.
        blocks: The blocks it returned, in any order.

    Returns:
        The original file, byte for byte.

    Raises:
        PhotoError: The blocks do not belong to this file.

    Example:
        >>> restore(*strip(data)) == data  # doctest: +SKIP
        True
    """
    view, at, offset = memoryview(stripped), 0, 0
    whole: list[bytes | memoryview] = []
    for block in sorted(blocks, key=lambda block: block.offset):
        stop = at + block.offset - offset
        if stop < at or stop + block.replaced > len(stripped):
            raise PhotoError(
                f"expected blocks cut out of this file, got one at byte {block.offset} that does not fit"
            )
        whole += [view[at:stop], block.data]
        at, offset = stop + block.replaced, block.offset + len(block.data)
    return b"".join([*whole, view[at:]])
