"""Columns: everything that can be searched for, drawn for all photos at once. Pure and vectorised.

A photo depends on the seed, the studio and its index only, so a larger catalogue begins with the same photos.
"""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exifds.sandbox.flickr.members import GROUPS
from exifds.sandbox.flickr.texts import DRAWS
from exifds.sandbox.flickr.vocabulary import ANIMALS, LANGUAGES
from exifds.sandbox.owners import meet
from exifds.sandbox.scene import BLOCK, Scenes, stage
from exifds.sandbox.studio import Studio

__all__ = ["NOW", "RUSH_MINUTE", "Columns", "draw"]

NOW: Final = 1_748_779_200
"""The sandbox's present, 2025-06-01 12:00 UTC: no photo was uploaded later."""
RUSH_MINUTE: Final = 1_719_835_200
"""2024-07-01 12:00 UTC: the minute in which a share of all photos was uploaded."""

_BUSY: Final = 1_704_110_400 + np.arange(12) * 86_400 * 9  # minutes in 2024, each with 3 % of all photos
_BUSY_SHARE: Final = 0.36
_RECENT_SHARE: Final = 0.01  # within the last 12 hours
_UNKNOWN_SHARE: Final = 0.05
_ZERO_SHARE: Final = 0.01
_PNG_SHARE: Final = 0.02
_MAPPED_SHARE: Final = 0.9  # of the photos with a position in the file
_NOWHERE_SHARE: Final = 0.03  # of the mapped ones: accuracy 0
_ENGLISH_SHARE: Final = 0.4
_FAR_EAST: Final = 170  # degrees: the owner in Suva
_LICENSES: Final = 17
_DRAWS: Final = (
    "how", "delay", "second", "license", "geo", "accuracy", "drag", "animal", "language", "views", "interest",
    "content", "unknown", "granularity", "odd_date", "relevance", "format", "comments", "fate", "ending",
    "hidden", "guarded", "nulls", "safety",
)  # fmt: skip

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Columns:
    """The photos as columns, one row each. Times are unix seconds."""

    owner: Ints
    outdoor: Bools
    uploaded: Ints
    taken: Ints
    """By the camera's clock, counted as if it were UTC."""
    granularity: Ints
    """Flickr's code: 0 second, 4 month, 6 year, 8 circa."""
    taken_unknown: Bools
    taken_zero: Bools
    """Flickr gives the date taken as 0000-00-00."""
    license: Ints
    located: Bools
    """Whether Flickr has a position; with accuracy 0 it is none."""
    longitude: Floats
    latitude: Floats
    accuracy: Ints
    animal: Ints
    language: Ints
    views: Ints
    interest: Floats
    relevance: Floats
    content_type: Ints
    """0 photo, 1 screenshot, 2 other, as results give it."""
    png: Bools
    """The original is a PNG."""
    comments: Ints
    """How many."""
    fate: Floats
    """Uniform: what befell the photo; `Faults` say what share of it means what."""
    ending: Floats
    """Uniform: how the photo host answers for a file that is gone."""
    hidden: Floats
    guarded: Floats
    nulls: Floats
    safety: Floats
    pooled: Bools
    """Photo x group."""
    text: Floats
    """Photo x draws of its texts."""

    def __len__(self) -> int:
        return len(self.owner)


