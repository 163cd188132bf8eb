"""Types of image files, and the metadata blocks inside."""

import io
import sys

import pytest
from PIL import Image

from exifds.errors import PhotoError
from exifds.exif.container import contents, detect
from tests.exif.build import ASCII, Entry, chunk, gif, jpeg, png, riff, segment, tiff, webp

XMP = b"<x:xmpmeta/>"
EXIF = tiff([Entry(0x010F, ASCII, b"Canon\0")])


def saved(kind: str, **options: object) -> bytes:
    """A small picture as Pillow or pillow-heif writes it."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48)).save(file, kind, **options)
    return file.getvalue()


def heic() -> bytes:
    """A small HEIC with EXIF."""
    pillow_heif = pytest.importorskip("pillow_heif")
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48))).save(file, exif=b"Exif\0\0" + EXIF)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe1", "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"GIF87a", "GIF"),
        (b"GIF89a", "GIF"),
        (b"RIFF\0\0\0\0WEBP", "WEBP"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"\0\0\0\x14ftypavif\0\0\0\0mif1", "AVIF"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "AVIF"),
        (b"\0\0\0\x14ftypheic\0\0\0\0mif1", "HEIF"),
        (b"\0\0\0\x14ftypxxxx\0\0\0\0heix", "HEIF"),
    ],
)
def test_a_type_is_told_by_content(data: bytes, kind: str) -> None:
    """The first bytes tell the type; a file's name is never asked."""
    assert detect(data) == kind


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x14ftypisom\0\0\0\0mp42", b"%!PS-Adobe", b"<svg/>"]
)
def test_other_types_are_refused(data: bytes) -> None:
    """Nothing, text, sound, film, PostScript and SVG are no photos."""
    with pytest.raises(PhotoError, match="expected a JPEG"):
        detect(data)


@pytest.mark.parametrize(
    "data",
    [
        jpeg(
            segment(0xE1, b"Exif\0\0" + EXIF),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
            segment(0xED, b"Photoshop 3.0\0IP"),
            segment(0xED, b"Photoshop 3.0\0TC"),
            segment(0xE1, b"Exif\0\0II*\0 a second one"),
        ),
        png(
            chunk(b"eXIf", EXIF),
            chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
            chunk(b"tEXt", b"Raw profile type iptc\0\niptc\n4\n49505443"),
            chunk(b"eXIf", b"II*\0 a second one"),
        ),
    ],
)
def test_exif_xmp_and_iptc_are_found(data: bytes) -> None:
    """Each block is found without its wrapping; of two EXIF blocks the first counts."""
    assert contents(data, detect(data)) == (8, 4, EXIF, XMP, b"IPTC")


def test_long_exif_is_joined() -> None:
    """EXIF of more than a segment goes on in the next one."""
    data = jpeg(segment(0xE1, b"Exif\0\0" + EXIF[:40]), segment(0xE1, b"Exif\0\0" + EXIF[40:]))
    assert contents(data, "JPEG").exif == EXIF


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_webp_exif_may_have_the_prefix_of_jpeg(prefix: bytes) -> None:
    """Some writers copy a JPEG's EXIF segment as it is."""
    data = webp(riff(b"EXIF", prefix + EXIF), riff(b"XMP ", XMP))
    assert contents(data, "WEBP") == (8, 4, EXIF, XMP, None)


def test_a_gif_has_xmp_only() -> None:
    """XMP stands in an application extension, followed by 258 bytes of padding."""
    block = b"!\xff\x0bXMP DataXMP" + XMP + b"\1" + bytes(range(255, -1, -1)) + b"\0"
    assert contents(gif(block), "GIF") == (8, 4, None, XMP, None)
    assert contents(gif(end=b";\0\0\n"), "GIF") == (8, 4, None, None, None)


def test_avif_and_heic_are_left_to_their_libraries() -> None:
    """Pillow and pillow-heif give size and EXIF without decoding pixels."""
    assert contents(saved("AVIF", exif=b"Exif\0\0" + EXIF, xmp=XMP), "AVIF") == (64, 48, EXIF, XMP, None)
    assert contents(heic(), "HEIF")[:3] == (64, 48, EXIF)


def test_boxes_may_have_long_sizes_or_reach_to_the_end() -> None:
    """A box may say its size in 64 bits, or 0 for the rest of the file."""
    data = saved("AVIF")
    for more in (b"\0\0\0\1free" + (16).to_bytes(8), b"\0\0\0\0freeabc"):
        assert contents(data + more, "AVIF").width == 64


@pytest.mark.parametrize(
    "data",
    [
        gif(end=b""),
        gif(size=(0, 4)),
        saved("AVIF")[:-1],
        saved("AVIF") + b"\0",
        saved("AVIF")[:32],
        heic()[:-1],
    ],
)
def test_a_broken_file_is_refused(data: bytes) -> None:
    """Cut short or without pixels: PhotoError."""
    with pytest.raises(PhotoError, match="expected"):
        contents(data, detect(data))


def test_what_a_decoder_refuses_is_refused() -> None:
    """Whatever a C decoder raises becomes a PhotoError."""
    with pytest.raises(PhotoError, match="expected a readable AVIF file"):
        contents(b"\0\0\0\x14ftypavif\0\0\0\0mif1", "AVIF")


def test_too_many_boxes_are_refused() -> None:
    """A file of nothing but empty boxes is not walked for ever."""
    with pytest.raises(PhotoError, match="AVIF"):
        contents(b"\0\0\0\x08free" * 200_000, "AVIF")


def test_heic_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing optional part costs the photo and names the pip command."""
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(PhotoError, match=r"pip install 'exifds\[heif\]'"):
        contents(b"\0\0\0\x14ftypheic\0\0\0\0mif1", "HEIF")
