"""Shares: keys become splits by hash, with the seed that shares out photos and classes best. Pure.

A key and a seed give a position between 0 and 1, and the shares cut that line. Seeds are tried until photos,
and those of each class, are shared out nearly as asked. Only counts are looked at, so this is rerandomisation
(Morgan & Rubin, Annals of Statistics 40:1263, 2012), not a choice of easy test photos.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_seed", "cut", "deviations", "position"]

SEEDS: Final = 1000
"""Seeds that are tried at most, ..."""
HASHES: Final = 2_000_000
"""... and positions that are computed for it at most: 3 s. With very many keys any seed is good."""
GOOD: Final = (0.005, 0.01)
"""Deviations with which a seed is taken at once: of all photos, and of the classes on the mean."""
HALF: Final = 0.5
"""A share can be met to half a photo."""


def position(seed: int, key: str) -> float:
    """Where a key stands between 0 and 1: the first 53 bits of BLAKE2b (RFC 7693), salted with the seed.

    Args:
        seed: 0 to 2^63 - 1.
        key: What is placed.

    Returns:
        At least 0 and less than 1.

    Example:
        >>> round(position(0, "photo:file:1"), 3)
        0.586
    """
    digest = hashlib.blake2b(key.encode(), digest_size=8, salt=seed.to_bytes(16, "big")).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53


def cut(seed: int, keys: Iterable[str], shares: Sequence[float]) -> NDArray[np.int8]:
    """The split of each key: the shares cut the line of positions.

    Args:
        seed: Of the positions.
        keys: K of them.
        shares: Of train, val and test.

    Returns:
        Numbers of splits, (K,).

    Example:
        >>> cut(0, ["a", "b", "c", "d"], (0.5, 0.25, 0.25))
        array([0, 1, 0, 1], dtype=int8)
    """
    positions = np.array([position(seed, key) for key in keys], dtype=np.float64)
    edges = (shares[0], 1 - shares[2])  # so that no rounding fills a share of 0
    return np.searchsorted(edges, positions, side="right").astype(np.int8)


def best_seed(keys: Sequence[str], counts: NDArray[np.int64], shares: Sequence[float]) -> int:
    """The first good seed, else the best of those that were tried.

    Args:
        keys: K of them.
        counts: Photos of each key, of all and of each class, (K, 1 + C).
        shares: Of train, val and test.

    Returns:
        The seed.
    """
    best, least = 0, np.inf
    for seed in range(min(SEEDS, HASHES // max(1, len(keys)) + 1)):
        split = cut(seed, keys, shares)
        reached = np.array([counts[split == number].sum(axis=0) for number in range(len(shares))])
        overall, by_class = deviations(reached, shares)
        if overall <= max(GOOD[0], HALF / max(1, reached[:, 0].sum())) and by_class <= GOOD[1]:
            return seed
        if overall + by_class < least:
            best, least = seed, overall + by_class
    return best


def deviations(counts: NDArray[np.int64], shares: Sequence[float]) -> tuple[float, float]:
    """How far shares are from what was asked for.

    Args:
        counts: Photos by split, of all and of each class, (3, 1 + C).
        shares: Of train, val and test.

    Returns:
        The largest deviation of a share of all photos, and the mean over classes of their largest ones; for
        these, half a photo more or less is none: 5 photos cannot be shared out 0.7 to 0.2 to 0.1.

    Example:
        >>> deviations(np.array([[60, 5], [20, 3], [20, 2]]), (0.7, 0.2, 0.1))
        (0.1, 0.15)
    """
    sizes = counts.sum(axis=0)
    missed = np.abs(counts - np.outer(shares, sizes)).max(axis=0)
    overall = missed[0] / max(1, sizes[0])
    by_class = (missed[1:] - HALF).clip(min=0) / np.maximum(sizes[1:], 1)
    return float(overall), float(by_class.mean()) if len(by_class) else 0.0