def draw(studio: Studio, photos: int, *, rush: float) -> Columns:
    """Draw the columns of a catalogue.

    Args:
        studio: Who photographs what; its seed is the catalogue's.
        photos: How many.
        rush: Share of the photos uploaded in `RUSH_MINUTE`.

    Returns:
        The columns.

    Example:
        >>> len(draw(Studio(), 5, rush=0.05))
        5
    """
    owners = meet(studio)
    blocks = [
        _block(studio, stage(studio, owners, number), number, rush) for number in range(-(-photos // BLOCK))
    ]
    empty = [] if blocks else [_block(studio, stage(studio, owners, 0), 0, rush)]
    return Columns(
        **{
            field.name: np.concatenate([block[field.name] for block in blocks or empty])[:photos]
            for field in fields(Columns)
        }
    )


def _block(studio: Studio, scenes: Scenes, number: int, rush: float) -> dict[str, Any]:
    """The columns of one block of photos."""

    def stream(name: int) -> np.random.Generator:
        return np.random.default_rng([studio.seed, 3, number, name])

    uniform = dict(zip(_DRAWS, stream(0).random((len(_DRAWS), BLOCK)), strict=True))
    shot = scenes.taken_at.astype("datetime64[s]").astype(np.int64)
    uploaded = _uploaded(shot, uniform, rush)
    unknown = uniform["unknown"] < _UNKNOWN_SHARE
    return {
        "owner": scenes.owner,
        "outdoor": scenes.outdoor,
        "uploaded": uploaded,
        "taken": np.where(unknown | scenes.stripped, uploaded, shot),
        "granularity": np.array([0] * 17 + [4, 6, 8])[(uniform["granularity"] * 20).astype(np.int64)],
        "taken_unknown": unknown | scenes.stripped,
        "taken_zero": uniform["odd_date"] < _ZERO_SHARE,
        "license": (uniform["license"] * _LICENSES).astype(np.int64),
        **_geo(scenes, uniform),
        "animal": (uniform["animal"] * len(ANIMALS)).astype(np.int64),
        "language": _languages(uniform["language"]),
        "views": np.exp(uniform["views"] * 12).astype(np.int64) - 1,
        "interest": uniform["interest"],
        "relevance": uniform["relevance"],
        "content_type": np.searchsorted([0.94, 0.98], uniform["content"], side="right"),
        "png": uniform["format"] < _PNG_SHARE,
        "comments": np.maximum(0, uniform["comments"] * 8 - 4).astype(np.int64),
        **{name: uniform[name] for name in ("fate", "ending", "hidden", "guarded", "nulls", "safety")},
        "pooled": stream(1).random((BLOCK, len(GROUPS))) < [group.share for group in GROUPS],
        "text": stream(2).random((BLOCK, DRAWS)),
    }


def _uploaded(shot: Ints, uniform: dict[str, Floats], rush: float) -> Ints:
    """When photos came: some days after they were taken, in a busy minute, in the rush, or just now."""
    second = (uniform["second"] * 60).astype(np.int64)
    days = -np.log1p(-uniform["delay"]) * 40
    later = np.minimum(shot + 3600 + (days * 86_400).astype(np.int64), NOW - 86_400)
    how = uniform["how"]
    busy = _BUSY[(uniform["delay"] * len(_BUSY)).astype(np.int64)] + second
    usual = np.where(how > 1 - _BUSY_SHARE * (1 - rush), busy, later)
    usual = np.where(uniform["interest"] < _RECENT_SHARE, NOW - second * 600, usual)
    return np.where(how < rush, RUSH_MINUTE + second, usual)


def _geo(scenes: Scenes, uniform: dict[str, Floats]) -> dict[str, Any]:
    """Positions on Flickr's map: of most files that have one, some dragged towards the 180th meridian."""
    known = scenes.located & (uniform["geo"] < _MAPPED_SHARE)
    accuracy = np.array([16] * 13 + [15, 14, 12, 11, 6, 3, 1])[(uniform["accuracy"] * 20).astype(np.int64)]
    nowhere = known & (uniform["drag"] < _NOWHERE_SHARE)
    longitude, latitude = scenes.point.T
    far = known & (longitude > _FAR_EAST) & (uniform["drag"] > 1 / 2)
    dragged = (longitude + 2 * uniform["drag"] + 180) % 360 - 180
    return {
        "located": known,
        "longitude": np.where(nowhere | ~known, 0.0, np.where(far, dragged.round(6), longitude)),
        "latitude": np.where(nowhere | ~known, 0.0, latitude),
        "accuracy": np.where(nowhere | ~known, 0, accuracy),
    }


def _languages(uniform: Floats) -> Ints:
    """Four in ten photos are in English, the rest is shared out evenly."""
    others = 1 + ((uniform - _ENGLISH_SHARE) / (1 - _ENGLISH_SHARE) * (len(LANGUAGES) - 1)).astype(np.int64)
    return np.where(uniform < _ENGLISH_SHARE, 0, others)
