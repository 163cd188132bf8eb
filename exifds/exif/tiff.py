"""TIFF: a bounded walk over the directories of an EXIF block, before Pillow reads its values.

The walk follows IFD0 -> Exif -> Interop, IFD0 -> GPS and the chain of thumbnails or pages. It tells blocks
that are hostile (loops, far too many or too large values) from blocks that are merely damaged, and lists
the patches that make Pillow skip what is damaged: so Pillow neither warns, nor raises, nor reads more than
it should. Layout: TIFF 6.0, section 2; the directories of EXIF: CIPA DC-008, 4.6.
"""

import struct
from dataclasses import dataclass, field
from typing import Final

from PIL import TiffTags

from exifds.errors import PhotoError

__all__ = ["MAGIC", "MAX_TAGS", "MAX_TOTAL", "MAX_VALUE", "Scan", "scan"]

MAGIC: Final = {b"II*\0": "<", b"MM\0*": ">"}
"""The first four bytes of a TIFF block, to the byte order in `struct`'s notation."""

MAX_TAGS: Final = 5_000
"""Tags in all directories together. Real photos have fewer than 200."""

MAX_VALUE: Final = 1 << 16
"""Bytes of one value, other than `MakerNote` and the like."""

MAX_TOTAL: Final = 1 << 20
"""Bytes of all values together, other than `MakerNote` and the like."""

_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
_INLINE: Final = 4  # bytes of a value that fit its directory entry
_UTF8, _ASCII, _SKIPPED = 129, 2, 0
_OPAQUE: Final = frozenset({1, 2, 7, _UTF8})  # one value however many bytes
_EXIF, _GPS, _INTEROP = 0x8769, 0x8825, 0xA005
_POINTERS: Final = {0: (_EXIF, _GPS), _EXIF: (_INTEROP,)}
_BULK: Final = {
    0x0111: "StripOffsets",
    0x0117: "StripByteCounts",
    0x0144: "TileOffsets",
    0x0145: "TileByteCounts",
    0x015B: "JPEGTables",
    0x02BC: "XMP",
    0x83BB: "IPTC",
    0x8649: "PhotoshopResources",
    0x8773: "ICCProfile",
    0x927C: "MakerNote",
    0x935C: "ImageSourceData",
    0xC634: "DNGPrivateData",
}


@dataclass(slots=True)
class Scan:
    """What a walk over a TIFF block found.

    `readable` is false when not even the first directory is there. `patches` are bytes to write over a copy
    of the block, by offset. `damage` is the first thing that is wrong, or None. `bulk` holds (type, first
    byte, size) of image data and packets by name; they are not for Pillow.
    """

    order: str
    readable: bool = True
    patches: list[tuple[int, bytes]] = field(default_factory=list)
    damage: str | None = None
    bulk: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def damaged(self, what: str) -> None:
        """Note what is wrong; the first thing counts."""
        self.damage = self.damage or what


def scan(block: bytes) -> Scan:
    """Walk the directories of a TIFF block.

    Args:
        block: The block; it starts with one of `MAGIC`.

    Returns:
        What was found. Damage is told, not raised.

    Raises:
        PhotoError: The block is hostile: its directories form a loop or hold too much.

    Example:
        >>> scan(b"MM" + bytes([0, 42, 0, 0, 0, 8]) + bytes(6)).damage is None
        True
    """
    return _Walk(block).scan


