"""Files built to do harm: each is refused, or read, within a second and 64 MiB."""

import io
import struct
import subprocess
import sys
import time
import tracemalloc
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from exifds.errors import PhotoError
from exifds.exif import read, strip
from tests.exif.build import (
    ASCII,
    EXIF,
    INTEROP,
    LONG,
    SHORT,
    UNDEFINED,
    Entry,
    chunk,
    gif,
    jpeg,
    jpeg_with,
    png,
    riff,
    segment,
    tiff,
    tiff_file,
    webp,
)

MIB = 1 << 20
ROOT = Path(__file__).resolve().parents[2]
MANY_TAGS = (
    b"II*\0\x08\0\0\0" + struct.pack("<H", 65_000) + struct.pack("<HHLL", 1, SHORT, 1, 0) * 100_000 + bytes(4)
)
PROFILE = b"Raw profile type exif\0\0"


def gif_frames() -> bytes:
    """A GIF of 500,000 frames."""
    return gif(b",\0\0\0\0\1\0\1\0\0\2\2D\1\0" * 500_000)


def long_chain() -> bytes:
    """500,000 directories, one after the other."""
    return b"II*\0\x08\0\0\0" + b"".join(struct.pack("<HL", 0, 14 + 6 * i) for i in range(500_000))


REFUSED: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"not a photo, whatever its name",
    "JPEG cut short": lambda: jpeg(end=b""),
    "PNG cut short": lambda: png()[:-12],
    "WebP cut short": lambda: webp()[:-4],
    "GIF cut short": lambda: gif(end=b""),
    "JPEG bomb": lambda: jpeg(size=(65_500, 65_500)),
    "PNG bomb that Pillow only warns of": lambda: png(size=(13_000, 13_000)),
    "PNG bomb": lambda: png(size=(30_000, 30_000)),
    "WebP bomb": lambda: webp(size=(16_383, 16_383)),
    "GIF bomb": lambda: gif(size=(65_535, 65_535)),
    "TIFF bomb": lambda: tiff_file(size=(60_000, 60_000)),
    "JPEG of fill bytes": lambda: b"\xff\xd8" + b"\xff" * (40 * MIB),
    "JPEG of empty segments": lambda: b"\xff\xd8" + segment(0xFE, b"") * (4 * MIB),
    "JPEG of scans": lambda: jpeg(segment(0xDA, b"") * (4 * MIB), end=b""),
    "PNG of empty chunks": lambda: png(chunk(b"tIME") * (2 * MIB)),
    "WebP of empty chunks": lambda: webp(riff(b"ANMF", b"") * (4 * MIB)),
    "AVIF of empty boxes": lambda: b"\0\0\0\x14ftypavif\0\0\0\0mif1" + b"\0\0\0\x08free" * (4 * MIB),
    "100,000 tags in a PNG": lambda: png(chunk(b"eXIf", MANY_TAGS)),
    "100,000 tags in a WebP": lambda: webp(riff(b"EXIF", MANY_TAGS)),
    "100,000 tags in a TIFF": lambda: MANY_TAGS,
    "a directory that points to itself": lambda: jpeg_with(tiff([Entry(EXIF, LONG, 8)])),
    "Exif and Interop in a circle": lambda: jpeg_with(
        tiff([Entry(EXIF, LONG, 26)], [Entry(INTEROP, LONG, 8)])
    ),
    "pages in a circle": lambda: tiff([Entry(0x0112, SHORT, b"\1\0")], after=[8]),
    "500,000 directories": lambda: png(chunk(b"eXIf", long_chain())),
    "EXIF of 60 MB in a JPEG": lambda: jpeg(
        segment(0xE1, b"Exif\0\0II*\0"), *([segment(0xE1, b"Exif\0\0" + bytes(65_000))] * 900)
    ),
    "EXIF of 60 MB in a PNG": lambda: png(chunk(b"eXIf", b"II*\0" + bytes(60_000_000))),
    "4,000 times the same 60 KiB": lambda: png(
        chunk(
            b"eXIf",
            tiff([Entry(0x9000 + i, ASCII, 8, 60_000) for i in range(4000)]) + bytes(60_000 * 4000 // 4),
        )
    ),
    "TIFF of 15,000,000 strips": lambda: tiff_file(
        [Entry(0x0144, LONG, bytes(60 * MIB)), Entry(0x0145, LONG, 1)], (9**9, 1)
    ),
}
READ: dict[str, Callable[[], bytes]] = {
    "maker note of 1 GB (exif-py #182)": lambda: jpeg_with(
        tiff([Entry(0x927C, UNDEFINED, 8, 1_006_641_184)])
    ),
    "text of 4 GB": lambda: jpeg_with(tiff([Entry(0x010E, ASCII, 8, 0xFFFFFFFF)])),
    "GIF of many frames": gif_frames,
    "GIF with a comment of 20 MB": lambda: gif(b"!\xfe" + (b"\xff" + b"x" * 255) * 80_000 + b"\0"),
    "animated PNG of many frames": lambda: png(chunk(b"fcTL", bytes(26)) * 90_000),
    "zTXt bomb": lambda: png(chunk(b"zTXt", PROFILE + zlib.compress(bytes(200 * MIB), 1))),
    "iCCP bomb": lambda: png(chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(200 * MIB), 1))),
    "thumbnail in a circle of its own": lambda: jpeg_with(tiff([Entry(0x0112, SHORT, b"\1\0")], after=[999])),
}


