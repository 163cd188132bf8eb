"""Bare: ingest as a script without exifds would do it, with the same libraries and the same guarantees.

Left out is what such a script would not do: telling known photos apart beforehand, checks against damaged or
hostile files, names and ranges of tags, models of the documents, reports of failures.
"""

import base64
import hashlib
import hmac
import io
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.fernet import Fernet
from PIL import ExifTags, Image
from PIL.JpegImagePlugin import JpegImageFile
from pymongo.synchronous.collection import Collection

__all__ = ["BareIngester", "Contents", "read", "seal", "write"]

BATCH = 32
_IFDS = {"Exif": ExifTags.IFD.Exif, "GPS": ExifTags.IFD.GPSInfo, "Interop": ExifTags.IFD.Interop}
_NOT_KEPT = (ExifTags.Base.MakerNote, ExifTags.Base.ExifOffset, ExifTags.Base.GPSInfo)
_NUMBERS = {
    "exposure_time": ExifTags.Base.ExposureTime,
    "f_number": ExifTags.Base.FNumber,
    "iso": ExifTags.Base.ISOSpeedRatings,
    "focal_length": ExifTags.Base.FocalLength,
}
_SHOWN = b"\xe0\xe2\xee"  # JFIF, ICC profile, Adobe: they define the look
_SOS, _EOI = 0xDA, 0xD9
_HELD = (b"Exif\0", b"http://ns.adobe.com/xap/1.0/\0", b"Photoshop 3.0\0")
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


class Contents(NamedTuple):
    """What Pillow tells of a JPEG."""

    width: int
    height: int
    tags: dict[str, dict[int, Any]]
    blocks: dict[str, bytes]


def read(data: bytes) -> Contents:
    """Read the EXIF of a photo: `getexif` and its three further directories, and the raw blocks.

    Args:
        data: A JPEG file.

    Returns:
        Size, tags by group, and raw blocks by field.
    """
    with Image.open(io.BytesIO(data)) as image:
        exif = image.getexif()
        tags = {"IFD0": dict(exif)} | {name: dict(exif.get_ifd(ifd)) for name, ifd in _IFDS.items()}
        blocks = {"exif_raw": image.info.get("exif"), "xmp": image.info.get("xmp")}
        if isinstance(image, JpegImageFile):
            blocks["iptc"] = next((body for name, body in image.applist if name == "APP13"), None)
        for group in tags.values():
            for tag in _NOT_KEPT:
                group.pop(tag, None)
        return Contents(*image.size, tags, {name: block for name, block in blocks.items() if block})


def seal(cipher: Fernet, seal_key: bytes, photo_id: str, texts: dict[str, str]) -> dict[str, Any]:
    """Encrypt texts, check that each token opens again, and bind them to their document by an HMAC.

    Args:
        cipher: Fernet with its key.
        seal_key: Key of the HMAC.
        photo_id: The document.
        texts: Field to text.

    Returns:
        Field to token, and `_sec`.
    """
    tokens: dict[str, str] = {}
    for name, text in texts.items():
        raw = text.encode()
        token = cipher.encrypt(raw)
        if cipher.decrypt(token) != raw:
            raise AssertionError(name)
        tokens[name] = token.decode()
    sealed = "\0".join([photo_id, *(part for token in tokens.items() for part in token)]).encode()
    return tokens | {"_sec": {"v": 1, "k": "00000000", "n": 1, "m": hmac.digest(seal_key, sealed, "sha256")}}


class BareIngester:
    """Takes files into a collection in batches of 32, on as many threads as exifds would use.

    Args:
        collection: With journalled write concern, validator and indexes of exifds.
        images: Where stripped copies go; None leaves the files in place.
    """

    def __init__(self, collection: Collection[dict[str, Any]], images: Path | None = None) -> None:
        self.collection = collection
        self.images = images
        self.cipher = Fernet(Fernet.generate_key())
        self.seal_key = os.urandom(32)

    def run(self, paths: list[Path]) -> int:
        """Ingest files.

        Args:
            paths: JPEG files.

        Returns:
            How many.
        """
        batches = [paths[at : at + BATCH] for at in range(0, len(paths), BATCH)]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            return sum(pool.map(self._batch, batches))

    def _batch(self, paths: list[Path]) -> int:
        documents = [self._document(path) for path in paths]
        return len(self.collection.insert_many(documents, ordered=False).inserted_ids)

    def _document(self, path: Path) -> dict[str, Any]:
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        photo_id = f"file:{sha256[:32]}"
        found = read(data)
        texts = {"exif": json.dumps(found.tags, default=_json)}
        texts |= {name: base64.b64encode(block).decode() for name, block in found.blocks.items()}
        stored, stripped_sha256, place = data, sha256, str(path)
        if self.images is not None:
            stored, cut = _stripped(data)
            stripped_sha256 = hashlib.sha256(stored).hexdigest()
            texts["blocks"] = json.dumps([[at, base64.b64encode(part).decode()] for at, part in cut])
            place = f"{sha256[:2]}/{sha256[:32]}.jpg"
            write(self.images / place, stored)
        now = datetime.now(UTC)
        document = {
            "_id": photo_id,
            "schema": 1,
            "source": "file",
            "source_id": sha256[:32],
            "found_by": [{"kind": "folder", "query": path.name, "at": now}],
            "camera": _camera(found.tags),
            "camera_status": "ok",
            "image": {
                "path": place,
                "sha256": stripped_sha256,
                "original_sha256": sha256,
                "bytes": len(stored),
                "width": found.width,
                "height": found.height,
                "format": "JPEG",
            },
            "state": "done",
            "created_at": now,
        }
        return document | seal(self.cipher, self.seal_key, photo_id, texts)


def _json(value: object) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _camera(tags: dict[str, dict[int, Any]]) -> dict[str, Any]:
    """The fields that are indexed or asked for most, if they are plain numbers and names."""
    camera: dict[str, Any] = {}
    for name, tag in (("make", ExifTags.Base.Make), ("model", ExifTags.Base.Model)):
        if isinstance(text := tags["IFD0"].get(tag), str):
            camera[name] = text.strip("\0 ")
    for name, tag in _NUMBERS.items():
        try:
            number = float(tags["Exif"][tag])
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            continue
        if number > 0:
            camera[name] = number
    return camera


def _stripped(data: bytes) -> tuple[bytes, list[tuple[int, bytes]]]:
    """Cut what defines no look, and what follows the picture; EXIF, XMP and IPTC are kept elsewhere."""
    kept, cut, at = [data[:2]], [], 2
    while (marker := data[at + 1]) != _EOI:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if (0xE0 <= marker <= 0xEF and marker not in _SHOWN) or marker == 0xFE:
            if not data.startswith(_HELD, at + 4):
                cut.append((at, data[at:end]))
        else:
            if marker == _SOS and (found := _SCAN_END.search(data, end)):
                end = found.start()
            kept.append(data[at:end])
        at = end
    if trailer := data[at + 2 :]:
        cut.append((at + 2, trailer))
    return b"".join([*kept, data[at : at + 2]]), cut


def write(path: Path, data: bytes) -> None:
    """Write a file so that it is whole or absent, also after a power cut.

    Args:
        path: The file.
        data: What is to be in it.
    """
    for folder in (path.parent.parent, path.parent):
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            _sync(folder.parent)
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
