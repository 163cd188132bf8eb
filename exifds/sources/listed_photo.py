"""Listed photo: what one row of a list says about a photo, as an id, an address or an object.

An id may also be an address of the photo, see `photo_url`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exifds.sources import photo_url

__all__ = ["IDS", "BadRow", "ListedPhoto", "labels", "names_photo", "read_row", "union"]

_EXACT = 2**53
"""Below this, a float holds any whole number."""

IDS = ("url", "photo_url", "link", "_id", "photo_id", "photoid", "flickr_id", "id")
"""Names of what identifies a photo. An address comes first: `id` may be a number of the row."""

_CONCEPTS = ("concepts", "concept")


@dataclass(frozen=True)
class ListedPhoto:
    """A photo that a list names.

    Args:
        id: Flickr's id.
        secret: What the addresses of its image files up to 1024 px need, if the list tells.
        server: The server in these addresses, if the list tells.
        concepts: Labels the list gives it.
    """

    id: str
    secret: str | None = None
    server: str | None = None
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True)
class BadRow:
    """A row that names no photo: its number in the file, from 1, and why. What it says is not quoted."""

    line: int
    reason: str


def read_row(line: int, value: Any, concepts: tuple[str, ...] = ()) -> ListedPhoto | BadRow:
    """The photo that an id, an address or an object names.

    Args:
        line: Number of the row, from 1.
        value: What the row says.
        concepts: Labels of the photo besides those in the row.

    Returns:
        The photo; a `BadRow` if none is named.

    Example:
        >>> read_row(1, {"id": 50444069047, "concept": "monkey"})
        ListedPhoto(id='50444069047', secret=None, server=None, concepts=('monkey',))
    """
    fields = _fields(value if isinstance(value, Mapping) else {"id": value})
    fault = "expected an id or address of a photo"
    for name in IDS:
        if fields.get(name) in (None, ""):
            continue
        try:
            named = photo_url.identify(_digits(fields[name]))
        except ValueError as error:
            fault = str(error)
        else:
            return ListedPhoto(
                named.id,
                photo_url.secret(fields.get("secret")) or named.secret,
                photo_url.server(fields.get("server")) or named.server,
                tuple(dict.fromkeys((*concepts, *_concepts(fields)))),
            )
    return BadRow(line, fault)


def names_photo(row: Mapping[str, Any]) -> bool:
    """Whether an object names a photo; a list under such a name makes it a concept."""
    return any(name in IDS and not isinstance(value, list) for name, value in _fields(row).items())


def union(one: ListedPhoto, other: ListedPhoto) -> ListedPhoto:
    """What two rows say about one photo."""
    return ListedPhoto(
        one.id,
        one.secret or other.secret,
        one.server or other.server,
        tuple(dict.fromkeys((*one.concepts, *other.concepts))),
    )


def labels(text: str) -> tuple[str, ...]:
    """Concepts parted by commas, as text that UTF-8 can hold."""
    whole = text.encode("utf-8", "replace").decode().replace("\0", "")
    return tuple(filter(None, (" ".join(part.split()) for part in re.split("[,;|]", whole))))


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row by the plain names of its columns."""
    return {name.strip().lower(): v.strip() if isinstance(v, str) else v for name, v in row.items()}


def _digits(value: Any) -> str:
    """An id as text: JSON may hold it as a number, also as 5.0."""
    if isinstance(value, float) and value.is_integer() and value < _EXACT:
        return str(int(value))
    return str(value) if isinstance(value, str | int) else ""


def _concepts(fields: Mapping[str, Any]) -> tuple[str, ...]:
    given = [fields.get(name) for name in _CONCEPTS]
    parts = [part for value in given for part in (value if isinstance(value, list) else [value])]
    return tuple(label for part in parts if isinstance(part, str) for label in labels(part))
