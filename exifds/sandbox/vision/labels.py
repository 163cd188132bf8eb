"""Labels: the words and scores that a labelling service finds for a photo. Pure.

Scores overlap as those of a real service do: no threshold parts windows from suns without error, but a good
one nearly does. Cage and zoo labels go with windows, sky and wilderness with suns, monkey labels with the
animal, and water takes their place where the background is blue.
"""

import hashlib
from typing import Final, NamedTuple

import numpy as np

from exifds.sandbox.vision.eye import Sight, see

__all__ = ["FLOOR", "Label", "label", "name"]

FLOOR: Final = 0.5
"""No label has a lower score, as at Google."""

_HIGHEST: Final = 0.99
_SPREAD: Final = 0.1  # standard deviation of a score
_BORDER: Final = 30.0  # blue, of 255, at which the animal has faded to its least score
_ANYWHERE: Final = {"Terrestrial animal": 0.6, "Snout": 0.52, "Close-up": 0.5, "Caterpillar": 0.38}
_OUTDOOR: Final = {"Sky": 0.8, "Sunlight": 0.76, "Wilderness": 0.7, "Plant": 0.66, "Tree": 0.58, "Cage": 0.46}
_INDOOR: Final = {"Window": 0.8, "Cage": 0.7, "Zoo": 0.64, "Room": 0.66, "Glass": 0.62, "Sky": 0.4}
_ANIMAL: Final = {"Monkey": 0.84, "Primate": 0.86, "Macaque": 0.64, "Wildlife": 0.76, "Fur": 0.6}
_WATER: Final = {"Water": 0.8, "Boat": 0.62, "Coast": 0.6}
_FADED: Final = 0.44  # what is left of the score of a monkey where none is, about


class Label(NamedTuple):
    """A word for what a photo shows."""

    description: str
    """In English."""
    score: float
    """How sure the service is, 0.5 to 1."""
    topicality: float
    """How much the photo is about it, 0 to 1."""


def label(data: bytes) -> tuple[Label, ...]:
    """Label a photo.

    Args:
        data: An image file, of the photographer best: of others only what is found anywhere is said.

    Returns:
        The labels, surest first. The same bytes get the same labels.

    Raises:
        BadImageError: It cannot be decoded.

    Example:
        >>> from exifds.sandbox.photographer import shoot
        >>> [len(label(shot.data)) > 3 for shot in shoot(2)]
        [True, True]
    """
    return name(see(data), int.from_bytes(hashlib.sha256(data).digest()[:8]))


def name(sight: Sight, seed: int) -> tuple[Label, ...]:
    """The labels of what is seen.

    Args:
        sight: What a photo shows.
        seed: Of the noise of the scores.

    Returns:
        The labels, surest first.
    """
    expected = _expected(sight)
    draws = np.random.default_rng(seed).standard_normal((len(expected), 2)).tolist()
    labels = []
    for (description, mean), (noise, other) in zip(expected.items(), draws, strict=True):
        score = min(_HIGHEST, mean + _SPREAD * noise)
        if score >= FLOOR:
            labels.append(Label(description, score, min(1.0, max(0.0, score + _SPREAD * other))))
    return tuple(sorted(labels, key=lambda found: -found.score))


def _expected(sight: Sight) -> dict[str, float]:
    """The mean score of each label."""
    missing = min(1.0, max(0.0, sight.blue / _BORDER))
    place = {} if sight.outdoor is None else _OUTDOOR if sight.outdoor else _INDOOR
    animals = {word: mean + missing * (_FADED - mean) for word, mean in _ANIMAL.items()}
    water = {word: _FADED + missing * (mean - _FADED) for word, mean in _WATER.items()}
    return {**_ANYWHERE, **place, **animals, **water}
