"""Evidence: how likely what a photo shows is under either class. Exact sums, nothing is drawn.

Tags hold thirds of a stop, so there are finitely many combinations of exposure time, f-number, ISO, flash and
light. Their chances given the class are integrals over the light, taken in cells of a third of an EV by
Gauss-Legendre quadrature; where tags are missing, the chances of combinations that look alike are added.

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
from exifds.sandbox.owners import Owners
from exifds.sandbox.scene import METERED_FLASH, flash_probability
from exifds.sandbox.seen import FOCAL_TAGS, LIGHT_TAGS, TAGS, Seen
from exifds.sandbox.studio import Studio

__all__ = ["focal", "focal_log_odds", "join", "light", "light_log_odds", "log_ratio"]

_NOISE: Final = 0.4  # of aperture and ISO, in stops; this and the limits below are those of `scene.exposure`
_STOPS: Final = np.arange(3, 25)  # f/1.4 to f/16
_ISOS: Final = np.arange(-3, 22)  # 50 to 12800
_TIMES: Final = (-39, 15)  # 1/8192 to 32 s
_TIME_FLASH: Final = -18  # 1/60 s
_REACH: Final = 8.0  # the light is followed so many standard deviations out
_NEGLIGIBLE: Final = 1e-18
_NODES, _NODES_NARROW, _NARROW = 6, 48, 0.5  # nodes in a cell, and in one much wider than the light spreads

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
    outcomes = _outcomes(studio, owners, owner)
    parts = [share * _alike(*outcomes, shown)[1] for shown, share in _patterns(studio, owners.never[owner])]
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
        outcomes = _outcomes(studio, owners, int(owner))
        mine = (seen.owner == owner) & ~seen.stripped
        for pattern in np.unique(shown[mine], axis=0):
            rows = np.flatnonzero(mine & (shown == pattern).all(axis=1))
            keys, chance = _alike(*outcomes, pattern)
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


def _outcomes(studio: Studio, owners: Owners, owner: int) -> tuple[Ints, Floats]:
    """All combinations of the tags of the light as (n, 5), and their chances as (2, n), nothing missing."""
    cells = _cells(studio)
    nodes, weights = _quadrature(studio, cells)
    fired = flash_probability(nodes, np.full(nodes.shape, owners.flash_willingness[owner])) * studio.flash
    lit = weights * (1 - fired)
    stops, isos = _stop_chances(owners, owner, nodes), _iso_chances(owners, owner, nodes)
    plain = (lit[..., None] * stops).swapaxes(-1, -2) @ isos  # sums over the nodes of a cell
    metered = np.array([METERED_FLASH])
    pair = _stop_chances(owners, owner, metered)[0][:, None] * _iso_chances(owners, owner, metered)[0]
    flashed = (weights * fired).sum(axis=(1, 2))[:, None, None] * pair
    values = _values(cells, int(owners.compensation[owner]))
    chance = np.hstack([plain.reshape(2, -1), flashed.reshape(2, -1)])
    likely = chance.max(axis=0) > _NEGLIGIBLE
    return values[likely], chance[:, likely]


def _cells(studio: Studio) -> Ints:
    """The cells that light of either class falls into: 3 EV of the middle of each."""
    ends = np.rint(3 * (_means(studio) + _REACH * studio.light_spread * np.array([-1, 1])))
    return np.unique(np.concatenate([np.arange(low, high + 1) for low, high in ends.astype(np.int64)]))


def _means(studio: Studio) -> Floats:
    """(2, 1) Mean light of either class, EV."""
    return np.array([[studio.light_indoor], [studio.light_outdoor]])


def _quadrature(studio: Studio, cells: Ints) -> tuple[Floats, Floats]:
    """Nodes (2, K, G) in each cell in EV, and their weights under the light of either class.

    A cell ends where the light of the class does, so that light which hardly spreads is met as well.
    """
    reach = _REACH * studio.light_spread
    ends = [
        np.clip((cells + side) / 3, _means(studio) - reach, _means(studio) + reach) for side in (-0.5, 0.5)
    ]
    places, shares = np.polynomial.legendre.leggauss(
        _NODES if studio.light_spread > _NARROW else _NODES_NARROW
    )
    middle, half = (ends[0] + ends[1])[:, :, None] / 2, (ends[1] - ends[0])[:, :, None] / 2
    nodes = middle + half * places
    score = (nodes - _means(studio)[:, :, None]) / studio.light_spread
    density = np.exp(-(score**2) / 2) / (np.sqrt(2 * np.pi) * studio.light_spread)
    return nodes, density * half * shares


def _stop_chances(owners: Owners, owner: int, metered: Floats) -> Floats:
    """P(aperture | e) over `_STOPS`, in a further last axis."""
    return _clipped(_STOPS, owners.aperture[owner] + 0.25 * (metered - 10))


def _iso_chances(owners: Owners, owner: int, metered: Floats) -> Floats:
    """P(ISO | e) over `_ISOS`, in a further last axis: none below the owner's lowest."""
    below = int(owners.base_iso[owner] - _ISOS[0])
    chance = _clipped(_ISOS[below:], owners.iso_slope[owner] * (9 - metered))
    return np.concatenate([np.zeros((*metered.shape, below)), chance], axis=-1)


def _clipped(thirds: Ints, mean: Floats) -> Floats:
    """A normal around `mean` stops, rounded to thirds; what lies outside is at the ends."""
    under = ndtr(((thirds[:-1] + 0.5) / 3 - mean[..., None]) / _NOISE)
    ends = np.ones((*mean.shape, 1))
    return np.diff(np.concatenate([0 * ends, under, ends], axis=-1), axis=-1)


def _values(cells: Ints, compensation: int) -> Ints:
    """The tags of all combinations in the order of their chances: without flash, then with it."""
    cell, stop, iso = (axis.ravel() for axis in np.meshgrid(cells, _STOPS, _ISOS, indexing="ij"))
    time = np.clip(stop - cell - iso + compensation, *_TIMES)
    plain = np.column_stack([time, stop, iso, 0 * time, cell])
    stop, iso = (axis.ravel() for axis in np.meshgrid(_STOPS, _ISOS, indexing="ij"))
    one = np.ones_like(stop)
    flashed = np.column_stack([_TIME_FLASH * one, stop, iso, one, round(3 * METERED_FLASH) * one])
    return np.vstack([plain, flashed])


def _keys(values: Ints, shown: Bools) -> Ints:
    """One number for each combination; those that differ only in tags not shown have the same."""
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
