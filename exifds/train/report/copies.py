"""Copies: test photos that training has seen bit by bit, where a recipe leaves them in."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from exifds.train import photos as reading
from exifds.train.division import divide
from exifds.train.photos import TEST, TRAIN
from exifds.train.recipe import Recipe

__all__ = ["copies"]


def copies(folder: Path, recipes: Mapping[str, Recipe]) -> dict[str, int]:
    """Count the test photos that have an exact copy in training.

    Args:
        folder: The export.
        recipes: By name; those that drop copies are passed over.

    Returns:
        For each of the others how many there are.

    Raises:
        UsageError: The export is damaged, or cannot be divided so.
    """
    careless = {name: recipe for name, recipe in recipes.items() if not recipe.dedup}
    if not careless:
        return {}
    photos = reading.read(folder, progress=False)
    found = {}
    for name, recipe in careless.items():
        divided = divide(photos, recipe)
        train, test = (divided.digest[divided.where(split)] for split in (TRAIN, TEST))
        found[name] = int(np.isin(test, train).sum())
    return found
