"""Fields: the dotted paths that the document of a photo can have, and which of them a wrong one may mean."""

import logging
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel

from exifds.photo import Photo, personal_fields

__all__ = ["FIELDS", "doubt", "known", "meant"]

_LOG = logging.getLogger(__name__)

_ALIKE: Final = 0.75
"""From this ratio of `difflib` on, a name may be another one that was mistyped."""


def _below(kind: Any, path: str = "") -> Iterator[str]:
    """The paths within a part of a photo; `*` stands for names that are free."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            inner = f"{path}.{field.alias or name}".removeprefix(".")
            yield inner
            yield from _below(field.annotation, inner)
    elif get_origin(kind) is Mapping:
        yield f"{path}.*"
    else:
        for part in get_args(kind):
            yield from _below(part, path)


FIELDS: Final = frozenset({*_below(Photo), "_sec", "_sec.*"})
"""Every path of a document; of `scores.*` and its like, any name stands for the star."""

_COMPARED: Final = sorted(
    field
    for field in FIELDS
    if field == "owner" or field.partition(".")[0] not in {*personal_fields(), "_sec"}
)
"""Those that a filter can ask for."""


def known(path: str) -> bool:
    """Whether the document of a photo can have a field.

    Args:
        path: Dotted as in MongoDB; the numbers of places in a list do not matter.

    Returns:
        Whether exifds writes such a field. Others are those that users add themselves.

    Example:
        >>> known("camera.iso"), known("scores.monkey"), known("found_by.0.query"), known("iso")
        (True, True, True, False)
    """
    names = [name for name in path.split(".") if not name.isdecimal()]
    above = (".".join(names[:count]) for count in range(1, len(names)))
    return ".".join(names) in FIELDS or any(f"{part}.*" in FIELDS for part in above)


def meant(path: str, among: Collection[str] = _COMPARED) -> tuple[str, ...]:
    """The fields that a path which is none may mean.

    Args:
        path: As it was written.
        among: The fields it may be; without it those that a filter can ask for.

    Returns:
        Those with the same last name, else those that are most like it; three at most.

    Example:
        >>> meant("iso"), meant("camera.isoo"), meant("FNumber"), meant("colour")
        (('camera.iso',), ('camera.iso',), ('camera.f_number',), ())
    """
    asked = path.casefold()
    by_name: dict[str, list[str]] = {}
    for field in sorted(among):
        by_name.setdefault(field.rpartition(".")[2], []).append(field)
    part, _, last = asked.rpartition(".")
    ours = not part or known(part)  # names within a part of the user's own are the user's, too
    if ours and last in by_name:
        return tuple(by_name[last][:3])
    if near := get_close_matches(asked, sorted(among), 1, _ALIKE):
        return tuple(near)
    alike = get_close_matches(last, by_name, 1, _ALIKE) if ours else []
    return tuple(field for name in alike for field in by_name[name][:3])


@lru_cache
def doubt(path: str) -> None:
    """Warn of a field that no photo has unless its user added it. Said once, since that user knows.

    Args:
        path: Dotted as in MongoDB.
    """
    if not known(path):
        near = " or ".join(meant(path))
        hint = f"did you mean {near}?" if near else "photos have it only if you added it"
        _LOG.warning("no field %r is known: %s", path, hint)
