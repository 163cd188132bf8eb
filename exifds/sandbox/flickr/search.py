"""Search: which photos match the parameters of flickr.photos.search. Pure.

Flickr's own rules hold: a photo must match every condition; `text` looks at title, description and tags;
whoever asks by place and gives neither tag nor date sees the last 12 hours only; a box holds photos of the
greatest accuracy only unless another one is asked for; content that is not safe is shown on request only.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from exifds.errors import FlickrError
from exifds.sandbox.flickr.columns import NOW
from exifds.sandbox.flickr.members import GROUPS
from exifds.sandbox.flickr.texts import squash, words

if TYPE_CHECKING:
    from exifds.sandbox.flickr.catalogue import Catalogue

__all__ = ["is_geo", "search"]

Parameters = Mapping[str, str]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_GEO: Final = ("bbox", "has_geo", "lat", "lon", "woe_id", "place_id", "geo_context")
_LIMITING: Final = ("tags", "min_upload_date", "min_taken_date")
_SUBJECTS: Final = (
    *("text", "tags", "machine_tags", "user_id", "group_id", "license", "media"),
    *("min_upload_date", "max_upload_date", "min_taken_date", "max_taken_date", *_GEO),
)
_MOST_TAGS: Final = 20
_HALF_A_DAY: Final = 12 * 3600
_CONTENT: Final[dict[str, tuple[int, ...]]] = {
    "1": (0,), "2": (1,), "3": (2,), "4": (0, 1), "5": (1, 2), "6": (0, 2), "7": (0, 1, 2),
}  # fmt: skip


def is_geo(parameters: Parameters) -> bool:
    """Whether a search is by place, so that pages hold 250 photos at most.

    Args:
        parameters: Those of the call.

    Returns:
        True for a search by place.
    """
    return any(parameters.get(name) for name in _GEO)


def search(catalogue: "Catalogue", parameters: Parameters, *, limits: bool = True) -> Ints:
    """The photos that match.

    Args:
        catalogue: Where to search.
        parameters: Those of flickr.photos.search; unknown ones mean nothing.
        limits: Whether the 12-hour rule and the default accuracy hold.

    Returns:
        Indices, in the order asked for.

    Raises:
        FlickrError: With Flickr's code where it refuses.
    """
    _check(parameters)
    found = np.ones(len(catalogue), bool)
    for condition in (_texts, _tags, _who, _when, _what, _where):
        found &= condition(catalogue, parameters)
    if limits:
        found &= _limits(catalogue, parameters)
    return _sorted(catalogue, np.flatnonzero(found), parameters.get("sort", ""))


def _check(parameters: Parameters) -> None:
    if not any(parameters.get(name) for name in _SUBJECTS):
        raise FlickrError("Parameterless searches have been disabled", 3)
    if len(_listed(parameters, "tags")) > _MOST_TAGS:
        raise FlickrError("Too many tags in ALL query", 1)
    for name in ("upload", "taken"):
        first, last = (_time(parameters.get(f"{end}_{name}_date", "")) for end in ("min", "max"))
        if first is not None and last is not None and first > last:
            raise FlickrError("Illogical arguments", 18)


def _texts(catalogue: "Catalogue", parameters: Parameters) -> Bools:
    """Every word must occur, none that follows a minus may."""
    found = np.ones(len(catalogue), bool)
    for term in parameters.get("text", "").replace('"', " ").split():
        excluded = term.startswith("-")
        for word in words(term):
            found &= _rows(catalogue, catalogue.words.get(word)) ^ excluded
    return found


def _tags(catalogue: "Catalogue", parameters: Parameters) -> Bools:
    found = np.ones(len(catalogue), bool)
    if tags := _listed(parameters, "tags"):
        each = [_tag(catalogue, tag) for tag in tags]
        found &= np.all(each, axis=0) if parameters.get("tag_mode") == "all" else np.any(each, axis=0)
    if machine := _listed(parameters, "machine_tags"):
        each = [_machine_tag(catalogue, tag) for tag in machine]
        found &= np.all(each, axis=0) if parameters.get("machine_tag_mode") == "all" else np.any(each, axis=0)
    return found


def _tag(catalogue: "Catalogue", tag: str) -> Bools:
    excluded = tag.startswith("-")
    return _rows(catalogue, catalogue.tags.get(squash(tag.removeprefix("-")))) ^ excluded


def _machine_tag(catalogue: "Catalogue", wanted: str) -> Bools:
    """`space:name=value`, of which any part may be missing or `*`."""
    pattern = re.fullmatch(r"([^:]*):([^=]*)(?:=(.*))?", wanted.lower().replace('"', ""))
    found = np.zeros(len(catalogue), bool)
    if pattern is None:
        return found
    parts = [re.escape(part) if part and part != "*" else ".*" for part in pattern.groups()]
    shape = re.compile("{}:{}={}".format(*parts))
    for tag, rows in catalogue.tags.items():
        if ":" in tag and shape.fullmatch(tag):
            found[rows] = True
    return found


def _who(catalogue: "Catalogue", parameters: Parameters) -> Bools:
    drawn = catalogue.columns
    found = np.ones(len(catalogue), bool)
    if nsid := parameters.get("user_id"):
        rows = [row for row, member in enumerate(catalogue.members) if member.nsid == nsid]
        if not rows:
            raise FlickrError("Unknown user", 2)
        found &= drawn.owner == rows[0]
    if group_id := parameters.get("group_id"):
        pools = [row for row, group in enumerate(GROUPS) if group.nsid == group_id]
        if not pools or GROUPS[pools[0]].code is not None:
            raise FlickrError("You don't have permission to view this pool", 4)
        found &= drawn.pooled[:, pools[0]]
    return found


def _when(catalogue: "Catalogue", parameters: Parameters) -> Bools:
    """Both ends of a stretch of time belong to it."""
    drawn = catalogue.columns
    found = np.ones(len(catalogue), bool)
    for name, times in (("upload", drawn.uploaded), ("taken", drawn.taken)):
        first, last = (_time(parameters.get(f"{end}_{name}_date", "")) for end in ("min", "max"))
        if first is not None:
            found &= times >= first
        if last is not None:
            found &= times <= last
    return found


def _what(catalogue: "Catalogue", parameters: Parameters) -> Bools:
    drawn = catalogue.columns
    found = np.ones(len(catalogue), bool)
    if licenses := _numbers(parameters, "license"):
        found &= np.isin(drawn.license, licenses)
    if parameters.get("safe_search", "1") in ("", "1"):
        found &= ~catalogue.fates.unsafe
    if parameters.get("media") in ("photos", "videos"):
        found &= catalogue.fates.video == (parameters["media"] == "videos")
    content = _numbers(parameters, "content_types") or list(
        _CONTENT.get(parameters.get("content_type", ""), ())
    )
    if content:
        found &= np.isin(drawn.content_type, content)
    return found


def _where(catalogue: "Catalogue", parameters: Parameters) -> Bools:
    drawn = catalogue.columns
    found = np.ones(len(catalogue), bool)
    placed = drawn.located & (drawn.accuracy > 0)
    if parameters.get("has_geo"):
        found &= placed == (parameters["has_geo"] not in ("0", "false"))
    if box := parameters.get("bbox"):
        try:
            west, south, east, north = map(float, box.split(","))
        except ValueError:
            raise FlickrError("Illogical arguments", 18) from None
        found &= placed & (drawn.longitude >= west) & (drawn.longitude <= east)
        found &= (drawn.latitude >= south) & (drawn.latitude <= north)
    if accuracy := _numbers(parameters, "accuracy"):
        found &= drawn.accuracy >= accuracy[0]
    return found


def _limits(catalogue: "Catalogue", parameters: Parameters) -> Bools:
    """What Flickr leaves out of its own accord."""
    drawn = catalogue.columns
    found = np.ones(len(drawn), bool)
    if parameters.get("bbox") and not parameters.get("accuracy"):
        found &= drawn.accuracy >= 16  # noqa: PLR2004 - the maximum
    if is_geo(parameters) and not any(parameters.get(name) for name in _LIMITING):
        found &= drawn.uploaded >= NOW - _HALF_A_DAY
    return found


def _sorted(catalogue: "Catalogue", found: Ints, sort: str) -> Ints:
    drawn = catalogue.columns
    what, _, direction = sort.rpartition("-")
    key = {
        "date-posted": drawn.uploaded,
        "date-taken": drawn.taken,
        "interestingness": drawn.interest,
    }.get(what, drawn.relevance if sort == "relevance" else drawn.uploaded)
    order = found[np.argsort(key[found], kind="stable")]
    return order if direction == "asc" else order[::-1]


def _rows(catalogue: "Catalogue", rows: Ints | None) -> Bools:
    found = np.zeros(len(catalogue), bool)
    if rows is not None:
        found[rows] = True
    return found


def _listed(parameters: Parameters, name: str) -> list[str]:
    return [item.strip() for item in parameters.get(name, "").split(",") if item.strip()]


def _numbers(parameters: Parameters, name: str) -> list[int]:
    return [int(item) for item in _listed(parameters, name) if item.isascii() and item.isdigit()]


def _time(value: str) -> int | None:
    """Unix seconds, from unix seconds or MySQL's date and time."""
    if re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]*)?", value):
        return int(float(value))
    try:
        return int(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None
