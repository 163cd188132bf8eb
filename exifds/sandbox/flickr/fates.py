"""Fates: which photos were deleted, lost, hidden and so on. Pure and vectorised."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from exifds.sandbox.flickr.columns import Bools, Columns
from exifds.sandbox.flickr.faults import Faults

__all__ = ["Fates", "befall"]

_NOT_CREATIVE_COMMONS: Final = (0, 7, 8)  # ids of licences


@dataclass(frozen=True)
class Fates:
    """Whether each photo met a fate; `Faults` describes them."""

    deleted: Bools
    lost: Bools
    video: Bools
    hidden: Bools
    guarded: Bools
    unsafe: Bools
    nulls: Bools

    @property
    def gone(self) -> Bools:
        """Photos without a file: deleted or lost."""
        return self.deleted | self.lost


def befall(columns: Columns, faults: Faults) -> Fates:
    """Deal out the fates.

    Args:
        columns: The photos.
        faults: The share of each fate.

    Returns:
        Fates. No photo is two of deleted, lost and video; the others are independent.
    """
    gone = faults.deleted + faults.lost
    return Fates(
        deleted=columns.fate < faults.deleted,
        lost=(columns.fate >= faults.deleted) & (columns.fate < gone),
        video=(columns.fate >= gone) & (columns.fate < gone + faults.video),
        hidden=columns.hidden < faults.hidden,
        guarded=(columns.guarded < faults.guarded) & np.isin(columns.license, _NOT_CREATIVE_COMMONS),
        unsafe=columns.safety < faults.unsafe,
        nulls=columns.nulls < faults.nulls,
    )
