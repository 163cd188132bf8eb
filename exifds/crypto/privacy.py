"""Privacy: what of a photo may be kept at all, decided before anything is encrypted. No I/O."""

from collections.abc import Mapping
from typing import Any

from exifds.crypto.keyring import Keyring
from exifds.errors import UsageError
from exifds.photo import Photo, Privacy, personal_fields

__all__ = ["apply"]


def apply(
    photo: Photo, privacy: Privacy, keyring: Keyring | None, exif_tags: frozenset[str] = frozenset()
) -> Photo:
    """Leave out of a photo what `privacy` does not keep, and index its owner.

    Args:
        photo: The photo as its source gave it.
        privacy: `open` changes nothing; `standard` adds `owner_bx`; `strict` also drops the fields marked
            `kept_in_strict=False` and all EXIF tags but `exif_tags`.
        keyring: Computes `owner_bx`; None only under `open`.
        exif_tags: Names of the EXIF tags that `strict` keeps, in whatever group they stand.

    Returns:
        The photo to store.

    Raises:
        UsageError: There is no keyring, and `privacy` is not `open`.

    Example:
        >>> from datetime import UTC, datetime
        >>> now = datetime(2026, 1, 1, tzinfo=UTC)
        >>> photo = Photo(id="file:1", source="file", source_id="1", owner="ann", created_at=now)
        >>> kept = apply(photo, Privacy.STRICT, Keyring.create(now))
        >>> kept.owner is None, len(kept.owner_bx)
        (True, 32)
    """
    if privacy is Privacy.OPEN:
        return photo
    if keyring is None:
        raise UsageError(f"{privacy} privacy needs a keyring")
    changes: dict[str, Any] = {}
    if photo.owner is not None:
        changes["owner_bx"] = keyring.blind_index(photo.owner)
    if privacy is Privacy.STRICT:
        changes |= {
            name: Photo.model_fields[name].get_default()
            for name, mark in personal_fields(privacy).items()
            if not mark.kept_in_strict
        }
        changes["exif"] = _allowed(photo.exif, exif_tags)
    return photo.model_copy(update=changes)


def _allowed(exif: Mapping[str, Any] | None, tags: frozenset[str]) -> dict[str, Any] | None:
    """The allowed tags of each group; None when nothing is left."""
    groups = {
        group: {tag: value for tag, value in found.items() if tag in tags}
        for group, found in (exif or {}).items()
        if isinstance(found, Mapping)
    }
    return {group: found for group, found in groups.items() if found} or None
