"""Strata: photos that a mean over all of them would hide, such as those without EXIF."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exifds.train.predictions import Predictions

__all__ = ["Stratum", "strata"]


@dataclass(frozen=True, eq=False)
class Stratum:
    """Some of the photos.

    Args:
        by: What they are parted by: `exif`, `group` or `flash`.
        name: `complete`, `partial`, `none`; `seen`, `unseen`; `fired`, `not fired`, `unknown`.
        rows: Which they are, shape (N,).
    """

    by: str
    name: str
    rows: NDArray[np.bool_]

    @property
    def photos(self) -> int:
        """How many there are."""
        return int(self.rows.sum())


def strata(found: Predictions) -> list[Stratum]:
    """Part photos by how much EXIF they have, by whether training knew their group, and by flash.

    Args:
        found: Predictions of N photos.

    Returns:
        The strata that hold photos; those with the same `by` hold each photo once.
    """
    none = found.tags == 0
    parts = [
        Stratum("exif", "complete", ~none & found.complete),
        Stratum("exif", "partial", ~none & ~found.complete),
        Stratum("exif", "none", none),
        Stratum("group", "seen", found.seen),
        Stratum("group", "unseen", ~found.seen),
        Stratum("flash", "fired", found.flash == 1),
        Stratum("flash", "not fired", found.flash == 0),
        Stratum("flash", "unknown", found.flash < 0),
    ]
    return [part for part in parts if part.photos]
