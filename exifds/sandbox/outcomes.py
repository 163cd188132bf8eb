"""Outcomes: all combinations of the tags of the light, and how likely each is under either class.

Tags hold thirds of a stop, so there are finitely many combinations of exposure time, f-number, ISO, flash and
light. Their chances given the class are integrals over the light, taken in cells of a third of an EV by
Gauss-Legendre quadrature.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from exifds.sandbox.owners import Owners
from exifds.sandbox.scene import METERED_FLASH, flash_probability
from exifds.sandbox.studio import Studio

__all__ = ["outcomes"]

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


def outcomes(studio: Studio, owners: Owners, owner: int) -> tuple[Ints, Floats]:
    """All combinations of the tags of the light in the photos of one owner, with nothing missing.

    Args:
        studio: The settings.
        owners: Its owners.
        owner: Row of the owner.

    Returns:
        The tags as (n, 5), in the order of `seen.LIGHT_TAGS`, and the chances given either class as (2, n).

    Example:
        >>> from exifds.sandbox.owners import meet
        >>> outcomes(Studio(), meet(Studio()), 0)[1].sum(axis=1).round(9)
        array([1., 1.])
    """
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
