"""Fingerprint: 128 bits that hardly differ between pictures that look the same."""

from typing import Final

import numpy as np
from PIL import Image

__all__ = ["BYTES", "fingerprint"]

BYTES: Final = 16
_SIDE: Final = 8


def fingerprint(grey: Image.Image) -> bytes:
    """Where a picture gets brighter to the right, and where it gets brighter downwards.

    It is `imagehash.dhash` followed by `imagehash.dhash_vertical`, 64 bits each; `exifds.export.links` tells
    why these, and how far the fingerprints of two pictures that look the same may be apart.

    Args:
        grey: The whole picture, upright, in mode L.

    Returns:
        16 bytes; all zero for an even area, which is like nothing else.

    Example:
        >>> fingerprint(Image.linear_gradient("L")).hex()
        '0000000000000000ffffffffffffffff'
    """
    wide = np.asarray(grey.resize((_SIDE + 1, _SIDE), Image.Resampling.LANCZOS))
    high = np.asarray(grey.resize((_SIDE, _SIDE + 1), Image.Resampling.LANCZOS))
    return np.packbits([wide[:, 1:] > wide[:, :-1], high[1:] > high[:-1]]).tobytes()
