"""Truth: how well the best possible observer does on the photos of a studio, and what it thinks of each.

Code, EXIF and owner are independent given the class, so their log-odds add. The figures are sums over all
that can be seen, weighted by its chance; nothing is drawn. They bound every model, the more so as the
observer knows the habits of whoever took the photo, on which EXIF depends. `owner_known` says whether it
also knows which class this owner prefers. If not it takes the mean over all owners, which is all there is to
know of somebody new: the figure for owner-disjoint splits.

Where exactness ends: tags hold thirds of a stop, which is heeded here and is worth less than .001 of an
accuracy; the rest is in `exifds.sandbox.evidence`. With `physics`, noise and blur of the pixels follow ISO
and time, so there is no figure for the image, nor for the fusion unless all EXIF is complete. With
`fingerprint` the pixels tell the owner: there the image's figure for owners seen before is the one with
`owner_known`. Pixels too noisy to read lower what can be reached, not these figures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from exifds.sandbox import evidence
from exifds.sandbox.evidence import join, log_ratio
from exifds.sandbox.owners import Owners, meet
from exifds.sandbox.scene import Scenes
from exifds.sandbox.seen import Seen
from exifds.sandbox.studio import Studio

__all__ = ["Figures", "LogOdds", "Truth", "log_odds", "truth"]

Floats = NDArray[np.float64]
Task = Literal["light", "distance"]


@dataclass(frozen=True)
class Figures:
    """What the best observer reaches.

    Args:
        accuracy: Share of the photos it gets right; where it must guess, a half of them.
        auc: Area under the ROC curve.
        log_loss: Mean cross-entropy in nats.
    """

    accuracy: float
    auc: float
    log_loss: float


@dataclass(frozen=True)
class Truth:
    """Figures by what the observer sees. None where there is no exact one.

    Args:
        prior: Nothing, or the owner alone.
        exif: EXIF.
        image: The pixels.
        fusion: Both.
    """

    prior: Figures
    exif: Figures
    image: Figures | None
    fusion: Figures | None

    def report(self) -> dict[str, dict[str, float]]:
        """The figures as plain data, by the inputs of a model.

        Returns:
            `accuracy` and `log_loss` of `exif`, `image` and `fusion`, as far as there are.

        Example:
            >>> list(truth(Studio()).report())
            ['exif', 'image', 'fusion']
        """
        models = {"exif": self.exif, "image": self.image, "fusion": self.fusion}
        return {
            name: {"accuracy": figures.accuracy, "log_loss": figures.log_loss}
            for name, figures in models.items()
            if figures is not None
        }


@dataclass(frozen=True)
class LogOdds:
    """Posterior log-odds of y = 1 of N photos, in nats, by what the observer sees.

    Args:
        prior: (N,) Nothing, or the owner alone.
        exif: (N,) EXIF.
        image: (N,) The pixels; None where there is no exact figure.
        fusion: (N,) Both; None likewise.
    """

    prior: Floats
    exif: Floats
    image: Floats | None
    fusion: Floats | None


def truth(studio: Studio | None = None, *, owner_known: bool = False, task: Task = "light") -> Truth:
    """The exact Bayes figures of a studio.

    Args:
        studio: The settings.
        owner_known: Whether the observer knows the class prior of each photo's owner, or only their mean.
        task: `light` tells outdoor from indoor; `distance` far from near, which only the focal length shows.

    Returns:
        Accuracy, AUC and log-loss of the best observer.

    Example:
        >>> best = truth(Studio(flash=False, code_accuracy=0.7))
        >>> round(best.exif.accuracy, 3), round(best.image.accuracy, 3), round(best.fusion.accuracy, 3)
        (0.821, 0.7, 0.844)
    """
    studio = Studio() if studio is None else studio
    owners = meet(studio)
    prior, believed = _priors(owners, task, owner_known=owner_known)
    tell = evidence.light if task == "light" else evidence.focal
    exif = [tell(studio, owners, owner) for owner in range(studio.owners)]
    nothing, code = np.ones((2, 1)), _code(studio, task)

    def figures(seen: list[Floats]) -> Figures:
        return _figures(seen, prior, believed)

    pixels, both = _exact(studio)
    return Truth(
        prior=figures([nothing] * studio.owners),
        exif=figures(exif),
        image=figures([code] * studio.owners) if pixels else None,
        fusion=figures([join(part, code) for part in exif]) if both else None,
    )


def log_odds(
    studio: Studio,
    photos: Iterable[Scenes] | Iterable[Mapping[str, Any]],
    *,
    owner_known: bool = False,
    task: Task = "light",
) -> LogOdds:
    """What the best observer thinks of each photo.

    Args:
        studio: The settings of the photos.
        photos: Blocks of scenes, or the truth about each photo: `Shot.truth`, or `photos` of a manifest.
        owner_known: As in `truth`.
        task: As in `truth`.

    Returns:
        Log-odds of outdoor (light) or far (distance).

    Raises:
        UsageError: A photo cannot be of this studio.

    Example:
        >>> from exifds.sandbox.photographer import shoot
        >>> odds = log_odds(Studio(), (shot.truth for shot in shoot(2)))
        >>> odds.image.round(3)  # log(.85 / .15): the pixels of both say outdoor
        array([1.735, 1.735])
    """
    owners = meet(studio)
    seen = _seen(list(photos), owners)
    believed = _priors(owners, task, owner_known=owner_known)[1][seen.owner]
    prior = log_ratio(np.array([1 - believed, believed]))
    if task == "light":
        exif = evidence.light_log_odds(studio, owners, seen)
    else:
        exif = evidence.focal_log_odds(studio, seen)
    told = log_ratio(_code(studio, task))
    code = told[(seen.code & (len(told) > 1)).astype(np.int64)]
    pixels, both = _exact(studio)
    return LogOdds(
        prior=prior,
        exif=prior + exif,
        image=prior + code if pixels else None,
        fusion=prior + exif + code if both else None,
    )


def _seen(photos: list[Any], owners: Owners) -> Seen:
    """Photos by what was handed in."""
    if photos and isinstance(photos[0], Scenes):
        return Seen.of_scenes(photos)
    return Seen.of_truths(photos, owners)


def _priors(owners: Owners, task: Task, *, owner_known: bool) -> tuple[Floats, Floats]:
    """P(y = 1) for each owner, as it is and as the observer believes."""
    real = owners.prior if task == "light" else np.full(len(owners.prior), 0.5)
    return real, real if owner_known else np.full(len(real), real.mean())


def _code(studio: Studio, task: Task) -> Floats:
    """Chances of the image codes 0 and 1 given the class; of distance the pixels tell nothing."""
    q = studio.code_accuracy
    return np.array([[q, 1 - q], [1 - q, q]]) if task == "light" else np.ones((2, 1))


def _exact(studio: Studio) -> tuple[bool, bool]:
    """Whether there are exact figures of the image, and of the fusion."""
    complete = studio.stripped == 0 and studio.missing_at_random == 0
    return not studio.physics, not studio.physics or complete


def _figures(seen: list[Floats], prior: Floats, believed: Floats) -> Figures:
    """Figures of an observer with (2, n) chances of what it sees for each owner, and a belief about each."""
    real = _weighed(seen, prior) / len(prior)
    there = real.any(axis=0)
    real, ratio = real[:, there], log_ratio(_weighed(seen, believed)[:, there])
    ratio = ratio.round(9)  # what differs by rounding alone is a tie
    right = np.where(ratio > 0, real[1], np.where(ratio < 0, real[0], real.mean(axis=0)))
    losses = _losses(real[0], ratio) + _losses(real[1], -ratio)
    return Figures(accuracy=float(right.sum()), auc=_auc(real, ratio), log_loss=losses)


def _weighed(seen: list[Floats], prior: Floats) -> Floats:
    """(2, n) Joint chances of class and outcome, owner after owner."""
    return np.hstack([np.array([[1 - p], [p]]) * part for p, part in zip(prior, seen, strict=True)])


def _losses(mass: Floats, against: Floats) -> float:
    """Cross-entropy of the photos of one class, given the log-odds against it."""
    there = mass > 0
    return float(mass[there] @ np.logaddexp(0, against[there]))


def _auc(real: Floats, ratio: Floats) -> float:
    """P(log-odds of a photo of y = 1 above those of one of y = 0), a tie half; NaN for a single class."""
    _, place = np.unique(ratio, return_inverse=True)
    zero, one = (np.bincount(place, mass) for mass in real)
    with np.errstate(invalid="ignore"):
        return float(one @ (np.cumsum(zero) - zero / 2) / (zero.sum() * one.sum()))
