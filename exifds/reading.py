"""Reading: the photo in a file, from one read of its bytes."""

import hashlib
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from exifds import exif
from exifds.errors import PhotoError
from exifds.exif.thin import thickened, thinned
from exifds.photo import Block, Camera, FoundBy, Image, Photo
from exifds.sources.folder import FoundFile

__all__ = ["LARGEST_FILE", "ReadFile", "ReadImage", "image_in", "original_of", "photo_in", "read_file"]

LARGEST_FILE = 256 * 2**20
HEAD = 64
"""Bytes that tell the type of a file, before the rest is read."""

MOST_CUT = 8 * 2**20
"""Bytes cut out of a file that a document can hold; more is a second picture or a video behind the first."""

Locate = Callable[[str, str], str]
"""Hash of the original and image format to the path of the copy that is stored."""


@dataclass(frozen=True)
class ReadFile:
    """A file in memory: the one read that everything else works on."""

    file: FoundFile
    data: bytes
    sha256: str

    @property
    def photo_id(self) -> str:
        """`_id` of the photo: its content is its identity."""
        return f"file:{self.sha256[:32]}"

    @property
    def query(self) -> str:
        """How the file was found."""
        return self.file.query

    def found_by(self) -> FoundBy:
        """The provenance of the photo, as of now."""
        return FoundBy(kind="folder", query=self.file.query, at=datetime.now(UTC))


def read_file(file: FoundFile) -> ReadFile:
    """Read and hash a file.

    Args:
        file: Where it is.

    Returns:
        Its bytes and their hash.

    Raises:
        PhotoError: It cannot be read, begins like no image, or has more than 256 MiB.
    """
    try:
        if not stat.S_ISREG(file.path.stat().st_mode):
            raise PhotoError("the file cannot be read: it is no regular file")
        with file.path.open("rb") as opened:
            head = opened.read(HEAD)
            exif.detect(head)
            data = head + opened.read(LARGEST_FILE + 1 - len(head))
    except OSError as error:
        raise PhotoError(f"the file cannot be read: {error.strerror}") from None
    if len(data) > LARGEST_FILE:
        raise PhotoError(f"the file has more than the {LARGEST_FILE >> 20} MiB that are read")
    return ReadFile(file, data, hashlib.sha256(data).hexdigest())


@dataclass(frozen=True)
class ReadImage:
    """What the bytes of an image file hold, and the copy of it that is stored."""

    found: exif.Exif
    tags: dict[str, Any]
    camera: Camera
    image: Image
    copy: bytes
    blocks: tuple[Block, ...]

    def personal(self) -> dict[str, Any]:
        """The fields of a photo that hold the metadata of this file, and what puts it together again."""
        held = {"exif_raw": self.found.raw, "xmp": self.found.xmp, "iptc": self.found.iptc}
        return held | {"exif": self.found.tags or None, "blocks": thinned(self.blocks, held)}


def image_in(data: bytes, sha256: str, locate: Locate | None, *, path: str = "") -> ReadImage:
    """Read an image file, and cut its metadata out of the copy.

    Args:
        data: The file.
        sha256: Its hash.
        locate: Where the copy without metadata will lie; None if the file is left where and as it is.
        path: Where it is left then.

    Returns:
        What was found. A type that cannot be stripped is copied as it is.

    Raises:
        PhotoError: The file is no image of a known type, broken, or built to do harm.
    """
    found = exif.read(data)
    strips = locate is not None and found.format in exif.STRIPPABLE
    copy, blocks = exif.strip(data) if strips else (data, ())
    if sum(len(block.data) for block in blocks) > MOST_CUT:
        blocks = ()
    tags = exif.flat(found.tags)
    camera = exif.camera(tags)
    turned = camera.orientation not in (None, 1)
    image = Image(
        path=locate(sha256, found.format) if locate else path,
        sha256=sha256 if copy is data else hashlib.sha256(copy).hexdigest(),
        original_sha256=sha256,
        bytes=len(copy),
        width=found.width,
        height=found.height,
        format=found.format,
        orientation=camera.orientation if turned else None,
    )
    return ReadImage(found, tags, camera, image, copy, tuple(blocks))


def photo_in(read: ReadFile, locate: Locate | None) -> tuple[Photo, bytes | None]:
    """The photo in a file.

    Args:
        read: The file.
        locate: Where the copy without metadata will lie; None if the file is left where and as it is.

    Returns:
        The photo, and the bytes of the copy. A type that cannot be stripped is copied as it is.

    Raises:
        PhotoError: The file is no image of a known type, broken, or built to do harm.
    """
    content = image_in(read.data, read.sha256, locate, path=str(read.file.path.absolute()))
    provenance = read.found_by()
    photo = Photo(
        id=read.photo_id,
        source="file",
        source_id=read.sha256[:32],
        taken_at=exif.taken_at(content.tags),
        found_by=(provenance,),
        concepts=tuple(dict.fromkeys(read.file.concepts)),
        **content.personal(),
        camera=content.camera,
        camera_status=content.found.status,
        exif_sources=("file",),
        location=exif.location(content.tags),
        image=content.image,
        state="done",
        created_at=provenance.at,
    )
    return photo, content.copy if locate else None


def original_of(photo: Photo, stored: bytes) -> bytes:
    """The file a photo was taken from, byte for byte: what was cut out is put back.

    Args:
        photo: The photo, with its personal fields opened.
        stored: Its stored image file.

    Returns:
        The original.

    Raises:
        PhotoError: What was cut out was not kept, or the stored file was changed.
    """
    held = {"exif_raw": photo.exif_raw, "xmp": photo.xmp, "iptc": photo.iptc}
    original = exif.restore(stored, thickened(photo.blocks, held))
    if photo.image is None or hashlib.sha256(original).hexdigest() != photo.image.original_sha256:
        raise PhotoError(
            f"{photo.id}: the original cannot be put together: what was cut out was not kept (strict "
            f"privacy, no EXIF asked for, or more than {MOST_CUT >> 20} MiB), or the image file was changed"
        )
    return original
