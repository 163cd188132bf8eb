"""Target text: what the words of a target ask for, and what a wrong one may mean."""

import re
from typing import Final, NamedTuple

from exifds.errors import UsageError
from exifds.export.features import FEATURES
from exifds.export.record import TargetKind
from exifds.export.tables import COLUMNS
from exifds.photo import Privacy, personal_fields
from exifds.store import fields

__all__ = ["LISTS", "Asked", "meant", "read"]

_SCORE: Final = re.compile(r"(?:scores\.|score\s+)([^.$>][^.>]*?)\s*>=\s*(\S+)")
_COMPARISON: Final = re.compile("[<>=]")
_FIELD: Final = re.compile(r"(number\s+)?([A-Za-z][^\s.$]*(?:\.[^.$\0]+)*)")
LISTS: Final = frozenset({"concepts", "tags", "machine_tags"})
"""Fields of several labels."""
_NUMBERS: Final = frozenset(
    {f"camera.{feature.name}" for feature in FEATURES if feature.kind == "numeric"}
    | {"views", "image.width", "image.height", "image.bytes", "place.distance_km"}
)
_NO_LABEL: Final = frozenset(
    "source_id schema taken_at uploaded_at created_at updated_at found_by exif_sources location "
    "sizes labels image.path image.sha256 image.original_sha256 image.url license.checked_at".split()
)
"""Ids, dates, places of files, and what has parts."""
_MAPS: Final = frozenset({"scores", "camera_source"})
_PARTS: Final = frozenset({"camera", "image", "license", "place"})


class Asked(NamedTuple):
    """What a text asks for: the kind of label, its field, and of a score the classes and the threshold."""

    kind: TargetKind
    path: tuple[str, ...]
    classes: tuple[str, ...] | None = None
    at_least: float | None = None


def read(text: str, privacy: Privacy) -> Asked:
    """What a text asks for.

    Args:
        text: As for `Target.parse`.
        privacy: Of the dataset: what is personal there cannot be learned.

    Returns:
        The kind, the field, and of a score its classes and its threshold.

    Raises:
        UsageError: The text asks for nothing that can be learned.

    Example:
        >>> read("camera.iso", Privacy.STANDARD).kind
        'number'
    """
    return _score(text) if _COMPARISON.search(text) else _field(text, privacy)


def meant(path: tuple[str, ...]) -> str:
    """What may have been meant by a target that no photo has a value for.

    Args:
        path: The field it is read from.

    Returns:
        Other targets, in words; nothing if exifds knows the field, or none is like it.

    Example:
        >>> meant(("concpt",)), meant(("camera", "iso"))
        ('did you mean concept?', '')
    """
    name = ".".join(path)
    near = () if fields.known(name) else fields.meant(name, ("concept", *COLUMNS))
    usable = [field for field in near if _is_target(field)]
    return f"did you mean {' or '.join(usable)}?" if usable else ""


def _score(text: str) -> Asked:
    """A score and the smallest value that is positive."""
    found = _SCORE.fullmatch(text)
    try:
        at_least = float(found[2]) if found else 0.0
    except ValueError:
        at_least = 0.0
    if not found or not 0 < at_least <= 1:
        raise UsageError(
            f"expected a target like scores.monkey>=0.8, with a threshold above 0 and at most 1, got {text!r}"
        )
    return Asked("binary", ("scores", found[1]), (f"not {found[1]}", found[1]), at_least)


def _field(text: str, privacy: Privacy) -> Asked:
    """A field and what it holds; one of the user's own holds classes unless it is called a number."""
    if text == "concept":
        return Asked("multi_class", ("concepts",))
    found = _FIELD.fullmatch(text)
    if not found:
        raise UsageError(
            "expected a target like concepts, concept, scores.monkey>=0.8, camera.iso or place.country, "
            f"got {text!r}"
        )
    name, path = found[2], tuple(found[2].split("."))
    if path[0] in {*personal_fields(), *personal_fields(privacy), "owner_bx"}:
        raise UsageError(f"the field {path[0]} is personal: it does not leave the dataset as a target")
    if path[0] in _PARTS and name not in COLUMNS:
        parts = ", ".join(column for column in COLUMNS if column.startswith(f"{path[0]}."))
        raise UsageError(f"there is no field {name} to learn; there are {parts}")
    if not {name, path[0]}.isdisjoint(_NO_LABEL) or name in _MAPS or (path[0] in LISTS and len(path) > 1):
        raise UsageError(f"the field {name} holds neither classes nor numbers that can be learned")
    if found[1] or name in _NUMBERS or path[0] == "scores":
        return Asked("number", path, ())
    return Asked("multi_label" if name in LISTS else "multi_class", path)


def _is_target(name: str) -> bool:
    """Whether there is a target of this name."""
    try:
        _field(name, Privacy.STANDARD)
    except UsageError:
        return False
    return True
