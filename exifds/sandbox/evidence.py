"""Evidence: how likely what a photo shows is under either class. Exact sums, nothing is drawn.

Where tags are missing, the chances of the `outcomes` that look alike are added.

Exactness ends at two tags, each by less than .001 of an accuracy: BrightnessValue counts as the metered
light to a third of an EV (it is written to .01, with a noise of .2), and the focal length as if it were not
rounded to a millimetre. The observer knows the habits of whoever took the photo; who has to guess them from
the photo does a little worse.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from exifds.errors import UsageError
from exifds.sandbox.outcomes import outcomes
from exifds.sandbox.owners import Owners
from exifds.sandbox.seen import FOCAL_TAGS, LIGHT_TAGS, TAGS, Seen
from exifds.sandbox.studio import Studio

__all__ = ["focal", "focal_log_odds", "join", "light", "light_log_odds", "log_ratio"]

_REACH: Final = 8.0  # the distance is followed so many standard deviations out

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def join(first: Floats, second: Floats) -> Floats:
    """Chances of seeing two things at once that are independent given the class.

    Args:
        first: (2, n) Chance of each outcome given either class.
        second: (2, m) Those of the other.

    Returns:
        (2, n * m)

    Example:
        >>> join(np.array([[0.5, 0.5], [0.9, 0.1]]), np.array([[1.0], [1.0]]))
        array([[0.5, 0.5],
               [0.9, 0.1]])
    """
    joint: Floats = (first[:, :, None] * second[:, None, :]).reshape(2, -1)
    return joint


def log_ratio(chance: Floats) -> Floats:
    """Log-odds of the second class by each outcome, priors aside.

    Args:
        chance: (2, n) Chance of each outcome given either class.

    Returns:
        (n,) In nats; infinite where only one class comes to it, NaN where neither does.

    Example:
        >>> log_ratio(np.array([[0.5, 0.5], [0.5, 0.5]]))
        array([0., 0.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        odds: Floats = np.log(chance[1]) - np.log(chance[0])
    return odds


def light(studio: Studio, owners: Owners, owner: int) -> Floats:
    """Chances of everything the EXIF of one owner's photos can tell of indoor and outdoor.

    Args:
        studio: The settings.
        owners: Its owners.
        owner: Row of the owner.

    Returns:
        (2, n) Chance of each of n outcomes indoors and outdoors; either row sums to 1.

    Example:
        >>> from exifds.sandbox.owners import meet
        >>> light(Studio(), meet(Studio()), 0).sum(axis=1).round(9)
        array([1., 1.])
    """
    found = outcomes(studio, owners, owner)
    parts = [share * _alike(*found, shown)[1] for shown, share in _patterns(studio, owners.never[owner])]
    whole = join(np.hstack(parts), _mask(studio))
    return np.hstack([(1 - studio.stripped) * whole, np.full((2, 1), studio.stripped)])


def light_log_odds(studio: Studio, owners: Owners, seen: Seen) -> Floats:
    """Log-odds of outdoor by the EXIF of each photo, priors aside.

    Args:
        studio: The settings of the photos.
        owners: Its owners.
        seen: N photos.

    Returns:
        (N,) In nats; 0 where the EXIF is stripped.

    Raises:
        UsageError: A photo cannot be of this studio.
    """
    shown = seen.written[:, [TAGS.index(name) for name in LIGHT_TAGS]]
    odds = np.zeros(len(seen.owner))
    for owner in np.unique(seen.owner):
        told = outcomes(studio, owners, int(owner))
        mine = (seen.owner == owner) & ~seen.stripped
        for pattern in np.unique(shown[mine], axis=0):
            rows = np.flatnonzero(mine & (shown == pattern).all(axis=1))
            keys, chance = _alike(*told, pattern)
            wanted = _keys(seen.values[rows], pattern)
            found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            if (keys[found] != wanted).any():
                raise UsageError("expected photos of this studio, got tags that it cannot come to")
            odds[rows] = log_ratio(chance[:, found])
    return odds + _mask_log_odds(studio, seen)


def focal(studio: Studio, owners: Owners, owner: int) -> Floats:
    """Chances of everything the EXIF of one owner's photos can tell of near and far.

    Args:
        studio: The settings.
        owners: Its owners.
        owner: Row of the owner.

    Returns:
        (2, n) Chance of each of n outcomes near and far; either row sums to 1.

    Example:
        >>> from exifds.sandbox.owners import meet
        >>> bool((focal(Studio(), meet(Studio()), 0)[0] == focal(Studio(), meet(Studio()), 0)[1]).all())
        True
    """
    gone = [1.0 if owners.never[owner][TAGS.index(name)] else studio.missing_at_random for name in FOCAL_TAGS]
    told = (1 - studio.stripped) * (1 - gone[0] * gone[1])
    effect = studio.distance_effect
    edges = np.linspace(-1, 1, 4001) * (_REACH + abs(effect) / 2)
    edges[[0, -1]] = -np.inf, np.inf
    chance = np.array([np.diff(ndtr(edges - effect / 2)), np.diff(ndtr(edges + effect / 2))])
    return np.hstack([told * chance, np.full((2, 1), 1 - told)])


def focal_log_odds(studio: Studio, seen: Seen) -> Floats:
    """Log-odds of far by the focal length of each photo: two normals, N(0, 1) and N(-d_f, 1).

    Args:
        studio: The settings of the photos.
        seen: N photos.

    Returns:
        (N,) In nats; 0 where no focal length is written.
    """
    told = seen.written[:, [TAGS.index(name) for name in FOCAL_TAGS]].any(axis=1)
    effect = studio.distance_effect
    return np.where(told, -effect * (seen.focal / 0.5 + effect / 2), 0.0)


def _keys(values: Ints, shown: Bools) -> Ints:
    """One number for each of the `outcomes`; those that differ only in tags not shown have the same."""
    time, stop, iso, flash, cell = np.where(shown, values, 0).T
    keys: Ints = (((cell * 64 + time + 39) * 32 + stop) * 32 + iso + 3) * 2 + flash
    return keys


def _alike(values: Ints, chance: Floats, shown: Bools) -> tuple[Ints, Floats]:
    """Keys (m,), ascending, of the combinations that can be told apart, and their chances (2, m)."""
    keys, group = np.unique(_keys(values, shown), return_inverse=True)
    return keys, np.array([np.bincount(group, row) for row in chance])


def _patterns(studio: Studio, never: Bools) -> Iterator[tuple[Bools, float]]:
    """Which tags of the light are shown, with the share of the owner's photos where it is these."""
    gone = np.where(never, 1.0, studio.missing_at_random)[[TAGS.index(name) for name in LIGHT_TAGS]]
    for pattern in product((True, False), repeat=len(LIGHT_TAGS)):
        shown = np.array(pattern)
        share = float(np.where(shown, 1 - gone, gone).prod())
        if share > 0:
            yield shown, share


def _mask(studio: Studio) -> Floats:
    """Chances given the class that LightSource is missing, and that it is written; (2, 1) if all the same."""
    if studio.light_source_gaps is None:
        return np.ones((2, 1))
    written = (1 - np.array(studio.light_source_gaps)) * (1 - studio.missing_at_random)
    return np.column_stack([1 - written, written])


def _mask_log_odds(studio: Studio, seen: Seen) -> Floats:
    """(N,) Log-odds of outdoor by whether LightSource is written."""
    told = log_ratio(_mask(studio))
    written = seen.written[:, TAGS.index("light_source")] & (len(told) > 1)
    return np.where(seen.stripped, 0.0, told[written.astype(np.int64)])
