"""Late: calibrated late fusion of an image model and an EXIF model, the bar for every learned fusion.

Given the class, pixels and EXIF are nearly independent, so their log-odds nearly add (Boutell & Luo 2004).
Two weights and a bias for each class, fitted on val, mend what is not so; the models stay as they are.
The weight of the image and the biases alone mend an image model, too: what EXIF adds is the gain over a late
fusion with EXIF logits of 0, whose EXIF weight stays 0.
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.train.stats import calibration, scores

__all__ = ["Late"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Late(BaseModel):
    """A fitted late fusion: image_weight * image / T_image + exif_weight * EXIF / T_exif + bias.

    Args:
        image_temperature: T_image, from all val photos.
        exif_temperature: T_exif, from those that have EXIF.
        image_weight: One for all classes; for several labels one for each.
        exif_weight: Alike.
        bias: One for each class.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_temperature: float
    exif_temperature: float
    image_weight: tuple[float, ...]
    exif_weight: tuple[float, ...]
    bias: tuple[float, ...]

    @classmethod
    def fit(
        cls,
        labels: Ints,
        image: Floats,
        exif: Floats,
        has_exif: NDArray[np.bool_] | None = None,
        *,
        ridge: float = 1.0,
    ) -> Self:
        """Fit on val photos, by logistic regression.

        Args:
            labels: Shape (N,); for several labels (N, C), each of which is fitted by itself.
            image: Logits of the image model, shape (N, C).
            exif: Logits of the EXIF model, shape (N, C).
            has_exif: Whether a photo has any EXIF, shape (N,); None: all have.
            ridge: Pull towards the image alone: weights 1 and 0, biases 0.

        Returns:
            The fusion; without photos it is the image model.
        """
        there = np.ones(len(labels), bool) if has_exif is None else has_exif
        labels_there = labels[there]
        hot = calibration.temperature(labels, image)
        cold = calibration.temperature(labels_there, exif[there])
        found = _fit(labels_there, image[there] / hot, exif[there] / cold, ridge)
        weight, other, bias = (tuple(part.tolist()) for part in found)
        return cls(
            image_temperature=hot, exif_temperature=cold, image_weight=weight, exif_weight=other, bias=bias
        )

    def logits(self, image: Floats, exif: Floats, has_exif: NDArray[np.bool_] | None = None) -> Floats:
        """Fuse.

        Args:
            image: Logits of the image model, shape (N, C).
            exif: Logits of the EXIF model, shape (N, C).
            has_exif: Whether a photo has any EXIF, shape (N,); None: all have.

        Returns:
            Logits, shape (N, C); a photo without EXIF has those of the image model over their temperature.
        """
        alone = image / self.image_temperature
        fused = alone * self.image_weight + exif / self.exif_temperature * self.exif_weight + self.bias
        return fused if has_exif is None else np.where(has_exif[:, None], fused, alone)


def _fit(labels: Ints, image: Floats, exif: Floats, ridge: float) -> tuple[Floats, Floats, Floats]:
    """Weights of image, of EXIF and biases: the least penalised cross-entropy, which is convex."""
    from scipy.optimize import minimize

    several, classes = labels.ndim > 1, image.shape[1]
    truth = labels if several else scores.one_hot(labels, classes)
    count = classes if several else 1
    start = np.concatenate([np.ones(count), np.zeros(count), np.zeros(classes)])

    def cost(theta: Floats) -> tuple[float, Floats]:
        first, second, bias = np.split(theta, [count, 2 * count])
        fused = first * image + second * exif + bias
        loss = scores.log_losses(labels, fused).sum() * count
        slope = scores.probabilities(fused, several=several) - truth
        slopes = [(slope * side).reshape(-1, count).sum(axis=0) for side in (image, exif)]
        apart = theta - start
        steps = np.concatenate([*slopes, slope.sum(axis=0)]) + ridge * apart
        return float(loss + ridge / 2 * apart @ apart), steps

    found = minimize(cost, start, jac=True, method="L-BFGS-B").x
    first, second, bias = np.split(np.asarray(found, np.float64), [count, 2 * count])
    return first, second, bias
