"""Answers: what a model answers about photos whose labels are known."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from exifds.errors import UsageError
from exifds.train.predictions import Predictions
from exifds.train.stats import scores

__all__ = ["THRESHOLD", "Answers"]

THRESHOLD: Final = 0.5
"""Probability from which a label is given, where no other threshold was tuned."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model answers about N photos; C classes.

    Args:
        labels: Class, shape (N,); for several labels 0 or 1, shape (N, C).
        logits: Before softmax or sigmoid, shape (N, C).
        groups: Number that photos of one owner (camera, place) share, shape (N,).
        thresholds: Probability from which each of several labels is given, shape (C,); None: 0.5.

    Raises:
        UsageError: There is no photo, the shapes do not fit, a label is no class, or a logit is not finite.

    Example:
        >>> answers = Answers(np.array([0, 1]), np.array([[2.0, 0.0], [0.5, 0.0]]), np.array([7, 8]))
        >>> answers.right
        array([ True, False])
    """

    labels: NDArray[np.int64]
    logits: NDArray[np.float64]
    groups: NDArray[np.int64]
    thresholds: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        photos, classes = self.logits.shape if self.logits.ndim == 2 else (-1, 0)  # noqa: PLR2004 - a matrix
        if self.labels.shape not in {(photos,), (photos, classes)} or self.groups.shape != (photos,):
            raise UsageError(
                f"expected a label, {classes} logits and a group for each photo; got shapes "
                f"{self.labels.shape}, {self.logits.shape} and {self.groups.shape}"
            )
        if not photos:
            raise UsageError("expected photos to score, got none")
        if not np.isfinite(self.logits).all():
            raise UsageError("some logits are not finite: the training diverged; train with a smaller rate")
        top = 1 if self.several else classes - 1
        if self.labels.min() < 0 or self.labels.max() > top:
            raise UsageError(f"expected labels from 0 to {top}, got {self.labels.min()}..{self.labels.max()}")

    @classmethod
    def of(cls, found: Predictions, thresholds: NDArray[np.float64] | None = None) -> Self:
        """Those of a run.

        Args:
            found: Predictions of one split.
            thresholds: For several labels, tuned on val; see `calibration.thresholds`.

        Returns:
            The answers.

        Raises:
            UsageError: As above.
        """
        return cls(found.labels, found.logits, found.group, thresholds)

    @property
    def several(self) -> bool:
        """Whether a photo can have several labels."""
        return self.labels.ndim > 1

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return int(self.logits.shape[1])

    @cached_property
    def truth(self) -> NDArray[np.int64]:
        """Labels as 0 or 1 for each class, shape (N, C)."""
        return self.labels if self.several else scores.one_hot(self.labels, self.classes)

    @cached_property
    def decided(self) -> NDArray[np.int64]:
        """Labels given, as 0 or 1 for each class, shape (N, C)."""
        return scores.decisions(self.logits, several=self.several, thresholds=self.thresholds)

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Whether all that is said of a photo is right, shape (N,)."""
        return np.asarray((self.truth == self.decided).all(axis=1))

    @cached_property
    def log_losses(self) -> NDArray[np.float64]:
        """Cross-entropy of each photo in nats, shape (N,)."""
        return scores.log_losses(self.labels, self.logits)

    @cached_property
    def briers(self) -> NDArray[np.float64]:
        """Brier score of each photo, shape (N,)."""
        return scores.briers(self.labels, self.logits)
