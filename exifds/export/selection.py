"""Selection: which photos of a dataset an export takes, and which of their fields leave the database."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from exifds.errors import UsageError
from exifds.exif.required import FIELDS as TAG_FIELDS
from exifds.exif.required import tag_name
from exifds.photo import Key, Score

__all__ = ["EXPORTED", "PERSONAL", "Selection", "funnel", "names_people", "needed"]

PERSONAL = ("owner", "owner_name", "path_alias", "exif")
"""Fields that leave the database only with `decrypt`, whatever the privacy of the dataset."""

EXPORTED = (
    *("title", "description", "tags", "machine_tags", "views", "taken_at", "taken_granularity"),
    *("uploaded_at", "license", "concepts", "camera", "location", "location_accuracy", "place", "scores"),
    *("verdict", "source"),
)
"""Fields that leave it otherwise; those that `strict` encrypts, only with `decrypt` there."""

_NEEDED = ("created_at", "image", "owner", "owner_bx", "found_by", "source_id")
"""What is read besides: to find the file, the group and the queries."""

_OWNERS = frozenset({"owner", "owner_name", "path_alias", "owner_bx"})
_PATHS = frozenset({"found_by.query", "image.path", "query", "path"})
"""Where the path of a user's file may stand; the last two within `found_by` and `image`."""


def _tags(value: Any) -> Any:
    names = value.split(",") if isinstance(value, str) else value
    return tuple(dict.fromkeys(tag_name(str(name)) for name in names if str(name).strip()))


def _ids(value: Any) -> Any:
    ids = value.replace(",", " ").split() if isinstance(value, str) else value
    if ids is not None and not all(str(one).isascii() and str(one).isdigit() for one in ids):
        raise ValueError("expected ids of licences of Flickr, such as 4,5,9,10")
    return ids


def _scores(value: Any) -> Any:
    """Scores as a mapping, from `monkey=0.8` texts too."""
    if isinstance(value, Mapping):
        return value
    texts = [value] if isinstance(value, str) else value
    pairs = [str(text).rpartition("=") for text in texts]
    if not all(name and least for name, _, least in pairs):
        raise ValueError("expected a concept and its least score, such as monkey=0.8")
    return {name: least for name, _, least in pairs}


def _version(name: str | None) -> str | None:
    if name is not None and not re.fullmatch(r"[^@]+(@\d{1,9})?", name):
        raise ValueError(f"expected NAME or NAME@VERSION, such as good@1, got {name!r}")
    return name


class Selection(BaseModel):
    """Which photos of a dataset are exported.

    Args:
        where: A MongoDB filter.
        min_score: Concept to the least score; photos without this score are left out.
        licenses: Allowed licence ids of Flickr; None allows all, also photos without a licence.
        require_exif: EXIF tags that must be there with a usable value.
        rejected: Whether photos that a person rejected are taken, too.
        selection: Name of a selection of the curation page, perhaps with its version: `good@2`.

    Example:
        >>> Selection(min_score="monkey=0.8", require_exif="ISO").require_exif
        ('PhotographicSensitivity',)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    where: Mapping[str, Any] = Field(default_factory=dict)
    min_score: Annotated[Mapping[Key, Score], BeforeValidator(_scores)] = Field(default_factory=dict)
    licenses: Annotated[tuple[int, ...] | None, BeforeValidator(_ids)] = None
    require_exif: Annotated[tuple[str, ...], BeforeValidator(_tags)] = ()
    rejected: bool = False
    selection: Annotated[str | None, AfterValidator(_version)] = None


def funnel(selection: Selection) -> Iterator[tuple[str, dict[str, Any]]]:
    """The conditions beside the filter, one after the other, so that what each leaves out can be counted.

    Args:
        selection: The selection.

    Yields:
        Reason for which photos are left out, and filter of those that stay.

    Example:
        >>> [reason for reason, _ in funnel(Selection(licenses="4,5"))]
        ['no_image', 'video', 'rejected', 'license']
    """
    yield "no_image", {"state": "done", "image": {"$exists": True}}
    yield "video", {"media": {"$ne": "video"}}
    if not selection.rejected:
        yield "rejected", {"verdict": {"$ne": "rejected"}}
    if selection.licenses is not None:
        yield "license", {"license.id": {"$in": list(selection.licenses)}}
    for concept, least in selection.min_score.items():
        yield "score", {f"scores.{concept}": {"$gte": least}}
    for tag in selection.require_exif:
        if tag not in TAG_FIELDS:
            raise UsageError(
                f"an export can insist on the tags that are camera fields ({', '.join(TAG_FIELDS)}), "
                f"not on {tag}, which is encrypted"
            )
        yield "exif", {f"camera.{TAG_FIELDS[tag]}": {"$exists": True}}


def needed(*, decrypt: bool) -> tuple[str, ...]:
    """The fields that an export reads.

    Args:
        decrypt: Whether personal fields are exported.

    Returns:
        Their names in the document.
    """
    return (*EXPORTED, *_NEEDED, *(PERSONAL if decrypt else ()))


def names_people(where: Any) -> bool:
    """Whether a filter speaks of owners or paths: the manifest, which records it, would give them away.

    Args:
        where: A filter or a part of it.

    Returns:
        Whether it does.

    Example:
        >>> names_people({"$or": [{"owner": "42@N01"}, {"views": 3}]})
        True
    """
    if isinstance(where, Mapping):
        return any(
            key in _PATHS or str(key).partition(".")[0] in _OWNERS or names_people(part)
            for key, part in where.items()
        )
    return isinstance(where, list) and any(names_people(part) for part in where)
