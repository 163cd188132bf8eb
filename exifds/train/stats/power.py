"""Power: which difference of two models a test set could show, and how many photos a difference needs.

From the normal approximation of McNemar's test (Connor 1987): n photos, of which one model alone gets a share
`discordance` right, show a difference `gain` of accuracy with the given power if
sqrt(n) gain >= z(1 - alpha / 2) sqrt(discordance) + z(power) sqrt(discordance - gain^2).
"""

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["chance", "design_effect", "detectable", "few_groups", "photos_needed"]


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


def chance(
    half: float, error: float, seeds: int, *, power: float = 0.8, alpha: float = 0.05
) -> tuple[float, float]:
    """What a difference must overcome for its interval to leave out 0 with the given power.

    Args:
        half: Half the width of such an interval, of `bootstrap.over_runs`.
        error: Standard error of the mean over seeds, 0 for one seed.
        seeds: How many.
        power: How likely the interval then leaves out 0.
        alpha: 1 less its level.

    Returns:
        What the draw of photos takes, and what that of seeds takes: the difference must be larger than the
        hypotenuse of both. The former shrinks with the root of the number of photos, the latter does not.

    Example:
        >>> [round(part, 3) for part in chance(0.02, 0.0, 1)]
        [0.029, 0.0]
    """
    from scipy.stats import t

    tails = t.ppf([1 - alpha / 2, power], seeds - 1) if seeds > 1 else np.zeros(2)
    first, second = _quantiles(power, alpha)
    photos = math.sqrt(max(0.0, half**2 - (tails[0] * error) ** 2))
    return photos * (1 + second / first), float(tails.sum() * error)


def few_groups(groups: int, *, alpha: float = 0.05) -> float | None:
    """By how much larger a difference must be for the test by group (`paired.by_group`) of few groups.

    All of one mind, G groups have z = sqrt(G), so that few can never show anything.

    Args:
        groups: How many there are.
        alpha: Level of the two-sided test.

    Returns:
        At least 1; None where no difference suffices.

    Example:
        >>> few_groups(3), round(few_groups(8), 2), round(few_groups(200), 2)
        (None, 1.39, 1.01)
    """
    from scipy.stats import norm

    z = float(norm.ppf(1 - alpha / 2))
    return math.sqrt(groups / (groups - z**2)) if groups > z**2 else None


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
