"""Small image files and EXIF blocks, built byte by byte, with any flaw a test wants."""

import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

EXIF, GPS, INTEROP = 0x8769, 0x8825, 0xA005
BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL = 1, 2, 3, 4, 5, 7, 10
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 10: 8, 129: 1}


class Entry(NamedTuple):
    """One directory entry; `value` is its bytes, or the offset to write when it is an int."""

    tag: int
    kind: int
    value: bytes | int
    number: int | None = None


def tiff(*directories: Sequence[Entry], order: str = "<", after: Sequence[int] = ()) -> bytes:
    """A TIFF block: directories one after the other, their values behind them.

    `where(directories, i)` tells the offset of the i-th; `after` holds the next-directory pointers.
    """
    block = bytearray((b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", 8))
    values = bytearray()
    start = where(directories, len(directories))
    for index, directory in enumerate(directories):
        block += struct.pack(order + "H", len(directory))
        for tag, kind, value, number in directory:
            if isinstance(value, int):
                field, count = struct.pack(order + "L", value), 1
            else:
                count = len(value) // SIZES.get(kind, 1)
                field = (
                    value.ljust(4, b"\0")
                    if len(value) <= 4
                    else struct.pack(order + "L", start + len(values))
                )
                values += value if len(value) > 4 else b""
            block += struct.pack(order + "HHL", tag, kind, count if number is None else number) + field
        block += struct.pack(order + "L", after[index] if index < len(after) else 0)
    return bytes(block + values)


def where(directories: Sequence[Sequence[Entry]], index: int) -> int:
    """The offset of a directory in the block that `tiff` builds."""
    return 8 + sum(6 + 12 * len(directory) for directory in directories[:index])


def photo_exif() -> bytes:
    """EXIF as a camera writes it: all four directories."""
    ifd0 = [
        Entry(0x010F, ASCII, b"Canon\0"),
        Entry(0x0112, SHORT, b"\6\0"),
        Entry(EXIF, LONG, 0),
        Entry(GPS, LONG, 0),
    ]
    exif = [
        Entry(0x829A, RATIONAL, struct.pack("<2L", 1, 250)),
        Entry(0x9000, UNDEFINED, b"0232"),
        Entry(0x927C, UNDEFINED, b"maker note"),
        Entry(INTEROP, LONG, 0),
    ]
    gps = [Entry(0, BYTE, bytes([2, 3, 0, 0])), Entry(1, ASCII, b"N\0")]
    interop = [Entry(1, ASCII, b"R98\0")]
    directories = [ifd0, exif, gps, interop]
    ifd0[2:] = [Entry(EXIF, LONG, where(directories, 1)), Entry(GPS, LONG, where(directories, 2))]
    exif[3] = Entry(INTEROP, LONG, where(directories, 3))
    return tiff(*directories)


def segment(marker: int, payload: bytes) -> bytes:
    """A JPEG segment."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def jpeg(*segments: bytes, size: tuple[int, int] = (8, 4), end: bytes = b"\xff\xd9") -> bytes:
    """A JPEG with the structure, not the content, of a picture."""
    frame = segment(0xC0, struct.pack(">BHHB", 8, size[1], size[0], 1) + b"\1\x11\0")
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\0\x34\xff\xd0\x56"
    return b"\xff\xd8" + b"".join(segments) + frame + scan + end


def jpeg_with(exif: bytes) -> bytes:
    """A JPEG with an EXIF segment."""
    return jpeg(segment(0xE1, b"Exif\0\0" + exif))


def chunk(name: bytes, payload: bytes = b"") -> bytes:
    """A PNG chunk."""
    return struct.pack(">L", len(payload)) + name + payload + struct.pack(">L", zlib.crc32(name + payload))


def png(*chunks: bytes, size: tuple[int, int] = (8, 4), end: bytes = b"") -> bytes:
    """A grey PNG."""
    pixels = zlib.compress(bytes((size[0] + 1) * size[1])) if size[0] * size[1] < 1 << 20 else b""
    header = chunk(b"IHDR", struct.pack(">LLBBBBB", *size, 8, 0, 0, 0, 0))
    body = header + b"".join(chunks) + chunk(b"IDAT", pixels) + chunk(b"IEND")
    return b"\x89PNG\r\n\x1a\n" + body + end


def riff(name: bytes, payload: bytes) -> bytes:
    """A RIFF chunk with its padding."""
    return name + struct.pack("<L", len(payload)) + payload + b"\0" * (len(payload) % 2)


def webp(*chunks: bytes, size: tuple[int, int] = (8, 4), flags: int = 0x0C, end: bytes = b"") -> bytes:
    """An extended WebP with the structure, not the content, of a picture."""
    canvas = (
        bytes([flags, 0, 0, 0]) + (size[0] - 1).to_bytes(3, "little") + (size[1] - 1).to_bytes(3, "little")
    )
    body = b"WEBP" + riff(b"VP8X", canvas) + riff(b"VP8L", b"\x2f\x07\xc0\0\0") + b"".join(chunks)
    return b"RIFF" + struct.pack("<L", len(body)) + body + end


def gif(*blocks: bytes, size: tuple[int, int] = (8, 4), end: bytes = b";") -> bytes:
    """A GIF without frames."""
    return b"GIF89a" + struct.pack("<HH", *size) + bytes(3) + b"".join(blocks) + end


def tiff_file(
    more: Iterable[Entry] = (), strip: tuple[int, int] = (8, 1), size: tuple[int, int] = (1, 1)
) -> bytes:
    """A grey TIFF whose one strip lies where `strip` says: offset, size."""
    entries = [
        Entry(0x0100, SHORT, struct.pack("<H", size[0])),
        Entry(0x0101, LONG, size[1]),
        Entry(0x0111, LONG, strip[0]),
        Entry(0x0117, LONG, strip[1]),
        *more,
    ]
    return tiff(sorted(entries, key=lambda entry: entry.tag))
