"""Vocabulary: the codes of a tag, as the numbers that a network reads."""

from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from exifds.train.recipe import Recipe

__all__ = ["Vocabulary"]

Numbers = NDArray[np.float64]

_MISSING: Final = 0
_OTHER: Final = 1
_LARGEST_CODE: Final = 2**16 - 1


class Vocabulary(BaseModel):
    """The numbers of codes: 0 missing, 1 other, then those of the training photos.

    Args:
        codes: Those of the training photos, in order.
        fill: The number where the tag is missing.

    Example:
        >>> Vocabulary(codes=(0, 4))(np.array([np.nan, 0, 3, 4]))
        array([0, 2, 1, 3], dtype=int32)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    codes: tuple[int, ...] = ()
    fill: Annotated[int, Field(ge=0)] = _MISSING

    @classmethod
    def fit(cls, column: Numbers, recipe: Recipe) -> "Vocabulary":
        """Fit which codes have a number. A code has 16 bits: what is none is `other`.

        Args:
            column: Codes of the photos of the fit, shape (N,); NaN where the tag is missing.
            recipe: Says how it is imputed.

        Returns:
            The vocabulary.
        """
        known, counts = np.unique(column[~np.isnan(column)], return_counts=True)
        codes = (known >= 0) & (known <= _LARGEST_CODE) & (known == np.round(known))
        known, counts = known[codes], counts[codes]
        most = int(counts.argmax()) + _OTHER + 1 if len(known) and recipe.impute == "mean_mode" else _MISSING
        return cls(codes=tuple(map(int, known)), fill=most)

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return _OTHER + 1 + len(self.codes)

    def __call__(self, column: Numbers) -> NDArray[np.int32]:
        """The number of each code."""
        known = np.array([*self.codes, np.inf])
        place = np.searchsorted(known, column).clip(max=len(self.codes))  # NaN comes last
        numbers = np.where(known[place] == column, place + _OTHER + 1, _OTHER)
        return np.where(np.isnan(column), self.fill, numbers).astype(np.int32)
