"""Entries: the models of a task and what their runs say, as they were read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from exifds.errors import UsageError
from exifds.train.config import Config
from exifds.train.predictions import Predictions
from exifds.train.recipe import Recipe, recipe_of
from exifds.train.report.model import Kind
from exifds.train.result import Cost, Epoch
from exifds.train.stats import calibration
from exifds.train.stats.answers import Answers

__all__ = ["ORDER", "WORDS", "Entry", "Gathered", "Spoken", "standard"]

WORDS: Final[Mapping[Kind, str]] = {
    "fusion": "fusion",
    "late": "late fusion",
    "image": "image",
    "exif": "EXIF",
    "recalibrated": "recalibrated image",
    "head": "same-head image",
    "permuted": "permuted EXIF",
    "mask": "mask only",
    "camera": "camera only",
    "majority": "majority",
}
"""What models are called in a report."""
ORDER: Final = tuple(WORDS)
"""Main models first."""


@dataclass(frozen=True, eq=False)
class Spoken:
    """What one run says of the photos of val and test.

    Args:
        run: Name of its folder.
        val: Predictions of val.
        test: Predictions of test.
        run_path: Its folder; None for what is computed here.
        history: Its epochs.
        cost: What it cost; None for what costs nothing.
        environment: Libraries and hardware.
        exifds: Version of exifds that trained it; empty for what is computed here.
        fixed: Thresholds of several labels that are not to be tuned.
    """

    run: str
    val: Predictions
    test: Predictions
    run_path: Path | None = None
    history: tuple[Epoch, ...] = ()
    cost: Cost | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    exifds: str = ""
    fixed: NDArray[np.float64] | None = None

    @cached_property
    def thresholds(self) -> NDArray[np.float64] | None:
        """Tuned on val, where photos can have several labels, unless they are fixed."""
        if self.fixed is not None:
            return self.fixed
        several = self.val.labels.ndim > 1
        return calibration.thresholds(self.val.labels, self.val.logits) if several else None

    @cached_property
    def answers(self) -> Answers:
        """About test."""
        return Answers.of(self.test, self.thresholds)

    @cached_property
    def val_answers(self) -> Answers:
        """About val."""
        return Answers.of(self.val, self.thresholds)

    @cached_property
    def temperature(self) -> float:
        """Fitted on val."""
        return calibration.temperature(self.val.labels, self.val.logits)

    def saying(self, run: str, say: Callable[[Predictions], NDArray[np.float64]]) -> "Spoken":
        """Another that says other logits of the same photos, and costs nothing."""
        val, test = (replace(part, logits=say(part)) for part in (self.val, self.test))
        return Spoken(run, val, test)


@dataclass(frozen=True, eq=False)
class Entry:
    """A model: runs that differ in nothing but the seed.

    Args:
        kind: What it sees.
        backbone: Of the image network.
        recipe: How it was trained; None for `majority`.
        weights: Of the backbone at the start.
        epochs: At most so many were asked for.
        seeds: What its runs say.
        precision: Of the numbers while training.
        name: Legible, and different for different models of a task.
        recipe_name: Alike, for different recipes.
        config: Of one of its runs; None for what is computed here.
    """

    kind: Kind
    backbone: str | None
    recipe: Recipe | None
    weights: str | None
    epochs: int | None
    seeds: Mapping[int, Spoken]
    precision: str | None = None
    name: str = ""
    recipe_name: str | None = None
    config: Config | None = None

    def akin(self, other: "Entry") -> bool:
        """Whether they differ in nothing but what they see. EXIF models are always of 32 bits."""
        both = self.backbone is not None and other.backbone is not None
        same = (self.backbone, self.weights, self.precision) == (
            other.backbone,
            other.weights,
            other.precision,
        )
        return (self.recipe, self.epochs) == (other.recipe, other.epochs) and (same or not both)

    def spoken(self) -> list[Spoken]:
        """What its runs say, in the order of the seeds."""
        return [self.seeds[seed] for seed in sorted(self.seeds)]

    @property
    def first(self) -> Spoken:
        """What the run of the least seed says."""
        return self.seeds[min(self.seeds)]


@dataclass(frozen=True, eq=False)
class Gathered:
    """The models of one task.

    Args:
        config: Of one of the runs.
        entries: The models, main ones first.
        title: What they learned, from which photos; different for different tasks.
    """

    config: Config
    entries: Sequence[Entry]
    title: str = ""

    @property
    def photos(self) -> Spoken:
        """Any of the runs: all are of the same photos."""
        return self.entries[0].first


def standard(recipe: Recipe) -> bool:
    """Whether a recipe is what its name says here: one of exifds, with switches.

    Args:
        recipe: Of a run.

    Returns:
        False for a recipe of one's own, or of another version.

    Example:
        >>> standard(recipe_of("modern", {"scale": "raw"}))
        True
        >>> standard(recipe_of("modern").model_copy(update={"units": (8,)}))
        False
    """
    base, *switches = recipe.name.split("+")
    told = dict(switch.partition("=")[::2] for switch in switches)
    try:
        return recipe_of(base, told) == recipe
    except UsageError:
        return False
