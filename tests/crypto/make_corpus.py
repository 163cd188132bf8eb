"""Writes corpus.json: encrypted documents of today that every later release must open.

The keys in it are throw-away keys of this file. Run it only to add documents after a change of format, into
a new file: documents that were once released are never written again.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exifds.crypto import Keyring, fields
from exifds.crypto.master import master_from
from exifds.crypto.text import to_text
from exifds.photo import Block, Comment, Point, Privacy

NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)

OPENERS: dict[str, dict[str, str]] = {
    "key": {"key": "dGVzdC1vbmx5LXRlc3Qtb25seS10ZXN0LW9ubHktMTI="},
    "passphrase": {"passphrase": "test only: Zoë and the monkeys"},
}

BYTES = (b"Exif\0\0MM\0*", bytes(range(256)), b"")
WORDS = ("Zoë", "", "\U0001f412 猿\n\0")
LISTS = (("sea", "été"), ("",), ("a,b", '"', "\\"))

STANDARD: dict[str, tuple[Any, ...]] = {
    "owner": ("12037949754@N01", *WORDS[1:]),
    "owner_name": WORDS,
    "path_alias": ("zoe",),
    "exif": ({"IFD0": {"Make": "NIKON", "ISO": 200}, "GPS": {"GPSLatitude": [15, 0.5, None]}}, {}),
    "exif_raw": BYTES,
    "xmp": (b"<x:xmpmeta/>", b"\xff"),
    "iptc": (b"\x1c\x02",),
    "blocks": (
        (Block(offset=2, kind="exif", data=b"Exif\xff"),),
        (Block(offset=2, kind="exif", data=b"", replaced=4, holds="exif_raw", holds_at=6),) * 2,
    ),
    "comments": (
        (Comment(id="1", author="a@N01", text="nice"),),
        (Comment(id="1", author="a@N01", author_name="Ann", text="été", at=NOW),) * 2,
    ),
}
STRICT: dict[str, tuple[Any, ...]] = {
    "title": WORDS,
    "description": WORDS[:2],
    "tags": LISTS,
    "machine_tags": LISTS[:1],
    "location": (Point(coordinates=(120.0, -15.25)), Point(coordinates=(-0.0, 90.0))),
    "exif": STANDARD["exif"],
}


def samples() -> Iterator[tuple[Privacy, dict[str, Any]]]:
    """One value alone in a document, then all fields at once, then none."""
    for privacy, table in ((Privacy.STANDARD, STANDARD), (Privacy.STRICT, STRICT)):
        for name, values in table.items():
            yield from ((privacy, {name: value}) for value in values)
        yield privacy, {name: values[0] for name, values in table.items()}
        yield privacy, {}


def documents(name: str, keyring: Keyring) -> Iterator[dict[str, Any]]:
    """The samples sealed with a keyring, the seal in hex."""
    for number, (privacy, values) in enumerate(samples()):
        texts = {field: to_text(field, value) for field, value in values.items()}
        _id, bx = f"flickr:{number}", keyring.blind_index("12037949754@N01") if number % 2 else None
        sealed = fields.seal(
            keyring, "monkeys", _id, texts, privacy=privacy, owner_bx=bx, revision=1 + number * 2**40
        )
        sealed["_sec"]["m"] = sealed["_sec"]["m"].hex()
        yield {"keyring": name, "privacy": privacy, "document": {"_id": _id} | sealed, "texts": texts}


def main(path: Path) -> None:
    """Write the corpus."""
    keyrings: dict[str, Any] = {}
    sealed: list[dict[str, Any]] = []
    for name, opener in OPENERS.items():
        keyring, master = Keyring.create(NOW), master_from(Path(), **opener).unlock(None)
        keyrings[name] = {"opener": opener, "text": keyring.to_json(master), "check": keyring.check}
        keyrings[name]["owner_bx"] = keyring.blind_index("12037949754@N01")
        sealed += documents(name, keyring)
    path.write_text(json.dumps({"keyrings": keyrings, "documents": sealed}, indent=0) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
