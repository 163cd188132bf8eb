"""Small, upright pictures."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exifds.curate.thumbnails import SIZES, Thumbnails, thumbnail
from exifds.errors import PhotoError
from exifds.fetch.images import LocalImages, open_images
from exifds.photo import Image as ImageFacts

CORNERS = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
"""Where the top left corner of the pixels stands once it is turned: right, down (CIPA DC-008, 4.6.4 A)."""


def file(kind: str = "PNG", size: tuple[int, int] = (64, 32), mode: str = "RGB") -> bytes:
    """A black picture with a white top left corner."""
    image = Image.new("RGB", size)
    image.paste("white", (0, 0, size[0] // 4, size[1] // 4))
    written = io.BytesIO()
    image.convert(mode).save(written, kind)
    return written.getvalue()


def opened(data: bytes) -> Image.Image:
    """A thumbnail as grey pixels."""
    return Image.open(io.BytesIO(data)).convert("L")


@pytest.mark.parametrize("orientation", [None, *range(1, 9)])
def test_a_thumbnail_stands_upright(orientation: int | None) -> None:
    """Each of the eight codes turns the corner to its place."""
    image = opened(thumbnail(file(), 32, orientation))
    right, down = CORNERS[orientation or 1]
    width, height = image.size
    assert (width < height) == (orientation in {5, 6, 7, 8})
    corner = np.asarray(image)[down * (height - 2) + 1 - down, right * (width - 2) + 1 - right]
    assert corner > 200
    assert np.asarray(image).mean() < 64


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "AVIF"])
def test_every_kind_becomes_a_small_jpeg(kind: str) -> None:
    """No side is longer than asked for, and the shape stays."""
    image = Image.open(io.BytesIO(thumbnail(file(kind, (800, 400)), 100)))
    assert (image.format, image.size) == ("JPEG", (100, 50))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_is_shown(mode: str) -> None:
    """Grey, palettes, transparency and 16 bits become plain colours."""
    assert Image.open(io.BytesIO(thumbnail(file("PNG", mode=mode), 64))).mode == "RGB"


def test_16_bits_keep_their_greys() -> None:
    """The upper byte is shown; Pillow by itself would clip it to white."""
    written = io.BytesIO()
    Image.fromarray(np.full((8, 8), 0x8000, np.uint16)).save(written, "PNG")
    grey = opened(thumbnail(written.getvalue(), 8)).getpixel((4, 4))
    assert grey == pytest.approx(128, abs=2)


def test_what_is_transparent_is_white() -> None:
    """As on paper, not black."""
    written = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(written, "PNG")
    assert opened(thumbnail(written.getvalue(), 8)).getpixel((4, 4)) == 255


def test_a_small_photo_is_not_blown_up() -> None:
    """Its pixels are all there is."""
    assert opened(thumbnail(file(size=(20, 10)), 100)).size == (20, 10)


def test_a_thumbnail_holds_no_metadata() -> None:
    """Whatever the file said about its author stays in the file."""
    exif = Image.Exif()
    exif[0x013B] = "Ann Author"
    written = io.BytesIO()
    Image.new("RGB", (64, 64)).save(written, "JPEG", exif=exif, comment=b"Ann Author")
    assert b"Ann Author" in written.getvalue()
    assert b"Ann Author" not in thumbnail(written.getvalue(), 32)


@pytest.mark.parametrize("data", [b"", b"<svg/>", file("JPEG", (640, 480))[:400], file()[:60], b"II*\0" * 4])
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    """Broken files and files of other kinds give a reason."""
    with pytest.raises(PhotoError):
        thumbnail(data, 32)


def test_a_bomb_is_refused_by_its_header() -> None:
    """13,000 x 13,000 pixels in a few bytes are not unpacked."""
    bomb = io.BytesIO()
    Image.new("1", (13_000, 13_000)).save(bomb, "PNG")
    with pytest.raises(PhotoError, match="at most"):
        thumbnail(bomb.getvalue(), 32)


@pytest.fixture
def images(tmp_path: Path) -> LocalImages:
    """A store with one file."""
    store = open_images(tmp_path / "images")
    assert isinstance(store, LocalImages)
    store.put("one.png", file())
    return store


def about(orientation: int | None = None) -> ImageFacts:
    """What is known of the file."""
    digest = hashlib.sha256(file()).hexdigest()
    return ImageFacts(
        path="one.png",
        sha256=digest,
        original_sha256=digest,
        bytes=1,
        width=64,
        height=32,
        format="PNG",
        orientation=orientation,
    )


def test_a_thumbnail_is_made_once(images: LocalImages, tmp_path: Path) -> None:
    """The second time it comes from the cache, even if the file is gone."""
    thumbnails = Thumbnails(images, tmp_path / "cache")
    first = thumbnails.get(about(), "thumb")
    (images.root / "one.png").unlink()
    assert thumbnails.get(about(), "thumb") == first
    with pytest.raises(PhotoError):
        thumbnails.get(about(), "view")


def test_another_orientation_is_another_thumbnail(images: LocalImages, tmp_path: Path) -> None:
    """A photo that its source turned is not shown as it was."""
    thumbnails = Thumbnails(images, tmp_path / "cache")
    assert thumbnails.get(about(), "thumb") != thumbnails.get(about(6), "thumb")


def test_a_cache_that_cannot_be_written_costs_only_time(images: LocalImages, tmp_path: Path) -> None:
    """The page goes on without it."""
    (tmp_path / "cache").write_text("no folder")
    assert Thumbnails(images, tmp_path / "cache" / "deeper").get(about(), "thumb")


def test_thumbnails_are_kept_for_a_while(images: LocalImages, tmp_path: Path) -> None:
    """Flickr allows a reasonable time: a sweep removes those older than 30 days."""
    thumbnails = Thumbnails(images, tmp_path / "cache")
    thumbnails.get(about(), "thumb")
    made = next((tmp_path / "cache").glob("??/*.jpg")).stat().st_mtime
    assert thumbnails.sweep(made + 29 * 86400) == 0
    assert thumbnails.sweep(made + 31 * 86400) == 1
    assert thumbnails.sweep() == 0


def test_sizes_have_names() -> None:
    """The page asks by name, so nobody can ask for a million sizes."""
    assert set(SIZES) == {"thumb", "view"}
