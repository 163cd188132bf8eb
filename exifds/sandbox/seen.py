"""Seen: what an observer can see of photos of a studio, as columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exifds.sandbox.owners import PRESENCE, Owners
from exifds.sandbox.scene import Scenes

__all__ = ["FOCAL_TAGS", "LIGHT_TAGS", "TAGS", "Seen"]

TAGS: Final = tuple(PRESENCE)
LIGHT_TAGS: Final = ("exposure_time", "f_number", "iso", "flash", "brightness")
"""Tags that depend on the light, in the order of the columns of `Seen.values`."""
FOCAL_TAGS: Final = ("focal_length", "focal_length_35mm")
"""Tags that depend on the distance."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Seen:
    """What can be seen of N photos: code, tags, and which tags are written.

    Args:
        owner: (N,) Rows of the owners.
        code: (N,) [c]
        values: (N, 5) Time, aperture, ISO, flash and metered light as `LIGHT_TAGS`, in thirds of a stop.
        focal: (N,) log2 of the 35 mm focal length over 45 mm.
        written: (N, 14) In the order of `PRESENCE`.
        stripped: (N,) Whether there is no EXIF at all.
    """

    owner: Ints
    code: Bools
    values: Ints
    focal: Floats
    written: Bools
    stripped: Bools

    @classmethod
    def of_scenes(cls, blocks: Sequence[Scenes]) -> "Seen":
        """What scenes show once they are photographed; no picture is painted for it.

        Args:
            blocks: One block or more.

        Returns:
            Its photos.

        Example:
            >>> from exifds.sandbox.owners import meet
            >>> from exifds.sandbox.scene import stage
            >>> from exifds.sandbox.studio import Studio
            >>> Seen.of_scenes([stage(Studio(), meet(Studio()), 0)]).values.shape
            (1000, 5)
        """

        def column(name: str) -> NDArray[Any]:
            return np.concatenate([getattr(block, name) for block in blocks])

        thirds = [column(name) for name in ("time", "aperture", "iso", "flash")]
        light = np.rint(3 * column("metered")).astype(np.int64)
        return cls(
            owner=column("owner"),
            code=column("code"),
            values=np.column_stack([*thirds, light]),
            focal=np.log2(column("focal_35mm") / 45),
            written=column("written"),
            stripped=column("stripped"),
        )

    @classmethod
    def of_truths(cls, truths: Sequence[Mapping[str, Any]], owners: Owners) -> "Seen":
        """What photos show, by the truth about them: `Shot.truth`, or `photos` of a manifest.

        Args:
            truths: One mapping for each photo.
            owners: The owners of their studio.

        Returns:
            The photos.

        Example:
            >>> from exifds.sandbox.owners import meet
            >>> from exifds.sandbox.photographer import shoot
            >>> from exifds.sandbox.studio import Studio
            >>> Seen.of_truths([shot.truth for shot in shoot(3)], meet(Studio())).code.shape
            (3,)
        """
        owner = np.array([row["owner"] for row in truths], np.int64)
        camera = {
            name: np.array([row["camera"][name] for row in truths], np.float64)
            for name in ("exposure_time", "f_number", "iso", *FOCAL_TAGS)
        }
        stops = [
            3 * np.log2(camera["exposure_time"]),
            6 * np.log2(camera["f_number"]),
            3 * np.log2(camera["iso"] / 100),
            np.array([row["flash"] for row in truths], np.float64),
            3 * np.array([row["metered"] for row in truths], np.float64),
        ]
        written = [[name in row["written"] for name in TAGS] for row in truths]
        exact = np.array([FOCAL_TAGS[0] in row["written"] for row in truths], np.bool_)
        focal = np.where(exact, camera["focal_length"] * owners.crop[owner], camera["focal_length_35mm"])
        return cls(
            owner=owner,
            code=np.array([row["c"] for row in truths], np.bool_),
            values=np.rint(np.column_stack(stops)).astype(np.int64),
            focal=np.log2(focal / 45),
            written=np.array(written, np.bool_).reshape(len(truths), len(TAGS)),
            stripped=np.array([row["stripped"] for row in truths], np.bool_),
        )