def _measured(data: bytes, act: Callable[[bytes], object]) -> None:
    """Run within five seconds of processor time (machines are busy) and 64 MiB, whatever Pillow allows."""
    start = time.process_time()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Image, "MAX_IMAGE_PIXELS", 1)
        try:
            act(data)
        finally:
            assert time.process_time() - start < 5
    tracemalloc.start()
    try:
        act(data)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 64 * MIB


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused(name: str) -> None:
    """Each costs its own photo: a PhotoError with a plain reason."""
    data = REFUSED[name]()
    with pytest.raises(PhotoError, match=r"^expected") as caught:
        _measured(data, read)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("name", READ)
def test_a_tiresome_file_is_read(name: str) -> None:
    """What looks bad but is harmless when only headers are read is read."""
    assert read(READ[name]()).width
    _measured(READ[name](), read)


@pytest.mark.parametrize("name", [name for name in REFUSED if name.startswith(("JPEG", "PNG", "WebP"))])
def test_a_hostile_file_is_not_stripped(name: str) -> None:
    """What read refuses for its structure strip refuses, as fast."""
    data = REFUSED[name]()
    with pytest.raises(PhotoError, match=r"^expected"):
        _measured(data, strip)


def test_a_large_photo_gives_no_warning() -> None:
    """Between Pillow's warning at 89 megapixels and our limit at 100 nothing is said."""
    damaged = tiff([Entry(0x0112, SHORT, b"\1\0\1\0"), Entry(0x010E, ASCII, 9, 99)])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert read(png(chunk(b"eXIf", damaged), size=(9_990, 10_000))).status == "error"
    assert said == []


def test_memory_stays_small_in_a_process_of_its_own() -> None:
    """Also memory that Python does not count, in C decoders, grows by less than 64 MiB."""
    program = """
import resource, sys
from exifds.errors import PhotoError
from exifds.exif import read
from tests.exif.test_hostile import REFUSED
from tests.exif.test_container import saved
read(saved("AVIF"))
files = [REFUSED[name]() for name in REFUSED if "bomb" in name or "tags" in name]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for data in files:
    try:
        read(data)
    except PhotoError:
        continue
    sys.exit(f"read {data[:20]}")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    grown = int(ran.stdout) * (1 if sys.platform == "darwin" else 1024)
    assert grown < 64 * MIB


def test_an_mpo_is_a_jpeg() -> None:
    """Pictures after the first are a trailer, not more photos."""
    file = io.BytesIO()
    picture = Image.new("L", (8, 8))
    picture.save(file, "MPO", save_all=True, append_images=[picture])
    assert read(file.getvalue()).format == "JPEG"
