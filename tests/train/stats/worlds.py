"""Worlds of numbers with a known truth: simulated photos, and models that say something of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

D = (12.0 - 7.5) / 2.45
"""Distance of indoor and outdoor light in standard deviations, as fusion.md 5.2 has it."""


def multi_class(seed: int, photos: int = 200, classes: int = 4) -> tuple[Ints, Floats, Ints]:
    """Labels, logits that know something of them, and groups."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(classes, size=photos)
    logits = generator.normal(size=(photos, classes))
    logits[np.arange(photos), labels] += 1
    return labels, logits, generator.integers(photos // 4, size=photos)


def multi_label(seed: int, photos: int = 200, classes: int = 3) -> tuple[Ints, Floats, Ints]:
    """The same for several labels."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(2, size=(photos, classes))
    logits = generator.normal(size=(photos, classes)) + 2 * labels - 1
    return labels, logits, generator.integers(photos // 4, size=photos)


@dataclass(frozen=True)
class Scene:
    """Photos indoor (0) and outdoor (1), seen by an ideal image model and an ideal EXIF model."""

    labels: Ints
    image: Floats
    exif: Floats
    has_exif: NDArray[np.bool_]


def scene(seed: int, photos: int, *, q: float = 0.85, d: float = D, stripped: float = 0.0) -> Scene:
    """The image is right with probability q; EXIF knows the light; given the label they are independent."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(2, size=photos)
    side = 2 * labels - 1
    said = np.where(generator.random(photos) < q, side, -side) * np.log(q / (1 - q))
    light = d * (side * d / 2 + generator.normal(size=photos))
    has_exif = generator.random(photos) >= stripped
    image, exif = (np.stack([-odds / 2, odds / 2], axis=1) for odds in (said, has_exif * light))
    return Scene(labels, image, exif, has_exif)


def best_fusion(q: float = 0.85, d: float = D) -> float:
    """Accuracy of the best observer of both: fusion.md 5.2."""
    a = np.log(q / (1 - q))
    return float(q * norm.cdf((a + d**2 / 2) / d) + (1 - q) * norm.cdf((-a + d**2 / 2) / d))
