"""EXIF and sealing in memory, on one thread, against the bare libraries. No targets: they explain ingest.

- `exif.read` against Pillow's `getexif` with its three further directories, on the same bytes.
- `exif.strip` against SHA-256 of the same bytes, which ingest does anyway, in MB.
- `fields.seal` against Fernet's encrypt and decrypt of the same texts and one HMAC over the tokens.
"""

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from cryptography.fernet import Fernet

from benchmarks import bare, photos
from benchmarks.result import Result, in_turns, rate, versus
from exifds import exif
from exifds.crypto import Keyring, fields, text

__all__ = ["run"]

Item = TypeVar("Item")


def run(*, quick: bool = False) -> list[Result]:
    """Measure the parts.

    Args:
        quick: The smallest size that works: the figures mean nothing.

    Returns:
        A row for reading, stripping and sealing.
    """
    kind, originals = photos.originals(most=4 if quick else None)
    texts = [_texts(data) for data in originals]
    keyring = Keyring.create(datetime.now(UTC))
    cipher, seal_key = Fernet(Fernet.generate_key()), os.urandom(32)
    found = in_turns(
        {
            "read": _turn(originals, exif.read),
            "bare read": _turn(originals, bare.read),
            "strip": _turn(originals, exif.strip, len),
            "hash": _turn(originals, lambda data: hashlib.sha256(data).digest(), len),
            "seal": _turn(texts, lambda values: fields.seal(keyring, "bench", "file:1", values)),
            "bare seal": _turn(texts, lambda values: bare.seal(cipher, seal_key, "file:1", values)),
        },
        1 if quick else 15,
    )
    return [
        versus("exif.read / Pillow", found["read"], found["bare read"], note=kind),
        versus("exif.strip / SHA-256", found["strip"], found["hash"], unit="MB"),
        versus("fields.seal / Fernet and HMAC", found["seal"], found["bare seal"], unit="documents"),
    ]


def _turn(
    items: list[Item], step: Callable[[Item], object], size: Callable[[Item], float] | None = None
) -> Callable[[], float]:
    def work() -> float:
        for item in items:
            step(item)
        return sum(size(item) for item in items) / 1e6 if size else len(items)

    return lambda: rate(work)


def _texts(data: bytes) -> dict[str, str]:
    """The personal fields of a photo as ingest in place encrypts them."""
    found = exif.read(data)
    held = {"exif": found.tags, "exif_raw": found.raw, "xmp": found.xmp, "iptc": found.iptc}
    return {name: text.to_text(name, value) for name, value in held.items() if value}
