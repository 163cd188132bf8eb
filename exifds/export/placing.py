"""Placing: the third step of an export. Every photo gets its split and its place in it."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exifds.export.ledger import Ledger
from exifds.export.splits import SPLITS, Assignment, Photos, Splitting, assign, position
from exifds.export.targets import Target
from exifds.store.sync import Store

__all__ = ["place"]

MOST_STRATA = 64
"""Classes that are looked at when shares are balanced: the most frequent ones."""

TOLERANCE = 0.01
"""Shares that are further off are looked into."""

_UNKNOWN = -1


def place(ledger: Ledger, store: Store, splitting: Splitting, target: Target | None) -> Assignment:
    """Give every photo with a picture its split and its place.

    Args:
        ledger: Holds the photos; gets the places.
        store: The dataset, which remembers the seed of its splits.
        splitting: What was asked for.
        target: What is to be learned: its classes shall be shared out evenly.

    Returns:
        The splits, and who is left out.

    Raises:
        LeakError: What belongs together stands in two splits.
    """
    photos = _photos(ledger, target)
    scheme = {"group": splitting.group, "shares": list(splitting.shares)}
    remembered = splitting.seed is None and splitting.cuts is None and splitting.group != "time"
    seed = store.seed(scheme) if remembered else splitting.seed
    assignment = assign(photos, splitting, seed)
    if remembered and seed is None:
        first = store.seed(scheme, assignment.seed)
        if first != assignment.seed:  # somebody else was faster
            assignment = assign(photos, splitting, first)
    better = None
    if remembered and seed is not None and _missed(assignment, splitting) > TOLERANCE:
        other = assign(photos, splitting)
        if _missed(other, splitting) < _missed(assignment, splitting) - TOLERANCE / 2:
            better = other.seed
    with ledger.writing():
        ledger.place(_places(ledger.column("number"), photos, assignment))
        ledger.set_note("placed", _summary(ledger, splitting, assignment, better))
    return assignment


def _photos(ledger: Ledger, target: Target | None) -> Photos:
    """The columns that decide on the split."""
    owners = ledger.column("coalesce('o' || owner, 'c' || camera)")
    fingerprints = ledger.column("fingerprint")
    taken = ["NaT" if at is None else at for at in ledger.column("taken_at")]
    return Photos(
        id=ledger.column("id"),
        group=ledger.column("grp"),
        session=ledger.column("coalesce(owner, camera) || substr(taken_at, 1, 13)"),
        sha256=ledger.column("sha256"),
        fingerprint=np.frombuffer(b"".join(fingerprints), dtype="<u8").reshape(-1, 2),
        known=np.ones(len(fingerprints), dtype=np.bool_),
        owner=_codes(owners),
        taken=np.array(taken, dtype="datetime64[ms]"),
        strata=_strata(ledger.column("label"), target),
    )


def _codes(values: Sequence[str | None]) -> NDArray[np.int64]:
    """A number for each different value, -1 where there is none."""
    numbers: dict[str, int] = {}
    return np.array(
        [_UNKNOWN if value is None else numbers.setdefault(value, len(numbers)) for value in values],
        dtype=np.int64,
    )


def _strata(labels: Sequence[str], target: Target | None) -> NDArray[np.bool_]:
    """Which of the most frequent classes each photo is of (photos, classes)."""
    if target is None or target.kind == "number":
        return np.zeros((len(labels), 0), dtype=np.bool_)
    found = [_classes(json.loads(label)) for label in labels]
    frequent = Counter(number for numbers in found for number in numbers).most_common(MOST_STRATA)
    column = {number: at for at, (number, _) in enumerate(sorted(frequent))}
    strata = np.zeros((len(labels), len(column)), dtype=np.bool_)
    for at, numbers in enumerate(found):
        for number in numbers:
            if number in column:
                strata[at, column[number]] = True
    return strata


def _classes(label: Any) -> list[int]:
    return [number for number, has in enumerate(label) if has] if isinstance(label, list) else [label]


def _places(
    numbers: Sequence[int], photos: Photos, assignment: Assignment
) -> Iterator[tuple[str, int, int, int]]:
    """Shuffle by hash, so that every shard is a fair sample, and number the groups as they come."""
    drawn = [position(assignment.seed or 0, f"order:{photo}") for photo in photos.id]
    groups: dict[int, int] = {}
    next_place = [0] * len(SPLITS)
    for at in np.argsort(drawn, kind="stable").tolist():
        split = int(assignment.split[at])
        if split >= 0:
            group = groups.setdefault(int(assignment.key[at]), len(groups))
            yield SPLITS[split], next_place[split], numbers[at], group
            next_place[split] += 1


def _missed(assignment: Assignment, splitting: Splitting) -> float:
    """The largest deviation of a share."""
    return max(
        abs(reached - share) for reached, share in zip(assignment.shares, splitting.shares, strict=True)
    )


def _without_group(ledger: Ledger, splitting: Splitting, assignment: Assignment) -> int:
    """Exported photos whose group is unknown; none where photos are not grouped."""
    if splitting.group in ("time", "none"):
        return 0
    groups = zip(ledger.column("grp"), assignment.split.tolist(), strict=True)
    return sum(group is None and split >= 0 for group, split in groups)


def _summary(
    ledger: Ledger, splitting: Splitting, assignment: Assignment, better: int | None
) -> dict[str, Any]:
    """What the manifest says about the splits."""
    owners = _codes(ledger.column("owner"))
    pairs = {(owner, split) for owner, split in zip(owners.tolist(), assignment.split.tolist(), strict=True)}
    splits = Counter(owner for owner, split in pairs if owner != _UNKNOWN and split >= 0)
    return {
        "seed": assignment.seed,
        "better_seed": better,
        "cuts": assignment.cuts and [cut.isoformat() for cut in assignment.cuts],
        "left_out": Counter(reason for reason in assignment.reason if reason),
        "leaks": Counter(leak.kind for leak in assignment.leaks),
        "without_group": _without_group(ledger, splitting, assignment),
        "owners_crossing": sum(number > 1 for number in splits.values()),
    }
