"""Hazards: what makes a model look better than it is, told before it is trained."""

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from exifds.train.analyze.clusters import Clusters
from exifds.train.analyze.identity import identity
from exifds.train.analyze.leaking import leaking
from exifds.train.analyze.missingness import missingness
from exifds.train.analyze.sample import Sample
from exifds.train.analyze.target import copied, one_class
from exifds.train.stats.bootstrap import FEW_GROUPS, Interval
from exifds.train.stats.power import photos_needed

__all__ = ["Hazard", "hazards"]

Who = Literal["owner", "camera"]
Aim = Literal["one_class", "copied"]
Uncertain = Literal["few_groups", "large_group", "uneven", "small"]
Kind = Aim | Literal["missingness", "leak"] | Who | Uncertain

_CLEAR_AREA: Final = 0.55
"""From which area on missing tags are pointed out; less hardly matters."""
_CLEAR_GAIN: Final = 0.02
"""From which gain in accuracy on an owner or a camera is pointed out."""
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
        kind: `one_class` and `copied` leave nothing to learn; `missingness`, `owner` and `camera` predict the
            label; `leak`, where tags tell it better if photos of an owner or camera stand on both sides of a
            split; `few_groups`, `large_group`, `uneven` and `small` make scores uncertain.
        text: One sentence.
        value: What was found: an area under the ROC curve, a gain in accuracy, a number or share of photos or
            groups.
        interval: Of those that predict the label, and of `leak`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    text: str
    value: float
    interval: Interval | None = None


def hazards(sample: Sample, clusters: Clusters, target: str = "") -> tuple[Hazard, ...]:
    """Everything that a reader of the scores must know.

    Args:
        sample: The photos.
        clusters: Which of them are drawn together.
        target: What is to be learned, in the words of the user.

    Returns:
        What was found; nothing for what is as it should be.
    """
    if alike := one_class(sample):
        return (Hazard(kind="one_class", text=alike, value=sample.photos),)
    read = copied(target, sample)
    return (
        *([Hazard(kind="copied", text=read, value=sample.photos)] if read else ()),
        *_missing(sample, clusters),
        *_known(sample, "owner"),
        *_known(sample, "camera"),
        *_leak(sample),
        *_grouped(sample),
        *_uneven(sample),
        *_small(sample),
    )


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
    found = leaking(sample, who)
    if found is not None and found.alarm:
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
    if len(sizes) < FEW_GROUPS:
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