class _Walk:
    """The state of one walk."""

    def __init__(self, block: bytes) -> None:
        order = MAGIC[block[:4]]
        self.block = block
        self.scan = Scan(order)
        self.short, self.long = struct.Struct(order + "H"), struct.Struct(order + "L")
        self.entry = struct.Struct(order + "HHLL")
        self.seen: set[int] = set()
        self.tags = self.total = self.room = 0
        if not self.fits(4, 4) or not self.fits(start := self.long.unpack_from(block, 4)[0], 2):
            self.scan.readable = False
            self.scan.damaged("the first directory lies outside the EXIF block")
            return
        self.directory(start, 0)
        self.chain(start)

    def fits(self, start: int, size: int) -> bool:
        return start + size <= len(self.block)

    def enter(self, start: int) -> int:
        """Count a directory and its entries against the limits; return the number of entries."""
        if start in self.seen:
            raise PhotoError("expected EXIF directories that end, got a loop of directories")
        self.seen.add(start)
        declared, count = self.counts(start)
        self.tags += count + 1
        if self.tags > MAX_TAGS:
            raise PhotoError(f"expected at most {MAX_TAGS:,} EXIF tags, got more")
        if count < declared:
            self.scan.damaged("a directory is cut short")
            self.scan.patches.append((start, self.short.pack(count)))
        if not self.fits(start + 2 + 12 * count, 4):
            self.scan.patches.append((len(self.block), bytes(4)))
        return count

    def counts(self, start: int) -> tuple[int, int]:
        """How many entries a directory says it has, and how many stand in the block."""
        declared: int = self.short.unpack_from(self.block, start)[0]
        return declared, min(declared, (len(self.block) - start - 2) // 12)

    def directory(self, start: int, group: int) -> None:
        """Check every entry of a directory, then walk the directories it points to."""
        count = self.enter(start)
        self.room = len(self.block)
        pointers = _POINTERS.get(group, ())
        children: dict[int, int] = {}
        table = memoryview(self.block)[start + 2 : start + 2 + 12 * count]
        for at, (tag, kind, number, value) in enumerate(self.entry.iter_unpack(table)):
            size = number * _SIZES.get(kind, 0)
            patch: int | None = _ASCII if kind == _UTF8 else None
            if tag in _BULK:
                patch = _SKIPPED
                problem = self.bulk(tag, kind, value if size > _INLINE else start + 10 + 12 * at, size)
            elif tag in pointers:
                problem = self.pointer(kind, number, value)
                if not problem:
                    children.setdefault(tag, value)
            elif size > _INLINE:
                problem = self.value(tag, group, kind, number, value)
            else:
                problem = self.inline(tag, group, kind, number)
            if problem:
                patch = _SKIPPED
                self.scan.damaged(f"tag 0x{tag:04X} {problem}")
            if patch is not None:
                self.scan.patches.append((start + 4 + 12 * at, self.short.pack(patch)))
        for tag, child in children.items():
            self.directory(child, tag)

    def inline(self, tag: int, group: int, kind: int, number: int) -> str | None:
        """Check a value that stands in the directory itself."""
        if kind not in _SIZES:
            return "has an unknown type" if kind or number else None  # all zero: unused entries of Nikon D1X
        if number > 1 and kind not in _OPAQUE and TiffTags.lookup(tag, group or None).length == 1:
            return "holds several values where the standard has one"
        return None

    def value(self, tag: int, group: int, kind: int, number: int, start: int) -> str | None:
        """Check a value that stands elsewhere in the block."""
        size = number * _SIZES[kind]
        if problem := self.outside(start, size):
            return problem
        self.room -= size
        if self.room < 0:
            return "overlaps other values"
        self.total += size
        if size > MAX_VALUE or self.total > MAX_TOTAL:
            raise PhotoError(
                f"expected EXIF values of at most {MAX_VALUE:,} bytes, {MAX_TOTAL:,} in all, got more"
            )
        return self.inline(tag, group, kind, number) if number > 1 else None

    def pointer(self, kind: int, number: int, value: int) -> str | None:
        return (
            None
            if kind in {4, 13} and number == 1 and self.fits(value, 2)
            else "points outside the EXIF block"
        )

    def bulk(self, tag: int, kind: int, start: int, size: int) -> str | None:
        if problem := self.outside(start, size):
            return problem
        self.scan.bulk.setdefault(_BULK[tag], (kind, start, size))
        return None

    def outside(self, start: int, size: int) -> str | None:
        return None if self.fits(start, size) else "lies outside the EXIF block"

    def chain(self, start: int) -> None:
        """Walk the directories that follow the first: a thumbnail, or the pages of a TIFF file."""
        while True:
            after = start + 2 + 12 * self.counts(start)[1]
            if not self.fits(after, 4):
                return
            start = self.long.unpack_from(self.block, after)[0]
            if not start or not self.fits(start, 2):
                return
            self.enter(start)
