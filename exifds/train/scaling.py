"""Scaling: the numbers of a column, as a network reads them."""

from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from exifds.train.columns import Column, Sheet
from exifds.train.recipe import Recipe

__all__ = ["CLIP", "Scaling"]

Numbers = NDArray[np.float64]
Finite = Annotated[float, Field(allow_inf_nan=False)]

CLIP: Final = 4.0
"""Of columns scaled by median and interquartile range: a value farther out is an outlier."""
_BOUND: Final = 1e6
"""Of columns scaled by mean and standard deviation. None of N photos stands sqrt(N) away from their mean, so
this changes nothing but values nobody has seen, which would make the sums of a network infinite."""
_PRECISION: Final = 1e-6
"""A spread of so small a part of the centre is noise of 32-bit floats."""


class Scaling(BaseModel):
    """How a column is scaled.

    Args:
        centre: What becomes 0.
        spread: What becomes 1 more.
        limit: The largest magnitude of the result.
        fill: The result where the column is missing.

    Example:
        >>> Scaling(centre=100, spread=50, limit=4)(np.array([200, 1e9, np.nan]))
        array([2., 4., 0.])
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    centre: Finite = 0.0
    spread: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    limit: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    fill: Finite = 0.0

    @classmethod
    def fit(cls, column: Column, found: Sheet, recipe: Recipe) -> "Scaling | None":
        """Fit how a column is scaled.

        Args:
            column: The column.
            found: The photos of the fit.
            recipe: Says how it is scaled and imputed.

        Returns:
            The scaling; None if no photo has the column.
        """
        values = column.of(found)
        known = values[~np.isnan(values)]
        impute = recipe.impute == "mean_mode"
        if not len(known):
            return None
        if column.category:
            return cls(fill=_is_most_frequent(column, found)) if impute else cls()
        if recipe.scale == "raw":
            # The thesis imputes before it scales, so that photos without the tag narrow the spread.
            centre = float(known.mean())
            spread = float(np.where(np.isnan(values), centre, values).std() if impute else known.std())
            return cls(centre=centre, spread=_positive(spread, centre), limit=_BOUND)
        low, centre, high = map(float, np.quantile(known, (0.25, 0.5, 0.75)))
        scaling = cls(centre=centre, spread=_positive(high - low, centre), limit=CLIP)
        fill = float(scaling(known.mean(keepdims=True))[0]) if impute else 0.0
        return scaling.model_copy(update={"fill": fill})

    def __call__(self, column: Numbers) -> Numbers:
        """The column scaled, without a NaN."""
        scaled = np.clip((column - self.centre) / self.spread, -self.limit, self.limit)
        return np.where(np.isnan(scaled), self.fill, scaled)


def _positive(spread: float, centre: float) -> float:
    """A spread to divide by: 1 where all values are the same."""
    return spread if spread > _PRECISION * abs(centre) else 1.0


def _is_most_frequent(column: Column, found: Sheet) -> float:
    """Whether the category of a column is the most frequent of its tag; of several the first."""
    given = found[column.tags[0]]
    numbers, counts = np.unique(given[~np.isnan(given)], return_counts=True)
    of_most = {column.tags[0]: numbers[[int(counts.argmax())]]}
    return float(column.of(of_most)[0])
