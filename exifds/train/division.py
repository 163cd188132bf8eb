"""Division: who is in train, val and test, 70 to 20 to 10. Pure.

The export's own splits are the honest ones. The others are here to measure what a division costs or hides:
that of the thesis puts photos of one owner, of one camera, and copies on both sides of the test.

Cameras are placed by a hash of their name, and owners by that of the least id among their photos. So photos
that come later seldom move earlier ones: an owner moves if a new id is the least, and all may move where so
few groups leave a split too small that `divide` takes another seed. A random division has exact shares in
each class instead, and time is cut where the shares say: there photos near a cut may move.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from exifds.errors import UsageError
from exifds.export.shares import cut, position
from exifds.train.photos import OUT, Photos, require_usable
from exifds.train.recipe import Recipe

__all__ = ["SEED", "SHARES", "divide"]

Splits = NDArray[np.int8]

SHARES: Final = (0.7, 0.2, 0.1)
"""Of train, val and test."""
SEED: Final = 131
"""That of the thesis."""
TRIES: Final = 200
"""Seeds that are tried at most, where there are so few groups that one may leave a split empty."""


def divide(photos: Photos, recipe: Recipe, *, seed: int = SEED) -> Photos:
    """Divide photos into train, val and test as a recipe says, and leave copies out.

    Args:
        photos: Of an export.
        recipe: Its `split` and `dedup` decide.
        seed: Of the hash; nothing else is random. Where so few owners or cameras leave a split without a
            quarter of its share, the next seed is taken.

    Returns:
        The photos, some of them `OUT`: those without a date where time divides, and with `dedup` those whose
        exact copy is in an earlier one of train, val and test.

    Raises:
        UsageError: The photos cannot be divided so, or there is nothing left to learn or to test on.
    """
    split = _DIVISIONS[recipe.split](photos, seed)
    if recipe.dedup:
        split = _without_copies(split, photos.digest)
    divided = photos.with_split(split)
    require_usable(divided)
    return divided


def _as_exported(photos: Photos, seed: int) -> Splits:
    del seed
    return photos.split


def _at_random(photos: Photos, seed: int) -> Splits:
    """Each class divided by itself, as `train_test_split(stratify=)` of the thesis does.

    The places of a class are cut at the shares from a start of its own, so that rare ones get theirs, too.
    """
    places = np.array([position(seed, f"photo:{photo}") for photo in photos.ids])
    _, strata = np.unique(photos.labels, axis=0, return_inverse=True)
    line = np.zeros(len(places))
    for number in range(int(strata.max()) + 1):
        rows = np.flatnonzero(strata == number)
        ranks = np.argsort(np.argsort(places[rows]))
        line[rows] = (ranks + position(seed, f"class:{number}")) / len(rows)
    return _cut(line)


def _by_owner(photos: Photos, seed: int) -> Splits:
    group = photos.manifest.options.get("splitting", {}).get("group")
    if group != "owner":
        raise UsageError(
            f"split=owner needs an export that knows owners, got one grouped by {group}: "
            "export again with the group owner (--group owner), or take split=export"
        )
    first: dict[int, str] = {}
    for number, photo in zip(photos.group.tolist(), photos.ids, strict=True):
        first[number] = min(photo, first.get(number, photo))
    return _by_key([f"group:{first[number]}" for number in photos.group.tolist()], seed)


def _by_camera(photos: Photos, seed: int) -> Splits:
    cameras = zip(photos.ids, photos.make, photos.model, strict=True)
    keys = [
        f"camera:{make}\n{model}" if make or model else f"photo:{photo}" for photo, make, model in cameras
    ]
    return _by_key(keys, seed)


def _by_time(photos: Photos, seed: int) -> Splits:
    """Train is the past, test the future; photos of one second stay together."""
    del seed
    dated = ~np.isnat(photos.taken_at)
    seconds = np.sort(photos.taken_at[dated])
    split = np.full(len(photos.ids), OUT, np.int8)
    if len(seconds):
        edges = seconds[[int(SHARES[0] * len(seconds)), int((1 - SHARES[2]) * len(seconds))]]
        split[dated] = np.searchsorted(edges, photos.taken_at[dated], side="right")
    return split


def _by_key(keys: Sequence[str], seed: int) -> Splits:
    """Photos of one key stay together; the first seed is taken that gives each split a part of its share."""
    unique, place, counts = np.unique(np.array(keys, object), return_inverse=True, return_counts=True)
    enough = np.array(SHARES) * len(keys) / 4
    for tried in range(seed, seed + TRIES):
        split = cut(tried, unique.tolist(), SHARES)
        if (np.bincount(split, counts, len(SHARES)) >= enough).all():
            return split[place]
    raise UsageError(
        f"expected owners or cameras that can be divided {_PERCENT}, got {len(unique)} of them, too few or "
        "too unequal: export more of them, or take split=export"
    )


def _cut(line: NDArray[np.float64]) -> Splits:
    return np.searchsorted((SHARES[0], 1 - SHARES[2]), line, side="right").astype(np.int8)


def _without_copies(split: Splits, digest: NDArray[np.uint64]) -> Splits:
    """Of the copies of an image only those in the earliest split stay."""
    _, place = np.unique(digest, return_inverse=True)
    earliest = np.full(int(place.max(initial=-1)) + 1, len(SHARES), np.int8)
    inside = split != OUT
    np.minimum.at(earliest, place[inside], split[inside])
    return np.where(split == earliest[place], split, OUT).astype(np.int8)


_PERCENT: Final = "/".join(f"{share:.0%}".rstrip("%") for share in SHARES)
_DIVISIONS: Final[Mapping[str, Callable[[Photos, int], Splits]]] = {
    "export": _as_exported,
    "random": _at_random,
    "owner": _by_owner,
    "camera": _by_camera,
    "time": _by_time,
}
