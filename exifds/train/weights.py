"""Weights: of a network on file. They are all that is stored of it, so reading them runs no foreign code."""

import math
import warnings
from pathlib import Path
from typing import Any, Final

from exifds.train.folder import require_room

__all__ = ["fill", "save"]

_BYTES: Final = 4
"""Of a number: weights have 32 bits."""
_SPARE: Final = 1.1
_BYTES_OF_NAMES: Final = 8192
"""For each variable; the names of it and its layer take 4,500 at most."""


def save(model: Any, path: Path) -> None:
    """Write the weights of a network.

    HDF5 crashes the process if the disk is full while it writes, so the room is made sure of before.

    Args:
        model: A `keras.Model`. It loses its optimizer, whose state would be written, too.
        path: Where to.

    Raises:
        OSError: The disk is full.
    """
    numbers = sum(math.prod(variable.shape) for variable in model.variables)
    require_room(path.parent, int(_SPARE * _BYTES * numbers) + _BYTES_OF_NAMES * len(model.variables))
    model.optimizer = None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__", DeprecationWarning)  # Keras 3.15 under NumPy 2
        model.save_weights(path)


def fill(network: Any, path: Path) -> None:
    """Fill a network with the weights of a file.

    Args:
        network: A `keras.Model`.
        path: Of the file.

    Raises:
        ValueError: The file is missing, damaged, or of another network; the name of what went wrong.
    """
    try:
        with warnings.catch_warnings():  # Keras only warns of layers that it leaves as they are
            warnings.simplefilter("error", UserWarning)
            network.load_weights(path)
    except Exception as error:  # noqa: BLE001  # HDF5 and Keras raise any of a dozen for a damaged file
        raise ValueError(type(error).__name__) from None
