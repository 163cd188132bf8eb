"""Redundancy: which tags say the same, so that one stands in for the other."""

from collections.abc import Iterator
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.export.record import Feature
from exifds.train.analyze.association import bins

__all__ = ["Redundancy", "cramers_v", "groups", "redundancies"]

_LEAST = 50
"""Photos with both tags below which nothing is said about the pair."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Redundancy(BaseModel):
    """How much two tags go together.

    Args:
        tags: Names of the two.
        measure: `spearman` for two numbers, from -1 to 1; `cramers_v` if one is a code, from 0 to 1.
        value: Of the measure, over the photos that have both.
        photos: How many these are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tags: tuple[str, str]
    measure: Literal["spearman", "cramers_v"]
    value: float
    photos: int


def redundancies(features: tuple[Feature, ...], values: Floats, present: Bools) -> tuple[Redundancy, ...]:
    """How much each two tags go together; the closest pair first.

    Args:
        features: The tags, F of them.
        values: Shape (N, F).
        present: Shape (N, F).

    Returns:
        All pairs that 50 photos have both tags of, unless one of the two never varies.
    """
    found = _pairs(features, values, present)
    return tuple(sorted(found, key=lambda pair: (-abs(pair.value), pair.tags)))


def _pairs(features: tuple[Feature, ...], values: Floats, present: Bools) -> Iterator[Redundancy]:
    from scipy.stats import rankdata

    for one, other in combinations(range(len(features)), 2):
        both = present[:, one] & present[:, other]
        if both.sum() < _LEAST:
            continue
        pair = values[both][:, [one, other]]
        if (pair.max(axis=0) == pair.min(axis=0)).any():
            continue
        coded = "category" in (features[one].kind, features[other].kind)
        if coded:
            value = cramers_v(bins(features[one], pair[:, 0]), bins(features[other], pair[:, 1]))
        else:
            value = float(np.corrcoef(rankdata(pair, axis=0), rowvar=False)[0, 1])
        yield Redundancy(
            tags=(features[one].name, features[other].name),
            measure="cramers_v" if coded else "spearman",
            value=value,
            photos=int(both.sum()),
        )


def cramers_v(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Cramer's V without its bias (Bergsma, J. Korean Stat. Soc. 42, 2013): 0 is independent, 1 the same.

    Args:
        one: Codes from 0, shape (N,).
        other: Codes from 0, shape (N,).

    Returns:
        Their V.

    Example:
        >>> codes = np.arange(100) % 3
        >>> round(cramers_v(codes, codes), 6), cramers_v(codes, np.arange(100) % 2)
        (1.0, 0.0)
    """
    table = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(table, (one, other), 1.0)
    photos = table.sum()
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / photos
    gone = np.where(expected > 0, expected, 1.0)
    squared = ((table - expected) ** 2 / gone).sum() / photos
    rows, columns = table.shape
    chance = (rows - 1) * (columns - 1) / (photos - 1)
    least = min(side - (side - 1) ** 2 / (photos - 1) for side in (rows, columns)) - 1
    return float(np.sqrt(max(0.0, squared - chance) / least)) if least > 0 else 0.0


def groups(found: tuple[Redundancy, ...], least: float = 0.7) -> tuple[tuple[str, ...], ...]:
    """Tags that hang together: each with another one of its group at least so closely.

    Args:
        found: Pairs of tags.
        least: From which absolute value on two tags belong together.

    Returns:
        Groups of two tags or more, each sorted.

    Example:
        >>> pair = Redundancy(tags=("iso", "brightness"), measure="spearman", value=-0.8, photos=99)
        >>> groups((pair,))
        (('brightness', 'iso'),)
    """
    home: dict[str, set[str]] = {}
    for pair in found:
        if abs(pair.value) >= least:
            merged = home.get(pair.tags[0], {pair.tags[0]}) | home.get(pair.tags[1], {pair.tags[1]})
            home |= dict.fromkeys(merged, merged)
    return tuple(sorted({tuple(sorted(group)) for group in home.values()}))
