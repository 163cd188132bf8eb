"""Hazards: what makes a model look better than it is, told before it is trained."""

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.train.analyze.association import area, ranked
from exifds.train.analyze.clusters import DRAWS, FOLDS, Clusters
from exifds.train.analyze.leaking import leaking
from exifds.train.analyze.sample import EV100, Sample
from exifds.train.stats import bootstrap
from exifds.train.stats.alarm import discriminant
from exifds.train.stats.bootstrap import Interval, Statistic
from exifds.train.stats.power import photos_needed

__all__ = ["Hazard", "hazards", "identity", "missingness"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Who = Literal["owner", "camera"]

_CLEAR_AREA: Final = 0.55
"""From which area on missing tags are pointed out; less hardly matters."""
_CLEAR_GAIN: Final = 0.02
"""From which gain in accuracy on an owner or a camera is pointed out."""
_FEW_GROUPS: Final = 20
"""Below so many, intervals drawn by group are unreliable (Cameron & Miller, J. Human Resources 50, 2015)."""
_LARGE_GROUP: Final = 0.5
_UNEVEN: Final = 10
_TEST_SHARE: Final = 0.1
_GAIN: Final = 0.045
_DISCORDANCE: Final = 0.104
"""What EXIF adds to an image model of accuracy 0.85, and how often only one of the two is right: the exact
figures of the synthetic benchmark of `exifds.sandbox`."""

_ADVICE: Final = {
    "owner": "split by owner, and mind that missing tags and habits give owners away",
    "camera": "split by owner or camera, and train the control `camera` too",
}


class Hazard(BaseModel):
    """Something that a reader of the scores must know.

    Args:
        kind: `missingness`, `owner` and `camera` predict the label; `leak`, where tags tell it better if
            photos of an owner or camera stand on both sides of a split; `few_groups`, `large_group`,
            `uneven` and `small` make scores uncertain.
        text: One sentence.
        value: What was found: an area under the ROC curve, a gain in accuracy, a number or share of photos or
            groups.
        interval: Of the first four.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["missingness", "owner", "camera", "leak", "few_groups", "large_group", "uneven", "small"]
    text: str
    value: float
    interval: Interval | None = None


def hazards(sample: Sample, clusters: Clusters) -> tuple[Hazard, ...]:
    """Everything that a reader of the scores must know.

    Args:
        sample: The photos.
        clusters: Which of them are drawn together.

    Returns:
        What was found; nothing for what is as it should be.
    """
    return (
        *_missing(sample, clusters),
        *_known(sample, "owner"),
        *_known(sample, "camera"),
        *_leak(sample),
        *_grouped(sample),
        *_uneven(sample),
        *_small(sample),
    )


def missingness(sample: Sample, clusters: Clusters) -> Interval | None:
    """How well the tags that are missing tell the classes apart, in photos of groups that were not seen.

    A linear discriminant (least squares; Fisher 1936) of the presence bits is fitted on four fifths of the
    groups and asked about the others.

    Args:
        sample: The photos.
        clusters: Which of them are drawn together.

    Returns:
        Area under the ROC curve, the mean over the classes; None if all photos are of one.
    """
    mask = sample.present[:, [feature != EV100 for feature in sample.features]].astype(np.float64)
    told = sample.indicators
    scores = _scores(mask, told, clusters.folds)
    there = [number for number, share in enumerate(told.mean(axis=0)) if 0 < share < 1]
    if not there:
        return None
    areas = [
        area(clusters, ranked(scores[:, number]), told[:, number].astype(np.int64), strata=clusters.folds)
        for number in there
    ]
    ends = np.cumsum([one.parts.shape[1] for one in areas])[:-1]

    def mean(counts: Floats) -> Floats:
        parts = np.split(counts, ends, axis=-1)
        return np.asarray(np.mean([one.value(part) for one, part in zip(areas, parts, strict=True)], axis=0))

    whole = Statistic(np.concatenate([one.parts for one in areas], axis=1), mean)
    return bootstrap.intervals([whole], np.arange(len(whole.parts)), draws=DRAWS)[0]


def _scores(columns: Floats, told: Floats, folds: Ints) -> Floats:
    """Scores of each class (N, C), of each photo from the other folds."""
    scores = np.zeros_like(told)
    for fold in np.unique(folds):
        here, other = folds == fold, folds != fold
        scores[here] = discriminant(columns[other], told[other], columns[here])
    return scores.round(9)


def identity(sample: Sample, who: Ints, *, seed: int = 0) -> tuple[float, Interval]:
    """How much better a guess becomes by who took a photo.

    The guess is the most frequent class among four fifths of the photos of the same owner or camera, against
    the most frequent one among all; of several labels each is guessed by itself.

    Args:
        sample: The photos.
        who: Number of the owner or camera, -1 where unknown, shape (N,).
        seed: Of the folds.

    Returns:
        Accuracy of the guess, and what it gains, drawn by owner or camera.
    """
    rows = np.flatnonzero(who >= 0)
    number = np.unique(who[rows], return_inverse=True)[1]
    told = sample.indicators[rows]
    folds = np.random.default_rng(seed).permutation(len(rows)) % FOLDS
    right, base = np.zeros(len(rows)), np.zeros(len(rows))
    for fold in np.unique(folds):
        here, other = folds == fold, folds != fold
        prior = told[other].mean(axis=0)
        photos = np.bincount(number[other], minlength=number.max() + 1)
        ours = np.zeros((len(photos), told.shape[1]))
        np.add.at(ours, number[other], told[other])
        share = (ours + prior) / (photos[:, None] + 1)
        right[here] = _hits(share[number[here]], told[here], several=sample.several)
        base[here] = _hits(np.broadcast_to(prior, told[here].shape), told[here], several=sample.several)
    return float(right.mean()), bootstrap.interval(
        bootstrap.mean(right - base), Clusters.meet(number).of, draws=DRAWS
    )


def _hits(share: Floats, told: Floats, *, several: bool) -> Floats:
    """How right each guess is: 0 or 1, and of several labels the share that is."""
    if several:
        return np.asarray(((share >= 1 / 2) == (told > 0)).mean(axis=1))
    return np.asarray(told[np.arange(len(told)), share.argmax(axis=1)])


def _missing(sample: Sample, clusters: Clusters) -> Iterator[Hazard]:
    found = missingness(sample, clusters)
    if found and found.estimate >= _CLEAR_AREA and found.low is not None and found.low > 1 / 2:
        yield Hazard(
            kind="missingness",
            text=f"which tags are missing predicts the label, AUC {found.estimate:.2f} "
            f"[{found.low:.2f}, {found.high:.2f}] with owners or cameras that were not seen: train the "
            "control `mask` too, and fill no gaps in silently",
            value=found.estimate,
            interval=found,
        )


def _known(sample: Sample, kind: Who) -> Iterator[Hazard]:
    who = sample.owner if kind == "owner" else sample.camera
    if len(np.unique(who[who >= 0])) < 2:  # noqa: PLR2004 - one tells nothing apart
        return
    accuracy, gain = identity(sample, who)
    if gain.estimate >= _CLEAR_GAIN and gain.low is not None and gain.low > 0:
        yield Hazard(
            kind=kind,
            text=f"the {kind} predicts the label: its most frequent class is right for {accuracy:.1%} "
            f"of the photos, {gain.estimate:+.1%} [{gain.low:+.1%}, {gain.high:+.1%}] against the most "
            f"frequent class of all: {_ADVICE[kind]}",
            value=gain.estimate,
            interval=gain,
        )


def _leak(sample: Sample) -> Iterator[Hazard]:
    """Of owners where two or more are known, else of cameras."""
    kind: Who = "owner" if len(np.unique(sample.owner[sample.owner >= 0])) > 1 else "camera"
    who = sample.owner if kind == "owner" else sample.camera
    if len(np.unique(who[who >= 0])) < _FEW_GROUPS:  # of twelve it alarms without cause
        return
    found = leaking(sample, who)
    if found is not None and found.alarm and found.difference.estimate >= _CLEAR_GAIN:
        gain = found.difference
        yield Hazard(
            kind="leak",
            text="a random split would seem better than it is: a quick model of the tags is right for "
            f"{found.random:.1%} of the photos parted at random, for {found.grouped:.1%} with each {kind} "
            f"kept whole, {gain.estimate:+.1%} [{gain.low:+.1%}, {gain.high:+.1%}]: split by {kind}",
            value=gain.estimate,
            interval=gain,
        )


def _grouped(sample: Sample) -> Iterator[Hazard]:
    sizes = np.bincount(sample.group)
    if len(sizes) < _FEW_GROUPS:
        yield Hazard(
            kind="few_groups",
            text=f"the photos come from {len(sizes)} owners or cameras: intervals are unreliable, and "
            "scores say little about photos of others",
            value=len(sizes),
        )
    share = float(sizes.max() / sizes.sum())
    if share > _LARGE_GROUP and len(sizes) > 1:
        yield Hazard(
            kind="large_group",
            text=f"one owner or camera took {share:.0%} of the photos, and they all go into one split",
            value=share,
        )


def _uneven(sample: Sample) -> Iterator[Hazard]:
    counts = np.array(sample.by_class)
    rare = np.minimum(counts, sample.photos - counts) if sample.several else counts
    common = sample.photos - rare.min() if sample.several else counts.max()
    ratio = float(common / max(rare.min(), 1))
    if ratio >= _UNEVEN:
        yield Hazard(
            kind="uneven",
            text=f"the classes are uneven, up to {ratio:.0f} to 1, with {rare.min()} photos for the rarest: "
            "accuracy says little, and macro-F1 is uncertain",
            value=ratio,
        )


def _small(sample: Sample) -> Iterator[Hazard]:
    test, needed = max(1, round(_TEST_SHARE * sample.photos)), photos_needed(_GAIN, _DISCORDANCE)
    if needed and test < needed:
        yield Hazard(
            kind="small",
            text=f"the set is small: a tenth of it are {test} test photos, and a gain in accuracy of {_GAIN} "
            f"takes about {needed} to show",
            value=sample.photos,
        )
