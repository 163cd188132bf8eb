"""Cells: photos whose scores of every concept are in the same bands. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from exifds.curate.levels import ABSENT
from exifds.store.criteria import STEPS

__all__ = ["WIDTH", "Cells"]

WIDTH: Final = 10
"""Width of a band of scores, in hundredths. Scores below the floor are one more, and missing ones another."""

_BANDS: Final = (STEPS - 1) // WIDTH + 1 - ABSENT
_MOST: Final = np.iinfo(np.int64).max // _BANDS


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of the entries of a cube, numbered from 0 so that those of a block follow each other.

    Args:
        of: Shape `(entries,)`. The cell of each entry.
        blocks: Shape `(cells,)`. The block of each cell: those of one are in the same bands of some concepts.
    """

    of: NDArray[np.intp]
    blocks: NDArray[np.intp]

    @classmethod
    def numbered(cls, levels: NDArray[np.int16], first: Sequence[int]) -> Self:
        """Number the cells.

        Args:
            levels: As those of a cube.
            first: Rows of the concepts that make the blocks; the others come after them.

        Returns:
            The cells.
        """
        bands = np.where(levels < 0, levels, np.minimum(levels, STEPS - 1) // WIDTH) - ABSENT
        block = _numbers(np.zeros(levels.shape[1], np.int64), bands[list(first)])
        of = _numbers(block, _without(bands, first))
        blocks = np.zeros(of.max(initial=-1) + 1, np.intp)
        blocks[of] = block
        return cls(of, blocks)

    def like(self, entry: int) -> Self:
        """The same with one entry more, whose scores are those of another."""
        return type(self)(np.append(self.of, self.of[entry]), self.blocks)


def _without(bands: NDArray[np.int16], rows: Collection[int]) -> list[NDArray[np.int16]]:
    return [band for row, band in enumerate(bands) if row not in rows]


def _numbers(number: NDArray[np.int64], bands: Iterable[NDArray[np.int16]]) -> NDArray[np.intp]:
    """Numbers from 0 in the order of a first number and then of each band."""
    largest = len(number)
    for band in bands:
        if largest > _MOST:
            number = np.unique(number, return_inverse=True)[1]
            largest = len(number)
        number = number * _BANDS + band
        largest *= _BANDS
    return np.unique(number, return_inverse=True)[1]
