"""Importance: what a trained model of EXIF, or of EXIF and images, would lose without each tag."""

from pathlib import Path
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from exifds.errors import UsageError
from exifds.progress import bar
from exifds.train.config import Inputs
from exifds.train.explain.permuting import Drop, alone, drop, together
from exifds.train.explain.probe import Probe, opened
from exifds.train.explain.subjects import Subject, subjects
from exifds.train.material import Material
from exifds.train.photos import TEST, TRAIN, VAL
from exifds.train.run import Run
from exifds.train.stats.answers import Answers
from exifds.train.stats.calibration import thresholds
from exifds.train.stats.scores import accuracy, macro_f1
from exifds.train.trained import usable

__all__ = ["REPEATS", "Importance", "importance"]

REPEATS: Final = 20


class Importance(BaseModel):
    """What a model would lose without each tag, on the test photos.

    It tells what this model relies on, not what a tag is worth; and a model that is hardly better than chance
    relies on nothing.

    Args:
        run: Name of the run.
        inputs: What the model sees.
        backbone: Of a fusion.
        recipe: Its name.
        seed: Of the training.
        photos: Test photos.
        groups: What they come from.
        repeats: Permutations of each tag.
        permute: Whether all of a tag is permuted together (`group`) or each column by itself.
        accuracy: Of the model as it is.
        macro_f1: Alike.
        log_loss: In nats.
        drops: Of single tags, of groups of them, and of all; in each kind the largest rise of the log-loss
            first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    inputs: Inputs
    backbone: str | None
    recipe: str
    seed: int
    photos: int
    groups: int
    repeats: int
    permute: Literal["group", "independent"]
    accuracy: float
    macro_f1: float
    log_loss: float
    drops: tuple[Drop, ...]


def importance(
    run: str | Path | Run,
    export: str | Path,
    *,
    repeats: int = REPEATS,
    permute: Literal["group", "independent"] | None = None,
    seed: int = 0,
    progress: bool | None = None,
) -> Importance:
    """Permutation importance of tags, and of tags that stand in for each other, on the test photos.

    Raw values of a tag and whether it is there are exchanged between photos and encoded anew, so what derives
    from it follows. The image of a photo stays its own.

    Args:
        run: A finished run of `exif` or `fusion`, or its folder.
        export: The export that it was trained on.
        repeats: Permutations of each tag.
        permute: `group`, or `independent` for each column by itself as in the thesis; None takes what the
            recipe of the run says.
        seed: Of the permutations.
        progress: Show a progress bar; None shows it on a terminal.

    Returns:
        The drops, with intervals drawn by group.

    Raises:
        UsageError: The run is not finished, sees no EXIF, or was trained on another export.
        MissingExtraError: Keras is not installed.

    Example:
        >>> found = importance("runs/exif-modern-s0-0a1b2c3d", "out")  # doctest: +SKIP
        >>> found.drops[0].name, found.drops[0].accuracy.estimate  # doctest: +SKIP
        ('exposure_time', 0.12)
    """
    if repeats < 1:
        raise UsageError(f"expected 1 permutation or more, got {repeats}")
    found = usable(run)
    probe, material = opened(found, export, show=progress)
    config = found.config()
    mode = permute or config.recipe.permute
    base = _base(found, probe, material)
    asked = _asked(probe, material)
    rng = np.random.default_rng(seed)
    drops = []
    with bar(f"importance in {config.name}", len(asked), show=progress) as advance:
        for subject in asked:
            if mode == "group":
                ask = together(probe.encoded, probe.logits, subject, len(base.labels), rng)
            else:
                ask = alone(probe.encoded(), probe.logits, subject, probe.encoder.layout, rng)
            drops.append(drop(base, ask, subject, repeats))
            advance(1, 0)
    return Importance(
        run=found.path.name,
        inputs=config.inputs,
        backbone=config.backbone,
        recipe=config.recipe.name,
        seed=config.seed,
        photos=len(base.labels),
        groups=len(np.unique(base.groups)),
        repeats=repeats,
        permute=mode,
        accuracy=accuracy(base.truth, base.decided),
        macro_f1=macro_f1(base.truth, base.decided),
        log_loss=float(base.log_losses.mean()),
        drops=tuple(sorted(drops, key=_place)),
    )


def _base(run: Run, probe: Probe, material: Material) -> Answers:
    """What the model says of the test photos as they are."""
    photos, rows = material.photos, material.photos.where(TEST)
    logits, tuned = probe.logits(probe.encoded()), None
    if photos.labels.ndim > 1:
        val = run.predictions().of(VAL)
        tuned = thresholds(val.labels, val.logits)
    return Answers(photos.labels[rows], logits, photos.group[rows], tuned)


def _asked(probe: Probe, material: Material) -> tuple[Subject, ...]:
    """What is asked of: the tags that a training photo has."""
    photos, encoder = material.photos, probe.encoder
    names = encoder.layout.tags
    seen = [
        name for name, there in zip(names, encoder.seen, strict=True) if there and name in encoder.features
    ]
    train = photos.where(TRAIN)
    features = photos.manifest.data.features
    return subjects(seen, features, photos.values[train], photos.present[train])


def _place(one: Drop) -> tuple[int, float]:
    return ("tag", "known", "found", "all").index(one.kind), -one.log_loss.estimate
