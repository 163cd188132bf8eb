"""Splits: train, val or test for each photo, so that what belongs together stays together. Pure.

1. A photo has a key: its group; where that is unknown its session, the hour of a camera; else its own id.
2. The key decides on the split, by hash, see `exifds.export.shares`. So a photo keeps its split, whatever
   other photos come, go, or are chosen.
3. A copy of a file is left out, and so is a photo that is linked with an earlier one of another split. Links
   are near-duplicates and bursts, see `exifds.export.links`.
4. Group `time` cuts by the date instead: train is the past, test the future.
5. At the end `exifds.export.leaks` looks at the result afresh.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from exifds.errors import LeakError
from exifds.export.leaks import Kind, Leak, in_words, leaks
from exifds.export.links import Bursts, Indices, Links, NearDuplicates, Shared, Splits
from exifds.export.shares import best_seed, cut, position
from exifds.export.splitting import SPLITS, Splitting

__all__ = ["SPLITS", "Assignment", "Photos", "Splitting", "assign", "links", "position"]

Bools = NDArray[np.bool_]
Reason = Literal["duplicate", "near_duplicate", "burst", "no_date"]

_OUT: Final = -1


@dataclass(frozen=True)
class Photos:
    """What decides on splits: columns of N photos, in the order in which they came into the dataset.

    Args:
        id: `_id`.
        group: What it must stay together with; None if unknown.
        session: What it stays together with where the group is unknown, such as camera and hour; None if
            that is unknown, too.
        sha256: Of the original file.
        fingerprint: Of the picture, see `exifds.export.links`, (N, 2).
        known: Whether there is a fingerprint, (N,).
        owner: A number for each owner, or else camera, whose bursts are looked for; -1 if unknown, (N,).
        taken: When, by the camera's clock; NaT if that is not known to the second, (N,).
        strata: Which classes it is of, (N, C).
    """

    id: Sequence[str]
    group: Sequence[str | None]
    session: Sequence[str | None]
    sha256: Sequence[str]
    fingerprint: NDArray[np.uint64]
    known: Bools
    owner: Indices
    taken: NDArray[np.datetime64]
    strata: Bools


@dataclass(frozen=True)
class Assignment:
    """The splits of N photos.

    Args:
        seed: Of the hash; None for the group `time`. Given again, it leaves every photo where it is.
        cuts: Dates from which photos are val and test; None but for `time`. Given again, they do the same.
        split: Number in `SPLITS`, -1 for photos that are left out, (N,).
        reason: Why a photo is left out; None for the others.
        key: The first photo with the same key: photos of one number share a split, (N,).
        counts: Photos by split, of all and of each class, (3, 1 + C).
        leaks: What belongs together and stands apart; empty unless leaks were allowed.
    """

    seed: int | None
    cuts: tuple[datetime, datetime] | None
    split: Splits
    reason: Sequence[Reason | None]
    key: Indices
    counts: NDArray[np.int64]
    leaks: Sequence[Leak]

    @property
    def shares(self) -> tuple[float, ...]:
        """The shares of train, val and test that were reached; zeros without photos."""
        photos = self.counts[:, 0]
        return tuple((photos / max(1, photos.sum())).tolist())


def assign(photos: Photos, splitting: Splitting, seed: int | None = None) -> Assignment:
    """Give each photo a split, or a reason why it is left out.

    Args:
        photos: The photos. With a seed, or with dates, what is decided for one depends on earlier ones only.
        splitting: What was asked for.
        seed: The recorded one; that of `splitting` comes first.

    Returns:
        The splits.

    Raises:
        LeakError: What belongs together stands apart: a fault of exifds, found by the check at the end.
    """
    undated = np.isnat(photos.taken) & (splitting.group == "time")
    files = [None if out else sha256 for sha256, out in zip(photos.sha256, undated.tolist(), strict=True)]
    copy = Shared(files).earliest() < np.arange(len(photos.id))
    in_play = ~undated & (~copy | splitting.allow_leaks)
    near, burst = _near_duplicates(photos, splitting, in_play), _bursts(photos, splitting, in_play)

    seed = seed if splitting.seed is None else splitting.seed
    key, cuts = np.arange(len(photos.id)), None
    if splitting.group == "time":
        seed, (cuts, split) = None, _by_time(photos, splitting, in_play)
    else:
        key = Shared(_keys(photos, splitting)).earliest()
        seed, split = _by_hash(photos, splitting, in_play, key, seed)

    reason = np.full(len(photos.id), None, dtype=object)
    reason[copy & ~in_play], reason[undated], split[~in_play] = "duplicate", "no_date", _OUT
    if not splitting.allow_leaks:
        for why, late in (("burst", burst.late), ("near_duplicate", near.late)):
            gone = late(split)
            split[gone], reason[gone] = _OUT, why

    found = leaks(photos.id, split, links(photos, splitting))
    if found and not splitting.allow_leaks:
        raise LeakError(in_words(found))
    counts = np.array([_count(photos.strata[split == number]) for number in range(len(SPLITS))])
    return Assignment(seed, cuts, split, reason.tolist(), key, counts, found)


def links(photos: Photos, splitting: Splitting) -> Mapping[Kind, Links]:
    """All ways in which photos belong together: what `exifds.export.leaks` checks an assignment against.

    Args:
        photos: The photos.
        splitting: What counts as belonging together.

    Returns:
        Kind to links.
    """
    everyone = np.ones(len(photos.id), dtype=np.bool_)
    return {
        "group": Shared(_groups(photos, splitting)),
        "sha256": Shared(photos.sha256),
        "near_duplicate": _near_duplicates(photos, splitting, everyone),
        "burst": _bursts(photos, splitting, everyone),
    }


def _groups(photos: Photos, splitting: Splitting) -> Sequence[str | None]:
    return photos.group if splitting.group not in ("time", "none") else [None] * len(photos.id)


def _near_duplicates(photos: Photos, splitting: Splitting, among: Bools) -> NearDuplicates:
    return NearDuplicates(photos.fingerprint, photos.known & among, splitting.near_duplicate_bits)


def _bursts(photos: Photos, splitting: Splitting, among: Bools) -> Bursts:
    return Bursts(np.where(among, photos.owner, -1), photos.taken, splitting.burst_seconds)


def _keys(photos: Photos, splitting: Splitting) -> list[str]:
    """What decides on the split of each photo: nothing but the photo itself, so it never changes."""
    return [
        f"group:{group}" if group is not None else f"session:{session}" if session else f"photo:{photo}"
        for photo, group, session in zip(photos.id, _groups(photos, splitting), photos.session, strict=True)
    ]


def _by_hash(
    photos: Photos, splitting: Splitting, among: Bools, key: Indices, seed: int | None
) -> tuple[int, Splits]:
    """The seed, and the split of each photo by its key."""
    first, place = np.unique(key, return_inverse=True)
    every = _keys(photos, splitting)
    keys = [every[at] for at in first]
    if seed is None:
        columns = (among, *(among & stratum for stratum in photos.strata.T))
        counts = np.array([np.bincount(place, column, len(keys)) for column in columns]).T
        seed = best_seed(keys, counts.astype(np.int64), splitting.shares)
    return seed, cut(seed, keys, splitting.shares)[place]


def _by_time(
    photos: Photos, splitting: Splitting, among: Bools
) -> tuple[tuple[datetime, datetime] | None, Splits]:
    """The dates that cut, and the split of each photo: photos of one moment stay together."""
    ordered = np.sort(photos.taken[among]).astype("M8[ms]")
    if not len(ordered):
        return splitting.cuts, np.zeros(len(photos.id), dtype=np.int8)
    after_all = ordered[-1] + np.timedelta64(1, "ms")  # where an empty split begins
    first_val, first_test = (
        round(share * len(ordered)) for share in (splitting.shares[0], 1 - splitting.shares[2])
    )
    val, test = np.append(ordered, after_all)[[first_val, first_test]]
    second = np.append(ordered[ordered > ordered[0]], after_all)[0]  # so that the first moment is train
    cuts = splitting.cuts or (max(val, second).item(), max(test, second).item())
    return cuts, np.searchsorted(np.array(cuts, "M8[ms]"), photos.taken, side="right").astype(np.int8)


def _count(strata: Bools) -> NDArray[np.int64]:
    """Photos of all and of each class, (1 + C,)."""
    return np.append(len(strata), strata.sum(axis=0))
