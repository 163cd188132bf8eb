"""Facts: what the detail view tells about a photo, as pairs of plain text."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from exifds.curate.wording import low
from exifds.photo import Camera, License, Photo

__all__ = ["Facts", "credit", "facts", "personal", "source_page", "web_address"]

Facts = list[tuple[str, str]]
"""Names and values."""

_LONGEST: Final = 2000
"""Characters of a value that are shown."""


def source_page(photo_id: str) -> str | None:
    """The web page of a photo at its source.

    Args:
        photo_id: `_id` of the photo.

    Returns:
        Its address at Flickr, which knows whose photo it is; None for a file.

    Example:
        >>> source_page("flickr:50444069047")
        'https://www.flickr.com/photo.gne?id=50444069047'
    """
    source, _, number = photo_id.partition(":")
    known = source == "flickr" and number.isascii() and number.isdigit()
    return f"https://www.flickr.com/photo.gne?id={number}" if known else None


def web_address(text: str | None) -> str | None:
    """An address, if it is one that a link may lead to.

    Args:
        text: Anything.

    Returns:
        The address; None for what is no http or https URL, like `javascript:`.

    Example:
        >>> web_address("javascript:alert(1)")
    """
    try:
        parts = urlsplit(text or "")
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.hostname else None


def credit(photo: Photo, *, unlocked: bool = False) -> str:
    """The attribution of a photo, as Creative Commons recommends it: title, author, licence.

    Args:
        photo: The photo; its author is known only with the keyring.
        unlocked: Whether it was opened with the keyring.

    Returns:
        One line.
    """
    unknown = ("(not kept)" if unlocked else "(locked)") if photo.owner_bx else None
    author = photo.owner_name or photo.owner or unknown
    named = f"{photo.title or 'Untitled'} by {author}" if author else photo.title or "Untitled"
    return f"{named}, {_licence(photo.license)}"


def facts(photo: Photo) -> dict[str, Facts]:
    """What is known about a photo and is no secret, by section.

    Args:
        photo: The photo.

    Returns:
        Name of a section to its facts; sections without any are left out.
    """
    found = {
        "Scores": _scores(photo),
        "Camera": _camera(photo.camera),
        "Place and time": _place(photo),
        "Photo": _about(photo),
    }
    return {name: rows for name, rows in found.items() if rows}


def personal(photo: Photo) -> Facts:
    """What only the keyring opens.

    Args:
        photo: The photo, opened.

    Returns:
        Facts.
    """
    rows: Facts = []
    _add(rows, "Owner", photo.owner_name or photo.owner)
    _add(rows, "Owner's id", photo.owner if photo.owner_name else None)
    _add(rows, "Location", _point(photo))
    for group, tags in (photo.exif or {}).items():
        named = tags if isinstance(tags, Mapping) else {group: tags}
        for name, value in named.items():
            _add(rows, str(name), value)
    for comment in photo.comments:
        _add(rows, f"Comment by {comment.author_name or comment.author}", comment.text)
    return rows


def _licence(licence: License | None) -> str:
    return licence.name or f"licence {licence.id}" if licence else "licence unknown"


def _scores(photo: Photo) -> Facts:
    none = low(photo.labels)
    rows = [(name, none if score is None else f"{score:.2f}") for name, score in photo.scores.items()]
    for scorer, labels in photo.labels.items():
        said = ", ".join(f"{item.label} {item.score:.2f}" for item in labels.items)
        _add(rows, f"Labels by {scorer}", said or "none")
    return rows


def _camera(camera: Camera) -> Facts:
    rows: Facts = []
    make, model = camera.make or "", camera.model or ""
    _add(rows, "Model", model if model.startswith(make) else f"{make} {model}".strip())
    _add(rows, "Exposure", None if camera.exposure_time is None else _seconds(camera.exposure_time))
    _add(rows, "Aperture", None if camera.f_number is None else f"f/{camera.f_number:g}")
    _add(rows, "Sensitivity", None if camera.iso is None else f"ISO {camera.iso:g}")
    _add(rows, "Focal length", None if camera.focal_length is None else f"{camera.focal_length:g} mm")
    same = camera.focal_length_35mm
    _add(rows, "Equivalent", None if same is None else f"{same:g} mm on 35 mm film")
    _add(rows, "Flash", None if camera.flash is None else "fired" if camera.flash else "off")
    return rows


def _seconds(time: float) -> str:
    return f"1/{1 / time:.0f} s" if time < 0.3 else f"{time:g} s"  # noqa: PLR2004  as cameras show it


def _place(photo: Photo) -> Facts:
    rows: Facts = []
    if place := photo.place:
        _add(rows, "Place", ", ".join(part for part in (place.city, place.state, place.country) if part))
    _add(rows, "Taken", None if photo.taken_at is None else f"{photo.taken_at:%Y-%m-%d %H:%M}")
    return rows


def _about(photo: Photo) -> Facts:
    rows: Facts = []
    _add(rows, "Description", photo.description)
    _add(rows, "Tags", ", ".join(photo.tags))
    _add(rows, "Concepts", ", ".join(photo.concepts))
    _add(rows, "Found by", ", ".join(f"{way.kind} {way.query}" for way in photo.found_by))
    if image := photo.image:
        size = f"{image.bytes / 2**20:.1f} MiB" if image.bytes >= 2**20 else f"{image.bytes / 2**10:.0f} KiB"
        _add(rows, "File", f"{image.width} x {image.height} {image.format}, {size}")
    _add(rows, "Licence", _licence(photo.license) if photo.license or photo.source == "flickr" else None)
    _add(rows, "Id", photo.id)
    return rows


def _point(photo: Photo) -> str | None:
    if photo.location is None:
        return None
    longitude, latitude = photo.location.coordinates
    return f"{latitude:.5f}, {longitude:.5f}"


def _add(rows: Facts, name: str, value: Any) -> None:
    """Add a fact that is known."""
    if value not in (None, ""):
        rows.append((name, str(value)[:_LONGEST]))
