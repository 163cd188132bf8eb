"""Power: which difference of two models a test set could show, and how many photos a difference needs.

From the normal approximation of McNemar's test (Connor 1987): n photos, of which one model alone gets a share
`discordance` right, show a difference `gain` of accuracy with the given power if
sqrt(n) gain >= z(1 - alpha / 2) sqrt(discordance) + z(power) sqrt(discordance - gain^2).
"""

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["design_effect", "detectable", "photos_needed"]


def photos_needed(gain: float, discordance: float, *, power: float = 0.8, alpha: float = 0.05) -> int | None:
    """Test photos that a difference of accuracy needs to be seen.

    Args:
        gain: Difference of the accuracies, of either sign.
        discordance: Share of the photos that only one of the models gets right, at least the gain.
        power: How likely the test then finds it.
        alpha: Level of the two-sided test.

    Returns:
        Independent photos; multiply by `design_effect` for groups. None where there is no gain.

    Example:
        >>> photos_needed(0.046, 0.104)
        384
    """
    if not gain:
        return None
    first, second = _quantiles(power, alpha)
    apart = max(discordance, abs(gain))
    return math.ceil(((first * math.sqrt(apart) + second * math.sqrt(apart - gain**2)) / gain) ** 2)


def detectable(
    photos: int, discordance: float, *, power: float = 0.8, alpha: float = 0.05, effect: float = 1.0
) -> float | None:
    """The smallest difference of accuracy that a test set of this size would show.

    Args:
        photos: Of the test set.
        discordance: Share of them that only one of the models gets right.
        power: How likely the test would find it.
        alpha: Level of the two-sided test.
        effect: Of the design, see `design_effect`.

    Returns:
        The difference, which raises the discordance where it is larger; None where no difference suffices.

    Example:
        >>> round(detectable(4300, 0.02), 4)
        0.006
    """
    independent = photos / effect
    first, second = _quantiles(power, alpha)
    if independent <= first**2:
        return None
    # with x = sqrt(n) gain the condition above is quadratic in x
    start, lead = first * math.sqrt(discordance), 1 + second**2 / independent
    root = math.sqrt(start**2 - lead * (start**2 - second**2 * discordance))
    gain = (start + root) / lead / math.sqrt(independent)
    return gain if gain < discordance else _one_sided(independent, first, second)


def design_effect(values: NDArray[np.float64], groups: NDArray[np.int64]) -> float:
    """By how much groups inflate the variance of a mean, against as many independent photos (Kish 1965).

    Args:
        values: Of each photo, such as right (1 or 0) for one model less that for the other, shape (N,).
        groups: Shape (N,).

    Returns:
        At least 1; N over it is the effective number of photos.

    Example:
        >>> design_effect(np.array([1.0, 1.0, 0.0, 0.0]), np.array([1, 1, 2, 2]))
        3.0
    """
    photos = len(values)
    _, number = np.unique(groups, return_inverse=True)
    count = int(number.max()) + 1 if photos else 0
    apart = values - values.mean() if photos else values
    alone = float((apart**2).sum()) * photos / max(photos - 1, 1)
    if count < 2 or not alone:  # noqa: PLR2004 - one has no scatter
        return 1.0
    together = float((np.bincount(number, apart) ** 2).sum()) * count / (count - 1)
    return max(1.0, together / alone)


def _quantiles(power: float, alpha: float) -> tuple[float, float]:
    from scipy.stats import norm

    return float(norm.ppf(1 - alpha / 2)), float(norm.ppf(power))


def _one_sided(photos: float, first: float, second: float) -> float:
    """The gain where all photos of two minds speak for one model: photos gain = (z + z sqrt(1 - gain))^2."""
    from scipy.optimize import brentq

    return float(brentq(lambda gain: photos * gain - (first + second * math.sqrt(1 - gain)) ** 2, 0, 1))
